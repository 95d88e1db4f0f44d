package handlers

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/card/format"
	"cardstock/db"
)

// startPage is the first page: what there is, and how to begin.
type startPage struct {
	frame
	Cards     []db.Summary
	Deleted   []db.Deleted // cards that can still come back
	Just      bool         // one of them was deleted with the request before this one
	Templates []*card.Template
	Formats   []*format.Format
	MaxUpload int64
	Text      string // a pasted card that was not taken in stays in its box
	Problem   string // why an upload was not taken in
}

// FirstGone is when the first of the deleted cards can no longer come back: then the page shows what is left of them.
func (p startPage) FirstGone() time.Time { return p.Deleted[len(p.Deleted)-1].Until }

func (a *app) start(c *fiber.Ctx) error {
	return a.startWith(c, fiber.StatusOK, "", "")
}

// startWith is the start page after an upload or paste that was refused, if problem is not "".
func (a *app) startWith(c *fiber.Ctx, status int, text, problem string) error {
	cards, err := rows(c).Cards(c.UserContext(), a.Templates)
	if err != nil {
		return err
	}
	deleted, err := rows(c).Discarded(c.UserContext(), a.Templates)
	if err != nil {
		return err
	}
	p := startPage{frame: a.frameFor(c, "Cardstock"), Cards: cards, Deleted: deleted, Just: c.Query("deleted") != "", Templates: a.Templates.All(), Formats: format.All(),
		MaxUpload: a.MaxUpload, Text: text, Problem: problem}
	if n, err := strconv.Atoi(c.Query("read")); err == nil && n > 0 && problem == "" {
		p.Done = count(n, "card") + " read from the archive."
	}
	return a.respond(c, status, "start", "start-content", p)
}

// toStart leads from an address that only takes forms, such as one left after a refused upload, to the page with the form.
func (a *app) toStart(c *fiber.Ctx) error { return a.redirect(c, "/") }
