package handlers

import (
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/card/format"
	"cardstock/limit"
)

// mostNamed is how many other cards of a file are named at once; the page that reads it again has all.
const mostNamed = 12

// others are the ways to read a file that are not the one by which it was read.
func others(r *format.Result) []format.Choice {
	return slices.DeleteFunc(slices.Clone(r.Choices), func(c format.Choice) bool { return c.Name == r.As })
}

// readAgain fills in what else an upload can be read as: the other cards in it by their names, all else behind a link.
func (n *notice) readAgain(id, file string) {
	all := others(n.Result)
	if len(all) == 0 {
		return
	}
	n.Again = "/cards/" + id + "/import?file=" + file
	for _, c := range all {
		switch {
		case c.Part == "":
		case len(n.Others) == mostNamed:
			n.More = true
		default:
			n.Others = append(n.Others, link{Path: n.Again + "&as=" + url.QueryEscape(c.Name), Title: c.Part})
		}
	}
}

// nothing reports whether an import would leave the card as it is.
func nothing(m card.Merged) bool {
	return m.Filled+m.Added+m.Replaced+m.Questions+m.Attached+m.Detached == 0 && !m.Retitled
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
