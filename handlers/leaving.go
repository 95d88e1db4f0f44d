package handlers

import (
	"context"
	"errors"
	"net"
	"syscall"
	"time"

	"github.com/gofiber/fiber/v2"
)

// lookEvery is how often it is looked whether a visitor is still there who waits for a long export.
const lookEvery = 200 * time.Millisecond

// errLeft is the error of a request whose visitor went away before its reply; nobody reads it.
var errLeft = fiber.NewError(fiber.StatusRequestTimeout)

// whileThere is a context that ends when the visitor closes the connection: fasthttp does not read from it while it waits for the reply, and so
// sees that too late. Whoever asks calls stop in the end.
func whileThere(ctx context.Context, conn net.Conn) (_ context.Context, stop context.CancelFunc) {
	ctx, stop = context.WithCancel(ctx)
	inner, ok := conn.(syscall.Conn)
	if !ok {
		return ctx, stop
	}
	raw, err := inner.SyscallConn()
	if err != nil {
		return ctx, stop
	}
	go func() {
		defer stop()
		for !left(raw) {
			select {
			case <-ctx.Done():
				return
			case <-time.After(lookEvery):
			}
		}
	}()
	return ctx, stop
}

// left reports whether the other side of a connection has closed it. It takes nothing out of it.
func left(raw syscall.RawConn) (gone bool) {
	err := raw.Control(func(fd uintptr) {
		n, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		gone = err == nil && n == 0 || errors.Is(err, syscall.ECONNRESET)
	})
	return gone || err != nil
}
