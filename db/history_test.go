package db

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cardstock/card"
)

// past is a card with a history, and a clock.
type past struct {
	*testing.T
	d   *DB
	s   *Scope
	id  string
	now *time.Time
}

func newPast(t *testing.T) *past {
	d, now := cardsDB(t)
	p := &past{t, d, visitor(t, d, "one"), "", now}
	p.id = someCard(t, p.s)
	return p
}

// save saves an answer an hour after what was before, and returns when.
func (p *past) save(key, text string) time.Time {
	p.Helper()
	*p.now = p.now.Add(time.Hour)
	p.saveNow(key, text)
	return *p.now
}

func (p *past) saveNow(key, text string) {
	p.Helper()
	_, rev := stored(p, p.s, p.id, key)
	if _, err := p.s.SaveAnswers(p.Context(), p.id, []Answer{{key, text, rev}}); err != nil {
		p.Fatal(err)
	}
}

func (p *past) answer(key string) string {
	p.Helper()
	text, _ := stored(p, p.s, p.id, key)
	return text
}

func (p *past) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

func (p *past) steps() (all []string) {
	p.Helper()
	from := ""
	for {
		revisions, err := p.s.Revisions(p.Context(), p.id, from, 2) // in small pages
		p.must(err)
		for _, r := range revisions {
			all = append(all, fmt.Sprintf("%s: %q to %q", r.Field.Key, r.Field.Answer, r.After))
			from = r.Place
		}
		if len(revisions) < 2 {
			return all
		}
	}
}

