package sweep

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"cardstock/db"
	"cardstock/e2e/testredis"
	"cardstock/session"
)

func TestRedisFaultsEraseNothing(t *testing.T) {
	for name, fault := range map[string]struct {
		do   func(s *site)
		held string
	}{
		"FLUSHALL":        {func(s *site) { s.redis.Do("FLUSHALL") }, "lost"},
		"FLUSHDB":         {func(s *site) { s.redis.Do("FLUSHDB") }, "lost"},
		"restarted empty": {func(s *site) { s.redis.Kill(); s.redis.Restart() }, "lost"},
		"wrong database": {func(s *site) {
			keys, err := session.OpenKeys([]string{strings.TrimSuffix(s.redis.URL, "0") + "5"}, s.o.Log)
			if err != nil {
				s.t.Fatal(err)
			}
			s.t.Cleanup(func() { keys.Close() })
			s.Sweeper = s.another(s.db, keys, s.o.Log)
		}, "lost"},
		"another's mark": {func(s *site) {
			s.redis.Do("SET", "cardstock:db:"+s.instance, "x")
			s.redis.Do("DEL", s.redis.Do("KEYS", "cardstock:session:*"))
		}, "marked"},
		"evicting": {func(s *site) {
			s.redis.Do("CONFIG", "SET", "maxmemory-policy", "allkeys-random")
			s.redis.Do("CONFIG", "SET", "maxmemory", "1")
			s.redis.Do("CONFIG", "SET", "maxmemory", "0")
		}, "evicted"},
		"evicting others": {func(s *site) {
			s.redis.Do("CONFIG", "SET", "maxmemory-policy", "volatile-random")
			s.redis.Do("SET", "other", "x", "EX", "100")
			for s.redis.Do("EXISTS", "other") == "1" {
				func() {
					defer func() { recover() }()
					s.redis.Do("CONFIG", "SET", "maxmemory", "1")
				}()
			}
			s.redis.Do("CONFIG", "SET", "maxmemory", "0")
		}, "evicted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, testredis.Start(t), month)
			cookies := s.begin(12)
			if r := s.pass(PassOptions{}); r.SetAgain != 12 || len(r.Held) > 0 {
				t.Fatalf("the first pass: %s", text(r))
			}
			fault.do(s)
			r := s.pass(PassOptions{Now: true})
			if held(r) != fault.held || r.SetAgain != 12 || r.Ended != 0 {
				t.Errorf("held by %q: %s", held(r), text(r))
			}
			if name != "wrong database" && s.keysThere(cookies) != 12 {
				t.Errorf("%d keys are back", s.keysThere(cookies))
			}
			time.Sleep(grace)
			if r := s.pass(PassOptions{}); r.didSomething() || len(r.Held) > 0 {
				t.Errorf("the pass after: %s", text(r))
			}
			s.want("in the end", "12 live, 0 due, 0 ended")
		})
	}
}

func TestRedisKilledAndBackWithItsData(t *testing.T) {
	s := newSite(t, testredis.Start(t, "--appendonly", "yes", "--appendfsync", "always"), month)
	cookies := s.begin(3)
	s.pass(PassOptions{})
	s.redis.Kill()
	if r := s.pass(PassOptions{Now: true}); held(r) != "away" || r.Ended != 0 {
		t.Errorf("%s", text(r))
	}
	s.redis.Restart()
	if r := s.pass(PassOptions{Now: true}); held(r) != "restarted" || r.Ended != 0 {
		t.Errorf("%s", text(r))
	}
	s.want("in the end", "3 live, 0 due, 0 ended")
	if s.keysThere(cookies) != 3 {
		t.Error("keys are missing")
	}
}

func TestRedisHung(t *testing.T) {
	s := newSite(t, testredis.Start(t), month)
	cookies := s.begin(2)
	s.pass(PassOptions{})
	s.redis.Do("DEL", key(cookies[0]))
	s.pass(PassOptions{})
	s.redis.Hang()
	began := time.Now()
	if r := s.pass(PassOptions{}); held(r) != "away" || r.Ended != 0 {
		t.Errorf("%s", text(r))
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("a pass took %s", took)
	}
	time.Sleep(grace)
	s.redis.Resume()
	// What was missed before the outage proves nothing after it: the grace begins anew.
	if r := s.pass(PassOptions{}); r.Ended != 0 || r.Marked != 1 {
		t.Errorf("%s", text(r))
	}
	time.Sleep(grace)
	if r := s.pass(PassOptions{}); r.Ended != 1 {
		t.Errorf("%s", text(r))
	}
}

