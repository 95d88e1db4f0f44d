package handlers_test

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"cardstock/db"
)

// Operations of the random test that make a card of another, delete one and bring it back.

func copyCard(w *world, g *guest) *op {
	if len(g.cards) >= mostCards {
		return nil
	}
	t, as := w.aim(g), oneOf(w, "", "copy", "version", "version")
	o := to("POST", t.path("copies"), form("as", as))
	switch {
	case w.chance(15):
		o.form = form("as", w.stray(g, "card"))
		return o.fails(422)
	case t.own == nil:
		return o.fails(404)
	}
	c := t.own.clone()
	c.id, c.deleted, c.uses = "", 0, slices.Clone(t.own.uses)
	for i := range c.sections {
		for j := range c.sections[i].fields {
			f := &c.sections[i].fields[j]
			f.rev, f.saved, f.kept = 0, 0, false
		}
	}
	if as == "version" {
		c.predecessor = t.id
		w.nextVersion(&c)
	} else {
		c.title = copyTitle(w.nameOf(t.own))
	}
	o.about, o.done = &c, w.add(g, &c)
	return o
}

func copyTitle(name string) string {
	if r := []rune(name); len(r) > 293 {
		name = string(r[:293])
	}
	return name + " (copy)"
}

// nextVersion is what becomes of the answers about versions.
func (w *world) nextVersion(c *mCard) {
	version := ""
	for key, answer := range map[string]func(f *mField) string{
		"version.name": func(f *mField) string { version = f.answer; return versionAfter(f.answer) },
		"version.date": func(*mField) string { return "" },
		"version.diff": func(*mField) string { return "" },
		"governance.status": func(f *mField) string {
			if ft := w.templateOf(c).Field("governance.status"); ft != nil && f.kind == "choice" {
				return ft.Preset
			}
			return f.answer
		},
	} {
		if f, _ := c.field(key); f != nil {
			f.answer = answer(f)
		}
	}
	if f, _ := c.field("version.predecessor"); f != nil {
		f.answer = version
	}
}

// versionAfter raises the last of up to three numbers; of what is not such a version nothing is left.
func versionAfter(version string) string {
	v, plain := strings.CutPrefix(strings.TrimSpace(version), "v")
	parts := strings.Split(v, ".")
	for i, part := range parts {
		n, err := strconv.Atoi(part)
		if err != nil || strconv.Itoa(n) != part || n < 0 || len(parts) > 3 || i == 0 && n > 9999 {
			return ""
		}
		if i == len(parts)-1 {
			parts[i] = strconv.Itoa(n + 1)
		}
	}
	if plain {
		return "v" + strings.Join(parts, ".")
	}
	return strings.Join(parts, ".")
}

const undoFor = 30_000 // milliseconds

// deletedCard returns a card that the guest deleted and that is not erased yet.
func (g *guest) deletedCard(id string) *mCard {
	for _, c := range g.deleted {
		if c.id == id {
			return c
		}
	}
	return nil
}

// aimDeleted aims at cards that are deleted, more than at others.
func (w *world) aimDeleted(g *guest) target {
	if len(g.deleted) > 0 && !w.chance(5) {
		return target{id: oneOf(w, g.deleted...).id}
	}
	if other := oneOf(w, w.guests...); len(other.deleted) > 0 && w.chance(2) {
		id := oneOf(w, other.deleted...).id
		return target{id: id, own: g.card(id)}
	}
	return w.aim(g)
}

func deleteCard(w *world, g *guest) *op {
	t := w.aim(g)
	o := to("DELETE", t.path(), nil)
	if t.own == nil {
		return o.fails(404)
	}
	o.done = func() {
		w.drop(g, func(c *mCard) bool { return c == t.own })
		t.own.deleted, t.own.lines = w.now, ""
		g.deleted = append(g.deleted, t.own)
	}
	return o
}

// eraseCard erases a card for good, also one that was deleted.
func eraseCard(w *world, g *guest) *op {
	t := w.aimDeleted(g)
	o := to("DELETE", t.path(), form("now", "1"))
	deleted := g.deletedCard(t.id)
	if t.own == nil && deleted == nil {
		return o.fails(404)
	}
	o.done = func() {
		w.drop(g, func(c *mCard) bool { return c == t.own })
		w.dropDeleted(g, func(c *mCard) bool { return c == deleted })
	}
	return o
}

func (w *world) dropDeleted(g *guest, which func(c *mCard) bool) {
	g.deleted = slices.DeleteFunc(g.deleted, which)
}

func undelete(w *world, g *guest) *op {
	t := w.aimDeleted(g)
	o := to("POST", t.path("undeletion"), nil)
	c := g.deletedCard(t.id)
	switch {
	case t.own != nil: // it is there
		return o
	case c == nil || c.deleted <= w.now-undoFor:
		return o.fails(404)
	}
	o.about, o.done = c, func() {
		w.dropDeleted(g, func(d *mCard) bool { return d == c })
		c.deleted = 0
		g.cards = append(g.cards, c)
	}
	return o
}

// visitDeleted asks for a card that is deleted, in all the ways there are to ask.
func visitDeleted(w *world, g *guest) *op {
	if len(g.deleted) == 0 {
		return nil
	}
	c := oneOf(w, g.deleted...)
	t := target{id: c.id, like: c}
	key, _ := w.section(g, t)
	field, _ := w.field(g, t, false)
	o := oneOf(w, read(t.path("preview")), read(t.path("history")), read(t.path("import")), read(t.path("original")), read("/cards/"+c.id+".json"),
		read(t.path("sections", key)), read(t.path("fields", field)), read(t.path("files", w.part(g, t, "file"))), to("PUT", t.path(), form("title", w.words(g))),
		to("POST", t.path("copies"), nil), to("DELETE", t.path(), nil), to("DELETE", t.path("answers"), nil), to("POST", t.path("import"), form("text", c.asJSON())),
		to("PUT", t.path("fields", field), form("answer."+field, w.words(g))), to("POST", t.path("restorations"), form("revision", w.part(g, t, "revision"))))
	return o.fails(404)
}

// sweepDeleted lets the sweeper erase what can no longer come back.
func sweepDeleted(w *world, _ *guest) *op {
	for _, g := range w.guests {
		w.dropDeleted(g, func(c *mCard) bool { return c.deleted <= w.now-undoFor })
		g.rows = ""
	}
	if _, err := w.s.db.EraseDeleted(w.Context(), db.InServer); err != nil {
		w.fail("erasing deleted cards: %v", err)
	}
	return read("/")
}

// useDatasheets ticks some datasheets for a model card: their own, and now and then what is none of theirs.
func useDatasheets(w *world, g *guest) *op {
	t, wrong := w.aim(g), 0
	var sheets []string
	for _, c := range g.cards {
		if c.kind == "datasheet" && !w.chance(3) {
			sheets = append(sheets, c.id)
		}
	}
	if w.chance(6) {
		id := w.stray(g, "card")
		if other := g.card(id); other == nil {
			wrong = 404
		} else if other.kind != "datasheet" {
			wrong = 422
		}
		sheets = append(sheets, id)
	}
	o := to("PUT", t.path("datasheets"), url.Values{"datasheet": sheets})
	switch {
	case t.own == nil:
		return o.fails(404)
	case t.own.kind != "model":
		return o.fails(422)
	case wrong != 0:
		return o.fails(wrong)
	}
	o.about, o.done = t.own, func() {
		slices.Sort(sheets)
		t.own.uses, t.own.changed = slices.Compact(sheets), w.now
	}
	return o
}
