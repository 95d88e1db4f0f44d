package db

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
)

// oldFile makes a database file as an earlier version did.
func oldFile(t *testing.T, script string) string {
	t.Helper()
	text, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	register()
	path := filepath.Join(t.TempDir(), "old.db")
	c, err := sqlx.Open(driver, "file:"+path+pragmas)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Exec(string(text)); err != nil {
		t.Fatal(err)
	}
	return path
}

// tables describes all tables and indexes of a database, in a form to compare.
func tables(t *testing.T, d *DB) string {
	t.Helper()
	var lines []string
	err := d.reader.Select(&lines, `
		SELECT t.name || ' ' || t.strict || t.wr || ' ' || c.cid || ' ' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' ||
			COALESCE(c.dflt_value, '-') || ' ' || c.pk
		FROM pragma_table_list t, pragma_table_info(t.name) c
		WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%'
		UNION ALL
		SELECT t.name || ' index ' || l.name || ' ' || l."unique" || l.partial || ' ' || i.seqno || ' ' || i.name
		FROM pragma_table_list t, pragma_index_list(t.name) l, pragma_index_info(l.name) i
		WHERE t.schema = 'main'
		UNION ALL
		SELECT t.name || ' refers ' || f.id || f.seq || ' ' || f."table" || ' ' || f."from" || ' ' || COALESCE(f."to", '-') || ' ' || f.on_delete
		FROM pragma_table_list t, pragma_foreign_key_list(t.name) f
		WHERE t.schema = 'main'
		ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// TestFilesOfEarlierVersions opens a file of each earlier version: afterwards it is like a new one, and what it held is there.
func TestFilesOfEarlierVersions(t *testing.T) {
	scripts, err := filepath.Glob("testdata/v*.sql")
	if err != nil || len(scripts) != len(steps) {
		t.Fatalf("%d files for %d earlier versions, %v", len(scripts), len(steps), err)
	}
	fresh := openAt(t, filepath.Join(t.TempDir(), "new.db"))
	for _, script := range scripts {
		t.Run(filepath.Base(script), func(t *testing.T) {
			d := openAt(t, oldFile(t, script))
			if got, want := tables(t, d), tables(t, fresh); got != want || !strings.Contains(want, "handover refers") {
				t.Errorf("the old file has become\n%s\na new one is\n%s", got, want)
			}
			var version int
			if get(t.Context(), d.reader, &version, "PRAGMA user_version"); version != len(steps)+1 {
				t.Errorf("version %d", version)
			}
			if secret, err := d.Secret(t.Context()); err != nil || string(secret) != "secret-secret-secret-secret-secr" {
				t.Errorf("secret %q, %v", secret, err)
			}
			s, err := d.SessionByToken(t.Context(), "hash")
			if err != nil || s == nil || !s.Live(d.Now()) {
				t.Fatal(s, err)
			}
			c, err := d.For(s.ID).Card(t.Context(), "card")
			if err != nil || c.Title != "From version "+script[len("testdata/v"):len("testdata/v")+1] || c.Sections[0].Fields[0].Answer != "kept" {
				t.Errorf("%+v, %v", c, err)
			}
			if _, data, err := d.For(s.ID).Original(t.Context(), "card"); err != nil || string(data) != "bytes" {
				t.Errorf("%q, %v", data, err)
			}
			if rows := revisions(t, d, "one.a"); len(rows) != 2 || rows[0].SavedAt != 0 || rows[1].SavedAt != 3 {
				t.Errorf("%+v: when an earlier answer was saved is when the step before it ended", rows)
			}
			var kept bool
			if get(t.Context(), d.reader, &kept, "SELECT kept FROM field"); !kept {
				t.Error("the answer before the last step is there, and its field does not know")
			}
			// It works: a code, and erasing.
			if err := d.For(s.ID).OfferHandover(t.Context(), "code", d.Now().Add(time.Minute)); err != nil {
				t.Error(err)
			}
			if ok, err := d.EndByVisitor(t.Context(), s.ID, "hash"); !ok || err != nil {
				t.Fatal(ok, err)
			}
			if e, err := d.Erase(t.Context(), InServer, []string{s.ID}, false); err != nil || e.Sessions != 1 || e.Rows != 8 {
				t.Errorf("%+v, %v", e, err)
			}
		})
	}
}

// TestPlaceholdersOfEarlierVersions opens files in which a placeholder counts as an answer: its text stays, and it counts no longer.
func TestPlaceholdersOfEarlierVersions(t *testing.T) {
	for answer, want := range map[string]int{"[More Information Needed]": 0, "none, because it is new": 1} {
		for _, script := range []string{"testdata/v1.sql", "testdata/v2.sql"} {
			path := oldFile(t, script)
			c, err := sqlx.Open(driver, "file:"+path+pragmas)
			if err != nil {
				t.Fatal(err)
			}
			c.MustExec("UPDATE field SET answer = ?", answer)
			c.Close()
			d := openAt(t, path)
			k, err := d.For("visitor").Card(t.Context(), "card")
			if err != nil || k.Sections[0].Fields[0].Answer != answer {
				t.Errorf("%s: %+v, %v", script, k, err)
			}
			if p, _, err := d.For("visitor").Progress(t.Context(), "card", "one"); err != nil || p.Answered != want || p.EssentialAnswered != want {
				t.Errorf("%s: %q counts as %+v, %v", script, answer, p, err)
			}
		}
	}
}
