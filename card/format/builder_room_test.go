package format

import (
	"fmt"
	"slices"
	"testing"

	"cardstock/card"
)

// fullCard is a card with so many sections of its own, and so many questions in each.
func fullCard(kind card.Kind, sections, each int) *card.Card {
	c := &card.Card{Kind: kind, Template: string(kind), Title: "Peas"}
	for i := range sections {
		s := card.Section{Key: fmt.Sprint("s", i), Title: fmt.Sprint("Part ", i), Custom: true}
		for j := range each {
			s.Fields = append(s.Fields, card.Field{Key: fmt.Sprintf("own.%d.%d", i, j), Label: fmt.Sprint("Q", j), Kind: card.Text, Custom: true, Answer: fmt.Sprint("say ", i, " ", j)})
		}
		c.Sections = append(c.Sections, s)
	}
	return c
}

// TestFullCardComesBack: a card as large as one can be is read from each of its exports with all that it says, for what the template asks and it does
// not have makes room. It was refused as larger than a card can be, and so was the account of its exports.
func TestFullCardComesBack(t *testing.T) {
	undetected(t)
	for _, c := range []*card.Card{fullCard(card.Model, 90, 1), fullCard(card.Model, 100, 1), fullCard(card.Model, 10, 200), fullCard(card.Datasheet, 100, 1), fullCard(card.Datasheet, 10, 200)} {
		if err := c.Check(); err != nil {
			t.Fatal(err)
		}
		for _, f := range All() {
			if f.Encode == nil || !f.Returns() || !f.Fits(c.Kind) {
				continue
			}
			data, err := f.Write(t.Context(), templates(t), c, nil)
			if err != nil {
				t.Fatal(err)
			}
			what := fmt.Sprintf("%s of %d sections, %s", c.Kind, len(c.Sections), f.Name)
			r, err := Read(templates(t), data)
			if err != nil {
				t.Errorf("%s: %v", what, err)
				continue
			}
			if got := templates(t).DisplayName(r.Card); got != "Peas" && f != mitchellFormat {
				t.Errorf("%s is called %q", what, got)
			}
			l, err := Account(t.Context(), templates(t), c, f, data)
			if err != nil || l.Totals[LeftOut] > 0 {
				t.Errorf("%s: %v, %v", what, l.Totals, err)
			}
			if out := returned(t, r.Card, data, r.As); string(out.Data) != string(data) {
				t.Errorf("%s: it goes back as another file", what)
			}
		}
	}
}

// TestWhatMakesRoom: no more is left out than has to be, from the end, and what is essential last; that is said.
func TestWhatMakesRoom(t *testing.T) {
	whole := templates(t).Get("model").New()
	c := fullCard(card.Model, 100-len(whole.Sections)+1, 1)
	data := encode(t, ".md", c)
	r := read(t, data)
	var essential int
	for _, s := range r.Card.Sections {
		if !s.Custom && slices.ContainsFunc(s.Fields, func(f card.Field) bool { return f.Essential }) {
			essential++
		}
	}
	want := 0
	for _, s := range whole.Sections {
		if slices.ContainsFunc(s.Fields, func(f card.Field) bool { return f.Essential }) {
			want++
		}
	}
	if len(r.Card.Sections) != card.MaxSections || essential != want || !slices.Contains(r.Notes, noteRoom) {
		t.Errorf("%d sections, %d of them essential, want %d; %q", len(r.Card.Sections), essential, want, r.Notes)
	}
	fields := whole.Progress().Fields
	c = fullCard(card.Model, 1, card.MaxFields-fields+3)
	r = read(t, encode(t, ".md", c))
	if p := r.Card.Progress(); p.Fields != card.MaxFields || p.Essential != whole.Progress().Essential || !slices.Contains(r.Notes, noteRoom) {
		t.Errorf("%+v; %q", p, r.Notes)
	}
	if r = read(t, encode(t, ".md", fullCard(card.Model, 2, 2))); slices.Contains(r.Notes, noteRoom) {
		t.Errorf("a small card: %q", r.Notes)
	}
}
