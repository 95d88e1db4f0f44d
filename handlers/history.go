package handlers

import (
	"github.com/gofiber/fiber/v2"

	"cardstock/db"
)

// historyPage lists what answers of a card were before.
type historyPage struct {
	frame
	Revisions []db.Revision
}

func (a *app) history(c *fiber.Ctx) error {
	id := param(c, "id")
	revisions, err := rows(c).Revisions(c.UserContext(), id)
	if err != nil {
		return err
	}
	o, err := rows(c).Outline(c.UserContext(), a.Templates, id)
	if err != nil {
		return err
	}
	p := historyPage{frame: a.frameFor(c, "Earlier answers – "+o.Name), Revisions: revisions}
	p.frame.Card = head(o)
	return a.respond(c, fiber.StatusOK, "history", "history-content", p)
}

// restore gives an answer back what it was, and shows it.
func (a *app) restore(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	id := param(c, "id")
	section, err := rows(c).Restore(c.UserContext(), id, f.get("revision"))
	if err != nil {
		return err
	}
	return a.goTo(c, sectionPath(id, section)+"?done=restored")
}
