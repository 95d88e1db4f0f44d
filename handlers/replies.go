package handlers

import (
	"bytes"
	"context"
	"net/netip"
	"time"

	"github.com/gofiber/fiber/v2"

	"cardstock/limit"
)

// A reply is in memory until its visitor has it, and who reads slowly may take two minutes for that. Large ones count, so that many slow readers
// do not fill the memory.

const (
	largeReply = 256 << 10 // bytes, as they are sent
	replyWait  = 10 * time.Second
)

// held is a large reply on its way to its visitor.
type held struct {
	*bytes.Reader
	budget *limit.Budget
	to     netip.Addr
	size   int64
}

// Close is called by the server when the reply is sent, or cannot be.
func (h *held) Close() error {
	h.budget.Give(h.to, h.size)
	return nil
}

// roomFor waits until so many bytes of a reply that is made while it is sent have room among the large ones on their way. They count until done
// is called. More than one address may have at once take all of that.
func (a *app) roomFor(ctx context.Context, to netip.Addr, n int) (done func(), err error) {
	if a.Limits == nil || n <= largeReply {
		return func() {}, nil
	}
	b := a.Limits.Replies
	size := b.Within(int64(n))
	for began := time.Now(); !b.Take(to, size); {
		if time.Since(began) >= replyWait {
			return nil, tooManyReplies()
		}
		select {
		case <-ctx.Done():
			return nil, errLeft
		case <-time.After(lookEvery):
		}
	}
	return func() { b.Give(to, size) }, nil
}

func tooManyReplies() error {
	return &tooMany{what: "large replies on their way at once", wait: replyWait, status: fiber.StatusServiceUnavailable}
}

// hold counts a large reply, or refuses to send it while too much is on its way.
func (a *app) hold(c *fiber.Ctx) error {
	err, r := c.Next(), c.Response()
	if err != nil || a.Limits == nil || r.IsBodyStream() {
		return err
	}
	body := r.Body()
	if len(body) <= largeReply {
		return nil
	}
	h := &held{bytes.NewReader(body), a.Limits.Replies, a.address(c.Context()), int64(len(body))}
	if !h.budget.Take(h.to, h.size) {
		r.ResetBody()
		for _, of := range []string{fiber.HeaderContentDisposition, fiber.HeaderContentEncoding, fiber.HeaderETag, fiber.HeaderLastModified} {
			r.Header.Del(of)
		}
		return tooManyReplies()
	}
	r.SwapBody(nil) // else it would go back to the pool while it is sent
	r.SetBodyStream(h, len(body))
	return nil
}
