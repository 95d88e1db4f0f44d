package db

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"cardstock/card"
	"cardstock/e2e/soak"
)

// A writer is a visitor all of whose texts hold one mark.
type writer struct {
	s     *Scope
	token string
	cards []string
	mark  string
}

// text is between a word and more than a page.
func (w *writer) text(r *rand.Rand) string {
	n := 1 + r.IntN(20)
	if r.IntN(4) == 0 {
		n = 1 + r.IntN(400)
	}
	return strings.Repeat(w.mark+" ", n)
}

// act makes a card, deletes one, or changes an answer and the title of one.
func (w *writer) act(t *testing.T, r *rand.Rand) {
	ctx := context.WithoutCancel(t.Context())
	var err error
	switch k := r.IntN(10); {
	case len(w.cards) == 0 || k == 0:
		w.cards = append(w.cards, keepCard(t, w.s, w.text(r), &Upload{Name: w.mark, Format: "x", Bytes: []byte(w.text(r))}))
	case k == 1:
		i := r.IntN(len(w.cards))
		err = w.s.DeleteCard(ctx, w.cards[i])
		w.cards = append(w.cards[:i], w.cards[i+1:]...)
	default:
		err = w.s.Edit(ctx, w.cards[r.IntN(len(w.cards))], func(c *card.Card) error {
			c.Title, c.Sections[0].Fields[r.IntN(5)].Answer = w.mark, w.text(r)
			return nil
		})
	}
	if err != nil {
		t.Error(err)
	}
}

func writers(d *DB, r *rand.Rand, n int) []*writer {
	all := make([]*writer, n)
	for i := range all {
		token := fmt.Sprint("token ", i)
		all[i] = &writer{s: d.ForNew(birthOf(token)), token: token, mark: fmt.Sprintf("mark-%04d-%08x", i, r.Uint32())}
	}
	return all
}

// leftOf counts the writers whose marks are in the database file.
func leftOf(t *testing.T, d *DB, ws []*writer) int {
	t.Helper()
	if ok, err := d.Checkpoint(t.Context()); !ok || err != nil {
		t.Fatal(ok, err)
	}
	file, err := os.ReadFile(d.Path())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, w := range ws {
		if bytes.Contains(file, []byte(w.mark)) {
			n++
		}
	}
	return n
}

func whole(t *testing.T, d *DB) {
	t.Helper()
	var said string
	if err := get(t.Context(), d.reader, &said, "PRAGMA integrity_check"); err != nil || said != "ok" {
		t.Fatalf("integrity_check: %s, %v", said, err)
	}
}

// TestErasedTextIsInNoPage lets many visitors write beside each other, so that rows are moved from page to page, and
// erases half of them. secure_delete alone leaves text of some in the pages of the others.
func TestErasedTextIsInNoPage(t *testing.T) {
	copies := 0 // a fresh seed may leave none
	for _, seed := range soak.Seeds(t) {
		r := rand.New(rand.NewPCG(seed, 1))
		d, _ := sessionDB(t)
		all := writers(d, r, 80)
		for range soak.Share(5000, 1200) {
			all[r.IntN(len(all))].act(t, r)
		}
		gone, stay := all[:40], all[40:]
		var ids []string
		for _, w := range gone {
			if w.s.Session() == "" {
				continue
			}
			if _, err := d.EndByVisitor(t.Context(), w.s.Session(), w.token); err != nil {
				t.Fatal(err)
			}
			ids = append(ids, w.s.Session())
		}
		if _, err := d.Erase(t.Context(), InServer, ids, false); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Vacuum(t.Context(), InServer, time.Minute); err != nil {
			t.Fatal(err)
		}
		left := leftOf(t, d, gone)
		copies += copiesIn(t, d, "mark-")
		kept := dumpAll(t, d, stay)
		began := time.Now()
		_, cleared, done, err := d.Scrub(t.Context(), 0, 1000)
		t.Logf("seed %d: %d of %d erased visitors had text left, in %d pages cleared in %s", seed, left, len(ids), cleared, time.Since(began))
		if err != nil || !done || cleared == 0 {
			t.Errorf("cleared %d, done %v, %v", cleared, done, err)
		}
		whole(t, d)
		if n := leftOf(t, d, gone); n != 0 {
			t.Errorf("text of %d erased visitors is still there", n)
		}
		if dumpAll(t, d, stay) != kept {
			t.Error("the others' rows changed")
		}
		// Nor does the writer's memory bring any of it back.
		for range 300 {
			stay[r.IntN(len(stay))].act(t, r)
		}
		if n := leftOf(t, d, gone); n != 0 {
			t.Errorf("text of %d erased visitors came back", n)
		}
		whole(t, d)
	}
	if copies == 0 {
		t.Error("no page had a copy of anything before scrubbing: the test cannot tell")
	}
}

