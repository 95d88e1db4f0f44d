package handlers

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"cardstock/limit"
)

// The server reads headers and the first byte of a body, and leaves the rest to us: by itself it would set aside all the memory that a
// header promises to fill, for everybody, before a byte of it came. Here a body gets memory as it arrives, within the limits of its
// address, and one that is too large is answered at once.

const (
	headerTime = 30 * time.Second // for the headers of a request, or its first byte
	bodyTime   = 2 * time.Minute  // for the body of a request
	smallBody  = 64 << 10         // counted, but never refused for what others at the address sent: it is read, so its text can be shown again
	freeBytes  = 16 << 10         // of a body that count in no budget: as much as its headers may take
)

// A refused request goes through the routes all the same, so that its reply is made and logged like any other.
const refusedKey = "refused"

// serveBodies makes the server leave bodies to us.
func (a *app) serveBodies(s *fasthttp.Server) {
	answer, fail := s.Handler, s.ErrorHandler
	s.Handler = func(c *fasthttp.RequestCtx) {
		defer a.take(c)()
		a.front(c)
		answer(c)
	}
	s.ExpectHandler = a.expect(answer)
	s.ErrorHandler = func(c *fasthttp.RequestCtx, err error) {
		linger(c)
		fail(c, err)
	}
	s.StreamRequestBody = true
	s.MaxRequestBodySize = 1 // what it reads before it leaves the rest to us
	s.HeaderReceived = func(*fasthttp.RequestHeader) fasthttp.RequestConfig {
		return fasthttp.RequestConfig{ReadTimeout: bodyTime}
	}
	s.ConnState = func(c net.Conn, state fasthttp.ConnState) {
		if ours, ok := c.(*limit.Conn); ok && state == fasthttp.StateIdle {
			ours.Waiting()
		}
	}
}

// take reads the body of a request, or notes why it is refused. done is to be called when the request is answered.
func (a *app) take(c *fasthttp.RequestCtx) (done func()) {
	b := body{app: a, from: a.address(c), most: int(a.MaxUpload) + slack}
	if err := b.read(c); err != nil {
		c.SetUserValue(refusedKey, err)
		c.Request.SetBodyRaw(nil)
		c.SetConnectionClose()
		linger(c)
	}
	if ours, ok := c.Conn().(*limit.Conn); ok {
		ours.Working()
	}
	return func() { a.budget().Give(b.from, b.held) }
}

func (a *app) budget() *limit.Budget {
	if a.Limits == nil {
		return nil
	}
	return a.Limits.Bodies
}

// refused answers a request whose body was not taken.
func (a *app) refused(c *fiber.Ctx) error {
	if err, _ := c.Context().UserValue(refusedKey).(error); err != nil {
		return err
	}
	return c.Next()
}

// body is one that is being read.
type body struct {
	app  *app
	from netip.Addr
	most int
	held int64 // taken from the budget
	buf  []byte
}

func (b *body) read(c *fasthttp.RequestCtx) error {
	stream, length := c.RequestBodyStream(), c.Request.Header.ContentLength()
	if stream == nil {
		return nil
	}
	if length > b.most {
		return fiber.ErrRequestEntityTooLarge
	}
	if length < 0 || length > smallBody {
		if err := b.app.may(limit.Who{Address: b.from}, limit.Bytes, 0); err != nil {
			return err
		}
	}
	err := b.fill(stream, length)
	b.app.Limits.Take(limit.Who{Address: b.from}, limit.Bytes, float64(len(b.buf)))
	if err != nil {
		return err
	}
	c.Request.SetBodyRaw(b.buf)
	return nil
}

// fill reads the stream to its end. A body that breaks off is not taken for a whole one.
func (b *body) fill(stream io.Reader, length int) error {
	for {
		if len(b.buf) == cap(b.buf) {
			if err := b.grow(length); err != nil {
				return err
			}
		}
		n, err := stream.Read(b.buf[len(b.buf):cap(b.buf)])
		b.buf = b.buf[:len(b.buf)+n]
		var slow net.Error
		switch {
		case len(b.buf) > b.most:
			return fiber.ErrRequestEntityTooLarge
		case errors.Is(err, io.EOF) && (length < 0 || len(b.buf) == length):
			return nil
		case errors.As(err, &slow) && slow.Timeout():
			return fiber.ErrRequestTimeout
		case err != nil:
			return fiber.ErrBadRequest
		}
	}
}

// grow doubles the room for the body, to no more than it says it needs and one byte more than it may have.
func (b *body) grow(length int) error {
	size := min(max(2*cap(b.buf), 4<<10), b.most+1)
	if length >= 0 {
		size = min(size, max(length, 1))
	}
	if size == cap(b.buf) { // more comes than was promised
		return fiber.ErrBadRequest
	}
	if more := int64(size-freeBytes) - b.held; more > 0 {
		if !b.app.budget().Take(b.from, more) {
			return &tooMany{what: "uploads at once", wait: 10 * time.Second, status: fiber.StatusServiceUnavailable}
		}
		b.held += more
	}
	grown := make([]byte, len(b.buf), size)
	copy(grown, b.buf)
	b.buf = grown
	return nil
}

// linger lets a client read a reply that comes before all of its request is in.
func linger(c *fasthttp.RequestCtx) {
	if ours, ok := c.Conn().(*limit.Conn); ok {
		ours.Linger()
	}
}

// expect answers a client that asks before it sends its body, as curl does for a large one.
func (a *app) expect(answer fasthttp.RequestHandler) func(*fasthttp.RequestCtx) int {
	return func(c *fasthttp.RequestCtx) int {
		if c.Request.Header.ContentLength() <= int(a.MaxUpload)+slack {
			return fiber.StatusContinue
		}
		c.SetUserValue(refusedKey, fiber.ErrRequestEntityTooLarge)
		linger(c)
		answer(c)
		return c.Response.StatusCode()
	}
}
