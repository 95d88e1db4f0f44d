package limit

import (
	"cmp"
	"context"
	"maps"
	"net/netip"
	"slices"
	"sync"
)

// Turns lets few things be done at once. Where more wait, the next is of the address that has the fewest under way, of several the one
// that waits since its last turn for the longest, and of one address of the session of which the same is true: so nobody who asks
// for much has others wait for more than what is under way.
type Turns struct {
	mu        sync.Mutex
	places    int
	free      int
	given     int // turns
	waiting   []*turn
	addresses map[netip.Addr]*share
	sessions  map[Who]*share
}

// A turn is of somebody who waits for it or has it.
type turn struct {
	who              Who
	address, session *share
	begun            chan struct{} // closed when it is given
}

// A share is what an address or a session has of the turns.
type share struct {
	all, has int
	last     int // the number of its last turn
}

// NewTurns returns turns of which so many are taken at once.
func NewTurns(places int) *Turns {
	return &Turns{places: places, free: places, addresses: map[netip.Addr]*share{}, sessions: map[Who]*share{}}
}

// Take waits for a turn, or until the context ends, and then returns its error. Whoever gets no error calls leave in the end.
func (t *Turns) Take(ctx context.Context, w Who) (leave func(), err error) {
	mine := t.wait(w)
	select {
	case <-mine.begun:
	case <-ctx.Done():
	}
	if ctx.Err() != nil { // also if both are so: who left is to begin nothing
		t.end(mine)
		return nil, ctx.Err()
	}
	return func() { t.end(mine) }, nil
}

// Idle reports whether nobody has a turn or waits for one.
func (t *Turns) Idle() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.addresses) == 0
}

func (t *Turns) wait(w Who) *turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	if w.Address.IsValid() {
		w.Address = network(w.Address)
	}
	mine := &turn{who: w, address: joined(t.addresses, w.Address), session: joined(t.sessions, w), begun: make(chan struct{})}
	t.waiting = append(t.waiting, mine)
	t.next()
	return mine
}

// end takes somebody out who waits or has a turn.
func (t *Turns) end(mine *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if i := slices.Index(t.waiting, mine); i >= 0 {
		t.waiting = slices.Delete(t.waiting, i, i+1)
	} else {
		t.free++
		mine.address.has--
		mine.session.has--
	}
	nobody := t.free == t.places && len(t.waiting) == 0
	left(t.addresses, mine.who.Address, nobody)
	left(t.sessions, mine.who, nobody)
	t.next()
}

// next gives away what is free.
func (t *Turns) next() {
	for t.free > 0 && len(t.waiting) > 0 {
		next := slices.MinFunc(t.waiting, before)
		t.waiting = slices.DeleteFunc(t.waiting, func(one *turn) bool { return one == next })
		t.free--
		t.given++
		for _, s := range []*share{next.address, next.session} {
			s.has++
			s.last = t.given
		}
		close(next.begun)
	}
}

// before compares two who wait; of equal ones the first who came is the next.
func before(a, b *turn) int {
	return cmp.Or(cmp.Compare(a.address.has, b.address.has), cmp.Compare(a.address.last, b.address.last),
		cmp.Compare(a.session.has, b.session.has), cmp.Compare(a.session.last, b.session.last))
}

func joined[K comparable](shares map[K]*share, k K) *share {
	s := shares[k]
	if s == nil {
		s = &share{}
		shares[k] = s
	}
	s.all++
	return s
}

// left leaves the share of who has gone, who would else be the first whenever they come again, until nobody is there or there are many.
func left[K comparable](shares map[K]*share, k K, nobody bool) {
	shares[k].all--
	if nobody || len(shares) > mostShares {
		maps.DeleteFunc(shares, func(_ K, s *share) bool { return s.all == 0 })
	}
}

// mostShares is how many shares are kept while there is always somebody.
const mostShares = 10_000
