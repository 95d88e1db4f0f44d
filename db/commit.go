package db

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
)

// Group commit. An acknowledged save must survive a power cut, so every commit waits for the disk, which takes as long for a
// hundred saves as for one. So one goroutine does all writing: it runs the saves that wait, one after the
// other, in one transaction, and answers them when that is committed. Each stands in a savepoint of its own, or writes only when nothing
// can refuse it any more, so one that fails takes nothing else with it.

const (
	maxBatch  = 256                    // saves in one commit
	longBatch = 10 * time.Millisecond  // after which a batch takes no more in
	straggle  = 100 * time.Microsecond // the wait for saves that are about to come
)

// A save is a Write that waits for its turn. Its function may run more than once: what it has written is then rolled
// back before.
type save struct {
	fn    func(tx *Tx) error
	light bool // without a savepoint
	asked time.Time
	done  chan error
	err   error // of fn, while the batch is not committed
}

// A committer is the one that writes. Visitors' saves come first; the chores of the sweeper get a turn between two batches.
type committer struct {
	db     *sqlx.DB // one connection
	stats  *stats
	saves  chan *save
	chores chan func()
	quit   chan struct{}
	ended  chan struct{}
	close  sync.Once
	last   int // saves in the last batch: as many may be about to come again

	committed func(pages int) // called after each commit
}

func startCommitter(db *sqlx.DB, stats *stats, committed func(pages int)) *committer {
	c := &committer{db: db, stats: stats, committed: committed, saves: make(chan *save, maxBatch), chores: make(chan func()),
		quit: make(chan struct{}), ended: make(chan struct{})}
	go c.run()
	return c
}

// stop lets the save under way finish; later ones get an error.
func (c *committer) stop() {
	c.close.Do(func() { close(c.quit) })
	<-c.ended
}

var errClosed = errors.New("the database is closed")

// write has fn run in a transaction, together with others, and returns when it is committed. A ctx that ends while fn waits
// for its turn is noticed by fn's first statement.
func (c *committer) write(fn func(tx *Tx) error, light bool) error {
	s := &save{fn: fn, light: light, asked: time.Now(), done: make(chan error, 1)}
	select {
	case c.saves <- s:
	case <-c.quit:
		return errClosed
	}
	select {
	case err := <-s.done:
		return s.answer(err)
	case <-c.ended: // it may have been answered at the last moment
		select {
		case err := <-s.done:
			return s.answer(err)
		default:
			return errClosed
		}
	}
}

// answer passes a panic of the save's function on to whoever called for it.
func (*save) answer(err error) error {
	var p *Panic
	if errors.As(err, &p) {
		panic(p)
	}
	return err
}

// chore has fn run between two batches, with the writing connection to itself. A power cut may undo it: what the sweeper
// did is done again then, so nobody needs to wait for the disk.
func (c *committer) chore(fn func() error) error {
	done := make(chan error, 1)
	select {
	case c.chores <- func() {
		done <- guarded(func() error {
			defer c.db.Exec("PRAGMA synchronous = FULL")
			if _, err := c.db.Exec("PRAGMA synchronous = NORMAL"); err != nil {
				return err
			}
			return fn()
		})
	}:
		return (*save)(nil).answer(<-done)
	case <-c.quit:
		return errClosed
	}
}

func (c *committer) run() {
	defer close(c.ended)
	for c.turn() {
		// While saves come without a pause, a chore still gets every second turn.
		select {
		case chore := <-c.chores:
			chore()
		default:
		}
	}
}

// turn does what waits, a save before a chore. It returns false when the committer is to stop.
func (c *committer) turn() bool {
	select {
	case s := <-c.saves:
		c.batch(s)
		return true
	default:
	}
	select {
	case s := <-c.saves:
		c.batch(s)
	case chore := <-c.chores:
		chore()
	case <-c.quit:
		return false
	}
	return true
}

// batch commits the first save together with those that wait or come meanwhile.
func (c *committer) batch(first *save) {
	tx, err := begin(context.Background(), c.db, "BEGIN IMMEDIATE")
	if err != nil {
		c.refuse(first, err)
		return
	}
	batch := make([]*save, 0, c.last+1)
	began, good := time.Now(), 0
	for s := first; s != nil; s = c.next(len(batch), began) {
		batch = append(batch, s)
		c.stats.waited(time.Since(s.asked))
		switch s.err = attempt(tx, s); {
		case errors.Is(s.err, errUndone):
			c.oneByOne(tx, batch)
			return
		case s.err == nil:
			good++
		}
	}
	c.last = len(batch)
	if good == 0 { // what was taken back is not to be written and waited for
		tx.end()
	} else if err := tx.commit(); err != nil {
		c.oneByOne(tx, batch)
		return
	} else {
		c.stats.commit(good, time.Since(began))
		c.committed(good * savePages)
	}
	for _, s := range batch {
		s.done <- s.err
	}
}

