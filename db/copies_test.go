package db

import (
	"strings"
	"testing"

	"cardstock/card"
)

func TestCopy(t *testing.T) {
	d, _ := cardsDB(t)
	s, v := newVictim(t, d, "one")
	was, _ := s.Card(t.Context(), v.card)
	id, err := s.Copy(t.Context(), v.card, false, func(c *card.Card) { c.RetitleCopy("Mine") })
	if err != nil {
		t.Fatal(err)
	}
	is, err := s.Card(t.Context(), id)
	if err != nil || is.Title != "Mine (copy)" || len(is.Sections) != len(was.Sections) {
		t.Fatalf("%+v, %v", is, err)
	}
	if changes := is.ChangesSince(was); len(changes) > 0 {
		t.Errorf("the copy has other answers: %v", changes)
	}
	if f := fieldOf(is, "again.n"); f.Answer != "3" || f.Rev != 0 || !f.SavedAt.IsZero() || !f.Custom {
		t.Errorf("%+v: the answer of a copy is one that came with it", f)
	}
	o, err := s.Outline(t.Context(), v.templates, id)
	if err != nil || o.HasOriginal || o.Before != nil {
		t.Errorf("%+v, %v: uploads stay, and a copy is no next version", o, err)
	}
	// They are two cards: what is written in one is not in the other, and the bytes are counted for both.
	if _, err := s.SaveAnswers(t.Context(), id, []Answer{{"again.n", "4", card.RevOf(0, "3")}}); err != nil {
		t.Fatal(err)
	}
	if was, _ = s.Card(t.Context(), v.card); fieldOf(was, "again.n").Answer != "3" {
		t.Error("the first card changed with its copy")
	}
	recount(t, d, s)
	wellFormed(t, d)
}

func TestNextVersionKnowsItsPredecessor(t *testing.T) {
	d, _ := cardsDB(t)
	s, v := newVictim(t, d, "one")
	id, err := s.Copy(t.Context(), v.card, true, func(c *card.Card) { c.Title = "Next" })
	if err != nil {
		t.Fatal(err)
	}
	before := func() *Predecessor {
		t.Helper()
		o, err := s.Outline(t.Context(), v.templates, id)
		if err != nil || o.Before == nil || o.Before.ID != v.card {
			t.Fatalf("%+v, %v", o, err)
		}
		return o.Before
	}
	if p := before(); p.Gone || !strings.HasPrefix(p.Name, "A ") {
		t.Errorf("%+v", p)
	}
	s.DiscardCard(t.Context(), v.card)
	if p := before(); !p.Gone || p.Name != "" {
		t.Errorf("of a deleted card nothing is known: %+v", p)
	}
	s.RecoverCard(t.Context(), v.card)
	if p := before(); p.Gone {
		t.Errorf("it is back: %+v", p)
	}
	s.DeleteCard(t.Context(), v.card)
	if p := before(); !p.Gone {
		t.Errorf("%+v", p)
	}
}

func TestACopyNeedsRoom(t *testing.T) {
	d, _ := cardsDB(t)
	s := visitor(t, d, "one")
	id := someCard(t, s)
	u, _ := s.Usage(t.Context())
	d.quota = u.Bytes*2 - 1
	if _, err := s.Copy(t.Context(), id, false, func(*card.Card) {}); card.CodeOf(err) != card.OverQuota {
		t.Errorf("%v", err)
	}
	d.quota++
	if _, err := s.Copy(t.Context(), id, false, func(*card.Card) {}); err != nil {
		t.Error(err)
	}
}
