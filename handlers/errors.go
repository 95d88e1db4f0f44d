package handlers

import (
	"errors"
	"log/slog"

	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/db"
)

// failure is what the error page and the toast show.
type failure struct {
	frame
	Status  int
	Heading string
	Message string
	Again   *again // what was typed, to be sent again
}

// headings name the statuses in plain words.
var headings = map[int]string{
	400: "This request was not understood",
	403: "Refused",
	404: "Not found",
	405: "That cannot be done here",
	408: "That took too long",
	409: "Changed elsewhere",
	413: "Too large",
	422: "This was not taken in",
	429: "Slow down",
	431: "Too much sent along",
	500: "Something went wrong here",
	503: "Not possible right now",
	507: "No room to save",
}

// statuses of the codes of errors.
var statuses = map[card.Code]int{
	card.Invalid:   fiber.StatusUnprocessableEntity,
	card.NotFound:  fiber.StatusNotFound,
	card.Conflict:  fiber.StatusConflict,
	card.TooLarge:  fiber.StatusRequestEntityTooLarge,
	card.Full:      fiber.StatusInsufficientStorage,
	card.OverQuota: fiber.StatusRequestEntityTooLarge,
	card.Forbidden: fiber.StatusForbidden,
	card.Malformed: fiber.StatusBadRequest,

	card.Unavailable: fiber.StatusServiceUnavailable,
}

// fail is where every error becomes a reply: a status, a page or a toast for the visitor, and for the operator a
// log line with the cause if it is our fault. The cause never reaches the page.
func (a *app) fail(c *fiber.Ctx, err error) error {
	status, message := explain(err, a.MaxUpload)
	retryAfter(c, err)
	if status == fiber.StatusRequestEntityTooLarge && c.Path() == "/cards/import" && card.CodeOf(err) != card.OverQuota {
		message += largeArchive
	}
	f := failure{Again: a.again(c, status)}
	if refused(err) {
		message = a.refusal(c, err, wantsFragment(c) || f.Again != nil)
	} else if status >= 500 {
		a.Log.LogAttrs(c.UserContext(), slog.LevelError, "request failed", slog.Int("status", status),
			slog.String("route", routeOf(c)), slog.String("cause", err.Error()))
	}
	setSecureHeaders(c)
	c.Status(status)
	heading := headings[status]
	if heading == "" {
		heading = headings[400]
	}
	if card.CodeOf(err) == card.OverQuota { // not what was sent is too large
		heading = "No room left"
	}
	f.frame, f.Status, f.Heading, f.Message = a.frameFor(c, heading), status, heading, message
	if rerr := a.respond(c, status, "error", "toast", f); rerr != nil {
		a.Log.Error("error page failed", "cause", rerr)
		return c.SendString(heading + ". " + message)
	}
	return nil
}

// explain returns the status and the sentence of an error.
func explain(err error, maxUpload int64) (int, string) {
	var ours *card.Error
	var theirs *fiber.Error
	var many *tooMany
	switch {
	case errors.As(err, &many):
		return many.code(), many.Error()
	case errors.As(err, &ours):
		return statuses[ours.Code], ours.Message
	case errors.Is(err, db.ErrEnded):
		return fiber.StatusNotFound, "This session has ended, so there is nothing left to change. What you typed is still on this page: copy what you need, then start anew."
	case errors.As(err, &theirs):
		return theirs.Code, fiberMessage(theirs.Code, maxUpload)
	}
	return fiber.StatusInternalServerError, "Nothing was changed. Try again; if it goes on, tell whoever runs this server."
}

func fiberMessage(status int, maxUpload int64) string {
	switch status {
	case fiber.StatusNotFound:
		return "There is nothing at this address."
	case fiber.StatusMethodNotAllowed:
		return "This address does not do that."
	case fiber.StatusRequestEntityTooLarge:
		return tooLarge(maxUpload).Message
	case fiber.StatusRequestHeaderFieldsTooLarge:
		return "The browser sent more headers or cookies than this server reads. Clear the cookies of this site and try again."
	case fiber.StatusRequestTimeout:
		return "The request did not arrive in time. Try again."
	}
	return "The request was malformed. Go back and try again."
}

// largeArchive is how what the archive of all cards holds is opened when it is too large for one request. A card alone never is.
const largeArchive = " An archive of all your cards that is larger is opened card by card: unpack it, and open the files in its folder “cards”."

func tooLarge(maxUpload int64) *card.Error {
	return card.Errorf(card.TooLarge, "This is more than %s, the most this server takes at once. Nothing was changed.", size(maxUpload))
}
