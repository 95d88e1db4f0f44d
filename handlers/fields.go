package handlers

import (
	"maps"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/db"
)

// savedReply is the answer to an autosave: what changes on the page and nothing else.
type savedReply struct {
	Key      string
	RevToken string
	SavedAt  time.Time
	Problem  string
	Conflict *conflict
	Both     bool // as a fieldView has it; an autosave never says so
	Fresh    bool // likewise
	OOB      bool
	Section  progressView
	Total    progressView
	Found    *foundView
	Name     *nameView // of the card, if this answer names it
}

// showField is one question with what is stored: as a fragment, or the section it is in.
func (a *app) showField(c *fiber.Ctx) error {
	id, key := param(c, "id"), param(c, "key")
	field, section, err := rows(c).Field(c.UserContext(), id, key)
	if err != nil {
		return err
	}
	if !wantsFragment(c) {
		return a.redirect(c, sectionPath(id, section)+"#field-"+key)
	}
	o, err := rows(c).Outline(c.UserContext(), a.Templates, id)
	if err != nil {
		return err
	}
	t := a.Templates.For(&card.Card{Template: o.Template, Kind: o.Kind})
	return c.Render("field", a.fieldView(id, section, *field, t.Field(key), nil, false))
}

// A sentAnswer is a request that brings the text of one answer.
type sentAnswer struct {
	form    *form
	field   *card.Field // as it is stored
	section string
	text    string
}

var errNoAnswer error = card.Errorf(card.Invalid, "The answer itself is missing in this request, so nothing was changed.")

func (a *app) sentAnswer(c *fiber.Ctx) (s sentAnswer, err error) {
	if s.form, err = readForm(c); err != nil {
		return s, err
	}
	if s.field, s.section, err = rows(c).Field(c.UserContext(), param(c, "id"), param(c, "key")); err != nil {
		return s, err
	}
	var ok bool
	if s.text, ok, err = s.form.answer(s.field); err == nil && !ok {
		err = errNoAnswer
	}
	return s, err
}

// saveField saves one answer, as the page does by itself while typing pauses.
func (a *app) saveField(c *fiber.Ctx) error {
	sent, err := a.sentAnswer(c)
	if unreadable := card.CodeOf(err) == card.Invalid && err != errNoAnswer; unreadable && sent.field != nil && wantsFragment(c) { // said at its box
		answer := db.Answer{Key: sent.field.Key, Rev: sent.form.rev(sent.field.Key)}
		return a.fieldSaved(c, param(c, "id"), sent.section, answer, db.Outcome{}, err)
	}
	if err != nil {
		return err
	}
	id, key, f := param(c, "id"), sent.field.Key, sent.form
	answer := db.Answer{Key: key, Text: sent.text, Rev: f.rev(key)}
	if f.has("artefact") {
		return a.takeProposal(c, id, sent.section, f.get("artefact"), answer)
	}
	answers := []db.Answer{answer}
	outcomes, err := a.saveSent(c, id, f, answers)
	answer = answers[0]
	return a.fieldSaved(c, id, sent.section, answer, outcomes[key], err)
}

// saveSent saves answers over what the page that sends them had sent before, and gives those the revision over which they were saved. An
// answer that was taken back to what the page began with is over it, too: else it would pass for one that nobody touched.
func (a *app) saveSent(c *fiber.Ctx, id string, f *form, answers []db.Answer) (map[string]db.Outcome, error) {
	outcomes, err := rows(c).SaveAnswers(c.UserContext(), id, answers)
	conflict := card.CodeOf(err) == card.Conflict
	if err != nil && !conflict {
		return outcomes, err
	}
	var over []db.Answer
	for i := range answers {
		o := outcomes[answers[i].Key]
		passedOver := o.Edit == card.Conflicted || o.Edit == card.Unchanged && o.Field.Answer != answers[i].Text
		if passedOver && f.sentBefore(&o.Field) {
			answers[i].Rev = card.RevOf(o.Field.Rev, o.Field.Answer)
			over = append(over, answers[i])
		}
	}
	if len(over) == 0 {
		return outcomes, err
	}
	if conflict { // then nothing is written yet
		over = answers
	}
	again, err := rows(c).SaveAnswers(c.UserContext(), id, over)
	maps.Copy(outcomes, again)
	return outcomes, err
}

// mostSent is how many texts of one answer are looked at; our page names five.
const mostSent = 8

