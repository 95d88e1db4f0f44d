package db

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"cardstock/card"
	"cardstock/e2e/soak"
)

// TestCensus counts sessions of which everything is known.
func TestCensus(t *testing.T) {
	d, clock := sessionDB(t)
	const day = 24 * time.Hour
	now := *clock
	// Each begins so long ago, was last visited so long ago, and lives so long after that.
	for i, s := range []struct {
		begun, visited, ttl time.Duration
		cards               int
		shared              bool
	}{
		{begun: 40 * day, visited: 25 * day, ttl: 30 * day, cards: 1},                  // 5 days left
		{begun: 10 * day, visited: 2 * day, ttl: 30 * day, cards: 3},                   // 28 days
		{begun: 3 * day, visited: 30 * time.Minute, ttl: 12 * time.Hour, shared: true}, // 11.5 hours
		{begun: 30 * time.Minute, visited: 30 * time.Minute, ttl: time.Hour, cards: 2}, // half an hour
		{begun: 31 * day, visited: 31 * day, ttl: 30 * day, cards: 1},                  // expired a day ago
	} {
		*clock = now.Add(-s.begun)
		scope := d.ForNew(Birth{TokenHash: string(rune('a' + i)), TTL: s.ttl})
		if _, err := scope.Share(t.Context(), s.shared, s.ttl); err != nil {
			t.Fatal(err)
		}
		for range s.cards {
			keepCard(t, scope, "Corduliidae", &Upload{Name: "x", Bytes: make([]byte, 1000*s.cards)})
		}
		*clock = now.Add(-s.visited)
		if _, err := d.Touch(t.Context(), scope.Session(), string(rune('a'+i))); err != nil {
			t.Fatal(err)
		}
	}
	*clock = now
	gone := keep(t, d, "ended")
	if ok, err := d.EndByVisitor(t.Context(), gone.ID, "ended"); !ok || err != nil {
		t.Fatal(ok, err)
	}
	got, err := d.Census(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	at := func(in time.Duration) int64 { return now.Add(in).UnixMilli() }
	want := &Census{SessionCounts: SessionCounts{Live: 4, Due: 1, Ended: 1}, Shared: 1, Cards: 8, MostCards: 3,
		Created: Ages{1, 0, 1, 1, 1}, Visited: Ages{2, 0, 1, 1, 0}, Within: [3]int{1, 2, 3},
		Next:  []Leaving{{at(30 * time.Minute), 2}, {at(690 * time.Minute), 0}, {at(5 * day), 1}, {at(28 * day), 3}},
		Bytes: got.Bytes, Largest: got.Largest, Size: got.Size}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	// Every card holds the same besides its upload.
	small := got.Largest[3] - 1000
	if !slices.Equal(got.Largest[:4], []int64{9000 + 3*small, 4000 + 2*small, 1000 + small, 1000 + small}) || got.Bytes != 15_000+7*small+got.Largest[4] {
		t.Errorf("bytes: %d, the largest %d", got.Bytes, got.Largest)
	}
	if lag, err := d.OldestWaiting(t.Context()); err != nil || lag != day {
		t.Errorf("the oldest has waited for %s (%v), want a day", lag, err)
	}
	if info, err := os.Stat(d.Path()); err != nil || got.Size.File != info.Size() || got.Size.Log == 0 {
		t.Errorf("size: %+v, the file has %d (%v)", got.Size, info.Size(), err)
	}
}

// TestCensusBytesAreThoseOfUsage: what a visitor is told and what the operator is told are the same bytes.
func TestCensusBytesAreThoseOfUsage(t *testing.T) {
	d, _ := cardsDB(t)
	s := visitor(t, d, "somebody")
	id, err := s.CreateCard(t.Context(), sampleCard(), &Upload{Name: "x", Bytes: make([]byte, 300<<10)})
	if err == nil {
		_, err = s.SaveAnswers(t.Context(), id, []Answer{{Key: "one.a", Text: "ä longer answer", Rev: card.RevOf(0, "alpha")}})
	}
	if err != nil {
		t.Fatal(err)
	}
	u, err := s.Usage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, err := d.Census(t.Context())
	if err != nil || c.Bytes != u.Bytes || !slices.Equal(c.Largest, []int64{u.Bytes}) {
		t.Errorf("the census says %d and %d (%v), the visitor is told %d", c.Bytes, c.Largest, err, u.Bytes)
	}
}

// TestCensusOfMany: a million sessions are counted in seconds, and what metrics ask for in milliseconds.
func TestCensusOfMany(t *testing.T) {
	d, _ := sessionDB(t)
	n := soak.Share(1_000_000, 8_000)
	fillMany(t, d, n)
	timed := func(what string, fn func() error) {
		began := time.Now()
		if err := fn(); err != nil {
			t.Fatal(what, err)
		}
		t.Logf("%d sessions: %s took %s", n, what, time.Since(began).Round(100*time.Microsecond))
	}
	var counts SessionCounts
	timed("counting for metrics", func() (err error) { counts, err = d.CountSessions(t.Context()); return err })
	timed("the oldest waiting", func() error { _, err := d.OldestWaiting(t.Context()); return err })
	var c *Census
	timed("the census", func() (err error) { c, err = d.Census(t.Context()); return err })
	if c.SessionCounts != counts || c.Live+c.Due+c.Ended != n || c.Due == 0 || c.Ended == 0 || c.Missing == 0 {
		t.Errorf("the census has %+v, the count %+v", c.SessionCounts, counts)
	}
	if c.Cards != 2*n || c.MostCards != 2 {
		t.Errorf("%d cards, at most %d in one, want %d and 2", c.Cards, c.MostCards, 2*n)
	}
	const each, large = 2 * 700, 2*700 + 1_000_000
	if total := int64(each*n + 1_000_000); c.Bytes != total || !slices.Equal(c.Largest, []int64{large, each, each, each, each}) {
		t.Errorf("%d bytes, the largest %d; want %d and one of %d", c.Bytes, c.Largest, total, large)
	}
}

// fillMany makes n sessions of two cards with three answers each; one in a hundred is due, one in a hundred ended, one in a
// hundred without its key.
func fillMany(t *testing.T, d *DB, n int) {
	t.Helper()
	month := (30 * 24 * time.Hour).Milliseconds()
	now := d.Now().UnixMilli()
	const numbers = `WITH RECURSIVE number (n) AS (SELECT ? UNION ALL SELECT n + 1 FROM number WHERE n + 1 < ?) `
	for from := 0; from < n; from += 20_000 {
		to := min(from+20_000, n)
		err := d.Write(t.Context(), func(tx *Tx) (err error) {
			for _, q := range []struct {
				text string
				more []any
			}{
				{`INSERT INTO session (id, token_hash, ended_hash, ttl, created_at, touched_at, expires_at, missing_since)
				SELECT lower(hex(randomblob(8))),
				       CASE WHEN n % 100 <> 1 THEN hex(randomblob(21)) END,
				       CASE WHEN n % 100 = 1 THEN hex(randomblob(21)) END,
				       ?, ? - n * 1000, ? - n * 1000,
				       CASE WHEN n % 100 < 2 THEN ? - 1000 ELSE ? + (n + 1) * 1000 END,
				       CASE WHEN n % 100 = 2 THEN 1 END
				FROM number`, []any{month, now, now, now, now}},
			} {
				err = exec(t.Context(), tx, numbers+q.text, append([]any{from, to}, q.more...)...)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	fillCards(t, d)
}

func fillCards(t *testing.T, d *DB) {
	t.Helper()
	after := ""
	for more := true; more; {
		err := d.Write(t.Context(), func(tx *Tx) error {
			var upTo *string
			err := get(t.Context(), tx, &upTo, "SELECT MAX(id) FROM (SELECT id FROM session WHERE id > ? ORDER BY id LIMIT 5000) AS part", after)
			if more = err == nil && upTo != nil; !more {
				return err
			}
			for _, q := range []string{
				`INSERT INTO card (session_id, id, kind, template, title, created_at, changed_at, bytes) SELECT id, c.column1, 'model', 'model', 'title', 1, 1, 700 FROM session, (VALUES ('c'), ('d')) AS c WHERE id > ? AND id <= ?`,
				`INSERT INTO section SELECT id, c.column1, 's', 0, 'section 1', 0 FROM session, (VALUES ('c'), ('d')) AS c WHERE id > ? AND id <= ?`,
				`INSERT INTO field SELECT id, c.column1, f.column1, 's', 0, 'text', 0, 0, 1, 1, 1, 0, 0, 'question', '', ` + "'" + strings.Repeat("x", 100) + "'" + `
				 FROM session, (VALUES ('c'), ('d')) AS c, (VALUES (0), (1), (2)) AS f WHERE id > ? AND id <= ?`,
			} {
				if err := exec(t.Context(), tx, q, after, *upTo); err != nil {
					return err
				}
			}
			after = *upTo
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	err := d.Write(t.Context(), func(tx *Tx) error {
		return exec(t.Context(), tx, `UPDATE card SET bytes = bytes + 1000000 WHERE session_id = ? AND id = 'c'`, after)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func files(t *testing.T, path string) map[string]string {
	t.Helper()
	all := map[string]string{}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(filepath.Dir(path), e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(text)
	}
	return all
}

// TestOpenToRead leaves everything as it was, and sees what a running server has just written.
func TestOpenToRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cards.db")
	count := func(path string) int {
		t.Helper()
		d, err := OpenToRead(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		c, err := d.Census(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Touch(t.Context(), "x", "x"); err == nil || strings.Contains(err.Error(), "ended") {
			t.Errorf("a write gives %v", err)
		}
		return c.Live
	}
	d, err := Open(t.Context(), Options{Path: path, Schema: schemaText(t)})
	if err != nil {
		t.Fatal(err)
	}
	keep(t, d, "one")
	if n := count(path); n != 1 {
		t.Errorf("beside a server it counts %d", n)
	}
	keep(t, d, "two")
	crashed := filepath.Join(t.TempDir(), "cards.db")
	for _, end := range []string{"", "-wal"} {
		text, err := os.ReadFile(path + end)
		if err == nil {
			err = os.WriteFile(crashed+end, text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	d.Close()
	before := files(t, crashed)
	if n := count(crashed); n != 2 {
		t.Errorf("after a crash it counts %d", n)
	}
	after := files(t, crashed)
	if delete(after, "cards.db-shm"); !reflect.DeepEqual(before, after) {
		t.Error("after a crash it changed the file or its log")
	}
	before = files(t, path)
	if n := count(path); n != 2 {
		t.Errorf("without a server it counts %d", n)
	}
	if after = files(t, path); !reflect.DeepEqual(before, after) {
		t.Errorf("%d files before, %d afterwards, or one was changed", len(before), len(after))
	}
}

func TestOpenToReadWhatCannotBe(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return filepath.Join(dir, name)
	}
	version := func(n string) string {
		path := filepath.Join(dir, "version"+n)
		d := openAt(t, path)
		if _, err := d.writer.Exec("PRAGMA user_version = " + n); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for path, want := range map[string]string{
		filepath.Join(dir, "none.db"): "no such file",
		dir:                           "not a file",
		write("notes.txt", strings.Repeat("no database\n", 99)): "not a SQLite database",
		write("empty", ""):                   "not a database of Cardstock",
		version("999"):                       "newer Cardstock",
		filepath.Join(dir, "notes.txt", "x"): "not a directory",
	} {
		d, err := OpenToRead(t.Context(), path)
		if err == nil {
			d.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "none.db")); err == nil {
		t.Error("it made a file")
	}
}

// TestCountSessionsAfterTheClockWentBack: one that ended, as it seems now, in the future is neither alive nor due.
func TestCountSessionsAfterTheClockWentBack(t *testing.T) {
	d, clock := sessionDB(t)
	gone := keep(t, d, "ended")
	*clock = clock.Add(10 * time.Minute)
	if ok, err := d.EndByVisitor(t.Context(), gone.ID, "ended"); !ok || err != nil {
		t.Fatal(ok, err)
	}
	*clock = clock.Add(-5 * time.Minute)
	keep(t, d, "alive")
	want := SessionCounts{Live: 1, Ended: 1}
	if got, err := d.CountSessions(t.Context()); err != nil || got != want {
		t.Errorf("%+v (%v), want %+v", got, err, want)
	}
}
