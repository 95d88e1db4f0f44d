package handlers

import (
	"bytes"
	"errors"
	"mime/multipart"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"cardstock/card"
)

// form is what a request's body says. A query string never writes, so it is not looked at.
type form struct {
	values map[string]string
	more   map[string][]string // further values of a name
	names  []string            // in the order they came
	file   *multipart.FileHeader
}

// maxFields is how many fields a form can have: more than the largest section, with every cell of its tables.
const maxFields = 50_000

// crowded reports whether an urlencoded body has more fields than any form of ours. It is asked before the body is
// taken apart, which takes many times its size in memory.
func crowded(body []byte) bool { return bytes.Count(body, []byte("&")) > maxFields }

// readForm reads an urlencoded or multipart body. Text that no card could keep is refused here, for all.
func readForm(c *fiber.Ctx) (*form, error) {
	f := &form{values: map[string]string{}, more: map[string][]string{}}
	if strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEMultipartForm) {
		// With a limit, for the body may come compressed.
		m, err := c.Request().MultipartFormWithLimit(c.App().Config().BodyLimit)
		if errors.Is(err, fasthttp.ErrBodyTooLarge) {
			return nil, fiber.ErrRequestEntityTooLarge
		}
		if err != nil {
			return nil, &card.Error{Code: card.Malformed, Message: "This form arrived broken. Send it again.", Err: err}
		}
		for name, values := range m.Value {
			for _, value := range values {
				f.set(name, value)
			}
		}
		if files := m.File["file"]; len(files) > 0 && (files[0].Size > 0 || files[0].Filename != "") {
			f.file = files[0]
		}
	} else {
		if crowded(c.Request().Body()) {
			return nil, card.Errorf(card.TooLarge, "This form has more fields than this server takes at once. Nothing was changed.")
		}
		for name, value := range c.Request().PostArgs().All() {
			f.set(string(name), string(value))
		}
	}
	for name, value := range f.values {
		clean, err := card.CleanText(value)
		if err != nil {
			return nil, err
		}
		f.values[name] = clean
		for i, value := range f.more[name] {
			if f.more[name][i], err = card.CleanText(value); err != nil {
				return nil, err
			}
		}
	}
	return f, nil
}

// set keeps the first value of a name, and the others apart: only boxes to tick and the rows of a list have those.
func (f *form) set(name, value string) {
	if _, ok := f.values[name]; ok {
		f.more[name] = append(f.more[name], value)
		return
	}
	f.values[name] = value
	f.names = append(f.names, name)
}

// all returns all values of a name.
func (f *form) all(name string) []string {
	if !f.has(name) {
		return nil
	}
	return append([]string{f.get(name)}, f.more[name]...)
}

func (f *form) has(name string) bool { _, ok := f.values[name]; return ok }

// get returns the value of a name, "" if there is none, also of a form that could not be read.
func (f *form) get(name string) string {
	if f == nil {
		return ""
	}
	return f.values[name]
}

// answer returns the answer to a field in canonical form, and whether the form has one. A text is answer.KEY, a table's
// cells are answer.KEY[ROW].COLUMN. A table that no page could show again is refused here, before one tries.
func (f *form) answer(field *card.Field) (string, bool, error) {
	if field.Kind == card.List && f.has("row."+field.Key) && f.rowsCount(field.Key) {
		return card.ListAnswer(slices.DeleteFunc(f.all("row."+field.Key), card.Blank)), true, nil
	}
	if field.Kind != card.Table {
		return field.Canonical(f.get("answer." + field.Key)), f.has("answer." + field.Key), nil
	}
	known := map[string]bool{} // an import may bring columns whose keys are no keys of ours
	for _, c := range field.AllColumns(field.ParseRows()) {
		known[c.Key] = true
	}
	cells := map[int]map[string]string{}
	for _, name := range f.names {
		row, column, ok := cell(name, "answer."+field.Key+"[")
		if !ok {
			continue
		}
		if !known[column] {
			return "", false, card.Errorf(card.Invalid, "%s: this table has no column %.40q, so nothing was saved.", field.Label, column)
		}
		if cells[row] == nil {
			cells[row] = map[string]string{}
		}
		cells[row][column] = f.values[name]
	}
	order := make([]int, 0, len(cells))
	for row := range cells {
		order = append(order, row)
	}
	slices.Sort(order)
	rows := make(card.Rows, 0, len(order))
	for _, row := range order {
		rows = append(rows, cells[row])
	}
	return card.TableAnswer(rows), len(rows) > 0, field.CheckRows(rows)
}

// cell reads "answer.KEY[3].value" into 3, "value".
func cell(name, prefix string) (row int, column string, ok bool) {
	rest, ok := strings.CutPrefix(name, prefix)
	if !ok {
		return 0, "", false
	}
	number, column, ok := strings.Cut(rest, "].")
	row, err := strconv.Atoi(number)
	return row, column, ok && err == nil && row >= 0
}

// rev returns the revision that the form's answer to a field started from.
func (f *form) rev(key string) card.Rev { return card.ParseRev(f.get("rev." + key)) }
