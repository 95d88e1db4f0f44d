package card

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Rows are the rows of a table answer: column key to cell, empty cells left out.
type Rows []map[string]string

// CleanText makes text from outside storable: line breaks become LF, as a browser
// does to a text area. Text that is not UTF-8 or holds a NUL character is refused:
// neither would come back as it was.
func CleanText(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", Errorf(Invalid, "This text is not valid UTF-8. Save it as UTF-8 and try again.")
	}
	if strings.IndexByte(s, 0) >= 0 {
		return "", Errorf(Invalid, "This text holds a NUL character, which no card can keep. Remove it and try again.")
	}
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(s, "\r\n", "\n")
		s = strings.ReplaceAll(s, "\r", "\n")
	}
	return s, nil
}

// CleanLine is CleanText for what is one line: space at both ends is trimmed, line breaks become spaces.
func CleanLine(s string) (string, error) {
	s, err := CleanText(s)
	return strings.TrimSpace(strings.ReplaceAll(s, "\n", " ")), err
}

// Items returns the items of a list answer, one for each line; nil for an empty answer. ListAnswer is its inverse.
func Items(answer string) []string {
	if answer == "" {
		return nil
	}
	return strings.Split(answer, "\n")
}

// ListAnswer is the canonical answer of a list with these items.
func ListAnswer(items []string) string { return strings.Join(items, "\n") }

// ParseRows returns the rows of a table answer. An answer that is not rows (it can
// only come from an import) is one row with the text in the first column.
func (f *Field) ParseRows() Rows {
	if f.Answer == "" {
		return nil
	}
	var rows Rows
	if json.Unmarshal([]byte(f.Answer), &rows) != nil {
		if len(f.Columns) == 0 {
			return nil
		}
		return Rows{{f.Columns[0].Key: f.Answer}}
	}
	return rows
}

// AllColumns returns the field's columns and after them, under their keys, those that only the rows have: an import
// may bring cells the template has no column for.
func (f *Field) AllColumns(rows Rows) []Column {
	known, extra := map[string]bool{}, []string{}
	for _, c := range f.Columns {
		known[c.Key] = true
	}
	for _, row := range rows {
		for key := range row {
			if !known[key] {
				known[key] = true
				extra = append(extra, key)
			}
		}
	}
	slices.Sort(extra)
	columns := slices.Clone(f.Columns)
	for _, key := range extra {
		columns = append(columns, Column{Key: key, Title: key, Kind: Line})
	}
	return columns
}

// TableAnswer is the canonical answer of a table: JSON with the rows in order, column keys sorted, empty
// cells and empty rows left out; "" for no rows.
func TableAnswer(rows Rows) string {
	kept := make(Rows, 0, len(rows))
	for _, row := range rows {
		clean := make(map[string]string, len(row))
		for column, cell := range row {
			if cell != "" {
				clean[column] = cell
			}
		}
		if len(clean) > 0 {
			kept = append(kept, clean)
		}
	}
	if len(kept) == 0 {
		return ""
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(kept); err != nil {
		panic(err) // strings in maps in a slice always encode
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Canonical brings an answer from a form into the form it is stored in: space around a date, a number or a
// choice means nothing, elsewhere every character is kept. Tables are made by TableAnswer.
func (f *Field) Canonical(answer string) string {
	switch f.Kind {
	case Date, Number, Choice:
		return strings.TrimSpace(answer)
	}
	return answer
}

// CheckAnswer refuses an edited answer (canonical form) that does not fit its field.
// An answer that came in by import and was not edited is never checked: it is shown as it is.
func (f *Field) CheckAnswer(answer string) error {
	if err := checkSize(f, answer); err != nil {
		return err
	}
	if f.Kind != Table {
		return f.problem(f.Label, checkValue(f.Kind, f.Options, answer))
	}
	edited := Field{Kind: Table, Columns: f.Columns, Answer: answer}
	rows := edited.ParseRows()
	if err := f.CheckRows(rows); err != nil {
		return err
	}
	for i, row := range rows {
		for _, c := range f.Columns {
			if c.Kind == Number {
				continue // measured values are written as they are: "94.7 %", "< 0.01"
			}
			if err := checkValue(c.Kind, c.Options, row[c.Key]); err != nil {
				err.Message = c.Title + " in row " + itoa(i+1) + ": " + err.Message
				return f.problem(f.Label, err)
			}
		}
	}
	return nil
}

// CheckRows refuses a table that is too large for a page.
func (f *Field) CheckRows(rows Rows) error {
	all := f.AllColumns(rows)
	columns := len(all)
	for _, c := range all[len(f.Columns):] {
		if len(c.Key) > MaxKey {
			return f.problem(f.Label, Errorf(Invalid, "the name of a column has %d bytes; %d is the most", len(c.Key), MaxKey))
		}
	}
	switch {
	case len(rows) > MaxRows:
		return f.problem(f.Label, Errorf(Invalid, "a table has at most %d rows", MaxRows))
	case columns > MaxColumns:
		return f.problem(f.Label, Errorf(Invalid, "a table has at most %d columns", MaxColumns))
	case len(rows)*columns > MaxCells:
		return f.problem(f.Label, Errorf(Invalid, "a table has at most %d cells, empty ones counted", MaxCells))
	}
	return nil
}

func (f *Field) problem(label string, err *Error) error {
	if err == nil {
		return nil
	}
	err.Field = f.Key
	err.Message = label + ": " + err.Message + "."
	return err
}

func checkSize(f *Field, answer string) error {
	if len(answer) <= MaxAnswer {
		return nil
	}
	if n := utf8.RuneCountInString(answer); n > MaxAnswer {
		e := Errorf(Invalid, "%s: the answer has %d characters; %d is the most.", f.Label, n, MaxAnswer)
		e.Field = f.Key
		return e
	}
	return nil
}

// checkValue returns what is wrong with one value, as the end of a sentence.
func checkValue(kind FieldKind, options []string, value string) *Error {
	if value == "" {
		return nil
	}
	switch kind {
	case Date:
		if _, err := time.Parse(time.DateOnly, value); err != nil {
			return Errorf(Invalid, "write the date as year-month-day, for example 2026-11-24")
		}
	case Number:
		if !isNumber(value) {
			return Errorf(Invalid, "write a plain number with a point, for example 41.5")
		}
	case Choice:
		for _, o := range options {
			if o == value {
				return nil
			}
		}
		return Errorf(Invalid, "choose one of %s", strings.Join(options, ", "))
	}
	return nil
}

func isNumber(s string) bool {
	var n json.Number
	s = strings.TrimSpace(s)
	return json.Unmarshal([]byte(s), &n) == nil && n != "" && s[0] != '"'
}
