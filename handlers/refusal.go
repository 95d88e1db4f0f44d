package handlers

import (
	"log/slog"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"cardstock/card"
)

// What happens while the disk is full, or the database is locked or cannot be written to: nothing is saved, and nothing that was
// typed may be lost for it.

// refused reports whether nothing was saved because the server could not, whatever the visitor did.
func refused(err error) bool {
	code := card.CodeOf(err)
	return code == card.Full || code == card.Unavailable
}

// writes reports whether a request is to change something.
func writes(c *fiber.Ctx) bool {
	return c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead
}

// refusal logs the cause and says what it means for the visitor. kept: what they typed is still in front of them.
func (a *app) refusal(c *fiber.Ctx, err error, kept bool) string {
	status, why := explain(err, a.MaxUpload)
	a.struggle(c, status, err)
	c.Set(fiber.HeaderRetryAfter, "5")
	switch {
	case !writes(c):
		return why + " Nothing is lost; try again in a minute."
	case kept:
		return why + " Nothing was saved, and your text is still here; try again in a minute."
	}
	return why + " Nothing was saved or changed; try again in a minute."
}

// keep answers a save that the server could not do: without scripts with the section and all that was typed in it. With
// them the page is still there.
func (a *app) keep(c *fiber.Ctx, err error, at place) error {
	if !refused(err) || wantsFragment(c) {
		return err
	}
	status, _ := explain(err, a.MaxUpload)
	at.refused = a.refusal(c, err, true)
	return a.editor(c, status, at)
}

// keepText is keep for a pasted card: show shows its page again.
func (a *app) keepText(c *fiber.Ctx, err error, f *form, show func(status int, message string) error) error {
	if !refused(err) || wantsFragment(c) {
		return err
	}
	status, _ := explain(err, a.MaxUpload)
	return show(status, a.refusal(c, err, f.file == nil))
}

// trouble keeps the log readable while every save fails for the same reason: it is said at once, then once a minute, and
// when it is over.
type trouble struct {
	mu     sync.Mutex
	last   time.Time // when it was last said
	unsaid int       // requests since then
	lasts  bool
}

func (a *app) struggle(c *fiber.Ctx, status int, err error) {
	t, now := &a.trouble, a.DB.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	if now.Sub(t.last) < time.Minute {
		t.unsaid++
		return
	}
	a.Log.LogAttrs(c.UserContext(), slog.LevelError, "nothing can be saved; this is said once a minute while it lasts", slog.Int("status", status),
		slog.String("route", routeOf(c)), slog.String("cause", err.Error()), slog.Int("more", t.unsaid))
	t.last, t.unsaid, t.lasts = now, 0, true
}

// over notes that something was saved.
func (a *app) over(c *fiber.Ctx) {
	t := &a.trouble
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.lasts {
		a.Log.LogAttrs(c.UserContext(), slog.LevelInfo, "saving works again", slog.Int("more", t.unsaid))
		t.lasts, t.unsaid = false, 0
	}
}
