package handlers

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"cardstock/card/format"
	"cardstock/limit"
)

// others are the ways to read a file that are not the one by which it was read.
func others(r *format.Result) []format.Choice {
	return slices.DeleteFunc(slices.Clone(r.Choices), func(c format.Choice) bool { return c.Name == r.As })
}

// importHeld makes a card of its own of a file that another card has, read as its visitor says.
func (a *app) importHeld(c *fiber.Ctx, f *form) error {
	if err := a.spend(c, limit.Cards); err != nil {
		return err
	}
	_, upload, result, err := a.stored(c, f.get("card"), f.get("held"), f.get("as"))
	if err != nil {
		return err
	}
	upload.From = "" // it stays with the card that it is taken from
	id, err := rows(c).CreateCard(c.UserContext(), result.Card, upload)
	if err != nil {
		return err
	}
	return a.goTo(c, "/cards/"+id+"?imported=1")
}
