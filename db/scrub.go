package db

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
)

// SQLite's secure_delete overwrites the rows that are deleted. It does not overwrite copies: when the rows of a page are
// spread over its neighbours, those that moved away stay behind in the page's unused middle, and there
// they are still when the rows themselves are deleted later. SQLite never reads that middle, and has no statement that
// clears it but VACUUM, which stops all writes for as long as the whole file takes.
//
// So we clear it ourselves, in the file, while we hold the write lock and the write-ahead log is empty: then nobody
// writes pages, and a reader does not care what is between the cells. Only there we write.

// scrubRest is the pause between two holds of the writer connection.
const scrubRest = 20 * time.Millisecond

// ScrubGroup is about how many bytes of the file Scrub looks at for one group.
const ScrubGroup = 820 * 4096

// Scrub clears text of deleted rows in the unused middle of pages, in so many groups of pages from the one given. It
// returns the group to go on with, and how many pages it cleared; at the end of the file, done. What is still in the
// write-ahead log it does not see.
func (d *DB) Scrub(ctx context.Context, from, groups int) (next, cleared int, done bool, err error) {
	f, err := d.layout()
	if err != nil || !f.mapped {
		return 0, 0, true, err
	}
	defer func() {
		if cleared > 0 {
			err = errors.Join(err, d.raw.Sync())
		}
	}()
	buf := f.buffer()
	defer buffers.Put(&buf)
	for next = from; next < from+groups && ctx.Err() == nil; next++ {
		stale, end, err := f.stale(next, buf)
		if err != nil {
			return next, cleared, false, err
		}
		if len(stale) > 0 {
			n, err := d.clear(ctx, f, next, buf)
			if cleared += n; err != nil || n == 0 {
				return next, cleared, false, err
			}
			rest(ctx, scrubRest)
		}
		if end {
			return next, cleared, true, nil
		}
	}
	return next, cleared, false, nil
}

// clear clears the stale pages of a group. It returns 0 if somebody is in the way; then it is to be tried again later.
func (d *DB) clear(ctx context.Context, f layout, group int, buf []byte) (n int, err error) {
	d.copying.Lock()
	defer d.copying.Unlock()
	err = d.outside(ctx, func(c *sqlx.Conn) error {
		emptied, err := emptyLog(ctx, c)
		if err != nil || !emptied {
			return err
		}
		if _, err := c.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
			return err
		}
		defer func() {
			// The writer's own copies of the pages must go too, or it would write the old text again.
			for _, end := range []string{"ROLLBACK", "PRAGMA shrink_memory"} {
				_, e := c.ExecContext(context.WithoutCancel(ctx), end)
				err = errors.Join(err, e)
			}
		}()
		if d.LogBytes() > 0 { // another process was quicker
			return nil
		}
		stale, _, err := f.stale(group, buf)
		for _, s := range stale {
			if err == nil {
				_, err = d.raw.WriteAt(make([]byte, s.to-s.from), s.from)
				n++
			}
		}
		return err
	})
	return n, err
}

// layout is what one must know of the file to find its pages.
type layout struct {
	io.ReaderAt
	page   int // bytes of a page
	usable int
	mapped bool // it has pointer maps, which tell what sort each page is
}

func (d *DB) layout() (layout, error) {
	head := make([]byte, 100)
	if _, err := d.raw.ReadAt(head, 0); err != nil {
		if errors.Is(err, io.EOF) { // a new file, all still in the log
			err = nil
		}
		return layout{}, err
	}
	f := layout{ReaderAt: d.raw, page: int(binary.BigEndian.Uint16(head[16:]))}
	if f.page == 1 {
		f.page = 65536
	}
	if f.page < 512 {
		return f, fmt.Errorf("pages of %d bytes", f.page)
	}
	f.usable = f.page - int(head[20])
	f.mapped = binary.BigEndian.Uint32(head[52:]) != 0
	return f, nil
}

// entries is how many pages a pointer map describes; it lies before them, and with it they are a group. Page 1, which
// holds nothing of visitors, is in none.
func (f layout) entries() int { return f.usable / 5 }
func (f layout) group() int   { return (f.entries() + 1) * f.page }

// buffers keeps the room for a group from one pass to the next: to get 3 MB anew each second costs more than to look through a small file.
var buffers sync.Pool

func (f layout) buffer() []byte {
	if buf, _ := buffers.Get().(*[]byte); buf != nil && len(*buf) == f.group() {
		return *buf
	}
	return make([]byte, f.group())
}

// A span is a piece of the file.
type span struct{ from, to int64 }

// stale finds the unused middles of a group's pages that are not clear, and whether the file ends with the group.
func (f layout) stale(group int, buf []byte) (found []span, end bool, err error) {
	start := int64(f.page) + int64(group)*int64(f.group())
	n, err := f.ReadAt(buf, start)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, true, err
	}
	end = n < len(buf)
	pages := buf[:n-n%f.page]
	for at := f.page; at < len(pages); at += f.page {
		const root, node = 1, 5 // what a pointer map calls the pages of tables and indexes
		if sort := pages[(at/f.page-1)*5]; sort != root && sort != node {
			continue
		}
		from, to := middle(pages[at:at+f.page], f.usable)
		if gap := pages[at+from : at+to]; len(bytes.TrimLeft(gap, "\x00")) > 0 {
			found = append(found, span{start + int64(at+from), start + int64(at+to)})
		}
	}
	return found, end, nil
}

// middle returns where the unused middle of a page begins and ends: between the list of its cells and the first of them.
func middle(page []byte, usable int) (from, to int) {
	switch page[0] {
	case 2, 5:
		from = 12
	case 10, 13:
		from = 8
	default:
		return 0, 0
	}
	from += 2 * int(binary.BigEndian.Uint16(page[3:]))
	to = int(binary.BigEndian.Uint16(page[5:]))
	if to == 0 {
		to = 65536
	}
	if to > usable || from > to {
		return 0, 0
	}
	return from, to
}

// raws are the database files opened past SQLite, by path. Closing any descriptor of a file gives up all locks that
// the process has on it, SQLite's too: so each is opened once, and closed when the last DB of it is closed.
var raws = struct {
	sync.Mutex
	open map[string]*raw
}{open: map[string]*raw{}}

type raw struct {
	*os.File
	users int
}

func openRaw(path string) (*raw, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	raws.Lock()
	defer raws.Unlock()
	if r := raws.open[path]; r != nil {
		r.users++
		return r, nil
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	r := &raw{File: f, users: 1}
	raws.open[path] = r
	return r, nil
}

// release closes the file if nobody else in this process uses it. It comes after SQLite has closed it.
func (r *raw) release() error {
	if r == nil {
		return nil
	}
	raws.Lock()
	defer raws.Unlock()
	if r.users--; r.users > 0 {
		return nil
	}
	for path, other := range raws.open {
		if other == r {
			delete(raws.open, path)
		}
	}
	return r.Close()
}
