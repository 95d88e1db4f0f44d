package handlers_test

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"cardstock/card"
)

// What the random test says a session holds. The rules are written down here a second time, from what pages promise: nothing
// below asks packages card or db what a change does. Templates are taken as data.

type mColumn struct {
	Key     string   `json:"key"`
	Title   string   `json:"title"`
	Kind    string   `json:"kind"`
	Options []string `json:"options,omitempty"`
}

type mField struct {
	key, label, kind  string
	essential, custom bool
	options           []string
	columns           []mColumn
	answer            string
	rev, saved        int64
	added             int64
	kept              bool // what it was before its last step is among the earlier answers
}

type mSection struct {
	key, title string
	custom     bool
	fields     []mField
}

// mRevision is what an answer was. Its id is learned from the history page.
type mRevision struct {
	id, field, label, before string
	rev, started, saved      int64
}

type mFile struct {
	id, role, name, format, content string
	in                              *mCard // what is in it
	created                         int64
}

type mCard struct {
	id, kind, template, title string
	created, changed          int64
	sections                  []mSection
	earlier                   []*mRevision
	files                     []mFile
	predecessor               string   // id of the card it is the next version of
	uses                      []string // ids of the datasheets it uses
	deleted                   int64    // when its guest deleted it; 0 while it is there

	export, lines string // what is expected of it, until it changes
}

// mTemplate makes the empty card of a template.
func mTemplate(t *card.Template) mCard {
	c := mCard{kind: string(t.Kind), template: t.Key}
	for _, s := range t.Sections {
		ms := mSection{key: s.Key, title: s.Title}
		for _, f := range s.Fields {
			mf := mField{key: f.Key, label: f.Label, kind: string(f.Kind), essential: f.Essential, options: f.Options, answer: f.Preset}
			for _, col := range f.Columns {
				mf.columns = append(mf.columns, mColumn{col.Key, col.Title, string(col.Kind), col.Options})
			}
			ms.fields = append(ms.fields, mf)
		}
		c.sections = append(c.sections, ms)
	}
	return c
}

func (c *mCard) clone() mCard {
	d := mCard{id: c.id, kind: c.kind, template: c.template, title: c.title}
	for _, s := range c.sections {
		s.fields = slices.Clone(s.fields)
		d.sections = append(d.sections, s)
	}
	return d
}

func (c *mCard) section(key string) *mSection {
	for i := range c.sections {
		if c.sections[i].key == key {
			return &c.sections[i]
		}
	}
	return nil
}

func (c *mCard) field(key string) (*mField, *mSection) {
	for i := range c.sections {
		for j := range c.sections[i].fields {
			if f := &c.sections[i].fields[j]; f.key == key {
				return f, &c.sections[i]
			}
		}
	}
	return nil, nil
}

func (c *mCard) revision(id string) *mRevision {
	for _, r := range c.earlier {
		if r.id == id && id != "" {
			return r
		}
	}
	return nil
}

func (c *mCard) file(id string) *mFile {
	for i := range c.files {
		if c.files[i].id == id && id != "" {
			return &c.files[i]
		}
	}
	return nil
}

// original is the upload that was taken in last.
func (c *mCard) original() *mFile {
	var latest *mFile
	for i := range c.files {
		if f := &c.files[i]; f.role == "original" && (latest == nil || f.created > latest.created) {
			latest = f
		}
	}
	return latest
}

// nothings are what guests write where they have no answer yet.
var nothings = []string{"TBD", "n/a", "[More Information Needed]", "- todo -", "…"}

func empty(answer string) bool { return strings.TrimSpace(answer) == "" }

// answered reports whether a question counts as answered: text alone does not do.
func (f *mField) answered() bool {
	switch {
	case f.kind == "choice":
		return !empty(f.answer)
	case f.kind == "table":
		for _, row := range tableRows(f.answer) {
			for _, cell := range row {
				if !empty(cell) && !slices.Contains(nothings, cell) {
					return true
				}
			}
		}
		return tableRows(f.answer) == nil && !empty(f.answer)
	}
	return !empty(f.answer) && !slices.Contains(nothings, f.answer)
}

// progress counts the answers and questions of sections, and those of the essential ones.
func progress(sections ...mSection) (answers, fields, essentials, essential int) {
	for _, s := range sections {
		for _, f := range s.fields {
			fields++
			if f.answered() {
				answers++
			}
			if f.essential {
				essential++
				if f.answered() {
					essentials++
				}
			}
		}
	}
	return
}

// name is what the card is called, if its naming question is key.
func (c *mCard) name(key string) string {
	answer := ""
	if f, _ := c.field(key); f != nil && key != "" {
		answer = f.answer
	}
	for _, s := range []string{c.title, answer} {
		if s, _, _ = strings.Cut(strings.TrimSpace(s), "\n"); s != "" {
			return s
		}
	}
	if c.kind == "datasheet" {
		return "Untitled datasheet"
	}
	return "Untitled model card"
}

// revToken is what a page carries beside an answer.
func revToken(n int64, answer string) string {
	sum := sha256.Sum256([]byte(answer))
	return strconv.FormatInt(n, 10) + "." + base64.RawURLEncoding.EncodeToString(sum[:12])
}
