// Package limit bounds what one visitor and one address may do, so that nobody takes the server away from others. All of it is in
// memory and gone with the process; addresses are kept as keyed hashes, and neither stored nor logged. It knows no web framework:
// rules.go has the limits, bucket.go how they are counted, address.go whose address counts, turns.go who is next, listener.go connections.
package limit

import (
	"net/netip"
	"time"
)

// Options of New.
type Options struct {
	Rules   Rules            // what is limited
	Trusted []netip.Prefix   // proxies whose word on the visitor's address is believed
	Blind   bool             // all requests come from a proxy that is not among Trusted, so addresses say nothing: only sessions count
	Entries int              // buckets kept at once; 0 means 100,000
	Now     func() time.Time // the clock; nil means time.Now
}

// Limiter counts what sessions and addresses do. A nil one limits nothing. Its methods may be called from many goroutines.
type Limiter struct {
	o       Options
	buckets *buckets
	Bodies  *Budget // memory for requests that are still arriving
	Replies *Budget // memory for large replies that are still on their way
}

// New returns a limiter.
func New(o Options) *Limiter {
	if o.Entries == 0 {
		o.Entries = 100_000
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Limiter{o: o, buckets: newBuckets(o.Entries, o.Rules.memory(), o.Now),
		Bodies: NewBudget(budgetTotal, budgetAddress), Replies: NewBudget(budgetTotal, budgetAddress)}
}

// Who does something. An empty session or address is not limited.
type Who struct {
	Session string
	Address netip.Addr
}

// Take takes n from what the visitor's session and address may still do of a class, and returns 0; or takes nothing and returns how
// long to wait. While at least one is left any n may be taken, and what is missing is waited for afterwards. So Take of 0 only asks.
func (l *Limiter) Take(w Who, c Class, n float64) time.Duration {
	if l == nil {
		return 0
	}
	rule := l.o.Rules[c]
	if wait := l.buckets.take(sessionKey(c, w), rule.Session, n); wait > 0 {
		return wait
	}
	wait := l.buckets.take(addressKey(c, w), rule.Address, n)
	if wait > 0 {
		l.buckets.take(sessionKey(c, w), rule.Session, -n)
	}
	return wait
}

// Give gives back what was taken for something that did not come about.
func (l *Limiter) Give(w Who, c Class, n float64) {
	if l == nil {
		return
	}
	l.buckets.give(sessionKey(c, w), l.o.Rules[c].Session, n)
	l.buckets.give(addressKey(c, w), l.o.Rules[c].Address, n)
}

// key names a bucket; the zero key is that of nobody, who is not limited.
type key struct {
	class   Class
	session string
	address netip.Addr
}

func sessionKey(c Class, w Who) key {
	if w.Session == "" {
		return key{}
	}
	return key{class: c, session: w.Session}
}

func addressKey(c Class, w Who) key {
	if !w.Address.IsValid() {
		return key{}
	}
	return key{class: c, address: network(w.Address)}
}

// network is what one customer has: an IPv4 address, or the /64 of an IPv6 one.
func network(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		p, _ := a.Prefix(64)
		return p.Addr()
	}
	return a
}
