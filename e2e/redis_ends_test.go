package e2e

import (
	"strings"
	"testing"
	"time"

	"cardstock/e2e/testredis"
)

// TestADeletedKeyEndsItsSessionEverywhere deletes a key by hand where Redis is more than one server.
func TestADeletedKeyEndsItsSessionEverywhere(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(t *testing.T) *store{"Sentinel": watched(1), "Cluster": sharded(covered...)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			deletedKeyEndsItsSession(t, start(t))
		})
	}
}

func deletedKeyEndsItsSession(t *testing.T, s *store) {
	const grace = 2 * time.Second
	a := start(t, "--redis-url", s.url, "--sweep-interval", "200ms", "--sweep-grace", grace.String())
	c := newCrowd(t, a)
	var all []*regular
	for range 6 { // on all shards
		all = append(all, c.join())
	}
	eventually(t, 10*time.Second, "the keys are there", func() bool {
		for _, r := range all {
			if !s.has(r.key()) {
				return false
			}
		}
		return true
	})
	time.Sleep(time.Second) // a pass has seen them alive
	for _, r := range all[:4] {
		s.delete(t, r.key())
	}
	began := time.Now()
	all[0].visit() // within the grace, it heals
	gone := func() bool {
		for _, r := range all[1:4] {
			if strings.Contains(a.files(), r.answer) {
				return false
			}
		}
		return true
	}
	eventually(t, 20*time.Second, "what they wrote is out of the database file", gone)
	if took := time.Since(began); took < grace {
		t.Errorf("erased after %s, within the grace", took)
	}
	for _, r := range append(all[4:], all[0]) {
		r.keptAll()
	}
	if got := said(a.logged()); strings.Contains(got, "hold") || strings.Contains(got, "away") {
		t.Errorf("the log said: %s\n%s", got, loud(a.logged()))
	}
}

func (s *store) delete(t *testing.T, key string) {
	t.Helper()
	reply, err := "", error(nil)
	if s.cluster != nil {
		reply, err = s.cluster.Try("DEL", key)
	} else {
		reply, err = s.sentinel.Current().Try("DEL", key)
	}
	if reply != "1" || err != nil {
		t.Errorf("DEL: %s, %v", reply, err)
	}
}

// TestRedisBackAfterLongerThanASessionLives is an outage in which all keys run out. Who came meanwhile keeps everything, who did
// not has a session that ended in its time.
func TestRedisBackAfterLongerThanASessionLives(t *testing.T) {
	t.Parallel()
	redis := testredis.Start(t, kept...)
	a := start(t, "--redis-url", redis.URL, "--sweep-interval", "200ms", "--session-ttl", "4s")
	s := &store{server: redis}
	c := newCrowd(t, a)
	comes, stays := c.join(), c.join()
	redis.Kill()
	for began := time.Now(); time.Since(began) < 7*time.Second; time.Sleep(200 * time.Millisecond) {
		comes.act()
	}
	if !strings.Contains(a.files(), stays.answer) {
		t.Error("an expired session waits for Redis, for a day")
	}
	redis.Restart()
	eventually(t, 3*time.Second, "the key is back", func() bool { return s.has(comes.key()) })
	eventually(t, 10*time.Second, "the expired session is erased", func() bool {
		comes.visit()
		return !strings.Contains(a.files(), stays.answer)
	})
	comes.keptAll()
}
