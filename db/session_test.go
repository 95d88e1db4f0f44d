package db

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"cardstock/card"
)

// sessionDB opens an empty database whose clock the test moves.
func sessionDB(t testing.TB) (*DB, *time.Time) {
	t.Helper()
	schema, err := os.ReadFile("../schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	d, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "cards.db"), Schema: string(schema)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	now := time.Now().Truncate(time.Millisecond)
	d.Now = func() time.Time { return now }
	return d, &now
}

func birthOf(name string) Birth {
	return Birth{TokenHash: name, SpareHash: name + "-spare", TTL: time.Hour}
}

// keep makes the session of a visitor with one small card in it.
func keep(t testing.TB, d *DB, name string) *Session {
	t.Helper()
	s := d.ForNew(birthOf(name))
	keepCard(t, s, "a marker of "+name, nil)
	return s.Born()
}

func keepCard(t testing.TB, s *Scope, answer string, upload *Upload) string {
	t.Helper()
	c := &card.Card{Kind: card.Model, Template: "model", Title: answer[:min(len(answer), 50)], Sections: []card.Section{{Key: "one", Title: "One"}}}
	for i := range 5 {
		c.Sections[0].Fields = append(c.Sections[0].Fields,
			card.Field{Key: fmt.Sprintf("one.f%d", i), Label: "F", Kind: card.Text, Answer: answer})
	}
	id, err := s.CreateCard(t.Context(), c, upload)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestConcurrentFirstWritesEndInOneSession(t *testing.T) {
	d, _ := sessionDB(t)
	ids := make([]string, 8)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			s := d.ForNew(birthOf("token"))
			keepCard(t, s, "x", nil)
			ids[i] = s.Born().ID
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("two sessions for one token: %v", ids)
		}
	}
}

func TestATokenOfAnEndedSessionIsNotUsedAgain(t *testing.T) {
	t.Run("ended", func(t *testing.T) {
		d, _ := sessionDB(t)
		old := keep(t, d, "token")
		if ok, err := d.EndByVisitor(t.Context(), old.ID, "token"); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if again := keep(t, d, "token"); *again.TokenHash != "token-spare" || again.ID == old.ID {
			t.Errorf("born as %+v", again)
		}
	})
	t.Run("expired", func(t *testing.T) {
		d, now := sessionDB(t)
		old := keep(t, d, "token")
		*now = now.Add(time.Hour)
		if again := keep(t, d, "token"); *again.TokenHash != "token-spare" || again.ID == old.ID {
			t.Errorf("born as %+v", again)
		}
	})
	t.Run("erased", func(t *testing.T) { // nothing knows it any more, its key is gone for certain
		d, _ := sessionDB(t)
		old := keep(t, d, "token")
		d.EndByVisitor(t.Context(), old.ID, "token")
		if _, err := d.Erase(t.Context(), InServer, []string{old.ID}, false); err != nil {
			t.Fatal(err)
		}
		if again := keep(t, d, "token"); *again.TokenHash != "token" {
			t.Errorf("born as %+v", again)
		}
	})
}

func TestAWriteUnderAnEndedSessionIsRefused(t *testing.T) {
	d, now := sessionDB(t)
	row := keep(t, d, "token")
	*now = now.Add(time.Hour)
	err := d.For(row.ID).DeleteCard(t.Context(), "any")
	if !errors.Is(err, ErrEnded) {
		t.Errorf("after expiry: %v", err)
	}
	*now = now.Add(-time.Minute)
	if _, err := d.EndByVisitor(t.Context(), row.ID, "token"); err != nil {
		t.Fatal(err)
	}
	if err := d.For(row.ID).DeleteCard(t.Context(), "any"); !errors.Is(err, ErrEnded) {
		t.Errorf("after the end: %v", err)
	}
	if _, err := d.Touch(t.Context(), row.ID, "token"); !errors.Is(err, ErrEnded) {
		t.Errorf("touch after the end: %v", err)
	}
	if err := d.MarkKeyed(t.Context(), row.ID, "token", row.ExpiresAt); !errors.Is(err, ErrEnded) {
		t.Errorf("keyed after the end: %v", err)
	}
}

func TestTouchSlidesByTheRowsOwnTTL(t *testing.T) {
	d, now := sessionDB(t)
	row := keep(t, d, "token")
	*now = now.Add(50 * time.Minute)
	touched, err := d.Touch(t.Context(), row.ID, "token")
	if err != nil {
		t.Fatal(err)
	}
	if want := now.Add(time.Hour).UnixMilli(); touched.ExpiresAt != want {
		t.Errorf("expires at %d, want %d", touched.ExpiresAt, want)
	}
}

