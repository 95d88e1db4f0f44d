package attach

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"cardstock/card"
)

// Limits of one table.
const (
	MaxRows    = 10_000
	MaxColumns = 200
	MaxCells   = 200_000
)

// A Table is what a CSV holds: its first line, and the rows below it, each with as many cells.
type Table struct {
	Columns []string
	Rows    [][]string
}

// First returns the first n rows.
func (t *Table) First(n int) [][]string { return t.Rows[:min(n, len(t.Rows))] }

func cleanCSV(data []byte) (*File, error) {
	f := &File{MediaType: CSV, Bytes: bytes.TrimPrefix(data, []byte("\uFEFF"))}
	_, err := ReadTable(f.Bytes)
	return f, err
}

// ReadTable reads a CSV. What stands between its cells, a comma, a semicolon or a tab, is found by its first line.
func ReadTable(data []byte) (*Table, error) {
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		return nil, unknown(data)
	}
	head, _, _ := strings.Cut(strings.TrimLeft(string(data), "\r\n"), "\n")
	if strings.HasPrefix(strings.TrimSpace(head), "<") || strings.HasPrefix(strings.TrimSpace(head), "{") {
		return nil, unknown(data)
	}
	r := csv.NewReader(bytes.NewReader(data))
	if r.Comma = between(head); wide(data, byte(r.Comma)) {
		return nil, tooLarge()
	}
	t := &Table{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, brokenCSV(err, len(t.Columns))
		}
		if t.Columns == nil {
			if t.Columns = row; len(row) < 2 {
				return nil, unknown(data)
			}
			continue
		}
		t.Rows = append(t.Rows, row)
		if len(t.Rows) > MaxRows || len(row) > MaxColumns || len(t.Rows)*len(row) > MaxCells {
			return nil, tooLarge()
		}
	}
	if len(t.Rows) == 0 {
		return nil, unknown(data)
	}
	return t, nil
}

func tooLarge() error {
	return card.Errorf(card.TooLarge, "This table is too large to show: %d rows, %d columns, and %d cells together are the most. Send the rows that matter.",
		MaxRows, MaxColumns, MaxCells)
}

// wide reports whether a line has more cells than a table can. It is asked before the line is taken apart, which takes a
// hundred times its size in memory.
func wide(data []byte, comma byte) bool {
	quoted, cells := false, 1
	for _, b := range data {
		switch {
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '\n':
			cells = 1
		case b == comma:
			if cells++; cells > MaxColumns {
				return true
			}
		}
	}
	return false
}

// between is the character that stands most often in the first line, outside quotes.
func between(head string) rune {
	best := ','
	count := map[rune]int{}
	for _, r := range []rune{',', ';', '\t'} {
		quoted := false
		for i := range len(head) {
			if head[i] == '"' {
				quoted = !quoted
			} else if !quoted && head[i] == byte(r) {
				count[r]++
			}
		}
		if count[r] > count[best] {
			best = r
		}
	}
	return best
}

// brokenCSV says in which line a table goes wrong.
func brokenCSV(err error, columns int) error {
	var at *csv.ParseError
	switch {
	case errors.As(err, &at) && errors.Is(err, csv.ErrFieldCount):
		return card.Errorf(card.Invalid, "This looks like a table, but line %d has not %d cells as the first line has. Mend that line and send it again.", at.Line, columns)
	case errors.As(err, &at):
		return card.Errorf(card.Invalid, "This looks like a table, but line %d is broken: a quotation mark stands alone. Mend that line and send it again.", at.Line)
	}
	return card.Errorf(card.Invalid, "This table is broken. Save it again as CSV and send it once more.")
}
