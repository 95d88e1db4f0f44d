package format

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cardstock/card"
)

// A Choice is a way to read a document.
type Choice struct {
	Name  string // the format's name; of a further card in the document with its number, "cyclonedx:2"; of the other kind of card with that, "hub:datasheet"
	Label string // for people
	Part  string // the name of the card in the document, if it holds several
}

// mostParts is how many cards in one document are offered; a file could hold a hundred thousand.
const mostParts = 100

// choices returns all ways to read a document. Read takes the first.
func (d *Document) choices(ts *card.Templates) (choices []Choice) {
	for _, f := range formats {
		if f.Detect == nil || !f.Detect(d) {
			continue
		}
		choices = append(choices, Choice{Name: f.Name, Label: f.Label})
		if f.KindOf != nil && len(choices) == 1 {
			choices = append(choices, f.otherKind(ts, d)...)
		}
		if f.Parts == nil {
			continue
		}
		parts := f.Parts(d)
		for i, name := range parts[:min(len(parts), mostParts)] {
			c := Choice{f.Name, f.Label + ": " + brief(name), brief(name)}
			if i == 0 {
				choices[len(choices)-1] = c
				continue
			}
			c.Name = fmt.Sprint(f.Name, ":", i+1)
			choices = append(choices, c)
		}
	}
	if len(choices) == 0 {
		return nil
	}
	for _, f := range formats {
		if f.Could != nil && !f.Detect(d) && f.Could(d) {
			choices = append(choices, Choice{Name: f.Name, Label: f.Label})
		}
	}
	return choices
}

// otherKind is the choice to read a document as the kind of card that it does not say it is.
func (f *Format) otherKind(ts *card.Templates, d *Document) []Choice {
	other := card.Datasheet
	switch f.KindOf(ts, d) {
	case "":
		return nil
	case card.Datasheet:
		other = card.Model
	}
	return []Choice{{Name: f.Name + ":" + string(other), Label: f.Label + ", as a " + other.Word()}}
}

// takes reports whether a document can be read as this format.
func (f *Format) takes(d *Document) bool {
	return f.Detect != nil && f.Detect(d) || f.Could != nil && f.Could(d)
}

// takesAs is takes for a document that was another, which may not be recognised less than that, nor as something else.
func (f *Format) takesAs(d, was *Document) bool {
	return (f.Detect(d) || f.takes(d) && !f.Detect(was)) && (recognised(was) != f || recognised(d) == f)
}

// recognised is the format as which a document is read if nobody says what it is; nil for none.
func recognised(d *Document) *Format {
	for _, f := range formats {
		if f.Detect != nil && f.Detect(d) {
			return f
		}
	}
	return nil
}

// ReadAs is Read for a document of which somebody says what it is, and which also says what else it could be. as is the name of one of its
// choices, or "" for the first.
func ReadAs(ts *card.Templates, data []byte, as string) (*Result, error) {
	d, err := Open(data)
	if err != nil {
		return nil, err
	}
	choices := d.choices(ts)
	if len(choices) == 0 {
		return nil, d.unknown()
	}
	if as == "" {
		as = choices[0].Name
	}
	if !slices.ContainsFunc(choices, func(c Choice) bool { return c.Name == as }) {
		names := make([]string, len(choices))
		for i, c := range choices {
			names[i] = c.Name
		}
		return nil, card.Errorf(card.Invalid, "This file cannot be read as that, only as one of these: %s.", strings.Join(names, ", "))
	}
	name, which, _ := strings.Cut(as, ":")
	d.choose(which)
	r, err := d.decode(ts, ByName(name))
	if err == nil {
		r.As, r.Choices = as, choices
	}
	return r, err
}

// choose takes what stands behind the colon of a choice: the number of a card in the document, or a kind of card.
func (d *Document) choose(which string) {
	if kind := card.Kind(which); kind.Valid() {
		d.kind = kind
		return
	}
	n, _ := strconv.Atoi(which)
	d.part = max(n-1, 0)
}

// readKind is ReadAs, with as "" as a card of a kind if the document can be read as one.
func readKind(ts *card.Templates, data []byte, as string, kind card.Kind) (*Result, error) {
	r, err := ReadAs(ts, data, as)
	if err == nil && as == "" && r.Card.Kind != kind && r.Format.KindOf != nil {
		if other, err := ReadAs(ts, data, r.Format.Name+":"+string(kind)); err == nil {
			return other, nil
		}
	}
	return r, err
}
