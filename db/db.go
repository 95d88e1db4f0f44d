// Package db keeps cards and sessions in SQLite through sqlx. Rows of visitors come only from a
// [Scope], a value made from a session id whose every statement carries that id; the session rows
// themselves are in session.go. All that is SQLite's own is in sqlite.go and space.go.
//
// A read closes its rows before it returns. Every write of a process goes through
// [DB.Write], one at a time: a second writer connection would stall users for half a second.
package db

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
)

// DB is an open database. Its methods may be called from many goroutines.
type DB struct {
	path         string
	writer       *sqlx.DB // one connection, transactions begin IMMEDIATE; only the committer uses it
	reader       *sqlx.DB // query-only connections
	copier       *sqlx.DB // one connection, which copies the log
	committer    *committer
	checkpointer *checkpointer
	raw          *raw             // the file itself, see scrub.go; nil when opened to read
	quota        int64            // bytes in one session; 0 means no end
	short        atomic.Bool      // the disk is full and the reserve is given up: what room there is, is for erasing
	Now          func() time.Time // the clock; tests set it before use
	stats        stats
	logPages     int          // after which SQLite copies the log in a commit; LimitLog's alone
	copying      sync.Mutex   // the log is being copied: who empties it waits, before asking for the writer's turn
	background   sync.RWMutex // read-locked by each write of the sweeper; locked, they wait
	once         sync.Once    // closed
}

// ErrEnded is what a request gets whose session has ended since it began, or has moved to another browser.
var ErrEnded = errors.New("the session has ended")

// Options of Open.
type Options struct {
	Path    string // of the database file; missing directories are made
	Schema  string // the text of schema.sql
	Readers int    // reading connections; 0 means one for each CPU
	Quota   int64  // bytes that one session can hold; 0 means as many as it likes
}

// Open opens the database file, makes it if it is missing, and brings an older one up to this version. Its error is one
// sentence an operator can act on.
func Open(ctx context.Context, o Options) (*DB, error) {
	d, err := connect(o)
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", o.Path, reason(err))
	}
	err = d.upgrade(ctx, o.Schema)
	if err == nil {
		_, err = d.Instance(ctx) // to see that it can be read and written
	}
	if err != nil {
		d.Close()
		return nil, fmt.Errorf("database %s: %w", o.Path, reason(err))
	}
	return d, nil
}

// Close closes all connections. A write under way finishes first.
func (d *DB) Close() error {
	d.checkpointer.stop()
	d.committer.stop()
	err := errors.Join(d.copier.Close(), d.reader.Close(), d.writer.Close())
	d.once.Do(func() { err = errors.Join(err, d.raw.release()) }) // other DBs may use the same file
	return err
}

// Path returns the path of the database file.
func (d *DB) Path() string { return d.path }

// Ready reports whether visitors' saves can be written.
func (d *DB) Ready(ctx context.Context) error {
	if d.short.Load() {
		return translate(errShort)
	}
	return d.Write(ctx, func(tx *Tx) error {
		return exec(ctx, tx, `
			INSERT INTO meta (key, value) VALUES ('ready', ?)
			ON CONFLICT (key) DO UPDATE SET value = excluded.value`, d.Now().UnixMilli())
	})
}

// NewID returns a random id of 80 bits, 16 lower-case letters and digits. Secrecy does not rest on it.
func NewID() string {
	var b [10]byte
	rand.Read(b[:])
	return strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
}

// queryer is what a transaction and a pool have in common.
type queryer interface {
	sqlx.QueryerContext
	sqlx.ExecerContext
	Rebind(query string) string
	GetContext(ctx context.Context, dest any, query string, args ...any) error
	SelectContext(ctx context.Context, dest any, query string, args ...any) error
}

// The three helpers that hide the dialect: queries are written with ?, and rebound for the engine.

func get(ctx context.Context, q queryer, dest any, query string, args ...any) error {
	return q.GetContext(ctx, dest, q.Rebind(query), args...)
}

func list(ctx context.Context, q queryer, dest any, query string, args ...any) error {
	return q.SelectContext(ctx, dest, q.Rebind(query), args...)
}

func exec(ctx context.Context, q queryer, query string, args ...any) error {
	_, err := changed(ctx, q, query, args...)
	return err
}

// changed is exec that returns the number of rows changed.
func changed(ctx context.Context, q queryer, query string, args ...any) (int64, error) {
	res, err := q.ExecContext(ctx, q.Rebind(query), args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
