package handlers

import (
	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/limit"
)

// createCard starts a card from a template.
func (a *app) createCard(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	t := a.Templates.Get(f.get("template"))
	if t == nil {
		return card.Errorf(card.Invalid, "There is no such template. Choose one on the start page.")
	}
	if err := a.spend(c, limit.Cards); err != nil {
		return err
	}
	id, err := rows(c).CreateCard(c.UserContext(), t.New(), nil)
	if err != nil {
		return err
	}
	return a.goTo(c, "/cards/"+id)
}

// showCard is the editor at the card's first section.
func (a *app) showCard(c *fiber.Ctx) error {
	return a.editor(c, fiber.StatusOK, place{card: param(c, "id"), arrived: true})
}

// renameCard gives the card a title; an empty one lets the answer to the naming question name it.
func (a *app) renameCard(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	if !f.has("title") {
		return card.Errorf(card.Invalid, "A title is missing in this form.")
	}
	title, err := card.CheckTitle(f.get("title"))
	if err != nil {
		return err
	}
	id := param(c, "id")
	err = rows(c).Edit(c.UserContext(), id, func(k *card.Card) error { k.Title = title; return nil })
	if err != nil {
		return err
	}
	if !wantsFragment(c) {
		return a.redirect(c, "/cards/"+id)
	}
	o, err := rows(c).Outline(c.UserContext(), a.Templates, id)
	if err != nil {
		return err
	}
	return c.Render("card-name", head(o))
}

// deleteCard erases a card and all that belongs to it.
func (a *app) deleteCard(c *fiber.Ctx) error {
	if err := rows(c).DeleteCard(c.UserContext(), param(c, "id")); err != nil {
		return err
	}
	return a.goTo(c, "/?done=deleted")
}

// resetCard sets the card back to its empty template.
func (a *app) resetCard(c *fiber.Ctx) error {
	id := param(c, "id")
	err := rows(c).Edit(c.UserContext(), id, func(k *card.Card) error { k.Reset(a.Templates.For(k)); return nil })
	if err != nil {
		return err
	}
	return a.goTo(c, "/cards/"+id+"?done=emptied")
}
