package sweep

import (
	"bytes"
	"io"
	"net"
	"os"
	"strconv"
	"sync"
	"time"
)

// A fakeConn is a connection to a fakeRedis without a network: what is written is answered at once, before
// Write returns.
type fakeConn struct {
	f        *fakeRedis
	db       int // chosen by SELECT
	mu       sync.Mutex
	in, out  []byte
	deadline time.Time // for reading
	closed   bool
	gone     chan struct{}
}

func (c *fakeConn) Write(b []byte) (int, error) {
	c.mu.Lock()
	closed := c.closed
	c.mu.Unlock()
	if closed {
		return 0, io.ErrClosedPipe
	}
	c.in = append(c.in, b...)
	for {
		args, size := command(c.in)
		if size == 0 {
			return len(b), nil
		}
		c.in = c.in[size:]
		reply, cut := c.f.do(c, args)
		if cut {
			c.Close()
			return len(b), nil
		}
		c.mu.Lock()
		c.out = append(c.out, reply...)
		c.mu.Unlock()
	}
}

func (c *fakeConn) Read(b []byte) (int, error) {
	c.mu.Lock()
	n := copy(b, c.out)
	c.out = c.out[n:]
	left := time.Until(c.deadline)
	c.mu.Unlock()
	if n > 0 {
		return n, nil
	}
	select {
	case <-c.gone:
		return 0, io.EOF
	case <-time.After(left):
		return 0, os.ErrDeadlineExceeded
	}
}

func (c *fakeConn) Close() error {
	c.f.mu.Lock()
	delete(c.f.conns, c)
	c.f.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.closed = true
		close(c.gone)
	}
	return nil
}

func (c *fakeConn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deadline = t
	return nil
}

func (c *fakeConn) SetDeadline(t time.Time) error    { return c.SetReadDeadline(t) }
func (c *fakeConn) SetWriteDeadline(time.Time) error { return nil }
func (c *fakeConn) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (c *fakeConn) RemoteAddr() net.Addr             { return &net.TCPAddr{} }

// command takes one command off the front of what a client sent: an array of bulk strings. size is 0 while it is not whole.
func command(in []byte) (args []string, size int) {
	line := func(from int) (n, next int) {
		end := bytes.Index(in[from:], []byte("\r\n"))
		if end < 1 {
			return 0, 0
		}
		n, _ = strconv.Atoi(string(in[from+1 : from+end]))
		return n, from + end + 2
	}
	n, at := line(0)
	if at == 0 {
		return nil, 0
	}
	for range n {
		size, next := line(at)
		if next == 0 || len(in) < next+size+2 {
			return nil, 0
		}
		args = append(args, string(in[next:next+size]))
		at = next + size + 2
	}
	return args, at
}
