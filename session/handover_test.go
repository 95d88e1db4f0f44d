package session

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"cardstock/card"
	"cardstock/db"
	"cardstock/e2e/testredis"
)

func templates(t *testing.T) *card.Templates {
	t.Helper()
	ts, err := card.LoadTemplates()
	if err != nil {
		t.Fatal(err)
	}
	return ts
}

// offer makes a visitor with a card and a code for it.
func (s *site) offer() (cookie, code string) {
	s.t.Helper()
	cookie = s.write("")
	code, until, err := s.visit(cookie).HandOver(s.t.Context())
	if err != nil || time.Until(until) > 10*time.Minute || time.Until(until) < 9*time.Minute {
		s.t.Fatal(code, until, err)
	}
	return cookie, code
}

// arrive types the code in the browser with this cookie and returns the cookie it gets.
func (s *site) arrive(cookie, code string) (string, error) {
	s.t.Helper()
	v := s.visit(cookie)
	err := v.Arrive(s.t.Context(), code, "")
	if c := v.Settle(s.t.Context(), false); c != nil {
		return c.Value, err
	}
	return cookie, err
}

func (s *site) cards(cookie string) int {
	s.t.Helper()
	u, err := s.visit(cookie).Scope().Usage(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return u.Cards()
}

func TestCodes(t *testing.T) {
	seen := map[string]bool{}
	s := newSite(t, nil)
	cookie := s.write("")
	for range 50 {
		code, _, err := s.visit(cookie).HandOver(t.Context())
		if err != nil || seen[code] || !regexp.MustCompile(`^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{2}$`).MatchString(code) {
			t.Fatal(code, err)
		}
		seen[code] = true
	}
	code := []byte("sixteen bytes !!")
	written := writeCode(code)
	plain := strings.ReplaceAll(written, "-", "")
	for _, typed := range []string{
		written, plain, strings.ToLower(written), "  " + written + "\n", strings.ReplaceAll(written, "-", " "),
		strings.ReplaceAll(written, "-", " – "), strings.NewReplacer("0", "o", "1", "l").Replace(plain), strings.ReplaceAll(plain, "1", "i"),
		strings.ReplaceAll(written, "-", "\u00a0"),
	} {
		if string(readCode(typed)) != string(code) {
			t.Errorf("%q is not understood", typed)
		}
	}
	for _, typed := range []string{
		"", "-", plain[1:], plain + "0", plain[:25] + "Z", strings.Repeat("U", 26), strings.Repeat("é", 26), strings.Repeat("A", 26) + strings.Repeat(" ", 1000),
		"https://example.org/" + plain,
	} {
		if readCode(typed) != nil {
			t.Errorf("%q is taken for a code", typed)
		}
	}
}

func TestASessionGoesOnInAnotherBrowser(t *testing.T) {
	both(t, func(t *testing.T, s *site) {
		old, code := s.offer()
		arriving := s.signer.fresh()
		coming, err := s.visit(arriving).Coming(t.Context(), code, templates(t))
		if err != nil || len(coming.Cards) != 1 || s.cards(old) != 1 {
			t.Fatalf("%+v, %v", coming, err)
		}
		cookie, err := s.arrive(arriving, strings.ToLower(code))
		if err != nil || cookie == old || cookie == arriving || !s.signer.genuine(cookie) {
			t.Fatal(cookie, err)
		}
		if s.cards(cookie) != 1 || s.cards(old) != 0 || s.cards(arriving) != 0 || s.visit(old).Exists() {
			t.Errorf("cards: there %d, left behind %d, under the cookie it came with %d", s.cards(cookie), s.cards(old), s.cards(arriving))
		}
		if n, _ := s.store.CountSessions(t.Context()); n != (db.SessionCounts{Live: 1}) {
			t.Errorf("%+v", n)
		}
		if _, err := s.arrive(s.signer.fresh(), code); !errors.Is(err, db.ErrNoCode) {
			t.Errorf("a second time: %v", err)
		}
		if s.redis == nil {
			return
		}
		if keys := s.redis.Do("KEYS", "*"); keys != s.keyName(cookie) {
			t.Errorf("keys %q", keys)
		}
		row, _ := s.store.SessionByToken(t.Context(), hashOf(cookie))
		if !row.Keyed() {
			t.Error("the new key is not noted")
		}
	})
}

func TestArrivingErasesTheBrowsersOwnCards(t *testing.T) {
	both(t, func(t *testing.T, s *site) {
		_, code := s.offer()
		own := s.write("")
		keepCard(t, s.visit(own))
		v := s.visit(own)
		seen, err := v.Scope().State(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := v.Arrive(t.Context(), code, "1.0"); !errors.Is(err, db.ErrUnseen) || s.cards(own) != 2 {
			t.Fatalf("cards that were not shown: %v", err)
		}
		if err := v.Arrive(t.Context(), code, seen); err != nil {
			t.Fatal(err)
		}
		cookie := v.Settle(t.Context(), false)
		if cookie == nil || cookie.Value == own || s.cards(cookie.Value) != 1 || s.visit(own).Exists() {
			t.Errorf("arrived with %+v", cookie)
		}
		// The rest of this request is the session that arrived.
		if u, err := v.Scope().Usage(t.Context()); err != nil || u.Cards() != 1 || !v.Exists() {
			t.Errorf("%+v, %v", u, err)
		}
		if n, _ := s.store.CountSessions(t.Context()); n != (db.SessionCounts{Live: 1}) {
			t.Errorf("%+v", n)
		}
		if s.redis != nil && s.redis.Do("KEYS", "*") != s.keyName(cookie.Value) {
			t.Errorf("keys %q", s.redis.Do("KEYS", "*"))
		}
	})
}

// Whoever lacks the first reply, or presses twice, still gets the session: each reply has the same cookie.
func TestArrivingTwice(t *testing.T) {
	both(t, func(t *testing.T, s *site) {
		_, code := s.offer()
		own := s.write("")
		cookies := make([]string, 6)
		var wg sync.WaitGroup
		for i := range cookies {
			wg.Go(func() {
				var err error
				if cookies[i], err = s.arrive(own, code); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, c := range cookies {
			if c != cookies[0] {
				t.Fatalf("different cookies: %v", cookies)
			}
		}
		if s.cards(cookies[0]) != 1 {
			t.Error("the cards are lost")
		}
		// For everybody else the code is used, also for who comes without a cookie.
		for _, other := range []string{"", s.signer.fresh(), cookies[0]} {
			if _, err := s.arrive(other, code); err == nil {
				t.Errorf("used again by %q", other)
			}
		}
		s.wait(time.Minute)
		if _, err := s.arrive(own, code); !errors.Is(err, db.ErrNoCode) {
			t.Errorf("a minute later: %v", err)
		}
	})
}

// A browser without a session arrives with a cookie that nobody knew before: who planted or noted its earlier one, and reads the code over the
// shoulder, does not get the token.
func TestABrowserArrivesWithACookieNobodyKnew(t *testing.T) {
	both(t, func(t *testing.T, s *site) {
		ended := s.write("")
		if err := s.visit(ended).End(t.Context()); err != nil {
			t.Fatal(err)
		}
		for what, came := range map[string]string{"no cookie": "", "that of a first visit": s.signer.fresh(), "that of a session that ended": ended} {
			_, code := s.offer()
			v := s.visit(came)
			if _, err := v.Coming(t.Context(), code, templates(t)); err != nil {
				t.Fatal(err)
			}
			fresh := v.Settle(t.Context(), false)
			if fresh == nil || fresh.Value == came {
				t.Fatalf("%s: no fresh one with what is coming: %+v", what, fresh)
			}
			one, err1 := s.arrive(fresh.Value, code)
			two, err2 := s.arrive(fresh.Value, code)
			if err1 != nil || err2 != nil || one != two || one == fresh.Value || s.cards(one) != 1 {
				t.Error(what, err1, err2, one == two)
			}
			if _, err := s.arrive(came, code); !errors.Is(err, db.ErrNoCode) {
				t.Errorf("%s: with the earlier cookie: %v", what, err)
			}
		}
	})
}

// A failing Redis never stops a hand-over; the old key is deleted when Redis is back.
func TestArrivingWhileRedisIsAway(t *testing.T) {
	s := newSite(t, testredis.Start(t, "--appendonly", "yes"))
	old, code := s.offer()
	own := s.write("")
	s.redis.Kill()
	cookie, err := s.arrive(own, code)
	if err != nil || s.cards(cookie) != 1 {
		t.Fatalf("%v, %d cards", err, s.cards(cookie))
	}
	row, err := s.store.SessionByToken(t.Context(), hashOf(cookie))
	if err != nil || row.Keyed() {
		t.Errorf("noted as keyed: %+v, %v", row, err)
	}
	// Both old tokens lead to bare rows that remember their keys, and neither is used again.
	for _, c := range []string{old, own} {
		row, err := s.store.SessionByToken(t.Context(), hashOf(c))
		if err != nil || row == nil || row.TokenHash != nil || row.Hash() != hashOf(c) {
			t.Errorf("%+v, %v", row, err)
		}
		if again := s.write(c); again == c {
			t.Error("the old token is used again")
		}
	}
}

// What the old browser has under way is refused when the session has moved, and so never acknowledged: a save, whose words that browser keeps as a
// draft; a code of its own, by which whoever lured somebody here would take the session back; and erasing. Nothing brings the old
// token or its key back.
func TestTheOldBrowsersVisitUnderWay(t *testing.T) {
	s := newSite(t, testredis.Start(t))
	old, code := s.offer()
	under := s.visit(old)
	cookie, err := s.arrive(s.signer.fresh(), code)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := under.Scope().CreateCard(t.Context(), &card.Card{Kind: card.Model, Template: "model"}, nil); !errors.Is(err, db.ErrEnded) {
		t.Errorf("a save: %v", err)
	}
	if cards, err := under.Scope().Cards(t.Context(), templates(t)); !errors.Is(err, db.ErrEnded) || cards != nil {
		t.Errorf("reading: %v, %v", cards, err)
	}
	if code, _, err := under.HandOver(t.Context()); !errors.Is(err, db.ErrEnded) || code != "" {
		t.Errorf("a code: %q, %v", code, err)
	}
	if err := under.SetShared(t.Context(), true); !errors.Is(err, db.ErrEnded) || s.visit(cookie).Shared() {
		t.Errorf("saying how long the session lives: %v", err)
	}
	if err := under.End(t.Context()); card.CodeOf(err) != card.Conflict {
		t.Errorf("erasing: %v", err)
	}
	s.set(t.Context(), under.row)
	if keys := s.redis.Do("KEYS", "*"); keys != s.keyName(cookie) || s.cards(cookie) != 1 {
		t.Errorf("keys %q, %d cards", keys, s.cards(cookie))
	}
}

// The token is as good as a fresh one, and lies nowhere.
func TestTheTokenOfAnArrivalIsNotToBeGuessed(t *testing.T) {
	s := newSite(t, nil)
	code, cookie := []byte("sixteen bytes !!"), s.signer.fresh()
	token := s.signer.derived(code, cookie)
	if !s.signer.genuine(token) || token != s.signer.derived(code, cookie) {
		t.Fatal("not a token, or not the same twice")
	}
	other := signer{[]byte("another secret")}
	random, _ := base64.RawURLEncoding.DecodeString(token)
	plain := sha256.Sum256(append(append([]byte("hand-over\x00"), code...), cookie...))
	for what, same := range map[string]bool{
		"another code":    token == s.signer.derived([]byte("sixteen bytes !?"), cookie),
		"another cookie":  token == s.signer.derived(code, s.signer.fresh()),
		"another secret":  token[:40] == other.derived(code, cookie)[:40],
		"no secret":       string(random[:32]) == string(plain[:]),
		"the cookie":      token == cookie,
		"the cookie's":    token[:40] == cookie[:40],
		"the code's hash": strings.Contains(token, hashOfCode(code)[:20]),
	} {
		if same {
			t.Errorf("%s gives the same token", what)
		}
	}
}
