package db

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cardstock/card"
)

var templatesOnce = sync.OnceValues(func() (*card.Templates, error) { return card.LoadTemplates() })

func templates(t testing.TB) *card.Templates {
	t.Helper()
	ts, err := templatesOnce()
	if err != nil {
		t.Fatal(err)
	}
	return ts
}

// cardsDB is a fresh database with a clock the test moves.
func cardsDB(t testing.TB) (*DB, *time.Time) {
	t.Helper()
	d := openAt(t, filepath.Join(t.TempDir(), "cards.db"))
	now := time.UnixMilli(1_800_000_000_000)
	d.Now = func() time.Time { return now }
	return d, &now
}

// visitor is the scope of somebody new, who keeps something with the first write.
func visitor(t testing.TB, d *DB, name string) *Scope {
	t.Helper()
	return d.ForNew(Birth{TokenHash: "hash of " + name, SpareHash: "spare of " + name, TTL: 30 * 24 * time.Hour})
}

// hostile is text that careless code breaks.
const hostile = "\n <script>\"'&amp;\\ \u202eabc\u202c e\u0301 👩🏽\u200d🔬 \u2028 \x01\t\n\n "

func sampleCard() *card.Card {
	return &card.Card{Kind: card.Model, Template: "model", Title: "A " + strings.TrimSpace(hostile), Sections: []card.Section{
		{Key: "one", Title: "One", Fields: []card.Field{
			{Key: "one.a", Label: "A", Kind: card.Text, Essential: true, Answer: "alpha"},
			{Key: "one.z", Label: "Z before B", Kind: card.Choice, Options: []string{"x", "<y>"}},
			{Key: "one.b", Label: "B", Kind: card.Table, Columns: []card.Column{{Key: "c", Title: "C", Kind: card.Choice, Options: []string{"1"}}},
				Answer: `[{"c":"1"},{"extra":"\"<"}]`},
			{Key: "own.1", Label: "Mine " + hostile, Kind: card.Text, Custom: true, Answer: hostile},
		}},
		{Key: "empty", Title: "Nothing in it", Custom: true},
		{Key: "again", Title: "Own", Custom: true, Fields: []card.Field{
			{Key: "again.day", Label: "Day", Kind: card.Date, Essential: true, Custom: true},
			{Key: "again.n", Label: "Number", Kind: card.Number, Custom: true, Answer: "0"},
		}},
	}}
}

