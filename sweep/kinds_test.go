package sweep

import (
	"context"
	"time"
)

// kinds are the steps there are; one that stands there twice happens twice as often.
var kinds = []struct {
	name  string
	redis bool // means something only with Redis
	do    func(w *world)
}{
	{"a visit", false, func(w *world) { w.visit(w.someone()) }},
	{"a visit", false, func(w *world) { w.visit(w.someone()) }},
	{"all visit", false, func(w *world) {
		for _, p := range w.people {
			w.visit(p)
		}
	}},
	{"somebody new", false, func(w *world) { w.arrive() }},
	{"somebody erases their session", false, func(w *world) { w.erase(w.someone()) }},
	{"a pass", false, func(w *world) { w.pass(0, PassOptions{}, context.Background()) }},
	{"sweep --now", false, func(w *world) { w.pass(1, PassOptions{Now: true, Beside: true}, context.Background()) }},
	{"sweep --dry-run", false, func(w *world) { w.dryRun() }},
	{"the processes are restarted", false, func(w *world) { w.restart() }},
	{"somebody else has the lease", false, func(w *world) { w.lease(30 * time.Second) }},
	{"the database refuses some writes", false, func(w *world) { w.breakDB() }},
	{"the database takes all writes again", false, func(w *world) { w.mend() }},
	{"a pass, and something in its midst", true, func(w *world) { w.interrupted() }},
	{"a pass, and something in its midst", true, func(w *world) { w.interrupted() }},
	{"a pass that is killed", false, func(w *world) { w.killed() }},
	{"a backup is made", false, func(w *world) { w.copyFile() }},
	{"the backup is put back", false, func(w *world) { w.restore() }},
	{"the wall clock jumps", false, func(w *world) { w.jump() }},
	{"the clocks of one host jump", true, func(w *world) { w.jump(); w.skewTo(w.off) }},
	{"the wall clock is set right", false, func(w *world) { w.setRight() }},

	{"a key is deleted by hand", true, func(w *world) { w.deleteKey(w.someone()) }},
	{"a key is deleted by hand", true, func(w *world) { w.deleteKey(w.someone()) }},
	{"all keys vanish", true, func(w *world) { w.vanish() }},
	{"FLUSHALL", true, func(w *world) { w.flush(false) }},
	{"Redis restarts empty", true, func(w *world) { w.redis().restart(map[int]map[string]fakeKey{}); w.lose(false) }},
	{"Redis saves", true, func(w *world) { w.saved = w.redis().copy() }},
	{"Redis restarts with what it saved", true, func(w *world) { w.rollBack() }},
	{"Redis evicts", true, func(w *world) { w.evict(false) }},
	{"CONFIG RESETSTAT", true, func(w *world) { w.resetStat() }},
	{"a replica takes over", true, func(w *world) { w.failover(false) }},
	{"a key loses its time to live", true, func(w *world) { w.persist(w.someone()) }},
	{"Redis is down", true, func(w *world) { w.down() }},
	{"Redis hangs", true, func(w *world) { f := w.redis(); f.set(func() { f.hang = true }) }},
	{"Redis is loading", true, func(w *world) { w.refuse("LOADING Redis is loading the dataset in memory") }},
	{"Redis is full", true, func(w *world) { w.refuse("OOM command not allowed when used memory > 'maxmemory'.") }},
	{"Redis is a replica", true, func(w *world) { w.refuse("READONLY You can't write against a read only replica.") }},
	{"Redis cannot save", true, func(w *world) { w.refuse("MISCONF Redis is configured to save RDB snapshots") }},
	{"Redis is well", true, func(w *world) { w.well() }},
	{"Redis is well", true, func(w *world) { w.well() }},
	{"Redis is well", true, func(w *world) { w.well() }},
	{"commands go astray", true, func(w *world) { w.astray() }},
	{"commands arrive late", true, func(w *world) { w.redis().catchUp() }},
	{"another Redis is configured", true, func(w *world) { w.connect(1-w.node, 0) }},
	{"another database of Redis is configured", true, func(w *world) { w.connect(w.node, 5-w.number) }},
	{"the clock of Redis jumps", true, func(w *world) { w.skew() }},
}

// well ends what is wrong with Redis.
func (w *world) well() {
	f := w.redis()
	f.set(func() { f.down, f.hang, f.says, f.before = false, false, "", nil })
}

func (w *world) down() {
	f := w.redis()
	f.set(func() { f.down = true })
	f.drop()
}

// refuse lets Redis answer with an error.
func (w *world) refuse(says string) {
	f := w.redis()
	f.set(func() { f.says = says })
}

func (w *world) rollBack() {
	if w.saved != nil {
		w.redis().restart(w.saved)
		w.saved = w.redis().copy()
		w.lose(false)
	}
}

// skew lets the clock of Redis jump. Keys may then seem to live longer than their session.
func (w *world) skew() {
	w.skewTo(w.leap())
}

func (w *world) skewTo(d time.Duration) {
	f := w.redis()
	f.set(func() { f.skew = d })
	w.skewed, w.skewSeen = true, false
	w.move()
}

// resetStat sets the counters of Redis back. Right after an eviction that no pass has seen it would wipe out the only trace.
func (w *world) resetStat() {
	if !w.lossPending {
		f := w.redis()
		f.set(func() { f.evicted = 0 })
		w.resetUnseen = true
	}
}

func (w *world) restart() {
	for i := range w.apps {
		w.start(i)
	}
}

func (w *world) lease(d time.Duration) {
	if w.trigger {
		return
	}
	w.exec("INSERT OR REPLACE INTO lease VALUES (?, 'somebody else', ?)", leaseName, w.wall().Add(d).UnixMilli())
}

