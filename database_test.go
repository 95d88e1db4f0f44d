package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	_ "github.com/mattn/go-sqlite3"
)

// TestDatabaseThatCannotBeUsed starts the server and the sweep command on files that are no database of ours, or cannot be
// had: one sentence that names the file and what to do, exit 1, within seconds.
func TestDatabaseThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		says string
		make func(t *testing.T) string // returns the path to start with
	}{
		"a text":               {"damaged or not a SQLite database", func(t *testing.T) string { return fileOf(t, strings.Repeat("not a database\n", 100)) }},
		"a directory":          {"directory", func(t *testing.T) string { return t.TempDir() }},
		"below a file":         {"not a directory", func(t *testing.T) string { return filepath.Join(fileOf(t, "x"), "cardstock.db") }},
		"where nobody writes":  {"", func(t *testing.T) string { return "/proc/cardstock.db" }},
		"below what cannot be": {"", func(t *testing.T) string { return "/proc/none/cardstock.db" }},
		"a damaged header":     {"damaged or not a SQLite database", func(t *testing.T) string { return damaged(t, 0, 100) }},
		"a damaged schema":     {"damaged or not a SQLite database", func(t *testing.T) string { return damaged(t, 100, 3900) }},
		"cut short":            {"damaged or not a SQLite database", cutShort},
		"a newer version":      {"newer Cardstock", newerVersion},
		"locked":               {"another program keeps it locked; stop that program first", lockedFile},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := c.make(t)
			for _, args := range [][]string{{"serve", "--addr=127.0.0.1:0"}, {"sweep"}} {
				if _, err := os.Stat(path); err != nil && args[0] == "sweep" {
					continue // it says that there is no file: TestSweepElsewhere
				}
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				var out, errs bytes.Buffer
				code := run(ctx, append(args, "--db", path), environment(), nil, &out, &errs)
				cancel()
				if oneSentence(t, errs.String()); code != exitFailed || out.Len() > 0 || !strings.Contains(errs.String(), "database "+path+": ") || !strings.Contains(errs.String(), c.says) {
					t.Errorf("%s: exit %d, %s%s", args[0], code, out.String(), errs.String())
				}
			}
		})
	}
}

func fileOf(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cardstock.db")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// damaged is a database with noise at an offset.
func damaged(t *testing.T, at int64, n int) string {
	t.Helper()
	path := newDB(t)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(bytes.Repeat([]byte("noise "), n)[:n], at); err != nil {
		t.Fatal(err)
	}
	return path
}

// cutShort is what an interrupted copy leaves.
func cutShort(t *testing.T) string {
	t.Helper()
	path := newDB(t)
	if err := os.Truncate(path, 6000); err != nil {
		t.Fatal(err)
	}
	return path
}

func newerVersion(t *testing.T) string {
	t.Helper()
	path := newDB(t)
	c := sqlite(t, path)
	if _, err := c.Exec("PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	c.Close()
	return path
}

// lockedFile is a database that somebody has open for themselves alone.
func lockedFile(t *testing.T) string {
	t.Helper()
	path := newDB(t)
	c := sqlite(t, path)
	c.SetMaxOpenConns(1)
	for _, q := range []string{"PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE"} {
		if _, err := c.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func sqlite(t *testing.T, path string) *sqlx.DB {
	t.Helper()
	c, err := sqlx.Open("sqlite3", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}
