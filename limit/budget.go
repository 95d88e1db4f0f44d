package limit

import (
	"net/netip"
	"sync"
)

// Budget is memory that requests share while they arrive, or replies while they are sent. No address gets more than its part, so that one
// alone cannot take it from others.
type Budget struct {
	mu        sync.Mutex
	total     int64 // what is left
	part      int64 // of one address, at most
	byAddress map[netip.Addr]int64
}

// NewBudget returns a budget of so many bytes, and of so many for one address.
func NewBudget(total, part int64) *Budget {
	return &Budget{total: total, part: part, byAddress: map[netip.Addr]int64{}}
}

// Take takes n bytes for an address, or reports false. A nil budget has no end. An invalid address has no part of its own.
func (b *Budget) Take(a netip.Addr, n int64) bool {
	if b == nil {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if a.IsValid() {
		a = network(a)
	}
	if n > b.total || a.IsValid() && b.byAddress[a]+n > b.part {
		return false
	}
	b.total -= n
	if a.IsValid() {
		b.byAddress[a] += n
	}
	return true
}

// Within returns n, or all that one address may have if that is less.
func (b *Budget) Within(n int64) int64 {
	if b == nil {
		return n
	}
	return min(n, b.part)
}

// Give gives back what was taken.
func (b *Budget) Give(a netip.Addr, n int64) {
	if b == nil || n == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.total += n
	if a.IsValid() {
		a = network(a)
		if b.byAddress[a] -= n; b.byAddress[a] == 0 {
			delete(b.byAddress, a)
		}
	}
}
