package handlers_test

import (
	"net/url"
	"slices"
	"strings"

	"cardstock/card"
)

// Operations of the random test on uploads and files.

// templateOf is the template a card goes back to.
func (w *world) templateOf(c *mCard) *card.Template {
	if t := w.templates.Get(c.template); t != nil && string(t.Kind) == c.kind {
		return t
	}
	return w.templates.Get(c.kind)
}

func (w *world) nameOf(c *mCard) string { return c.name(w.templateOf(c).Name) }

// upload makes up a card to import: some answers to a template's questions, and sometimes a question of one's own.
func (w *world) upload(g *guest) mCard {
	c := mTemplate(w.templates.Get(w.template()))
	if w.chance(2) {
		c.title = w.words(g)
	}
	if w.chance(50) {
		c.template = "elsewhere" // a template this server does not have
	}
	for i := range c.sections {
		s := &c.sections[i]
		if w.chance(3) {
			s.fields = slices.Delete(s.fields, 0, 1)
		}
		for j := range s.fields {
			if w.chance(2) {
				s.fields[j].answer = w.text(g, &s.fields[j])
			}
		}
	}
	if w.chance(3) {
		f := mField{key: w.never("field"), label: w.words(g), kind: oneOf(w, "text", "line", "list"), custom: true}
		if !card.ValidKey(f.key) {
			f.key = "own.key"
		}
		f.answer = w.text(g, &f)
		c.sections = append(c.sections, mSection{"own" + strings.TrimPrefix(f.key, "custom."), w.words(g), true, []mField{f}})
		if !card.ValidKey(c.sections[len(c.sections)-1].key) {
			c.sections[len(c.sections)-1].key = "own"
		}
	}
	return c
}

// file sends a card as a file or as pasted text and returns how it is kept.
func (w *world) send(g *guest, o *op, c *mCard) mFile {
	in := c.clone()
	kept := mFile{role: "original", name: g.marker + ".json", format: "cardstock", content: c.asJSON(), in: &in, created: w.now}
	if w.chance(2) {
		o.file = &upload{"C:\\cards\\" + kept.name, []byte(kept.content)}
		return kept
	}
	if o.form == nil {
		o.form = url.Values{}
	}
	o.form.Set("text", kept.content)
	kept.name = "pasted.txt"
	return kept
}

func importNew(w *world, g *guest) *op {
	if len(g.cards) >= mostCards {
		return nil
	}
	c := w.upload(g)
	o := to("POST", "/cards/import", nil)
	if w.chance(10) {
		o.form = form("text", "{broken "+g.marker)
		return o.fails(422)
	}
	file := w.send(g, o, &c)
	c.files = []mFile{file}
	o.about, o.keeps, o.done = &c, true, w.add(g, &c)
	return o
}

// reopen imports an export of one's own: the card is there twice.
func reopen(w *world, g *guest) *op {
	if len(g.cards) == 0 || len(g.cards) >= mostCards {
		return nil
	}
	was := oneOf(w, g.cards...)
	suffix, kind := ".json", "cardstock"
	if w.chance(3) {
		suffix, kind = ".html", "html"
	}
	content := string(w.ask(g, question{method: "GET", path: "/cards/" + was.id + suffix}).body())
	c, in := was.clone(), was.clone()
	c.id, c.files = "", []mFile{{role: "original", name: "again" + suffix, format: kind, content: content, in: &in, created: w.now}}
	for i := range c.sections {
		for j := range c.sections[i].fields {
			f := &c.sections[i].fields[j]
			f.rev, f.saved, f.kept = 0, 0, false
		}
	}
	o := to("POST", "/cards/import", nil)
	o.file = &upload{"again" + suffix, []byte(content)}
	o.about, o.done = &c, w.add(g, &c)
	return o
}