func (w *world) dryRun() {
	before := w.look()
	w.pass(1, PassOptions{DryRun: true, Now: true, Beside: true}, context.Background())
	for id, r := range w.look() {
		if before[id] != r {
			w.fail("a dry run changed %+v to %+v", before[id], r)
		}
	}
}

// leap is how far a clock jumps: minutes to months, to either side.
func (w *world) leap() time.Duration {
	d := 2*time.Minute + w.upTo([]time.Duration{time.Hour, 3 * 24 * time.Hour, 2 * month}[w.r.IntN(3)])
	if w.r.IntN(2) == 0 {
		return -d
	}
	return d
}

func (w *world) jump() {
	w.revive("a clock moved")
	w.off = w.leap()
	w.say("  it is ahead by %s", w.off)
	w.jumped = time.Now()
	w.wrong = max(w.wrong, w.off.Abs())
}

// setRight sets all clocks right.
func (w *world) setRight() {
	if w.off != 0 {
		w.revive("a clock moved")
	}
	w.off, w.trusting = 0, false
	for _, f := range w.nodes {
		if f.skew != 0 {
			f.set(func() { w.unseen(f) })
		}
	}
}

// revive opens what becomes of sessions that came back with a backup, erased before: that their keys are missing proves nothing after this.
func (w *world) revive(what string) {
	for _, p := range w.people {
		if w.restored && p.erased && !p.gone {
			p.open = "erased after a backup that came back, and " + what + " before the grace was over"
		}
	}
}

// unseen sets the clock of Redis right. If no pass came by meanwhile, nobody can know why keys are missing.
func (w *world) unseen(f *fakeRedis) {
	f.data(w.number) // what has run out by the wrong clock is gone
	f.skew = 0
	data := f.data(w.number)
	for _, p := range w.people {
		if _, there := data[p.key()]; !there && !w.skewSeen && p.open == "" {
			p.open = "the clock of Redis was wrong between two passes"
		}
	}
}

// decide says what decides about each command from now on.
func (w *world) decide(before func(int, []string) fate) {
	f := w.redis()
	f.set(func() { f.n, f.before = 0, before })
}

// astray lets some of the next commands get lost on the way, or their replies.
func (w *world) astray() {
	often := 2 + w.r.IntN(20)
	w.decide(func(int, []string) fate {
		if w.r.IntN(often) == 0 {
			return []fate{lost, unheard, overtaken}[w.r.IntN(3)]
		}
		return done
	})
}

// interrupted is a pass in whose midst something happens: at one of its calls to Redis.
func (w *world) interrupted() {
	f := w.redis()
	events := []struct {
		name string
		do   func()
	}{
		{"a visit", func() { w.visit(w.someone()) }},
		{"an erasing", func() { w.erase(w.someone()) }},
		{"FLUSHALL", func() { w.flush(true) }},
		{"a restart of Redis", func() { f.restart(map[int]map[string]fakeKey{}); w.lose(true) }},
		{"an eviction", func() { w.evict(true) }},
		{"a failover", func() { w.failover(true) }},
		{"Redis going down", w.down},
		{"a pause", func() { w.pause(w.moment()) }},
		{"another pass", func() { w.pass(1, PassOptions{}, context.Background()) }},
		{"a jump of the clock", func() { w.jump() }},
		{"a key deleted by hand", func() { w.deleteKey(w.someone()) }},
	}
	e := events[w.r.IntN(len(events))]
	at := w.r.IntN(12 + 3*len(w.people))
	w.say("  before its command %d: %s", at, e.name)
	w.decide(func(n int, _ []string) fate {
		if n > at {
			w.decide(nil)
			e.do()
		}
		return done
	})
	w.pass(0, PassOptions{}, context.Background())
	w.decide(nil)
}

// killed is a process that dies in the midst of a pass, at one of its calls to Redis or looks at the clock. Its
// lease stays behind.
func (w *world) killed() {
	ctx, kill := context.WithCancel(context.Background())
	defer kill()
	left := w.r.IntN(20)
	count := func() {
		if left--; left < 0 {
			kill()
		}
	}
	w.onNow = count
	w.decide(func(int, []string) fate {
		if count(); ctx.Err() != nil {
			return lost
		}
		return done
	})
	w.pass(0, PassOptions{}, ctx)
	w.onNow = nil
	w.decide(nil)
	w.lease(w.upTo(30 * time.Second))
	w.start(0)
}

// restore puts the backup back: what was acknowledged since is lost, and what ended since is there again.
func (w *world) restore() {
	if w.backup == nil {
		return
	}
	w.putBack()
	w.mend()
	w.restored = true
	for i, old := range w.backup.people {
		p := w.people[i]
		p.seen, p.title = old.seen, old.title
		if w.redis().skew != 0 || w.skewed && !w.skewSeen { // what keys say of time is not believed, and they are set by the rows
			p.keyed = time.Time{}
		}
		if p.gone || p.erased {
			p.gone = old.gone
			p.deleted, p.node = time.Now().Add(-time.Hour), w.node // its key is not there, and may be missed
		}
		keyStays := w.hasKey(p)
		if p.erased && (w.backup.outdated || w.embedded || keyStays || w.unkeyed(p)) {
			p.open = "erased after a backup that came back, and Redis cannot tell any more"
		}
		if w.backup.moved && !keyStays {
			p.open = "what was done to keys of the Redis it had then counts again"
		}
	}
	w.people = w.people[:len(w.backup.people)]
}

// unkeyed reports whether the row of a session was never told that its key is set, as while Redis was away: that it has none says nothing.
func (w *world) unkeyed(p *person) (yes bool) {
	w.must(w.raw.QueryRow("SELECT COUNT(*) FROM session WHERE id = ? AND keyed_until <> expires_at", p.id).Scan(&yes))
	return yes
}