func TestTheHoldIsLoggedOnce(t *testing.T) {
	s := newSite(t, testredis.Start(t), month)
	s.begin(1)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { s.Run(ctx); close(done) }()
	until := func(what string) {
		for began := time.Now(); s.logged(what) == 0 && time.Since(began) < 10*time.Second; time.Sleep(10 * time.Millisecond) {
		}
		time.Sleep(300 * time.Millisecond) // some passes more
	}
	until("set_again=1")
	s.redis.Kill()
	until("sweep holds: Redis does not answer")
	s.redis.Restart()
	until("sweep holds: Redis lost its keys")
	stop()
	<-done
	if s.logged("sweep holds: Redis does not answer") != 1 || s.logged("sweep holds: Redis lost its keys") != 1 ||
		s.logged("sweep failed") != 0 {
		t.Errorf("%s", s.log.String())
	}
	s.want("in the end", "1 live, 0 due, 0 ended")
}

// A pass that finds Redis changed while it is under way leaves the rest to the next one, which says what it was: one warning, not
// two, and none anew if the change goes on.
func TestAChangeMidwayIsWarnedOfOnce(t *testing.T) {
	s := newSite(t, testredis.Start(t), month)
	evicted := Hold{kind: "evicted", Why: "Redis threw keys away"}
	midway := Hold{kind: "midway", Why: "Redis threw keys away, while this pass was under way"}
	for _, held := range [][]Hold{{midway}, {evicted}, {midway}, {evicted}, {evicted, midway}} {
		s.Sweeper.log(Report{Held: held}, nil)
	}
	if s.logged("level=WARN") != 1 || s.logged("sweep holds: Redis threw keys away") != 1 || s.logged("level=INFO") != 3 {
		t.Errorf("%s", s.log.String())
	}
	s.Sweeper.log(Report{}, nil)
	s.Sweeper.log(Report{Held: []Hold{evicted}}, nil)
	if s.logged("level=WARN") != 2 {
		t.Errorf("what happens again is not said again: %s", s.log.String())
	}
}

// Being told to stop in the middle of a call to Redis says nothing about Redis.
func TestStoppingIsNoHold(t *testing.T) {
	s := newSite(t, testredis.Start(t), month)
	s.begin(1)
	s.pass(PassOptions{})
	s.redis.Hang()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { s.Run(ctx); close(done) }()
	time.Sleep(50 * time.Millisecond)
	stop()
	<-done
	if s.logged("sweep holds") != 0 {
		t.Errorf("%s", s.log.String())
	}
}

func TestAMassDisappearanceHolds(t *testing.T) {
	s := newSite(t, testredis.Start(t), month)
	cookies := s.begin(25)
	s.pass(PassOptions{})
	for _, c := range cookies[:21] {
		s.redis.Do("DEL", key(c))
	}
	r := s.pass(PassOptions{Now: true})
	if held(r) != "mass" || r.SetAgain != 21 || r.Ended != 0 || s.keysThere(cookies) != 25 {
		t.Errorf("%s", text(r))
	}
	for _, c := range cookies[:20] {
		s.redis.Do("DEL", key(c))
	}
	if r := s.pass(PassOptions{Now: true}); held(r) != "" || r.Ended != 20 {
		t.Errorf("20 are not too many: %s", text(r))
	}
}

func TestARowIsCorrectedByItsKey(t *testing.T) {
	s := newSite(t, testredis.Start(t), time.Hour)
	cookies := s.begin(1)
	s.pass(PassOptions{})
	rows, _ := s.db.LiveSessions(t.Context(), 0, "", 1)
	past := time.Now().Add(-time.Minute).UnixMilli()
	if err := s.db.CorrectExpiry(t.Context(), db.InServer, rows, []int64{past}); err != nil {
		t.Fatal(err)
	}
	if r := s.pass(PassOptions{}); r.Repaired != 1 || r.Ended != 0 {
		t.Errorf("%s", text(r))
	}
	if v := s.visit(cookies[0]); !v.Exists() || time.Until(v.ExpiresAt()) < 59*time.Minute {
		t.Error("not as the key says")
	}
}

