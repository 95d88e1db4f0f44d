package handlers

import (
	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/db"
	"cardstock/limit"
)

// predecessorView says on a page what card this one is the next version of.
type predecessorView struct {
	db.Predecessor
	Changes []changeView
}

// changeView is one question that differs.
type changeView struct{ Path, Label, How string }

// copyCard duplicates a card or, with as=version, begins its next version.
func (a *app) copyCard(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	as := f.get("as")
	if as != "" && as != "copy" && as != "version" {
		return card.Errorf(card.Invalid, "Say as=copy for a duplicate, as=version for the next version.")
	}
	if err := a.spend(c, limit.Cards); err != nil {
		return err
	}
	id, err := rows(c).Copy(c.UserContext(), param(c, "id"), as == "version", func(k *card.Card) {
		if as == "version" {
			k.NextVersion(a.Templates.For(k))
		} else {
			k.RetitleCopy(a.Templates.DisplayName(k))
		}
	})
	if err != nil {
		return err
	}
	if as == "version" {
		return a.goTo(c, "/cards/"+id+"?done=version")
	}
	return a.goTo(c, "/cards/"+id+"?done=copied")
}

// changes lists what is different from the card this one is the next version of; nothing if that one is gone.
func (a *app) changes(c *fiber.Ctx, k *card.Card, p *predecessorView) error {
	if p == nil || p.Gone {
		return nil
	}
	was, err := rows(c).Card(c.UserContext(), p.ID)
	if err != nil {
		if card.CodeOf(err) != card.NotFound {
			return err
		}
		p.Gone = true // since the page was begun
		return nil
	}
	for _, change := range k.ChangesSince(was) {
		id := k.ID
		if change.How == card.FieldGone {
			id = p.ID // only there it can be read
		}
		p.Changes = append(p.Changes, changeView{sectionPath(id, change.Section) + "#field-" + change.Key, change.Label, change.How})
	}
	return nil
}
