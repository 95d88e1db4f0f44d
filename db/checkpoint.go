package db

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"
)

// SQLite copies the write-ahead log into the database file in the commit that makes it too long: that save waits for some megabytes to be written and
// synced. So here a goroutine copies it beside the writer, little by little. When all is copied, the writer's next write begins the log anew.

const (
	longLog  = 500     // pages to be copied that are worth it: the disk writes them in some milliseconds, for which a commit may wait
	fullLog  = 8000    // pages in a log that must begin anew: 32 MB
	tooLong  = 20000   // pages after which SQLite copies them itself, whatever waits
	usual    = 1000    // the same on a disk with little room: a longer log takes what erasing needs when it is full
	muchRoom = 1 << 30 // bytes
	logRest  = 5 * time.Millisecond
)

// A checkpointer copies the log when it is told that there was a commit.
type checkpointer struct {
	told  chan struct{}
	quit  chan struct{}
	ended chan struct{}
	close sync.Once
	grown int // pages since it was last told; the committer's alone
}

func (d *DB) startCheckpointer() *checkpointer {
	c := &checkpointer{make(chan struct{}, 1), make(chan struct{}), make(chan struct{}), sync.Once{}, 0}
	go func() {
		defer close(c.ended)
		for {
			select {
			case <-c.told:
			case <-c.quit:
				return
			}
			d.keepLogShort(context.Background()) // if it fails the next commit tries again, and in the end SQLite itself
			select {
			case <-time.After(logRest):
			case <-c.quit:
				return
			}
		}
	}()
	return c
}

// What a commit adds to the log, roughly: pages of one save, and of a chore of some milliseconds.
const (
	savePages  = 8
	chorePages = 250
)

// committed tells that the log has grown by about so many pages. It never waits.
func (c *checkpointer) committed(pages int) {
	if c.grown += pages; c.grown < longLog {
		return
	}
	c.grown = 0
	select {
	case c.told <- struct{}{}:
	default:
	}
}

func (c *checkpointer) stop() {
	c.close.Do(func() { close(c.quit) })
	<-c.ended
}

// keepLogShort copies a long log beside the writer.
func (d *DB) keepLogShort(ctx context.Context) error {
	d.copying.Lock()
	defer d.copying.Unlock()
	log, err := d.copyLog(ctx)
	if err != nil || log.Log < fullLog {
		return err
	}
	// The sweeper waits a moment, so that the writer is soon caught up with.
	d.background.Lock()
	defer d.background.Unlock()
	for range 8 {
		log, err := d.copyLog(ctx)
		if err != nil || log.Log < fullLog {
			return err
		}
		rest(ctx, logRest/2)
	}
	// Saves come without a pause: the last few pages are copied in the writer's turn, for which the next ones wait.
	return d.outside(ctx, func(c *sqlx.Conn) error {
		_, err := checkpoint(ctx, c, "PASSIVE")
		return err
	})
}

// copyLog copies what is in the log, beside the writer. SQLite syncs the database file only when it has caught up with the writer: that would
// be one long wait for all that was copied since, and for the saves that sync the log meanwhile. So it is synced here each time.
func (d *DB) copyLog(ctx context.Context) (logState, error) {
	log, err := checkpoint(ctx, d.copier, "PASSIVE")
	if err == nil {
		err = d.raw.Sync()
	}
	return log, err
}

// LimitLog lets the log grow beyond what is usual while the disk has much room.
func (d *DB) LimitLog(ctx context.Context) error {
	pages := usual
	if room, err := d.diskRoom(); err == nil && room >= muchRoom {
		pages = tooLong
	}
	if pages == d.logPages {
		return nil
	}
	err := d.outside(ctx, func(c *sqlx.Conn) error {
		_, err := c.ExecContext(ctx, fmt.Sprintf("PRAGMA wal_autocheckpoint = %d", pages))
		return err
	})
	if err == nil {
		d.logPages = pages
	}
	return err
}

// Checkpoint copies the write-ahead log into the database file and empties it, so that no text of deleted rows stays in
// it. It reports false if a reader was in the way; then it is to be tried again later.
func (d *DB) Checkpoint(ctx context.Context) (bool, error) {
	d.copying.Lock()
	defer d.copying.Unlock()
	// The copying first, beside the writes: what is left for the writer's own turn is short.
	if _, err := d.copyLog(ctx); err != nil {
		return false, err
	}
	emptied := false
	err := d.outside(ctx, func(c *sqlx.Conn) (err error) {
		emptied, err = emptyLog(ctx, c)
		return err
	})
	return emptied, err
}

func emptyLog(ctx context.Context, c *sqlx.Conn) (bool, error) {
	// With the usual timeout one slow reader would stall every save for 5 seconds.
	if _, err := c.ExecContext(ctx, "PRAGMA busy_timeout = 50"); err != nil {
		return false, err
	}
	defer c.ExecContext(context.WithoutCancel(ctx), "PRAGMA busy_timeout = 5000")
	log, err := checkpoint(ctx, c, "TRUNCATE")
	return err == nil && log.Busy == 0 && log.pages() == 0, err
}

// A logState is what a checkpoint says of the log.
type logState struct {
	Busy   int `db:"busy"`         // 1: somebody was in the way
	Log    int `db:"log"`          // pages in the log
	Copied int `db:"checkpointed"` // pages of it that are in the database file
}

// pages is how many are still to be copied.
func (l logState) pages() int { return l.Log - l.Copied }

// checkpoint copies the log as the mode says. Somebody else's lock is no error.
func checkpoint(ctx context.Context, q interface {
	GetContext(ctx context.Context, dest any, query string, args ...any) error
}, mode string) (logState, error) {
	var l logState
	err := q.GetContext(ctx, &l, "PRAGMA wal_checkpoint("+mode+")")
	var se sqlite3.Error
	if errors.As(err, &se) && (se.Code == sqlite3.ErrBusy || se.Code == sqlite3.ErrLocked) {
		return logState{Busy: 1}, nil
	}
	return l, err
}

// LogBytes returns the size of the write-ahead log.
func (d *DB) LogBytes() int64 {
	info, err := os.Stat(d.path + "-wal")
	if err != nil {
		return 0
	}
	return info.Size()
}
