package db

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"cardstock/card"
)

// stored returns an answer and its revision.
func stored(t testing.TB, s *Scope, id, key string) (string, card.Rev) {
	t.Helper()
	f, _, err := s.Field(t.Context(), id, key)
	if err != nil {
		t.Fatal(err)
	}
	return f.Answer, card.RevOf(f.Rev, f.Answer)
}

func TestSaveAnswers(t *testing.T) {
	d, now := cardsDB(t)
	s := visitor(t, d, "one")
	id := someCard(t, s)
	*now = now.Add(time.Hour)
	out, err := s.SaveAnswers(t.Context(), id, []Answer{
		{"one.a", hostile, card.RevOf(0, "alpha")},                // edited
		{"again.n", "0", card.RevOf(0, "0")},                      // as it was
		{"own.1", "old text", card.RevOf(7, "old text")},          // not edited on this page, changed elsewhere
		{"again.day", "2026-11-24", card.ParseRev("")},            // first answer, no revision sent
		{"one.b", `[{"c":"1"},{"extra":"\"<"}]`, card.Rev{N: 99}}, // stored already, whatever the revision
	})
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]card.Edit{"one.a": card.Write, "again.n": card.Saved, "own.1": card.Unchanged, "again.day": card.Write, "one.b": card.Saved} {
		if out[key].Edit != want {
			t.Errorf("%s: %d, want %d", key, out[key].Edit, want)
		}
	}
	if f := out["one.a"].Field; f.Answer != hostile || f.Rev != 1 || !f.SavedAt.Equal(*now) {
		t.Errorf("the outcome of a save: %+v", f)
	}
	c, err := s.Card(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"one.a": hostile, "own.1": hostile, "again.day": "2026-11-24", "again.n": "0"} {
		if got := fieldOf(c, key).Answer; got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	for key, want := range map[string]int64{"one.a": 1, "again.day": 1, "own.1": 0, "again.n": 0, "one.b": 0, "one.z": 0} {
		if got := fieldOf(c, key).Rev; got != want {
			t.Errorf("revision of %s is %d, want %d", key, got, want)
		}
	}
	if !c.ChangedAt.Equal(*now) {
		t.Error("the card does not say when it changed")
	}
	p := c.Progress()
	if _, whole, _ := s.Progress(t.Context(), id, "one"); whole != p {
		t.Errorf("counted progress %+v, real %+v", whole, p)
	}
	*now = now.Add(time.Hour)
	if _, err := s.SaveAnswers(t.Context(), id, []Answer{{"one.a", hostile, card.RevOf(0, "alpha")}}); err != nil {
		t.Errorf("the same request once more: %v", err)
	}
	if again, _ := s.Card(t.Context(), id); !again.ChangedAt.Equal(c.ChangedAt) || fieldOf(again, "one.a").Rev != 1 {
		t.Error("a retry changed something")
	}
	if out, err := s.SaveAnswers(t.Context(), id, nil); err != nil || len(out) != 0 {
		t.Errorf("no answers: %v, %v", out, err)
	}
}

func TestSaveAnswersAllOrNone(t *testing.T) {
	good := Answer{"one.a", "new", card.RevOf(0, "alpha")}
	tests := []struct {
		name  string
		other Answer
		code  card.Code
		field string
	}{
		{"conflict", Answer{"again.n", "5", card.RevOf(3, "4")}, card.Conflict, "again.n"},
		{"invalid", Answer{"again.day", "soon", card.RevOf(0, "")}, card.Invalid, "again.day"},
		{"no such field", Answer{"none", "x", card.Rev{}}, card.NotFound, "none"},
		{"too long", Answer{"own.1", strings.Repeat("x", card.MaxAnswer+1), card.RevOf(0, hostile)}, card.Invalid, "own.1"},
	}
	for _, tt := range tests {
		for _, answers := range [][]Answer{{good, tt.other}, {tt.other, good}} {
			d, _ := cardsDB(t)
			s := visitor(t, d, "one")
			id := someCard(t, s)
			out, err := s.SaveAnswers(t.Context(), id, answers)
			e, ok := err.(*card.Error)
			if !ok || e.Code != tt.code || e.Field != tt.field {
				t.Errorf("%s: %v", tt.name, err)
			}
			if tt.code == card.Conflict && (out["again.n"].Edit != card.Conflicted || out["again.n"].Field.Answer != "0" || out["one.a"].Edit != card.Write) {
				t.Errorf("%s: the outcomes do not tell: %+v", tt.name, out)
			}
			if got, _ := stored(t, s, id, "one.a"); got != "alpha" {
				t.Errorf("%s: the good one of the two was written", tt.name)
			}
			if n := rowsIn(t, d, s.Session())["revision"]; n != 0 {
				t.Errorf("%s: %d revisions of nothing", tt.name, n)
			}
			d.Close()
		}
	}
}

