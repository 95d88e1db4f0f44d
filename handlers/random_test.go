package handlers_test

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"cardstock/card"
	"cardstock/db"
	"cardstock/e2e/soak"
	"cardstock/handlers"
)

// TestSessionsSeeTheirOwnAndNothingElse does random things in several sessions at once, with the ids of others mixed in, and
// holds the application against a model of it: model_test.go has the model, model_ops_test.go what is done, model_check_test.go
// what is compared.
func TestSessionsSeeTheirOwnAndNothingElse(t *testing.T) {
	t.Parallel()
	seeds := soak.Seeds(t)
	steps := soak.Share(1_000_000, 50_000) / len(seeds)
	if raced {
		steps /= 20 // there is one goroutine: the detector finds nothing here and makes it slow
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, seed)
			began := time.Now()
			for range steps {
				w.walk()
			}
			w.checkAll()
			took := time.Since(began)
			t.Logf("seed %d: %d operations (%d refused as they must be, %d sessions erased, %d expired) and %d requests in %.1f s, %.2f ms for each operation with its checks",
				seed, w.step, w.refused, w.erased, w.expired, w.requests, took.Seconds(), float64(took.Microseconds())/1000/float64(steps))
			if w.refused < steps/20 || w.erased < steps/500 || steps > 20_000 && w.expired == 0 {
				t.Error("that is no mixture")
			}
		})
	}
}

const guests = 8

// kept is the row of a session.
type kept struct {
	id                    string
	shared                bool
	ttl, created, touched int64
}

// guest is a visitor, with what their session holds. Everything they write has their marker in it.
type guest struct {
	n       int
	marker  string
	cookie  string
	kept    *kept // nil while nothing is kept
	cards   []*mCard
	deleted []*mCard // those that are deleted and not erased yet
	rows    string   // expected in the database; "" after a change
}

func (g *guest) card(id string) *mCard {
	for _, c := range g.cards {
		if c.id == id {
			return c
		}
	}
	return nil
}

// world is one run of the test.
type world struct {
	*testing.T
	seed      uint64
	rnd       *rand.Rand
	s         *server
	web       *direct
	rows      *ledger
	templates *card.Templates
	guests    []*guest
	now       int64

	owners   map[string]*guest   // of all cards there ever were
	markers  map[string]*guest   // of all guests there ever were
	gone     map[string][]string // ids and cookies that lead nowhere any more, by kind
	step     int
	requests int
	refused  int
	erased   int
	expired  int
	compared int64    // version of the database when its rows were compared last
	last     []string // what was done last
	changed  bool     // by the last operation
	about    *mCard   // the card it was about
}

// small templates, so that a step does not take long.
var small = fstest.MapFS{
	"tiny.yaml": {Data: []byte(`
key: tiny
kind: model
title: Tiny card
name: a.name
sections:
  - key: a
    title: First
    fields:
      - {key: a.name, label: Name, kind: line, essential: true}
      - {key: a.story, label: Story, kind: text}
      - {key: a.day, label: Day, kind: date}
  - key: b
    title: Second & last
    fields:
      - {key: b.state, label: State, kind: choice, options: [draft, "<final>"], preset: draft, essential: true}
      - {key: b.links, label: Links, kind: list}
      - {key: b.rows, label: Rows, kind: table, columns: [{key: what, title: What, kind: line}, {key: n, title: "N", kind: number}]}
`)},
	"note.yaml": {Data: []byte(`
key: note
kind: datasheet
title: Note
name: n.name
sections:
  - key: n
    title: Note
    fields:
      - {key: n.name, label: Name, kind: line, essential: true}
      - {key: n.size, label: Size, kind: number}
      - {key: version.name, label: Version, kind: line}
      - {key: version.date, label: Version date, kind: date}
      - {key: version.predecessor, label: Previous version, kind: line}
      - {key: governance.status, label: Status, kind: choice, options: [draft, approved], preset: draft}
`)},
}

