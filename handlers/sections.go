package handlers

import (
	"context"
	"html/template"

	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/db"
)

func sectionPath(id, key string) string { return "/cards/" + id + "/sections/" + key }

// showSection opens a section.
func (a *app) showSection(c *fiber.Ctx) error {
	return a.editor(c, fiber.StatusOK, place{card: param(c, "id"), section: param(c, "key"), arrived: true})
}

// saveSection saves the edited answers of a section, all or none, and goes on to the section named by next.
func (a *app) saveSection(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	id, key := param(c, "id"), param(c, "key")
	o, section, err := rows(c).Page(c.UserContext(), a.Templates, id, key)
	if err != nil {
		return err
	}
	next := f.get("next")
	if next != "" && o.Section(next) == nil {
		return card.Errorf(card.NotFound, "There is no such section to go on to.")
	}
	answers, over, err := f.answers(section)
	if err != nil {
		return err
	}
	if len(over) > 0 {
		return a.editor(c, fiber.StatusUnprocessableEntity, place{card: id, section: key, over: f.keep(answers, over)})
	}
	if both := f.together(section, answers); len(both) > 0 {
		return a.editor(c, fiber.StatusConflict, place{card: id, section: key, over: f.keep(answers, both)})
	}
	outcomes, err := a.saveSent(c, id, f, answers)
	if card.CodeOf(err) == card.Conflict {
		return a.editor(c, fiber.StatusConflict, place{card: id, section: key, over: f.keep(answers, conflicts(answers, outcomes))})
	}
	if err != nil {
		return a.keep(c, err, place{card: id, section: key, over: f.keep(answers, map[string]typed{})})
	}
	if _, row, _ := f.rowButton(); row != "" && !wantsFragment(c) {
		return a.redirect(c, sectionPath(id, key)+"#field-"+row)
	}
	return a.showNext(c, id, key, next)
}

// showNext answers a saved section with the next one, or with itself.
func (a *app) showNext(c *fiber.Ctx, id, key, next string) error {
	if next == "" {
		next = key
	}
	if !wantsFragment(c) {
		return a.redirect(c, sectionPath(id, next))
	}
	if next != key {
		a.pushURL(c, sectionPath(id, next))
	}
	return a.editor(c, fiber.StatusOK, place{card: id, section: next, arrived: next != key, saved: key})
}

// answers reads the answers of a section's form, and what is wrong with edited ones, by key. An answer absent from the form stays as
// it is. After a conflict, keep=KEY writes the visitor's text over theirs, and take=KEY leaves theirs.
func (f *form) answers(section *card.Section) ([]db.Answer, map[string]typed, error) {
	var answers []db.Answer
	wrong := map[string]typed{}
	known := map[string]bool{}
	for i := range section.Fields {
		field := &section.Fields[i]
		known[field.Key] = true
		f.arrange(field)
		text, ok, err := f.answer(field)
		if err != nil {
			return nil, nil, err
		}
		if !ok || f.get("take") == field.Key {
			continue
		}
		rev := f.rev(field.Key)
		if f.get("keep") == field.Key {
			rev = card.ParseRev(f.get("theirs." + field.Key))
		}
		answers = append(answers, db.Answer{Key: field.Key, Text: text, Rev: rev})
		if field.Judge(text, rev) != card.Write {
			continue
		}
		if err := field.CheckAnswer(text); err != nil {
			wrong[field.Key] = typed{Problem: err.Error()}
		}
	}
	for _, name := range f.names {
		if key, ok := answerKey(name); ok && !known[key] {
			return nil, nil, card.Errorf(card.NotFound, "A question you answered is no longer in this section, so nothing was saved. Copy what you typed, then open the section again.")
		}
	}
	return answers, wrong, nil
}

// keep puts the typed text of every answer over what is stored, with the problems and conflicts there are.
func (f *form) keep(answers []db.Answer, over map[string]typed) map[string]typed {
	for _, a := range answers {
		t := over[a.Key]
		if !t.Both {
			t.Text, t.Rev = a.Text, a.Rev.String()
		}
		over[a.Key] = t
	}
	return over
}

// conflicts returns the answers that were changed elsewhere meanwhile.
func conflicts(answers []db.Answer, outcomes map[string]db.Outcome) map[string]typed {
	over := map[string]typed{}
	for _, a := range answers {
		if o := outcomes[a.Key]; o.Edit == card.Conflicted {
			over[a.Key] = typed{Conflict: newConflict(o.Field, a.Text)}
		}
	}
	return over
}