func TestAllConflictsOfARequestAreTold(t *testing.T) {
	d, _ := cardsDB(t)
	s := visitor(t, d, "one")
	id := someCard(t, s)
	out, err := s.SaveAnswers(t.Context(), id, []Answer{
		{"one.a", "mine", card.RevOf(5, "x")}, {"again.n", "7", card.RevOf(5, "x")}, {"own.1", hostile, card.RevOf(5, "x")}})
	if card.CodeOf(err) != card.Conflict || out["one.a"].Edit != card.Conflicted || out["again.n"].Edit != card.Conflicted || out["own.1"].Edit != card.Saved {
		t.Errorf("%v, %+v", err, out)
	}
}

func TestSavesToNoCard(t *testing.T) {
	d, _ := cardsDB(t)
	s := visitor(t, d, "one")
	someCard(t, s)
	if _, err := s.SaveAnswers(t.Context(), "none", []Answer{{Key: "one.a"}}); card.CodeOf(err) != card.NotFound {
		t.Errorf("no card: %v", err)
	}
	if _, err := s.SaveAnswers(t.Context(), "none", nil); card.CodeOf(err) != card.NotFound {
		t.Errorf("no card, no answers: %v", err)
	}
}

type revisionOf struct {
	Before    string `db:"before"`
	Label     string `db:"label"`
	Rev       int64  `db:"rev"`
	StartedAt int64  `db:"started_at"`
	SavedAt   int64  `db:"saved_at"`
}

