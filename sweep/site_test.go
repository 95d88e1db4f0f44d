package sweep

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
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
	"cardstock/session"
)

const grace = 300 * time.Millisecond

// A site is a server without its pages: a database, Redis or none, a keeper of sessions and a sweeper.

type site struct {
	*Sweeper
	t      *testing.T
	keeper *session.Keeper
	redis  *testredis.Server
	mu     sync.Mutex
	ahead  time.Duration // of the clock of the real one
	jumped time.Duration // of that, what the steady clock does not know
	log    bytes.Buffer
}

type logWriter struct{ s *site }

func (w logWriter) Write(b []byte) (int, error) {
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	return w.s.log.Write(b)
}

func newSite(t *testing.T, redis *testredis.Server, ttl time.Duration) *site {
	t.Helper()
	s := &site{t: t, redis: redis}
	store, err := db.Open(t.Context(), db.Options{Path: filepath.Join(t.TempDir(), "cards.db"), Schema: readSchema(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	store.Now = func() time.Time {
		s.mu.Lock()
		defer s.mu.Unlock()
		return time.Now().Add(s.ahead)
	}
	log := slog.New(slog.NewTextHandler(logWriter{s}, nil))
	var keys *session.Keys
	if redis != nil {
		if keys, err = session.OpenKeys([]string{redis.URL}, log); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { keys.Close() })
	}
	if s.keeper, err = session.New(t.Context(), store, keys, session.Options{TTL: ttl, Log: log}); err != nil {
		t.Fatal(err)
	}
	s.Sweeper = s.another(store, keys, log)
	return s
}

func readSchema(t *testing.T) string {
	t.Helper()
	schema, err := os.ReadFile("../schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	return string(schema)
}

// another returns one more sweeper of the same database, as another process has it.

func (s *site) another(store *db.DB, keys *session.Keys, log *slog.Logger) *Sweeper {
	s.t.Helper()
	began := time.Now()
	sw, err := New(s.t.Context(), store, keys, Options{Grace: grace, Interval: 50 * time.Millisecond, Log: log,
		Uptime: func() time.Duration {
			s.mu.Lock()
			defer s.mu.Unlock()
			return time.Since(began) + s.ahead - s.jumped
		}})
	if err != nil {
		s.t.Fatal(err)
	}
	return sw
}

func (s *site) again() *Sweeper { return s.another(s.db, s.keys, s.o.Log) }

// wait lets time go by, jump only the wall clock.

func (s *site) wait(d time.Duration) { s.move(d, 0) }

func (s *site) jump(d time.Duration) { s.move(d, d) }

func (s *site) move(ahead, jumped time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ahead += ahead
	s.jumped += jumped
}

func (s *site) logged(what string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Count(s.log.String(), what)
}

// begin makes n sessions with a card each and returns their cookies.

func (s *site) begin(n int) []string {
	s.t.Helper()
	cookies := make([]string, n)
	for i := range cookies {
		v := s.visit("")
		c := &card.Card{Kind: card.Model, Template: "model", Title: "A card of Corduliidae"}
		if _, err := v.Scope().CreateCard(s.t.Context(), c, nil); err != nil {
			s.t.Fatal(err)
		}
		cookies[i] = v.Settle(s.t.Context(), false).Value
	}
	return cookies
}

func (s *site) visit(cookie string) *session.Visit {
	s.t.Helper()
	v, err := s.keeper.Visit(s.t.Context(), cookie)
	if err != nil {
		s.t.Fatal(err)
	}
	return v
}

func (s *site) pass(o PassOptions) Report {
	s.t.Helper()
	r, err := s.Pass(s.t.Context(), o)
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

// sessions says how many rows of sessions and of cards there are, as "2/2".

func (s *site) sessions() string {
	s.t.Helper()
	n, err := s.db.CountSessions(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return fmt.Sprintf("%d live, %d due, %d ended", n.Live, n.Due, n.Ended)
}

func (s *site) want(when, want string) {
	s.t.Helper()
	if got := s.sessions(); got != want {
		s.t.Errorf("%s: %s; want %s", when, got, want)
	}
}

func key(cookie string) string {
	sum := sha256.Sum256([]byte(cookie))
	return "cardstock:session:" + base64.RawURLEncoding.EncodeToString(sum[:])
}

func (s *site) keysThere(cookies []string) int {
	n := 0
	for _, c := range cookies {
		if s.redis.Do("EXISTS", key(c)) == "1" {
			n++
		}
	}
	return n
}

func held(r Report) string {
	var kinds []string
	for _, h := range r.Held {
		kinds = append(kinds, h.kind)
	}
	return strings.Join(kinds, " ")
}

func text(r Report) string {
	var b strings.Builder
	r.Write(&b)
	return b.String()
}

const month = 30 * 24 * time.Hour

// What happens to Redis, and that nothing of it erases anything: the keys come back instead.

// The visitor erases while Redis is away: the key goes when it is back.

// A crash between any two steps of ending leaves what the next sweeper finishes.

// As after an older database file was restored: the key knows of a visit that the row does not.

// A SET that failed, or a crash between the row's commit and it: the key was never there, and its absence proves nothing.

// The server was restarted after the jump, so it knows no better; Redis does.

// dump is all that could have changed: rows, Redis, the sizes of the files.

// What a visitor deletes is not the sweeper's work, but the log it stays in is.
