package handlers

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"cardstock/limit"
)

// TestWhoLeavesIsSeen: the context of a long export ends when the browser closes its connection, and not before.
func TestWhoLeavesIsSeen(t *testing.T) {
	t.Parallel()
	begun, ended := make(chan bool), make(chan bool, 1)
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/:wait", func(c *fiber.Ctx) error {
		wait, err := time.ParseDuration(c.Params("wait"))
		if err != nil {
			return err
		}
		ctx, stop := whileThere(c.UserContext(), c.Context().Conn())
		defer stop()
		begun <- true
		select {
		case <-ctx.Done():
			ended <- true
			return errLeft
		case <-time.After(wait):
			return c.SendString("there")
		}
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var none *limit.Limiter
	go app.Listener(none.Listen(listener))
	defer app.ShutdownWithTimeout(time.Second)
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	ask := func(wait string) {
		fmt.Fprintf(conn, "GET /%s HTTP/1.1\r\nHost: x\r\n\r\n", wait)
		<-begun
	}
	for range 2 { // also on a connection that was used before
		ask("700ms")
		r, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || r.StatusCode != 200 || len(ended) > 0 {
			t.Fatalf("one who stays has no reply: %v %v", r, err)
		}
	}
	ask("1m")
	conn.Close()
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Error("one who left is waited for")
	}
}