func newWorld(t *testing.T, seed uint64) *world {
	t.Helper()
	templates, err := card.LoadTemplates(small)
	if err != nil {
		t.Fatal(err)
	}
	s := newApp(t, func(o *handlers.Options) { o.Templates, o.Log = templates, slog.New(slog.DiscardHandler) })
	w := &world{T: t, seed: seed, rnd: rand.New(rand.NewPCG(seed, 0)), s: s, web: s.direct(), rows: s.ledger(t), templates: templates,
		owners: map[string]*guest{}, markers: map[string]*guest{}, gone: map[string][]string{}}
	w.now = s.clock.Now().UnixMilli()
	for n := range guests {
		w.guests = append(w.guests, w.newGuest(n))
	}
	return w
}

// A marker is recognised by its beginning, and belongs to one guest.
const markerStart, markerLength = "wq0x", 12

func (w *world) newGuest(n int) *guest {
	g := &guest{n: n, marker: markerStart}
	for len(g.marker) < markerLength {
		g.marker += string(rune('a' + w.rnd.IntN(26)))
	}
	w.markers[g.marker] = g
	return g
}

// chance is true once in n times.
func (w *world) chance(n int) bool { return w.rnd.IntN(n) == 0 }

func oneOf[T any](w *world, list ...T) T { return list[w.rnd.IntN(len(list))] }

func (w *world) fail(format string, args ...any) {
	w.Helper()
	w.Fatalf("seed %d, step %d: %s\nthe last operations:\n%s\n(again with SOAK_SEED=%d)", w.seed, w.step, fmt.Sprintf(format, args...),
		strings.Join(w.last, "\n"), w.seed)
}

// walk is one step: time passes, somebody does something, everybody is looked at: their rows all and each time, their pages in turn.
func (w *world) walk() {
	w.step++
	switch {
	case w.chance(1000):
		w.night()
	case w.chance(10):
		w.pass(time.Duration(w.rnd.IntN(20)) * time.Minute)
	}
	w.pass(time.Duration(1+w.rnd.IntN(2000)) * time.Millisecond)
	g := oneOf(w, w.guests...)
	w.act(g)
	g = w.guests[g.n] // another one, if the session was erased
	switch {
	case w.step%1000 == 0:
		w.checkAll()
	case w.step%40 == 0:
		w.checkGuest(g)
	case w.changed:
		w.checkChange(g, w.about)
	case w.step%2 == 0:
		w.glance(w.guests[w.step/2%guests])
	}
	w.checkRows()
}

func (w *world) pass(d time.Duration) {
	w.s.clock.add(d)
	w.now += d.Milliseconds()
}

// night ends the sessions of those who sit at a shared computer: first nobody reaches them, then they are swept.
func (w *world) night() {
	w.pass(13 * time.Hour)
	ctx := w.Context()
	for n, g := range w.guests {
		if g.kept == nil || g.kept.touched+g.kept.ttl > w.now {
			continue
		}
		for _, c := range g.cards {
			w.web.ask(&question{method: "GET", path: "/cards/" + c.id, cookie: g.cookie})
			if w.web.status() != 404 {
				w.fail("a card of a session that has expired: %d", w.web.status())
			}
		}
		w.bury(g)
		w.expired++
		w.guests[n] = w.newGuest(n)
	}
	due, err := w.s.db.DueSessions(ctx, w.now, nil, 100)
	if err == nil {
		due, err = w.s.db.EndSessions(ctx, db.InServer, due)
	}
	for _, row := range due {
		if err == nil {
			_, err = w.s.db.Erase(ctx, db.InServer, []string{row.ID}, false)
		}
	}
	if err != nil {
		w.fail("sweeping: %v", err)
	}
}

// bury remembers the ids of a session that is no more.
func (w *world) bury(g *guest) {
	for _, c := range slices.Concat(g.cards, g.deleted) {
		w.buryCard(c)
	}
	w.buryID("session", g.kept.id)
	w.buryID("cookie", g.cookie)
}

func (w *world) buryCard(c *mCard) {
	w.buryID("card", c.id)
	ids := c.ids()
	for _, kind := range kinds { // in their order, so that a seed does the same again
		for _, id := range ids[kind] {
			w.buryID(kind, id)
		}
	}
}

func (w *world) buryID(kind, id string) {
	if id == "" {
		return
	}
	w.gone[kind] = append(w.gone[kind], id)
	if over := len(w.gone[kind]) - 100; over > 0 {
		w.gone[kind] = slices.Delete(w.gone[kind], 0, over)
	}
}
