package handlers

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/db"
)

// useDatasheets says which datasheets a model card uses: those that are ticked in the form.
func (a *app) useDatasheets(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	id := param(c, "id")
	back := "/cards/" + id
	if section := f.get("section"); section != "" {
		if _, _, err := rows(c).Page(c.UserContext(), a.Templates, id, section); err != nil {
			return err
		}
		back = sectionPath(id, section)
	}
	if err := rows(c).UseDatasheets(c.UserContext(), id, f.all("datasheet")); err != nil {
		return err
	}
	return a.goTo(c, back+"?done=linked")
}

// nameDatasheets gives a card that becomes a page the names of the datasheets it uses.
func (a *app) nameDatasheets(ctx context.Context, s *db.Scope, k *card.Card) error {
	if k.Kind != card.Model {
		return nil
	}
	o, err := s.Outline(ctx, a.Templates, k.ID)
	if err != nil {
		return err
	}
	for _, l := range o.Linked() {
		k.Datasheets = append(k.Datasheets, l.Name)
	}
	return nil
}
