package session

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
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

func TestForgedCookiesCostNoLookup(t *testing.T) {
	s := newSite(t, nil)
	good := s.write("")
	raw, _ := base64.RawURLEncoding.DecodeString(good)
	raw[0] ^= 1
	flipped := base64.RawURLEncoding.EncodeToString(raw)
	other := newSite(t, nil).write("")
	before := s.Lookups()
	for name, cookie := range map[string]string{
		"none": "", "short": good[:40], "long": good + "A", "8 KB": strings.Repeat("A", 8192), "flipped": flipped,
		"of another server": other, "line break": good[:62] + "\r\n", "not base64": strings.Repeat("!", 64),
		"the hash": hashOf(good), "halves swapped": good[32:] + good[:32], "quoted": `"` + good + `"`, "NUL": strings.Repeat("\x00", 64),
	} {
		v := s.visit(cookie)
		if v.Exists() {
			t.Errorf("%s: leads to a session", name)
		}
		if c := v.Settle(t.Context(), false); c != nil {
			t.Errorf("%s: a fragment sets a cookie", name)
		}
		if c := v.Settle(t.Context(), true); c == nil || c.Value == cookie || !s.signer.genuine(c.Value) {
			t.Errorf("%s: a page sets %+v", name, c)
		}
	}
	if n := s.Lookups() - before; n != 0 {
		t.Errorf("%d look-ups for forged cookies", n)
	}
	if !s.visit(good).Exists() || s.Lookups() != before+1 {
		t.Error("the good one leads nowhere")
	}
}

func TestAVisitAloneLeavesNothing(t *testing.T) {
	both(t, func(t *testing.T, s *site) {
		c := s.visit("").Settle(t.Context(), true)
		v := s.visit(c.Value) // the first visit coming back
		if again := v.Settle(t.Context(), true); again != nil || v.Exists() {
			t.Errorf("cookie %v", again)
		}
		if n, _ := s.store.CountSessions(t.Context()); n.Live != 0 {
			t.Errorf("%+v", n)
		}
		if s.redis != nil && s.redis.Do("DBSIZE") != "0" {
			t.Error("a key in Redis")
		}
	})
}

func TestTheFirstWriteMakesRowKeyAndCookie(t *testing.T) {
	both(t, func(t *testing.T, s *site) {
		page := s.visit("").Settle(t.Context(), true)
		v := s.visit(page.Value)
		keepCard(t, v)
		c := v.Settle(t.Context(), false)
		want := Cookie{Name: "cardstock", Value: page.Value, MaxAge: 30 * 24 * 3600}
		if c == nil || *c != want {
			t.Fatalf("cookie %+v, want %+v", c, want)
		}
		if days := time.Until(v.ExpiresAt()).Hours() / 24; !v.Exists() || days < 29.99 || days > 30 {
			t.Errorf("kept for %v days", days)
		}
		if s.redis == nil {
			return
		}
		if got := s.redis.Do("GET", s.keyName(c.Value)); got != "1" {
			t.Errorf("the key says %q", got)
		}
		if row, _ := s.store.SessionByToken(t.Context(), hashOf(c.Value)); !row.Keyed() {
			t.Error("the row does not know of its key")
		}
	})
}

func TestTwoFirstWritesAtOnceEndInOneSession(t *testing.T) {
	both(t, func(t *testing.T, s *site) {
		cookie := s.visit("").Settle(t.Context(), true).Value
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() { s.write(cookie) })
		}
		wg.Wait()
		n, err := s.store.CountSessions(t.Context())
		if err != nil || n.Live != 1 {
			t.Errorf("%+v, %v", n, err)
		}
		u, err := s.visit(cookie).Scope().Usage(t.Context())
		if err != nil || u.Cards() != 8 {
			t.Errorf("%+v, %v", u, err)
		}
	})
}

func TestOneGETForARequest(t *testing.T) {
	s := newSite(t, testredis.Start(t))
	cookie := s.write("")
	s.redis.Do("CONFIG", "RESETSTAT")
	v := s.visit(cookie)
	v.Scope().Usage(t.Context())
	v.Settle(t.Context(), true)
	stats := s.redis.Do("INFO", "commandstats")
	if !strings.Contains(stats, "cmdstat_get:calls=1,") || strings.Contains(stats, "cmdstat_set") {
		t.Errorf("%s", stats)
	}
}

