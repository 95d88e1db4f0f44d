package handlers

import (
	"iter"

	"github.com/gofiber/fiber/v2"

	"cardstock/db"
	"cardstock/session"
)

const visitKey = "visit" // in the request's locals

// visit finds out who is visiting before a handler runs and, after it, sends the cookie if there is one to send.
func (a *app) visit(c *fiber.Ctx) error {
	v, err := a.Sessions.Visit(c.UserContext(), a.Sessions.Choose(a.cookies(c)))
	if err != nil {
		return err
	}
	c.Locals(visitKey, v)
	if err := c.Next(); err != nil {
		if err := a.fail(c, err); err != nil {
			return err
		}
	}
	whole := !wantsFragment(c) && c.Method() == fiber.MethodGet && c.Response().StatusCode() == fiber.StatusOK
	if cookie := v.Settle(c.UserContext(), whole); cookie != nil {
		c.Cookie(&fiber.Cookie{Name: cookie.Name, Value: cookie.Value, Path: "/", MaxAge: cookie.MaxAge,
			SessionOnly: cookie.MaxAge == 0, Secure: cookie.Secure, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode})
	}
	return nil
}

// cookies are the values of all cookies of our name, in the order the browser sent them.
func (a *app) cookies(c *fiber.Ctx) iter.Seq[string] {
	return func(yield func(string) bool) {
		for name, value := range c.Request().Header.Cookies() {
			if string(name) == a.Sessions.CookieName() && !yield(string(value)) {
				return
			}
		}
	}
}

// visitOf returns the visit of a request, nil if it failed before the visitor was known.
func visitOf(c *fiber.Ctx) *session.Visit {
	v, _ := c.Locals(visitKey).(*session.Visit)
	return v
}

// rows returns the only rows a handler can reach: those of the visitor's session.
func rows(c *fiber.Ctx) *db.Scope { return visitOf(c).Scope() }
