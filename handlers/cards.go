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

// deleteCard deletes a card so that it can come back for a moment or, with now=1, erases it at once. On a full disk it is always erased.
func (a *app) deleteCard(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	id, back := param(c, "id"), false
	if f.get("now") == "1" {
		err = rows(c).DeleteCard(c.UserContext(), id)
	} else {
		back, err = rows(c).DiscardCard(c.UserContext(), id)
	}
	if err != nil {
		return err
	}
	if back { // the page says so by itself, with the way back
		return a.goTo(c, "/?deleted=1")
	}
	return a.goTo(c, "/?done=deleted")
}

// undeleteCard brings a deleted card back.
func (a *app) undeleteCard(c *fiber.Ctx) error {
	id := param(c, "id")
	if err := rows(c).RecoverCard(c.UserContext(), id); err != nil {
		return err
	}
	return a.goTo(c, "/cards/"+id+"?done=undeleted")
}

// resetCard sets the card back to its empty template.
func (a *app) resetCard(c *fiber.Ctx) error {
	id := param(c, "id")
	err := rows(c).Empty(c.UserContext(), id, func(k *card.Card) error { k.Reset(a.Templates.For(k)); return nil })
	if err != nil {
		return err
	}
	return a.goTo(c, "/cards/"+id+"?done=emptied")
}
