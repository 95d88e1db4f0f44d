package db

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"
)

// What only SQLite needs: pages of deleted rows are given back, and a full disk must still have room for erasing.

const (
	vacuumFrom  = 64 // free pages worth the trouble
	vacuumStep  = 1 * time.Millisecond
	vacuumRest  = 200 * time.Microsecond // between steps: nobody is in a hurry for the pages
	reserveSize = 8 << 20
	spareRoom   = 1 << 20 // that making the reserve leaves
)

// outside runs fn on the writer connection outside a transaction, in turn with the writes.
func (d *DB) outside(ctx context.Context, fn func(c *sqlx.Conn) error) error {
	return d.committer.chore(func() error {
		c, err := d.writer.Connx(ctx)
		if err != nil {
			return err
		}
		defer c.Close() // back to the pool
		return fn(c)
	})
}

// FreePages returns how many pages of the file are unused, and how many there are.
func (d *DB) FreePages(ctx context.Context) (free, all int, err error) {
	err = errors.Join(
		get(ctx, d.reader, &free, "PRAGMA freelist_count"),
		get(ctx, d.reader, &all, "PRAGMA page_count"),
	)
	return free, all, err
}

// Vacuumed is what giving pages back came to.
type Vacuumed struct {
	Pages   int           // given back to the file system
	Longest time.Duration // of the steps, for which visitors' saves wait
}

// Vacuum gives unused pages back to the file system in steps of about a millisecond, until none are left or the time is over, if
// there are enough to be worth it.
func (d *DB) Vacuum(ctx context.Context, p Pace, atMost time.Duration) (Vacuumed, error) {
	var done Vacuumed
	free, all, err := d.FreePages(ctx)
	if err != nil || free < max(vacuumFrom, all/50) {
		return done, err
	}
	// How many pages a step frees is found out as it goes: it depends on where in the file they are, and on the disk.
	// While very many pages are unused each costs a search through the list of them, about a millisecond for half a million.
	pages := 4
	for began := time.Now(); free > 0 && time.Since(began) < atMost && ctx.Err() == nil; rest(ctx, max(p.Pause, vacuumRest)) {
		took, err := d.giveBack(ctx, pages)
		if err != nil {
			return done, err
		}
		now, _, err := d.FreePages(ctx)
		if err != nil || now >= free { // others free as many meanwhile; the next pass goes on
			return done, err
		}
		done.Pages += free - now
		done.Longest = max(done.Longest, took)
		free = now
		switch {
		case took > vacuumStep:
			pages = max(pages/2, 1)
		case took < vacuumStep/2:
			pages = min(pages*5/4+1, 1000)
		}
	}
	return done, nil
}

// giveBack frees pages in the writer's turn, and says how long that took. Nobody copies the log meanwhile: while that is synced, a write to it
// waits for the disk, and the saves behind it too.
func (d *DB) giveBack(ctx context.Context, pages int) (took time.Duration, err error) {
	d.copying.Lock()
	defer d.copying.Unlock()
	err = d.outside(ctx, func(c *sqlx.Conn) (err error) {
		began := time.Now()
		err = vacuum(ctx, c, pages)
		took = time.Since(began)
		d.checkpointer.committed(2 * pages) // one that moved, and one that points to it
		return err
	})
	return took, err
}

// vacuum frees pages. It is a query whose rows must be read to the end: run as a statement it stops after the first page.
func vacuum(ctx context.Context, c *sqlx.Conn, pages int) error {
	rows, err := c.QueryContext(ctx, fmt.Sprintf("PRAGMA incremental_vacuum(%d)", pages))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
	}
	return rows.Err()
}

// The reserve is a file beside the database that takes up room. On a full disk it is given up, so that there is room for
// the log of an erasing.
func (d *DB) reservePath() string { return d.path + ".reserve" }

// GiveUpReserve removes the reserve and reports whether there was a whole one. Until it is there again visitors' saves find the disk full: they
// would use up the room that was made for erasing, which is how there will be room for all.
func (d *DB) GiveUpReserve() bool {
	d.short.Store(true)
	whole := d.reserved() >= reserveSize
	return os.Remove(d.reservePath()) == nil && whole
}

// reserved is how large the reserve is: less than it should be where a process was killed while it made it.
func (d *DB) reserved() int64 {
	info, err := os.Stat(d.reservePath())
	if err != nil {
		return 0
	}
	return info.Size()
}

// KeepReserve makes the reserve if it is missing. Without room for it, it is left for another time: writing to the last byte of the disk would
// refuse the saves of that moment.
func (d *DB) KeepReserve() {
	has := d.reserved()
	if has < reserveSize {
		if room, err := d.diskRoom(); err == nil && room < reserveSize-uint64(has)+spareRoom {
			return
		}
		if d.writeReserve(has) != nil {
			os.Remove(d.reservePath())
			return
		}
	}
	d.short.Store(false)
}

// writeReserve writes the reserve from a place on. It is written, not truncated to size: a hole takes up no room.
func (d *DB) writeReserve(from int64) error {
	f, err := os.OpenFile(d.reservePath(), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	block := make([]byte, 1<<20)
	for ; from < reserveSize && err == nil; from += int64(len(block)) {
		_, err = f.WriteAt(block[:min(int64(len(block)), reserveSize-from)], from)
	}
	return errors.Join(err, f.Close())
}

// diskRoom is how many bytes the disk has left for the database.
func (d *DB) diskRoom() (uint64, error) {
	var fs syscall.Statfs_t
	err := syscall.Statfs(filepath.Dir(d.path), &fs)
	return fs.Bavail * uint64(fs.Bsize), err
}

// refused reports whether a foreign key stood against a statement.
func refused(err error) bool {
	var se sqlite3.Error
	return errors.As(err, &se) && se.ExtendedCode == sqlite3.ErrConstraintForeignKey
}
