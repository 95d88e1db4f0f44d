package handlers

import (
	"github.com/gofiber/fiber/v2"

	"cardstock/card/format"
)

// health says that the process is alive.
func (a *app) health(c *fiber.Ctx) error { return c.SendString("alive\n") }

// ready says whether the database takes writes, and how the session store is. A Redis that is away does not make the
// server unready: the session's row serves.
func (a *app) ready(c *fiber.Ctx) error {
	store := "sessions: " + a.Sessions.State(c.UserContext()) + "\n"
	if err := a.DB.Ready(c.UserContext()); err != nil {
		a.struggle(c, fiber.StatusServiceUnavailable, err)
		return c.Status(fiber.StatusServiceUnavailable).SendString("not ready: the database takes no writes\n" + store)
	}
	a.over(c)
	return c.SendString("ready\n" + store)
}

// schema serves the JSON Schema of our lossless JSON.
func (a *app) schema(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, "application/schema+json; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "public, max-age=3600")
	return c.Send(format.Schema())
}
