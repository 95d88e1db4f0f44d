package handlers_test

import (
	"bytes"
	"slices"
	"strings"
)

// Operations of the random test on answers, sections and questions.

func addSection(w *world, g *guest) *op {
	t, title := w.aim(g), w.words(g)
	o := change("POST", t.path("sections"), form("title", title))
	switch {
	case t.own == nil:
		return o.fails(404)
	case w.chance(15):
		o.form.Set("title", " ")
		return o.fails(422)
	case len(t.own.sections) > 4:
		return nil
	}
	o.about, o.done = t.own, func() {
		path := w.web.led()
		key := path[strings.LastIndexByte(path, '/')+1:]
		if !strings.HasPrefix(key, "custom-") || t.own.section(key) != nil {
			w.fail("the new section is at %q", path)
		}
		t.own.sections = append(t.own.sections, mSection{key: key, title: title, custom: true})
		t.own.changed = w.now
	}
	return o
}

func addField(w *world, g *guest) *op {
	t, label := w.aim(g), w.words(g)
	section, s := w.section(g, t)
	o := change("POST", t.path("sections", section, "fields"), form("question", label))
	switch {
	case t.own == nil || s == nil:
		return o.fails(404)
	case w.chance(15):
		o.form.Set("question", " ")
		return o.fails(422)
	case len(s.fields) > 7:
		return nil
	}
	o.about, o.done = t.own, func() {
		r := w.ask(g, question{method: "GET", path: t.path("sections", section), htmx: true})
		key := newKey(r.body(), t.own)
		if key == "" {
			w.fail("no new question in\n%s", clip(r.body()))
		}
		s.fields = append(s.fields, mField{key: key, label: label, kind: "text", custom: true, added: w.now})
		t.own.changed = w.now
	}
	return o
}

// newKey finds a custom question on a page that the model does not know.
func newKey(page []byte, c *mCard) string {
	for {
		_, rest, found := bytes.Cut(page, []byte(`data-key="custom.`))
		if !found {
			return ""
		}
		key, _, _ := bytes.Cut(rest, []byte(`"`))
		if f, _ := c.field("custom." + string(key)); f == nil {
			return "custom." + string(key)
		}
		page = rest
	}
}

func renameSection(w *world, g *guest) *op {
	t, title := w.aim(g), w.words(g)
	key, s := w.section(g, t)
	o := change("PUT", t.path("sections", key, "title"), form("title", title))
	switch {
	case t.own == nil || s == nil:
		return o.fails(404)
	case !s.custom:
		return o.fails(422)
	}
	o.about, o.done = t.own, func() { s.title, t.own.changed = title, w.now }
	return o
}

func renameField(w *world, g *guest) *op {
	t, label := w.aim(g), w.words(g)
	key, f := w.field(g, t, true)
	o := change("PUT", t.path("fields", key, "question"), form("question", label))
	switch {
	case t.own == nil || f == nil:
		return o.fails(404)
	case !f.custom:
		return o.fails(422)
	}
	o.about, o.done = t.own, func() { f.label, t.own.changed = label, w.now }
	return o
}

func moveSection(w *world, g *guest) *op {
	t := w.aim(g)
	key, s := w.section(g, t)
	before, b := w.section(g, t)
	if w.chance(4) {
		before = ""
	}
	o := change("PUT", t.path("sections", key, "position"), form("before", before))
	switch {
	case t.own == nil || s == nil:
		return o.fails(404)
	case !s.custom:
		return o.fails(422)
	case before != "" && b == nil:
		return o.fails(404)
	}
	at := func(key string) int {
		return slices.IndexFunc(t.own.sections, func(s mSection) bool { return s.key == key })
	}
	o.about, o.done = t.own, func() {
		t.own.sections = moved(t.own.sections, at(key), at(before))
		t.own.changed = w.now
	}
	return o
}

func moveField(w *world, g *guest) *op {
	t := w.aim(g)
	key, f := w.field(g, t, true)
	before, b := w.field(g, t, false)
	if w.chance(4) {
		before = ""
	}
	o := change("PUT", t.path("fields", key, "position"), form("before", before))
	if t.own == nil || f == nil {
		return o.fails(404)
	}
	if !f.custom {
		return o.fails(422)
	}
	_, s := t.own.field(key)
	if _, in := t.own.field(before); before != "" && (b == nil || in != s) {
		return o.fails(404)
	}
	at := func(key string) int {
		return slices.IndexFunc(s.fields, func(f mField) bool { return f.key == key })
	}
	o.about, o.done = t.own, func() {
		s.fields = moved(s.fields, at(key), at(before))
		t.own.changed = w.now
	}
	return o
}

func deleteSection(w *world, g *guest) *op {
	t := w.aim(g)
	key, s := w.section(g, t)
	o := to("DELETE", t.path("sections", key), nil)
	switch {
	case t.own == nil || s == nil:
		return o.fails(404)
	case !s.custom:
		return o.fails(422)
	}
	o.about, o.done = t.own, func() {
		w.buryCard(&mCard{sections: []mSection{*s}})
		t.own.edit(w.now, func() {
			t.own.sections = slices.DeleteFunc(t.own.sections, func(s mSection) bool { return s.key == key })
		})
	}
	return o
}

func deleteField(w *world, g *guest) *op {
	t := w.aim(g)
	key, f := w.field(g, t, true)
	o := change("DELETE", t.path("fields", key), nil)
	switch {
	case t.own == nil || f == nil:
		return o.fails(404)
	case !f.custom:
		return o.fails(422)
	}
	o.about, o.done = t.own, func() {
		w.buryID("field", key)
		_, s := t.own.field(key)
		t.own.edit(w.now, func() {
			s.fields = slices.DeleteFunc(s.fields, func(f mField) bool { return f.key == key })
		})
	}
	return o
}

func clearSection(w *world, g *guest) *op {
	t := w.aim(g)
	key, s := w.section(g, t)
	o := change("DELETE", t.path("sections", key, "answers"), nil)
	if t.own == nil || s == nil {
		return o.fails(404)
	}
	o.about, o.done = t.own, func() {
		preset := w.templateOf(t.own)
		t.own.edit(w.now, func() {
			for i := range s.fields {
				s.fields[i].answer = ""
				if f := preset.Field(s.fields[i].key); f != nil {
					s.fields[i].answer = f.Preset
				}
			}
		})
	}
	return o
}
