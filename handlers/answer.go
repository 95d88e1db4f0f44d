package handlers

import (
	"html/template"

	"github.com/gofiber/fiber/v2"

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
	sent, err := a.sentAnswer(c)
	if err != nil {
		return err
	}
	id, field, text := param(c, "id"), sent.field, sent.text
	if err := field.CheckAnswer(text); err != nil {
		return err
	}
	if field.Answer = text; wantsFragment(c) && len(text) > besideSection {
		field.Answer = begins(field, besideSection)
	}
	p := answerPage{frame: a.frameFor(c, "Preview – "+field.Label), Key: field.Key, Question: field.Label, Back: sectionPath(id, sent.section) + "#box-" + field.Key}
	p.URL = "/cards/" + id + "/fields/" + field.Key + "/preview"
	if p.HTML, err = format.Answer(field); err != nil {
		return err
	}
	return a.respond(c, fiber.StatusOK, "answer", "shown", p)
}
