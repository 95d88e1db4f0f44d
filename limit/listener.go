package limit

import (
	"container/list"
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Connections open at once: of all, and of one address that is no trusted proxy.
const (
	connsTotal   = 10_000
	connsAddress = 1_000
)

// How long and how much a connection is read from after a reply that came before the end of its request. Closed with bytes unread, it
// would be reset, and the browser would show that instead of the reply.
const (
	lingerTime  = 20 * time.Second
	lingerBytes = 64 << 20
)

// Listener accepts connections and never refuses one. When there are too many, of all or of one address, the one that has been waited for
// longest gives way: an idle one, or one whose request does not arrive. A request that is being answered is never cut.
type Listener struct {
	net.Listener
	limiter *Limiter // nil: as many as come

	mu        sync.Mutex
	waiting   *list.List // of *Conn, those waited for longest first
	open      int
	byAddress map[netip.Addr]*peers
	total     int // the limits
	each      int
}

// peers are the connections of one address.
type peers struct {
	open    int
	waiting *list.List
}

// Listen returns a listener that keeps the limits of connections. With a nil limiter there are none.
func (l *Limiter) Listen(inner net.Listener) *Listener {
	return &Listener{Listener: inner, limiter: l, waiting: list.New(), byAddress: map[netip.Addr]*peers{}, total: connsTotal, each: connsAddress}
}

// Accept waits for the next connection.
func (l *Listener) Accept() (net.Conn, error) {
	inner, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &Conn{Conn: inner, listener: l}
	if l.limiter != nil {
		if tcp, ok := inner.RemoteAddr().(*net.TCPAddr); ok && !l.limiter.o.Blind && !l.limiter.trusted(tcp.AddrPort().Addr().Unmap()) {
			c.peer = network(tcp.AddrPort().Addr())
		}
		for _, loser := range l.add(c) {
			loser.Conn.Close() // its own goroutine sees that and tidies up
		}
	}
	return c, nil
}

// add counts a connection and returns those that must give way to it.
func (l *Listener) add(c *Conn) []*Conn {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open++
	p := l.byAddress[c.peer]
	if p == nil {
		p = &peers{waiting: list.New()}
		l.byAddress[c.peer] = p
	}
	p.open++
	var losers []*Conn
	if c.peer.IsValid() && p.open > l.each {
		losers = l.first(losers, p.waiting)
	}
	if l.open > l.total {
		losers = l.first(losers, l.waiting)
	}
	l.wait(c)
	return losers
}

// first takes the first of a list out of it and appends it to the losers.
func (l *Listener) first(losers []*Conn, waiting *list.List) []*Conn {
	if waiting.Len() == 0 {
		return losers
	}
	c := waiting.Front().Value.(*Conn)
	l.drop(c)
	return append(losers, c)
}

// wait and work put a connection into the lists of those that are waited for and take it out.
func (l *Listener) wait(c *Conn) {
	if c.inAll == nil && !c.gone {
		c.inAll, c.inOwn = l.waiting.PushBack(c), l.byAddress[c.peer].waiting.PushBack(c)
	}
}

func (l *Listener) work(c *Conn) {
	if c.inAll != nil {
		l.waiting.Remove(c.inAll)
		l.byAddress[c.peer].waiting.Remove(c.inOwn)
		c.inAll, c.inOwn = nil, nil
	}
}

// drop counts a connection no longer.
func (l *Listener) drop(c *Conn) {
	if c.gone {
		return
	}
	l.work(c)
	c.gone = true
	l.open--
	p := l.byAddress[c.peer]
	if p.open--; p.open == 0 {
		delete(l.byAddress, c.peer)
	}
}

// Conn is a connection that knows whether its visitor is waited for.
type Conn struct {
	net.Conn
	listener     *Listener
	peer         netip.Addr // invalid: a proxy, whose connections belong to many
	inAll, inOwn *list.Element
	gone         bool // closed; guarded by the listener's mutex, as the two above
	linger       atomic.Bool
}

// Working says that a whole request has arrived and is being answered.
func (c *Conn) Working() {
	if c.listener.limiter != nil {
		c.listener.mu.Lock()
		defer c.listener.mu.Unlock()
		c.listener.work(c)
	}
}

// Waiting says that the reply is out and the next request is waited for.
func (c *Conn) Waiting() {
	if c.listener.limiter != nil {
		c.listener.mu.Lock()
		defer c.listener.mu.Unlock()
		c.listener.wait(c)
	}
}

// Linger makes the next Close take its time, because a reply goes out before all of the request is in.
func (c *Conn) Linger() { c.linger.Store(true) }

// Close closes the connection. After Linger it sends what is written and the end of it, and drops what still comes, within limits.
func (c *Conn) Close() error {
	if tcp, ok := c.Conn.(*net.TCPConn); ok && c.linger.Swap(false) && tcp.CloseWrite() == nil {
		c.Waiting() // it may give way to others
		drain(c.Conn)
	}
	if c.listener.limiter != nil {
		c.listener.mu.Lock()
		c.listener.drop(c)
		c.listener.mu.Unlock()
	}
	return c.Conn.Close()
}

func drain(c net.Conn) {
	c.SetReadDeadline(time.Now().Add(lingerTime))
	block := make([]byte, 16<<10)
	for left := lingerBytes; left > 0; {
		n, err := c.Read(block)
		if err != nil {
			return
		}
		left -= n
	}
}

// SyscallConn returns the connection as the system has it.
func (c *Conn) SyscallConn() (syscall.RawConn, error) {
	inner, ok := c.Conn.(syscall.Conn)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	return inner.SyscallConn()
}