func someCard(t testing.TB, s *Scope) string {
	t.Helper()
	id, err := s.CreateCard(t.Context(), sampleCard(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func fieldOf(c *card.Card, key string) *card.Field {
	f, _ := c.Field(key)
	if f == nil {
		return &card.Field{}
	}
	return f
}

// content is a card without what the store adds.
func content(c *card.Card) card.Card {
	d := *c.Clone()
	d.ID, d.CreatedAt, d.ChangedAt = "", time.Time{}, time.Time{}
	return d
}

func wellFormed(t testing.TB, d *DB) {
	t.Helper()
	var broken []map[string]any
	rows, err := d.reader.Queryx("PRAGMA foreign_key_check")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		m := map[string]any{}
		rows.MapScan(m)
		broken = append(broken, m)
	}
	var integrity string
	if err := d.reader.Get(&integrity, "PRAGMA integrity_check"); err != nil || integrity != "ok" || len(broken) > 0 {
		t.Errorf("integrity: %s, foreign keys: %v, %v", integrity, broken, err)
	}
}

// rowsIn counts the rows of every table that carries a session's id.
func rowsIn(t testing.TB, d *DB, session string) map[string]int {
	t.Helper()
	var tables []string
	err := d.reader.Select(&tables, `
		SELECT m.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c
		WHERE m.type = 'table' AND c.name = 'session_id'`)
	if err != nil || len(tables) < 6 {
		t.Fatal(tables, err)
	}
	counts := map[string]int{}
	for _, table := range tables {
		var n int
		if err := d.reader.Get(&n, "SELECT COUNT(*) FROM "+table+" WHERE session_id = ?", session); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			counts[table] = n
		}
	}
	return counts
}

func TestACardComesBackAsItWas(t *testing.T) {
	d, now := cardsDB(t)
	s := visitor(t, d, "one")
	id := someCard(t, s)
	got, err := s.Card(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if want := *sampleCard(); !reflect.DeepEqual(content(got), want) {
		t.Errorf("got  %+v\nwant %+v", content(got), want)
	}
	if got.ID != id || !got.CreatedAt.Equal(*now) || !got.ChangedAt.Equal(*now) {
		t.Errorf("id and times: %s %v %v", got.ID, got.CreatedAt, got.ChangedAt)
	}
	for _, tmpl := range templates(t).All() {
		id, err := s.CreateCard(t.Context(), tmpl.New(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, err = s.Card(t.Context(), id); err != nil || !reflect.DeepEqual(content(got), *tmpl.New()) {
			t.Errorf("the %s template did not come back: %v", tmpl.Key, err)
		}
	}
	wellFormed(t, d)
}

func TestReadingACard(t *testing.T) {
	d, _ := cardsDB(t)
	s := visitor(t, d, "one")
	id := someCard(t, s)
	o, section, err := s.Page(t.Context(), templates(t), id, "")
	if err != nil || section.Key != "one" || len(section.Fields) != 4 || section.Fields[1].Key != "one.z" {
		t.Fatalf("the first section: %+v, %v", section, err)
	}
	if len(o.Sections) != 3 || o.Next("one").Key != "empty" || o.Next("again") != nil || o.Section("again").Title != "Own" || o.Section("none") != nil {
		t.Errorf("outline %+v", o)
	}
	if o.Progress != sampleCard().Progress() || o.Section("one").Progress != sampleCard().Sections[0].Progress() {
		t.Errorf("progress %+v", o.Progress)
	}
	if o.HasOriginal {
		t.Error("nothing was uploaded")
	}
	of, whole, err := s.Progress(t.Context(), id, "again")
	if err != nil || whole != o.Progress || of != sampleCard().Sections[2].Progress() {
		t.Errorf("progress %+v of %+v, %v", of, whole, err)
	}
	f, key, err := s.Field(t.Context(), id, "own.1")
	if err != nil || key != "one" || f.Answer != hostile || !f.Custom {
		t.Errorf("field %+v in %s, %v", f, key, err)
	}
	_, section, err = s.Page(t.Context(), templates(t), id, "empty")
	if err != nil || len(section.Fields) != 0 {
		t.Errorf("an empty section: %+v, %v", section, err)
	}
	for what, err := range map[string]error{
		"no section": second(s.Page(t.Context(), templates(t), id, "none")),
		"no field":   second(s.Field(t.Context(), id, "none")),
		"no card":    third(s.Card(t.Context(), "none")),
	} {
		if card.CodeOf(err) != card.NotFound {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func second[A, B any](_ A, _ B, err error) error { return err }
func third[A any](_ A, err error) error          { return err }

func TestCardsAreListedLastChangedFirst(t *testing.T) {
	d, now := cardsDB(t)
	s := visitor(t, d, "one")
	var ids []string
	for i := range 3 {
		*now = now.Add(time.Second)
		c := templates(t).Get("model").New()
		fieldOf(c, "model_details.name").Answer = fmt.Sprint("Named ", i)
		id, err := s.CreateCard(t.Context(), c, nil)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	*now = now.Add(time.Second)
	if err := s.Edit(t.Context(), ids[0], func(c *card.Card) error { c.Title = "Titled"; return nil }); err != nil {
		t.Fatal(err)
	}
	cards, err := s.Cards(t.Context(), templates(t))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range cards {
		names = append(names, c.Name)
	}
	if !slices.Equal(names, []string{"Titled", "Named 2", "Named 1"}) || !cards[0].ChangedAt.Equal(*now) || cards[1].Progress.Answered != 2 {
		t.Errorf("cards %v, %+v", names, cards)
	}
}

func TestCapOfCards(t *testing.T) {
	d, _ := cardsDB(t)
	s := visitor(t, d, "one")
	first := someCard(t, s)
	// The rest are put in directly: it is the count that matters.
	for i := range MaxCards - 1 {
		if _, err := d.writer.Exec(`INSERT INTO card (session_id, id, kind, template, title, created_at, changed_at) VALUES (?, ?, 'model', 'model', '', 0, 0)`,
			s.Session(), fmt.Sprint("c", i)); err != nil {
			t.Fatal(err)
		}
	}
	_, err := s.CreateCard(t.Context(), sampleCard(), nil)
	if card.CodeOf(err) != card.Invalid || !strings.Contains(err.Error(), "500 cards") || !strings.Contains(err.Error(), "Delete one") {
		t.Errorf("one card too many: %v", err)
	}
	if err := s.DeleteCard(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	if _, err := s.CreateCard(t.Context(), sampleCard(), nil); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

func TestUsage(t *testing.T) {
	d, _ := cardsDB(t)
	s := visitor(t, d, "one")
	if u, err := s.Usage(t.Context()); err != nil || u != (Usage{}) {
		t.Errorf("of nobody: %+v, %v", u, err)
	}
	c := &card.Card{Kind: card.Model, Template: "model", Title: "é", Sections: []card.Section{
		{Key: "a", Title: "AA", Fields: []card.Field{{Key: "a.a", Label: "LLL", Kind: card.Text, Answer: "👍"}}}}}
	id, err := s.CreateCard(t.Context(), c, &Upload{Name: "n", Format: "f", Bytes: make([]byte, 1000)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.SaveAnswers(t.Context(), id, []Answer{{Key: "a.a", Text: "xx", Rev: card.RevOf(0, "👍")}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.CreateCard(t.Context(), &card.Card{Kind: card.Datasheet}, nil); err != nil {
		t.Fatal(err)
	}
	u, err := s.Usage(t.Context())
	want := Usage{Models: 1, Datasheets: 1, Answers: 1, Earlier: 1, Files: 1,
		Bytes: 2*100 + 2 + (100 + 1 + 2) + (100 + 3 + 3 + 2) + (100 + 3 + 4) + (100 + 1 + 1000)}
	if err != nil || u != want || u.Cards() != 2 {
		t.Errorf("%+v, %v; want %+v", u, err, want)
	}
}

func TestReadingStopsWithItsContext(t *testing.T) {
	d, _ := cardsDB(t)
	s := visitor(t, d, "one")
	id := someCard(t, s)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Card(over, id); err == nil {
		t.Error("no error")
	}
	if n := d.reader.Stats().InUse; n != 0 {
		t.Errorf("%d readers are still in use", n)
	}
}
