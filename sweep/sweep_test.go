package sweep

import (
	"context"
	"fmt"
	"testing"
	"time"

	"cardstock/e2e/testredis"
)

func TestADeletedKeyEndsItsSessionAfterTheGrace(t *testing.T) {
	s := newSite(t, testredis.Start(t), month)
	cookies := s.begin(3)
	s.pass(PassOptions{})
	s.redis.Do("DEL", key(cookies[0]), key(cookies[1]))
	r := s.pass(PassOptions{})
	if r.Marked != 2 || r.Ended != 0 || len(r.Missing) != 2 {
		t.Errorf("%+v", r)
	}
	if !s.visit(cookies[1]).Exists() { // a visit within the grace heals
		t.Error("gone within the grace")
	}
	time.Sleep(grace)
	if r = s.pass(PassOptions{}); r.Ended != 1 || r.Erased.Sessions != 1 || r.Erased.Rows != 1 {
		t.Errorf("%+v", r)
	}
	s.want("after the grace", "2 live, 0 due, 0 ended")
	if s.visit(cookies[0]).Exists() || !s.visit(cookies[1]).Exists() || !s.visit(cookies[2]).Exists() {
		t.Error("the wrong one went")
	}
	if r := s.pass(PassOptions{}); r.didSomething() {
		t.Errorf("an idle pass did %+v", r)
	}
}

func TestAKeyThatComesBackByItself(t *testing.T) {
	s := newSite(t, testredis.Start(t), month)
	cookies := s.begin(1)
	s.pass(PassOptions{})
	s.redis.Do("RENAME", key(cookies[0]), "elsewhere")
	s.pass(PassOptions{})
	s.redis.Do("RENAME", "elsewhere", key(cookies[0]))
	time.Sleep(grace)
	s.pass(PassOptions{})
	s.want("after it came back", "1 live, 0 due, 0 ended")
	if n, _ := s.db.CountSessions(t.Context()); n.Missing != 0 {
		t.Error("still marked")
	}
}

func TestTrueExpiry(t *testing.T) {
	for _, redis := range []bool{false, true} {
		t.Run(fmt.Sprintf("redis %v", redis), func(t *testing.T) {
			t.Parallel()
			var server *testredis.Server
			if redis {
				server = testredis.Start(t)
			}
			s := newSite(t, server, 1500*time.Millisecond)
			old := s.begin(5)
			ctx, stop := context.WithCancel(t.Context())
			done := make(chan struct{})
			go func() { s.Run(ctx); close(done) }()
			began := time.Now()
			for time.Since(began) < 1200*time.Millisecond { // one of them is visited all the while
				s.visit(old[4])
				time.Sleep(20 * time.Millisecond)
			}
			s.want("before the time", "5 live, 0 due, 0 ended")
			for s.sessions() != "1 live, 0 due, 0 ended" {
				if time.Since(began) > 2200*time.Millisecond {
					t.Fatalf("after the time: %s", s.sessions())
				}
				s.visit(old[4])
				time.Sleep(20 * time.Millisecond)
			}
			stop()
			<-done
			if s.logged("msg=sweep ") == 0 || s.logged("Corduliidae") > 0 {
				t.Errorf("log: %s", s.log.String())
			}
		})
	}
}

func TestAMonthEmbedded(t *testing.T) {
	s := newSite(t, nil, month)
	cookies := s.begin(2)
	s.wait(20 * 24 * time.Hour)
	s.visit(cookies[1])
	s.wait(11 * 24 * time.Hour)
	if r := s.pass(PassOptions{}); r.Ended != 1 || r.Erased.Sessions != 1 {
		t.Errorf("%s", text(r))
	}
	if s.visit(cookies[0]).Exists() || !s.visit(cookies[1]).Exists() {
		t.Error("the wrong one went")
	}
}

func TestTheAuditGoesOnWhereItStopped(t *testing.T) {
	s := newSite(t, testredis.Start(t), month)
	cookies := s.begin(30)
	s.pass(PassOptions{})
	s.o.Slice, s.o.Budget = 10, time.Nanosecond
	for _, c := range cookies[:15] {
		s.redis.Do("DEL", key(c))
	}
	marked := 0
	for range 4 {
		marked += s.pass(PassOptions{}).Marked
	}
	if marked != 15 {
		t.Errorf("%d of 15 missing keys were found", marked)
	}
}