// hold sends a file into an open card without saying yet what it may do.
func hold(w *world, g *guest) *op {
	t, c := w.aim(g), w.upload(g)
	o := to("POST", t.path("import"), nil)
	file := w.send(g, o, &c)
	if t.own == nil {
		return o.fails(404)
	}
	o.about, o.done = t.own, func() {
		_, id, found := strings.Cut(w.web.led(), "/import?file=")
		if file.id, file.role = id, "pending"; !found {
			w.fail("held at %q", w.web.led())
		}
		t.own.unhold(w)
		t.own.files = append(t.own.files, file)
	}
	return o
}

// unhold drops the upload that is held.
func (c *mCard) unhold(w *world) {
	c.files = slices.DeleteFunc(c.files, func(f mFile) bool {
		if f.role == "pending" {
			w.buryID("file", f.id)
		}
		return f.role == "pending"
	})
}

// look shows what a file would do.
func look(w *world, g *guest) *op {
	t := w.aim(g)
	id := w.part(g, t, "file")
	o := read(t.path("import") + "?file=" + id)
	if t.own == nil || t.own.file(id) == nil {
		return o.fails(404)
	}
	return o.shows(escaped(t.own.file(id).name))
}

// take says what a file may do: the one that is held, or one that was taken in before.
func take(w *world, g *guest) *op {
	t := w.aim(g)
	id, mode := w.part(g, t, "file"), oneOf(w, "fill", "replace")
	o := to("POST", t.path("import"), form("held", id, "mode", mode))
	if t.own == nil || t.own.file(id) == nil {
		return o.fails(404)
	}
	return w.takeIn(o, t.own, *t.own.file(id), mode)
}

// takeAtOnce sends a file and says at once what it may do.
func takeAtOnce(w *world, g *guest) *op {
	t, c, mode := w.aim(g), w.upload(g), oneOf(w, "fill", "replace")
	o := to("POST", t.path("import"), form("mode", mode))
	file := w.send(g, o, &c)
	if w.chance(10) {
		o.form.Set("mode", w.stray(g, "file"))
		return o.fails(422)
	}
	if t.own == nil {
		return o.fails(404)
	}
	return w.takeIn(o, t.own, file, mode)
}

// takeIn is what becomes of a card that a file is taken into.
func (w *world) takeIn(o *op, c *mCard, file mFile, mode string) *op {
	in := file.in.clone()
	if in.kind != c.kind {
		return o.fails(422)
	}
	o.about, o.done = c, func() {
		c.edit(w.now, func() {
			if mode == "fill" {
				c.fill(in)
			} else {
				c.replace(in)
			}
		})
		c.unhold(w)
		if file.id != "" && c.file(file.id) != nil { // taken in before: it is the latest now
			w.buryID("file", file.id)
			c.files = slices.DeleteFunc(c.files, func(f mFile) bool { return f.id == file.id })
		}
		file.id, file.role, file.created = "", "original", w.now
		c.files = append(c.files, file)
	}
	return o
}

func dropFile(w *world, g *guest) *op {
	t := w.aim(g)
	id := w.part(g, t, "file")
	o := to("DELETE", t.path("files", id), nil)
	if t.own == nil || t.own.file(id) == nil {
		return o.fails(404)
	}
	o.about, o.done = t.own, func() {
		w.buryID("file", id)
		t.own.files = slices.DeleteFunc(t.own.files, func(f mFile) bool { return f.id == id })
	}
	return o
}

func readFile(w *world, g *guest) *op {
	t := w.aim(g)
	id := w.part(g, t, "file")
	o := read(t.path("files", id))
	if t.own == nil || t.own.file(id) == nil {
		return o.fails(404)
	}
	o.see = append(o.see, isFile(t.own.file(id)))
	return o
}

func readOriginal(w *world, g *guest) *op {
	t := w.aim(g)
	o := read(t.path("original"))
	if t.own == nil || t.own.original() == nil {
		return o.fails(404)
	}
	o.see = append(o.see, isFile(t.own.original()))
	return o
}

func isFile(f *mFile) check {
	return func(r *direct) string {
		if !strings.Contains(r.header("Content-Disposition"), `filename="`+f.name+`"`) {
			return "it is called " + r.header("Content-Disposition") + ", not " + f.name
		}
		return differ(string(r.body()), f.content)
	}
}
