package format

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"cardstock/card"
)

// How an answer fares in an export.
const (
	Carried = "carried"  // it comes back to its question, the same
	Changed = "changed"  // its text is there, in another place or form
	LeftOut = "left out" // it is not there
)

// An Entry says what becomes of one answer.
type Entry struct {
	Section  string `json:"section"` // key
	Field    string `json:"field"`   // key
	Question string `json:"question"`
	Fate     string `json:"fate"` // Carried, Changed or LeftOut
}

// A Ledger has an entry for each answer of a card that is not empty, in the order of the card.
type Ledger struct {
	Format  string         `json:"format"`
	Anew    bool           `json:"written_anew,omitempty"` // the file that the card came from could not hold an edit in its place
	Note    string         `json:"note,omitempty"`         // what else of that file is not as it was
	Totals  map[string]int `json:"totals"`                 // by fate
	Entries []Entry        `json:"entries"`
	// Attachments is how many pictures and tables of the card are not in the export. Those of a format that is not read, a PDF, are not counted.
	Attachments int `json:"attachments_left_out,omitempty"`
	// Words are what the visitor called the card, a section, a question or a picture, and is not in the export.
	Words []Word `json:"words_left_out,omitempty"`
}

// held is what an export turns out to have.
type held struct {
	fate        func(*card.Field) string
	attachments int
	has         func(w Word) bool // whether it has words besides
}

// Account says what an export costs. It is measured, not declared: the export is read again, and what was an answer is looked for.
// An export that is only written, such as a PDF, is searched for the text of each answer: what is there is Changed, as it does not come back.
// Its error is that of the export, or of the context if that ended before.
func Account(ctx context.Context, ts *card.Templates, c *card.Card, f *Format, data []byte) (*Ledger, error) {
	found, err := measure(ctx, ts, c, f, data, "")
	if err != nil {
		return nil, err
	}
	return account(c, f, found), nil
}

// Account says what the file that a card came from holds of it now. If the context ended before, that is nothing.
func (r *Return) Account(ctx context.Context, ts *card.Templates, c *card.Card) *Ledger {
	found, err := measure(ctx, ts, c, r.Format, r.Data, r.As)
	if err != nil { // what it was known by may be gone
		found, err = measure(ctx, ts, c, r.Format, r.Data, "")
	}
	if err != nil { // it says nothing
		found = held{fate: func(*card.Field) string { return LeftOut }, has: func(Word) bool { return false }}
	}
	l := account(c, r.Format, found)
	l.Anew, l.Note = r.Anew, r.Note
	return l
}

func account(c *card.Card, f *Format, found held) *Ledger {
	l := &Ledger{Format: f.Name, Totals: map[string]int{Carried: 0, Changed: 0, LeftOut: 0}}
	for i := range c.Sections {
		s := &c.Sections[i]
		for j := range s.Fields {
			if q := &s.Fields[j]; !card.Blank(q.Answer) {
				fate := found.fate(q)
				l.Totals[fate]++
				l.Entries = append(l.Entries, Entry{s.Key, q.Key, q.Label, fate})
			}
		}
	}
	if f.Detect != nil {
		l.Attachments = max(len(c.Attachments)-found.attachments, 0)
	}
	l.Words = wordsLost(c, found.has)
	return l
}

// measure finds out how answers fare in an export. They are asked for in the order of the card.
func measure(ctx context.Context, ts *card.Templates, c *card.Card, f *Format, data []byte, as string) (held, error) {
	if ctx.Err() != nil {
		return held{}, ctx.Err()
	}
	if f.Detect == nil {
		return search(ctx, f, data)
	}
	r, err := readKind(ts, data, as, c.Kind)
	if err != nil {
		return held{}, err
	}
	if ctx.Err() != nil {
		return held{}, ctx.Err()
	}
	there := everything(r.Card)
	return held{func(q *card.Field) string { return fateOf(q, r.Card, there) }, len(r.Card.Attachments), wordsIn(ts, c, r.Card, there)}, nil
}

// search looks for what answers say in the text of an export, each behind the one before. Spaces do not count: lines are broken
// anew.
func search(ctx context.Context, f *Format, data []byte) (held, error) {
	said := ""
	if f.Says != nil {
		var err error
		if said, err = f.Says(ctx, data); err != nil {
			return held{}, err
		}
	}
	all := squeezed(said)
	rest := all
	has := func(w Word) bool {
		return w.What == WordAlt || f.Says == nil || strings.Contains(all, squeezed(w.Words))
	}
	return held{has: has, fate: func(q *card.Field) string {
		ahead := rest
		for _, text := range wordings(answerBlocks(q)) {
			_, after, found := strings.Cut(ahead, squeezed(text))
			if !found {
				return LeftOut
			}
			ahead = after
		}
		rest = ahead
		return Changed
	}}, nil
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

// wordings are the words of blocks, cell by cell.
func wordings(all []block) (out []string) {
	words := func(spans []span) {
		var b strings.Builder
		for _, s := range spans {
			b.WriteString(s.text)
		}
		out = append(out, b.String())
	}
	for _, b := range all {
		words(b.spans)
		for _, row := range b.table {
			for _, cell := range row {
				words(cell)
			}
		}
	}
	return out
}

// A haystack is all text of a card, for looking something up in it.
type haystack struct {
	text  string
	lines map[string]bool // most of what is looked for is a line of an answer, and found at once
}

func everything(c *card.Card) *haystack {
	var b strings.Builder
	h := &haystack{lines: map[string]bool{}}
	for i := range c.Sections {
		for j := range c.Sections[i].Fields {
			answer := c.Sections[i].Fields[j].Answer
			b.WriteString(flat(answer) + "\n")
			for line := range strings.Lines(answer) {
				h.lines[flat(line)] = true
			}
			for _, cell := range rowCells(answer) {
				b.WriteString(flat(cell) + "\n")
			}
		}
	}
	h.text = b.String()
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

// holds reports whether a text is in the haystack. One as short as No is in many a sentence that says something else, and has to stand alone.
func (h *haystack) holds(s string) bool {
	const short = 2
	s = flat(s)
	switch {
	case h.lines[s]:
		return true
	case s == "" || utf8.RuneCountInString(s) > short:
		return strings.Contains(h.text, s)
	}
	for at := 0; ; {
		i := strings.Index(h.text[at:], s)
		if i < 0 {
			return false
		}
		at += i + len(s)
		before, _ := utf8.DecodeLastRuneInString(strings.TrimRight(h.text[:at-len(s)], " "))
		after, _ := utf8.DecodeRuneInString(strings.TrimLeft(h.text[at:], " "))
		if !isWordRune(before) && !isWordRune(after) {
			return true
		}
	}
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

func fateOf(q *card.Field, in *card.Card, there *haystack) string {
	if same, _ := in.Field(q.Key); same != nil && withoutBlankLines(same.Answer) == withoutBlankLines(q.Answer) {
		return Carried
	} else if same != nil && same.Answer == card.SPDXLicence(q.Answer) {
		return Changed
	}
	if q.Kind == card.Table {
		for _, row := range q.ParseRows() {
			for _, cell := range row {
				if i := metricIndex(cell); !there.holds(cell) && (i < 0 || !there.holds(oldMetricNames[i])) { // WebCards calls auc AUC
					return LeftOut
				}
			}
		}
		if q.ParseRows() != nil {
			return Changed
		}
	}
	for _, line := range card.Items(q.Answer) { // a list may become several answers
		if !there.holds(line) && !ruleLine.MatchString(line) { // a rule says nothing
			return LeftOut
		}
	}
	return Changed
}