// next returns a save that waits. When there is none it waits a moment for those that were answered a moment ago and may
// send their next; spinning, for no timer is that short. nil closes the batch.
func (c *committer) next(have int, began time.Time) *save {
	if have >= maxBatch || time.Since(began) > longBatch {
		return nil
	}
	for waiting := time.Now(); ; runtime.Gosched() {
		select {
		case s := <-c.saves:
			return s
		default:
		}
		if have >= c.last || time.Since(waiting) > straggle {
			return nil
		}
	}
}

// refuse answers a save that no transaction could be begun for, and all that wait behind it: each would wait as long for a lock that
// another process holds.
func (c *committer) refuse(s *save, err error) {
	s.done <- err
	for range len(c.saves) {
		(<-c.saves).done <- err
	}
}

// oneByOne does a batch again whose transaction is lost, each save in a transaction of its own: what the disk has no room for fails
// alone, the rest is saved.
func (c *committer) oneByOne(tx *Tx, batch []*save) {
	tx.end()
	for _, s := range batch {
		s.done <- c.alone(s.fn)
	}
}

// alone runs fn in a transaction of its own.
func (c *committer) alone(fn func(tx *Tx) error) error {
	tx, err := begin(context.Background(), c.db, "BEGIN IMMEDIATE")
	if err != nil {
		return err
	}
	defer tx.end()
	began := time.Now()
	if err := guarded(func() error { return fn(tx) }); err != nil {
		return err
	}
	err = tx.commit()
	if err == nil {
		c.stats.commit(1, time.Since(began))
		c.committed(chorePages)
	}
	return err
}

// errUndone says that the engine has rolled the whole transaction back, as it does when the disk is full.
var errUndone = errors.New("the transaction was rolled back")

// attempt runs a save in a savepoint, and takes back what it did if it fails. A light save has none: should it fail with something written,
// the whole batch has to be taken back.
func attempt(tx *Tx, s *save) error {
	if s.light {
		tx.wrote = false
		err := guarded(func() error { return s.fn(tx) })
		if err != nil && tx.wrote {
			return errUndone
		}
		return err
	}
	if tx.do("SAVEPOINT save") != nil {
		return errUndone
	}
	err := guarded(func() error { return s.fn(tx) })
	if err != nil && tx.do("ROLLBACK TO save") != nil || tx.do("RELEASE save") != nil {
		return errUndone
	}
	return err
}

// Panic is a panic on its way to the goroutine that is to blame, where it is raised once more.
type Panic struct {
	What  any // its value, which may hold a visitor's text
	Stack []byte
}

// Error says where it was, and of its value the type.
func (p *Panic) Error() string { return fmt.Sprintf("a panic of a %T\n\n%s", p.What, p.Stack) }

// guarded runs fn and makes an error of its panic.
func guarded(fn func() error) (err error) {
	defer func() {
		if what := recover(); what != nil {
			err = &Panic{what, debug.Stack()}
		}
	}()
	return fn()
}

// Write runs fn in a transaction and commits it; when it returns nil, what fn wrote survives
// a power cut. If fn returns an error nothing is written. Others' writes may share the transaction, but neither see
// fn fail nor fail with it. fn may be called again after its transaction was lost, so it must do nothing that matters twice besides writing;
// it must not keep tx.
func (d *DB) Write(ctx context.Context, fn func(tx *Tx) error) error { return d.submit(ctx, fn, false) }

// writeLight is Write for an fn that writes only after all that can refuse it: it goes without a savepoint, which takes as long
// as a statement. If it fails later than that, the others of its batch are done again.
func (d *DB) writeLight(ctx context.Context, fn func(tx *Tx) error) error {
	return d.submit(ctx, fn, true)
}

func (d *DB) submit(ctx context.Context, fn func(tx *Tx) error, light bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := translate(d.committer.write(func(tx *Tx) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return fn(tx)
	}, light))
	d.stats.wrote(err)
	return err
}

// chore is Write for the work in the background: in a transaction of its own, between two batches of visitors' saves.
func (d *DB) chore(fn func(tx *Tx) error) error {
	d.background.RLock()
	defer d.background.RUnlock()
	err := translate(d.committer.chore(func() error { return d.committer.alone(fn) }))
	d.stats.wrote(err)
	return err
}
