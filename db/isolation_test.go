package db

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"cardstock/card"
)

// attempts calls every method of Scope with ids that belong to another session. Each returns what it got to see, "" for
// nothing, and its error. A method of Scope that is missing here fails the test.
var attempts = map[string]func(ctx context.Context, s *Scope, v *victim) (string, error){
	"Session": func(_ context.Context, s *Scope, v *victim) (string, error) { return "", nil },
	"Born":    func(_ context.Context, s *Scope, v *victim) (string, error) { return "", nil },
	"Share": func(ctx context.Context, s *Scope, v *victim) (string, error) { // its own row only
		row, err := s.Share(ctx, true, time.Hour)
		if row != nil && row.ID == v.session {
			return "the other's session", err
		}
		return "", ignore(err)
	},
	"OfferHandover": func(ctx context.Context, s *Scope, v *victim) (string, error) { // a code for its own session only
		return "", ignore(s.OfferHandover(ctx, "code of "+NewID(), s.db.Now().Add(time.Minute)))
	},
	"State": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		state, err := s.State(ctx)
		return saw(state == v.state), err
	},
	"Cards": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		cards, err := s.Cards(ctx, v.templates)
		for _, c := range cards {
			if c.ID == v.card {
				return c.Name, err
			}
		}
		return "", err
	},
	"Usage": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		u, err := s.Usage(ctx)
		if u.Files > 0 || u.Earlier > 0 || u.Models > 1 {
			return fmt.Sprint(u), err
		}
		return "", err
	},
	"Originals": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		files, err := s.Originals(ctx, v.card)
		return strings.Trim(fmt.Sprint(files), "[]"), need(err)
	},
	"Progress": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		of, whole, err := s.Progress(ctx, v.card, "one")
		if of != (card.Progress{}) || whole != (card.Progress{}) {
			return "progress", err
		}
		return "", need(err)
	},
	"Inspect": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		r, err := s.Inspect(ctx, v.templates, v.card)
		return saw(r != nil), need(err)
	},
	"DeleteCards": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		n, err := s.DeleteCards(ctx, card.Datasheet)
		if n > 0 {
			return "deleted some", err
		}
		return "", ignore(err)
	},
	"CreateCard": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		id, err := s.CreateCard(ctx, sampleCard(), nil)
		if id == v.card {
			return id, err
		}
		return "", ignore(err)
	},
	"Card": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		c, err := s.Card(ctx, v.card)
		return saw(c != nil), need(err)
	},
	"Page": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		o, sec, err := s.Page(ctx, v.templates, v.card, "one")
		return saw(o != nil || sec != nil), need(err)
	},
	"Outline": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		o, err := s.Outline(ctx, v.templates, v.card)
		return saw(o != nil), need(err)
	},
	"Field": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		f, _, err := s.Field(ctx, v.card, "one.a")
		return saw(f != nil), need(err)
	},
	"Edit": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		seen := false
		err := s.Edit(ctx, v.card, func(c *card.Card) error { seen = true; c.Sections = nil; return nil })
		return saw(seen), need(err)
	},
	"DiscardCard": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		back, err := s.DiscardCard(ctx, v.card)
		return saw(back), need(err)
	},
	"RecoverCard": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		return "", need(s.RecoverCard(ctx, v.card))
	},
	"Discarded": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		deleted, err := s.Discarded(ctx, v.templates)
		return saw(len(deleted) > 0), err
	},
	"UseDatasheets": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		own := &card.Card{Kind: card.Model, Template: "model"}
		if id, err := s.CreateCard(ctx, own, nil); err == nil { // another's card cannot be linked with one's own
			if err := need(s.UseDatasheets(ctx, id, []string{v.card})); err != nil {
				return "", err
			}
		}
		return "", need(s.UseDatasheets(ctx, v.card, nil))
	},
	"Copy": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		seen := false
		_, err := s.Copy(ctx, v.card, true, func(*card.Card) { seen = true })
		return saw(seen), need(err)
	},
	"DeleteCard": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		return "", need(s.DeleteCard(ctx, v.card))
	},
	"SaveAnswers": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		out, err := s.SaveAnswers(ctx, v.card, []Answer{{"one.a", "stolen", card.RevOf(0, "alpha")}})
		return saw(len(out) > 0), need(err)
	},
	"ReplaceAnswer": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		o, err := s.ReplaceAnswer(ctx, v.card, Answer{"one.a", "stolen", card.RevOf(0, "alpha")})
		return saw(o.Field.Key != ""), need(err)
	},
	"HoldUpload": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		id, err := s.HoldUpload(ctx, v.card, &Upload{Name: "x", Bytes: []byte("x")})
		return id, need(err)
	},
	"Import": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		seen := false
		err := s.Import(ctx, v.card, &Upload{Name: "x", Bytes: []byte("x")}, func(*card.Card) error { seen = true; return nil })
		return saw(seen), need(err)
	},
	"Original": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		_, data, err := s.Original(ctx, v.card)
		return string(data), need(err)
	},
	"OriginalIn": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		data, err := s.OriginalIn(ctx, v.card, "x")
		return string(data), need(err)
	},
	"DeleteFile": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		return "", need(s.DeleteFile(ctx, v.card, v.file))
	},
	"Revisions": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		revisions, err := s.Revisions(ctx, v.card, "", 500)
		return saw(len(revisions) > 0), need(err)
	},
	"EarlierAnswer": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		text, err := s.EarlierAnswer(ctx, v.card, v.revision)
		return text, need(err)
	},
	"LastChange": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		last, err := s.LastChange(ctx, v.card)
		return saw(!last.At.IsZero()), need(err)
	},
	"Undo": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		section, err := s.Undo(ctx, v.card)
		return section, need(err)
	},
	"RestoreAt": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		n, err := s.RestoreAt(ctx, v.card, s.db.Now().Add(-time.Millisecond))
		return saw(n > 0), need(err)
	},
	"ForgetRevision": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		return "", need(s.ForgetRevision(ctx, v.card, v.revision))
	},
	"ForgetField": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		return "", need(s.ForgetField(ctx, v.card, "again.n"))
	},
	"Restore": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		_, err := s.Restore(ctx, v.card, v.revision)
		return "", need(err)
	},
	"WholeCard": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		c, err := s.WholeCard(ctx, v.card)
		return saw(c != nil), need(err)
	},
	"ShownCard": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		c, err := s.ShownCard(ctx, v.card)
		return saw(c != nil), need(err)
	},
	"Attachments": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		all, err := s.Attachments(ctx, v.card, "one")
		return saw(len(all) > 0), need(err)
	},
	"Attachment": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		a, err := s.Attachment(ctx, v.card, v.picture)
		return saw(a != nil), need(err)
	},
	"DeleteAttachment": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		return "", need(s.DeleteAttachment(ctx, v.card, v.picture))
	},
	"ReadFile": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		_, data, err := s.ReadFile(ctx, v.card, v.file)
		return string(data), need(err)
	},
}

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

