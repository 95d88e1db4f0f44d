package format

import (
	"fmt"
	"slices"

	"cardstock/card"
)

// templateMembers are all that a template has at its top; those without which it is none come first.
var templateMembers = []string{"key", "kind", "title", "sections", "summary", "source", "name"}

// detectTemplate wants a template without a mistake: each of its entries is known, so that no card is taken for one.
func detectTemplate(d *Document) bool {
	if d.json == nil || !d.yaml || !onlyMembers(d.json, templateMembers) {
		return false
	}
	seen := map[string]bool{}
	for _, m := range d.json.members { // one that is there twice is of another document behind it
		if seen[m.name] {
			return false
		}
		seen[m.name] = true
	}
	for _, name := range templateMembers[:4] {
		if !seen[name] {
			return false
		}
	}
	_, err := card.ParseTemplate([]byte(d.text))
	return err == nil
}

// decodeTemplate starts a card of the form that a template has. Questions that a template of ours has are that one's, others are the visitor's own.
func decodeTemplate(ts *card.Templates, d *Document) (*Result, error) {
	t, err := card.ParseTemplate([]byte(d.text))
	if err != nil {
		return nil, card.Errorf(card.Invalid, "This template cannot be read.")
	}
	c := t.New()
	base := ts.For(c)
	c.Template = base.Key
	for i := range c.Sections {
		s := &c.Sections[i]
		s.Title, s.Custom = cleanWords(s.Title), base.Section(s.Key) == nil
		for j := range s.Fields {
			f := &s.Fields[j]
			f.Label, f.Custom = cleanWords(f.Label), base.Field(f.Key) == nil
			f.Answer, _ = card.CleanText(f.Answer)
			for k := range f.Columns {
				f.Columns[k].Title = cleanWords(f.Columns[k].Title)
			}
			for k := range f.Options {
				f.Options[k] = cleanWords(f.Options[k])
			}
			if f.Kind == card.Choice && !slices.Contains(f.Options, f.Answer) {
				f.Answer = ""
			}
		}
	}
	return &Result{Card: c, Notes: []string{fmt.Sprintf("This is a Cardstock template, “%s”. A card with its questions was started, without answers.", brief(cleanWords(t.Title)))}}, nil
}

// cleanWords is a line as a card has it.
func cleanWords(s string) string {
	s, _ = card.CleanLine(s)
	return s
}
