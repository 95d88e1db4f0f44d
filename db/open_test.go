package db

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"

	"cardstock/card"
)

func schemaText(t testing.TB) string {
	t.Helper()
	schema, err := os.ReadFile("../schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	return string(schema)
}

// openAt opens the database at a path.
func openAt(t testing.TB, path string) *DB {
	t.Helper()
	d, err := Open(t.Context(), Options{Path: path, Schema: schemaText(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// Pragmas set by Exec would reach one connection only: each of several is asked.
func TestPragmasHoldOnEveryConnection(t *testing.T) {
	d := openAt(t, filepath.Join(t.TempDir(), "cards.db"))
	everywhere := map[string]string{"journal_mode": "wal", "synchronous": "2", "secure_delete": "1", "auto_vacuum": "2",
		"foreign_keys": "1", "temp_store": "2", "busy_timeout": "5000"}
	ask := func(name string, pool *sqlx.DB, n int, queryOnly string) {
		for i := range n { // held until the end, so that each is another connection
			c, err := pool.Connx(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			for pragma, want := range everywhere {
				var got string
				if err := c.GetContext(t.Context(), &got, "PRAGMA "+pragma); err != nil || got != want {
					t.Errorf("%s %d: %s is %s (%v), want %s", name, i, pragma, got, err, want)
				}
			}
			var got string
			if c.GetContext(t.Context(), &got, "PRAGMA query_only"); got != queryOnly {
				t.Errorf("%s %d: query_only is %s, want %s", name, i, got, queryOnly)
			}
		}
	}
	ask("writer", d.writer, 1, "0")
	ask("reader", d.reader, max(2, d.reader.Stats().MaxOpenConnections), "1")
	if n := d.writer.Stats().MaxOpenConnections; n != 1 {
		t.Errorf("%d writer connections", n)
	}
	if _, err := d.reader.Exec("DELETE FROM card"); err == nil {
		t.Error("a reader can write")
	}
}

// Readers are opened when they are needed, which may be while the disk is full or a chore has the writer.
func TestReadersAreOpenedBesideTheWriter(t *testing.T) {
	d := openAt(t, filepath.Join(t.TempDir(), "cards.db"))
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	err := d.Write(ctx, func(*Tx) error {
		for range d.reader.Stats().MaxOpenConnections {
			c, err := d.reader.Connx(ctx)
			if err != nil {
				return err
			}
			defer c.Close()
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestWriterTakesTheLockAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cards.db")
	d, other := openAt(t, path), openAt(t, path)
	err := d.Write(t.Context(), func(*Tx) error { // it has written nothing yet
		c, err := other.writer.Connx(t.Context())
		if err != nil {
			return err
		}
		defer c.Close()
		c.ExecContext(t.Context(), "PRAGMA busy_timeout = 10")
		if _, err := c.BeginTxx(t.Context(), nil); err == nil {
			t.Error("a second writer began beside the first")
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestWriteIsAllOrNone(t *testing.T) {
	d := openAt(t, filepath.Join(t.TempDir(), "cards.db"))
	failed := errors.New("no")
	err := d.Write(t.Context(), func(tx *Tx) error {
		if err := exec(t.Context(), tx, "INSERT INTO meta (key, value) VALUES ('a', 'b')"); err != nil {
			return err
		}
		return failed
	})
	if !errors.Is(err, failed) {
		t.Errorf("error %v", err)
	}
	var n int
	if get(t.Context(), d.reader, &n, "SELECT COUNT(*) FROM meta WHERE key = 'a'"); n != 0 {
		t.Error("a failed write left something")
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := d.Write(over, func(*Tx) error { t.Error("it ran"); return nil }); err == nil {
		t.Error("a write with an ended context is no error")
	}
	if err := d.Ready(t.Context()); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestFilesAreForTheirOwnerOnly(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o000)) // the loosest
	path := filepath.Join(t.TempDir(), "deep", "er", "cards.db")
	d := openAt(t, path)
	if err := d.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{
		path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600,
		filepath.Dir(path): 0o700, filepath.Dir(filepath.Dir(path)): 0o700,
	} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v %v, want %v", filepath.Base(name), info.Mode().Perm(), err, want)
		}
	}
}

func TestOddPaths(t *testing.T) {
	for _, name := range []string{"with space", "a?b", "a%20b", "100%", "a#b", "a&_query_only=1", "ä ö", "a;b", "a'b\"c", "a+b"} {
		dir := filepath.Join(t.TempDir(), name)
		path := filepath.Join(dir, name+".db")
		d := openAt(t, path)
		if err := d.Ready(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var n int
		if err := get(t.Context(), d.reader, &n, "SELECT COUNT(*) FROM meta WHERE key = 'ready'"); err != nil || n != 1 {
			t.Errorf("%s: the readers are at another file (%d, %v)", name, n, err)
		}
		d.Close()
		entries, _ := os.ReadDir(dir)
		if len(entries) != 1 || entries[0].Name() != name+".db" {
			t.Errorf("%s: files %v", name, entries)
		}
	}
}

func TestRelativePath(t *testing.T) {
	t.Chdir(t.TempDir())
	schema := "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;"
	d, err := Open(t.Context(), Options{Path: "data/cards.db", Schema: schema})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join("data", "cards.db")); err != nil {
		t.Error(err)
	}
}

// Everything that stands in the way of opening gives one sentence that names the file.
func TestOpenSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	damaged := filepath.Join(dir, "damaged.db")
	d := openAt(t, damaged)
	d.Checkpoint(t.Context())
	d.Close()
	f, err := os.OpenFile(damaged, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteAt(make([]byte, 300), 0)
	f.Close()
	newer := filepath.Join(dir, "newer.db")
	d = openAt(t, newer)
	if _, err := d.writer.Exec("PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	d.Close()
	tests := []struct{ name, path, says string }{
		{"not a database", file("text.db", strings.Repeat("this is a letter to my aunt\n", 100)), "damaged or not a SQLite database"},
		{"damaged", damaged, "damaged or not a SQLite database"},
		{"a newer version", newer, "newer Cardstock (version 99; this one knows "},
		{"a directory", dir, "directory"},
		{"under a file", filepath.Join(file("plain", "x"), "cards.db"), "not a directory"},
		{"in a directory nobody can write to", "/proc/cards.db", ""},
		{"in a directory nobody can make", "/proc/self/none/cards.db", ""},
	}
	if os.Geteuid() != 0 {
		locked := filepath.Join(dir, "locked")
		os.Mkdir(locked, 0o500)
		tests = append(tests, struct{ name, path, says string }{"a read-only directory", filepath.Join(locked, "cards.db"), "permission denied"})
	}
	for _, tt := range tests {
		d, err := Open(t.Context(), Options{Path: tt.path, Schema: schemaText(t)})
		if err == nil {
			d.Close()
			t.Errorf("%s: opened", tt.name)
			continue
		}
		message := err.Error()
		if !strings.HasPrefix(message, "database "+tt.path+": ") || !strings.Contains(message, tt.says) || strings.Contains(message, "\n") {
			t.Errorf("%s: %q, want one sentence with %q", tt.name, message, tt.says)
		}
	}
	if got, _ := os.ReadFile(filepath.Join(dir, "text.db")); !strings.HasPrefix(string(got), "this is a letter") {
		t.Error("a file that is no database was written to")
	}
	if err := openVersion(t, newer); err != "99" {
		t.Errorf("the newer file is at version %s now", err)
	}
}

// openVersion reads a file's version past our own opening.
func openVersion(t *testing.T, path string) string {
	t.Helper()
	c, err := sqlx.Open(driver, "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var v string
	if err := c.Get(&v, "PRAGMA user_version"); err != nil {
		return err.Error()
	}
	return v
}

// The permissions of a read-only file do not stop root, but SQLite's own read-only mode has the same code.
func TestReasons(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cards.db")
	openAt(t, path).Close()
	c, err := sqlx.Open(driver, "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, err = c.Exec("CREATE TABLE x (y)")
	if message := fmt.Sprint(reason(err)); !strings.Contains(message, "may not write to it") {
		t.Errorf("a read-only file: %s", message)
	}
	d := openAt(t, path)
	locked, err := sqlx.Open(driver, "file:"+path+"?_txlock=immediate&_busy_timeout=1")
	if err != nil {
		t.Fatal(err)
	}
	defer locked.Close()
	err = d.Write(t.Context(), func(*Tx) error { _, err := locked.Beginx(); return err })
	if message := fmt.Sprint(reason(err)); !strings.Contains(message, "another program keeps it locked") {
		t.Errorf("a locked file: %s", message)
	}
}

// What passes or can be mended while the server runs is told apart from a disk without room, and from faults of ours.
func TestTranslate(t *testing.T) {
	for _, tt := range []struct {
		err  sqlite3.Error
		want card.Code
	}{
		{sqlite3.Error{Code: sqlite3.ErrFull}, card.Full},
		{sqlite3.Error{Code: sqlite3.ErrIoErr, ExtendedCode: sqlite3.ErrIoErrWrite, SystemErrno: syscall.EFBIG}, card.Full},
		{sqlite3.Error{Code: sqlite3.ErrIoErr, ExtendedCode: sqlite3.ErrIoErrWrite, SystemErrno: syscall.EDQUOT}, card.Full},
		{sqlite3.Error{Code: sqlite3.ErrIoErr, ExtendedCode: sqlite3.ErrIoErrSHMSize, SystemErrno: syscall.ENOSPC}, card.Full},
		{sqlite3.Error{Code: sqlite3.ErrIoErr, ExtendedCode: sqlite3.ErrIoErrFsync, SystemErrno: syscall.EIO}, card.Unavailable},
		{sqlite3.Error{Code: sqlite3.ErrBusy}, card.Unavailable},
		{sqlite3.Error{Code: sqlite3.ErrReadonly}, card.Unavailable},
		{sqlite3.Error{Code: sqlite3.ErrCantOpen}, card.Unavailable},
		{sqlite3.Error{Code: sqlite3.ErrCorrupt}, 0},
		{sqlite3.Error{Code: sqlite3.ErrConstraint}, 0},
	} {
		if got := card.CodeOf(translate(fmt.Errorf("saving: %w", tt.err))); got != tt.want {
			t.Errorf("%v (%v): code %d, want %d", tt.err.Code, tt.err.SystemErrno, got, tt.want)
		}
	}
}

func TestOpeningAgainKeepsWhatIsThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cards.db")
	d := openAt(t, path)
	secret, err := d.Secret(t.Context())
	if err != nil || len(secret) != 32 {
		t.Fatal(len(secret), err)
	}
	s := visitor(t, d, "one")
	id := someCard(t, s)
	d.Close()
	d = openAt(t, path)
	again, err := d.Secret(t.Context())
	if err != nil || string(again) != string(secret) {
		t.Error("another secret: every cookie out there is worthless now")
	}
	c, err := d.For(s.Session()).Card(t.Context(), id)
	if err != nil || len(c.Sections) != 3 {
		t.Errorf("the card: %v", err)
	}
	var v int
	if get(t.Context(), d.reader, &v, "PRAGMA user_version"); v != len(steps)+1 {
		t.Errorf("version %d, want %d", v, len(steps)+1)
	}
}

func TestDiskFull(t *testing.T) {
	d := openAt(t, filepath.Join(t.TempDir(), "cards.db"))
	s := visitor(t, d, "one")
	id := someCard(t, s)
	var pages int
	if err := d.writer.Get(&pages, "PRAGMA page_count"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.writer.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages+2)); err != nil {
		t.Fatal(err)
	}
	long := Answer{Key: "one.a", Text: strings.Repeat("long ", 15_000), Rev: card.RevOf(0, "alpha")}
	_, err := s.SaveAnswers(t.Context(), id, []Answer{long})
	if card.CodeOf(err) != card.Full || !strings.Contains(err.Error(), "disk is full") {
		t.Fatalf("saving on a full disk: %v", err)
	}
	c, err := s.Card(t.Context(), id)
	if err != nil || fieldOf(c, "one.a").Answer != "alpha" {
		t.Errorf("reading on a full disk: %v", err)
	}
	if err := s.DeleteCard(t.Context(), id); err != nil {
		t.Errorf("deleting makes room: %v", err)
	}
	if _, err := d.writer.Exec("PRAGMA max_page_count = 1000000"); err != nil {
		t.Fatal(err)
	}
	id = someCard(t, s)
	if _, err := s.SaveAnswers(t.Context(), id, []Answer{long}); err != nil {
		t.Errorf("with room again: %v", err)
	}
}
