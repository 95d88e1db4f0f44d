package limit

import (
	"hash/maphash"
	"math"
	"sync"
	"time"
)

// buckets are token buckets by the keyed hash of their name. Their number is bounded: they lie in two generations, and the older one is
// dropped when its buckets are full again for certain, or when there are too many.
type buckets struct {
	mu         sync.Mutex
	now        func() time.Time
	seed       maphash.Seed
	young, old map[uint64]bucket
	turned     time.Time     // when young was begun
	keep       time.Duration // how long a bucket matters
	most       int           // buckets in both generations
}

type bucket struct {
	tokens float64 // below 0 after more was taken than there was
	at     time.Time
}

func newBuckets(most int, keep time.Duration, now func() time.Time) *buckets {
	return &buckets{now: now, seed: maphash.MakeSeed(), young: map[uint64]bucket{}, turned: now(), keep: keep, most: most}
}

// take takes n if at least one is left, and returns 0; else how long it takes until one is there.
func (b *buckets) take(k key, r Rate, n float64) time.Duration {
	if k == (key{}) || r == (Rate{}) {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now, name := b.now(), maphash.Comparable(b.seed, k)
	bk := b.at(name, r, now)
	missing := 1 - bk.tokens
	if missing <= 0 || n < 0 {
		bk.tokens, missing = min(bk.tokens-n, r.Burst), 0
	}
	if bk.tokens < r.Burst { // a full one is as good as none. A refused one, too, moves to the young ones: who knocks on is not forgotten
		b.young[name] = bk
	}
	if missing > 0 {
		return wait(missing, r)
	}
	return 0
}

func (b *buckets) give(k key, r Rate, n float64) { b.take(k, r, -n) }

// at returns a bucket as it is now.
func (b *buckets) at(name uint64, r Rate, now time.Time) bucket {
	if len(b.young) >= b.most/2 || now.Sub(b.turned) > b.keep {
		b.old, b.young, b.turned = b.young, map[uint64]bucket{}, now
	}
	bk, ok := b.young[name]
	if !ok {
		bk, ok = b.old[name]
	}
	if !ok {
		return bucket{r.Burst, now}
	}
	if passed := now.Sub(bk.at).Seconds(); passed > 0 {
		bk.tokens = min(r.Burst, bk.tokens+passed*r.PerSecond)
	}
	bk.at = now
	return bk
}

// len returns how many buckets there are.
func (b *buckets) len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.young) + len(b.old)
}

// wait is how long it takes until so much is there again, an hour at most.
func wait(missing float64, r Rate) time.Duration {
	seconds := missing / r.PerSecond
	if r.PerSecond <= 0 || seconds > 3600 {
		return time.Hour
	}
	return time.Duration(math.Ceil(seconds*1000)) * time.Millisecond
}
