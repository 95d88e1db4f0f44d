package format

import (
	"strings"

	"cardstock/card"
)

// What it takes to read a text as Markdown and to draw it, in nanoseconds of a processor, about. It is counted and not timed, so that a
// card looks the same wherever it is drawn.
const (
	markEffort    = 700   // of a character that may begin or end something inside a line
	lineEffort    = 1_500 // and of an empty one a third, as of each list that stays open over it
	openedEffort  = 1_000 // of a quote or an item of a list that a line opens
	nestedEffort  = 3_500 // and of each further one
	itemEffort    = 6_000 // of a line that is read by itself
	addressEffort = 9_000 // of what may be made a link, and half of it where it is written as one
	levelEffort   = 150   // of a space before a line, which may be one of a list in a list
)

// What one card may take: something, and so much for each byte that it says. Paragraphs and lists with links take less than half of that.
const (
	anyEffort  = 100_000_000
	byteEffort = 500
	maxEffort  = 1_000_000_000
)

// A drawing is one card as it is drawn, answer by answer. Its answers are Markdown and tables as long as they take no longer together than
// they may; one that would is shown as it was typed.
type drawing struct{ left, cells int }

func newDrawing(c *card.Card) *drawing {
	return &drawing{left: min(anyEffort+byteEffort*c.TextBytes(), maxEffort)}
}

// typed reports whether the next answer is shown as it was typed, and counts it if not.
func (d *drawing) typed(f *card.Field) bool {
	if d.cells += tableCells(f.Answer); d.cells > maxDrawn {
		return true
	}
	n := fieldEffort(f)
	if n > d.left {
		return true
	}
	d.left -= n
	return false
}

// rows counts the cells of a table that is drawn, and reports whether there is no room for them.
func (d *drawing) rows(t *sheetTable) bool {
	if t != nil {
		d.cells += len(t.Rows) * len(t.Titles)
	}
	return t != nil && d.cells > maxDrawn
}

func fieldEffort(f *card.Field) int {
	switch f.Kind {
	case card.List:
		return effort(f.Answer) + itemEffort*strings.Count(f.Answer, "\n")
	case card.Line, card.Text:
		if !tangled(f.Answer) { // or it is shown as it was typed anyway
			return effort(f.Answer)
		}
	}
	return 0
}

// effort is what an answer takes. Most of it grows with the length, and some with the square of the length of a paragraph.
func effort(answer string) (sum int) {
	var p paragraph
	open := 0 // lists, at most
	for line := range strings.Lines(answer) {
		if strings.Trim(line, " \t\r\n") == "" {
			sum += p.effort() + lineEffort/3*(1+open)
			p = paragraph{}
			continue
		}
		if p.lines == 0 && line[0] != ' ' && line[0] != '\t' { // nothing stays open above it
			open = 0
		}
		open = max(open, listsOpened(line))
		if strings.Trim(line, "> \t\r\n") == "" { // an empty one in a quote
			sum += lineEffort / 3 * open
		}
		p.add(line)
	}
	return sum + p.effort()
}

// listsOpened is the most lists that can be open at a line that opens one: each takes two columns, and the last need not have a second.
func listsOpened(line string) int {
	opened := opening(line)
	return (len(opened) + 3*strings.Count(opened, "\t") + 1) / 2
}

// A paragraph is lines without an empty one between them.
type paragraph struct {
	bytes, lines, marks, spaces int
	each                        int // effort of what is counted line by line

	links, angles int          // how often ]( is in it, and ](<
	word          int          // bytes of its longest word, if there are links
	ticks         map[int]bool // lengths of backticks in a row
}

func (p *paragraph) add(line string) {
	p.bytes += len(line)
	p.lines++
	for i := range len(line) {
		if marking[line[i]] {
			p.marks++
		}
	}
	p.spaces += len(line) - len(strings.TrimLeft(line, " \t"))
	p.each += openingEffort(line) + addressesEffort(line)
	if n := strings.Count(line, "]("); n > 0 || p.links > 0 {
		p.links += n
		p.angles += strings.Count(line, "](<")
		for word := range strings.FieldsSeq(line) {
			p.word = max(p.word, len(word))
		}
	}
	p.addTicks(line)
}

func openingEffort(line string) (sum int) {
	n := 0
	for _, c := range opening(line) {
		if strings.ContainsRune(">*+-.)", c) {
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return openedEffort + nestedEffort*(n-1)
}

func addressesEffort(line string) int {
	n := strings.Count(line, "@") + strings.Count(line, "://") + strings.Count(line, "www.")
	if n == 0 {
		return 0
	}
	written := min(n, strings.Count(line, "["), strings.Count(line, "](http"), strings.Count(line, ")"))
	return addressEffort*n - addressEffort/2*written
}

func (p *paragraph) addTicks(line string) {
	for at := strings.IndexByte(line, '`'); at >= 0; at = strings.IndexByte(line, '`') {
		rest := strings.TrimLeft(line[at:], "`")
		if p.ticks == nil {
			p.ticks = map[int]bool{}
		}
		p.ticks[len(line)-at-len(rest)] = true
		line = rest
	}
}

func (p *paragraph) effort() int {
	each := p.each + markEffort*p.marks + lineEffort*p.lines + levelEffort*p.spaces
	pairs := p.marks * (p.marks + p.lines) * 6 / 10                                // what is closed is looked for among all that was opened
	ends := p.links*p.word + p.angles*p.bytes + len(p.ticks)*(p.bytes+100*p.lines) // and what is never closed is looked for to the end
	return each + pairs + ends
}
