package handlers_test

import (
	"bytes"
	"fmt"
	"html"
	"slices"
	"strings"
)

// What the guests of the random test get to see, against the model.

func escaped(s string) string { return html.EscapeString(s) }

// differ shows where two texts part.
func differ(got, want string) string {
	if got == want {
		return ""
	}
	i := 0
	for i < len(got) && i < len(want) && got[i] == want[i] {
		i++
	}
	part := func(s string) string { return fmt.Sprintf("%q", s[max(0, i-100):min(len(s), i+200)]) }
	return "it has …" + part(got) + "…, and should have …" + part(want) + "…"
}

// look makes a guest open a page, as htmx or plainly, that must be there.
func (w *world) look(g *guest, path string) *direct {
	w.Helper()
	r := w.ask(g, question{method: "GET", path: path, htmx: !w.chance(4)})
	if r.status() != 200 {
		w.fail("g%d, %s: status %d: %s", g.n, path, r.status(), clip(r.body()))
	}
	return r
}

// need fails unless the texts are on the page, in this order.
func (w *world) need(g *guest, path string, page []byte, texts ...string) {
	w.Helper()
	for _, text := range texts {
		i := bytes.Index(page, []byte(text))
		if i < 0 {
			w.fail("g%d, %s: %q is missing, or not in its place, in\n%s", g.n, path, text, clip(page))
		}
		page = page[i+len(text):]
	}
}

// checkRows compares all rows of the database with what all guests must have. When nobody has written since the last time, and nobody
// should have, there is nothing to compare.
func (w *world) checkRows() {
	w.Helper()
	version := w.rows.version(w)
	due := slices.ContainsFunc(w.guests, func(g *guest) bool { return g.kept != nil && g.rows == "" })
	if version == w.compared && !due {
		return
	}
	w.compared = version
	found := w.rows.all(w)
	for _, g := range w.guests {
		if g.kept == nil {
			continue
		}
		if g.rows == "" {
			g.rows = g.kept.rows(hashOf(g.cookie), slices.Concat(g.cards, g.deleted))
		}
		if found[g.kept.id] != g.rows {
			w.fail("the rows of g%d: %s", g.n, differLines(found[g.kept.id], g.rows))
		}
		delete(found, g.kept.id)
	}
	for id, rows := range found {
		w.fail("rows of nobody, session %s: %q", id, rows)
	}
}

// differLines shows which lines only one of two sorted texts has.
func differLines(got, want string) string {
	g, w := strings.Split(got, after), strings.Split(want, after)
	var b strings.Builder
	for _, line := range g {
		if !slices.Contains(w, line) {
			fmt.Fprintf(&b, "\n has     %q", line)
		}
	}
	for _, line := range w {
		if !slices.Contains(g, line) {
			fmt.Fprintf(&b, "\n misses  %q", line)
		}
	}
	return b.String()
}

// checkChange looks at what a guest has changed: the card itself, and one of the pages it is on in turn. A file that was taken in has
// its id to be learned.
func (w *world) checkChange(g *guest, c *mCard) {
	w.Helper()
	if c == nil || g.card(c.id) == nil {
		w.checkList(g)
		return
	}
	w.checkExport(g, c)
	switch n := w.rnd.IntN(6); {
	case slices.ContainsFunc(c.files, func(f mFile) bool { return f.id == "" }):
		w.checkFiles(g, c)
	case n == 0:
		w.checkList(g)
	case n == 1:
		w.checkCounts(g)
	case n < 4:
		w.checkHistory(g, c)
	case len(c.sections) > 0:
		w.checkSection(g, c, w.rnd.IntN(len(c.sections)))
	}
}

// glance looks at one thing of a guest who did nothing.
func (w *world) glance(g *guest) {
	w.Helper()
	if len(g.cards) > 0 && !w.chance(4) {
		w.checkExport(g, oneOf(w, g.cards...))
		return
	}
	w.checkList(g)
}

// checkAll looks at everything of everybody.
func (w *world) checkAll() {
	w.Helper()
	for _, g := range w.guests {
		w.checkGuest(g)
		for _, c := range g.cards {
			for _, path := range []string{".html", ".webcards.json", "/preview", ""} {
				w.look(g, "/cards/"+c.id+path)
			}
		}
	}
}

// checkGuest looks at all that a guest has.
func (w *world) checkGuest(g *guest) {
	w.Helper()
	w.checkList(g)
	w.checkCounts(g)
	for _, c := range g.cards {
		w.checkExport(g, c)
		w.checkHistory(g, c)
		for i := range c.sections {
			w.checkSection(g, c, i)
		}
		w.checkFiles(g, c)
		for _, f := range c.files {
			if wrong := isFile(&f)(w.look(g, "/cards/"+c.id+"/files/"+f.id)); wrong != "" {
				w.fail("g%d, a file: %s", g.n, wrong)
			}
		}
		if f := c.original(); f != nil {
			if wrong := isFile(f)(w.look(g, "/cards/"+c.id+"/original")); wrong != "" {
				w.fail("g%d, the original: %s", g.n, wrong)
			}
		}
	}
}