func revisions(t testing.TB, d *DB, key string) []revisionOf {
	t.Helper()
	var rows []revisionOf
	if err := d.reader.Select(&rows, "SELECT before, label, rev, started_at, saved_at FROM revision WHERE field_key = ? ORDER BY started_at", key); err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestRevisionsFoldWhileTyping(t *testing.T) {
	d, now := cardsDB(t)
	s := visitor(t, d, "one")
	id := someCard(t, s)
	begin := now.UnixMilli()
	save := func(text string) {
		t.Helper()
		_, rev := stored(t, s, id, "one.a")
		if _, err := s.SaveAnswers(t.Context(), id, []Answer{{"one.a", text, rev}}); err != nil {
			t.Fatal(err)
		}
	}
	save("b")
	*now = now.Add(9 * time.Minute)
	save("be")
	*now = now.Add(9*time.Minute + 59*time.Second)
	save("bet")
	rows := revisions(t, d, "one.a")
	if len(rows) != 1 || rows[0].Before != "alpha" || rows[0].Rev != 0 || rows[0].StartedAt != begin || rows[0].SavedAt != 0 || rows[0].Label != "A" {
		t.Fatalf("typed without a long pause: %+v", rows)
	}
	*now = now.Add(10 * time.Minute)
	save("beta")
	rows = revisions(t, d, "one.a")
	if len(rows) != 2 || rows[1].Before != "bet" || rows[1].Rev != 3 || rows[1].SavedAt != begin+(18*time.Minute+59*time.Second).Milliseconds() {
		t.Errorf("after a pause of 10 minutes: %+v", rows)
	}
	// Another answer is another step, in the same minute.
	if _, err := s.SaveAnswers(t.Context(), id, []Answer{{"again.n", "1", card.RevOf(0, "0")}}); err != nil {
		t.Fatal(err)
	}
	if rows := revisions(t, d, "again.n"); len(rows) != 1 || rows[0].Before != "0" {
		t.Errorf("%+v", rows)
	}
	// Edit keeps what was before, too.
	*now = now.Add(time.Hour)
	if err := s.Edit(t.Context(), id, func(c *card.Card) error { fieldOf(c, "one.a").Answer = ""; return nil }); err != nil {
		t.Fatal(err)
	}
	if rows := revisions(t, d, "one.a"); len(rows) != 3 || rows[2].Before != "beta" {
		t.Errorf("after an edit: %+v", rows)
	}
}

// A save that folds changes no step: each says until when its answer stood, the latest first.
func TestFoldingLeavesEarlierStepsAlone(t *testing.T) {
	d, now := cardsDB(t)
	s := visitor(t, d, "one")
	id := someCard(t, s)
	start := *now
	for i, answer := range []string{"beta", "gamma"} { // as clearing or restoring does it: each is a step of its own
		*now = start.Add(time.Duration(i+1) * time.Minute)
		if err := s.Edit(t.Context(), id, func(c *card.Card) error { fieldOf(c, "one.a").Answer = answer; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	*now = start.Add(3 * time.Minute)
	_, rev := stored(t, s, id, "one.a")
	if _, err := s.SaveAnswers(t.Context(), id, []Answer{{"one.a", "delta", rev}}); err != nil {
		t.Fatal(err)
	}
	earlier, err := s.Revisions(t.Context(), id, "", 500)
	if err != nil || len(earlier) != 2 {
		t.Fatalf("%d earlier answers, %v", len(earlier), err)
	}
	for i, want := range []struct {
		answer string
		until  time.Duration
	}{{"beta", 2 * time.Minute}, {"alpha", time.Minute}} {
		if got := earlier[i]; got.Field.Answer != want.answer || got.Until.Sub(start) != want.until {
			t.Errorf("%d: %q until %v, want %q until %v", i, got.Field.Answer, got.Until.Sub(start), want.answer, want.until)
		}
	}
}

func TestRevisionsAreBounded(t *testing.T) {
	d, now := cardsDB(t)
	s := visitor(t, d, "one")
	id := someCard(t, s)
	rev := card.RevOf(0, "alpha")
	for i := range maxRevisions + 20 {
		*now = now.Add(11 * time.Minute)
		text := fmt.Sprint("text ", i)
		if _, err := s.SaveAnswers(t.Context(), id, []Answer{{"one.a", text, rev}}); err != nil {
			t.Fatal(err)
		}
		rev = card.RevOf(int64(i+1), text)
	}
	rows := revisions(t, d, "one.a")
	if len(rows) != maxRevisions || rows[0].Before != "text 19" || rows[len(rows)-1].Before != fmt.Sprint("text ", maxRevisions+18) {
		t.Errorf("%d revisions, from %q to %q; the oldest should have gone", len(rows), rows[0].Before, rows[len(rows)-1].Before)
	}
}

// Different answers of one card saved at once all arrive; of several saves of one answer exactly one does.
func TestConcurrentSaves(t *testing.T) {
	d, _ := cardsDB(t)
	s := visitor(t, d, "one")
	c := &card.Card{Kind: card.Model, Template: "model", Sections: []card.Section{{Key: "s", Title: "S"}}}
	for i := range 20 {
		c.Sections[0].Fields = append(c.Sections[0].Fields, card.Field{Key: fmt.Sprint("f", i), Label: "F", Kind: card.Text})
	}
	id, err := s.CreateCard(t.Context(), c, nil)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	errs := make([]error, 40)
	for i := range 40 {
		wg.Go(func() {
			key, text := fmt.Sprint("f", i), fmt.Sprint("mine ", i)
			if i >= 20 {
				key = "f0"
			}
			_, errs[i] = d.For(s.Session()).SaveAnswers(t.Context(), id, []Answer{{key, text, card.RevOf(0, "")}})
		})
	}
	wg.Wait()
	won := 0
	for i, err := range errs {
		switch {
		case i == 0 || i >= 20:
			if err == nil {
				won++
			} else if card.CodeOf(err) != card.Conflict {
				t.Errorf("save %d: %v", i, err)
			}
		case err != nil:
			t.Errorf("save %d of its own answer: %v", i, err)
		}
	}
	if won != 1 {
		t.Errorf("%d of 21 saves of one answer got through", won)
	}
	got, _ := s.Card(t.Context(), id)
	if got.Progress().Answered != 20 {
		t.Errorf("%d answers, want 20", got.Progress().Answered)
	}
}
