package handlers_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// What the guests of the random test do. Each operation says which request it is, what must come back, and what it does to the
// model if it succeeds.

type op struct {
	method, path string
	form         url.Values
	file         *upload
	plain, htmx  int     // the status, asked plainly or by htmx
	about        *mCard  // the card that is looked at afterwards
	keeps        bool    // it makes a session for who has none
	done         func()  // to the model
	see          []check // of the reply
}

// check looks at a reply and returns what is wrong with it.
type check func(r *direct) string

func (o *op) fails(status int) *op {
	o.plain, o.htmx, o.done, o.keeps = status, status, nil, false
	return o
}

// shows adds that the reply must hold a text.
func (o *op) shows(text string) *op {
	o.see = append(o.see, func(r *direct) string {
		if !r.has(text) {
			return fmt.Sprintf("%q is missing", text)
		}
		return ""
	})
	return o
}

// to is an operation that leads to a page, change one that shows the section it changed.
func to(method, path string, form url.Values) *op {
	return &op{method: method, path: path, form: form, plain: 303, htmx: 204}
}

func change(method, path string, form url.Values) *op {
	return &op{method: method, path: path, form: form, plain: 303, htmx: 200}
}

func read(path string) *op { return &op{method: "GET", path: path, plain: 200, htmx: 200} }

// deeds are the operations, each as often as its number says.
var deeds = func() (all []func(w *world, g *guest) *op) {
	for _, d := range []struct {
		often int
		do    func(w *world, g *guest) *op
	}{
		{6, create}, {6, importNew}, {2, reopen}, {34, autosave}, {14, saveSection}, {5, addSection}, {6, addField}, {3, renameSection},
		{3, renameField}, {4, moveSection}, {4, moveField}, {3, deleteSection}, {3, deleteField}, {3, renameCard}, {5, deleteCard}, {2, eraseCard}, {4, undelete}, {3, visitDeleted}, {2, sweepDeleted}, {4, copyCard}, {5, useDatasheets}, {3, clearSection}, {2, resetCard},
		{6, hold}, {4, look}, {5, take}, {3, takeAtOnce}, {3, dropFile}, {3, readFile}, {3, readOriginal}, {4, export}, {6, putBack}, {3, undo}, {3, restoreAt}, {2, forgetRevision}, {1, forgetField}, {1, share},
		{1, eraseKind}, {1, eraseSession}, {6, visitPage}, {3, comeBack},
	} {
		for range d.often {
			all = append(all, d.do)
		}
	}
	return all
}()

// act lets a guest do something.
func (w *world) act(g *guest) {
	w.Helper()
	var o *op
	if len(g.cards) == 0 && w.chance(3) {
		o = create(w, g)
	}
	for o == nil {
		o = oneOf(w, deeds...)(w, g)
	}
	q := question{method: o.method, path: o.path, form: o.form, file: o.file, htmx: w.chance(2)}
	if !q.htmx && q.file == nil && (q.method == "PUT" || q.method == "DELETE") && w.chance(2) { // as a page without JavaScript does it
		q.form = url.Values{"_method": {q.method}}
		for name, value := range o.form {
			q.form[name] = value
		}
		q.method = "POST"
	}
	w.note(g, &q)
	r := w.ask(g, q)
	want := o.plain
	if q.htmx {
		want = o.htmx
	}
	if r.status() != want {
		w.fail("status %d, want %d: %s", r.status(), want, clip(r.body()))
	}
	for _, see := range o.see {
		if wrong := see(r); wrong != "" {
			w.fail("%s in\n%s", wrong, clip(r.body()))
		}
	}
	w.about, w.changed = o.about, o.done != nil
	if want >= 400 {
		w.refused++
		return
	}
	if o.keeps {
		w.born(g)
	}
	if o.done != nil {
		o.done()
		w.forget(g, o.about)
	}
}

// forget drops what was expected before a change.
func (w *world) forget(g *guest, c *mCard) {
	g.rows = ""
	if c != nil {
		c.export, c.lines = "", ""
	}
}

func (w *world) note(g *guest, q *question) {
	line := fmt.Sprintf("%d: g%d htmx=%v %s %s %.300s", w.step, g.n, q.htmx, q.method, q.path, q.form.Encode())
	if q.file != nil {
		line += fmt.Sprintf(" file %s (%d bytes)", q.file.name, len(q.file.content))
	}
	if w.last = append(w.last, line); len(w.last) > 25 {
		w.last = w.last[1:]
	}
}

const mostCards = 3

// add takes a new card into the model, under the address the reply led to.
func (w *world) add(g *guest, c *mCard) func() {
	return func() {
		id, ok := strings.CutPrefix(w.web.led(), "/cards/")
		c.id, _, _ = strings.Cut(id, "?")
		if !ok || w.owners[c.id] != nil {
			w.fail("the new card is at %q", w.web.led())
		}
		c.created, c.changed = w.now, w.now
		for _, s := range c.sections {
			for i := range s.fields {
				s.fields[i].added = w.now
			}
		}
		g.cards = append(g.cards, c)
		w.owners[c.id] = g
	}
}

func (w *world) template() string {
	if w.chance(200) {
		return oneOf(w, "model", "datasheet")
	}
	return oneOf(w, "tiny", "tiny", "note")
}

func create(w *world, g *guest) *op {
	if len(g.cards) >= mostCards {
		return nil
	}
	if w.chance(8) {
		return to("POST", "/cards", form("template", w.stray(g, oneOf(w, kinds...)))).fails(422)
	}
	c := mTemplate(w.templates.Get(w.template()))
	o := to("POST", "/cards", form("template", c.template))
	o.about, o.keeps, o.done = &c, true, w.add(g, &c)
	return o
}

func renameCard(w *world, g *guest) *op {
	t, title := w.aim(g), ""
	if !w.chance(3) {
		title = w.words(g)
	}
	o := change("PUT", t.path(), form("title", " "+title+"\n"))
	switch {
	case w.chance(15):
		o.form = form("name", w.words(g))
		return o.fails(422)
	case t.own == nil:
		return o.fails(404)
	}
	o.about, o.done = t.own, func() { t.own.title, t.own.changed = title, w.now }
	return o
}

func (w *world) drop(g *guest, which func(c *mCard) bool) {
	g.cards = slices.DeleteFunc(g.cards, func(c *mCard) bool {
		if which(c) {
			w.buryCard(c)
			return true
		}
		return false
	})
}

func resetCard(w *world, g *guest) *op {
	t := w.aim(g)
	o := to("DELETE", t.path("answers"), nil)
	if t.own == nil {
		return o.fails(404)
	}
	o.about, o.done = t.own, func() {
		w.buryCard(&mCard{sections: t.own.sections})
		t.own.edit(w.now, func() {
			empty := mTemplate(w.templateOf(t.own))
			t.own.template, t.own.sections = empty.template, empty.sections
		})
	}
	return o
}

func export(w *world, g *guest) *op {
	t := w.aim(g)
	end := oneOf(w, ".json", ".json", ".html", ".webcards.json", ".docx", "."+w.stray(g, "card"))
	o := read("/cards/" + t.id + end)
	switch {
	case t.own == nil || end != ".json" && end != ".html" && end != ".webcards.json":
		return o.fails(404)
	case end == ".json":
		o.see = append(o.see, func(r *direct) string { return differ(string(r.body()), t.own.asJSON()) })
	}
	return o
}
