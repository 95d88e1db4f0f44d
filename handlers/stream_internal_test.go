package handlers

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cardstock/limit"
)

// due is a connection that remembers until when it may be written to.
type due struct {
	net.Conn
	deadline time.Time
}

func (d *due) SetWriteDeadline(t time.Time) error { d.deadline = t; return nil }

func newStream(t *testing.T, log io.Writer, write func(ctx context.Context, w io.Writer) error) (*madeStream, *due) {
	conn := &due{}
	ctx, stop := context.WithCancel(t.Context())
	s := &madeStream{write: write, ctx: ctx, stop: stop, conn: conn, log: slog.New(slog.NewTextHandler(log, nil))}
	t.Cleanup(func() { s.Close() })
	return s, conn
}

// TestASlowReaderGetsALargeFile: who takes some of it all the time may take long for the whole, who takes nothing or almost nothing may not, and
// what the server waits for itself is not counted.
func TestASlowReaderGetsALargeFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, conn := newStream(t, io.Discard, func(_ context.Context, w io.Writer) error {
			time.Sleep(time.Minute) // for its turn
			_, err := io.CopyN(w, strings.NewReader(strings.Repeat("x", 20*pace)), 20*pace)
			return err
		})
		began, part := time.Now(), make([]byte, pace/4)
		read := func(taking time.Duration) (left time.Duration) {
			t.Helper()
			if _, err := io.ReadFull(s, part); err != nil {
				t.Fatal(err)
			}
			left = time.Until(conn.deadline)
			time.Sleep(taking)
			return left
		}
		if left := read(0); left != writeTime {
			t.Errorf("after a minute of ours the reader has %v", left)
		}
		for range 40 { // ten minutes
			if left := read(15 * time.Second); left < writeTime/2 {
				t.Fatalf("after %v the reader has %v", time.Since(began), left)
			}
		}
		for range 3 {
			read(0)
		}
		for range 2 {
			read(writeTime / 2)
		}
		if left := read(0); left > time.Second {
			t.Errorf("who takes almost nothing has %v", left)
		}
	})
}

// TestAPanicOfAnArchiveIsLoggedWithoutItsText: its value may hold what a visitor wrote.
func TestAPanicOfAnArchiveIsLoggedWithoutItsText(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s, _ := newStream(t, &log, func(context.Context, io.Writer) error { panic("SECRET") })
	if _, err := io.ReadAll(s); !errors.Is(err, errPanicked) {
		t.Errorf("read to the end with %v", err)
	}
	if strings.Contains(log.String(), "SECRET") || !strings.Contains(log.String(), "what=string") {
		t.Error(log.String())
	}
}

// TestAnArchiveWaitsForItsTurn: for the place of those who export, and for memory, for a while each. Who leaves waits no more, and keeps nothing.
func TestAnArchiveWaitsForItsTurn(t *testing.T) {
	t.Parallel()
	to := netip.MustParseAddr("192.0.2.1")
	for what, tt := range map[string]struct {
		most time.Duration
		wait func(ctx context.Context, a *app) (done func(), err error)
		take func(a *app) (give func())
	}{
		"its turn": {2 * heavyWait, func(ctx context.Context, a *app) (func(), error) { return a.alone(ctx, limit.Who{}, 2*heavyWait) },
			func(a *app) func() {
				leave, err := a.exporting.Take(context.Background(), limit.Who{})
				if err != nil {
					t.Error(err)
				}
				return leave
			}},
		"memory": {replyWait, func(ctx context.Context, a *app) (func(), error) { return a.roomFor(ctx, to, 2<<20) },
			func(a *app) func() {
				if !a.Limits.Replies.Take(to, 1<<20) {
					t.Error("there is no room")
				}
				return func() { a.Limits.Replies.Give(to, 1<<20) }
			}},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := &app{Options: Options{Limits: limit.New(limit.Options{})}, exporting: limit.NewTurns(1)}
			a.Limits.Replies = limit.NewBudget(1<<20, 1<<20)
			give := tt.take(a)
			began, many := time.Now(), (*tooMany)(nil)
			if _, err := tt.wait(t.Context(), a); !errors.As(err, &many) || time.Since(began) < tt.most || time.Since(began) > tt.most+time.Second {
				t.Errorf("%s: after %v %v", what, time.Since(began), err)
			}
			ctx, leave := context.WithTimeout(t.Context(), time.Second)
			defer leave()
			began = time.Now()
			if _, err := tt.wait(ctx, a); !errors.Is(err, errLeft) || time.Since(began) != time.Second {
				t.Errorf("%s, leaving: after %v %v", what, time.Since(began), err)
			}
			time.AfterFunc(3*time.Second, give)
			done, err := tt.wait(t.Context(), a)
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			done()
			tt.take(a)()
		})
	}
}

// TestClosingAStreamEndsWhatItWaitsFor: the server closes it when the browser has gone.
func TestClosingAStreamEndsWhatItWaitsFor(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	ended := make(chan error)
	s, _ := newStream(t, &log, func(ctx context.Context, w io.Writer) error {
		io.WriteString(w, "x")
		<-ctx.Done()
		ended <- ctx.Err()
		return ctx.Err()
	})
	if _, err := s.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if err := <-ended; err == nil || log.Len() > 0 {
		t.Errorf("%v, and the log says %s", err, log.String())
	}
}
