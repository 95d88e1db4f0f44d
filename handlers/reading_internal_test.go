package handlers

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"cardstock/limit"
)

// Large files are read two at a time, others wait for a while, and small ones never do.
func TestLargeFilesAreReadInTurn(t *testing.T) {
	server := fiber.New(fiber.Config{DisableStartupMessage: true})
	request := func() *fiber.Ctx { return server.AcquireCtx(&fasthttp.RequestCtx{}) }
	synctest.Test(t, func(t *testing.T) {
		a := &app{reading: limit.NewTurns(readAtOnce)}
		began := time.Now()
		var mu sync.Mutex
		most, now, late := 0, 0, 0
		count := func(n *int, by int) {
			mu.Lock()
			defer mu.Unlock()
			*n += by
			most = max(most, now)
		}
		read := func(context.Context) error {
			count(&now, 1)
			defer count(&now, -1)
			time.Sleep(6 * time.Second)
			return nil
		}
		for range 9 {
			go func() {
				err := a.inTurn(request(), largeFile, read)
				var many *tooMany
				if errors.As(err, &many) && many.code() == 503 && many.Error() == "Too many large files and pages at once. What was saved stays saved; try again in 20 seconds." && time.Since(began) == heavyWait {
					count(&late, 1)
				} else if err != nil {
					t.Error(err)
				}
			}()
		}
		synctest.Wait()
		if err := a.inTurn(request(), largeFile-1, func(context.Context) error { return nil }); err != nil || time.Since(began) > 0 {
			t.Errorf("a small file waited: %v", err)
		}
		time.Sleep(time.Minute)
		mu.Lock()
		defer mu.Unlock()
		if most != readAtOnce || late != 1 || !a.reading.Idle() {
			t.Errorf("%d were read at once, %d gave up, nobody is there in the end: %v", most, late, a.reading.Idle())
		}
		err := a.inTurn(request(), largeFile, func(context.Context) error { return errLeft })
		if !errors.Is(err, errLeft) || !a.reading.Idle() {
			t.Errorf("%v, nobody is there in the end: %v", err, a.reading.Idle())
		}
	})
}

// TestWhoLeavesGivesTheirTurnBack: what is made for one who closes the connection ends, and what was to be made for one who did while they
// waited is not begun.
func TestWhoLeavesGivesTheirTurnBack(t *testing.T) {
	t.Parallel()
	a := &app{reading: limit.NewTurns(readAtOnce)}
	begun, asked := make(chan string, 10), make(chan bool, 10)
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/:name", func(c *fiber.Ctx) error {
		asked <- true
		return a.inTurn(c, largeFile, func(ctx context.Context) error {
			begun <- c.Params("name")
			select {
			case <-ctx.Done():
			case <-time.After(time.Minute):
				t.Error("one who left is drawn for")
			}
			return ctx.Err()
		})
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var none *limit.Limiter
	go app.Listener(none.Listen(listener))
	defer app.ShutdownWithTimeout(time.Second)
	ask := func(name string) net.Conn {
		conn, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "GET /%s HTTP/1.1\r\nHost: x\r\n\r\n", name)
		<-asked
		return conn
	}
	first, second := ask("first"), ask("second")
	<-begun
	<-begun
	for range 3 {
		ask("gone").Close()
	}
	time.Sleep(3 * lookEvery)
	last := ask("last")
	defer last.Close()
	first.Close()
	select {
	case name := <-begun:
		if name != "last" {
			t.Errorf("the turn goes to %s", name)
		}
	case <-time.After(20 * time.Second):
		t.Error("one who left keeps their turn")
	}
	second.Close()
}
