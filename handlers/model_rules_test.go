package handlers_test

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What changes do to the model's cards.

// outcome is what a submitted answer means.
type outcome int

const (
	ignored outcome = iota // stored already, or not edited on that page
	written
	conflicting
)

// judge decides about an answer that was submitted with the token of what its page showed.
func (f *mField) judge(text, token string) outcome {
	number, hash, cut := strings.Cut(token, ".")
	if n, err := strconv.ParseInt(number, 10, 64); !cut || err != nil || n < 0 {
		token = revToken(0, "")
		_, hash, _ = strings.Cut(token, ".")
	}
	_, own, _ := strings.Cut(revToken(0, text), ".")
	switch {
	case text == f.answer || hash == own:
		return ignored
	case token == revToken(f.rev, f.answer):
		return written
	}
	return conflicting
}

// fits reports whether an edited answer is one of its kind.
func (f *mField) fits(text string) bool {
	switch {
	case text == "":
		return true
	case f.kind == "date":
		_, err := time.Parse("2006-01-02", text)
		return err == nil
	case f.kind == "number":
		_, err := strconv.ParseFloat(text, 64)
		return err == nil
	case f.kind == "choice":
		return slices.Contains(f.options, text)
	}
	return true
}

// save writes one answer down, as typing does: saves of one answer within ten minutes are one step of its history.
func (c *mCard) save(f *mField, text string, now int64) {
	if !f.kept || f.saved <= now-10*time.Minute.Milliseconds() {
		c.keep(*f, now)
	}
	f.answer, f.rev, f.saved, f.kept = text, f.rev+1, now, true
	c.changed = now
}

// keep remembers an answer that is about to change; of each question the last hundred stay.
func (c *mCard) keep(f mField, now int64) {
	c.earlier = append(c.earlier, &mRevision{field: f.key, label: f.label, before: f.answer, rev: f.rev, started: now, saved: f.saved})
	var own []*mRevision
	for _, r := range c.earlier {
		if r.field == f.key {
			own = append(own, r)
		}
	}
	if len(own) > 100 {
		oldest := slices.MinFunc(own, func(a, b *mRevision) int { return cmp.Compare(a.started, b.started) })
		c.earlier = slices.DeleteFunc(c.earlier, func(r *mRevision) bool { return r == oldest })
	}
}

// edit makes a change of the whole card: what it does to answers gets into the history.
func (c *mCard) edit(now int64, change func()) {
	was := map[string]mField{}
	for _, s := range c.sections {
		for _, f := range s.fields {
			was[f.key] = f
		}
	}
	change()
	for i := range c.sections {
		for j := range c.sections[i].fields {
			f := &c.sections[i].fields[j]
			old, there := was[f.key]
			delete(was, f.key)
			switch {
			case there && old.answer != f.answer:
				c.keep(old, now)
				f.rev, f.saved, f.kept, f.added = old.rev+1, now, true, old.added
			case there:
				f.rev, f.saved, f.kept, f.added = old.rev, old.saved, old.kept, old.added
			default:
				f.rev, f.saved, f.kept, f.added = 0, 0, false, now
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(was)) {
		if gone := was[key]; !empty(gone.answer) {
			c.keep(gone, now)
		}
	}
	c.changed = now
}

// fill takes in what the card has no answer to; replace takes in everything.
func (c *mCard) fill(in mCard) {
	if c.title == "" {
		c.title = in.title
	}
	for _, s := range in.sections {
		for _, f := range s.fields {
			if empty(f.answer) {
				continue
			}
			if g, _ := c.field(f.key); g != nil {
				if empty(g.answer) {
					g.answer = f.answer
				}
				continue
			}
			f.custom = true
			if own := c.section(s.key); own != nil {
				own.fields = append(own.fields, f)
			} else {
				c.sections = append(c.sections, mSection{s.key, s.title, true, []mField{f}})
			}
		}
	}
}

func (c *mCard) replace(in mCard) {
	c.title, c.template, c.sections = in.title, in.template, in.sections
}

// moved returns a list with its item from put before the item before, at the end for -1.
func moved[T any](list []T, from, before int) []T {
	if from == before {
		return list
	}
	item := list[from]
	rest := slices.Concat(list[:from], list[from+1:])
	switch {
	case before < 0:
		before = len(rest)
	case before > from:
		before--
	}
	return slices.Insert(rest, before, item)
}

// tableText is how the answer to a table is kept.
func tableText(rows []map[string]string) string {
	kept := []map[string]string{}
	for _, row := range rows {
		full := map[string]string{}
		for k, v := range row {
			if v != "" {
				full[k] = v
			}
		}
		if len(full) > 0 {
			kept = append(kept, full)
		}
	}
	if len(kept) == 0 {
		return ""
	}
	return jsonText(kept, "")
}

func tableRows(answer string) (rows []map[string]string) {
	json.Unmarshal([]byte(answer), &rows)
	return rows
}

func jsonText(v any, indent string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
