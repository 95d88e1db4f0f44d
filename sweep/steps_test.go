package sweep

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"cardstock/db"
)

// The steps a schedule is made of: what happens to Redis, to the app's host and to the database.

// lose says that Redis is no longer what it was: what somebody deleted before proves nothing any more. midway: a pass is
// under way, which may have decided before.
func (w *world) lose(midway bool) {
	for _, p := range w.people {
		switch {
		case p.deleted.IsZero():
		case midway:
			p.open = "Redis changed while a pass was deciding"
		case p.node != w.node:
			p.open = "deleted by hand in another Redis, which may come back as it was"
		}
		p.deleted = time.Time{}
	}
	w.move()
}

// move says that Redis may have fewer keys or other ones: of those that are not there no visit is known.
func (w *world) move() {
	if w.backup != nil {
		w.backup.outdated = true
	}
	w.revive("Redis lost keys")
	w.lossPending = true
	w.blind()
	f := w.redis()
	f.mu.Lock()
	defer f.mu.Unlock()
	data := f.data(w.number)
	for _, p := range w.people {
		if _, there := data[p.key()]; !there {
			p.keyed = time.Time{}
		}
	}
}

// blind opens the outcome where nobody could know better: the wall clock has been wrong for so long, or since
// before the process began, that it is taken for right, and Redis cannot contradict it because it is away or has lost its keys.
func (w *world) blind() {
	if taken := w.off != 0 && (w.trusting || time.Since(w.agreed[0]) > 23*time.Hour || time.Since(w.agreed[1]) > 23*time.Hour); !taken {
		return
	}
	blind := !w.reachable() || w.redis().before != nil || w.lossPending || w.redis().skew != 0 // some answers that do not come are as good as none
	for _, p := range w.people {
		if unheard := p.keyed.Before(p.seen); p.open == "" && (blind || unheard) {
			p.open = "the clock is wrong and Redis cannot tell"
		}
	}
}

// restart ends the server's process and starts another with the data given.
func (f *fakeRedis) restart(data map[int]map[string]fakeKey) {
	f.drop()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.run, f.evicted, f.dbs, f.late = db.NewID(), 0, data, nil
}

func (f *fakeRedis) copy() map[int]map[string]fakeKey {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := map[int]map[string]fakeKey{}
	for n := range f.dbs {
		all[n] = maps.Clone(f.data(n))
	}
	return all
}

func (w *world) flush(midway bool) {
	f := w.redis()
	f.mu.Lock()
	clear(f.dbs)
	f.mu.Unlock()
	w.lose(midway)
}

// evict throws some session keys away, as Redis does for want of memory.
func (w *world) evict(midway bool) {
	if w.resetUnseen {
		return
	}
	f := w.redis()
	f.mu.Lock()
	data, was := f.data(w.number), f.evicted
	for _, name := range slices.Sorted(maps.Keys(data)) {
		if strings.HasPrefix(name, "cardstock:session:") && w.r.IntN(2) == 0 {
			delete(data, name)
			f.evicted++
		}
	}
	some := f.evicted > was
	f.mu.Unlock()
	if some {
		w.lose(midway)
	}
}

// failover makes a replica the master that had not heard of the newest keys.
func (w *world) failover(midway bool) {
	f := w.redis()
	data := f.copy()
	for name, k := range data[w.number] {
		if k.until > f.now()+(w.ttl-w.ttl/20).Milliseconds() {
			delete(data[w.number], name)
		}
	}
	f.restart(data)
	w.lose(midway)
}

// deleteKey is done by hand, by an operator: the session is meant to end.
func (w *world) deleteKey(p *person) {
	f := w.redis()
	f.mu.Lock()
	defer f.mu.Unlock()
	data := f.data(w.number)
	if _, there := data[p.key()]; there {
		delete(data, p.key())
		p.deleted, p.node, p.keyed = time.Now(), w.node, time.Time{}
		if p.missed {
			p.deleted = p.deleted.Add(-time.Minute) // the grace began when it was deleted the first time
		}
	}
}

func (w *world) hasKey(p *person) (there bool) {
	f := w.redis()
	f.set(func() { _, there = f.data(w.number)[p.key()] })
	return there
}

