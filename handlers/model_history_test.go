package handlers_test

import (
	"cmp"
	"html"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The history in the random test: what is done with it, and what its page must show.

// steps are the earlier answers to one question, the oldest first.
func (c *mCard) steps(key string) (own []*mRevision) {
	for _, r := range c.earlier {
		if r.field == key {
			own = append(own, r)
		}
	}
	slices.SortFunc(own, func(a, b *mRevision) int { return cmp.Or(cmp.Compare(a.started, b.started), cmp.Compare(a.rev, b.rev)) })
	return own
}

// after is what a step made of an answer.
func (c *mCard) after(r *mRevision) string {
	own := c.steps(r.field)
	if i := slices.Index(own, r) + 1; i < len(own) {
		return own[i].before
	}
	if f, _ := c.field(r.field); f != nil {
		return f.answer
	}
	return ""
}

func (c *mCard) each(fn func(f *mField)) {
	for _, s := range c.sections {
		for i := range s.fields {
			fn(&s.fields[i])
		}
	}
}

// back sets answers to what they were; it is nil if none is another one.
func (c *mCard) back(now int64, before map[*mField]string) func() {
	maps.DeleteFunc(before, func(f *mField, text string) bool { return f.answer == text })
	if len(before) == 0 {
		return nil
	}
	return func() {
		c.edit(now, func() {
			for f, text := range before {
				f.answer = text
			}
		})
	}
}

// putBack gives a question back what its answer was.
func putBack(w *world, g *guest) *op {
	t := w.aim(g)
	id := w.part(g, t, "revision")
	o := to("POST", t.path("restorations"), form("revision", id))
	if t.own == nil || t.own.revision(id) == nil {
		return o.fails(404)
	}
	r := t.own.revision(id)
	f, _ := t.own.field(r.field)
	if f == nil {
		return o.fails(422)
	}
	o.about, o.done = t.own, func() { t.own.edit(w.now, func() { f.answer = r.before }) }
	return o
}

// lastOf is when an answer was saved last, or came with its question into a card that was there; 0 if it is as the card began.
func (c *mCard) lastOf(f *mField) int64 {
	began := f.added
	c.each(func(f *mField) { began = min(began, f.added) })
	if f.saved == 0 && f.answer != "" && f.added > began {
		return f.added
	}
	return f.saved
}

// undo takes the last change of answers back: all that were saved at the latest moment, as far as what was before is kept, and all that
// came then.
func undo(w *world, g *guest) *op {
	t := w.aim(g)
	o := to("POST", t.path("restorations"), form("last", "1"))
	if t.own == nil {
		return o.fails(404)
	}
	last := int64(1)
	t.own.each(func(f *mField) { last = max(last, t.own.lastOf(f)) })
	before := map[*mField]string{}
	t.own.each(func(f *mField) {
		switch own := t.own.steps(f.key); {
		case t.own.lastOf(f) != last:
		case f.saved == 0: // it came then
			before[f] = ""
		case f.kept:
			before[f] = own[len(own)-1].before
		}
	})
	if o.about, o.done = t.own, t.own.back(w.now, before); o.done == nil {
		return o.fails(422)
	}
	return o
}

// restoreAt sets a card back to a moment: mostly just before or at one when something was changed.
func restoreAt(w *world, g *guest) *op {
	t, at := w.aim(g), w.now-w.rnd.Int64N(3*time.Hour.Milliseconds())
	if t.like != nil && len(t.like.earlier) > 0 && !w.chance(4) {
		at = oneOf(w, t.like.earlier...).started - w.rnd.Int64N(2)
	}
	o := to("POST", t.path("restorations"), form("at", strconv.FormatInt(at, 10)))
	if w.chance(3) {
		o.form.Set("at", time.UnixMilli(at).UTC().Format(time.RFC3339Nano))
	}
	switch {
	case w.chance(12):
		o.form.Set("at", w.words(g))
		return o.fails(422)
	case t.own == nil:
		return o.fails(404)
	case at < t.own.created:
		return o.fails(422)
	}
	before := map[*mField]string{}
	t.own.each(func(f *mField) {
		own := t.own.steps(f.key)
		if i := slices.IndexFunc(own, func(r *mRevision) bool { return r.started > at }); i >= 0 && f.added <= at {
			before[f] = own[i].before
		}
	})
	o.about, o.done = t.own, t.own.back(w.now, before)
	return o
}

// forgetRevision erases an earlier answer.
func forgetRevision(w *world, g *guest) *op {
	t := w.aim(g)
	id := w.part(g, t, "revision")
	o := to("DELETE", t.path("revisions", id), nil)
	if t.own == nil || t.own.revision(id) == nil {
		return o.fails(404)
	}
	r := t.own.revision(id)
	o.about, o.done = t.own, func() { w.forgetSteps(t.own, r.field, func(other *mRevision) bool { return other == r }) }
	return o
}

// forgetField erases all earlier answers to a question, also to one that is deleted.
func forgetField(w *world, g *guest) *op {
	t := w.aim(g)
	key, f := w.field(g, t, true)
	if t.like != nil && len(t.like.earlier) > 0 && w.chance(2) {
		key, f = oneOf(w, t.like.earlier...).field, nil
		if t.own != nil {
			f, _ = t.own.field(key)
		}
	}
	o := to("DELETE", t.path("fields", key, "revisions"), nil)
	if t.own == nil || f == nil && len(t.own.steps(key)) == 0 {
		return o.fails(404)
	}
	o.about, o.done = t.own, func() { w.forgetSteps(t.own, key, func(*mRevision) bool { return true }) }
	return o
}

// forgetSteps erases steps of an answer. If the last one goes, what is typed next is no part of it.
func (w *world) forgetSteps(c *mCard, key string, which func(*mRevision) bool) {
	own := c.steps(key)
	if f, _ := c.field(key); f != nil && len(own) > 0 && which(own[len(own)-1]) {
		f.kept = false
	}
	c.earlier = slices.DeleteFunc(c.earlier, func(r *mRevision) bool {
		if r.field != key || !which(r) {
			return false
		}
		w.buryID("revision", r.id)
		return true
	})
}

// checkHistory looks at the steps of a card on all pages of its history, and learns their ids. Of changes in the same moment any may
// come first.
func (w *world) checkHistory(g *guest, c *mCard) {
	w.Helper()
	var items []string
	for path := "/cards/" + c.id + "/history"; path != ""; {
		page := string(w.look(g, path).body())
		if len(page) > 60<<10 {
			w.fail("g%d, %s: %d bytes", g.n, path, len(page))
		}
		items = append(items, strings.Split(page, `<li id="step-`)[1:]...)
		_, path, _ = strings.Cut(page, `<a class="button" href="/cards/`+c.id+`/history?`)
		if path, _, _ = strings.Cut(path, `"`); path != "" {
			path = "/cards/" + c.id + "/history?" + html.UnescapeString(path)
		}
	}
	byTime := map[int64][]*mRevision{}
	for _, r := range c.earlier {
		byTime[-r.started] = append(byTime[-r.started], r)
	}
	if len(items) != len(c.earlier) {
		w.fail("g%d, the history of %s: %d steps, not %d", g.n, c.id, len(items), len(c.earlier))
	}
	for _, at := range slices.Sorted(maps.Keys(byTime)) {
		left := byTime[at]
		for range left {
			i := slices.IndexFunc(left, func(r *mRevision) bool { return c.shows(r, items[0]) })
			if i < 0 {
				w.fail("g%d, the history of %s: %s is not what was expected, one of %d such as %+v to %q", g.n, c.id, items[0], len(left), left[0], c.after(left[0]))
			}
			items, left = items[1:], slices.Delete(left, i, i+1)
		}
	}
}

// shows reports whether an item of the history page is this step, and learns its id if it is.
func (c *mCard) shows(r *mRevision, item string) bool {
	id, rest, _ := strings.Cut(item, `">`)
	f, _ := c.field(r.field)
	restorable := strings.Contains(item, `name="revision" value="`+id+`"`)
	if restorable != (f != nil) || !strings.HasPrefix(rest, "\n<h2 dir=\"auto\">"+escaped(r.label)+"</h2>") || r.id != "" && r.id != id {
		return false
	}
	kind := "text"
	if f != nil {
		kind = f.kind
	}
	if !reads(item, kind, r.before, "ins") || !reads(item, kind, c.after(r), "del") {
		return false
	}
	r.id = id
	return true
}

var (
	shown  = regexp.MustCompile(`(?s)<div class="theirs diff" dir="auto">(.*?)</div>|<td dir="auto">(.*?)</td>`)
	spoken = regexp.MustCompile(`<span class="hidden">.*?</span>`)
	tag    = regexp.MustCompile(`<[^>]*>`)
)

// reads reports whether what is marked, read without what was put in or without what was taken out, is this answer.
func reads(item, kind, answer, without string) bool {
	var got []string
	for _, m := range shown.FindAllStringSubmatch(spoken.ReplaceAllString(item, ""), -1) {
		text := regexp.MustCompile(`(?s)<`+without+`( class="blank")?>.*?</`+without+`>`).ReplaceAllString(m[1]+m[2], "")
		got = append(got, html.UnescapeString(tag.ReplaceAllString(text, "")))
	}
	want := []string{answer}
	switch kind {
	case "list":
		want = strings.Split(answer, "\n")
	case "table":
		want = nil
		for _, row := range tableRows(answer) {
			want = append(want, slices.Collect(maps.Values(row))...)
		}
		slices.Sort(want)
		slices.Sort(got)
	}
	empty := func(s string) bool { return s == "" }
	return slices.Equal(slices.DeleteFunc(got, empty), slices.DeleteFunc(want, empty))
}
