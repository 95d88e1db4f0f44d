package handlers

import (
	"html/template"

	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/card/format"
)

// answerPage is one answer as readers will see it.
type answerPage struct {
	frame
	Key, Question string
	URL           string // asks for it again
	Back          string // where the question is
	HTML          template.HTML
}

// previewAnswer shows an answer that is being written as readers will see it. Nothing is stored.
func (a *app) previewAnswer(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	id, key := param(c, "id"), param(c, "key")
	field, section, err := rows(c).Field(c.UserContext(), id, key)
	if err != nil {
		return err
	}
	text, ok, err := f.answer(field)
	if err != nil {
		return err
	}
	if !ok {
		return card.Errorf(card.Invalid, "The answer itself is missing in this request, so there is nothing to show.")
	}
	if err := field.CheckAnswer(text); err != nil {
		return err
	}
	if field.Answer = text; wantsFragment(c) && len(text) > besideSection {
		field.Answer = begins(field, besideSection)
	}
	p := answerPage{frame: a.frameFor(c, "Preview – "+field.Label), Key: key, Question: field.Label, Back: sectionPath(id, section) + "#box-" + key}
	p.URL = "/cards/" + id + "/fields/" + key + "/preview"
	if p.HTML, err = format.Answer(field); err != nil {
		return err
	}
	return a.respond(c, fiber.StatusOK, "answer", "shown", p)
}
