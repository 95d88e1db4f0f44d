package format

import "cardstock/card"

// Among equal answers the one to the same question is that of a card: each answer of an export stands for one of them.

// How near the question of an answer in an export is to the one that was asked.
const (
	byKey     = iota // it is the question itself
	bySection        // it has the same words, in a section of the same words
	byWords          // it has the same words, in another section
	byAnswer         // it has others
)

// A pair is where an answer is whole in the card that an export is read as.
type pair struct {
	*spot
	near int
}

// pair finds for the answers of a card where they are whole, each in a place of its own: those of the same question first. Sections are called as in
// the card after that, where an export has the same words for them.
func (h *haystack) pair(c *card.Card) {
	h.callSections(c)
	same := map[string][]int{}
	named := make([]string, len(h.spots)) // as a format may have the words of a question
	for i, p := range h.spots {
		if !card.Blank(p.field.Answer) {
			text := withoutBlankLines(p.field.Answer)
			same[text] = append(same[text], i)
			named[i] = memberName(p.field.Label)
		}
	}
	h.pairs = map[*card.Field]pair{}
	used := make([]bool, len(h.spots))
	for near := byKey; near <= byAnswer; near++ {
		for i := range c.Sections {
			s := &c.Sections[i]
			for j := range s.Fields {
				q := &s.Fields[j]
				if _, found := h.pairs[q]; found || card.Blank(q.Answer) {
					continue
				}
				name := memberName(q.Label)
				for _, at := range same[withoutBlankLines(q.Answer)] {
					if p := &h.spots[at]; !used[at] && p.nearness(s, q, named[at] == name) <= near {
						used[at], h.pairs[q] = true, pair{p, near}
						break
					}
				}
			}
		}
	}
}

func (p *spot) nearness(s *card.Section, q *card.Field, sameWords bool) int {
	switch {
	case p.field.Key == q.Key:
		return byKey
	case sameWords && sameTitle(p.section, s):
		return bySection
	case sameWords:
		return byWords
	}
	return byAnswer
}

func sameTitle(a, b *card.Section) bool {
	return a.Title == b.Title || memberName(a.Title) == memberName(b.Title)
}

// callSections calls sections as a card does, of which an export has the words otherwise.
func (h *haystack) callSections(c *card.Card) {
	titles := map[string]*card.Section{}
	for i := range c.Sections {
		if name := memberName(c.Sections[i].Title); titles[name] == nil {
			titles[name] = &c.Sections[i]
		}
	}
	for i := range h.spots {
		if s := titles[memberName(h.spots[i].section.Title)]; s != nil {
			h.spots[i].section = s
		}
	}
}

// fate is what has become of an answer that is whole, and "" where more is to be said of it.
func (p pair) fate(q *card.Field) (fate, how string) {
	listed := q.Kind == card.List && p.field.Kind != card.List && len(card.Items(q.Answer)) > 1
	switch {
	case p.near == byWords && listed:
		return Changed, "in the section “" + brief(p.section.Title) + "”, as text with a line for each item"
	case p.near == byWords:
		return Changed, "in the section “" + brief(p.section.Title) + "”"
	case p.near == byAnswer:
		return "", ""
	case listed:
		return Changed, "as text with a line for each item, not as a list"
	}
	return Carried, ""
}