// sentBefore reports whether what is stored came from the page that sends this form: it names in sent.KEY what it sent before and had
// no reply to, the latest last. A reply that got lost would else be a conflict with oneself.
func (f *form) sentBefore(stored *card.Field) bool {
	texts := f.all("sent." + stored.Key)
	return slices.ContainsFunc(texts[max(0, len(texts)-mostSent):], func(text string) bool {
		if stored.Kind == card.Table {
			earlier := card.Field{Kind: card.Table, Columns: stored.Columns, Answer: text}
			text = card.TableAnswer(earlier.ParseRows())
		}
		return stored.Canonical(text) == stored.Answer
	})
}

// fieldSaved answers an autosave. A conflict and an invalid answer are shown at the box, with what was typed still in it.
func (a *app) fieldSaved(c *fiber.Ctx, id, section string, answer db.Answer, o db.Outcome, err error) error {
	reply := savedReply{Key: answer.Key, RevToken: answer.Rev.String(), OOB: true}
	over := typed{Text: answer.Text, Rev: answer.Rev.String()}
	status := fiber.StatusOK
	switch card.CodeOf(err) {
	case card.Conflict:
		status, reply.Conflict = fiber.StatusConflict, newConflict(o.Field, answer.Text)
		reply.Conflict.URL = a.url("/cards/" + id + "/fields/" + answer.Key)
		over.Conflict = reply.Conflict
	case card.Invalid:
		status, reply.Problem = fiber.StatusUnprocessableEntity, err.Error()
		over.Problem = reply.Problem
	default:
		if err != nil {
			return a.keep(c, err, place{card: id, section: section, over: map[string]typed{answer.Key: over}})
		}
	}
	if !wantsFragment(c) && status == fiber.StatusOK {
		return a.redirect(c, sectionPath(id, section)+"#field-"+answer.Key)
	}
	if !wantsFragment(c) {
		return a.editor(c, status, place{card: id, section: section, over: map[string]typed{answer.Key: over}})
	}
	if o.Edit != card.Unchanged && status == fiber.StatusOK {
		reply.RevToken = card.RevOf(o.Field.Rev, o.Field.Answer).String()
	}
	reply.SavedAt = o.Field.SavedAt
	of, whole, err := rows(c).Progress(c.UserContext(), id, section)
	if err != nil {
		return err
	}
	reply.Section, reply.Total = progressView{Key: section, Of: of, OOB: true}, progressView{Of: whole, OOB: true}
	if reply.Total.Found, reply.Found, err = a.found(c, id, section); err != nil {
		return err
	}
	reply.Found.OOB = true
	if status == fiber.StatusOK {
		if reply.Name, err = a.renamed(c, id, answer.Key); err != nil {
			return err
		}
	}
	c.Status(status)
	return c.Render("saved", reply)
}

// nameView is the card's name where it is swapped by itself.
type nameView struct {
	Name string
	OOB  bool
}

// renamed returns the name of the card if the answer with the key may have changed it.
func (a *app) renamed(c *fiber.Ctx, id, key string) (*nameView, error) {
	if !slices.Contains(a.Templates.NameKeys(), key) {
		return nil, nil
	}
	o, err := rows(c).Outline(c.UserContext(), a.Templates, id)
	if err != nil {
		return nil, err
	}
	return &nameView{o.Name, true}, nil
}

// addField adds a custom question at the end of a section.
func (a *app) addField(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	id, section := param(c, "id"), param(c, "key")
	key := "custom." + db.NewID()
	return a.change(c, id, section, "#field-"+key, func(k *card.Card) error { return k.AddField(section, key, f.get("question")) })
}

// renameField gives a custom question another wording.
func (a *app) renameField(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	return a.changeField(c, func(k *card.Card, key string) error { return k.RenameField(key, f.get("question")) })
}

// moveField puts a custom question before another one of its section.
func (a *app) moveField(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	return a.changeField(c, func(k *card.Card, key string) error { return k.MoveField(key, f.get("before")) })
}

// deleteField deletes a custom question with its answer.
func (a *app) deleteField(c *fiber.Ctx) error {
	return a.changeField(c, func(k *card.Card, key string) error { return k.RemoveField(key) })
}

// changeField edits a custom field of the card and shows the section it is in.
func (a *app) changeField(c *fiber.Ctx, fn func(k *card.Card, key string) error) error {
	id, key := param(c, "id"), param(c, "key")
	_, section, err := rows(c).Field(c.UserContext(), id, key)
	if err != nil {
		return err
	}
	return a.change(c, id, section, "#field-"+key, func(k *card.Card) error { return fn(k, key) })
}
