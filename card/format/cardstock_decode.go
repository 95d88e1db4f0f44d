package format

import (
	"slices"
	"strconv"
	"strings"

	"cardstock/card"
)

func decodeCardstock(ts *card.Templates, d *Document) (*Result, error) {
	if err := checkVersion(d.json.get("format").text); err != nil {
		return nil, err
	}
	r := &strictReader{pictures: d.pictures}
	c := r.card(d.json)
	first := r.err
	for range mostCut {
		if r.err == nil || !d.cut || !dropLast(d.json) {
			break
		}
		r = &strictReader{pictures: d.pictures}
		c = r.card(d.json)
	}
	if r.err != nil {
		return nil, first
	}
	if c.Template == "" {
		c.Template = string(c.Kind)
	}
	label(ts, c)
	notes := append(r.unknownNote(), few(r.mended)...)
	if t := ts.For(c); len(c.Sections) == 0 && t != nil {
		c.Sections = t.New().Sections
		notes = append(notes, "The card had no sections, and was given those of its template.")
	}
	return &Result{Card: c, Notes: notes}, nil
}

// mostCut is how many things a cut leaves half: a question, its section, the card's own lists. What is wrong beyond that was wrong before, and
// is no reason to drop what can be read.
const mostCut = 3

// few keeps a list of repairs to what a visitor reads; the rest is counted.
func few(notes []string) []string {
	const most = 20
	if len(notes) <= most {
		return notes
	}
	return append(notes[:most:most], plural(len(notes)-most, "more place was mended like this.", "more places were mended like these."))
}

// dropLast takes out of a card that was cut off what it ends with: a question or an attachment that is not whole, or an empty section.
func dropLast(v *value) bool {
	if len(v.members) == 0 {
		return false
	}
	last := &v.members[len(v.members)-1]
	if last.value.kind != listValue || len(last.value.items) == 0 {
		v.members = v.members[:len(v.members)-1]
		return true
	}
	end := len(last.value.items) - 1
	if of := &last.value.items[end]; last.name == "sections" && of.get("fields") != nil && len(of.get("fields").items) > 0 {
		fields := of.get("fields")
		fields.items = fields.items[:len(fields.items)-1]
		return true
	}
	last.value.items = last.value.items[:end]
	return true
}

func checkVersion(name string) error {
	version := strings.TrimPrefix(name, cardstockName)
	switch n, err := strconv.Atoi(version); {
	case version == cardstockVersion:
		return nil
	case err == nil && n > 1:
		return card.Errorf(card.Invalid, "This card was made by a newer Cardstock (%s%d). Update this one, or export the card there in another format.",
			cardstockName, n)
	}
	return card.Errorf(card.Invalid, "The member format should be %q.", cardstockName+cardstockVersion)
}

// label gives a field without a label, in a file written by hand, that of its template or its key.
func label(ts *card.Templates, c *card.Card) {
	t := ts.For(c)
	for i := range c.Sections {
		s := &c.Sections[i]
		for j := range s.Fields {
			f := &s.Fields[j]
			if f.Label != "" {
				continue
			}
			f.Label = f.Key
			if t != nil && t.Field(f.Key) != nil {
				f.Label = t.Field(f.Key).Label
			}
		}
	}
}

// A strictReader reads values that must have a certain type. It keeps the first mistake, with
// the path of the value, and the paths of members it was not asked for.
type strictReader struct {
	pictures [][]byte // of a web page, in order: they stand in its article
	err      error
	unknown  []string
	mended   []string // what was another shape and could be read all the same
}

func (r *strictReader) fail(path, problem string) {
	if r.err == nil {
		r.err = card.Errorf(card.Invalid, "%s %s.", path, problem)
	}
}

// is reports whether a value is of a kind. A text alone in a list is the text, where one belongs.
func (r *strictReader) is(v *value, path string, kind valueKind) bool {
	if kind == textValue && v.kind == listValue && len(v.items) == 1 && v.items[0].kind == textValue {
		*v = v.items[0]
		r.mended = append(r.mended, path+" was a list of one text and was read as the text.")
	}
	if v.kind != kind {
		r.fail(path, "is "+v.kind.String()+"; it should be "+kind.String())
	}
	return v.kind == kind
}

// members returns an object's members by name, and fails on a name given twice with two values: only the visitor knows which is meant.
func (r *strictReader) members(v *value, path string, known ...string) map[string]*value {
	found := map[string]*value{}
	if !r.is(v, at(path), objectValue) {
		return found
	}
	for i := range v.members {
		m := &v.members[i]
		here := join(path, m.name)
		switch was := found[m.name]; {
		case was != nil && was.compact() == m.value.compact():
			r.mended = append(r.mended, here+" was there twice with the same value.")
		case was != nil:
			r.fail(here, "is there twice; remove one of the two")
		}
		found[m.name] = &m.value
		if !slices.Contains(known, m.name) {
			r.unknown = append(r.unknown, here)
		}
	}
	return found
}

func (r *strictReader) text(m map[string]*value, path, name string, required bool) string {
	v := m[name]
	if v == nil {
		if required {
			r.fail(join(path, name), "is missing; it should be text")
		}
		return ""
	}
	if !r.is(v, join(path, name), textValue) {
		return ""
	}
	return v.text
}

// line is text that a card keeps as one line: titles and questions.
func (r *strictReader) line(m map[string]*value, path, name string, required bool) string {
	s, _ := card.CleanLine(r.text(m, path, name, required))
	return s
}

func (r *strictReader) flag(m map[string]*value, path, name string) bool {
	v := m[name]
	return v != nil && r.is(v, join(path, name), boolValue) && v.text == "true"
}

// each calls read for every item of a list, which may be absent if it is not required.
func (r *strictReader) each(m map[string]*value, path, name string, required bool, read func(v *value, path string)) {
	path = join(path, name)
	v := m[name]
	if v == nil {
		if required {
			r.fail(path, "is missing; it should be a list")
		}
		return
	}
	if v.kind == textValue {
		*v = newList([]value{*v})
		r.mended = append(r.mended, path+" was a text and was read as a list of it.")
	}
	if !r.is(v, path, listValue) {
		return
	}
	for i := range v.items {
		read(&v.items[i], path+"["+strconv.Itoa(i)+"]")
	}
}

// texts is a list of texts.
func (r *strictReader) texts(m map[string]*value, path, name string) (texts []string) {
	r.each(m, path, name, false, func(v *value, path string) {
		if r.is(v, path, textValue) {
			texts = append(texts, v.text)
		}
	})
	return texts
}

// unknownNote names members that were not understood; a file edited by hand may have some.
func (r *strictReader) unknownNote() []string {
	const most = 5
	names := r.unknown
	if len(names) == 0 {
		return nil
	}
	more := ""
	if len(names) > most {
		more = " and " + strconv.Itoa(len(names)-most) + " more"
		names = names[:most]
	}
	return []string{"Not understood, and kept only in the uploaded original: " + strings.Join(names, ", ") + more + "."}
}

func at(path string) string {
	if path == "" {
		return "The card"
	}
	return path
}

func join(path, name string) string {
	if name = brief(name); path == "" {
		return name
	}
	return path + "." + name
}
