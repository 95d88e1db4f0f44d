package card

import (
	"slices"
	"strings"
	"unicode"
)

// Op says what a change did to a piece of a text, or to a row.
type Op int

// The values of Op. Changed is for rows only.
const (
	Same Op = iota
	Removed
	Added
	Changed
)

// Piece is a stretch of a text and what a change did to it.
type Piece struct {
	Op   Op
	Text string
}

// RowDiff is one row of a table or item of a list and what a change did to it. A changed row has the pieces of each cell.
type RowDiff struct {
	Op    Op
	Cells [][]Piece
}

// Diff returns what changed from one text to another, word by word and with every space kept: the pieces that are not added
// are before, those that are not removed are after. Scripts that put no spaces between words are compared by character.
func Diff(before, after string) []Piece {
	var pieces []Piece
	for _, s := range compare(strings.SplitAfter(before, "\n"), strings.SplitAfter(after, "\n")) {
		if s.same {
			pieces = add(pieces, Same, s.a)
			continue
		}
		for _, w := range joined(compare(words(strings.Join(s.a, "")), words(strings.Join(s.b, "")))) {
			if w.same {
				pieces = add(pieces, Same, w.a)
				continue
			}
			pieces = add(add(pieces, Removed, w.a), Added, w.b)
		}
	}
	return pieces
}

// DiffRows returns what changed from some rows to others, each with its cells. A row that is half the same stays in its place.
func DiffRows(before, after [][]string) []RowDiff {
	var rows []RowDiff
	for _, s := range compare(rowKeys(before), rowKeys(after)) {
		was, is := before[:len(s.a)], after[:len(s.b)]
		before, after = before[len(s.a):], after[len(s.b):]
		switch {
		case s.same:
			rows = append(rows, wholeRows(Same, was)...)
		case len(was) == len(is):
			rows = append(rows, pairs(was, is)...)
		default:
			rows = append(append(rows, wholeRows(Removed, was)...), wholeRows(Added, is)...)
		}
	}
	return rows
}

// pairs compares as many rows with as many others.
func pairs(was, is [][]string) (rows []RowDiff) {
	for i := range was {
		r, same, all := RowDiff{Op: Changed}, 0, 0
		for j := range max(len(was[i]), len(is[i])) {
			pieces := Diff(at(was[i], j), at(is[i], j))
			for _, p := range pieces {
				if all += len(p.Text); p.Op == Same {
					same += len(p.Text)
				}
			}
			r.Cells = append(r.Cells, pieces)
		}
		if 3*same >= all { // what is the same counts once, what differs twice
			rows = append(rows, r)
			continue
		}
		rows = append(append(rows, wholeRows(Removed, was[i:i+1])...), wholeRows(Added, is[i:i+1])...)
	}
	return rows
}

func at(cells []string, i int) string {
	if i < len(cells) {
		return cells[i]
	}
	return ""
}

func wholeRows(op Op, rows [][]string) (whole []RowDiff) {
	for _, row := range rows {
		r := RowDiff{Op: op}
		for _, cell := range row {
			r.Cells = append(r.Cells, []Piece{{op, cell}})
		}
		whole = append(whole, r)
	}
	return whole
}

func rowKeys(rows [][]string) []string {
	keys := make([]string, len(rows))
	for i, row := range rows {
		keys[i] = strings.Join(row, "\x00") // no cell holds one
	}
	return keys
}

// Together puts two answers to a question into one, for editing by hand: lines and rows that both have stand there once, and where
// they differ theirs comes before mine.
func (f *Field) Together(theirs, mine string) string {
	switch {
	case theirs == "" || theirs == mine:
		return mine
	case mine == "":
		return theirs
	case f.Kind == Table:
		return f.rowsTogether(theirs, mine)
	case f.Kind == Line && !strings.Contains(theirs+mine, "\n"):
		return theirs + " / " + mine
	}
	var lines []string
	for _, s := range compare(strings.Split(theirs, "\n"), strings.Split(mine, "\n")) {
		if lines = append(lines, s.a...); !s.same {
			lines = append(lines, s.b...)
		}
	}
	return strings.Join(lines, "\n")
}

// EndOfMine returns after how many lines, or rows, of what Together made the last one of mine ends: what follows is theirs, too.
func (f *Field) EndOfMine(theirs, both string) int {
	had, all := f.pieces(theirs), f.pieces(both)
	n := len(all)
	for i := len(had); i > 0 && n > 0 && had[i-1] == all[n-1]; i-- {
		n--
	}
	if n == 0 { // nothing is mine alone
		return len(all)
	}
	return n
}

func (f *Field) pieces(answer string) []string {
	if f.Kind == Table {
		return eachRow((&Field{Columns: f.Columns, Answer: answer}).ParseRows())
	}
	return strings.Split(answer, "\n")
}

func (f *Field) rowsTogether(theirs, mine string) string {
	a, b := Field{Columns: f.Columns, Answer: theirs}, Field{Columns: f.Columns, Answer: mine}
	was, is := a.ParseRows(), b.ParseRows()
	var rows Rows
	for _, s := range compare(eachRow(was), eachRow(is)) {
		if rows = append(rows, was[:len(s.a)]...); !s.same {
			rows = append(rows, is[:len(s.b)]...)
		}
		was, is = was[len(s.a):], is[len(s.b):]
	}
	return TableAnswer(rows)
}

func eachRow(rows Rows) []string {
	keys := make([]string, len(rows))
	for i, row := range rows {
		keys[i] = TableAnswer(Rows{row})
	}
	return keys
}

// add puts a piece at the end, into the last one if that is of its kind.
func add(pieces []Piece, op Op, texts []string) []Piece {
	text := strings.Join(texts, "")
	if text == "" {
		return pieces
	}
	if n := len(pieces); n > 0 && pieces[n-1].Op == op {
		pieces[n-1].Text += text
		return pieces
	}
	return append(pieces, Piece{op, text})
}

// joined makes one change of two with only spaces between them, which is easier to read.
func joined(all []stretch) (out []stretch) {
	for i, s := range all {
		n := len(out)
		switch {
		case s.same && n > 0 && i+1 < len(all) && strings.Trim(strings.Join(s.a, ""), " ") == "":
			s.same = false
			fallthrough
		case !s.same && n > 0 && !out[n-1].same:
			out[n-1] = stretch{false, slices.Concat(out[n-1].a, s.a), slices.Concat(out[n-1].b, s.b)}
		default:
			out = append(out, s)
		}
	}
	return out
}

// words takes a text apart into words, runs of spaces, and single signs; put together again they are the text.
func words(s string) []string {
	var all []string
	start, last := 0, signKind
	for i, r := range s {
		kind := kindOf(r)
		if i > start && kind != marksKind && (kind != last || kind == signKind) {
			all, start = append(all, s[start:i]), i
		}
		if kind != marksKind || i == start {
			last = kind
		}
	}
	if start < len(s) {
		all = append(all, s[start:])
	}
	return all
}

const (
	signKind  = iota // stands alone
	wordKind         // goes with its like
	spaceKind        // goes with its like
	marksKind        // goes with what is before it: an accent, the joiner in an emoji
)

func kindOf(r rune) int {
	switch {
	case r == ' ' || r == '\t':
		return spaceKind
	case unicode.IsMark(r) || r == '\u200d':
		return marksKind
	case r >= 0x0e00 && unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Han, unicode.Hiragana, unicode.Katakana):
		return signKind
	case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_':
		return wordKind
	}
	return signKind
}
