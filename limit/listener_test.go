package limit

import (
	"io"
	"net"
	"testing"
	"time"
)

// hall is a listener whose server side is in the test's hands.
type hall struct {
	*Listener
	t *testing.T
}

func newHall(t *testing.T, l *Limiter, total, each int) *hall {
	t.Helper()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { inner.Close() })
	h := &hall{l.Listen(inner), t}
	h.total, h.each = total, each
	return h
}

// enter opens a connection and returns its two ends.
func (h *hall) enter() (client net.Conn, served *Conn) {
	h.t.Helper()
	client, err := net.Dial("tcp", h.Addr().String())
	if err != nil {
		h.t.Fatal(err)
	}
	c, err := h.Accept()
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { client.Close(); c.Close() })
	return client, c.(*Conn)
}

// ended reports whether the server has closed a connection.
func ended(c net.Conn) bool {
	c.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	_, err := c.Read(make([]byte, 1))
	slow, ok := err.(net.Error)
	return err != nil && !(ok && slow.Timeout())
}

func TestWhoIsWaitedForLongestGivesWay(t *testing.T) {
	for name, limits := range map[string][2]int{"of an address": {100, 3}, "of all": {3, 100}} {
		h := newHall(t, New(Options{}), limits[0], limits[1])
		busy, served := h.enter()
		served.Working()
		idle, _ := h.enter()
		back, again := h.enter()
		again.Working()
		newer, _ := h.enter() // idle goes
		again.Waiting()
		for c, gone := range map[net.Conn]bool{busy: false, idle: true, back: false, newer: false} {
			if ended(c) != gone {
				t.Errorf("%s: four connections, the wrong one is closed", name)
			}
		}
		h.enter() // then the one before the one that came back
		if !ended(newer) || ended(back) || ended(busy) {
			t.Errorf("%s: five connections, the wrong one is closed", name)
		}
		if h.open != 3 {
			t.Errorf("%s: %d are counted", name, h.open)
		}
	}
}

// Requests that are being answered are never cut, and nobody is refused.
func TestWhoIsAnsweredStays(t *testing.T) {
	h := newHall(t, New(Options{}), 2, 2)
	var all []net.Conn
	for range 5 {
		c, served := h.enter()
		served.Working()
		all = append(all, c)
	}
	for i, c := range all {
		if ended(c) {
			t.Errorf("connection %d is closed", i)
		}
	}
}

func TestConnectionsAreCountedToTheEnd(t *testing.T) {
	trusted, _ := ParseProxies("127.0.0.1")
	for name, l := range map[string]*Limiter{"of a visitor": New(Options{}), "of a proxy": New(Options{Trusted: trusted}), "of nobody known": New(Options{Blind: true})} {
		h := newHall(t, l, 100, 2)
		var all []*Conn
		for range 5 {
			_, c := h.enter()
			all = append(all, c)
		}
		want := 5
		if name == "of a visitor" {
			want = 2
		}
		if h.open != want || h.waiting.Len() != want {
			t.Errorf("%s: %d open, %d waiting, want %d", name, h.open, h.waiting.Len(), want)
		}
		for _, c := range all {
			c.Close()
			c.Close()
			c.Waiting()
		}
		if h.open != 0 || h.waiting.Len() != 0 || len(h.byAddress) != 0 {
			t.Errorf("%s: after all have gone %d are open, %d waiting", name, h.open, h.waiting.Len())
		}
	}
}

// A reply is read to its end by a client that goes on sending for a while.
func TestLinger(t *testing.T) {
	h := newHall(t, nil, 0, 0)
	client, served := h.enter()
	sent := make(chan error, 1)
	go func() {
		_, err := client.Write(make([]byte, 8<<20))
		sent <- err
	}()
	time.Sleep(50 * time.Millisecond)
	io.WriteString(served, "enough")
	served.Linger()
	go served.Close()
	if err := <-sent; err != nil {
		t.Errorf("sending: %v", err)
	}
	if reply, err := io.ReadAll(client); err != nil || string(reply) != "enough" {
		t.Errorf("%q, %v", reply, err)
	}
}