func TestHistorySaysWhatEachStepMade(t *testing.T) {
	p := newPast(t)
	p.save("one.a", "beta")
	p.saveNow("one.a", "beta and more") // typed on: the same step
	p.save("again.n", "7")
	p.save("one.a", "gamma")
	*p.now = p.now.Add(time.Hour)
	p.must(p.s.Edit(p.Context(), p.id, func(c *card.Card) error { return c.RemoveField("again.n") }))
	want := []string{`again.n: "7" to ""`, `one.a: "beta and more" to "gamma"`, `again.n: "0" to "7"`, `one.a: "alpha" to "beta and more"`}
	if got := p.steps(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the steps are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, place := range []string{"x", "1.x", "1.2", "%", "1.2.3.4 5"} {
		if _, err := p.s.Revisions(t.Context(), p.id, place, 2); err != nil && card.CodeOf(err) != card.NotFound {
			t.Errorf("place %q: %v", place, err)
		}
	}
}

func TestUndo(t *testing.T) {
	p := newPast(t)
	undo := func(want card.Code) {
		t.Helper()
		*p.now = p.now.Add(time.Minute)
		if _, err := p.s.Undo(t.Context(), p.id); card.CodeOf(err) != want {
			t.Fatalf("undo: %v", err)
		}
	}
	undo(card.Invalid) // nothing was changed yet
	p.save("one.a", "beta")
	p.save("again.n", "7")
	p.saveNow("again.n", "77")
	undo(0)
	if p.answer("again.n") != "0" || p.answer("one.a") != "beta" {
		t.Errorf("after undo: %q, %q", p.answer("again.n"), p.answer("one.a"))
	}
	undo(0) // takes the undoing back
	if p.answer("again.n") != "77" {
		t.Errorf("undone twice: %q", p.answer("again.n"))
	}
	// What was changed at the same moment goes back together.
	*p.now = p.now.Add(time.Hour)
	p.must(p.s.Edit(t.Context(), p.id, func(c *card.Card) error {
		fieldOf(c, "again.n").Answer, fieldOf(c, "one.a").Answer = "", ""
		return nil
	}))
	if last, err := p.s.LastChange(t.Context(), p.id); err != nil || len(last.Labels) != 2 || !last.At.Equal(*p.now) || last.Lost != 0 || last.Emptied != 0 {
		t.Errorf("the last change is %+v, %v", last, err)
	}
	undo(0)
	if last, err := p.s.LastChange(t.Context(), p.id); err != nil || len(last.Labels) != 2 || last.Emptied != 2 {
		t.Errorf("taking that back again would empty both: %+v, %v", last, err)
	}
	if p.answer("again.n") != "77" || p.answer("one.a") != "beta" {
		t.Errorf("clearing undone: %q, %q", p.answer("again.n"), p.answer("one.a"))
	}
	p.save("one.a", "there")
	p.saveNow("one.a", "beta")
	undo(card.Invalid) // the step ended where it began
	p.save("one.a", "secret")
	p.must(p.s.ForgetField(t.Context(), p.id, "one.a"))
	undo(card.Invalid)
	if p.answer("one.a") != "secret" {
		t.Errorf("what was before is erased, and undo made it %q", p.answer("one.a"))
	}
}

// TestUndoAnImport: what an import changed and what came with it goes back together, and comes again; what the card was made with stays.
func TestUndoAnImport(t *testing.T) {
	p := newPast(t)
	p.save("one.a", "beta")
	*p.now = p.now.Add(time.Hour)
	comes := func(c *card.Card) error {
		fieldOf(c, "one.a").Answer = "of the file"
		c.Sections = append(c.Sections, card.Section{Key: "own", Title: "Own", Custom: true, Fields: []card.Field{
			{Key: "own.size", Label: "Size", Kind: card.Line, Custom: true, Answer: "7"},
			{Key: "own.none", Label: "None", Kind: card.Line, Custom: true}}})
		return nil
	}
	p.must(p.s.Import(t.Context(), p.id, &Upload{Name: "a.json", Format: "json", Bytes: []byte("{}")}, comes))
	for range 2 {
		last, err := p.s.LastChange(t.Context(), p.id)
		if err != nil || len(last.Labels) != 2 || !slices.Contains(last.Labels, "Size") || last.Emptied != 1 || last.Lost != 0 {
			t.Errorf("the import is the last change: %+v, %v", last, err)
		}
		*p.now = p.now.Add(time.Minute)
		if _, err := p.s.Undo(t.Context(), p.id); err != nil {
			t.Fatal(err)
		}
		if p.answer("one.a") != "beta" || p.answer("own.size") != "" || p.answer("again.n") != "0" {
			t.Errorf("after undo: %q, %q, %q", p.answer("one.a"), p.answer("own.size"), p.answer("again.n"))
		}
		*p.now = p.now.Add(time.Minute)
		if _, err := p.s.Undo(t.Context(), p.id); err != nil {
			t.Fatal(err)
		}
		if p.answer("one.a") != "of the file" || p.answer("own.size") != "7" {
			t.Errorf("undone twice: %q, %q", p.answer("one.a"), p.answer("own.size"))
		}
	}
}

func TestRestoreAt(t *testing.T) {
	p := newPast(t)
	begun := *p.now
	first := p.save("one.a", "beta")
	second := p.save("again.n", "7")
	*p.now = p.now.Add(time.Minute)
	p.must(p.s.Edit(t.Context(), p.id, func(c *card.Card) error { return c.AddField("one", "own.late", "Late?") }))
	p.save("own.late", "mine")
	p.save("one.a", "gamma")
	end := p.save("again.day", "2026-11-25")
	restore := func(at time.Time, want ...string) {
		t.Helper()
		*p.now = p.now.Add(time.Hour)
		if _, err := p.s.RestoreAt(t.Context(), p.id, at); err != nil {
			t.Fatal(err)
		}
		got := []string{p.answer("one.a"), p.answer("again.n"), p.answer("again.day"), p.answer("own.late")}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("at %v: %q, want %q", at.Sub(begun), got, want)
		}
	}
	restore(second, "beta", "7", "", "mine")
	restore(first, "beta", "0", "", "mine")
	restore(begun, "alpha", "0", "", "mine")
	restore(end, "gamma", "7", "2026-11-25", "mine") // nothing of it is lost
	restore(second.Add(-time.Millisecond), "beta", "0", "", "mine")
	if n, err := p.s.RestoreAt(t.Context(), p.id, *p.now); n != 0 || err != nil {
		t.Errorf("to now: %d, %v", n, err)
	}
	if _, err := p.s.RestoreAt(t.Context(), p.id, begun.Add(-time.Millisecond)); card.CodeOf(err) != card.Invalid {
		t.Errorf("before the card was begun: %v", err)
	}
	recount(t, p.d, p.s)
}

