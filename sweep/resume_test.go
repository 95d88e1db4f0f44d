package sweep

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"cardstock/db"
	"cardstock/e2e/testredis"
)

func TestDueRowsWaitADayForRedis(t *testing.T) {
	s := newSite(t, testredis.Start(t), time.Hour)
	cookies := s.begin(2)
	s.pass(PassOptions{})
	s.redis.Kill()
	s.wait(2 * time.Hour)
	if r := s.pass(PassOptions{}); r.Ended != 0 {
		t.Errorf("%s", text(r))
	}
	s.want("after two hours", "0 live, 2 due, 0 ended")
	s.wait(23*time.Hour + time.Minute)
	if r := s.pass(PassOptions{}); r.Ended != 2 || r.Erased.Rows != 2 {
		t.Errorf("%s", text(r))
	}
	s.want("after a day", "0 live, 0 due, 2 ended") // bare rows, until the keys are deleted
	s.redis.Restart()
	s.redis.Do("SET", key(cookies[0]), "1") // a Redis that kept it
	s.pass(PassOptions{})                   // hears that Redis answers
	s.wait(time.Minute)
	s.pass(PassOptions{})
	s.want("after Redis came back", "0 live, 0 due, 0 ended")
	if s.keysThere(cookies) != 0 {
		t.Error("a key is left")
	}
}

func TestAnEraseWhileRedisIsAwayIsFinishedLater(t *testing.T) {
	s := newSite(t, testredis.Start(t, "--appendonly", "yes", "--appendfsync", "always"), month)
	cookies := s.begin(2)
	s.pass(PassOptions{})
	s.redis.Kill()
	if err := s.visit(cookies[0]).End(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.want("erased", "1 live, 0 due, 1 ended")
	s.redis.Restart()
	if s.keysThere(cookies) != 2 {
		t.Fatal("the test needs a Redis that kept its keys")
	}
	s.pass(PassOptions{})
	s.wait(time.Minute - time.Second) // the one who ended it has had time to finish
	s.pass(PassOptions{})
	s.want("later", "1 live, 0 due, 0 ended")
	if s.keysThere(cookies[:1]) != 0 || s.keysThere(cookies[1:]) != 1 {
		t.Error("the key of the erased session is left, or the other one went")
	}
}

func TestResumeAfterACrash(t *testing.T) {
	steps := []func(s *site, row db.Session){
		func(s *site, row db.Session) {
			if n, err := s.db.EndSessions(s.t.Context(), db.InServer, []db.Session{row}); err != nil || len(n) != 1 {
				s.t.Fatal(n, err)
			}
		},
		func(s *site, row db.Session) { s.redis.Do("DEL", "cardstock:session:"+row.Hash()) },
		func(s *site, row db.Session) {
			if _, err := s.db.Erase(s.t.Context(), db.InServer, []string{row.ID}, true); err != nil {
				s.t.Fatal(err)
			}
		},
	}
	for n := range len(steps) + 1 {
		t.Run(fmt.Sprintf("after step %d", n), func(t *testing.T) {
			t.Parallel()
			s := newSite(t, testredis.Start(t), month)
			cookies := s.begin(2)
			s.pass(PassOptions{})
			rows, err := s.db.LiveSessions(t.Context(), 0, "", 9)
			if err != nil {
				t.Fatal(err)
			}
			victim := rows[0]
			for _, step := range steps[:n] {
				step(s, victim)
			}
			if n > 0 {
				for _, c := range cookies {
					if key(c) == "cardstock:session:"+victim.Hash() && s.visit(c).Exists() {
						t.Error("a half-erased session is visible")
					}
				}
				s.wait(30 * time.Second)
				s.Sweeper = s.again() // the process that came after
				s.pass(PassOptions{})
				s.want("resumed", "1 live, 0 due, 0 ended")
				if s.keysThere(cookies) != 1 {
					t.Error("its key is left, or the other one went")
				}
			}
		})
	}
}

func TestADryRunChangesNothing(t *testing.T) {
	s := newSite(t, testredis.Start(t), 1200*time.Millisecond)
	expired := s.begin(1)
	_ = expired
	s.pass(PassOptions{})
	time.Sleep(1300 * time.Millisecond)
	cookies := s.begin(2)
	s.redis.Do("DEL", key(cookies[0]))
	before := s.dump()
	r := s.pass(PassOptions{DryRun: true, Beside: true})
	if r.Ended != 1 || len(r.Missing) != 1 || s.dump() != before {
		t.Errorf("%s", text(r))
	}
	if out := text(r); !strings.Contains(out, "Would end 1 session") || !strings.Contains(out, "Key missing since") {
		t.Errorf("%s", out)
	}
	s.redis.Do("FLUSHALL")
	before = s.dump()
	if r := s.pass(PassOptions{DryRun: true, Beside: true}); held(r) != "lost" || r.SetAgain != 2 || s.dump() != before {
		t.Errorf("%s", text(r))
	}
}

func (s *site) dump() string {
	s.t.Helper()
	rows, err := s.db.LiveSessions(s.t.Context(), -1, "", 99)
	if err != nil {
		s.t.Fatal(err)
	}
	evidence, _ := s.db.Evidence(s.t.Context())
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintln(&b, r.ID, r.ExpiresAt, r.KeyedUntil, r.MissingSince)
	}
	info, _ := os.Stat(s.db.Path())
	return fmt.Sprint(b.String(), s.sessions(), evidence, s.redis.Do("DBSIZE"), s.db.LogBytes(), info.ModTime(), info.Size())
}