// Every table that holds something of a visitor has the session's id first in its key.
func TestEveryTableIsKeyedBySession(t *testing.T) {
	d, _ := cardsDB(t)
	var tables []string
	if err := d.reader.Select(&tables, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"); err != nil {
		t.Fatal(err)
	}
	free := map[string]bool{"meta": true, "session": true, "lease": true} // hold nothing a visitor wrote
	for _, table := range tables {
		var first string
		d.reader.Get(&first, "SELECT name FROM pragma_table_info(?) WHERE pk = 1", table)
		if !free[table] && first != "session_id" {
			t.Errorf("the key of %s begins with %s", table, first)
		}
		var strict int
		if err := d.reader.Get(&strict, "SELECT strict FROM pragma_table_list WHERE name = ?", table); err != nil || strict != 1 {
			t.Errorf("%s is not STRICT (%v)", table, err)
		}
		var unindexed []string
		err := d.reader.Select(&unindexed, `
			SELECT group_concat("from") FROM (SELECT id, "from" FROM pragma_foreign_key_list(?) ORDER BY id, seq) GROUP BY id`, table)
		if err != nil {
			t.Fatal(err)
		}
		for _, columns := range unindexed {
			if table == "field" { // by card is enough: see schema.sql
				columns = "session_id,card_id"
			}
			if !indexed(t, d, table, columns) {
				t.Errorf("%s: no index starts with the foreign key (%s)", table, columns)
			}
		}
	}
}

func indexed(t *testing.T, d *DB, table, columns string) bool {
	t.Helper()
	var indexes []string
	err := d.reader.Select(&indexes, `
		SELECT (SELECT group_concat(name) FROM (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno)) FROM pragma_index_list(?) AS l`, table)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range indexes {
		if strings.HasPrefix(i+",", columns+",") {
			return true
		}
	}
	return false
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
