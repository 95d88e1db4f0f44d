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

// A wording is what an answer and its question have in common with another of a card, as far as that is asked.
type wording struct {
	near         int
	text         string // of the answer
	key          string
	label, title string // as a format may have the words
}

// asked are an answer and its question as far as is asked for something so near.
func (w wording) asked(near int) wording {
	switch near {
	case byKey:
		return wording{near: near, text: w.text, key: w.key}
	case bySection:
		return wording{near: near, text: w.text, label: w.label, title: w.title}
	case byWords:
		return wording{near: near, text: w.text, label: w.label}
	}
	return wording{near: near, text: w.text}
}

// titleNames are the titles of sections as a format may have them, each made once.
type titleNames map[string]string

func (t titleNames) of(s *card.Section) string {
	name, made := t[s.Title]
	if !made {
		name = memberName(s.Title)
		t[s.Title] = name
	}
	return name
}

func (t titleNames) wording(s *card.Section, q *card.Field) wording {
	return wording{text: withoutBlankLines(q.Answer), key: q.Key, label: memberName(q.Label), title: t.of(s)}
}

// pair finds for the answers of a card where they are whole, each in a place of its own: those of the same question first. Sections are called as in
// the card after that, where an export has the same words for them. It returns how many places it looked at: a card may say the same in all answers.
func (h *haystack) pair(c *card.Card) (looked int) {
	names := titleNames{}
	h.callSections(c, names)
	h.pairs = map[*card.Field]pair{}
	free := map[wording][]int{}
	for i, p := range h.spots {
		if h.left() {
			return looked
		}
		if !card.Blank(p.field.Answer) {
			w := names.wording(p.section, p.field)
			for near := byKey; near <= byAnswer; near++ {
				free[w.asked(near)] = append(free[w.asked(near)], i)
			}
		}
	}
	var open []*card.Field
	var asked []wording // of these
	for i := range c.Sections {
		s := &c.Sections[i]
		for j := range s.Fields {
			if h.left() {
				return looked
			}
			if q := &s.Fields[j]; !card.Blank(q.Answer) {
				open, asked = append(open, q), append(asked, names.wording(s, q))
			}
		}
	}
	used := make([]bool, len(h.spots))
	for near := byKey; near <= byAnswer; near++ {
		for i, q := range open {
			if h.left() {
				return looked
			}
			if _, found := h.pairs[q]; found {
				continue
			}
			w := asked[i].asked(near)
			at := free[w] // those that were used are dropped
			for len(at) > 0 && used[at[0]] {
				at = at[1:]
				looked++
			}
			if len(at) > 0 {
				used[at[0]], h.pairs[q] = true, pair{&h.spots[at[0]], near}
			}
			if looked++; free[w] != nil {
				free[w] = at
			}
		}
	}
	return looked
}

// left reports whether nobody waits any more.
func (h *haystack) left() bool { return h.ctx != nil && h.ctx.Err() != nil }

// callSections calls sections as a card does, of which an export has the words otherwise.
func (h *haystack) callSections(c *card.Card, names titleNames) {
	titles := map[string]*card.Section{}
	for i := range c.Sections {
		if name := names.of(&c.Sections[i]); titles[name] == nil {
			titles[name] = &c.Sections[i]
		}
	}
	for i := range h.spots {
		if s := titles[names.of(h.spots[i].section)]; s != nil {
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
