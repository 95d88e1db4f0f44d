package handlers

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"

	"github.com/gofiber/fiber/v2"

	"cardstock/db"
)

// errPanicked is what a panic is for whoever waits for the reply; the log has the rest.
var errPanicked = errors.New("it panicked")

// catchPanics turns a panic into an error that fail answers with a 500.
func (a *app) catchPanics() fiber.Handler {
	return func(c *fiber.Ctx) (err error) {
		defer func() {
			if what := recover(); what != nil {
				logPanic(a.Log.With("route", routeOf(c)), what)
				err = errPanicked
			}
		}()
		return c.Next()
	}
}

// logPanic logs a panic that was caught. Of its value it tells the type alone, which may hold a visitor's text, unless the runtime made it.
func logPanic(log *slog.Logger, what any) {
	text, stack := fmt.Sprintf("%T", what), debug.Stack()
	var passed *db.Panic
	if err, ok := what.(error); ok && errors.As(err, &passed) {
		what, stack, text = passed.What, passed.Stack, fmt.Sprintf("%T", passed.What)
	}
	if err, ok := what.(runtime.Error); ok {
		text = err.Error()
	}
	log.Error("panic", "what", text, "stack", string(stack))
}
