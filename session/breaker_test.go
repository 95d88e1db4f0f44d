package session

import (
	"errors"
	"log/slog"
	"testing"
)

// The sweeper's calls may wait for two seconds: one that began while Redis hung fails when it is back already.
func TestALateFailureSaysNothingOfNow(t *testing.T) {
	away := errors.New("no answer")
	b := &breaker{log: slog.New(slog.DiscardHandler), end: t.Context(), probe: func() error { return away }}
	late := b.begun()
	b.failed(b.begun(), away)
	if b.answering() {
		t.Fatal("it did not answer")
	}
	b.answered()
	if b.failed(late, away); !b.answering() {
		t.Error("a call that began before it came back makes it away")
	}
	if b.failed(b.begun(), away); b.answering() {
		t.Error("a call that began since does not")
	}
}