func TestTwoSweepersShareTheWork(t *testing.T) {
	s := newSite(t, nil, time.Hour)
	s.begin(300)
	s.wait(2 * time.Hour)
	reports := make([]Report, 2)
	var wg sync.WaitGroup
	for i, sw := range []*Sweeper{s.again(), s.again()} {
		wg.Go(func() {
			var err error
			if reports[i], err = sw.Pass(t.Context(), PassOptions{Beside: i == 1}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := reports[0].Ended + reports[1].Ended; n != 300 || reports[0].Erased.Rows+reports[1].Erased.Rows != 300 {
		t.Errorf("%s\n%s", text(reports[0]), text(reports[1]))
	}
	s.want("in the end", "0 live, 0 due, 0 ended")
}

func TestALeaseHeldByAnother(t *testing.T) {
	s := newSite(t, nil, time.Hour)
	s.begin(1)
	s.wait(2 * time.Hour)
	if got, err := s.db.Lease(t.Context(), leaseName, "another", time.Minute); !got || err != nil {
		t.Fatal(err)
	}
	if r := s.pass(PassOptions{}); r.Ended != 0 || len(r.Held) != 0 {
		t.Errorf("%s", text(r))
	}
	s.wait(2 * time.Minute) // the other one crashed
	if r := s.pass(PassOptions{}); r.Ended != 1 {
		t.Errorf("%s", text(r))
	}
}

func TestErasedTextIsGoneAfterThePass(t *testing.T) {
	s := newSite(t, nil, time.Hour)
	s.begin(50)
	s.wait(2 * time.Hour)
	s.pass(PassOptions{})
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(s.db.Path() + suffix)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte("Corduliidae")) {
			t.Errorf("erased text is in the database file%s", suffix)
		}
	}
}

func TestTheLogIsEmptiedAfterAVisitorErased(t *testing.T) {
	s := newSite(t, nil, time.Hour)
	cookies := s.begin(2)
	if err := s.visit(cookies[0]).End(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.pass(PassOptions{})
	if n := s.db.LogBytes(); n != 0 {
		t.Errorf("%d bytes of log", n)
	}
}

func TestAll(t *testing.T) {
	s := newSite(t, testredis.Start(t), month)
	cookies := s.begin(5)
	r, err := s.All(t.Context())
	if err != nil || r.Ended != 5 || r.Erased.Sessions != 5 {
		t.Errorf("%s, %v", text(r), err)
	}
	s.want("in the end", "0 live, 0 due, 0 ended")
	if s.keysThere(cookies) != 0 {
		t.Error("keys are left")
	}
}

// TestOneThatCannotBeErased: it keeps no other session from being erased, whether their rows are ended or not, and it is told of.
func TestOneThatCannotBeErased(t *testing.T) {
	s := newSite(t, nil, time.Hour)
	s.begin(40)
	rows, err := s.db.LiveSessions(t.Context(), 0, "", 99)
	if err != nil || len(rows) != 40 {
		t.Fatal(len(rows), err)
	}
	stuck := rows[17].ID
	raw, err := sql.Open("sqlite3", s.db.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	do := func(statement string) {
		if _, err := raw.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	do("CREATE TRIGGER stuck BEFORE DELETE ON card WHEN OLD.session_id = '" + stuck + "' BEGIN SELECT RAISE(ABORT, 'stuck'); END")
	s.wait(61 * time.Minute)
	for range 3 { // due in the first pass, to be resumed later
		r, err := s.Pass(t.Context(), PassOptions{})
		if err == nil || !strings.Contains(err.Error(), "a session cannot be erased") {
			t.Errorf("%v: %s", err, text(r))
		}
		s.wait(time.Minute)
	}
	if n, err := s.db.CountSessions(t.Context()); err != nil || n.Live+n.Due+n.Ended != 1 {
		t.Errorf("%+v, %v", n, err)
	}
	do("DROP TRIGGER stuck")
	s.pass(PassOptions{})
	s.want("when it can be", "0 live, 0 due, 0 ended")
}
