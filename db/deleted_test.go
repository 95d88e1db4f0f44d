package db

import (
	"context"
	"strings"
	"testing"
	"time"

	"cardstock/card"
)

// waysOut are the methods that are about deleted cards: two ways back and those that erase for good. Share is about the session.
var waysOut = map[string]bool{"Share": true, "RecoverCard": true, "Discarded": true, "DeleteCard": true, "DeleteCards": true}

// TestADeletedCardIsNowhere calls every method of Scope with the ids of a card that its owner has deleted: none sees or changes
// anything of it, and it comes back as it was.
func TestADeletedCardIsNowhere(t *testing.T) {
	d, _ := cardsDB(t)
	for name, attempt := range attempts {
		owner, v := newVictim(t, d, "owner "+name)
		before := dumpCard(t, d, v)
		if back, err := owner.DiscardCard(t.Context(), v.card); !back || err != nil {
			t.Fatal(back, err)
		}
		if !waysOut[name] {
			if got, err := attempt(t.Context(), owner, v); got != "" || err != nil {
				t.Errorf("%s: saw %q, %v", name, got, err)
			}
		}
		if err := owner.RecoverCard(t.Context(), v.card); err != nil {
			t.Fatal(name, err)
		}
		if after := dumpCard(t, d, v); after != before {
			t.Errorf("%s: the card came back as\n%s\nit was\n%s", name, after, before)
		}
	}
}

