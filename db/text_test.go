package db

import (
	"fmt"
	"strings"
	"testing"

	"cardstock/card"
)

// The answers of one card together have a limit, whichever way they come. What makes them fewer always works.
func TestACardSaysOnlySoMuch(t *testing.T) {
	d := openAt(t, t.TempDir()+"/cards.db")
	s := visitor(t, d, "anna")
	long := strings.Repeat("x", card.MaxAnswer)
	filled := func(n int) *card.Card {
		c := &card.Card{Kind: card.Model, Template: "model", Sections: []card.Section{{Key: "s", Title: "S", Custom: true}}}
		for i := range n {
			c.Sections[0].Fields = append(c.Sections[0].Fields, card.Field{Key: fmt.Sprintf("custom.%d", i), Label: "Q", Kind: card.Text, Custom: true, Answer: long})
		}
		return c
	}
	refused := func(what string, err error) {
		t.Helper()
		if card.CodeOf(err) != card.OverQuota || !strings.Contains(err.Error(), "5 MB is the most for one card") {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err := s.CreateCard(t.Context(), filled(53), nil)
	refused("an import", err)
	id, err := s.CreateCard(t.Context(), filled(52), nil)
	if err != nil {
		t.Fatal(err)
	}
	save := func(key, text string) error {
		f, _, err := s.Field(t.Context(), id, key)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.SaveAnswers(t.Context(), id, []Answer{{key, text, card.RevOf(f.Rev, f.Answer)}})
		return err
	}
	add := func(key, text string) error {
		return s.Edit(t.Context(), id, func(c *card.Card) error {
			c.Sections[0].Fields = append(c.Sections[0].Fields, card.Field{Key: key, Label: "Q", Kind: card.Text, Custom: true, Answer: text})
			return nil
		})
	}
	refused("an edit", add("custom.more", long))
	if err := add("custom.more", ""); err != nil {
		t.Error(err)
	}
	refused("a save", save("custom.more", long))
	if err := save("custom.0", "short"); err != nil {
		t.Error("a shorter answer:", err)
	}
	if err := save("custom.more", long); err != nil {
		t.Error("in its place:", err)
	}
	refused("a restoration", s.Edit(t.Context(), id, func(c *card.Card) error { c.Sections[0].Fields[0].Answer = long; return nil }))
	other, err := s.CreateCard(t.Context(), filled(1), nil)
	if err != nil || other == id {
		t.Error("another card:", err)
	}
}