func TestTheTokenIsStoredNowhere(t *testing.T) {
	s := newSite(t, testredis.Start(t))
	cookie := s.write("")
	s.wait(2 * time.Hour)
	s.visit(cookie)
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(s.store.Path() + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(cookie)) {
			t.Errorf("the token is in the database file%s", suffix)
		}
	}
	if keys := s.redis.Do("KEYS", "*"); strings.Contains(keys, cookie) || s.logged(cookie) > 0 {
		t.Errorf("the token is in Redis or the log: %s", keys)
	}
}

func TestTouch(t *testing.T) {
	both(t, func(t *testing.T, s *site) {
		cookie := s.write("")
		s.wait(59 * time.Minute)
		v := s.visit(cookie)
		if c := v.Settle(t.Context(), true); c != nil {
			t.Error("a touch before an hour has gone by")
		}
		before := v.ExpiresAt()
		s.wait(2 * time.Minute)
		v = s.visit(cookie)
		c := v.Settle(t.Context(), false)
		if c == nil || c.Value != cookie || c.MaxAge != 30*24*3600 {
			t.Fatalf("no cookie for a visit written down: %+v", c)
		}
		if slid := v.ExpiresAt().Sub(before); slid < 60*time.Minute {
			t.Errorf("it slid by %s", slid)
		}
		if row, _ := s.store.SessionByToken(t.Context(), hashOf(cookie)); s.redis != nil && !row.Keyed() {
			t.Error("the key was not set again")
		}
		// 20 visits, each 29 days after the last: it never ends.
		for range 20 {
			s.wait(29 * 24 * time.Hour)
			if !s.visit(cookie).Exists() {
				t.Fatal("gone, though visited in time")
			}
		}
	})
}

func TestExpiredMeansAFreshSession(t *testing.T) {
	both(t, func(t *testing.T, s *site) {
		cookie := s.write("")
		s.wait(30*24*time.Hour + time.Second)
		v := s.visit(cookie)
		if v.Exists() {
			t.Fatal("there after its time")
		}
		c := v.Settle(t.Context(), true)
		if c == nil || c.Value == cookie {
			t.Fatalf("the cookie is %+v", c)
		}
		if again := s.write(cookie); again == cookie {
			t.Error("the token of an expired session is used again")
		}
	})
}

func TestAKeyDeletedByHandHeals(t *testing.T) {
	s := newSite(t, testredis.Start(t))
	cookie := s.write("")
	s.redis.Do("DEL", s.keyName(cookie))
	if !s.visit(cookie).Exists() {
		t.Error("the row decides")
	}
	if s.redis.Do("GET", s.keyName(cookie)) != "1" {
		t.Error("the visit did not bring the key back")
	}
}

// With the key marked missing and Redis away, the visit must still be heard of.
func TestAVisitToAMarkedSessionIsWrittenDown(t *testing.T) {
	s := newSite(t, testredis.Start(t))
	cookie := s.write("")
	row, _ := s.store.SessionByToken(t.Context(), hashOf(cookie))
	if err := s.store.MarkMissing(t.Context(), db.InServer, []db.Session{*row}, 1); err != nil {
		t.Fatal(err)
	}
	s.redis.Kill()
	s.visit(cookie)
	if row, _ = s.store.SessionByToken(t.Context(), hashOf(cookie)); row.MissingSince != nil {
		t.Error("still marked")
	}
}