// dumpCard is the part of a dump that is about the victim's card.
func dumpCard(t *testing.T, d *DB, v *victim) string {
	t.Helper()
	var lines []string
	for line := range strings.Lines(dump(t, d, v.session)) {
		if strings.Contains(line, v.card) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

func TestADeletedCardComesBackForHalfAMinute(t *testing.T) {
	d, now := cardsDB(t)
	owner, v := newVictim(t, d, "one")
	used, _ := owner.Usage(t.Context())
	owner.DiscardCard(t.Context(), v.card)
	if u, err := owner.Usage(t.Context()); err != nil || u != (Usage{}) {
		t.Errorf("a deleted card counts: %+v, %v", u, err)
	}
	if list, err := owner.Discarded(t.Context(), v.templates); err != nil || len(list) != 1 || list[0].ID != v.card || !strings.HasPrefix(list[0].Name, "A ") ||
		!list[0].Until.Equal(now.Add(UndoFor)) {
		t.Errorf("%+v, %v", list, err)
	}
	// Nobody else brings it back, and a second deletion finds nothing.
	if err := visitor(t, d, "two").RecoverCard(t.Context(), v.card); card.CodeOf(err) != card.NotFound {
		t.Errorf("somebody else: %v", err)
	}
	if _, err := owner.DiscardCard(t.Context(), v.card); card.CodeOf(err) != card.NotFound {
		t.Errorf("deleting it again: %v", err)
	}
	*now = now.Add(UndoFor - time.Millisecond)
	if e, err := d.EraseDeleted(t.Context(), InServer); e != (Erased{}) || err != nil {
		t.Errorf("erased while it could come back: %+v, %v", e, err)
	}
	if err := owner.RecoverCard(t.Context(), v.card); err != nil {
		t.Fatal(err)
	}
	if err := owner.RecoverCard(t.Context(), v.card); err != nil {
		t.Errorf("a second click on Undo: %v", err)
	}
	if u, err := owner.Usage(t.Context()); err != nil || u != used {
		t.Errorf("%+v, %v; before %+v", u, err, used)
	}
	owner.DiscardCard(t.Context(), v.card)
	*now = now.Add(UndoFor)
	if err := owner.RecoverCard(t.Context(), v.card); card.CodeOf(err) != card.NotFound {
		t.Errorf("too late, and yet: %v", err)
	}
	if list, err := owner.Discarded(t.Context(), v.templates); len(list) > 0 || err != nil {
		t.Errorf("too late, and yet: %v, %v", list, err)
	}
}

// TestDeletedCardsAreErased: rows of cards that cannot come back go, in pieces, and no other rows.
func TestDeletedCardsAreErased(t *testing.T) {
	d, now := cardsDB(t)
	s := visitor(t, d, "one")
	kept := someCard(t, s)
	with, err := s.CreateCard(t.Context(), sampleCard(), &Upload{Name: "big", Format: "x", Bytes: make([]byte, 5<<20)})
	if err != nil {
		t.Fatal(err)
	}
	want := rowsIn(t, d, s.Session())
	const n = 150 // more than one batch
	for i := range n {
		id := with
		if i > 0 {
			id = someCard(t, s)
		}
		if back, err := s.DiscardCard(t.Context(), id); !back || err != nil {
			t.Fatal(back, err)
		}
	}
	*now = now.Add(UndoFor)
	late := someCard(t, s)
	if _, err := s.DiscardCard(t.Context(), late); err != nil {
		t.Fatal(err)
	}
	e, err := d.EraseDeleted(t.Context(), InServer)
	if err != nil || e.Sessions != 0 || e.Rows < 10*n || e.Bytes < 5<<20 {
		t.Errorf("%+v, %v", e, err)
	}
	if err := s.RecoverCard(t.Context(), late); err != nil {
		t.Errorf("one that could come back: %v", err)
	}
	if _, err := s.Card(t.Context(), kept); err != nil {
		t.Error(err)
	}
	if got := rowsIn(t, d, s.Session()); got["card"] != 2 || got["field"] != want["field"] || got["chunk"] != 0 {
		t.Errorf("%v is left; with two cards it was %v", got, want)
	}
	if e, err := d.EraseDeleted(t.Context(), InServer); e != (Erased{}) || err != nil {
		t.Errorf("a second time: %+v, %v", e, err)
	}
	wellFormed(t, d)
}

// A card of which a piece is erased cannot come back, though the clock be set back.
func TestHalfErasedCardsStayDeleted(t *testing.T) {
	d, now := cardsDB(t)
	s := visitor(t, d, "one")
	id, err := s.CreateCard(t.Context(), sampleCard(), &Upload{Name: "big", Format: "x", Bytes: make([]byte, 3<<20)})
	if err != nil {
		t.Fatal(err)
	}
	s.DiscardCard(t.Context(), id)
	e := deletedEraser{cards: []deletedCard{{s.Session(), id}}, until: now.UnixMilli()}
	for range 3 {
		if _, err := func() (more bool, err error) {
			err = d.Write(t.Context(), func(tx *Tx) error { more, err = e.step(t.Context(), tx); return err })
			return more, err
		}(); err != nil {
			t.Fatal(err)
		}
	}
	if left := rowsIn(t, d, s.Session()); left["card"] != 1 || left["chunk"] == 0 || left["chunk"] == 12 {
		t.Fatalf("it is not half erased: %v", left)
	}
	*now = now.Add(-time.Hour)
	if err := s.RecoverCard(t.Context(), id); card.CodeOf(err) != card.NotFound {
		t.Errorf("half of it came back: %v", err)
	}
	if _, err := d.EraseDeleted(t.Context(), InServer); err != nil {
		t.Fatal(err)
	}
	if left := rowsIn(t, d, s.Session()); left["card"]+left["field"]+left["chunk"] > 0 {
		t.Errorf("left: %v", left)
	}
}

// Where room is short a card goes at once: on a full disk, and when what is deleted would be as much again as a visitor may have.
func TestDeletingMakesRoom(t *testing.T) {
	d, _ := cardsDB(t)
	d.quota = 1 << 20
	s := visitor(t, d, "one")
	big := func() string {
		id, err := s.CreateCard(t.Context(), sampleCard(), &Upload{Name: "big", Format: "x", Bytes: make([]byte, 900<<10)})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	first := big()
	s.DiscardCard(t.Context(), first)
	second := big() // a full session's quota does not count the first
	if err := s.RecoverCard(t.Context(), first); card.CodeOf(err) != card.OverQuota {
		t.Errorf("there is no room for it to come back: %v", err)
	}
	if back, err := s.DiscardCard(t.Context(), second); !back || err != nil {
		t.Fatal(back, err)
	}
	if rows := rowsIn(t, d, s.Session()); rows["card"] != 1 {
		t.Errorf("two deleted cards are as large as two visitors: %v", rows)
	}
	if err := s.RecoverCard(t.Context(), second); err != nil {
		t.Errorf("the last one comes back: %v", err)
	}
	d.short.Store(true)
	if back, err := s.DiscardCard(t.Context(), second); back || err != nil {
		t.Errorf("on a full disk: %v, %v", back, err)
	}
	if rows := rowsIn(t, d, s.Session()); rows["card"]+rows["chunk"] > 0 {
		t.Errorf("on a full disk it is erased at once: %v", rows)
	}
	d.short.Store(false)
	third := someCard(t, s)
	s.DiscardCard(t.Context(), third)
	d.short.Store(true)
	if e, err := d.EraseDeleted(t.Context(), InServer); err != nil || e.Rows == 0 {
		t.Errorf("the sweeper does not wait while the disk is full: %+v, %v", e, err)
	}
}

// Deleted cards go with their session, and with all of their kind.
func TestDeletedCardsGoWithTheirSession(t *testing.T) {
	d, _ := cardsDB(t)
	for how, erase := range map[string]func(s *Scope) error{
		"the session": func(s *Scope) error {
			if _, err := d.EndByVisitor(context.Background(), s.Session(), "hash of the session"); err != nil {
				return err
			}
			_, err := d.Erase(context.Background(), InServer, []string{s.Session()}, false)
			return err
		},
		"the kind": func(s *Scope) error { return third(s.DeleteCards(context.Background(), card.Model)) },
	} {
		s := visitor(t, d, how)
		id := someCard(t, s)
		s.DiscardCard(t.Context(), id)
		if err := erase(s); err != nil {
			t.Fatal(how, err)
		}
		if left := rowsIn(t, d, s.Session()); left["card"]+left["section"]+left["field"] > 0 {
			t.Errorf("erasing %s leaves %v", how, left)
		}
	}
}
