package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"cardstock/db"
)

// TestSessions beside a running server: it counts, tells nothing of what is in them, and changes nothing.
func TestSessions(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "cardstock.db")
	s := start(t, "--db="+path)
	card := ""
	for range 3 {
		who := someone(t)
		_, card, _ = ask(t, who, "POST", s.url+"cards", map[string][]string{"template": {"model"}})
		ask(t, who, "PUT", strings.TrimSuffix(s.url, "/")+card+"/fields/model_details.name", map[string][]string{"answer.model_details.name": {"Corduliidae"}})
	}
	code, out, errs := command(t, "sessions", "--db", path)
	if code != 0 || errs != "" {
		t.Fatalf("exit %d, %s", code, errs)
	}
	for _, want := range []string{
		`\n +3  sessions alive\n +0  of them at shared computers\n +0  of them without their key in Redis\n +0  expired, .*\n +0  ended, .*\n`,
		`\n +3  cards, at most 1 in one session\n`,
		`\n +3 +3  within an hour\n +0 +0  within a day\n`,
		`\n +0  expire within an hour\n`,
		`next to expire( +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d, with 1 card\n){3}`,
		`Cards and files: [\d.]+ kB\.\nLargest sessions: ([\d.]+ kB(, )?){3}\.\n`,
		`Database file: [\d.]+ [kM]B, of which .* are free; its log: .*\n$`,
	} {
		if !regexp.MustCompile(want).MatchString(out) {
			t.Errorf("it does not say %s:\n%s", want, out)
		}
	}
	m := open(t, path)
	defer m.Close()
	rows, err := m.DB.LiveSessions(t.Context(), 0, "", 10)
	if err != nil || len(rows) != 3 {
		t.Fatal(rows, err)
	}
	for _, secret := range []string{"Corduliidae", rows[0].ID, *rows[0].TokenHash, strings.TrimPrefix(card, "/cards/")} {
		if strings.Contains(out, secret) {
			t.Errorf("it tells %s:\n%s", secret, out)
		}
	}
}

// TestSessionsOfNoServer: of a database that nobody has open, the command leaves no trace.
func TestSessionsOfNoServer(t *testing.T) {
	path := withSession(t, time.Second)
	time.Sleep(1100 * time.Millisecond)
	code, out, errs := command(t, "sessions", "--db", path)
	if code != 0 || errs != "" || !regexp.MustCompile(`\n +0  sessions alive\n(.*\n){2} +1  expired`).MatchString(out) {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("beside the database there is now %v (%v)", entries, err)
	}
	empty := newDB(t)
	if code, out, errs := command(t, "sessions", "--db", empty); code != 0 || errs != "" || strings.Contains(out, "next") || strings.Contains(out, "Largest") {
		t.Errorf("without a session: exit %d\n%s%s", code, out, errs)
	}
}

func TestSessionsFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	missing := filepath.Join(dir, "none.db")
	text := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a database\n", 99)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{missing, text, dir} {
		code, out, errs := command(t, "sessions", "--db", path)
		if oneSentence(t, errs); code != exitFailed || out != "" || !strings.Contains(errs, "database "+path) {
			t.Errorf("%s: exit %d, %s%s", path, code, out, errs)
		}
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("it made a file")
	}
	for _, args := range [][]string{{"--db="}, {"--addr=127.0.0.1:1"}, {"all"}} {
		code, out, errs := command(t, append([]string{"sessions"}, args...)...)
		if oneSentence(t, errs); code != exitUsage || out != "" {
			t.Errorf("%q: exit %d, %s%s", args, code, out, errs)
		}
	}
}

// TestSessionsTable: large numbers stay readable and in their columns.
func TestSessionsTable(t *testing.T) {
	at := time.Date(2026, 3, 1, 9, 30, 0, 0, time.Local)
	c := &db.Census{SessionCounts: db.SessionCounts{Live: 1_234_567, Due: 12, Missing: 3, Ended: 1}, Shared: 4500, Cards: 2_000_001, MostCards: 500,
		Created: db.Ages{1, 20, 300, 4000, 1_230_246}, Visited: db.Ages{7, 60, 500, 1_234_000, 0}, Within: [3]int{9, 80, 700_000},
		Next:  []db.Leaving{{ExpiresAt: at.Add(time.Minute).UnixMilli(), Cards: 1}, {ExpiresAt: at.Add(time.Hour).UnixMilli()}},
		Bytes: 6_760_000_000, Largest: []int64{52_000_000, 1500, 999},
		Size: db.Size{File: 9_100_000_000, Free: 4096, Log: 0}}
	var b strings.Builder
	if err := writeCensus(&b, c, at, "cards.db"); err != nil {
		t.Fatal(err)
	}
	const want = `
cards.db, at 2026-03-01 09:30:00

    1,234,567  sessions alive
        4,500  of them at shared computers
            3  of them without their key in Redis
           12  expired, not yet ended
            1  ended, not yet erased
    2,000,001  cards, at most 500 in one session

        began   last visit  of those alive
            1            7  within an hour
           20           60  within a day
          300          500  within 7 days
        4,000    1,234,000  within 30 days
    1,230,246            0  longer ago

            9  expire within an hour
           80  expire within a day
      700,000  expire within 7 days
next to expire 2026-03-01 09:31:00, with 1 card
               2026-03-01 10:30:00, with 0 cards

Cards and files: 6.8 GB.
Largest sessions: 52.0 MB, 1.5 kB, 999 bytes.
Database file: 9.1 GB, of which 4.1 kB are free; its log: 0 bytes.
`
	if b.String() != want[1:] {
		t.Errorf("got\n%s\nwant%s", b.String(), want)
	}
}
