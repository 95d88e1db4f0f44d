package db

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cardstock/card"
)

// offered makes a session with a card and a code that leads to it.
func offered(t *testing.T, d *DB, name string) *Session {
	t.Helper()
	row := keep(t, d, name)
	if err := d.For(row.ID).OfferHandover(t.Context(), "code of "+name, d.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return row
}

func codes(t *testing.T, d *DB) int {
	t.Helper()
	var n int
	if err := get(t.Context(), d.reader, &n, "SELECT COUNT(*) FROM handover"); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestASessionMovesToAnotherToken(t *testing.T) {
	d, now := sessionDB(t)
	row, bystander := offered(t, d, "old"), offered(t, d, "bystander")
	if err := d.MarkKeyed(t.Context(), row.ID, "old", row.ExpiresAt); err != nil {
		t.Fatal(err)
	}
	before := dump(t, d, bystander.ID)
	*now = now.Add(30 * time.Second)
	got, err := d.Arrive(t.Context(), Arrival{CodeHash: "code of old", TokenHash: "new"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := d.SessionByToken(t.Context(), "new")
	switch {
	case err != nil || s == nil:
		t.Fatal(s, err)
	case s.ID != row.ID || *s.TokenHash != "new" || *got.Session.TokenHash != "new" || got.Session.ID != row.ID:
		t.Errorf("moved to %+v, told %+v", s, got.Session)
	case s.ExpiresAt != now.Add(time.Hour).UnixMilli() || s.KeyedUntil != 0 || s.CreatedAt != row.CreatedAt:
		t.Errorf("moved as %+v", s)
	}
	// The old token is that of an ended session, until its key is deleted.
	old, err := d.SessionByToken(t.Context(), "old")
	if err != nil || old == nil || old.Live(*now) || old.Hash() != "old" || old.ID == row.ID {
		t.Fatalf("the old token leads to %+v, %v", old, err)
	}
	if len(got.Left) != 1 || got.Left[0] != *old && got.Left[0].ID != old.ID {
		t.Errorf("left %+v", got.Left)
	}
	if e, err := d.Erase(t.Context(), InServer, []string{old.ID}, false); err != nil || e != (Erased{Sessions: 1}) {
		t.Errorf("erasing what is left: %+v, %v", e, err)
	}
	if c, err := d.For(s.ID).Cards(t.Context(), templates(t)); err != nil || len(c) != 1 {
		t.Errorf("its cards: %v, %v", c, err)
	}
	for _, late := range []error{
		third(d.Touch(t.Context(), row.ID, "old")),
		d.MarkKeyed(t.Context(), row.ID, "old", row.ExpiresAt),
	} {
		if !errors.Is(late, ErrEnded) {
			t.Errorf("the old browser's visit under way gets %v", late)
		}
	}
	if _, err := d.EndByVisitor(t.Context(), row.ID, "old"); card.CodeOf(err) != card.Conflict {
		t.Errorf("its erasing under way gets %v", err)
	}
	if gone, _, err := d.Meanwhile(t.Context(), []Session{*row, *bystander, *s}); err != nil || len(gone) != 1 || *gone[0].TokenHash != "old" {
		t.Errorf("the sweeper, which read the row before, takes for gone %+v, %v", gone, err)
	}
	if dump(t, d, bystander.ID) != before {
		t.Error("another session changed")
	}
}

func TestACodeThatLeadsNowhere(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, d *DB, now *time.Time, row *Session){
		"never was": func(t *testing.T, d *DB, _ *time.Time, row *Session) {
			exec(t.Context(), d.writer, "DELETE FROM handover")
		},
		"used": func(t *testing.T, d *DB, _ *time.Time, _ *Session) {
			if _, err := d.Arrive(t.Context(), Arrival{CodeHash: "code of old", TokenHash: "third"}); err != nil {
				t.Fatal(err)
			}
		},
		"expired": func(_ *testing.T, _ *DB, now *time.Time, _ *Session) { *now = now.Add(time.Minute) },
		"replaced": func(t *testing.T, d *DB, now *time.Time, row *Session) {
			if err := d.For(row.ID).OfferHandover(t.Context(), "another", now.Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
		},
		"of a session that ended": func(t *testing.T, d *DB, _ *time.Time, row *Session) {
			if _, err := d.EndByVisitor(t.Context(), row.ID, "old"); err != nil {
				t.Fatal(err)
			}
		},
		"of an erased session": func(t *testing.T, d *DB, _ *time.Time, row *Session) {
			d.EndByVisitor(t.Context(), row.ID, "old")
			if _, err := d.Erase(t.Context(), InServer, []string{row.ID}, false); err != nil || codes(t, d) != 0 {
				t.Fatal(err, codes(t, d))
			}
		},
		"of a session that expired": func(t *testing.T, d *DB, now *time.Time, row *Session) {
			if err := d.For(row.ID).OfferHandover(t.Context(), "code of old", now.Add(2*time.Hour)); err != nil {
				t.Fatal(err)
			}
			*now = now.Add(time.Hour)
		},
	} {
		t.Run(name, func(t *testing.T) {
			d, now := sessionDB(t)
			row, own := offered(t, d, "old"), keep(t, d, "own")
			spoil(t, d, now, row)
			before, mine := dump(t, d, row.ID), dump(t, d, own.ID)
			if _, err := d.Coming(t.Context(), "code of old", d.For(own.ID), templates(t)); !errors.Is(err, ErrNoCode) {
				t.Errorf("asking what comes: %v", err)
			}
			if _, err := d.Arrive(t.Context(), Arrival{CodeHash: "code of old", TokenHash: "new", Own: own}); !errors.Is(err, ErrNoCode) {
				t.Errorf("arriving: %v", err)
			}
			if dump(t, d, row.ID) != before || dump(t, d, own.ID) != mine {
				t.Error("something changed all the same")
			}
		})
	}
}

func TestComingNamesTheCardsAndChangesNothing(t *testing.T) {
	d, _ := sessionDB(t)
	row, own := offered(t, d, "old"), keep(t, d, "own")
	before := dump(t, d, row.ID) + dump(t, d, own.ID)
	for range 3 {
		c, err := d.Coming(t.Context(), "code of old", d.For(own.ID), templates(t))
		if err != nil || len(c.Cards) != 1 || c.Cards[0].Name != "a marker of old" || c.Shared {
			t.Fatalf("%+v, %v", c, err)
		}
	}
	if dump(t, d, row.ID)+dump(t, d, own.ID) != before {
		t.Error("asking changed something")
	}
	if _, err := d.Coming(t.Context(), "code of old", d.For(row.ID), templates(t)); !errors.Is(err, ErrOwnCode) {
		t.Errorf("in its own browser: %v", err)
	}
	if _, err := d.Arrive(t.Context(), Arrival{CodeHash: "code of old", TokenHash: "new", Own: row}); !errors.Is(err, ErrOwnCode) {
		t.Errorf("arriving there: %v", err)
	}
}

func TestArrivingEndsTheBrowsersOwnSession(t *testing.T) {
	d, now := sessionDB(t)
	row, own := offered(t, d, "old"), offered(t, d, "own")
	seen, err := d.For(own.ID).State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	*now = now.Add(time.Second)
	late := keepCard(t, d.For(own.ID), "written meanwhile in another tab", nil)
	a := Arrival{CodeHash: "code of old", TokenHash: "new", Own: own, Seen: seen}
	if _, err := d.Arrive(t.Context(), a); !errors.Is(err, ErrUnseen) {
		t.Fatalf("it would erase a card that was not shown: %v", err)
	}
	if s, _ := d.SessionByToken(t.Context(), "own"); !s.Live(*now) {
		t.Fatal("its own session ended all the same")
	}
	a.Seen, _ = d.For(own.ID).State(t.Context())
	got, err := d.Arrive(t.Context(), a)
	if err != nil || len(got.Left) != 2 || got.Left[0].ID != own.ID || got.Left[0].Hash() != "own" || got.Left[0].Live(*now) {
		t.Fatalf("%+v, %v", got, err)
	}
	if err := d.For(own.ID).DeleteCard(t.Context(), late); !errors.Is(err, ErrEnded) {
		t.Errorf("a write to it gets %v", err)
	}
	if _, err := d.Coming(t.Context(), "code of own", d.For("x"), templates(t)); !errors.Is(err, ErrNoCode) {
		t.Errorf("its code leads to %v", err)
	}
	if _, err := d.Erase(t.Context(), InServer, []string{got.Left[0].ID, got.Left[1].ID}, false); err != nil || countRows(t, d, own.ID) != 0 {
		t.Error("rows are left", err)
	}
	if n := countRows(t, d, row.ID); n != 8 { // a card, a section, five fields, the used code
		t.Errorf("%d rows arrived", n)
	}
}

func TestASharedComputerStaysShared(t *testing.T) {
	d, _ := sessionDB(t)
	row, own := offered(t, d, "old"), keep(t, d, "own")
	own, err := d.For(own.ID).Share(t.Context(), true, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	got, err := d.Arrive(t.Context(), Arrival{CodeHash: "code of old", TokenHash: "new", Own: own})
	if err != nil || !got.Session.Shared || got.Session.TTL != time.Minute.Milliseconds() || got.Session.ID != row.ID {
		t.Errorf("%+v, %v", got.Session, err)
	}
}

// The reply may get lost, or the button be pressed twice.
func TestAskingTwiceForTheSameTokenIsAskingOnce(t *testing.T) {
	d, now := sessionDB(t)
	row := offered(t, d, "old")
	if err := d.For(row.ID).OfferHandover(t.Context(), "code of old", now.Add(10*time.Minute)); err != nil {
		t.Fatal(err)
	}
	a := Arrival{CodeHash: "code of old", TokenHash: "new"}
	if _, err := d.Arrive(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	again, err := d.Arrive(t.Context(), a)
	if err != nil || *again.Session.TokenHash != "new" || len(again.Left) != 0 {
		t.Errorf("%+v, %v", again, err)
	}
	*now = now.Add(againFor)
	if _, err := d.Arrive(t.Context(), a); !errors.Is(err, ErrNoCode) {
		t.Errorf("a minute after it was used: %v", err)
	}
}

func TestOneOfManyWhoTypeACodeGetsIt(t *testing.T) {
	d, now := sessionDB(t)
	row := offered(t, d, "old")
	errs := make([]error, 8)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = d.Arrive(t.Context(), Arrival{CodeHash: "code of old", TokenHash: strings.Repeat("n", i+1)})
		})
	}
	wg.Wait()
	if n := len(slices.DeleteFunc(errs, func(err error) bool { return errors.Is(err, ErrNoCode) })); n != 1 {
		t.Errorf("%d got it", n)
	}
	if c, _ := d.CountSessions(t.Context()); c.Live != 1 || c.Ended != 1 {
		t.Errorf("%+v", c)
	}
	if rows, _ := d.LiveSessions(t.Context(), now.UnixMilli(), "", 9); len(rows) != 1 || rows[0].ID != row.ID {
		t.Errorf("%+v", rows)
	}
}

func TestCodesAreForgotten(t *testing.T) {
	d, now := sessionDB(t)
	row := offered(t, d, "old")
	if err := d.For(row.ID).OfferHandover(t.Context(), "second", now.Add(time.Minute)); err != nil || codes(t, d) != 1 {
		t.Errorf("%v; %d codes for one session", err, codes(t, d))
	}
	offered(t, d, "other")
	if n, err := d.ForgetCodes(t.Context()); n != 0 || err != nil || codes(t, d) != 2 {
		t.Errorf("forgot %d that live, %v", n, err)
	}
	*now = now.Add(time.Minute)
	if n, err := d.ForgetCodes(t.Context()); n != 2 || err != nil || codes(t, d) != 0 {
		t.Errorf("forgot %d, %v; %d are left", n, err, codes(t, d))
	}
	s := d.ForNew(birthOf("nobody"))
	if err := s.OfferHandover(t.Context(), "x", now.Add(time.Minute)); !errors.Is(err, ErrEnded) || s.Born() != nil || codes(t, d) != 0 {
		t.Errorf("a code for nothing: %v, born %v", err, s.Born())
	}
}
