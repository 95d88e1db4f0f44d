package format

import (
	"slices"

	"cardstock/card"
)

// Version 0.0.1 of the Model Card Toolkit has texts where 0.0.2 has lists of objects with one member, one dataset to train and one to evaluate with,
// and numbers for what is measured. It is not exported, but a file of it gets new answers in its own shape.

const mctOlder = "0.0.1"

// olderPaths are the members that are lists of objects in 0.0.2, with how 0.0.1 calls them, and whether they are lists there, too.
var olderPaths = []struct {
	in, name, older string
	list            bool
}{
	{"model_details", "licenses", "license", false}, {"model_details", "references", "references", true}, {"model_details", "citations", "citation", false},
	{"considerations", "users", "users", true}, {"considerations", "use_cases", "use_cases", true}, {"considerations", "limitations", "limitations", true},
	{"considerations", "tradeoffs", "tradeoffs", true},
}

// isOlderMCT reports whether a file is of version 0.0.1: it says so or, where it says nothing, something in it has the shape of that and nothing
// that of the later one.
func isOlderMCT(d *Document) bool {
	if d.json == nil || d.proto {
		return false
	}
	if version := said(d.json.get("schema_version")); version != "" {
		return version == mctOlder
	}
	older, newer := 0, 0
	count := func(is, other bool) {
		if is {
			older++
		} else if other {
			newer++
		}
	}
	for _, p := range olderPaths {
		of := d.json.get(p.in)
		v := of.get(p.older)
		objects := func(v *value) bool { return v != nil && len(v.items) > 0 && v.items[0].kind == objectValue }
		if p.list {
			count(v != nil && len(v.items) > 0 && v.items[0].kind == textValue, objects(v))
		} else {
			count(v != nil && v.kind == textValue, objects(of.get(p.name)))
		}
	}
	if data := d.json.get("model_parameters").get("data"); data != nil {
		count(data.get("train") != nil || data.get("eval") != nil, data.kind == listValue)
	}
	return older > 0 && newer == 0
}

// mctOlderTree is mctTree in the shape of 0.0.1.
func mctOlderTree(ts *card.Templates, c *card.Card) value {
	root := mctTreeAs(ts, c, true)
	for _, p := range olderPaths {
		of := root.get(p.in)
		if of.get(p.name) == nil {
			continue
		}
		i := slices.IndexFunc(of.members, func(m member) bool { return m.name == p.name })
		of.members[i] = member{p.older, newList(flatItems(of.members[i].value.items))}
		if v := &of.members[i].value; !p.list {
			*v = v.items[0]
		}
	}
	for i, metrics := 0, root.get("quantitative_analysis").get("performance_metrics"); metrics != nil && i < len(metrics.items); i++ {
		numbersIn(&metrics.items[i])
	}
	return root
}

// flatItems are what objects with one member say.
func flatItems(objects []value) (out []value) {
	for i := range objects {
		for _, m := range objects[i].members {
			out = append(out, m.value)
		}
	}
	return out
}

// numbersIn makes numbers of the texts in a value that are some.
func numbersIn(v *value) {
	for i := range v.members {
		m := &v.members[i]
		if m.name == "value" || m.name == "lower_bound" || m.name == "upper_bound" {
			m.value = like(&value{kind: numberValue}, m.value.text)
		}
		numbersIn(&m.value)
	}
}

// olderData are the datasets of 0.0.1. What is sensitive in one is no text there.
func (t *taker) olderData() *object {
	data := &object{}
	train := t.trainingData(false)
	data.put("train", &object{train.members})
	data.put("eval", &object{texts("name", t.take("evaluation_data.datasets")).members})
	return data
}