func newConflict(theirs card.Field, mine string) *conflict {
	diff := newDifference(&theirs, theirs.Answer, mine, conflictBytes)
	diff.Was, diff.Is = "only there", "only yours"
	both := theirs.Kind == card.Text || theirs.Kind == card.Line || theirs.Kind == card.List || theirs.Kind == card.Table
	c := &conflict{Key: theirs.Key, Theirs: theirs.Answer, Rows: theirs.ParseRows(), TheirsRev: card.RevOf(theirs.Rev, theirs.Answer).String(),
		SavedAt: theirs.SavedAt, Diff: diff, Both: both && theirs.Answer != ""}
	c.Columns = theirs.AllColumns(c.Rows)
	c.Whole = len(template.HTMLEscapeString(theirs.Answer))+25*len(c.Rows)*len(c.Columns) <= conflictBytes/2
	return c
}

// conflictBytes is how much a conflict shows of what differs, and half of it the most of what was saved elsewhere: longer texts are read
// in a tab of their own.
const conflictBytes = 4_000

// together puts the visitor's text and what is stored into the box of the answer named by together=KEY, to be made into one by
// hand: saving it then is no conflict. Nothing is saved before.
func (f *form) together(section *card.Section, answers []db.Answer) map[string]typed {
	for _, a := range answers {
		for _, field := range section.Fields {
			if a.Key == f.get("together") && a.Key == field.Key {
				return map[string]typed{a.Key: {Text: field.Together(field.Answer, a.Text), Rev: card.RevOf(field.Rev, field.Answer).String(), Both: true}}
			}
		}
	}
	return nil
}

// sectionRevs sends the answers of a section that are no longer what the page that asks has: so it shows what another tab has changed.
func (a *app) sectionRevs(c *fiber.Ctx) error {
	o, section, err := rows(c).Page(c.UserContext(), a.Templates, param(c, "id"), param(c, "key"))
	if err != nil {
		return err
	}
	if !wantsFragment(c) {
		return a.redirect(c, sectionPath(o.ID, section.Key))
	}
	t := a.Templates.For(&card.Card{Template: o.Template, Kind: o.Kind})
	out, size := crowdedOut(section, func(string) bool { return false })
	return a.inTurn(c, size, func(context.Context) error {
		var changed []fieldView
		for _, f := range section.Fields {
			if rev := c.Query("rev." + f.Key); rev != "" && rev != card.RevOf(f.Rev, f.Answer).String() {
				v := a.fieldView(o.ID, section.Key, f, t.Field(f.Key), nil, out[f.Key])
				v.Fresh = true
				changed = append(changed, v)
			}
		}
		return c.Render("fresh", changed)
	})
}

// addSection adds a custom section at the end and opens it.
func (a *app) addSection(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	id, key := param(c, "id"), "custom-"+db.NewID()
	return a.change(c, id, key, "", func(k *card.Card) error { return k.AddSection(key, f.get("title")) })
}

// renameSection gives a custom section another title.
func (a *app) renameSection(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	id, key := param(c, "id"), param(c, "key")
	return a.change(c, id, key, "", func(k *card.Card) error { return k.RenameSection(key, f.get("title")) })
}

// moveSection puts a custom section before another one.
func (a *app) moveSection(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	id, key := param(c, "id"), param(c, "key")
	return a.change(c, id, key, "", func(k *card.Card) error { return k.MoveSection(key, f.get("before")) })
}

// deleteSection deletes a custom section and shows the card's first one.
func (a *app) deleteSection(c *fiber.Ctx) error {
	id, key := param(c, "id"), param(c, "key")
	err := rows(c).Edit(c.UserContext(), id, func(k *card.Card) error { return k.RemoveSection(key) })
	if err != nil {
		return err
	}
	return a.goTo(c, "/cards/"+id+"?done=section")
}

// clearSection empties the answers of a section.
func (a *app) clearSection(c *fiber.Ctx) error {
	id, key := param(c, "id"), param(c, "key")
	err := rows(c).Empty(c.UserContext(), id, func(k *card.Card) error { return k.Clear(key, a.Templates.For(k)) })
	return a.changed(c, id, key, "", err)
}

// change edits the card's structure and shows the section that is concerned, without scripts at the question that is.
func (a *app) change(c *fiber.Ctx, id, section, anchor string, fn func(*card.Card) error) error {
	return a.changed(c, id, section, anchor, rows(c).Edit(c.UserContext(), id, fn))
}

// changed shows the section that an edit of the card's structure was about, unless that failed.
func (a *app) changed(c *fiber.Ctx, id, section, anchor string, err error) error {
	if err != nil {
		return err
	}
	if !wantsFragment(c) {
		return a.redirect(c, sectionPath(id, section)+anchor)
	}
	a.pushURL(c, sectionPath(id, section))
	return a.editor(c, fiber.StatusOK, place{card: id, section: section, arrived: param(c, "key") == "", changed: true})
}
