package e2e

import (
	"slices"
	"time"
)

// waits are how long some requests took.
type waits []wait

// at returns the wait that the share p of all do not exceed.
func (w waits) at(p float64) time.Duration {
	if len(w) == 0 {
		return 0
	}
	all := make([]time.Duration, len(w))
	for i, s := range w {
		all[i] = s.took
	}
	slices.Sort(all)
	return all[min(int(p*float64(len(all))), len(all)-1)]
}

func (w waits) worst() time.Duration { return w.at(1) }

// over counts those that took longer than d.
func (w waits) over(d time.Duration) int {
	n := 0
	for _, s := range w {
		if s.took > d {
			n++
		}
	}
	return n
}

// failed counts the replies that say that the server failed.
func (w waits) failed() int {
	n := 0
	for _, s := range w {
		if s.status >= 500 {
			n++
		}
	}
	return n
}
