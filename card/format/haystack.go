package format

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"cardstock/card"
)

// A haystack is all answers of a card, for looking something up in them.
type haystack struct {
	text  string
	lines map[string]int // most of what is looked for is a line of an answer, and found at once: in which of the spots, from 1
	spots []spot
	asked map[[2]string]*card.Field // by the titles of their sections and their words, once one is asked for
	pairs map[*card.Field]pair      // where answers of another card are whole, once it was paired with that
	ctx   context.Context           // nobody waits for what is found any more when that ends; nil if somebody always does
	index
}

// A spot is a question of the card, and where its answer is in the text.
type spot struct {
	start, end int
	section    *card.Section
	field      *card.Field
	said       string // the answer as it stands there
}

// String names the question for a sentence.
func (p *spot) String() string {
	return "“" + brief(p.field.Label) + "” (" + brief(p.section.Title) + ")"
}

func everything(c *card.Card) *haystack {
	var b strings.Builder
	h := &haystack{lines: map[string]int{}}
	for i := range c.Sections {
		s := &c.Sections[i]
		for j := range s.Fields {
			f := &s.Fields[j]
			n := len(h.spots)
			start := b.Len()
			whole := flat(f.Answer)
			b.WriteString(whole)
			h.spots = append(h.spots, spot{start: start, end: b.Len(), section: s, field: f})
			b.WriteByte('\n')
			for line := range strings.Lines(f.Answer) {
				if len(line) == len(f.Answer) {
					line = whole
				} else {
					line = flat(line)
				}
				if line != "" && h.lines[line] == 0 {
					h.lines[line] = n + 1
				}
			}
			for _, cell := range rowCells(f.Answer) {
				b.WriteString(flat(cell) + "\n")
			}
		}
	}
	h.text = b.String()
	for i := range h.spots {
		p := &h.spots[i]
		p.said = h.text[p.start:p.end]
	}
	return h
}

// rowCells are the cells of an answer that is rows, be it one of a question that asks for text. In the JSON of rows a cell with a quotation mark or
// several lines stands otherwise than it is.
func rowCells(answer string) (cells []string) {
	if !strings.HasPrefix(answer, "[{") || !strings.Contains(answer, `\`) {
		return nil
	}
	f := card.Field{Kind: card.Table, Answer: answer}
	for _, row := range f.ParseRows() {
		for _, cell := range row {
			cells = append(cells, cell)
		}
	}
	return cells
}

// holds reports whether a text is in the haystack.
func (h *haystack) holds(s string) bool { return card.Blank(s) || h.find(s) != nil }

// find returns where a text that is not blank is, at best as a line of its own; nil if it is nowhere. One as short as No is in many a sentence that says something else,
// and has to stand alone.
func (h *haystack) find(s string) *spot {
	const short = 2
	s = flat(s)
	if n := h.lines[s]; n > 0 {
		return &h.spots[n-1]
	}
	if h.left() {
		return nil
	}
	at := h.first(s, utf8.RuneCountInString(s) <= short)
	if at < 0 {
		return nil
	}
	return h.at(at)
}

// question returns the question with the words of one, in a section with the title of another; nil if there is none.
func (h *haystack) question(s *card.Section, q *card.Field) *card.Field {
	if h.asked == nil {
		h.asked = make(map[[2]string]*card.Field, len(h.spots))
		for _, p := range h.spots {
			if as := [2]string{p.section.Title, p.field.Label}; h.asked[as] == nil {
				h.asked[as] = p.field
			}
		}
	}
	return h.asked[[2]string{s.Title, q.Label}]
}

// at returns the spot to which an offset in the text belongs.
func (h *haystack) at(offset int) *spot {
	n, found := slices.BinarySearchFunc(h.spots, offset, func(p spot, offset int) int { return p.start - offset })
	if !found {
		n--
	}
	return &h.spots[n]
}

// flat is a text with one space between its words.
func flat(s string) string {
	s = strings.TrimSpace(s)
	for i := 0; i < len(s); i++ { // most are so already
		if c := s[i]; c >= utf8.RuneSelf || c < ' ' || c == ' ' && s[i+1] == ' ' {
			return strings.Join(strings.Fields(s), " ")
		}
	}
	return s
}
