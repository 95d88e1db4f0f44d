package session

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// A breaker keeps requests from waiting for a Redis that does not answer: after a failure they make no calls, and a
// probe beside them finds out when all of Redis is back. That a single call worked says nothing of it: it may have begun
// before the failure, or concern another shard of a Cluster. Each change of state is logged once.
type breaker struct {
	log   *slog.Logger
	probe func() error // asks all of Redis, nothing else
	end   context.Context

	mu      sync.Mutex
	open    bool // Redis did not answer the last time
	refused bool // Redis answers but takes no writes
	returns int  // how often Redis came back
}

// probePause is how long to wait before each probe.
const probePause = time.Second

// answering reports whether Redis answered the last time.
func (b *breaker) answering() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.open
}

// begun is what a call takes along from its beginning, for failed.
func (b *breaker) begun() (returns int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.returns
}

// failed notes that a call did not get an answer. One that began before Redis came back says nothing of now: the sweeper's calls may
// wait for two seconds, and would open the breaker once more.
func (b *breaker) failed(begun int, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open || begun != b.returns || b.end.Err() != nil {
		return
	}
	b.open = true
	b.log.Warn("Redis does not answer; sessions are served from the database", "err", err, "do", Advice(err))
	go b.watch()
}

// answered notes that all of Redis answered.
func (b *breaker) answered() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open {
		b.open = false
		b.returns++
		b.log.Info("Redis answers again")
	}
}

// watch probes until Redis answers.
func (b *breaker) watch() {
	for !b.answering() {
		select {
		case <-b.end.Done():
			return
		case <-time.After(probePause):
		}
		if b.probe() == nil {
			b.answered()
		}
	}
}

// wrote notes how a write went that got an answer: nil, or why Redis refused it.
func (b *breaker) wrote(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case err != nil && !b.refused:
		b.log.Warn("Redis refuses to store session keys; they are set when it does again", "err", err, "do", Advice(err))
	case err == nil && b.refused:
		b.log.Info("Redis stores session keys again")
	}
	b.refused = err != nil
}
