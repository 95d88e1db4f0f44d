package handlers_test

import (
	"strings"
)

// Operations of the random test on whole sessions, and visits.

func share(w *world, g *guest) *op {
	value := oneOf(w, "0", "1", "1", w.stray(g, "session"))
	o := to("PUT", "/session", form("shared", value))
	if value != "0" && value != "1" {
		return o.fails(422)
	}
	o.keeps = value == "1"
	o.done = func() {
		if k := g.kept; k != nil {
			k.shared, k.touched, k.ttl = value == "1", w.now, int64(30*24*3600*1000)
			if k.shared {
				k.ttl = 12 * 3600 * 1000
			}
		}
	}
	return o
}

func eraseKind(w *world, g *guest) *op {
	kind := oneOf(w, "model", "datasheet", w.stray(g, "card"))
	o := to("DELETE", "/session", form("kind", kind))
	if kind != "model" && kind != "datasheet" {
		return o.fails(422)
	}
	o.done = func() {
		w.drop(g, func(c *mCard) bool { return c.kind == kind })
		w.dropDeleted(g, func(c *mCard) bool { return c.kind == kind })
	}
	return o
}

// eraseSession makes another guest of this one. At a shared computer the next session is a shared one from the start.
func eraseSession(w *world, g *guest) *op {
	o := to("DELETE", "/session", nil)
	old := g.cookie
	o.done = func() {
		if g.kept == nil {
			return
		}
		if g.cookie == old {
			w.fail("erased, and the cookie stays")
		}
		next := w.newGuest(g.n)
		next.cookie, g.cookie = g.cookie, old
		w.bury(g)
		w.erased++
		w.guests[g.n] = next
		if g.kept.shared {
			w.born(next)
			next.kept.shared, next.kept.ttl = true, 12*3600*1000
		}
	}
	return o
}

// comeBack asks with the cookie of a session that is gone for a card of somebody's.
func comeBack(w *world, g *guest) *op {
	if len(w.gone["cookie"]) == 0 {
		return nil
	}
	ghost := &guest{n: -1, marker: "nobody", cookie: oneOf(w, w.gone["cookie"]...)}
	path := "/cards/" + w.stray(g, "card")
	q := oneOf(w, question{method: "GET", path: path}, question{method: "PUT", path: path, form: form("title", "x")}, question{method: "DELETE", path: path},
		question{method: "GET", path: path + ".json"}, question{method: "POST", path: path + "/sections", form: form("title", "x")})
	w.note(ghost, &q)
	if r := w.ask(ghost, q); r.status() != 404 {
		w.fail("an erased session's cookie: %d", r.status())
	}
	return read("/")
}

func visitPage(w *world, g *guest) *op {
	t := w.aim(g)
	path := oneOf(w, "", "preview", "history", "import")
	o := read(strings.TrimSuffix(t.path(path), "/"))
	if t.own == nil {
		return o.fails(404)
	}
	o.about = t.own
	if path == "" || path == "preview" {
		o.shows(escaped(w.nameOf(t.own)))
	}
	for _, id := range t.own.uses {
		if sheet := g.card(id); sheet != nil && path == "preview" {
			o.shows(`<a href="/cards/` + id + `" dir="auto">` + escaped(w.nameOf(sheet)) + `</a>`)
		}
	}
	switch was := t.own.predecessor; {
	case path != "preview" || was == "":
	case g.card(was) == nil:
		o.shows("This is the next version of a card that was deleted")
	default:
		o.shows(`This is the next version of <a href="/cards/` + was + `/preview" dir="auto">` + escaped(w.nameOf(g.card(was))) + `</a>`)
	}
	return o
}
