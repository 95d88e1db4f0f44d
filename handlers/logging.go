package handlers

import (
	"log/slog"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// logRequests writes one line for each request: the route, not the address, so that neither a
// card's id nor a query string gets into a log.
func (a *app) logRequests(c *fiber.Ctx) error {
	begin := time.Now()
	err := c.Next()
	if err != nil { // settled here, so that the line has the status the browser sees
		if err := a.fail(c, err); err != nil {
			return err
		}
	}
	if status := c.Response().StatusCode(); status < 400 && writes(c) {
		a.over(c)
	}
	took := time.Since(begin)
	a.observe(c, routeOf(c), took)
	level := slog.LevelInfo
	if quiet[routeOf(c)] {
		level = slog.LevelDebug
	}
	a.Log.LogAttrs(c.UserContext(), level, "request",
		slog.String("method", c.Method()), slog.String("route", routeOf(c)), slog.Int("status", c.Response().StatusCode()),
		slog.Int("bytes", lengthOf(c.Response())), slog.Float64("ms", float64(took.Microseconds())/1000),
		slog.Bool("htmx", c.Get("HX-Request") == "true"))
	return nil
}

// lengthOf is how many bytes the body of a reply has, or -1 for one that is made while it is sent. Body would make it now, all of it.
func lengthOf(r *fasthttp.Response) int {
	if r.IsBodyStream() {
		return r.Header.ContentLength()
	}
	return len(r.Body())
}

// failEarly answers what is refused before there is a route: a body that is too large, headers without end.
func (a *app) failEarly(c *fiber.Ctx, err error) error {
	err = a.fail(c, err)
	a.observe(c, "none", 0)
	return err
}

func (a *app) observe(c *fiber.Ctx, route string, took time.Duration) {
	if a.Observe != nil {
		a.Observe(methodOf(c), route, c.Response().StatusCode(), took)
	}
}

// methodOf returns the method if it is one that some route has.
func methodOf(c *fiber.Ctx) string {
	switch m := c.Method(); m {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodPost, fiber.MethodPut, fiber.MethodDelete:
		return m
	}
	return "other"
}

// quiet routes are logged at level debug: a probe asks for them every few seconds.
var quiet = map[string]bool{"/healthz": true, "/readyz": true, "/static/:file": true}

// routeOf returns the pattern that matched.
func routeOf(c *fiber.Ctx) string {
	if r := c.Route(); r != nil && r.Path != "" && r.Path != "/" {
		return r.Path
	}
	if c.Path() == "/" {
		return "/"
	}
	return "none"
}
