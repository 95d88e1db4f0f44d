package format

import (
	"slices"
	"strconv"
	"strings"

	"cardstock/card"
)

// maxColumns is more than a page can show side by side.
const maxColumns = 50

// The parts of Cardstock JSON, one function for each object in it.

func (r *strictReader) card(v *value) *card.Card {
	m := r.members(v, "", "$schema", "format", "kind", "template", "title", "sections", "attachments")
	c := &card.Card{Kind: card.Kind(r.text(m, "", "kind", true)), Template: r.text(m, "", "template", false),
		Title: r.line(m, "", "title", false), Sections: []card.Section{}}
	if !c.Kind.Valid() {
		r.fail("kind", `should be "model" or "datasheet"`)
	}
	if c.Template != "" && !card.ValidKey(c.Template) {
		r.fail("template", "should be a key: lower-case letters, digits, _ and -")
	}
	r.each(m, "", "sections", true, func(v *value, path string) {
		c.Sections = append(c.Sections, r.section(v, path))
	})
	r.each(m, "", "attachments", false, func(v *value, path string) {
		if r.err == nil && len(c.Attachments) < card.MaxAttachments {
			if a := r.attachment(v, path); a != nil {
				c.Attachments = append(c.Attachments, *a)
			}
		} else if r.err == nil {
			r.fail(path, "is one too many; a card has at most "+strconv.Itoa(card.MaxAttachments)+" pictures and tables")
		}
	})
	return c
}

func (r *strictReader) section(v *value, path string) card.Section {
	m := r.members(v, path, "key", "title", "custom", "fields")
	s := card.Section{Key: r.text(m, path, "key", true), Title: r.line(m, path, "title", true),
		Custom: r.flag(m, path, "custom"), Fields: []card.Field{}}
	r.each(m, path, "fields", true, func(v *value, path string) {
		s.Fields = append(s.Fields, r.field(v, path))
	})
	return s
}

func (r *strictReader) field(v *value, path string) card.Field {
	m := r.members(v, path, "key", "label", "kind", "essential", "custom", "options", "columns", "answer")
	f := card.Field{Key: r.text(m, path, "key", true), Label: r.line(m, path, "label", false),
		Kind: card.FieldKind(r.text(m, path, "kind", true)), Essential: r.flag(m, path, "essential"),
		Custom: r.flag(m, path, "custom"), Options: r.texts(m, path, "options")}
	if !f.Kind.Valid() {
		r.fail(path+".kind", "should be line, text, list, date, number, choice or table")
	}
	r.each(m, path, "columns", false, func(v *value, path string) {
		if len(f.Columns) == maxColumns {
			r.fail(path, "is one column too many; a table has at most "+strconv.Itoa(maxColumns))
			return
		}
		f.Columns = append(f.Columns, r.column(v, path, f.Columns))
	})
	if m["answer"] != nil {
		f.Answer = r.answer(m, path, f.Kind)
	}
	return f
}

// column reads one column of a table. Its key names inputs of a form, hence no dots and no twins.
func (r *strictReader) column(v *value, path string, before []card.Column) card.Column {
	m := r.members(v, path, "key", "title", "kind", "options")
	c := card.Column{Key: r.text(m, path, "key", true), Title: r.line(m, path, "title", true),
		Kind: card.FieldKind(r.text(m, path, "kind", true)), Options: r.texts(m, path, "options")}
	switch c.Kind {
	case card.Line, card.Date, card.Number, card.Choice:
	default:
		r.fail(path+".kind", "should be line, date, number or choice")
	}
	twin := slices.ContainsFunc(before, func(b card.Column) bool { return b.Key == c.Key })
	if !card.ValidKey(c.Key) || strings.Contains(c.Key, ".") || twin {
		r.fail(path+".key", "is there twice or is not a key: lower-case letters, digits, _ and -")
	}
	return c
}

// answer reads an answer in the shape of its kind, the inverse of answerJSON.
func (r *strictReader) answer(m map[string]*value, path string, kind card.FieldKind) string {
	switch {
	case kind == card.List:
		return card.ListAnswer(r.texts(m, path, "answer"))
	case kind == card.Table && m["answer"].kind == listValue:
		var rows card.Rows
		r.each(m, path, "answer", true, func(v *value, path string) {
			rows = append(rows, r.row(v, path))
		})
		return card.TableAnswer(rows)
	}
	return r.text(m, path, "answer", true)
}

// row reads one row of a table. Cells of columns the table does not have are kept, too.
func (r *strictReader) row(v *value, path string) map[string]string {
	row := map[string]string{}
	if !r.is(v, path, objectValue) {
		return row
	}
	for i := range v.members {
		cell, here := &v.members[i], join(path, v.members[i].name)
		switch was, twice := row[cell.name]; {
		case twice && was == cell.value.text && cell.value.kind == textValue:
			r.mended = append(r.mended, here+" was there twice with the same value.")
		case twice:
			r.fail(here, "is there twice; remove one of the two")
		}
		r.is(&cell.value, here, textValue)
		row[cell.name] = cell.value.text
	}
	return row
}
