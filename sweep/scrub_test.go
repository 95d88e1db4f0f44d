package sweep

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"cardstock/card"
)

// TestPassesClearThePages lets visitors write so that rows move from page to page. After some passes there is no page left to
// clear, whoever wrote in between.
func TestPassesClearThePages(t *testing.T) {
	s := newSite(t, nil, month)
	cookies := s.begin(30)
	r := rand.New(rand.NewPCG(1, 1))
	write := func() {
		for range 150 {
			c := &card.Card{Kind: card.Model, Template: "model", Title: fmt.Sprint("Card ", r.IntN(1e9)), Sections: []card.Section{{
				Key: "one", Title: "One", Fields: []card.Field{{Key: "one.a", Label: "A", Kind: card.Text, Answer: strings.Repeat("words ", r.IntN(300))}}}}}
			if _, err := s.visit(cookies[r.IntN(len(cookies))]).Scope().CreateCard(t.Context(), c, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	write()
	if ok, err := s.db.Checkpoint(t.Context()); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if _, cleared, _, err := s.db.Scrub(t.Context(), 0, 1000); cleared == 0 || err != nil {
		t.Fatalf("cleared %d, %v: the test cannot tell", cleared, err)
	}
	for range 3 {
		write()
		s.emptied = time.Time{} // twenty seconds later
		s.pass(PassOptions{})
		if _, cleared, done, err := s.db.Scrub(t.Context(), 0, 1000); cleared != 0 || !done || err != nil {
			t.Errorf("the pass left %d pages, done %v, %v", cleared, done, err)
		}
	}
}
