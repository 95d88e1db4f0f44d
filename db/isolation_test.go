package db

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"cardstock/card"
)

type victim struct {
	session, card, file string
	revision, state     string
	picture             string
	templates           *card.Templates
}

// newVictim makes a visitor with a card that has an upload and an earlier answer.
func newVictim(t *testing.T, d *DB, name string) (*Scope, *victim) {
	t.Helper()
	owner := visitor(t, d, name)
	id, err := owner.CreateCard(t.Context(), sampleCard(), &Upload{Name: "secret.json", Format: "x", Bytes: []byte("secret")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := owner.SaveAnswers(t.Context(), id, []Answer{{"again.n", "3", card.RevOf(0, "0")}}); err != nil {
		t.Fatal(err)
	}
	if err := owner.Edit(t.Context(), id, func(c *card.Card) error { return c.Attach(somePicture("one", 10), 100) }); err != nil {
		t.Fatal(err)
	}
	attached, err := owner.Attachments(t.Context(), id, "one")
	if err != nil || len(attached) != 1 {
		t.Fatal(attached, err)
	}
	f, _, _ := owner.Original(t.Context(), id)
	revisions, err := owner.Revisions(t.Context(), id, "", 500)
	if err != nil || len(revisions) != 1 {
		t.Fatalf("the owner's history: %v, %v", revisions, err)
	}
	v := &victim{session: owner.Session(), card: id, file: f.ID, revision: revisions[0].ID, picture: attached[0].ID, templates: templates(t)}
	if v.state, err = owner.State(t.Context()); err != nil {
		t.Fatal(err)
	}
	return owner, v
}

func saw(b bool) string {
	if b {
		return "something of the other's"
	}
	return ""
}

// ignore: the method is about one's own rows, which may be gone; it is what it did to the other's that counts.
func ignore(error) error { return nil }

// need makes an error of anything but "not found", and of none.
func need(err error) error {
	if card.CodeOf(err) == card.NotFound || err == ErrEnded {
		return nil
	}
	return fmt.Errorf("it should not be found, but: %v", err)
}

func TestNoMethodReachesAnotherSession(t *testing.T) {
	kind := reflect.TypeFor[*Scope]()
	for i := range kind.NumMethod() {
		if name := kind.Method(i).Name; attempts[name] == nil {
			t.Errorf("Scope has a method %s: say in attempts what it may do with another's ids", name)
		}
	}
	d, _ := cardsDB(t)
	owner, v := newVictim(t, d, "owner")
	if _, err := owner.CreateCard(t.Context(), templates(t).Get("datasheet").New(), nil); err != nil {
		t.Fatal(err)
	}
	v.state, _ = owner.State(t.Context())
	if err := owner.OfferHandover(t.Context(), "the owner's code", d.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	before := dump(t, d, v.session)
	if !strings.Contains(before, "alpha") || !strings.Contains(before, "owner's code") {
		t.Fatal("the dump shows nothing")
	}
	for name, attempt := range attempts {
		strangers := map[string]*Scope{
			"another session":           visitor(t, d, "stranger "+name),
			"a session with cards":      visitor(t, d, "neighbour "+name),
			"nobody":                    d.For(""),
			"a session that never was":  d.For("none"),
			"a pattern":                 d.For("%"),
			"a piece of the owner's id": d.For(v.session[:8]),
		}
		someCard(t, strangers["a session with cards"])
		for who, s := range strangers {
			got, err := attempt(t.Context(), s, v)
			if got != "" || err != nil {
				t.Errorf("%s by %s: saw %q, %v", name, who, got, err)
			}
		}
	}
	if after := dump(t, d, v.session); after != before {
		t.Errorf("rows of the owner changed:\n%s\nwere\n%s", after, before)
	}
	// A stranger's own card never gets the same file or section by the other's id.
	s := visitor(t, d, "last")
	own := someCard(t, s)
	if _, _, err := s.ReadFile(t.Context(), own, v.file); card.CodeOf(err) != card.NotFound {
		t.Errorf("the other's file through one's own card: %v", err)
	}
	if _, err := s.Attachment(t.Context(), own, v.picture); card.CodeOf(err) != card.NotFound {
		t.Errorf("the other's picture through one's own card: %v", err)
	}
}

// dump writes all rows of a session, in a form to compare.
func dump(t testing.TB, d *DB, session string) string {
	t.Helper()
	var b strings.Builder
	for _, table := range []string{"session", "card", "section", "field", "revision", "file", "chunk", "card_datasheet", "handover"} {
		column := "session_id"
		if table == "session" {
			column = "id"
		}
		rows, err := d.reader.Queryx("SELECT * FROM "+table+" WHERE "+column+" = ? ORDER BY 1, 2, 3", session)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values, err := rows.SliceScan()
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "%s %q\n", table, values)
		}
		rows.Close()
	}
	return b.String()
}

func TestAWriteAfterTheSessionEndedIsRefused(t *testing.T) {
	d, _ := cardsDB(t)
	s := visitor(t, d, "one")
	id := someCard(t, s)
	if _, err := d.EndByVisitor(t.Context(), s.Session(), "hash of one"); err != nil {
		t.Fatal(err)
	}
	before := dump(t, d, s.Session())
	late := d.For(s.Session())
	for name, err := range map[string]error{
		"save":    third(late.SaveAnswers(t.Context(), id, []Answer{{"one.a", "late", card.RevOf(0, "alpha")}})),
		"replace": third(late.ReplaceAnswer(t.Context(), id, Answer{"one.a", "late", card.RevOf(0, "alpha")})),
		"create":  third(late.CreateCard(t.Context(), sampleCard(), nil)),
		"edit":    late.Edit(t.Context(), id, func(c *card.Card) error { c.Title = "late"; return nil }),
		"delete":  late.DeleteCard(t.Context(), id),
		"hold":    third(late.HoldUpload(t.Context(), id, &Upload{})),
		"import":  late.Import(t.Context(), id, &Upload{}, func(*card.Card) error { return nil }),
		"discard": third(late.DiscardCard(t.Context(), id)),
		"recover": late.RecoverCard(t.Context(), id),
		"copy":    third(late.Copy(t.Context(), id, false, func(*card.Card) {})),
		"erase":   third(late.DeleteCards(t.Context(), card.Model)),
		"offer":   late.OfferHandover(t.Context(), "code", d.Now().Add(time.Minute)),
	} {
		if err != ErrEnded {
			t.Errorf("%s: %v", name, err)
		}
	}
	if dump(t, d, s.Session()) != before {
		t.Error("something was written all the same")
	}
}

// TestNoMethodReachesASessionThatMovedOn: what is under way in the old browser while its session moves to another one, a late save as much as
// an export that waited for its turn, reads and writes nothing of it any more. Neither does what is under way while it is erased.
func TestNoMethodReachesASessionThatMovedOn(t *testing.T) {
	for what, leave := range map[string]func(t *testing.T, d *DB, v *victim, old string){
		"moved": func(t *testing.T, d *DB, v *victim, old string) {
			if err := d.For(v.session).OfferHandover(t.Context(), "a code", d.Now().Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
			if _, err := d.Arrive(t.Context(), Arrival{CodeHash: "a code", TokenHash: "new"}); err != nil {
				t.Fatal(err)
			}
		},
		"ended": func(t *testing.T, d *DB, v *victim, old string) {
			if ok, err := d.EndByVisitor(t.Context(), v.session, old); !ok || err != nil {
				t.Fatal(ok, err)
			}
		},
	} {
		t.Run(what, func(t *testing.T) {
			d, _ := cardsDB(t)
			first, v := newVictim(t, d, "owner") // begins with the session itself
			row := first.Born()
			later := d.ForVisit(row)
			if c, err := later.WholeCard(t.Context(), v.card); err != nil || c == nil {
				t.Fatalf("while it is there: %v", err)
			}
			leave(t, d, v, *row.TokenHash)
			before := dump(t, d, v.session)
			for name, attempt := range attempts {
				for who, s := range map[string]*Scope{"its first visit": first, "a later one": later} {
					if got, err := attempt(t.Context(), s, v); got != "" || err != nil && !errors.Is(err, ErrEnded) {
						t.Errorf("%s by %s: saw %q, %v", name, who, got, err)
					}
				}
			}
			if after := dump(t, d, v.session); after != before {
				t.Errorf("rows changed:\n%s\nwere\n%s", after, before)
			}
			for name, err := range map[string]error{
				"a save":    third(later.SaveAnswers(t.Context(), v.card, []Answer{{"one.a", "late", card.RevOf(0, "alpha")}})),
				"no answer": third(later.SaveAnswers(t.Context(), v.card, nil)),
				"a read":    third(later.WholeCard(t.Context(), v.card)),
				"a list":    third(later.Cards(t.Context(), v.templates)),
				"a code":    later.OfferHandover(t.Context(), "late", d.Now().Add(time.Minute)),
			} {
				if !errors.Is(err, ErrEnded) {
					t.Errorf("%s gets %v", name, err)
				}
			}
		})
	}
}
