package session

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cardstock/card"
	"cardstock/db"
	"cardstock/e2e/testredis"
)

// A site is a keeper on a database of its own, with a clock the test moves.

type site struct {
	*Keeper
	t     *testing.T
	store *db.DB
	redis *testredis.Server // nil: embedded
	mu    sync.Mutex
	ahead time.Duration // of the real clock
	log   *bytes.Buffer
}

func newSite(t *testing.T, redis *testredis.Server) *site {
	t.Helper()
	schema, err := os.ReadFile("../schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	store, err := db.Open(t.Context(), db.Options{Path: filepath.Join(t.TempDir(), "cards.db"), Schema: string(schema)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	s := &site{t: t, store: store, redis: redis, log: &bytes.Buffer{}}
	store.Now = func() time.Time {
		s.mu.Lock()
		defer s.mu.Unlock()
		return time.Now().Add(s.ahead)
	}
	log := slog.New(slog.NewTextHandler(&locked{w: s.log, mu: &s.mu}, nil))
	var keys *Keys
	if redis != nil {
		if keys, err = OpenKeys([]string{redis.URL}, log); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { keys.Close() })
	}
	if s.Keeper, err = New(t.Context(), store, keys, Options{Log: log}); err != nil {
		t.Fatal(err)
	}
	return s
}

type locked struct {
	w  *bytes.Buffer
	mu *sync.Mutex
}

func (l *locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

func (s *site) logged(what string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Count(s.log.String(), what)
}

func (s *site) wait(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ahead += d
}

func (s *site) visit(cookie string) *Visit {
	s.t.Helper()
	v, err := s.Visit(s.t.Context(), cookie)
	if err != nil {
		s.t.Fatal(err)
	}
	return v
}

// write keeps a card and returns the cookie the visitor has afterwards.

func (s *site) write(cookie string) string {
	s.t.Helper()
	v := s.visit(cookie)
	keepCard(s.t, v)
	if c := v.Settle(s.t.Context(), false); c != nil {
		return c.Value
	}
	return cookie
}

func keepCard(t *testing.T, v *Visit) {
	t.Helper()
	c := &card.Card{Kind: card.Model, Template: "model", Title: "A card"}
	if _, err := v.Scope().CreateCard(t.Context(), c, nil); err != nil {
		t.Fatal(err)
	}
}

func (s *site) keyName(cookie string) string { return keyPrefix + hashOf(cookie) }

// both runs a test without Redis and with it.

func both(t *testing.T, test func(t *testing.T, s *site)) {
	t.Run("embedded", func(t *testing.T) { test(t, newSite(t, nil)) })
	t.Run("redis", func(t *testing.T) { test(t, newSite(t, testredis.Start(t))) })
}

// With the key marked missing and Redis away, the visit must still be heard of.
