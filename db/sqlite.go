package db

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"

	"cardstock/card"
)

const driver = "cardstock-sqlite3"

// register adds our driver once: SQLite with what its data source name cannot say.
var register = sync.OnceFunc(func() {
	sql.Register(driver, &sqlite3.SQLiteDriver{
		ConnectHook: func(c *sqlite3.SQLiteConn) error {
			// Temporary files on disk would hold text that outlives its session.
			_, err := c.Exec(fmt.Sprintf("PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = %d", usual), nil)
			return err
		},
	})
	sqlx.BindDriver(driver, sqlx.QUESTION)
})

// pragmas reach every connection of a pool only through the data source name. FULL: an acknowledged save survives a
// power cut. secure_delete: erased text is overwritten (FAST would leave some).
const pragmas = "?_journal_mode=WAL&_synchronous=FULL&_busy_timeout=5000&_foreign_keys=1&_secure_delete=1&_stmt_cache_size=64"

// shrinks makes a new file one that can give room back; set later it does nothing. It is for the writer alone: this pragma writes a page
// whenever a connection is opened, so a reader would wait for the writer, and find a full disk full.
const shrinks = "&_auto_vacuum=incremental"

// connect opens the writer, which makes the file, and the readers.
func connect(o Options) (*DB, error) {
	register()
	if err := prepare(o.Path); err != nil {
		return nil, err
	}
	dsn := "file:" + (&url.URL{Path: o.Path}).EscapedPath() + pragmas
	writer, err := sqlx.Open(driver, dsn+shrinks+"&_txlock=immediate&_cache_size=-32000")
	if err != nil {
		return nil, err
	}
	writer.SetMaxOpenConns(1)
	if err := writer.Ping(); err != nil {
		writer.Close()
		return nil, err
	}
	reader, err := sqlx.Open(driver, dsn+"&_txlock=deferred&_query_only=1&_cache_size=-8000")
	if err != nil {
		writer.Close()
		return nil, err
	}
	file, err := openRaw(o.Path)
	if err != nil {
		writer.Close()
		return nil, err
	}
	n := o.Readers
	if n == 0 {
		n = max(runtime.NumCPU(), 2)
	}
	reader.SetMaxOpenConns(n)
	reader.SetMaxIdleConns(n)
	copier, err := sqlx.Open(driver, dsn+"&_txlock=deferred&_query_only=1&_cache_size=-100")
	if err == nil {
		err = errors.Join(copier.Ping(), reader.Ping())
	}
	if err != nil {
		writer.Close()
		reader.Close()
		return nil, err
	}
	copier.SetMaxOpenConns(1)
	d := newDB(o.Path, writer, reader, copier)
	d.quota, d.raw = o.Quota, file
	return d, nil
}

func newDB(path string, writer, reader, copier *sqlx.DB) *DB {
	d := &DB{path: path, writer: writer, reader: reader, copier: copier, Now: time.Now}
	d.checkpointer = d.startCheckpointer()
	d.committer = startCommitter(writer, &d.stats, d.checkpointer.committed)
	return d
}

// prepare makes the directory, for its owner only, and the file with the same care: SQLite would use
// the umask. Its -wal and -shm files take the mode of the file.
func prepare(path string) error {
	dir := filepath.Dir(path)
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// translate turns SQLite's errors into ours where a visitor should hear of them.
func translate(err error) error {
	var se sqlite3.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return &card.Error{Code: card.NotFound, Message: "There is no such thing here.", Err: err}
	case !errors.As(err, &se):
		return err
	case full(se):
		return &card.Error{Code: card.Full, Message: "The server's disk is full.", Err: err}
	case slices.Contains(away, se.Code):
		return &card.Error{Code: card.Unavailable, Message: "The server cannot get at its database just now.", Err: err}
	}
	return err
}

// errShort is SQLite's own error for what the reserve has been given up for.
var errShort = sqlite3.Error{Code: sqlite3.ErrFull}

// full reports whether there was no room. A quota and a limit on the size of files are no full disk to SQLite.
func full(err sqlite3.Error) bool {
	return err.Code == sqlite3.ErrFull || err.Code == sqlite3.ErrIoErr &&
		slices.Contains([]syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG}, err.SystemErrno)
}

// away are the codes of what passes, or what an operator can mend while the server runs: another program keeps the file locked, the
// file system became read-only, the disk fails.
var away = []sqlite3.ErrNo{sqlite3.ErrBusy, sqlite3.ErrLocked, sqlite3.ErrProtocol, sqlite3.ErrReadonly, sqlite3.ErrPerm,
	sqlite3.ErrCantOpen, sqlite3.ErrIoErr}

// reason says in a sentence why a database cannot be opened.
func reason(err error) error {
	var se sqlite3.Error
	if !errors.As(err, &se) {
		return err
	}
	switch se.Code {
	case sqlite3.ErrNotADB, sqlite3.ErrCorrupt:
		return fmt.Errorf("this file is damaged or not a SQLite database; restore it or name another with --db (%w)", err)
	case sqlite3.ErrReadonly, sqlite3.ErrPerm, sqlite3.ErrCantOpen:
		return fmt.Errorf("this process may not write to it; check who owns the file and its directory (%w)", err)
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return fmt.Errorf("another program keeps it locked; stop that program first (%w)", err)
	case sqlite3.ErrFull:
		return fmt.Errorf("the disk is full (%w)", err)
	}
	return err
}
