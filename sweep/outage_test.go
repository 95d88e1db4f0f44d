package sweep

import (
	"testing"
	"time"

	"cardstock/e2e/testredis"
)

// While Redis was away for an hour, one came and one did not; both keep everything, and their keys say how long.
func TestRedisBackAfterAnHour(t *testing.T) {
	s := newSite(t, testredis.Start(t, "--appendonly", "yes", "--appendfsync", "always"), 24*time.Hour)
	cookies := s.begin(2)
	s.pass(PassOptions{})
	s.redis.Kill()
	for range 6 {
		s.wait(11 * time.Minute)
		if r := s.pass(PassOptions{Now: true}); held(r) != "away" || r.Ended != 0 {
			t.Errorf("%s", text(r))
		}
		s.visit(cookies[0])
	}
	born := s.begin(1)
	s.redis.Restart()
	if r := s.pass(PassOptions{Now: true}); held(r) != "restarted" || r.SetAgain != 2 || r.Ended != 0 {
		t.Errorf("%s", text(r))
	}
	if r := s.pass(PassOptions{Now: true}); r.didSomething() || len(r.Held) > 0 {
		t.Errorf("the pass after: %s", text(r))
	}
	// The real server's clock did not move with the test's: by it the key of who did not come has its whole day, and is not cut short.
	for cookie, hours := range map[string]string{cookies[0]: "24", cookies[1]: "24", born[0]: "24"} {
		left, err := time.ParseDuration(s.redis.Do("TTL", key(cookie)) + "s")
		if got := (left + time.Minute).Truncate(time.Hour).String(); err != nil || got != hours+"h0m0s" {
			t.Errorf("a key lives for %s, want %s h", left, hours)
		}
	}
	s.want("in the end", "3 live, 0 due, 0 ended")
}

// Expired sessions wait for the shard that is away, but not for longer than a day; their keys go when it is back.
func TestAfterADayWithoutAShardExpiredSessionsGoByTheirRows(t *testing.T) {
	c := testredis.StartCluster(t, 3, "--cluster-require-full-coverage", "no", "--appendonly", "yes", "--appendfsync", "always")
	s := newSite(t, &testredis.Server{URL: c.URL}, 2*time.Hour)
	cookies := s.begin(31) // so many that some of their keys are on each shard
	there := func() (n int) {
		for _, cookie := range cookies[1:] {
			if reply, _ := c.Try("EXISTS", key(cookie)); reply == "1" {
				n++
			}
		}
		return n
	}
	s.pass(PassOptions{})
	c.Nodes[1].Kill()
	hours := func(n int) {
		for range n {
			s.wait(time.Hour)
			s.visit(cookies[0])
			if r := s.pass(PassOptions{Now: true}); held(r) != "away" {
				t.Errorf("%s", text(r))
			}
		}
	}
	hours(23)
	s.want("after 23 hours", "1 live, 30 due, 0 ended")
	hours(4)
	s.want("after 27 hours", "1 live, 0 due, 30 ended") // bare rows, for their keys
	c.Nodes[1].Restart()
	c.Ready()
	if there() == 0 {
		t.Error("the test is none: the shard came back without the keys of ended sessions")
	}
	s.pass(PassOptions{}) // hears that Redis answers
	s.pass(PassOptions{})
	s.want("with the shard back", "1 live, 0 due, 0 ended")
	if n := there(); n != 0 {
		t.Errorf("%d keys of ended sessions are left", n)
	}
	if !s.visit(cookies[0]).Exists() {
		t.Error("the one who came has lost their session")
	}
}