func TestAVisitInBetweenWins(t *testing.T) {
	d, now := sessionDB(t)
	keep(t, d, "token")
	*now = now.Add(time.Hour)
	due, err := d.DueSessions(t.Context(), now.UnixMilli(), nil, 10)
	if err != nil || len(due) != 1 {
		t.Fatal(due, err)
	}
	if _, err := d.Touch(t.Context(), due[0].ID, "token"); err != nil {
		t.Fatal(err)
	}
	ended, err := d.EndSessions(t.Context(), InServer, due)
	if err != nil || len(ended) != 0 {
		t.Errorf("ended %v, %v", ended, err)
	}
}

func TestMarkKeyed(t *testing.T) {
	d, now := sessionDB(t)
	row := keep(t, d, "token")
	if row.Keyed() {
		t.Error("keyed at birth, before any key was set")
	}
	if err := d.MarkKeyed(t.Context(), row.ID, "token", row.ExpiresAt); err != nil {
		t.Fatal(err)
	}
	if s, _ := d.SessionByToken(t.Context(), "token"); !s.Keyed() {
		t.Error("not keyed")
	}
	// Another request touches between our SET and our note: what Redis has now is not certain.
	*now = now.Add(time.Minute)
	if _, err := d.Touch(t.Context(), row.ID, "token"); err != nil {
		t.Fatal(err)
	}
	if err := d.MarkKeyed(t.Context(), row.ID, "token", row.ExpiresAt); err != nil {
		t.Fatal(err)
	}
	if s, _ := d.SessionByToken(t.Context(), "token"); s.Keyed() {
		t.Error("keyed by an older expiry")
	}
}

// The sweeper's questions must not read the whole table: it asks them every two seconds.
func TestSweepersQueriesUseIndexes(t *testing.T) {
	d, _ := sessionDB(t)
	for _, q := range []string{
		"WHERE (expires_at, id) > (1, '') AND expires_at <= 2 AND token_hash IS NOT NULL ORDER BY expires_at, id LIMIT 9",
		"WHERE missing_since IS NOT NULL AND expires_at > 1 AND token_hash IS NOT NULL ORDER BY missing_since LIMIT 9",
		"WHERE token_hash IS NULL AND ended_hash > '' AND expires_at NOT BETWEEN 1 AND 2 ORDER BY ended_hash LIMIT 9",
		"WHERE id > '' AND expires_at > 1 AND token_hash IS NOT NULL ORDER BY id LIMIT 9",
		"WHERE token_hash = 'a' OR (token_hash IS NULL AND ended_hash = 'a')",
	} {
		plan := explain(t, d, "SELECT * FROM session "+q)
		if strings.Contains(plan, "SCAN session\n") {
			t.Errorf("%s\n%s", q, plan)
		}
	}
	for _, b := range belongings {
		plan := explain(t, d, "DELETE FROM "+b.table+" WHERE ("+b.key+") IN (SELECT "+b.key+" FROM "+b.table+" WHERE session_id = 'a' ORDER BY "+b.key+" LIMIT 9)")
		if strings.Contains(plan, "SCAN "+b.table) {
			t.Errorf("%s\n%s", b.table, plan)
		}
	}
}

func explain(t *testing.T, d *DB, query string) string {
	t.Helper()
	var rows []struct {
		ID, Parent, NotUsed int
		Detail              string
	}
	if err := sqlx.Select(d.reader, &rows, "EXPLAIN QUERY PLAN "+query); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintln(&b, r.Detail)
	}
	return b.String()
}

func TestLease(t *testing.T) {
	d, now := sessionDB(t)
	take := func(holder string) bool {
		got, err := d.Lease(t.Context(), "sweep", holder, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if !take("a") || take("b") {
		t.Error("a has it, b must wait")
	}
	if !take("a") {
		t.Error("a may keep it")
	}
	*now = now.Add(time.Minute)
	if !take("b") || take("a") {
		t.Error("a's time is over, b has it")
	}
	if err := d.Release(t.Context(), "sweep", "a"); err != nil || take("a") {
		t.Error("a released what b has")
	}
	if err := d.Release(t.Context(), "sweep", "b"); err != nil || !take("a") {
		t.Error("b gave it up")
	}
}
