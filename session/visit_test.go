package session

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"cardstock/card"
	"cardstock/db"
	"cardstock/e2e/testredis"
)

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
		// The clock may be wrong: who only looks keeps the cookie that leads to the session once it is right again.
		if c := v.Settle(t.Context(), true); c != nil {
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
		if u, err := s.store.For(old.Session()).Usage(t.Context()); err != nil || u.Cards() != 0 {
			t.Errorf("%+v, %v", u, err)
		}
		if _, err := old.Usage(t.Context()); !errors.Is(err, db.ErrEnded) {
			t.Errorf("a read under way got %v", err)
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
	if u, err := s.store.For(scope.Session()).Usage(t.Context()); err != nil || u.Cards() != 0 {
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
