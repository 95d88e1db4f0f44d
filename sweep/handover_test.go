package sweep

import (
	"testing"
	"time"

	"cardstock/db"
	"cardstock/e2e/testredis"
	"cardstock/session"
)

// A session that moved to another browser leaves a key behind while Redis is away, and nothing once it is back.
func TestAHandOverWhileRedisIsAwayLeavesNoKey(t *testing.T) {
	redis := testredis.Start(t, "--appendonly", "yes")
	s := newSite(t, redis, time.Hour)
	s.pass(PassOptions{})
	old := s.begin(1)[0]
	code, _, err := s.visit(old).HandOver(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	redis.Kill()
	a := s.visit("")
	if err := a.Arrive(t.Context(), code, ""); err != nil {
		t.Fatal(err)
	}
	cookie := a.Settle(t.Context(), false).Value
	redis.Restart()
	if redis.Do("EXISTS", key(old)) != "1" {
		t.Fatal("Redis should have the old key still")
	}
	s.wait(coolOff + session.CodeLife)
	for range 3 {
		s.pass(PassOptions{})
	}
	if redis.Do("EXISTS", key(old)) != "0" || redis.Do("EXISTS", key(cookie)) != "1" {
		t.Errorf("keys %q", redis.Do("KEYS", "*"))
	}
	if n, _ := s.db.CountSessions(t.Context()); n != (db.SessionCounts{Live: 1}) {
		t.Errorf("%+v", n)
	}
	if n, err := s.db.ForgetCodes(t.Context()); n != 0 || err != nil {
		t.Errorf("the sweeper left %d expired codes, %v", n, err)
	}
}

// The sweeper reads a row, the session moves, the sweeper sets the key it has read: that key is nobody's and must go.
func TestAHandOverBesideTheSweeper(t *testing.T) {
	redis := testredis.Start(t)
	s := newSite(t, redis, time.Hour)
	s.pass(PassOptions{})
	old := s.begin(1)[0]
	code, _, err := s.visit(old).HandOver(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	rows, err := s.db.LiveSessions(t.Context(), 0, "", 9)
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	a := s.visit("")
	if err := a.Arrive(t.Context(), code, ""); err != nil {
		t.Fatal(err)
	}
	p := s.start(PassOptions{})
	if err := p.setAgain(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	if redis.Do("EXISTS", key(old)) != "0" {
		t.Error("the sweeper brought the old key back for good")
	}
	if ended, err := s.db.EndSessions(t.Context(), db.InServer, rows); len(ended) != 0 || err != nil {
		t.Errorf("ended what has moved: %v, %v", ended, err)
	}
}