func TestForgetRevision(t *testing.T) {
	p := newPast(t)
	p.save("one.a", "beta")
	p.save("one.a", "Erika Mustermann, born 1964")
	p.save("one.a", "gamma")
	revisions, err := p.s.Revisions(t.Context(), p.id, "", 10)
	p.must(err)
	before, _ := p.s.Usage(t.Context())
	p.must(p.s.ForgetRevision(t.Context(), p.id, revisions[0].ID))
	after, _ := p.s.Usage(t.Context())
	if freed := before.Bytes - after.Bytes; freed != int64(rowBytes+len("A")+len("Erika Mustermann, born 1964")) {
		t.Errorf("%d bytes are free again", freed)
	}
	recount(t, p.d, p.s)
	if strings.Contains(dump(t, p.d, p.s.Session()), "Mustermann") || p.answer("one.a") != "gamma" {
		t.Error("the text is there still, or the answer changed")
	}
	if _, err := p.s.EarlierAnswer(t.Context(), p.id, revisions[0].ID); card.CodeOf(err) != card.NotFound {
		t.Errorf("it can be read: %v", err)
	}
	if err := p.s.ForgetRevision(t.Context(), p.id, revisions[0].ID); card.CodeOf(err) != card.NotFound {
		t.Errorf("twice: %v", err)
	}
	p.saveNow("one.a", "delta") // soon after, but what was before its step is gone: so what stands there is kept
	want := []string{`one.a: "gamma" to "delta"`, `one.a: "beta" to "gamma"`, `one.a: "alpha" to "beta"`}
	if got := p.steps(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the steps are %s", strings.Join(got, "\n"))
	}
	// An older one goes: the last step stays whole and is typed on in.
	p.must(p.s.ForgetRevision(t.Context(), p.id, revisions[1].ID))
	p.saveNow("one.a", "delta!")
	want = []string{`one.a: "gamma" to "delta!"`, `one.a: "alpha" to "gamma"`}
	if got := p.steps(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the steps are %s", strings.Join(got, "\n"))
	}
	p.must(p.s.ForgetField(t.Context(), p.id, "one.a"))
	recount(t, p.d, p.s)
	if got := p.steps(); len(got) != 0 || p.answer("one.a") != "delta!" {
		t.Errorf("after erasing all: %q", got)
	}
	p.must(p.s.ForgetField(t.Context(), p.id, "one.a")) // nothing is left to erase
	if err := p.s.ForgetField(t.Context(), p.id, "none"); card.CodeOf(err) != card.NotFound {
		t.Errorf("no question: %v", err)
	}
	// The earlier answers of a deleted question, too.
	*p.now = p.now.Add(time.Hour)
	p.must(p.s.Edit(t.Context(), p.id, func(c *card.Card) error { return c.RemoveField("own.1") }))
	if len(p.steps()) != 1 {
		t.Fatal("a deleted question has no history")
	}
	p.must(p.s.ForgetField(t.Context(), p.id, "own.1"))
	if len(p.steps()) != 0 {
		t.Error("it has it still")
	}
	recount(t, p.d, p.s)
}

// An earlier answer that was erased is in no file afterwards.
func TestForgottenTextIsOverwritten(t *testing.T) {
	p := newPast(t)
	const marker = "Sympetrum-danae-31847"
	p.save("one.a", strings.Repeat(marker+" ", 400))
	p.save("one.a", "clean")
	onFile := func() bool {
		if done, err := p.d.Checkpoint(t.Context()); !done || err != nil {
			t.Fatal(done, err)
		}
		return onDisk(t, p.d, marker)
	}
	if !onFile() {
		t.Fatal("the marker should be on disk by now")
	}
	revisions, err := p.s.Revisions(t.Context(), p.id, "", 1)
	p.must(err)
	p.must(p.s.ForgetRevision(t.Context(), p.id, revisions[0].ID))
	if onFile() {
		t.Error("the text is still there")
	}
}
