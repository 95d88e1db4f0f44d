package format

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"cardstock/card"
)

// What a format that is only read has for a card: its places, filled. It says where an answer goes that a file of it does not have yet.

// anyTree is a card as sections of questions. A section that came from the document has its name there.
func anyTree(ts *card.Templates, c *card.Card, d *Document) value {
	root, names, taken := &object{}, map[string]string{}, takenNames{}
	for name, key := range sectionKeys(d.json, jsonSections) {
		names[key] = name
	}
	t := newTaker(c)
	for _, f := range t.rest() {
		if f.Key == ts.NameKey(c.Template, c.Kind) {
			root.place(strings.ReplaceAll(naming[c.Kind][0], " ", "_"), newText(f.Answer))
			continue
		}
		name, known := names[f.Section.Key]
		if !known {
			name = strings.TrimPrefix(f.Section.Key, jsonSections)
		}
		of, is := root.in(name), f.value()
		if rows := t.rowObjects(f.Key); len(rows) > 0 {
			is = newList(rows)
		}
		of.members = append(of.members, member{taken.free(name, memberName(f.Label)), is})
	}
	return newObject(root.members...)
}

// takenNames count the members of objects that have a name: most programs read one of those with the same name alone.
type takenNames map[[2]string]int

// free takes a name in an object, with a number behind it if it is taken.
func (t takenNames) free(object, name string) string {
	is := name
	for t[[2]string{object, is}] > 0 {
		t[[2]string{object, name}]++
		is = name + "_" + strconv.Itoa(t[[2]string{object, name}])
	}
	t[[2]string{object, is}]++
	return is
}

// downloadTree is a card as WebCards downloads it, with its own questions and what these have not in members of ours.
func downloadTree(_ *card.Templates, c *card.Card, _ *Document) value {
	t, root := newTaker(c), &object{}
	if citation := t.take("model_details.citation"); citation != "" {
		root.at("model_details").members = append(root.at("model_details").members, member{"citations", newList([]value{texts("citation", citation)})})
	}
	t.fillPlaces(root, downloadPlaces, nil, downloadLists)
	for _, row := range t.rows(metricsKey) {
		analysis := root.at("quantitative_analysis")
		if analysis.get("performance_metrics") == nil {
			analysis.members = append(analysis.members, member{"performance_metrics", newList(nil)})
		}
		list := analysis.get("performance_metrics")
		list.items = append(list.items, t.metric(row))
	}
	for _, f := range t.rest() {
		home := "model_details"
		for top, key := range downloadHomes {
			if key == f.Section.Key {
				home = top
			}
		}
		entries := root.at(home)
		if entries.get("entry1") == nil {
			entries.members = append(entries.members, member{"entry1", newList(nil)})
		}
		list := entries.get("entry1")
		list.items = append(list.items, texts("entry1", f.Answer, "question1", f.Label))
	}
	return newObject(root.members...)
}

// bridge2aiTree is a model card as the toolkit has it, or a datasheet by its groups of questions.
func bridge2aiTree(ts *card.Templates, c *card.Card, _ *Document) value {
	if c.Kind == card.Model {
		return mctTree(ts, c)
	}
	t, root := newTaker(c), &object{}
	places := maps.Clone(bridge2aiTop)
	for name, key := range bridge2aiPlaces {
		group, _, _ := strings.Cut(key, ".")
		if bridge2aiGroups[group] {
			places[group+"."+name] = key
		}
	}
	t.fillPlaces(root, places, nil, nil)
	for _, f := range t.rest() {
		home := f.Section.Key
		if !bridge2aiGroups[home] {
			home = "other"
		}
		root.place(home+"."+memberName(f.Label), f.value())
	}
	return newObject(root.members...)
}

// fillPlaces writes the answers that have a place, each into its first.
func (t *taker) fillPlaces(root *object, places map[string]string, skip func(path string) bool, lists map[string]bool) {
	done := map[string]bool{}
	for _, path := range slices.SortedFunc(maps.Keys(places), shorter) {
		key := places[path]
		if done[key] || skip != nil && skip(path) {
			continue
		}
		if answer := t.take(key); answer != "" {
			done[key] = true
			v := value{kind: objectValue, members: root.members}
			v.deep(strings.Split(path, "."), newText(answer), lists)
			root.members = v.members
		}
	}
}

// deep writes a value at a path of names, some of which are those of lists. What is a list at its end has a description in it.
func (v *value) deep(path []string, is value, lists map[string]bool) {
	if v.get(path[0]) == nil {
		of := value{kind: objectValue}
		if lists[path[0]] {
			of = newList([]value{of})
		}
		v.members = append(v.members, member{path[0], of})
	}
	of := v.get(path[0])
	if of.kind == listValue {
		of = &of.items[0]
	}
	switch {
	case len(path) > 1:
		of.deep(path[1:], is, lists)
	case lists[path[0]] || path[0] == "graphics":
		of.members = append(of.members, member{"description", is})
	default:
		*of = is
	}
}

// downloadLists are the members of a WebCards download that are lists of objects.
var downloadLists = map[string]bool{
	"owners": true, "references": true, "licenses": true, "feedbacks": true, "data": true, "users": true, "use_cases": true, "out_of_scope_uses": true,
	"limitations": true, "human_life": true, "fraught": true, "sensitive": true, "ethical_considerations": true, "used_datasets": true,
}

// shorter puts paths of fewer names first.
func shorter(a, b string) int {
	if n := strings.Count(a, ".") - strings.Count(b, "."); n != 0 {
		return n
	}
	return strings.Compare(a, b)
}

// memberName is a question as the name of a member.
func memberName(label string) string {
	name := strings.Join(strings.FieldsFunc(strings.ToLower(label), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }), "_")
	if name == "" {
		return "answer"
	}
	return name
}
