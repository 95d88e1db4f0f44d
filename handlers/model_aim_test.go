package handlers_test

import (
	"strings"
	"time"
)

// Which ids a request of the random test names: mostly the guest's own, often enough those of others.

// ids are the ids of a card's parts that no other card has, by kind.
func (c *mCard) ids() map[string][]string {
	ids := map[string][]string{}
	for _, s := range c.sections {
		if s.custom {
			ids["section"] = append(ids["section"], s.key)
		}
		for _, f := range s.fields {
			if f.custom {
				ids["field"] = append(ids["field"], f.key)
			}
		}
	}
	for _, r := range c.earlier {
		if r.id != "" {
			ids["revision"] = append(ids["revision"], r.id)
		}
	}
	for _, f := range c.files {
		if f.id != "" {
			ids["file"] = append(ids["file"], f.id)
		}
	}
	return ids
}

var kinds = []string{"card", "section", "field", "file", "revision", "session"}

// stray returns an id of a kind that is most likely not the guest's: of another session or of one that is gone, one that never
// was, or of another kind.
func (w *world) stray(g *guest, kind string) string {
	other := oneOf(w, w.guests...)
	switch w.rnd.IntN(8) {
	case 0:
		kind = oneOf(w, kinds...)
	case 1:
		other = g // of another card of their own
	case 2, 3:
		if ids := w.gone[kind]; len(ids) > 0 {
			return oneOf(w, ids...)
		}
	case 4:
		return w.never(kind)
	}
	var ids []string
	switch {
	case kind == "session" && other.kept != nil:
		return other.kept.id
	case kind == "card":
		for _, c := range other.cards {
			ids = append(ids, c.id)
		}
	case len(other.cards) > 0:
		ids = oneOf(w, other.cards...).ids()[kind]
	}
	if len(ids) == 0 {
		return w.never(kind)
	}
	return oneOf(w, ids...)
}

// never makes an id that never was.
func (w *world) never(kind string) string {
	if w.chance(8) {
		return oneOf(w, "none", "%25", "_", "0", "a", "*", "custom", strings.Repeat("a", 16), "a.name%00")
	}
	var b strings.Builder
	b.WriteString(map[string]string{"section": "custom-", "field": "custom."}[kind])
	for range 16 {
		b.WriteByte("abcdefghijklmnopqrstuvwxyz234567"[w.rnd.IntN(32)])
	}
	return b.String()
}

// target is the card a request is about.
type target struct {
	id   string
	own  *mCard // nil if the id leads nowhere
	like *mCard // the card whose parts the request names; nil if nobody has one
}

// aim chooses a card: the guest's own or, now and then, another's with all its parts.
func (w *world) aim(g *guest) target {
	if len(g.cards) > 0 && !w.chance(8) {
		c := oneOf(w, g.cards...)
		return target{c.id, c, c}
	}
	t := target{id: w.stray(g, "card")}
	if other := oneOf(w, w.guests...); len(other.cards) > 0 && w.chance(2) {
		t.id = oneOf(w, other.cards...).id
	}
	if owner := w.owners[t.id]; owner != nil {
		t.like = owner.card(t.id)
	}
	if t.own = g.card(t.id); t.own != nil {
		t.like = t.own
	}
	return t
}

func (t target) path(parts ...string) string {
	return "/cards/" + strings.Join(append([]string{t.id}, parts...), "/")
}

// section chooses a section of the target; nil goes with a key that leads nowhere.
func (w *world) section(g *guest, t target) (string, *mSection) {
	key := ""
	if t.like != nil && len(t.like.sections) > 0 && !w.chance(10) {
		key = oneOf(w, t.like.sections...).key
	} else {
		key = w.stray(g, "section")
	}
	if t.own == nil {
		return key, nil
	}
	return key, t.own.section(key)
}

// field chooses a question of the target, custom ones more often.
func (w *world) field(g *guest, t target, custom bool) (string, *mField) {
	key := ""
	if t.like != nil && !w.chance(10) {
		var all, own []string
		for _, s := range t.like.sections {
			for _, f := range s.fields {
				all = append(all, f.key)
				if f.custom {
					own = append(own, f.key)
				}
			}
		}
		if len(own) > 0 && custom {
			all = own
		}
		if len(all) > 0 {
			key = oneOf(w, all...)
		}
	}
	if key == "" {
		key = w.stray(g, "field")
	}
	if t.own == nil {
		return key, nil
	}
	f, _ := t.own.field(key)
	return key, f
}

// part chooses a file or a revision of the target.
func (w *world) part(g *guest, t target, kind string) string {
	if t.like != nil && !w.chance(6) {
		if ids := t.like.ids()[kind]; len(ids) > 0 {
			return oneOf(w, ids...)
		}
	}
	return w.stray(g, kind)
}

// words is text with the guest's marker.
func (w *world) words(g *guest) string {
	text := g.marker
	for range w.rnd.IntN(4) {
		text += " " + oneOf(w, "model", "lung", "<b>bold</b>", `"quoted" & 'single'`, "größe", "41.5 %", "* not a list", "=SUM(A1)", "日本")
	}
	return text
}

// text makes an answer in the form in which it is kept; once in a while one that does not fit.
func (w *world) text(g *guest, f *mField) string {
	switch {
	case w.chance(8):
		return ""
	case w.chance(10) && (f.kind == "line" || f.kind == "text" || f.kind == "list"):
		return oneOf(w, nothings...)
	}
	if f.key == "version.name" && w.chance(2) {
		return oneOf(w, "1", "3.0", "v1.2.9", "2025.06", "1.0-beta")
	}
	switch f.kind {
	case "date":
		if w.chance(6) {
			return "soon " + g.marker
		}
		return time.Unix(w.rnd.Int64N(2_000_000_000), 0).UTC().Format("2006-01-02")
	case "number":
		return oneOf(w, "0", "41.5", "-3", "1e3", g.marker)
	case "choice":
		return oneOf(w, append([]string{g.marker}, f.options...)...)
	case "table":
		var rows []map[string]string
		for range w.rnd.IntN(3) {
			r := map[string]string{}
			for _, c := range f.columns {
				if !w.chance(4) {
					r[c.Key] = w.words(g)
				}
				if w.chance(4) {
					r[c.Key] = oneOf(w, nothings...)
				}
				if c.Kind == "choice" || c.Kind == "date" {
					r[c.Key] = ""
				}
			}
			rows = append(rows, r)
		}
		return tableText(rows)
	case "text", "list":
		if w.chance(2) {
			return w.words(g) + "\n" + w.words(g)
		}
	}
	return w.words(g)
}
