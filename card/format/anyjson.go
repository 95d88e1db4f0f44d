package format

import (
	"strings"

	"cardstock/card"
)

// anyFormat is a JSON or YAML object of no shape we know: its members become sections, and what they say questions, so that nobody is turned
// away with a card of their own making.
var anyFormat = &Format{
	Name: "json", Label: "JSON or YAML of another shape",
	Detect: func(d *Document) bool { return d.json != nil && leaves(d.json) > 0 }, Decode: decodeAny, Tree: anyTree,
}

func decodeAny(ts *card.Templates, d *Document) (*Result, error) {
	r := &treeReader{extras: extras{fold: d.fold}, builder: newBuilder(ts, card.Model), prefix: "json.", homes: map[string]string{},
		places: map[string]string{"name": "model_details.name", "model_name": "model_details.name", "title": "model_details.name"}}
	for i := range d.json.members {
		m := &d.json.members[i]
		if m.value.kind == objectValue && !d.fold {
			key := "json_" + strings.ReplaceAll(keyFor(strings.ToLower(m.name)), ".", "_")
			r.section(key, words(m.name))
			r.homes[m.name] = key
		}
		r.walk(m.name, &m.value)
	}
	r.finish()
	what := "JSON"
	if d.yaml {
		what = "YAML"
	}
	r.note("This " + what + " has a shape that Cardstock does not know. Everything in it is kept in sections of its own; move to the right questions what belongs there.")
	return r.result(), nil
}
