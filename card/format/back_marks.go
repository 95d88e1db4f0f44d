package format

import (
	"index/suffixarray"
	"strings"

	"cardstock/card"
)

// Where an answer came from is found out, not declared: the texts of a document that an answer could hold are given marks, the document
// is read once more, and the marks are looked for in the answers. So every reader of every format can be followed, and none has to say
// what it does.

// A thing is something of a card that a document may say.
type thing struct {
	what byte // of answer, label, section's title, title
	key  string
}

const (
	anAnswer = 'a'
	aLabel   = 'l'
	aSection = 's'
	aTitle   = 't'
)

// things are all that a card says.
func things(c *card.Card) map[thing]string {
	all := map[thing]string{}
	if c.Title != "" {
		all[thing{aTitle, ""}] = c.Title
	}
	for i := range c.Sections {
		s := &c.Sections[i]
		if s.Custom {
			all[thing{aSection, s.Key}] = s.Title
		}
		for j := range s.Fields {
			f := &s.Fields[j]
			all[thing{anAnswer, f.Key}] = f.Answer
			if f.Custom {
				all[thing{aLabel, f.Key}] = f.Label
			}
		}
	}
	return all
}

// Marks are characters that nobody writes: the first of them, and how many there are.
const (
	firstMark = 0xF0000
	mostMarks = 0x1FF00
)

func isMark(r rune) bool { return r >= firstMark && r < firstMark+mostMarks }

// unmarked is a text without marks, for a reader who goes by what a text says.
func unmarked(s string) string {
	return strings.Map(func(r rune) rune {
		if isMark(r) {
			return -1
		}
		return r
	}, s)
}

func hasMark(s string) bool { return strings.ContainsFunc(s, isMark) }

// A stretch is the part of a text that came from one place.
type stretch struct {
	*place
	start, end int
}

// unmark takes the marks out of a text and says what stood between them.
func unmark(s string, places []*place) (plain string, found []stretch) {
	if !hasMark(s) {
		return s, nil
	}
	var b strings.Builder
	open := map[rune]int{}
	for _, r := range s {
		n := int(r) - firstMark
		if !isMark(r) || n >= len(places) {
			b.WriteRune(r)
			continue
		}
		if start, ok := open[r]; ok {
			found = append(found, stretch{places[n], start, b.Len()})
			delete(open, r)
		} else {
			open[r] = b.Len()
		}
	}
	return b.String(), found
}

// marking reads the document with marks around what the places say; places that say nothing get them, too.
func (b *backer) marking(places []*place) *card.Card {
	if b.gone() {
		return nil
	}
	*b.readings--
	places = places[:min(len(places), mostMarks)]
	inside := map[*place][]splice{}
	was := map[*value]value{}
	for i, p := range places {
		mark := string(rune(firstMark + i))
		lead, core, trail := without(p.text)
		if p.kind == nullValue || said(p.value) == "" {
			lead, core, trail = "", "", ""
		}
		if p.outer != nil {
			inside[p.outer] = append(inside[p.outer], markInside(p, mark)...)
			continue
		}
		was[p.value] = *p.value
		p.text = lead + mark + core + mark + trail
		if p.kind == nullValue {
			p.kind = textValue
		}
	}
	for outer, splices := range inside {
		if _, twice := was[outer.value]; !twice {
			was[outer.value] = *outer.value
			outer.text, _ = apply(outer.text, splices)
		}
	}
	r, err := b.f.Decode(b.ts, b.d)
	for v, of := range was {
		*v = of
	}
	if err != nil || b.gone() {
		return nil
	}
	return r.Card
}

// markInside puts marks around what a place says in JSON that is a text: a number becomes a text by them.
func markInside(p *place, mark string) []splice {
	at, to := p.from.at, p.from.to
	switch {
	case p.kind == textValue:
		return []splice{{at + 1, at + 1, mark}, {to - 1, to - 1, mark}}
	case p.up != nil && p.up.kind == listValue: // it is shown as the JSON it is
		return nil
	case p.kind == nullValue:
		return []splice{{at, to, `"` + mark + mark + `"`}}
	}
	return []splice{{at, at, `"` + mark}, {to, to, mark + `"`}}
}

// trace finds where things of the card as it was read came from. What it does not find is not in the map.
func (b *backer) trace(wanted map[thing]string) map[thing][]stretch { return b.traced(wanted, true) }

// traced is trace that may mark places one by one where marks at once do not lead back.
func (b *backer) traced(wanted map[thing]string, alone bool) map[thing][]stretch {
	in := partsOfTexts(b.card, wanted)
	if b.gone() {
		return nil
	}
	var leaves []*place
	for _, p := range b.sites.leaves {
		if core := strings.TrimSpace(p.text); said(p.value) != "" && len(core) <= card.MaxAnswer && in(core) {
			leaves = append(leaves, p)
		}
	}
	found := map[thing][]stretch{}
	take := func(places []*place) {
		c := b.marking(places)
		if c == nil {
			return
		}
		marked := things(c)
		for of, text := range wanted {
			if plain, parts := unmark(marked[of], places); plain == text {
				found[of] = append(found[of], parts...)
			}
		}
	}
	take(leaves)
	missing := map[thing]string{}
	for of, text := range wanted {
		if len(found[of]) == 0 {
			missing[of] = text
		}
	}
	if len(missing) == 0 || !alone {
		return found
	}
	in = partsOfTexts(b.card, missing)
	for _, p := range leaves { // several marks may have led the reader elsewhere; one may not
		if *b.readings <= b.spare {
			break
		}
		if in(strings.TrimSpace(p.text)) {
			take([]*place{p})
		}
	}
	return found
}

// partsOfTexts returns what tells whether a text of a document stands in one of a card's: only then it is marked. It is asked for each text of
// the document, so there is an index.
func partsOfTexts(c *card.Card, wanted map[thing]string) func(part string) bool {
	all := suffixarray.New([]byte(textsOf(c, wanted)))
	return func(part string) bool { return len(all.Lookup([]byte(part), 1)) > 0 }
}

// textsOf are texts of a card one behind the other: tables are JSON, their cells are not.
func textsOf(c *card.Card, wanted map[thing]string) string {
	var b strings.Builder
	for of, text := range wanted {
		b.WriteString(text + "\x00")
		f, _ := c.Field(of.key)
		if of.what != anAnswer || f == nil || f.Kind != card.Table {
			continue
		}
		for _, row := range f.ParseRows() {
			for _, cell := range row {
				b.WriteString(cell + "\x00")
			}
		}
	}
	return b.String()
}

// blanks finds places that say nothing and would be read as an answer.
func (b *backer) blanks(wanted map[thing]string) map[thing]*place {
	var leaves []*place
	for _, p := range b.sites.leaves {
		if said(p.value) == "" && p.outer == nil {
			leaves = append(leaves, p)
		}
	}
	if len(leaves) == 0 || *b.readings <= 0 {
		return nil
	}
	found := map[thing]*place{}
	c := b.marking(leaves)
	if c == nil {
		return nil
	}
	marked := things(c)
	for of := range wanted {
		if plain, parts := unmark(marked[of], leaves); strings.TrimSpace(plain) == "" && len(parts) > 0 {
			found[of] = parts[0].place
		}
	}
	return found
}
