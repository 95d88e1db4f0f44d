package format

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"cardstock/card"
)

// How an answer fares in an export.
const (
	Carried = "carried"  // it comes back to its question, the same
	Changed = "changed"  // its text is there, in another place or form
	LeftOut = "left out" // it is not there
)

// toRead is how answers are in a format that is only written.
const toRead = "as text to read, which does not come back from the file"

// An Entry says what becomes of one answer.
type Entry struct {
	Section  string `json:"section"` // key
	Field    string `json:"field"`   // key
	Question string `json:"question"`
	Fate     string `json:"fate"`          // Carried, Changed or LeftOut
	How      string `json:"how,omitempty"` // of what is Changed, to be read behind the question: in what other place or form it is there
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
	// Which names these.
	Which []LeftFile `json:"which_attachments,omitempty"`
	// Words are what the visitor called the card, a section, a question or a picture, and is not in the export.
	Words []Word `json:"words_left_out,omitempty"`
	// Needs are what the format wants and the card does not say.
	Needs []Need `json:"needs,omitempty"`
}

// A LeftFile is a picture or a table that is not in an export.
type LeftFile struct {
	Section string `json:"section"` // key
	Name    string `json:"name"`    // of the file it came as
}

// held is what an export turns out to have.
type held struct {
	fate        func(*card.Section, *card.Field) (fate, how string)
	attachments []card.Attachment
	has         func(w Word) bool // whether it has words besides
}

// Account says what an export costs. It is measured, not declared: the export is read again, and what was an answer is looked for.
// An export that is only written, such as a PDF, is searched for the text of each answer: what is there is Changed, as it does not come back.
// Its error is that of the export, or of the context if that ended before.
func Account(ctx context.Context, ts *card.Templates, c *card.Card, f *Format, data []byte) (*Ledger, error) {
	return AccountAs(ctx, ts, c, f, data, "")
}

// AccountAs is Account of an export that may hold several cards. as says which of them this is, and counts if the export has that one.
func AccountAs(ctx context.Context, ts *card.Templates, c *card.Card, f *Format, data []byte, as string) (*Ledger, error) {
	found, err := measure(ctx, ts, c, f, data, as)
	if err != nil && as != "" {
		found, err = measure(ctx, ts, c, f, data, "")
	}
	if err != nil {
		return nil, err
	}
	l := account(ctx, c, f, found)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	l.needs(ts, c, f)
	return l, nil
}

// LeftBehind says what a file that a card came from holds beside it and an export of it in this format does not, as a sentence; "" if that is nothing.
func (f *Format) LeftBehind(original, export []byte) string {
	if f.Besides == nil {
		return ""
	}
	was, from, err := openAs(original, f.Name)
	if err != nil || from.Besides == nil || from.Besides(was) == "" {
		return ""
	}
	if is, _, err := openAs(export, f.Name); err != nil || f.Besides(is) != "" {
		return ""
	}
	return "This is a new file of this card alone. The file that it came from holds besides: " + from.Besides(was) + "."
}

// Account says what the file that a card came from holds of it now. If the context ended before, that is nothing.
func (r *Return) Account(ctx context.Context, ts *card.Templates, c *card.Card) *Ledger {
	found, err := measure(ctx, ts, c, r.Format, r.Data, r.As)
	if err != nil { // what it was known by may be gone
		found, err = measure(ctx, ts, c, r.Format, r.Data, "")
	}
	if err != nil { // it says nothing
		found = held{fate: func(*card.Section, *card.Field) (string, string) { return LeftOut, "" }, has: func(Word) bool { return false }}
	}
	l := account(ctx, c, r.Format, found)
	l.Anew, l.Note = r.Anew, r.Note
	return l
}

// account asks for each answer. What it says is worth nothing if the context ended before.
func account(ctx context.Context, c *card.Card, f *Format, found held) *Ledger {
	l := &Ledger{Format: f.Name, Totals: map[string]int{Carried: 0, Changed: 0, LeftOut: 0}, Entries: []Entry{}}
	for i := range c.Sections {
		s := &c.Sections[i]
		for j := range s.Fields {
			if q := &s.Fields[j]; !card.Blank(q.Answer) && ctx.Err() == nil {
				fate, how := found.fate(s, q)
				l.Totals[fate]++
				l.Entries = append(l.Entries, Entry{s.Key, q.Key, q.Label, fate, how})
			}
		}
	}
	if f.Returns() {
		l.Which = leftFiles(c.Attachments, found.attachments)
		l.Attachments = len(l.Which)
	}
	if ctx.Err() == nil {
		l.Words = wordsLost(c, found.has)
	}
	return l
}

// leftFiles are those of all pictures and tables that are not there. One whose bytes are others there may be any that is not found.
func leftFiles(all, there []card.Attachment) (left []LeftFile) {
	there = slices.Clone(there)
	for _, a := range all {
		at := slices.IndexFunc(there, func(b card.Attachment) bool { return bytes.Equal(a.Bytes, b.Bytes) })
		if at < 0 {
			left = append(left, LeftFile{a.Section, a.Name})
		} else {
			there = slices.Delete(there, at, at+1)
		}
	}
	return left[min(len(there), len(left)):]
}

// measure finds out how answers fare in an export. They are asked for in the order of the card.
func measure(ctx context.Context, ts *card.Templates, c *card.Card, f *Format, data []byte, as string) (held, error) {
	if ctx.Err() != nil {
		return held{}, ctx.Err()
	}
	if !f.Returns() {
		return search(ctx, c, f, data)
	}
	r, err := readKind(ts, data, as, c.Kind)
	if err != nil {
		return held{}, err
	}
	if ctx.Err() != nil {
		return held{}, ctx.Err()
	}
	there := everything(r.Card)
	there.ctx = ctx
	there.pair(c)
	return held{func(s *card.Section, q *card.Field) (string, string) { return fateOf(s, q, r.Card, there) }, r.Card.Attachments, wordsIn(ts, c, r.Card, there)}, nil
}

// search looks for what answers say in the text of an export, each behind the one before. Spaces do not count: lines are broken
// anew.
func search(ctx context.Context, c *card.Card, f *Format, data []byte) (held, error) {
	said := ""
	if f.Says != nil {
		var err error
		if said, err = f.Says(ctx, data); err != nil {
			return held{}, err
		}
	}
	all := squeezed(said)
	rest := all
	d := newDrawing(c)
	has := func(w Word) bool {
		return w.What == WordAlt || f.Says == nil || strings.Contains(all, squeezed(w.Words))
	}
	return held{has: has, fate: func(_ *card.Section, q *card.Field) (string, string) {
		ahead := rest
		for _, text := range wordings(d.blocks(q)) {
			_, after, found := strings.Cut(ahead, squeezed(text))
			if !found {
				return LeftOut, ""
			}
			ahead = after
		}
		rest = ahead
		return Changed, toRead
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