func TestEnd(t *testing.T) {
	both(t, func(t *testing.T, s *site) {
		cookie := s.write("")
		old := s.visit(cookie).Scope()
		v := s.visit(cookie)
		if err := v.End(t.Context()); err != nil {
			t.Fatal(err)
		}
		if v.Exists() {
			t.Error("there after the end")
		}
		c := v.Settle(t.Context(), false)
		if c == nil || c.Value == cookie || !s.signer.genuine(c.Value) {
			t.Errorf("cookie %+v", c)
		}
		// Nothing is left, a write under way is refused, and the old cookie leads nowhere.
		if n, _ := s.store.CountSessions(t.Context()); n != (db.SessionCounts{}) {
			t.Errorf("%+v", n)
		}
		if u, err := old.Usage(t.Context()); err != nil || u.Cards() != 0 {
			t.Errorf("%+v, %v", u, err)
		}
		if err := old.DeleteCard(t.Context(), "x"); !errors.Is(err, db.ErrEnded) {
			t.Errorf("a write under way got %v", err)
		}
		if s.visit(cookie).Exists() {
			t.Error("the old cookie leads somewhere")
		}
		if s.redis != nil && s.redis.Do("DBSIZE") != "0" {
			t.Error("the key is still there")
		}
		if err := s.visit("").End(t.Context()); err != nil {
			t.Error("nothing to erase:", err)
		}
	})
}

func TestEndWhileRedisIsAway(t *testing.T) {
	s := newSite(t, testredis.Start(t))
	cookie := s.write("")
	s.redis.Kill()
	v := s.visit(cookie)
	scope := v.Scope()
	if err := v.End(t.Context()); err != nil {
		t.Fatal(err)
	}
	if u, err := scope.Usage(t.Context()); err != nil || u.Cards() != 0 {
		t.Errorf("rows are left: %+v, %v", u, err)
	}
	// The bare row remembers the key that is still to be deleted, and the token is not used again.
	row, err := s.store.SessionByToken(t.Context(), hashOf(cookie))
	if err != nil || row == nil || row.TokenHash != nil {
		t.Fatalf("%+v, %v", row, err)
	}
	if again := s.write(cookie); again == cookie {
		t.Error("the token of an ended session is used again")
	}
}

func TestEndWinsAgainstSavesUnderWay(t *testing.T) {
	s := newSite(t, nil)
	cookie := s.write("")
	var wg sync.WaitGroup
	for range 4 {
		v := s.visit(cookie)
		wg.Go(func() {
			for range 200 {
				c := &card.Card{Kind: card.Model, Template: "model", Title: "A card"}
				if _, err := v.Scope().CreateCard(context.Background(), c, nil); errors.Is(err, db.ErrEnded) {
					return
				}
			}
			t.Error("no write was refused")
		})
	}
	if err := s.visit(cookie).End(t.Context()); err != nil {
		t.Error(err)
	}
	wg.Wait()
	if n, _ := s.store.CountSessions(t.Context()); n != (db.SessionCounts{}) {
		t.Errorf("%+v", n)
	}
}

func TestSharedComputer(t *testing.T) {
	both(t, func(t *testing.T, s *site) {
		v := s.visit("")
		if err := v.SetShared(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		c := v.Settle(t.Context(), true)
		if !v.Shared() || c == nil || c.MaxAge != 0 || v.TTL() != 12*time.Hour {
			t.Fatalf("shared %v, cookie %+v, ttl %s", v.Shared(), c, v.TTL())
		}
		if s.redis != nil {
			if ttl := s.redis.Do("TTL", s.keyName(c.Value)); ttl != "43200" && ttl != "43199" {
				t.Errorf("the key lives %s s", ttl)
			}
		}
		s.wait(11 * time.Hour)
		if v = s.visit(c.Value); !v.Exists() || v.Settle(t.Context(), true).MaxAge != 0 {
			t.Error("a touch keeps it shared")
		}
		if err := v.SetShared(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		if c := v.Settle(t.Context(), true); c.MaxAge != 30*24*3600 {
			t.Errorf("not shared any more: %+v", c)
		}
		if err := v.SetShared(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		s.wait(12 * time.Hour)
		if s.visit(c.Value).Exists() {
			t.Error("there after 12 hours")
		}
	})
}

func TestSecureCookie(t *testing.T) {
	s := newSite(t, nil)
	s.o.Secure = true
	if c := s.visit("").Settle(t.Context(), true); c.Name != "__Host-cardstock" || !c.Secure {
		t.Errorf("%+v", c)
	}
}
