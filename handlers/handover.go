package handlers

import (
	"errors"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/db"
	"cardstock/limit"
	"cardstock/session"
)

// handoverPage shows a code with which another browser takes the visitor's cards over.
type handoverPage struct {
	frame
	Usage   db.Usage
	Code    string
	Until   time.Time
	Life    time.Duration
	Address string // where to type it, for people to type
}

// handOver makes a code. It is shown in this reply and nowhere else; a link or an address never holds it.
func (a *app) handOver(c *fiber.Ctx) error {
	v := visitOf(c)
	if !v.Exists() {
		return card.Errorf(card.Invalid, "There is nothing to hand over: no card was started in this browser.")
	}
	code, until, err := v.HandOver(c.UserContext())
	if err != nil {
		return err
	}
	u, err := rows(c).Usage(c.UserContext())
	if err != nil {
		return err
	}
	p := handoverPage{frame: a.frameFor(c, "Go on in another browser"), Usage: u, Code: code, Until: until,
		Life: session.CodeLife, Address: a.spoken(c, "/session/arrival")}
	return a.respond(c, fiber.StatusOK, "handover", "handover-content", p)
}

// spoken is an address of ours as people tell it to each other.
func (a *app) spoken(c *fiber.Ctx, path string) string {
	base := c.BaseURL()
	if a.PublicURL != nil {
		base = a.PublicURL.Scheme + "://" + a.PublicURL.Host
	}
	return strings.TrimPrefix(strings.TrimPrefix(base, "https://"), "http://") + a.url(path)
}

// toSession leads from the address of a code, which is shown only once, to the page with the button.
func (a *app) toSession(c *fiber.Ctx) error { return a.redirect(c, "/session") }

// arrivalPage asks for a code or, once that is known, says what it would do and asks again.
type arrivalPage struct {
	frame
	Code    string     // as typed, in this very form
	Problem string     // why nothing came of it
	Coming  *db.Coming // what the code brings; nil while there is no code
	Own     []db.Summary
	Seen    string // the state of Own, so that nothing is erased that was not shown
}

func (a *app) showArrival(c *fiber.Ctx) error {
	return a.respond(c, fiber.StatusOK, "arrival", "arrival-content", arrivalPage{frame: a.frameFor(c, "Take over from another browser")})
}

// noCode is said of every code that leads nowhere: which ones once did is nobody's business.
const noCode = "This code does not work. Codes can be used once and for 10 minutes; compare it with the other browser, or make a new one there."

// arrive shows what the typed code brings and, once that was agreed to, brings it here.
func (a *app) arrive(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	if err := a.may(a.who(c), limit.Codes, 0); err != nil { // too many wrong ones
		return err
	}
	v := visitOf(c)
	if f.get("confirm") != "1" {
		return a.showComing(c, fiber.StatusOK, f.get("code"), "")
	}
	had := v.Exists()
	err = v.Arrive(c.UserContext(), f.get("code"), f.get("seen"))
	if errors.Is(err, db.ErrUnseen) {
		return a.showComing(c, fiber.StatusConflict, f.get("code"), "The cards in this browser have changed since you were shown them. Nothing was erased; look again.")
	}
	if err != nil {
		return a.refuseCode(c, f.get("code"), err)
	}
	if had { // drafts of the cards that were erased
		c.Set("Clear-Site-Data", `"cache", "storage"`)
	}
	return a.goTo(c, "/?done=arrived")
}

// showComing names what the code would bring and what would become of this browser's own cards. Nothing has changed yet.
func (a *app) showComing(c *fiber.Ctx, status int, code, problem string) error {
	coming, err := visitOf(c).Coming(c.UserContext(), code, a.Templates)
	if err != nil {
		return a.refuseCode(c, code, err)
	}
	p := arrivalPage{frame: a.frameFor(c, "Take over from another browser"), Code: code, Problem: problem, Coming: coming}
	// The state first: what changes between the two reads is then asked about again.
	if p.Seen, err = rows(c).State(c.UserContext()); err != nil {
		return err
	}
	if p.Own, err = rows(c).Cards(c.UserContext(), a.Templates); err != nil {
		return err
	}
	return a.respond(c, status, "arrival", "arrival-content", p)
}

// refuseCode shows the form again with what was typed and why it did not do. Other errors it returns.
func (a *app) refuseCode(c *fiber.Ctx, code string, err error) error {
	p := arrivalPage{frame: a.frameFor(c, "Take over from another browser"), Code: code}
	if len(code) > 200 {
		p.Code = ""
	}
	switch {
	case errors.Is(err, db.ErrNoCode):
		p.Problem = noCode
		if err := a.spend(c, limit.Codes); err != nil {
			return err
		}
	case errors.Is(err, db.ErrOwnCode):
		p.Problem = "This is the browser that the code was made in, and the cards are already here. Type it in the other one."
	default:
		return err
	}
	return a.respond(c, fiber.StatusUnprocessableEntity, "arrival", "arrival-content", p)
}

// kinds writes how many cards of each kind there are: 2 model cards and 1 datasheet.
func kinds(cards []db.Summary) string {
	n := map[card.Kind]int{}
	for _, s := range cards {
		n[s.Kind]++
	}
	var parts []string
	for _, k := range []struct {
		kind card.Kind
		noun string
	}{{card.Model, "model card"}, {card.Datasheet, "datasheet"}} {
		if n[k.kind] > 0 {
			parts = append(parts, count(n[k.kind], k.noun))
		}
	}
	if len(parts) == 0 {
		return "no cards"
	}
	return strings.Join(parts, " and ")
}
