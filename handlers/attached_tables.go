package handlers

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/card/attach"
)

// tablePage asks which columns of a CSV go to which columns of a question.
type tablePage struct {
	frame
	CardID    string
	File      *card.Attachment
	Table     *attach.Table
	Questions []tableQuestion
	Problem   string
}

// tableQuestion is a question whose answer is a table.
type tableQuestion struct {
	Key, Label, Section string
	Open                bool
	Rows                int // that it has already
	Columns             []columnChoice
}

// columnChoice is a column of a question, and which column of the CSV goes there.
type columnChoice struct {
	Key, Title string
	From       int // from 0; -1 is none
}

// First are the rows that are shown.
func (p tablePage) First() [][]string { return p.Table.First(rowsShown) }

// showTable asks what of a CSV becomes the answer of which question.
func (a *app) showTable(c *fiber.Ctx) error { return a.tableWith(c, fiber.StatusOK, nil, "") }

func (a *app) tableWith(c *fiber.Ctx, status int, f *form, problem string) error {
	id := param(c, "id")
	at, t, err := a.table(c, id)
	if err != nil {
		return err
	}
	o, err := rows(c).Outline(c.UserContext(), a.Templates, id)
	if err != nil {
		return err
	}
	k, err := rows(c).Card(c.UserContext(), id)
	if err != nil {
		return err
	}
	p := tablePage{frame: a.frameFor(c, at.Name+" – "+o.Name), CardID: id, File: at, Table: t, Problem: problem, Questions: tableQuestions(k, at.Section, t, f)}
	p.frame.Card = head(o)
	return a.respond(c, status, "table-page", "table-content", p)
}

// table reads an attachment that must be a table.
func (a *app) table(c *fiber.Ctx, id string) (*card.Attachment, *attach.Table, error) {
	at, err := rows(c).Attachment(c.UserContext(), id, param(c, "file"))
	if err != nil {
		return nil, nil, err
	}
	if attach.IsPicture(at.MediaType) {
		return nil, nil, card.Errorf(card.Invalid, "This is a picture. Only a table can become the answer of a question.")
	}
	t, err := attach.ReadTable(at.Bytes)
	return at, t, err
}

// tableQuestions are the questions that a table can answer. The one that was chosen is open, else the first in the same section, else
// the one whose columns are most like those of the table.
func tableQuestions(k *card.Card, section string, t *attach.Table, f *form) []tableQuestion {
	var all []tableQuestion
	best, most := 0, -1
	for _, s := range k.Sections {
		for i := range s.Fields {
			field := &s.Fields[i]
			if field.Kind != card.Table {
				continue
			}
			q := tableQuestion{Key: field.Key, Label: field.Label, Section: s.Title, Rows: len(field.ParseRows())}
			like := 0
			for _, col := range field.Columns {
				from := columnNamed(t, col)
				if like++; from < 0 {
					like--
				}
				if n, err := strconv.Atoi(f.get("column." + col.Key)); f.get("field") == field.Key {
					if from = n; err != nil {
						from = -1
					}
				}
				q.Columns = append(q.Columns, columnChoice{col.Key, col.Title, from})
			}
			like *= 2
			if s.Key == section {
				like++
			}
			if f.get("field") == field.Key {
				like = 1000
			}
			if like > most {
				best, most = len(all), like
			}
			all = append(all, q)
		}
	}
	if len(all) > 0 {
		all[best].Open = true
	}
	return all
}

// columnNamed returns the column of the table with the name of a question's column, -1 for none.
func columnNamed(t *attach.Table, col card.Column) int {
	for i, name := range t.Columns {
		if name = strings.TrimSpace(name); strings.EqualFold(name, col.Title) || strings.EqualFold(name, col.Key) {
			return i
		}
	}
	return -1
}

// fillTable makes rows of a CSV the answer of a question, or adds them to it.
func (a *app) fillTable(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	id := param(c, "id")
	_, t, err := a.table(c, id)
	if err != nil {
		return err
	}
	section := ""
	err = rows(c).Edit(c.UserContext(), id, func(k *card.Card) error {
		field, s := k.Field(f.get("field"))
		if field == nil || field.Kind != card.Table {
			return card.Errorf(card.NotFound, "There is no such question in this card.")
		}
		section = s.Key
		answer, err := tableAnswer(f, field, t)
		if err == nil {
			field.Answer = answer
		}
		return err
	})
	if card.CodeOf(err) == card.Invalid {
		return a.tableWith(c, fiber.StatusUnprocessableEntity, f, err.Error())
	}
	if err != nil {
		return err
	}
	return a.goTo(c, sectionPath(id, section)+"?done=table#field-"+f.get("field"))
}

// tableAnswer is the answer that the chosen columns of a table make; mode=add keeps the rows there are.
func tableAnswer(f *form, field *card.Field, t *attach.Table) (string, error) {
	var all card.Rows
	if f.get("mode") == "add" {
		all = field.ParseRows()
	}
	chosen := map[string]int{}
	for _, col := range field.Columns {
		if n, err := strconv.Atoi(f.get("column." + col.Key)); err == nil && n >= 0 && n < len(t.Columns) {
			chosen[col.Key] = n
		}
	}
	if len(chosen) == 0 {
		return "", card.Errorf(card.Invalid, "Choose at least one column of your table.")
	}
	for _, row := range t.Rows {
		cells := map[string]string{}
		for key, n := range chosen {
			cell, err := card.CleanText(strings.TrimSpace(row[n]))
			if err != nil {
				return "", err
			}
			cells[key] = cell
		}
		all = append(all, cells)
	}
	if err := field.CheckRows(all); err != nil {
		return "", err
	}
	answer := card.TableAnswer(all)
	return answer, field.CheckAnswer(answer)
}
