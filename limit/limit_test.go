package limit

import (
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"
)

// watch is a clock that the test moves.
type watch struct{ now time.Time }

func (w *watch) add(d time.Duration) { w.now = w.now.Add(d) }

func newLimiter(w *watch, rules Rules) *Limiter {
	return New(Options{Rules: rules, Now: func() time.Time { return w.now }})
}

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

func TestSoMuchAtOnceThenSoMuchASecond(t *testing.T) {
	w := &watch{time.Now()}
	l := newLimiter(w, Rules{Cards: {Session: Rate{3, 0.5}}})
	anna, ben := Who{Session: "anna"}, Who{Session: "ben"}
	for i := range 3 {
		if wait := l.Take(anna, Cards, 1); wait != 0 {
			t.Fatalf("card %d waits %s", i, wait)
		}
	}
	if wait := l.Take(anna, Cards, 1); wait != 2*time.Second {
		t.Errorf("the fourth waits %s", wait)
	}
	if l.Take(ben, Cards, 1) != 0 || l.Take(anna, Uploads, 1) != 0 || l.Take(Who{}, Cards, 1) != 0 {
		t.Error("another session, another class or nobody waits, too")
	}
	w.add(2 * time.Second)
	if l.Take(anna, Cards, 0) != 0 || l.Take(anna, Cards, 1) != 0 || l.Take(anna, Cards, 0) == 0 {
		t.Error("after two seconds it is not exactly one more")
	}
	w.add(time.Hour)
	for range 3 {
		if l.Take(anna, Cards, 1) != 0 {
			t.Error("an hour later it is less than at first")
		}
	}
	if l.Take(anna, Cards, 1) == 0 {
		t.Error("an hour later it is more than at first")
	}
}

func TestMoreThanThereIsIsWaitedForAfterwards(t *testing.T) {
	w := &watch{time.Now()}
	l := newLimiter(w, Rules{Bytes: {Address: Rate{100, 10}}})
	who := Who{Address: addr("192.0.2.1")}
	if l.Take(who, Bytes, 250) != 0 {
		t.Fatal("the first upload waits")
	}
	if wait := l.Take(who, Bytes, 1); wait != 15*time.Second+100*time.Millisecond {
		t.Errorf("the next waits %s", wait)
	}
	l.Give(who, Bytes, 1000)
	w.add(time.Minute)
	if l.Take(who, Bytes, 100) != 0 || l.Take(who, Bytes, 1) == 0 {
		t.Error("giving back made more of it than there was")
	}
}

// What the address refuses is not taken from the session, nor the other way round.
func TestBothOrNeither(t *testing.T) {
	w := &watch{time.Now()}
	l := newLimiter(w, Rules{Cards: {Session: Rate{2, 0.001}, Address: Rate{3, 0.001}}})
	here := addr("192.0.2.1")
	anna, ben := Who{"anna", here}, Who{"ben", here}
	l.Take(anna, Cards, 1)
	l.Take(anna, Cards, 1)
	for range 5 {
		if l.Take(anna, Cards, 1) == 0 {
			t.Fatal("anna has no end")
		}
	}
	if l.Take(ben, Cards, 1) != 0 {
		t.Error("what anna was refused was taken from her address")
	}
	for range 5 {
		if l.Take(ben, Cards, 1) == 0 {
			t.Fatal("their address has no end")
		}
	}
	if l.Take(Who{Session: "ben"}, Cards, 1) != 0 {
		t.Error("what his address was refused was taken from ben")
	}
}

func TestAnAddressIsWhatOneCustomerHas(t *testing.T) {
	l := newLimiter(&watch{time.Now()}, Rules{Births: {Address: Rate{1, 0}}})
	for _, tt := range []struct {
		address string
		free    bool
	}{
		{"192.0.2.1", true}, {"192.0.2.1", false}, {"::ffff:192.0.2.1", false}, {"192.0.2.2", true},
		{"2001:db8:1:1::1", true}, {"2001:db8:1:1:ffff::2", false}, {"2001:db8:1:2::1", true}, {"fe80::1%eth0", true}, {"fe80::2%eth1", false},
	} {
		if wait := l.Take(Who{Address: addr(tt.address)}, Births, 1); (wait == 0) != tt.free {
			t.Errorf("%s: waits %s", tt.address, wait)
		} else if wait > time.Hour {
			t.Errorf("%s: waits %s, and no browser that long", tt.address, wait)
		}
	}
}

