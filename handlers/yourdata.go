package handlers

import (
	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/db"
)

// sessionPage says what is kept about the visitor, and until when.
type sessionPage struct {
	frame
	Usage     db.Usage
	MaxUpload int64
	// Large says that the archive may be larger than an upload: a picture is in it up to three times.
	Large bool
}

func (a *app) showSession(c *fiber.Ctx) error {
	u, err := rows(c).Usage(c.UserContext())
	if err != nil {
		return err
	}
	p := sessionPage{frame: a.frameFor(c, "Your data"), Usage: u, MaxUpload: a.MaxUpload, Large: u.Bytes > a.MaxUpload/3}
	return a.respond(c, fiber.StatusOK, "session", "session-content", p)
}

// shareSession says whether others use this computer too: then the cookie ends with the browser, the session after 12 hours.
func (a *app) shareSession(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	shared := f.get("shared")
	if shared != "0" && shared != "1" {
		return card.Errorf(card.Invalid, "Say shared=1 for a shared computer, shared=0 for your own.")
	}
	if err := visitOf(c).SetShared(c.UserContext(), shared == "1"); err != nil {
		return err
	}
	if shared == "1" {
		return a.goTo(c, "/?done=shared")
	}
	return a.goTo(c, "/?done=own")
}

// eraseSession erases at once: all cards of one kind, or everything with the session itself.
func (a *app) eraseSession(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	if f.has("kind") {
		return a.eraseKind(c, card.Kind(f.get("kind")))
	}
	v := visitOf(c)
	shared := v.Shared()
	if err := v.End(c.UserContext()); err != nil {
		return err
	}
	if shared { // the next person at this computer should not get 30 days
		if err := v.SetShared(c.UserContext(), true); err != nil && !refused(err) { // on a full disk it is erased all the same
			return err
		}
	}
	c.Set("Clear-Site-Data", `"cache", "storage"`)
	return a.goTo(c, "/?done=erased")
}

func (a *app) eraseKind(c *fiber.Ctx, kind card.Kind) error {
	if !kind.Valid() {
		return card.Errorf(card.Invalid, "Say kind=model or kind=datasheet, or no kind to erase everything.")
	}
	if visitOf(c).Exists() {
		if _, err := rows(c).DeleteCards(c.UserContext(), kind); err != nil {
			return err
		}
	}
	return a.goTo(c, "/session?done=kind")
}
