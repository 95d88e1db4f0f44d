package session

import "sync/atomic"

// KeyStats count the calls to Redis since its keys were opened; a pipeline is one.
type KeyStats struct {
	OK      int64
	Refused int64 // answered, but not done: Redis is full or has become a replica
	Failed  int64 // without an answer
	Skipped int64 // not made, because Redis did not answer a moment ago
	Up      bool  // Redis answered the last time
	Writes  bool  // it took what was written the last time
}

type keyStats struct{ ok, refused, failed, skipped atomic.Int64 }

// Stats returns the counts at this moment.
func (k *Keys) Stats() KeyStats {
	s := &k.stats
	up, writes := k.breaker.state()
	return KeyStats{s.ok.Load(), s.refused.Load(), s.failed.Load(), s.skipped.Load(), up, writes}
}

// state reports whether Redis answered the last time, and whether it then takes writes.
func (b *breaker) state() (up, writes bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.open, !b.open && !b.refused
}
