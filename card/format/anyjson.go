package format

import (
	"cmp"
	"strings"

	"cardstock/card"
)

// anyFormat is a JSON or YAML object of no shape we know: its members become sections, and what they say questions, so that nobody is turned
// away with a card of their own making. What has the name of a question of the template answers that.
var anyFormat = &Format{
	Name: "json", Label: "JSON or YAML of another shape",
	Detect: func(d *Document) bool { return d.json != nil && (d.places || leaves(d.json) > 0) }, Decode: decodeAny, Tree: anyTree,
	KindOf: func(_ *card.Templates, d *Document) card.Kind { return kindByName(d.json) },
}

func decodeAny(ts *card.Templates, d *Document) (*Result, error) {
	r := &treeReader{extras: extras{fold: d.fold}, builder: newBuilder(ts, cmp.Or(d.kind, kindByName(d.json))), prefix: "json.", homes: map[string]string{}}
	r.places = map[string]string{nameIn(r.card.Kind, d.json): r.nameKey}
	r.placeNames(d.json)
	if f, _ := r.card.Field(metricsKey); f != nil {
		r.together = r.paperRows // so a table of metrics comes into such a file
	}
	keys := sectionKeys(d.json, jsonSections)
	for i := range d.json.members {
		r.member(&d.json.members[i], keys)
	}
	r.finish()
	if n := empties(d.json); n > 0 {
		r.note(plural(n, "part of the file has nothing in it, as {} or []. It is no question here, and stays in the file.",
			"parts of the file have nothing in them, as {} or []. They are no questions here, and stay in the file."))
	}
	what := "JSON"
	if d.yaml {
		what = "YAML"
	}
	what = "This " + what + " has a shape that Cardstock does not know."
	if isBill(d) && len(models(d)) == 0 {
		what = "This is a CycloneDX bill of materials, but it has no component of type " + modelComponent + ", so it is read as data of any shape."
	}
	r.note(what + " What has the name of a question answers that; everything else is kept in sections of its own. Move to the right questions what belongs there.")
	return r.result(), nil
}

// jsonSections begins the keys of sections of JSON of any shape.
const jsonSections = "json_"

// sectionKeys are the keys of the sections that the objects at the top become, by their names. A name that makes no key of its own, or the key of
// another name, gets a number in the order of the file, so that no two are one section.
func sectionKeys(root *value, prefix string) map[string]string {
	keys, taken, twins := map[string]string{}, map[string]bool{}, map[string]int{}
	for i := range root.members {
		m := &root.members[i]
		if m.value.kind == objectValue && keys[m.name] == "" {
			keys[m.name] = unique(taken, twins, prefix+strings.ReplaceAll(keyFor(strings.ToLower(m.name)), ".", "_"))
		}
	}
	return keys
}

// member keeps what stands under a name at the top: of an object with something to say, in a section of its own.
func (r *treeReader) member(m *member, keys map[string]string) {
	key := keys[m.name]
	if m.value.kind != objectValue || r.fold {
		key = ""
	}
	r.under(key, m)
}

// under walks what stands under a name at the top, whose section has a key, "" for the one of other data.
func (r *treeReader) under(key string, m *member) {
	top, _, _ := strings.Cut(m.name, ".")
	r.homes[top] = key
	there := r.card.Section(key) != nil
	r.walk(m.name, &m.value)
	if s := r.card.Section(key); s != nil && !there && top != m.name {
		r.entitle(s, words(m.name))
	}
}
