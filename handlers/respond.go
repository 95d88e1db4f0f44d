package handlers

import (
	"net/url"

	"github.com/gofiber/fiber/v2"
)

// wantsFragment reports whether htmx asks for a piece to swap in. A boosted link and a
// step back in history want a whole page.
func wantsFragment(c *fiber.Ctx) bool {
	return c.Get("HX-Request") == "true" && c.Get("HX-Boosted") != "true" && c.Get("HX-History-Restore-Request") != "true"
}

// respond renders the page, or for htmx the fragment, both from the same data.
func (a *app) respond(c *fiber.Ctx, status int, page, fragment string, data any) error {
	name := page
	if wantsFragment(c) {
		if name = fragment; name == "toast" {
			atToasts(c)
		}
	}
	c.Status(status)
	return c.Render(name, data)
}

// atToasts makes htmx show what is said where toasts are, whatever the request was to swap: never in the place of a form that holds words.
func atToasts(c *fiber.Ctx) {
	c.Set("HX-Retarget", "#toasts")
	c.Set("HX-Reswap", "innerHTML")
	c.Set("HX-Reselect", "unset")
}

// goTo sends the browser to another page after a write. htmx cannot see a redirect, so it is told in a header.
func (a *app) goTo(c *fiber.Ctx, path string) error {
	if wantsFragment(c) {
		c.Set("HX-Redirect", a.url(path))
		return c.SendStatus(fiber.StatusNoContent)
	}
	return a.redirect(c, path)
}

// redirect answers a plain request with 303.
func (a *app) redirect(c *fiber.Ctx, path string) error {
	return c.Redirect(a.url(path), fiber.StatusSeeOther)
}

// pushURL makes htmx show another address for what is swapped in.
func (a *app) pushURL(c *fiber.Ctx, path string) { c.Set("HX-Push-Url", a.url(path)) }

// showTop makes htmx scroll up to what it swaps in.
func showTop(c *fiber.Ctx) { c.Set("HX-Reswap", "outerHTML show:window:top") }

// url is an address of ours as the browser must write it: every one in views and headers is made here.
func (a *app) url(path string) string { return a.prefix + path }

// param returns a part of the path, decoded.
func param(c *fiber.Ctx, name string) string {
	if s, err := url.PathUnescape(c.Params(name)); err == nil {
		return s
	}
	return c.Params(name)
}