// Millions of addresses take no more memory than the table may have, and those who are at their limit in the meantime stay there.
func TestTheTableIsBounded(t *testing.T) {
	w := &watch{time.Now()}
	l := New(Options{Rules: Rules{Cards: {Address: Rate{2, 1.0 / 60}}}, Entries: 1000, Now: func() time.Time { return w.now }})
	bad := Who{Address: addr("192.0.2.1")}
	l.Take(bad, Cards, 5)
	for i := range 20_000 {
		a := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
		l.Take(Who{Address: a}, Cards, 1)
		if n := l.buckets.len(); n > 1000 {
			t.Fatalf("%d buckets after %d addresses", n, i)
		}
		if i%400 == 0 && l.Take(bad, Cards, 1) == 0 {
			t.Fatalf("a busy one was forgotten after %d addresses", i)
		}
		l.Take(bad, Cards, 0)
	}
	for range 3 {
		w.add(l.o.Rules.memory() + time.Second)
		l.Take(bad, Cards, 1)
	}
	if n := l.buckets.len(); n > 2 {
		t.Errorf("%d buckets are left of addresses that did nothing for long", n)
	}
}

func TestNoLimiterLimitsNothing(t *testing.T) {
	var l *Limiter
	who := Who{"anna", addr("192.0.2.1")}
	if l.Take(who, Cards, 1e9) != 0 || l.Address(addr("192.0.2.1"), nil, nil).IsValid() {
		t.Error("it limits")
	}
	l.Give(who, Cards, 1)
	var b *Budget
	if !b.Take(who.Address, 1<<60) {
		t.Error("it has an end")
	}
	b.Give(who.Address, 1)
}

// Nobody gets more than there is, however many ask at once.
func TestAtOnce(t *testing.T) {
	l := newLimiter(&watch{time.Now()}, Rules{Cards: {Session: Rate{50, 0.001}, Address: Rate{120, 0.001}}})
	var wg sync.WaitGroup
	var mu sync.Mutex
	got := map[string]int{}
	for i := range 40 {
		wg.Go(func() {
			name := fmt.Sprint(i % 4)
			for range 100 {
				if l.Take(Who{name, addr("192.0.2.1")}, Cards, 1) == 0 {
					mu.Lock()
					got[name]++
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	all := 0
	for name, n := range got {
		if all += n; n > 50 {
			t.Errorf("session %s got %d", name, n)
		}
	}
	if all != 120 {
		t.Errorf("the address got %d, want 120", all)
	}
}

func TestBudget(t *testing.T) {
	b := NewBudget(100, 40)
	one, two, three := addr("192.0.2.1"), addr("192.0.2.2"), addr("2001:db8::1")
	if b.Within(39) != 39 || b.Within(41) != 40 {
		t.Error("within what one may have")
	}
	if !b.Take(one, 40) || b.Take(one, 1) || !b.Take(two, 40) || b.Take(three, 21) || !b.Take(three, 20) || b.Take(netip.Addr{}, 1) {
		t.Error("not each its part, and all together the whole")
	}
	b.Give(one, 40)
	if b.Take(addr("2001:db8::2"), 21) || !b.Take(netip.Addr{}, 40) || b.total != 0 {
		t.Error("what was given back is not there, or a part is larger")
	}
	b.Give(netip.Addr{}, 40)
	b.Give(two, 40)
	b.Give(three, 20)
	if b.total != 100 || len(b.byAddress) != 0 {
		t.Errorf("left %d, %d addresses", b.total, len(b.byAddress))
	}
}
