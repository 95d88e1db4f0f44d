package handlers

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"cardstock/card"
)

// Tables and lists are answered in rows: how they are shown, and what the buttons of a row do without JavaScript.

type rowView struct {
	Key    string
	Index  int // in the names of its cells
	Number int // from 1
	Cells  []cellView
}

type cellView struct {
	Input              string // date for a date box
	Options            string // id of the list of options, where it stands once for the whole column
	Column             *card.Column
	Name, Label, Value string
	ID                 string // of the first cell: links to the field lead there
	Resume             bool   // the cursor goes behind its text
}

// pageCells is how many cells of tables a page has room for, empty ones counted: as many as the largest table.
const pageCells = card.MaxCells

// cellBytes is about what a cell takes on a page.
const cellBytes = 700

func tableSize(f *card.Field) int {
	rows := f.ParseRows()
	return (len(rows) + 1) * len(f.AllColumns(rows))
}

// crowdedOut are the tables of a section that its page has no room for beside the others: each is shown when it is asked for. Those in first come before
// the others. It returns also about how many bytes the page takes.
func crowdedOut(s *card.Section, first func(key string) bool) (out map[string]bool, size int64) {
	out = map[string]bool{}
	left := pageCells
	for _, preferred := range []bool{true, false} {
		for i := range s.Fields {
			f := &s.Fields[i]
			if first(f.Key) != preferred {
				continue
			}
			size += int64(len(f.Answer))
			if f.Kind != card.Table {
				continue
			}
			if n := tableSize(f); n <= left || preferred {
				left -= n
				size += int64(n) * cellBytes
			} else {
				out[f.Key] = true
			}
		}
	}
	return out, size
}

// manyOptions is how many options the cells of a column have together where the options stand in each of them.
const manyOptions = 2_000

// tableView returns the columns to show and the rows with one empty row at the end.
func tableView(f card.Field, text string) ([]card.Column, []rowView) {
	f.Answer = text
	stored := f.ParseRows()
	columns := f.AllColumns(stored)
	views := make([]rowView, len(stored)+1)
	for i := range views {
		views[i] = rowView{Key: f.Key, Index: i, Number: i + 1, Cells: make([]cellView, len(columns))}
		for j := range columns {
			col, number := &columns[j], strconv.Itoa(i)
			c := cellView{Column: col, Name: "answer." + f.Key + "[" + number + "]." + col.Key, Label: briefly(col.Title) + ", row " + strconv.Itoa(i+1)}
			if i < len(stored) {
				c.Value = stored[i][col.Key]
			}
			c.Input = inputFor(card.Field{Kind: col.Kind}, c.Value)
			if len(views)*len(col.Options) > manyOptions {
				c.Options = "options-" + f.Key + "." + col.Key
			}
			if i == 0 && j == 0 {
				c.ID = "box-" + f.Key
			}
			views[i].Cells[j] = c
		}
	}
	return columns, views
}

// briefly is the beginning of a column's title, for the name of a cell: the column has all of it.
func briefly(title string) string {
	const most = 60
	if r := []rune(title); len(r) > most {
		return string(r[:most]) + "…"
	}
	return title
}

// listView returns a row for each item and an empty one at the end. All boxes have one name: the order on the page is that of the items.
// Scripts keep the items in one text as well, answer.KEY, as any other answer.
func listView(f card.Field, text string) []rowView {
	items := append(card.Items(text), "")
	views := make([]rowView, len(items))
	for i, item := range items {
		c := cellView{Column: &card.Column{Kind: card.Line}, Name: "row." + f.Key, Label: f.Label + ", row " + strconv.Itoa(i+1), Value: item}
		if i == 0 {
			c.ID = "box-" + f.Key
		}
		views[i] = rowView{Key: f.Key, Index: i, Number: i + 1, Cells: []cellView{c}}
	}
	return views
}

// resume has the cursor go to the end of what the visitor wrote, in a box or in a row.
func (v *fieldView) resume() {
	n := v.EndOfMine(v.Answer, v.Text)
	if len(v.Rows) > 0 {
		v.Rows[min(max(n, 1), len(v.Rows))-1].Cells[0].Resume = true
		return
	}
	lines := strings.Split(v.Text, "\n")
	v.Cursor = len(utf16.Encode([]rune(strings.Join(lines[:min(n, len(lines))], "\n"))))
}

// listToken names the text that the rows of a list stand for.
func listToken(text string) string { return card.RevOf(0, text).String() }

// rowsCount reports whether the rows of a list are what was edited, and not the text they were made of: without scripts that stays
// as it was.
func (f *form) rowsCount(key string) bool {
	return !f.has("answer."+key) || f.get("rows."+key) == listToken(f.get("answer."+key))
}

// rowButtons are the first words in the names of the buttons that move a row, remove it, or add one.
var rowButtons = []string{"up", "down", "drop", "more"}

// rowButton returns what the button does that was pressed in the rows of an answer, the key of the answer and the row, in the form of
// drop.KEY[3]. The key is "" if another button was.
func (f *form) rowButton() (does, key string, row int) {
	for _, name := range f.names {
		does, rest, _ := strings.Cut(name, ".")
		if !slices.Contains(rowButtons, does) {
			continue
		}
		key, number, _ := strings.Cut(rest, "[")
		row, err := strconv.Atoi(strings.TrimSuffix(number, "]"))
		if err != nil {
			row = -1
		}
		return does, key, row
	}
	return "", "", 0
}

// arrange does with the rows of an answer what the button says that was pressed. One is added by itself: the last is always empty.
func (f *form) arrange(field *card.Field) {
	does, key, row := f.rowButton()
	if key != field.Key || row < 0 || does == "more" {
		return
	}
	to := map[string]int{"up": row - 1, "down": row + 1, "drop": -1}[does]
	if to < 0 && does != "drop" {
		return
	}
	if field.Kind == card.List {
		f.moveItem("row."+key, row, to)
	} else {
		f.moveCells("answer."+key, row, to)
	}
}

// moveItem lets an item of a list change places with another one; -1 drops it.
func (f *form) moveItem(name string, row, to int) {
	items := f.all(name)
	switch {
	case row >= len(items) || to >= len(items):
		return
	case to < 0:
		items = append(slices.Delete(items, row, row+1), "") // the answer stays in the form
	default:
		items[row], items[to] = items[to], items[row]
	}
	f.values[name], f.more[name] = items[0], items[1:]
}

// moveCells does the same with the cells of a row of a table.
func (f *form) moveCells(answer string, row, to int) {
	here, there := fmt.Sprintf("%s[%d].", answer, row), fmt.Sprintf("%s[%d].", answer, to)
	moved, names := map[string]string{}, f.names[:0]
	for _, name := range f.names {
		value := f.values[name]
		if column, ok := strings.CutPrefix(name, here); ok {
			name = there + column
			if to < 0 {
				name, value = here+column, ""
			}
		} else if column, ok := strings.CutPrefix(name, there); ok && to >= 0 {
			name = here + column
		}
		names, moved[name] = append(names, name), value
	}
	f.names, f.values = names, moved
}

// answerKey returns the field key in the name of an answer's input, or of a button of its rows.
func answerKey(name string) (string, bool) {
	kind, key, ok := strings.Cut(name, ".")
	key, _, _ = strings.Cut(key, "[")
	return key, ok && (kind == "answer" || kind == "row" || slices.Contains(rowButtons, kind))
}
