package sweep

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cardstock/e2e/testredis"
)

// squeeze makes Redis throw away what it may.
func squeeze(s *site, policy string) {
	s.redis.Do("CONFIG", "SET", "maxmemory-policy", policy)
	s.redis.Do("SET", "filler", "x", "EX", "9999999")
	before := evictions(s)
	for evictions(s) == before {
		s.redis.Do("CONFIG", "SET", "maxmemory", "1")
		s.redis.Try("SET", "filler", "x")
	}
	s.redis.Do("CONFIG", "SET", "maxmemory", "0")
}

func evictions(s *site) (n int) {
	for line := range strings.Lines(s.redis.Do("INFO", "stats")) {
		fmt.Sscanf(line, "evicted_keys:%d", &n)
	}
	return n
}

// A Redis that throws keys away all the time is not filled again in each pass, says so once, and is filled soon after.
func TestEvictionThatGoesOn(t *testing.T) {
	for _, policy := range []string{"allkeys-lru", "volatile-ttl"} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, testredis.Start(t), month)
			cookies := s.begin(12)
			s.pass(PassOptions{})
			set := 0
			for range 5 {
				squeeze(s, policy)
				r := s.pass(PassOptions{Now: true})
				if held(r) != "evicted" || r.Ended != 0 {
					t.Errorf("held by %q: %s", held(r), text(r))
				}
				set += min(r.SetAgain, 1)
			}
			if set != 1 {
				t.Errorf("all keys were set in %d of 5 passes", set)
			}
			s.Sweeper.renewed = s.renewed.Add(-6 * time.Second)
			if r := s.pass(PassOptions{Now: true}); held(r) != "evicted" || s.keysThere(cookies) != 12 {
				t.Errorf("%d keys are back: %s", s.keysThere(cookies), text(r))
			}
			if r := s.pass(PassOptions{Now: true}); r.didSomething() || len(r.Held) > 0 {
				t.Errorf("the pass after: %s", text(r))
			}
			s.want("in the end", "12 live, 0 due, 0 ended")
		})
	}
}

// What Redis refuses to store was not set, and is not said to be, pass after pass.
func TestWhatIsRefusedIsNotSet(t *testing.T) {
	s := newSite(t, testredis.Start(t, "--maxmemory-policy", "noeviction"), month)
	s.begin(1)
	s.pass(PassOptions{})
	s.redis.Do("CONFIG", "SET", "maxmemory", "1")
	cookies := s.begin(1)
	for range 2 {
		if r := s.pass(PassOptions{Now: true}); held(r) != "failed" || r.didSomething() || r.Ended != 0 {
			t.Errorf("%s", text(r))
		}
	}
	s.redis.Do("CONFIG", "SET", "maxmemory", "0")
	if r := s.pass(PassOptions{Now: true}); r.SetAgain != 1 || len(r.Held) > 0 || s.keysThere(cookies) != 1 {
		t.Errorf("%s", text(r))
	}
}