func TestAKeyWithoutExpiryGetsThatOfItsRow(t *testing.T) {
	s := newSite(t, testredis.Start(t), time.Hour)
	cookies := s.begin(1)
	s.pass(PassOptions{})
	s.redis.Do("PERSIST", key(cookies[0]))
	if r := s.pass(PassOptions{}); r.Repaired != 1 {
		t.Errorf("%s", text(r))
	}
	if ttl := s.redis.Do("TTL", key(cookies[0])); ttl != "3600" && ttl != "3599" {
		t.Errorf("its key lives %s s", ttl)
	}
}

func TestAKeyNeverSetIsSet(t *testing.T) {
	s := newSite(t, testredis.Start(t), month)
	s.begin(1)
	s.pass(PassOptions{})
	embedded, err := session.New(t.Context(), s.db, nil, session.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.keeper = embedded // writes the row and stops there
	cookies := s.begin(1)
	if r := s.pass(PassOptions{Now: true}); r.SetAgain != 1 || r.Ended != 0 || len(r.Held) > 0 || s.keysThere(cookies) != 1 {
		t.Errorf("%s", text(r))
	}
}

func TestAClockJumpHolds(t *testing.T) {
	for _, redis := range []bool{false, true} {
		t.Run(fmt.Sprintf("redis %v", redis), func(t *testing.T) {
			var server *testredis.Server
			if redis {
				server = testredis.Start(t)
			}
			s := newSite(t, server, time.Hour)
			s.begin(2)
			s.pass(PassOptions{})
			s.jump(40 * 24 * time.Hour)
			for range 3 {
				if r := s.pass(PassOptions{Now: true}); held(r) != "clock" || r.Ended != 0 {
					t.Errorf("%s", text(r))
				}
			}
			s.jump(-40 * 24 * time.Hour)
			if r := s.pass(PassOptions{}); redis && (held(r) != "clock_past" || r.SetAgain != 2) || !redis && len(r.Held) > 0 || r.Ended != 0 {
				t.Errorf("%s", text(r))
			}
			if r := s.pass(PassOptions{}); len(r.Held) > 0 || r.didSomething() {
				t.Errorf("%s", text(r))
			}
			s.want("in the end", "2 live, 0 due, 0 ended")
		})
	}
}

// A machine's clock runs ahead for an hour, for Redis on it too: keys run out before their time.
func TestKeysThatRanOutByAWrongClock(t *testing.T) {
	s := newSite(t, testredis.Start(t), month)
	cookies := s.begin(2)
	s.pass(PassOptions{})
	s.jump(time.Hour)
	s.pass(PassOptions{})
	s.redis.Do("DEL", key(cookies[0])) // as Redis does then
	s.jump(-time.Hour)
	s.Sweeper = s.again()
	if r := s.pass(PassOptions{Now: true}); r.SetAgain != 2 || r.Ended != 0 {
		t.Errorf("%s", text(r))
	}
	s.want("in the end", "2 live, 0 due, 0 ended")
}

func TestAClockJumpBeforeTheStart(t *testing.T) {
	s := newSite(t, testredis.Start(t), 20*24*time.Hour)
	s.begin(2)
	s.pass(PassOptions{})
	s.jump(40 * 24 * time.Hour)
	s.Sweeper = s.again()
	for range 2 {
		if r := s.pass(PassOptions{}); r.Ended != 0 {
			t.Errorf("%s", text(r))
		}
	}
	s.want("in the end", "2 live, 0 due, 0 ended")
}

func TestClock(t *testing.T) {
	at := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	c := startClock(at, 0)
	if d := c.drift(at.Add(time.Hour), time.Hour); d != 0 {
		t.Errorf("an hour is an hour, not %s", d)
	}
	if d := c.drift(at.Add(3*time.Hour), time.Hour); d != 2*time.Hour {
		t.Errorf("the jump is %s", d)
	}
	if d := c.drift(at.Add(48*time.Hour), 26*time.Hour); d != 0 {
		t.Errorf("after a day it is taken for right, not %s", d)
	}
	if d := c.drift(at.Add(49*time.Hour), 27*time.Hour); d != 0 {
		t.Errorf("and is the new measure: %s", d)
	}
}
