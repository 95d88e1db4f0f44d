package handlers

import (
	"fmt"
	"html/template"
	"strings"
	"unicode/utf8"

	"cardstock/card"
)

// difference is what changed from one answer to another, as pages show it: excerpts around what changed, never more than
// so many bytes.
type difference struct {
	Was, Is string        // what it means that something is on one side only
	Marks   []mark        // of a text
	Columns []card.Column // of a table; of a list there are none
	Rows    []rowMarks    // of a table or list
	Cut     bool          // not everything is shown
	Bytes   int           // that it takes on a page, about
}

// mark is a piece of a text: same, removed or added, or words about what is left out.
type mark struct {
	Op    string
	Text  string
	Blank bool // nothing but space, alone: it needs a sign to be seen
}

// rowMarks is a row of a table, an item of a list, or words about rows that are left out.
type rowMarks struct {
	Cells [][]mark
	Fold  string
}

// excerpt cuts what is too long.
type excerpt struct {
	left int // bytes that may still be shown
	cut  bool
}

// How much of a stretch is shown: beside a change, and of one that was removed or added.
const (
	besideBytes  = 90
	changedBytes = 700
	shownRows    = 2 // unchanged ones in a row that are not folded
)

// newDifference compares two answers to a question, in at most so many bytes.
func newDifference(f *card.Field, was, is string, most int) *difference {
	e, d := excerpt{left: most}, &difference{Was: "removed", Is: "added"}
	switch f.Kind {
	case card.Table:
		a, b := *f, *f
		a.Answer, b.Answer = was, is
		before, after := a.ParseRows(), b.ParseRows()
		d.Columns = f.AllColumns(append(before[:len(before):len(before)], after...))
		d.Rows = e.rows(card.DiffRows(cellsOf(before, d.Columns), cellsOf(after, d.Columns)))
	case card.List:
		d.Rows = e.rows(card.DiffRows(itemsOf(was), itemsOf(is)))
	default:
		d.Marks = e.marks(card.Diff(was, is))
	}
	d.Cut, d.Bytes = e.cut, most-e.left
	return d
}

func cellsOf(rows card.Rows, columns []card.Column) [][]string {
	cells := make([][]string, len(rows))
	for i, row := range rows {
		for _, c := range columns {
			cells[i] = append(cells[i], row[c.Key])
		}
	}
	return cells
}

func itemsOf(answer string) (rows [][]string) {
	for _, item := range card.Items(answer) {
		rows = append(rows, []string{item})
	}
	return rows
}

// rows folds unchanged rows.
func (e *excerpt) rows(rows []card.RowDiff) (out []rowMarks) {
	for i := 0; i < len(rows); i++ {
		same := 0
		for i+same < len(rows) && rows[i+same].Op == card.Same {
			same++
		}
		if same > shownRows {
			out = append(out, rowMarks{Fold: fmt.Sprintf("%d unchanged", same)})
			e.left, e.cut, i = e.left-40, true, i+same-1
			continue
		}
		if e.left <= 0 {
			e.cut = true
			return append(out, rowMarks{Fold: fmt.Sprintf("and %d more", len(rows)-i)})
		}
		r := rowMarks{}
		for _, cell := range rows[i].Cells {
			r.Cells = append(r.Cells, e.marks(cell))
		}
		e.left -= 20 * len(r.Cells)
		out = append(out, r)
	}
	return out
}

// marks folds unchanged stretches and cuts changed ones.
func (e *excerpt) marks(pieces []card.Piece) (out []mark) {
	alone := false // the change stands alone, so that one of space needs a sign to be seen
	put := func(op, text string) {
		if text != "" {
			out = append(out, mark{op, text, alone && op != "same" && strings.TrimSpace(text) == ""})
			e.left -= len(template.HTMLEscapeString(text)) + 60
		}
	}
	for i, p := range pieces {
		if e.left <= 0 {
			e.cut = true
			put("fold", "… and more changes")
			return out
		}
		op := []string{"same", "removed", "added"}[p.Op]
		alone = (i == 0 || pieces[i-1].Op == card.Same) && (i == len(pieces)-1 || pieces[i+1].Op == card.Same)
		start, end := min(changedBytes, max(e.left, besideBytes)), 0
		if p.Op == card.Same {
			start, end = besideBytes, besideBytes
			if i == 0 && len(pieces) > 1 {
				start = 0
			} else if i == len(pieces)-1 {
				end = 0
			}
		}
		if len(p.Text) <= start+end+besideBytes {
			put(op, p.Text)
			continue
		}
		a, b := cutBefore(p.Text, start), cutBefore(p.Text, len(p.Text)-end)
		e.cut = true
		put(op, p.Text[:a])
		put("fold", " … "+extent(p.Text[a:b], map[bool]string{true: "unchanged", false: "more"}[op == "same"])+" … ")
		put(op, p.Text[b:])
	}
	return out
}

// extent says how long a text is that is left out: 1,200 words unchanged. Where there is no space between words, characters count.
func extent(text, what string) string {
	n, noun := len(strings.Fields(text)), "word"
	if runes := utf8.RuneCountInString(text); n == 0 || runes/n > 20 {
		n, noun = runes, "character"
	}
	if n != 1 {
		noun += "s"
	}
	if what == "more" {
		return card.Grouped(uint64(n)) + " more " + noun
	}
	return card.Grouped(uint64(n)) + " " + noun + " " + what
}

// cutBefore returns the beginning of the rune at i of a text, or of the word if that is near.
func cutBefore(s string, i int) int {
	for i > 0 && i < len(s) && !utf8.RuneStart(s[i]) {
		i--
	}
	if space := strings.LastIndexByte(s[:i], ' '); space > i-20 {
		return space + 1
	}
	return i
}