// copiesIn counts the pages with a text in their unused middle.
func copiesIn(t *testing.T, d *DB, text string) int {
	t.Helper()
	f, err := d.layout()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for group, end := 0, false; !end; group++ {
		var found []span
		if found, end, err = f.stale(group, make([]byte, f.group())); err != nil {
			t.Fatal(err)
		}
		for _, s := range found {
			b := make([]byte, s.to-s.from)
			d.raw.ReadAt(b, s.from)
			if bytes.Contains(b, []byte(text)) {
				n++
			}
		}
	}
	return n
}

func dumpAll(t *testing.T, d *DB, ws []*writer) string {
	var b strings.Builder
	for _, w := range ws {
		b.WriteString(dump(t, d, w.s.Session()))
	}
	return b.String()
}

// TestScrubBesideSaves scrubs without pause while visitors save, on two handles as two processes have them.
func TestScrubBesideSaves(t *testing.T) {
	d, _ := sessionDB(t)
	other := openAt(t, d.Path())
	r := rand.New(rand.NewPCG(1, 1))
	ws := writers(d, r, 24)
	for _, w := range ws[:12] {
		w.s = other.ForNew(birthOf(w.token))
	}
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for i, w := range ws {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(i), 2))
			for {
				select {
				case <-stop:
					return
				case <-time.After(20 * time.Millisecond): // without a pause one process would keep the lock from the other
					w.act(t, r)
				}
			}
		})
	}
	cleared := 0
	for began := time.Now(); time.Since(began) < time.Duration(soak.Share(60, 4))*time.Second; {
		for _, d := range []*DB{d, other} {
			d.Checkpoint(t.Context())
			_, n, _, err := d.Scrub(t.Context(), 0, 1000)
			if err != nil {
				t.Fatal(err)
			}
			cleared += n
		}
	}
	close(stop)
	wg.Wait()
	t.Logf("%d pages cleared beside saves", cleared)
	if cleared == 0 {
		t.Error("it never got its turn")
	}
	whole(t, d)
	for _, w := range ws {
		for _, id := range w.cards {
			if c, err := d.For(w.s.Session()).Card(t.Context(), id); err != nil || !strings.HasPrefix(c.Sections[0].Fields[0].Answer, w.mark) {
				t.Errorf("a card is not what was written: %v", err)
			}
		}
	}
}

func TestScrubNeverWritesBesideAFilledLog(t *testing.T) {
	d, _ := sessionDB(t)
	r := rand.New(rand.NewPCG(1, 1))
	ws := writers(d, r, 20)
	for range 400 {
		ws[r.IntN(len(ws))].act(t, r)
	}
	if ok, err := d.Checkpoint(t.Context()); !ok || err != nil {
		t.Fatal(ok, err)
	}
	slow, err := d.reader.Beginx()
	if err != nil {
		t.Fatal(err)
	}
	var n int
	get(t.Context(), slow, &n, "SELECT COUNT(*) FROM card")
	ws[0].act(t, r) // the log cannot be emptied while the reader reads
	before, _ := os.ReadFile(d.Path())
	_, cleared, done, err := d.Scrub(t.Context(), 0, 1000)
	if after, _ := os.ReadFile(d.Path()); cleared != 0 || done || err != nil || !bytes.Equal(before, after) {
		t.Errorf("cleared %d, done %v, %v, the file differs: %v %d %d", cleared, done, err, !bytes.Equal(before, after), len(before), len(after))
	}
	slow.Rollback()
	if _, cleared, done, err := d.Scrub(t.Context(), 0, 1000); cleared == 0 || !done || err != nil {
		t.Errorf("afterwards: cleared %d, done %v, %v", cleared, done, err)
	}
	whole(t, d)
}
