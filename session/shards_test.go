package session

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"cardstock/e2e/testredis"
)

// openAt opens the keys at a URL, with a log.
func openAt(t *testing.T, url string) (*Keys, *logged) {
	t.Helper()
	l := &logged{}
	keys, err := OpenKeys([]string{url}, slog.New(slog.NewTextHandler(&locked{w: &l.Buffer, mu: &l.mu}, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keys.Close() })
	return keys, l
}

type logged struct {
	bytes.Buffer
	mu sync.Mutex
}

func (l *logged) count(what string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.String(), what)
}

// hashOn returns a hash whose key lies on the node.
func hashOn(t *testing.T, c *testredis.Cluster, node *testredis.Server) string {
	t.Helper()
	for _, h := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t"} {
		if c.Has(keyPrefix+h) == node {
			return h
		}
	}
	t.Fatal("no hash for the node")
	return ""
}

// One shard of three is gone: the breaker opens for all, and what works on the others does not close it.
func TestAShardGoneIsRedisAway(t *testing.T) {
	for name, fault := range map[string]struct{ begin, end func(r *testredis.Server) }{
		"killed": {(*testredis.Server).Kill, (*testredis.Server).Restart},
		"hung":   {(*testredis.Server).Hang, (*testredis.Server).Resume},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := testredis.StartCluster(t, 3, "--cluster-require-full-coverage", "no")
			keys, log := openAt(t, c.URL)
			dead, live := hashOn(t, c, c.Nodes[1]), hashOn(t, c, c.Nodes[2])
			for _, h := range []string{dead, live} {
				if err := keys.Set(t.Context(), h, time.Minute); err != nil {
					t.Fatal(err)
				}
			}
			fault.begin(c.Nodes[1])
			if _, err := keys.Present(t.Context(), dead); err == nil {
				t.Fatal("the shard answers")
			}
			for range 5 {
				// The sweeper's calls are not held back.
				if left, err := keys.Expiries(t.Context(), []string{live}); err != nil || left[0] == Absent {
					t.Errorf("%v, %v", left, err)
				}
				if keys.Answering() {
					t.Fatal("it counts as answering")
				}
				began := time.Now()
				if _, err := keys.Present(t.Context(), dead); err == nil || time.Since(began) > 50*time.Millisecond {
					t.Errorf("a call took %s: %v", time.Since(began), err)
				}
				time.Sleep(300 * time.Millisecond)
			}
			fault.end(c.Nodes[1])
			until(t, keys.Answering)
			if _, err := keys.Present(t.Context(), dead); err != nil {
				t.Errorf("it is taken for back, and yet: %v", err)
			}
			if a, b := log.count("does not answer"), log.count("answers again"); a != 1 || b != 1 {
				t.Errorf("away %d, back %d", a, b)
			}
		})
	}
}

// A PING is answered long before the Cluster serves; only then is it back.
func TestAClusterThatRefusesIsAway(t *testing.T) {
	c := testredis.StartCluster(t, 3, "--cluster-require-full-coverage", "yes")
	keys, log := openAt(t, c.URL)
	if err := keys.Ask(t.Context()); err != nil {
		t.Fatal(err)
	}
	var on []string
	for _, s := range c.Nodes {
		on = append(on, hashOn(t, c, s))
	}
	c.Nodes[0].Kill()
	until(t, func() bool {
		info := c.Nodes[1].Do("CLUSTER", "INFO")
		return strings.Contains(info, "cluster_state:fail")
	})
	if _, err := keys.Present(t.Context(), "x"); err == nil {
		t.Fatal("it serves")
	}
	c.Nodes[0].Restart()
	until(t, keys.Answering)
	for _, h := range on {
		if _, err := keys.Present(t.Context(), h); err != nil {
			t.Errorf("it is taken for back, and yet: %v", err)
		}
	}
	if a, b := log.count("does not answer"), log.count("answers again"); a != 1 || b != 1 {
		t.Errorf("away %d, back %d", a, b)
	}
}

// The first call of all, before the client knows anything, waits no longer than any other.
func TestAFirstCallToWhatHangs(t *testing.T) {
	c := testredis.StartCluster(t, 3)
	s := testredis.StartSentinel(t, 3)
	for _, w := range append(append([]*testredis.Server{s.Master}, c.Nodes...), s.Sentinels...) {
		w.Hang()
	}
	hole := testredis.Start(t, "--tcp-backlog", "1")
	hole.Swallow()
	for name, url := range map[string]string{"Cluster": c.URL, "Sentinel": s.URL, "black hole": hole.URL} {
		keys, _ := openAt(t, url)
		began := time.Now()
		_, err := keys.Present(t.Context(), "x")
		if took := time.Since(began); err == nil || took > callTime+200*time.Millisecond {
			t.Errorf("%s: it took %s: %v", name, took, err)
		}
	}
	hole.Resume()
}

// The same when the sweeper has spoken to Redis, but no request has.
func TestAFirstCallAfterTheSweepers(t *testing.T) {
	c := testredis.StartCluster(t, 3, "--cluster-require-full-coverage", "no")
	live := hashOn(t, c, c.Nodes[2])
	var clients []*Keys
	for range 4 {
		keys, _ := openAt(t, c.URL)
		if _, err := keys.Identify(t.Context(), "x", time.Now); err != nil {
			t.Fatal(err)
		}
		clients = append(clients, keys)
	}
	c.Nodes[0].Hang()
	c.Nodes[1].Hang()
	for _, keys := range clients {
		began := time.Now()
		_, err := keys.Present(t.Context(), live)
		if took := time.Since(began); took > callTime+200*time.Millisecond {
			t.Errorf("it took %s: %v", took, err)
		}
	}
}

// A Sentinel hangs together with the master: the client asks another one.
func TestAHungSentinel(t *testing.T) {
	s := testredis.StartSentinel(t, 3)
	keys, log := openAt(t, s.URL)
	if err := keys.Set(t.Context(), "x", time.Minute); err != nil {
		t.Fatal(err)
	}
	asked := s.Asked()
	t.Cleanup(asked.Resume)
	asked.Hang()
	s.Master.Hang()
	if _, err := keys.Present(t.Context(), "x"); err == nil {
		t.Fatal("the master answers")
	}
	s.FailedOver()
	began := time.Now()
	until(t, keys.Answering)
	t.Logf("it answers %s after the failover", time.Since(began))
	if err := keys.Set(t.Context(), "x", time.Minute); err != nil {
		t.Error(err)
	}
	if a, b := log.count("does not answer"), log.count("answers again"); a != 1 || b != 1 {
		t.Errorf("away %d, back %d", a, b)
	}
}

func until(t *testing.T, holds func() bool) {
	t.Helper()
	for began := time.Now(); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			t.Fatal("not within 20 seconds")
		}
	}
}
