package format

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// A front matter may be JSON, which is YAML, too. Its members are changed as those of a file of JSON: what YAML would write need not be JSON.

// A jsonFront is such a front matter, and what is to change in it.
type jsonFront struct {
	root *value
	*revision
	whole []splice // of values that are written as the answer is, be it JSON or what the visitor wrote instead
}

// jsonFrontOf reads a front matter as JSON; nil if it is none.
func jsonFrontOf(root *yaml.Node, text string) *jsonFront {
	if len(root.Content) != 1 || root.Content[0].Style&yaml.FlowStyle == 0 {
		return nil
	}
	v, mended, err := (&jsonParser{text: text, places: true}).parse()
	if err != nil || mended != (repairs{}) || v.kind != objectValue || 2*len(v.members) != len(mapping(root)) {
		return nil
	}
	return &jsonFront{root: v, revision: newRevision()}
}

// set is frontEditor.set for the member of a number.
func (f *jsonFront) set(i int, answer string) bool {
	v := &f.root.members[i].value
	switch {
	case answer == "":
		f.gone[v] = true
	case v.kind < listValue:
		f.texts[v] = answer
	case v.kind == listValue && !strings.HasPrefix(answer, "["):
		f.list(v, strings.Split(answer, "\n"))
	default:
		if is := yamlValue(answer); is == nil || is.kind != v.kind || strings.IndexByte("[{", answer[0]) < 0 {
			return false
		}
		f.whole = append(f.whole, splice{v.from.at, v.from.to, answer})
	}
	return true
}

// list changes the items of a list that are others now.
func (f *jsonFront) list(v *value, answer []string) {
	was := make([]string, len(v.items))
	for i := range v.items {
		was[i] = said(&v.items[i])
	}
	before, after := common(was, answer)
	wanted := answer[before : len(answer)-after]
	for i := before; i < len(was)-after; i++ {
		if len(wanted) == 0 {
			f.gone[&v.items[i]] = true
			continue
		}
		f.texts[&v.items[i]], wanted = wanted[0], wanted[1:]
	}
	for _, text := range wanted {
		f.come[v] = append(f.come[v], addition{len(was) - after - 1, "", newText(text)})
	}
}

// add adds members that are written in YAML behind the others.
func (f *jsonFront) add(lines string) bool {
	v := yamlValue(lines)
	if v == nil {
		return false
	}
	for _, m := range v.members {
		f.come[f.root] = append(f.come[f.root], addition{len(f.root.members), m.name, m.value})
	}
	return true
}

// yamlValue is what a text of YAML says, nil if it is none.
func yamlValue(text string) *value {
	documents, err := readYAML(text)
	if err != nil || len(documents) != 1 {
		return nil
	}
	v, err := newYAMLBudget(len(text)).value(documents[0], 0)
	if err != nil {
		return nil
	}
	return &v
}

// all are the splices in the README that make all changes in its front matter.
func (e *frontEditor) all() []splice {
	if e.json == nil {
		return e.splices
	}
	j := newJSONEditor(e.json.revision, e.text[e.from:e.to])
	j.visit(e.json.root)
	all := e.splices
	for _, s := range append(j.splices, e.json.whole...) {
		all = append(all, splice{e.from + s.start, e.from + s.end, newlineText(s.text, e.newline)})
	}
	return all
}