// vanish takes all keys of sessions away without a trace. They are too many for it to be meant.
func (w *world) vanish() {
	f := w.redis()
	f.mu.Lock()
	data := f.data(w.number)
	n := 0
	for _, p := range w.people {
		if _, there := data[p.key()]; there && !p.gone && p.open == "" && p.deleted.IsZero() {
			n++
		}
	}
	if n >= 40 {
		for _, p := range w.people {
			delete(data, p.key())
			p.keyed = time.Time{}
		}
	}
	f.mu.Unlock()
}

// persist takes the time to live away from a key.
func (w *world) persist(p *person) {
	f := w.redis()
	f.mu.Lock()
	defer f.mu.Unlock()
	if k, there := f.data(w.number)[p.key()]; there {
		f.dbs[w.number][p.key()] = fakeKey{value: k.value}
		p.keyed = time.Time{} // it says no more when they came
	}
}

// connect configures the app for another server or another of its databases, and starts it again.
func (w *world) connect(node, number int) {
	w.node, w.number, w.met = node, number, false
	if w.backup != nil {
		w.backup.moved = true
	}
	for i := range w.apps {
		w.start(i)
	}
	w.move()
}

// pass sweeps once with one of the processes.
func (w *world) pass(i int, o PassOptions, ctx context.Context) {
	if w.apps[i] == nil {
		return
	}
	if !w.embedded && (w.redis().down || w.redis().hang || strings.HasPrefix(w.redis().says, "LOADING")) {
		for _, p := range w.people { // what is not seen does not count
			if !p.deleted.IsZero() {
				p.deleted = time.Now()
			}
		}
	}
	if o.Now && !o.DryRun {
		for _, p := range w.people {
			if !p.deleted.IsZero() {
				p.deleted = time.Now().Add(-time.Hour)
			}
		}
	}
	w.blind()
	if w.naive {
		w.naivePass(w.apps[i])
		return
	}
	if w.off == 0 {
		w.agreed[i] = time.Now()
	}
	r, err := w.apps[i].Pass(ctx, o)
	if r.didSomething() || len(r.Held) > 0 || err != nil {
		w.say("    sweeper %d: held by %q, ended %d, resumed %d, erased %d, missing %d, repaired %d, set again %d, error %v", i, held(r), r.Ended, r.Resumed,
			r.Erased.Sessions, len(r.Missing), r.Repaired, r.SetAgain, err)
	}
	// One that found the lease taken, or no Redis, has seen nothing.
	if err == nil && ctx.Err() == nil && !o.DryRun && r.Looked+r.SetAgain > 0 && w.reachable() {
		w.skewSeen, w.met, w.resetUnseen = true, true, false
		w.lossPending = w.lossPending && len(r.Held) > 0
		if len(r.Held) == 0 && !w.broken() {
			for _, p := range w.people {
				p.missed = p.missed && !w.hasKey(p)
			}
		}
	}
	if err != nil && ctx.Err() == nil && !w.broken() {
		w.fail("a pass failed: %v", err)
	}
}

// naivePass believes Redis.
func (w *world) naivePass(a *app) {
	ctx := context.Background()
	if a.keys == nil {
		a.Pass(ctx, PassOptions{})
		return
	}
	for id, r := range w.look() {
		if there, err := a.keys.Present(ctx, r.hash); err == nil && !there {
			for _, table := range []string{"chunk", "file", "revision", "field", "section", "card"} {
				w.exec("DELETE FROM "+table+" WHERE session_id = ?", id)
			}
			w.exec("DELETE FROM session WHERE id = ?", id)
		}
	}
}

// broken reports whether the database refuses some writes just now.
func (w *world) broken() bool { return w.trigger }

// breakDB makes the database refuse what changes or deletes rows of a table, mend ends it.
func (w *world) breakDB() {
	w.mend()
	what := []string{"UPDATE ON session", "DELETE ON session", "DELETE ON field", "INSERT ON lease", "UPDATE ON meta"}[w.r.IntN(5)]
	w.exec("CREATE TRIGGER broken BEFORE " + what + " BEGIN SELECT RAISE(ABORT, 'broken'); END")
	w.trigger = true
}

func (w *world) mend() {
	w.exec("DROP TRIGGER IF EXISTS broken")
	w.trigger = false
}
