package db

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"cardstock/card"
)

func TestEditWritesOnlyWhatIsDifferent(t *testing.T) {
	d, now := cardsDB(t)
	s := visitor(t, d, "one")
	id := someCard(t, s)
	*now = now.Add(time.Minute)
	writes := rowsWritten(t, d, func() {
		if err := s.Edit(t.Context(), id, func(*card.Card) error { return nil }); err != nil {
			t.Fatal(err)
		}
	})
	if writes > 1 {
		t.Errorf("an edit without a difference wrote %d rows", writes)
	}
	writes = rowsWritten(t, d, func() {
		err := s.Edit(t.Context(), id, func(c *card.Card) error {
			fieldOf(c, "one.a").Answer = "beta"
			c.Section("again").Title = "Renamed"
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	if writes > 5 { // the card and its size, a section, a field, a revision
		t.Errorf("two changes wrote %d rows", writes)
	}
	c, err := s.Card(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, sec := range c.Sections {
		for _, f := range sec.Fields {
			want := int64(0)
			if f.Key == "one.a" {
				want = 1
			}
			if f.Rev != want || f.SavedAt.IsZero() != (want == 0) {
				t.Errorf("%s: revision %d, saved %v; want %d", f.Key, f.Rev, f.SavedAt, want)
			}
		}
	}
	if c.Section("again").Title != "Renamed" || !c.ChangedAt.Equal(*now) {
		t.Errorf("%+v", c.Section("again"))
	}
}

// rowsWritten counts the rows a piece of code inserts, updates or deletes.
func rowsWritten(t testing.TB, d *DB, do func()) int {
	t.Helper()
	var before, after int
	if err := d.writer.Get(&before, "SELECT total_changes()"); err != nil {
		t.Fatal(err)
	}
	do()
	if err := d.writer.Get(&after, "SELECT total_changes()"); err != nil {
		t.Fatal(err)
	}
	return after - before
}

func TestEditKeepsOrderAndForgetsNothing(t *testing.T) {
	d, _ := cardsDB(t)
	s := visitor(t, d, "one")
	id := someCard(t, s)
	steps := []func(c *card.Card) error{
		func(c *card.Card) error { return c.AddSection("new", "New") },
		func(c *card.Card) error { return c.AddField("new", "new.1", "First") },
		func(c *card.Card) error { return c.AddField("one", "own.2", "Mine") },
		func(c *card.Card) error { return c.MoveSection("new", "one") },
		func(c *card.Card) error { return c.MoveField("own.2", "one.a") },
		func(c *card.Card) error { return c.MoveSection("again", "empty") },
		func(c *card.Card) error { return c.RenameField("own.1", "Other") },
		func(c *card.Card) error { return c.RemoveField("own.2") },
		func(c *card.Card) error { return c.RemoveSection("again") },
		func(c *card.Card) error { c.Sections = slices.Delete(c.Sections, 1, 2); return nil },
	}
	want := sampleCard()
	for i, step := range steps {
		if err := step(want); err != nil {
			t.Fatal(err)
		}
		if err := s.Edit(t.Context(), id, step); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
		got, err := s.Card(t.Context(), id)
		if err != nil || !reflect.DeepEqual(content(got), content(want)) {
			t.Fatalf("step %d: %v\ngot  %+v\nwant %+v", i, err, content(got), content(want))
		}
	}
	wellFormed(t, d)
}

// A field that moves to a section that is new, out of one that goes.
func TestEditMovesFieldsBetweenSections(t *testing.T) {
	d, _ := cardsDB(t)
	s := visitor(t, d, "one")
	id := someCard(t, s)
	err := s.Edit(t.Context(), id, func(c *card.Card) error {
		c.Sections = []card.Section{{Key: "only", Title: "Only", Custom: true, Fields: c.Sections[0].Fields[:1]}}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.Card(t.Context(), id)
	if err != nil || len(c.Sections) != 1 || fieldOf(c, "one.a").Answer != "alpha" {
		t.Errorf("%+v, %v", c, err)
	}
	wellFormed(t, d)
}

func TestAFailedEditChangesNothing(t *testing.T) {
	d, _ := cardsDB(t)
	s := visitor(t, d, "one")
	id := someCard(t, s)
	no := errors.New("no")
	for name, fn := range map[string]func(c *card.Card) error{
		"refused":        func(c *card.Card) error { c.Title = "x"; c.Sections = nil; return no },
		"over a limit":   func(c *card.Card) error { c.Title = strings.Repeat("x", card.MaxTitle+1); return nil },
		"key used twice": func(c *card.Card) error { return c.AddSection("one", "Again") },
	} {
		if err := s.Edit(t.Context(), id, fn); err == nil {
			t.Errorf("%s: no error", name)
		}
		c, err := s.Card(t.Context(), id)
		if err != nil || !reflect.DeepEqual(content(c), *sampleCard()) {
			t.Errorf("%s: the card changed (%v)", name, err)
		}
	}
	if _, err := s.CreateCard(t.Context(), &card.Card{Kind: "recipe"}, nil); card.CodeOf(err) != card.Invalid {
		t.Errorf("a card of no kind: %v", err)
	}
}

// A card of an archive that was not taken in is taken back, unless its visitor has changed it since.
func TestTakeBack(t *testing.T) {
	d, now := cardsDB(t)
	s := visitor(t, d, "one")
	as, edited := someCard(t, s), someCard(t, s)
	*now = now.Add(time.Second)
	if _, err := s.SaveAnswers(t.Context(), edited, []Answer{{"one.a", "beta", card.RevOf(0, "alpha")}}); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{as, edited, "gone"} {
		if err := s.TakeBack(t.Context(), id); err != nil {
			t.Error(err)
		}
	}
	if _, err := s.Card(t.Context(), as); card.CodeOf(err) != card.NotFound {
		t.Errorf("as it was made it is still there: %v", err)
	}
	if c, err := s.Card(t.Context(), edited); err != nil || fieldOf(c, "one.a").Answer != "beta" {
		t.Errorf("what was saved is gone: %v", err)
	}
}
