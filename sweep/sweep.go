// Package sweep erases what is left of sessions that have ended. It joins the two that know: Redis, whose keys run out or
// are deleted, and the database, whose rows are to go with them.
//
// "The key is gone" does not mean "the session has ended": Redis may have been flushed, restarted empty, swapped for
// another, or short of memory. So a missing key counts only while there is evidence that Redis is
// the one we know, and only when it stays missing; evidence.go has the evidence, audit.go the patience.
package sweep

import (
	"context"
	"log/slog"
	"time"

	"cardstock/db"
	"cardstock/session"
)

// Options of New. Zero values mean the defaults.
type Options struct {
	Interval time.Duration        // from one pass to the next; 2 s
	Grace    time.Duration        // how long a key must be missing; 1 min, negative means none
	Slice    int                  // sessions audited at once; 20,000
	Budget   time.Duration        // time for the audit in one pass; 1 s
	Uptime   func() time.Duration // a clock that never jumps; the process's own
	Log      *slog.Logger
	Observe  func(Report, error)      // hears of each pass, unless it was told to stop
	Erased   func(late time.Duration) // hears of each session erased: how long after it ended
}

// What is not for operators to set.
const (
	leaseName   = "sweep"
	leaseLength = 30 * time.Second
	patience    = 24 * time.Hour   // how long due rows wait for evidence, and everything for the clock
	coolOff     = 10 * time.Second // for whoever ended a session to erase it
	batch       = 5000             // sessions decided on at once
	dueBatch    = 50_000           // of expired ones: the more, the more neighbours are erased together
	eraseBatch  = 500              // sessions erased before the lease is looked at
	vacuumFor   = 3 * time.Second  // in one pass; visitors' saves come between its steps
	vacuumLater = 5 * time.Minute  // at the most, while passes erase so many that more are about to end:
	manyErased  = 500              // the file would shrink beside the erasing, and each shrinking is a wait for the disk
	scrubBytes  = 64 << 20         // of the file scrubbed in one pass, about 30 ms
	logEmptied  = 20 * time.Second // how often the write-ahead log is emptied while there are writes
)

// Sweeper sweeps one database. Only one of Run, Pass and All runs at a time.
type Sweeper struct {
	db       *db.DB
	keys     *session.Keys // nil: no Redis, rows are judged by their expiry alone
	o        Options
	instance string // names the database file in Redis
	holder   string // names this sweeper in the lease
	clock    clock
	cursor   string    // id up to which the audit has come
	doubt    *Hold     // why missing keys prove nothing until all are set again
	ahead    bool      // the wall clock was found to be ahead, and rows may say so still
	unseen   bool      // Redis was away since keys were marked as missing, and the marks are still there
	renewed  time.Time // when all keys were last set again because Redis evicts
	thrown   int64     // how many it had thrown away when it was last asked about
	emptied  time.Time // when the write-ahead log was last emptied
	vacuumed time.Time // when pages were last given back
	full     bool      // the write-ahead log holds text of erased rows
	written  bool      // the database file may hold some, too: it was written to since scrubbing last began
	scrubbed int       // up to where it is scrubbed; -1 means that there was nothing more to do
	said     string    // the holds and errors that were logged last
}

// New returns a sweeper of the database. keys may be nil: then there is no Redis.
func New(ctx context.Context, store *db.DB, keys *session.Keys, o Options) (*Sweeper, error) {
	instance, err := store.Instance(ctx)
	if err != nil {
		return nil, err
	}
	o = o.withDefaults()
	if keys != nil {
		keys.Doubt(true) // until Meet or the first pass has seen it
	}
	return &Sweeper{
		db:       store,
		keys:     keys,
		o:        o,
		instance: instance,
		holder:   db.NewID(),
		clock:    startClock(store.Now(), o.Uptime()),
		vacuumed: time.Now(),
		written:  true,
		scrubbed: -1,
	}, nil
}

func (o Options) withDefaults() Options {
	if o.Interval == 0 {
		o.Interval = 2 * time.Second
	}
	if o.Grace == 0 {
		o.Grace = time.Minute
	}
	o.Grace = max(o.Grace, 0)
	if o.Slice == 0 {
		o.Slice = 20_000
	}
	if o.Budget == 0 {
		o.Budget = time.Second
	}
	if o.Uptime == nil {
		started := time.Now()
		o.Uptime = func() time.Duration { return time.Since(started) }
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}

// Run makes a pass each interval until ctx ends. It stops between two transactions. Passes that take long, among a million sessions,
// follow each other sooner: otherwise sessions that ended would wait for the pass and the interval.
func (s *Sweeper) Run(ctx context.Context) {
	for ctx.Err() == nil {
		began := time.Now()
		r, err := s.Pass(ctx, PassOptions{})
		if ctx.Err() != nil {
			err, r.Held = nil, nil // told to stop; what it had done is logged all the same
		}
		s.log(r, err)
		t := time.NewTimer(max(s.o.Interval-time.Since(began), s.o.Interval/4))
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
		}
	}
}

// log writes one line for a pass that did something, and says once why a pass holds or fails. That Redis changed while a pass was
// under way is no warning: the next pass begins with it, and says what it was and what to do.
func (s *Sweeper) log(r Report, err error) {
	said, midway := "", false
	for _, h := range r.Held {
		if h.kind == "midway" {
			midway = true
			s.o.Log.Info("sweep stops: "+h.Why, "do", h.Do)
		} else {
			said += h.kind + " "
		}
	}
	if err != nil {
		said += err.Error()
	}
	if said != s.said && !(midway && said == "") {
		for _, h := range r.Held {
			if h.kind != "midway" {
				s.o.Log.Warn("sweep holds: "+h.Why, "do", h.Do)
			}
		}
		if err != nil {
			s.o.Log.Error("sweep failed; the next pass tries again", "err", err)
		}
		s.said = said
	}
	if r.didSomething() {
		s.o.Log.Info("sweep", r.attrs()...)
	}
}
