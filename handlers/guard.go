package handlers

import (
	"net/http"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"cardstock/card"
)

// policy lets a page load only what this server serves, and nothing in it run but our scripts.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// exportPolicy is for files made from a visitor's answers: nothing in them runs or loads, not even from us.
const exportPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"

// secureHeaders puts on every reply what a browser must know to keep it safe. same-origin, not no-referrer: with
// that a form would post "Origin: null" and look like one from another site.
func (a *app) secureHeaders(c *fiber.Ctx) error {
	setSecureHeaders(c)
	return c.Next()
}

func setSecureHeaders(c *fiber.Ctx) {
	c.Set("Content-Security-Policy", policy)
	c.Set("X-Content-Type-Options", "nosniff")
	c.Set("X-Frame-Options", "DENY")
	c.Set("Referrer-Policy", "same-origin")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	c.Set("Cache-Control", "private, no-store")
	c.Set("Vary", "HX-Request, Accept-Encoding")
}

var crossOrigin = http.NewCrossOriginProtection()

// refuseCrossSite refuses a write that another site made the browser send: by Sec-Fetch-Site or, where a browser
// does not send it (plain http), by Origin against the address we are known by. Neither header: not a browser.
func (a *app) refuseCrossSite(c *fiber.Ctx) error {
	host := string(c.Context().Host())
	if a.PublicURL != nil {
		host = a.PublicURL.Host
	}
	header := http.Header{}
	for _, name := range []string{"Sec-Fetch-Site", "Origin"} {
		if v := c.Get(name); v != "" {
			header.Set(name, v)
		}
	}
	r := &http.Request{Method: c.Method(), Host: host, Header: header, URL: &url.URL{Path: c.Path()}}
	if err := crossOrigin.Check(r); err != nil {
		return &card.Error{Code: card.Forbidden, Message: "This request came from another site, so nothing was changed. Open the page itself and try again.", Err: err}
	}
	return c.Next()
}
