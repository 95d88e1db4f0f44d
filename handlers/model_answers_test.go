package handlers_test

import (
	"net/url"
	"strconv"
)

// Operations of the random test on answers.

// submit puts an answer into a form as the page does.
func submit(f *mField, text string, values url.Values) {
	name := "answer." + f.key
	if f.kind != "table" {
		values.Set(name, text)
		return
	}
	rows := tableRows(text)
	if len(rows) == 0 {
		rows = []map[string]string{{}}
	}
	for i, r := range rows {
		for _, c := range f.columns {
			values.Set(name+"["+strconv.Itoa(i)+"]."+c.Key, r[c.Key])
		}
	}
}

// token is what the page said that the answer was typed on: mostly the one that is stored.
func (w *world) token(g *guest, f *mField) string {
	switch w.rnd.IntN(16) {
	case 0:
		return revToken(max(f.rev-1, 0), w.words(g))
	case 1:
		return ""
	case 2:
		return w.stray(g, oneOf(w, kinds...))
	case 3: // what somebody else's page says about the same question
		if other := oneOf(w, w.guests...); len(other.cards) > 0 {
			if f, _ := oneOf(w, other.cards...).field(f.key); f != nil {
				return revToken(f.rev, f.answer)
			}
		}
	}
	return revToken(f.rev, f.answer)
}

func autosave(w *world, g *guest) *op {
	t := w.aim(g)
	key, f := w.field(g, t, false)
	o := change("PUT", t.path("fields", key), url.Values{})
	if t.own == nil || f == nil {
		o.form = form("answer."+key, w.words(g), "rev."+key, "0.x")
		return o.fails(404)
	}
	if other := w.stray(g, "field"); other != key && w.chance(20) { // the answer to another question, perhaps somebody else's
		o.form = form("answer."+other, w.words(g))
		return o.fails(422)
	}
	text, token := w.text(g, f), w.token(g, f)
	submit(f, text, o.form)
	o.form.Set("rev."+key, token)
	o.about = t.own
	switch f.judge(text, token) {
	case conflicting:
		return o.fails(409).shows(`name="theirs.` + key + `" value="` + revToken(f.rev, f.answer) + `"`)
	case written:
		if !f.fits(text) {
			return o.fails(422)
		}
		o.done = func() { t.own.save(f, text, w.now) }
	}
	return o
}

func saveSection(w *world, g *guest) *op {
	t := w.aim(g)
	key, s := w.section(g, t)
	o := change("PUT", t.path("sections", key), url.Values{})
	if t.own == nil || s == nil {
		o.form = form("answer."+w.stray(g, "field"), w.words(g))
		return o.fails(404)
	}
	o.about = t.own
	saves, status := w.fillIn(g, s, o.form)
	if w.chance(3) {
		next := ""
		if next, s = w.section(g, t); s == nil {
			status = 404
		}
		o.form.Set("next", next)
	}
	if foreign := w.stray(g, "field"); w.chance(12) {
		if f, in := t.own.field(foreign); f == nil || in.key != key {
			status = 404
		}
		o.form.Set("answer."+foreign, w.words(g))
		if f, in := t.own.field(foreign); f != nil && in.key == key {
			return nil // one of this section: it is in the form already
		}
	}
	if status != 0 {
		return o.fails(status)
	}
	o.done = func() {
		for _, save := range saves {
			save()
		}
	}
	return o
}

// fillIn fills in the form of a section. It returns what is saved, or the status with which all of it is refused.
func (w *world) fillIn(g *guest, s *mSection, values url.Values) (saves []func(), status int) {
	c := w.cardOf(g, s)
	for i := range s.fields {
		f := &s.fields[i]
		if w.chance(5) {
			continue // not in the form: it stays as it is
		}
		text, token := f.answer, w.token(g, f)
		if w.chance(2) {
			text = w.text(g, f)
		}
		submit(f, text, values)
		values.Set("rev."+f.key, token)
		if w.chance(8) { // after a conflict: mine, though theirs is another
			values.Set("keep", f.key)
			values.Set("theirs."+f.key, revToken(f.rev, f.answer))
		}
	}
	if w.chance(10) && len(s.fields) > 0 {
		values.Set("together", oneOf(w, s.fields...).key)
	}
	if w.chance(10) {
		values.Set(oneOf(w, "keep", "take", "together"), w.stray(g, "field"))
		values.Set("theirs."+w.stray(g, "field"), revToken(0, ""))
	}
	invalid, conflict, both := false, false, false
	for i := range s.fields {
		f := &s.fields[i]
		text, there := submitted(f, values)
		if !there || values.Get("take") == f.key {
			continue
		}
		both = both || values.Get("together") == f.key
		token := values.Get("rev." + f.key)
		if values.Get("keep") == f.key {
			token = values.Get("theirs." + f.key)
		}
		switch f.judge(text, token) {
		case conflicting:
			conflict = true
		case written:
			invalid = invalid || !f.fits(text)
			saves = append(saves, func() { c.save(f, text, w.now) })
		}
	}
	switch {
	case invalid:
		return nil, 422
	case both || conflict:
		return nil, 409
	}
	return saves, 0
}

// submitted is the inverse of submit.
func submitted(f *mField, values url.Values) (string, bool) {
	name := "answer." + f.key
	if f.kind != "table" {
		return values.Get(name), values.Has(name)
	}
	var rows []map[string]string
	for i := 0; values.Has(name + "[" + strconv.Itoa(i) + "]." + f.columns[0].Key); i++ {
		r := map[string]string{}
		for _, c := range f.columns {
			r[c.Key] = values.Get(name + "[" + strconv.Itoa(i) + "]." + c.Key)
		}
		rows = append(rows, r)
	}
	return tableText(rows), len(rows) > 0
}

func (w *world) cardOf(g *guest, s *mSection) *mCard {
	for _, c := range g.cards {
		if c.section(s.key) == s {
			return c
		}
	}
	return nil
}
