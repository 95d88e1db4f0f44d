package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"

	"github.com/jmoiron/sqlx"
)

// OpenToRead opens a database file to look at it, beside a running server or without one. It makes no file, changes none, and
// every write fails. Its error is one sentence an operator can act on.
func OpenToRead(ctx context.Context, path string) (*DB, error) {
	d, err := connectToRead(path)
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", path, err)
	}
	if err := d.known(ctx); err != nil {
		d.Close()
		return nil, fmt.Errorf("database %s: %w", path, reason(err))
	}
	return d, nil
}

func connectToRead(path string) (*DB, error) {
	register()
	switch info, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("there is no such file")
	case err != nil:
		return nil, errors.Unwrap(err)
	case !info.Mode().IsRegular():
		return nil, errors.New("this is not a file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("this process may not read it (%w)", errors.Unwrap(err))
	}
	f.Close()
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?mode=ro&_query_only=1&_busy_timeout=5000"
	if _, err := os.Stat(path + "-wal"); errors.Is(err, fs.ErrNotExist) {
		// No process has it open. Opened in the usual way, a -wal and a -shm would be made and left behind.
		dsn += "&immutable=1"
	}
	reader, err := sqlx.Open(driver, dsn)
	if err != nil {
		return nil, err
	}
	reader.SetMaxOpenConns(1)
	return newDB(path, reader, reader, reader), nil
}

// known returns an error unless the file is of this version.
func (d *DB) known(ctx context.Context) error {
	var version int
	if err := get(ctx, d.reader, &version, "PRAGMA user_version"); err != nil {
		return err
	}
	switch newest := len(steps) + 1; {
	case version == 0:
		return errors.New("this is not a database of Cardstock")
	case version > newest:
		return newer(version, newest)
	case version < newest:
		return fmt.Errorf("this file is of an older Cardstock (version %d; this one reads %d); the server brings it up to date when it starts", version, newest)
	}
	return nil
}
