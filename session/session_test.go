package session

import (
	"bytes"
	"encoding/base64"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"cardstock/e2e/testredis"
)

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

func TestSecureCookie(t *testing.T) {
	s := newSite(t, nil)
	s.o.Secure = true
	if c := s.visit("").Settle(t.Context(), true); c.Name != "__Host-cardstock" || !c.Secure {
		t.Errorf("%+v", c)
	}
}
