package limit

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestTurns: few things are done at once, and an address that asks for much has others wait for no more than what is under way. The
// same is true of the sessions of one address.
func TestTurns(t *testing.T) {
	for name, tt := range map[string]struct{ much, little Who }{
		"addresses":                  {Who{"a", addr("192.0.2.1")}, Who{"b", addr("192.0.2.2")}},
		"sessions of one address":    {Who{"a", addr("192.0.2.1")}, Who{"b", addr("192.0.2.1")}},
		"sessions without addresses": {Who{Session: "a"}, Who{Session: "b"}},
		"no session yet":             {Who{"", addr("192.0.2.1")}, Who{"", addr("192.0.2.2")}},
		"networks":                   {Who{"a", addr("2001:db8::1")}, Who{"a", addr("2001:db8:0:1::1")}},
	} {
		synctest.Test(t, func(t *testing.T) {
			turns := NewTurns(2)
			for range 20 {
				go func() {
					leave, err := turns.Take(t.Context(), tt.much)
					if err != nil {
						t.Error(err)
						return
					}
					time.Sleep(time.Second)
					leave()
				}()
			}
			synctest.Wait()
			for range 3 {
				began := time.Now()
				leave, err := turns.Take(t.Context(), tt.little)
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Second)
				leave()
				if took := time.Since(began); took > 2*time.Second {
					t.Errorf("%s: who asks for little has it after %v", name, took)
				}
			}
			time.Sleep(time.Minute)
			if !turns.Idle() || turns.free != 2 || len(turns.sessions) != 0 {
				t.Errorf("%s: there is something left: %+v", name, turns)
			}
		})
	}
}

// TestTurnsGoRound: two who ask for much do not pass a third to and fro between them.
func TestTurnsGoRound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns, began := NewTurns(1), time.Now()
		for i := range 20 {
			go func() {
				leave, _ := turns.Take(t.Context(), Who{Address: addr([]string{"192.0.2.1", "192.0.2.2"}[i%2])})
				time.Sleep(time.Second)
				leave()
			}()
		}
		time.Sleep(2500 * time.Millisecond)
		leave, err := turns.Take(t.Context(), Who{Address: addr("192.0.2.3")})
		if err != nil || time.Since(began) > 3*time.Second {
			t.Errorf("a third has a turn after %v: %v", time.Since(began), err)
		}
		leave()
		time.Sleep(time.Minute)
	})
}

// TestSecondTurnComes: who has another request waiting beside one under way is not passed by those who come anew for each of theirs.
func TestSecondTurnComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns, began := NewTurns(2), time.Now()
		ctx, stop := context.WithCancel(t.Context())
		for _, one := range []string{"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"} {
			go func() {
				for ctx.Err() == nil {
					if leave, err := turns.Take(ctx, Who{Address: addr(one)}); err == nil {
						time.Sleep(time.Second)
						leave()
					}
				}
			}()
		}
		time.Sleep(1500 * time.Millisecond)
		for range 2 {
			go func() {
				leave, err := turns.Take(t.Context(), Who{Address: addr("192.0.2.9")})
				if err != nil || time.Since(began) > 10*time.Second {
					t.Errorf("a turn comes after %v: %v", time.Since(began), err)
					return
				}
				time.Sleep(time.Second)
				leave()
			}()
		}
		time.Sleep(time.Minute)
		stop()
		time.Sleep(time.Minute)
	})
}

// TestWhoLeavesTakesNoTurn: nor does who left before.
func TestWhoLeavesTakesNoTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := NewTurns(1)
		leave, err := turns.Take(t.Context(), Who{})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if _, err := turns.Take(ctx, Who{}); err != context.DeadlineExceeded {
			t.Error(err)
		}
		leave()
		if _, err := turns.Take(ctx, Who{}); err != context.DeadlineExceeded || !turns.Idle() || turns.free != 1 {
			t.Errorf("%v, %+v", err, turns)
		}
	})
}
