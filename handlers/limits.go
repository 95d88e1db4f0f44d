package handlers

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"cardstock/limit"
)

// tooMany is what a visitor gets who does too much in a short time, or comes while others do.
type tooMany struct {
	what   string
	wait   time.Duration
	status int // 0 means 429
}

// limited names the classes in words for the visitor.
var limited = map[limit.Class]string{
	limit.Cards:    "new cards",
	limit.Uploads:  "uploads",
	limit.Bytes:    "bytes",
	limit.Births:   "new visitors",
	limit.Codes:    "wrong codes",
	limit.Readings: "looks at uploads",
	limit.Archives: "archives or long exports",
}

func (e *tooMany) Error() string {
	again := count(e.seconds(), "second")
	if e.status != 0 { // all together, at this moment; the page of a section may have been to follow a save
		return fmt.Sprintf("Too many %s. What was saved stays saved; try again in %s.", e.what, again)
	}
	return fmt.Sprintf("Too many %s in a short time. Nothing was changed; try again in %s.", e.what, again)
}

// seconds is what Retry-After says.
func (e *tooMany) seconds() int { return max(int((e.wait+time.Second-1)/time.Second), 1) }

func (e *tooMany) code() int {
	if e.status == 0 {
		return fiber.StatusTooManyRequests
	}
	return e.status
}

// retryAfter tells the browser when to come again.
func retryAfter(c *fiber.Ctx, err error) {
	var many *tooMany
	if errors.As(err, &many) {
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(many.seconds()))
	}
}

// may takes n of a class, or returns why not. To take 0 only asks: a wrong hand-over code is counted when it is known to be wrong.
func (a *app) may(w limit.Who, class limit.Class, n float64) error {
	if wait := a.Limits.Take(w, class, n); wait > 0 {
		return &tooMany{what: limited[class], wait: wait}
	}
	return nil
}

// spend takes one of each class from what the visitor and their address may still do.
func (a *app) spend(c *fiber.Ctx, classes ...limit.Class) error {
	for i, class := range classes {
		if err := a.may(a.who(c), class, 1); err != nil {
			for _, taken := range classes[:i] {
				a.Limits.Give(a.who(c), taken, 1)
			}
			return err
		}
	}
	return nil
}

// who is who a request counts for.
func (a *app) who(c *fiber.Ctx) limit.Who {
	w := limit.Who{Address: a.address(c.Context())}
	if v := visitOf(c); v != nil {
		w.Session = v.Scope().Session()
	}
	return w
}

// address is whose address a request counts for; invalid where there are no limits.
func (a *app) address(c *fasthttp.RequestCtx) netip.Addr {
	if a.Limits == nil {
		return netip.Addr{}
	}
	tcp, ok := c.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	return a.Limits.Address(tcp.AddrPort().Addr(), lines(c, "X-Forwarded-For"), lines(c, "Forwarded"))
}

func lines(c *fasthttp.RequestCtx, name string) []string {
	var all []string
	for _, line := range c.Request.Header.PeekAll(name) {
		all = append(all, string(line))
	}
	return all
}

// limitWrites counts what a write sends for its session, and a first write as the birth of one: a visitor without a session has only
// their address to be counted by.
func (a *app) limitWrites(c *fiber.Ctx) error {
	if a.Limits == nil || c.Method() == fiber.MethodGet || c.Method() == fiber.MethodHead {
		return c.Next()
	}
	v, who := visitOf(c), a.who(c)
	if v.Exists() && c.Method() != fiber.MethodDelete { // deleting always works
		sent := float64(len(c.Request().Body()))
		if err := a.may(limit.Who{Session: who.Session}, limit.Bytes, sent); err != nil {
			return err
		}
		return c.Next()
	}
	if v.Exists() {
		return c.Next()
	}
	if err := a.may(who, limit.Births, 1); err != nil {
		return err
	}
	err := c.Next()
	if !v.Exists() {
		a.Limits.Give(who, limit.Births, 1)
	}
	return err
}
