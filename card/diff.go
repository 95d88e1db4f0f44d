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

// mostChanges is how many changes in one stretch are looked for one by one; a stretch with more counts as rewritten. It
// bounds time and memory: an answer of the greatest length takes some tenths of a second at worst, most take a millisecond.
const mostChanges = 256

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

// A stretch of two sequences is the same in both, or b stands where a stood.
type stretch struct {
	same bool
	a, b []string
}

// compare takes two sequences apart into stretches that are the same and stretches that differ, in turn.
func compare(a, b []string) []stretch {
	start, end := 0, 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	for end < len(a)-start && end < len(b)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	var all []stretch
	if start > 0 {
		all = append(all, stretch{true, a[:start], b[:start]})
	}
	if m, n := a[start:len(a)-end], b[start:len(b)-end]; len(m)+len(n) > 0 {
		all = append(all, split(m, n, fewest(m, n))...)
	}
	if end > 0 {
		all = append(all, stretch{true, a[len(a)-end:], b[len(b)-end:]})
	}
	return all
}

// split takes two sequences apart at the pairs of places where they are the same.
func split(a, b []string, pairs [][2]int) (all []stretch) {
	i, j := 0, 0
	for len(pairs) > 0 {
		x, y := pairs[0][0], pairs[0][1]
		if x > i || y > j {
			all = append(all, stretch{false, a[i:x], b[j:y]})
		}
		n := 1
		for n < len(pairs) && pairs[n] == [2]int{x + n, y + n} {
			n++
		}
		all = append(all, stretch{true, a[x : x+n], b[y : y+n]})
		i, j, pairs = x+n, y+n, pairs[n:]
	}
	if i < len(a) || j < len(b) {
		all = append(all, stretch{false, a[i:], b[j:]})
	}
	return all
}

// fewest returns the pairs of places where the sequences are the same on the way of the fewest changes (Myers, An O(ND) Difference
// Algorithm, 1986), none if that takes more than mostChanges.
func fewest(a, b []string) [][2]int {
	if len(a) == 0 || len(b) == 0 {
		return nil
	}
	x, y := numbers(a, b)
	var tried [][]int32 // how far each diagonal had come after 0, 1, … changes; diagonal 0 in the middle
	most := min(mostChanges, len(a)+len(b))
	far := make([]int32, 2*most+3)
	for d := 0; d <= most; d++ {
		for k := -d; k <= d; k += 2 {
			i := from(far, d, k)
			for i < len(x) && i-k < len(y) && x[i] == y[i-k] {
				i++
			}
			if far[k+most+1] = int32(i); i >= len(x) && i-k >= len(y) {
				return back(tried, len(x), len(y))
			}
		}
		tried = append(tried, slices.Clone(far))
	}
	return nil
}

// from is where a way with d changes enters diagonal k: by an addition from the one above or by a removal from the one below.
func from(far []int32, d, k int) int {
	o := len(far) / 2
	if d == 0 {
		return 0
	}
	if k == -d || k != d && far[o+k-1] < far[o+k+1] {
		return int(far[o+k+1])
	}
	return int(far[o+k-1]) + 1
}

// back goes back along the way that came to the end, and returns the pairs on it.
func back(tried [][]int32, i, j int) (pairs [][2]int) {
	for d := len(tried); ; d-- {
		k, start := i-j, 0
		if d > 0 {
			start = from(tried[d-1], d, k)
		}
		for i > start {
			i, j = i-1, j-1
			pairs = append(pairs, [2]int{i, j})
		}
		if d == 0 {
			slices.Reverse(pairs)
			return pairs
		}
		if o := len(tried[d-1]) / 2; k == -d || k != d && tried[d-1][o+k-1] < tried[d-1][o+k+1] {
			j--
		} else {
			i--
		}
	}
}

// numbers gives equal words the same number.
func numbers(a, b []string) (x, y []int32) {
	known := make(map[string]int32, len(a))
	number := func(list []string) []int32 {
		out := make([]int32, len(list))
		for i, s := range list {
			n, ok := known[s]
			if !ok {
				n = int32(len(known))
				known[s] = n
			}
			out[i] = n
		}
		return out
	}
	return number(a), number(b)
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
