package sweep

import (
	"sync"
	"testing"
	"time"

	"cardstock/db"
	"cardstock/e2e/testredis"
)

// several returns n sites that are processes on one database: each has its own connections to it and to Redis.
func several(t *testing.T, n int, redis *testredis.Server, ttl time.Duration) []*site {
	t.Helper()
	first := newSite(t, redis, ttl)
	sites := []*site{first}
	for range n - 1 {
		s := newSite(t, redis, ttl)
		schema := readSchema(t)
		store, err := db.Open(t.Context(), db.Options{Path: first.db.Path(), Schema: schema})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { store.Close() })
		store.Now = first.db.Now
		s.Sweeper = first.another(store, s.keys, first.o.Log)
		sites = append(sites, s)
	}
	return sites
}

// passes lets all sweep at once until there is nothing left to do, and returns the sums of their reports.
func passes(t *testing.T, sites []*site) (sum Report) {
	t.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i, s := range sites {
		wg.Go(func() {
			for range 6 {
				r, err := s.Pass(t.Context(), PassOptions{Beside: i == 0})
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				sum.Ended += r.Ended
				sum.Erased.Add(r.Erased)
				sum.Marked += r.Marked
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return sum
}

func TestManyProcessesEraseEachSessionOnce(t *testing.T) {
	for name, redis := range map[string]*testredis.Server{"embedded": nil, "redis": testredis.Start(t)} {
		t.Run(name, func(t *testing.T) {
			const n = 200
			sites := several(t, 3, redis, 3*time.Second)
			sites[0].begin(n)
			early := sites[0].pass(PassOptions{}) // on a slow machine some have expired by now
			time.Sleep(3100 * time.Millisecond)
			sum := passes(t, sites)
			sum.Ended += early.Ended
			sum.Erased.Add(early.Erased)
			if sum.Ended != n || sum.Erased.Sessions != n || sum.Erased.Rows != n {
				t.Errorf("ended %d, erased %d sessions and %d rows, of %d", sum.Ended, sum.Erased.Sessions, sum.Erased.Rows, n)
			}
			sites[0].want("in the end", "0 live, 0 due, 0 ended")
		})
	}
}

// Keys deleted by hand are missed and their sessions ended once, whoever sees it. On a busy machine Redis seems away for a moment: then the
// grace begins anew.
func TestManyProcessesMissAKeyOnce(t *testing.T) {
	const grace = 5 * time.Second // of the sites' clock, longer than the passes take
	redis := testredis.Start(t)
	sites := several(t, 3, redis, month)
	for _, s := range sites {
		s.o.Grace = grace
	}
	cookies := sites[0].begin(30)
	sites[0].pass(PassOptions{})
	for _, c := range cookies[:15] {
		redis.Do("DEL", key(c))
	}
	if sum := passes(t, sites[1:]); sum.Ended != 0 {
		t.Errorf("ended %d within the grace", sum.Ended)
	}
	var sum Report
	for tries := 0; sum.Ended < 15 && tries < 8; tries++ {
		sites[0].wait(grace)
		again := passes(t, sites)
		sum.Ended += again.Ended
		sum.Erased.Add(again.Erased)
	}
	if sum.Ended != 15 || sum.Erased.Sessions != 15 {
		t.Errorf("ended %d, erased %d", sum.Ended, sum.Erased.Sessions)
	}
	sites[0].want("in the end", "15 live, 0 due, 0 ended")
}

// Two databases on one Redis have their own marks: what one of them forgets, erases or loses is nothing to the other.
func TestTwoDatabasesOnOneRedis(t *testing.T) {
	redis := testredis.Start(t)
	a, b := newSite(t, redis, month), newSite(t, redis, month)
	a.begin(3)
	bs := b.begin(3)
	a.pass(PassOptions{})
	b.pass(PassOptions{})
	if _, err := a.All(t.Context()); err != nil {
		t.Fatal(err)
	}
	a.want("a", "0 live, 0 due, 0 ended")
	as := a.begin(2)
	for range 3 {
		for _, s := range []*site{a, b} {
			if r := s.pass(PassOptions{Now: true}); r.Ended != 0 || r.Marked != 0 || len(r.Held) != 0 {
				t.Errorf("%s", text(r))
			}
		}
	}
	redis.Do("DEL", "cardstock:db:"+a.instance)
	if r := a.pass(PassOptions{}); held(r) != "lost" || r.SetAgain != 2 {
		t.Errorf("%s", text(r))
	}
	if r := b.pass(PassOptions{}); r.didSomething() || len(r.Held) != 0 {
		t.Errorf("%s", text(r))
	}
	b.want("b", "3 live, 0 due, 0 ended")
	if a.keysThere(as) != 2 || b.keysThere(bs) != 3 {
		t.Error("keys are gone")
	}
}
