package sweep

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"strings"
	"testing"
	"time"

	"cardstock/card"
	"cardstock/db"
)

// discard makes a card with a text in it, deletes it, and returns its id.
func discard(t *testing.T, s *db.Scope, text string) string {
	t.Helper()
	c := &card.Card{Kind: card.Model, Template: "model", Title: text, Sections: []card.Section{{Key: "a", Title: "A", Fields: []card.Field{
		{Key: "a.a", Label: "A", Kind: card.Text, Answer: strings.Repeat(text+" ", 500)}}}}}
	id, err := s.CreateCard(t.Context(), c, &db.Upload{Name: text, Format: "x", Bytes: bytes.Repeat([]byte(text), 100_000)})
	if err == nil {
		_, err = s.DiscardCard(t.Context(), id)
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// TestDeletedCardsAreSwept: a card that can no longer come back goes with the next pass, without Redis too, and while the sweeper holds
// back; its text is then in no file.
func TestDeletedCardsAreSwept(t *testing.T) {
	s := newSite(t, nil, month)
	cookie := s.begin(1)[0]
	own := s.visit(cookie).Scope()
	const text = "Leucorrhinia-caudalis"
	id := discard(t, own, text)
	now := time.Now()
	s.db.Now = func() time.Time { return now }
	if r := s.pass(PassOptions{}); r.Erased.Rows != 0 {
		t.Errorf("it could still come back: %+v", r)
	}
	if err := own.RecoverCard(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if _, err := own.DiscardCard(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	now = now.Add(db.UndoFor)
	if r := s.pass(PassOptions{DryRun: true}); r.Erased.Rows != 0 {
		t.Errorf("a dry run erased: %+v", r)
	}
	if r := s.pass(PassOptions{}); r.Erased.Rows < 7 || r.Erased.Sessions != 0 || r.Erased.Bytes < 2_000_000 {
		t.Errorf("%+v", r)
	}
	if err := own.RecoverCard(context.Background(), id); card.CodeOf(err) != card.NotFound {
		t.Errorf("it came back: %v", err)
	}
	if !s.visit(cookie).Exists() {
		t.Error("the session went with the card")
	}
	for range 50 { // a part of the file is cleared in each pass
		s.pass(PassOptions{})
	}
	for _, end := range []string{"", "-wal"} {
		if data, err := os.ReadFile(s.db.Path() + end); err == nil && bytes.Contains(data, []byte(text)) {
			t.Errorf("its text is still in the database's file%s", end)
		}
	}
	if r := s.pass(PassOptions{}); r.didSomething() {
		t.Errorf("an idle pass did %+v", r)
	}
}

// TestADeletedCardThatCannotBeErased: it keeps neither other deleted cards nor the text of erased ones from going.
func TestADeletedCardThatCannotBeErased(t *testing.T) {
	s := newSite(t, nil, month)
	own := s.visit(s.begin(1)[0]).Scope()
	const text = "Nehalennia-speciosa"
	stuck := discard(t, own, "stays")
	for range 3 {
		discard(t, own, text)
	}
	raw, err := sql.Open("sqlite3", s.db.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.Exec("CREATE TRIGGER stuck BEFORE DELETE ON card WHEN OLD.id = '" + stuck + "' BEGIN SELECT RAISE(ABORT, 'stuck'); END"); err != nil {
		t.Fatal(err)
	}
	now := time.Now().Add(db.UndoFor)
	s.db.Now = func() time.Time { return now }
	for range 50 {
		if _, err := s.Pass(t.Context(), PassOptions{}); err == nil || !strings.Contains(err.Error(), "a deleted card cannot be erased") {
			t.Fatalf("the pass says %v", err)
		}
	}
	var left string
	if err := raw.QueryRow("SELECT GROUP_CONCAT(id) FROM card WHERE deleted_at IS NOT NULL").Scan(&left); err != nil || left != stuck {
		t.Errorf("%q are left, %v", left, err)
	}
	if n := s.db.LogBytes(); n > 1<<20 {
		t.Errorf("%d bytes in the log", n)
	}
	for _, end := range []string{"", "-wal"} {
		if data, err := os.ReadFile(s.db.Path() + end); err == nil && bytes.Contains(data, []byte(text)) {
			t.Errorf("the text of an erased card is still in the database's file%s", end)
		}
	}
}
