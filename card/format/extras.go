package format

import (
	"regexp"
	"strings"

	"cardstock/card"
)

// What has no place among the questions and is structure rather than prose, as rows of numbers or a tree of thousands of texts, is kept as the
// JSON it is: each part of it a question of the section of extras, where it can be read, edited and deleted. It goes into every export as other
// answers do, and back to its place in the file it came from.

// extras are what a reader of a tree keeps so.
type extras struct {
	fold   bool // all that has no place is an extra: as questions it would be more than a card can have
	count  int
	groups map[string]*value // texts that stand alone, by what they stand in
	order  []string
	above  map[string]bool // paths with places below them
}

const (
	extrasKey  = "extras"
	extraRunes = card.MaxAnswer * 9 / 10
	plainRow   = 8 // numbers in a list are more than anybody wrote as prose
)

// takenTogether are paths of which a format takes several members together.
var takenTogether = []string{"model_details.citations", "quantitative_analysis.performance_metrics", "modelCard.quantitativeAnalysis.performanceMetrics",
	"modelCard.modelParameters.datasets", "modelCard.properties", "properties", "externalReferences", "model_details.version"}

var pictureName = regexp.MustCompile(`(?i)^image$`)

// folds reports whether a value is to be an extra.
func (r *treeReader) folds(path string, v *value) bool {
	if v.kind < listValue || !r.fold && !gridOf(v) || r.placesBelow(path) || leaves(v) < 2 {
		return false
	}
	return !holdsPicture(v)
}

// gridOf reports whether a value is rows of values or a long list of numbers.
func gridOf(v *value) bool {
	if v.kind != listValue {
		return false
	}
	numbers := 0
	for i := range v.items {
		switch v.items[i].kind {
		case listValue:
			return true
		case numberValue:
			numbers++
		}
	}
	return numbers > plainRow && numbers == len(v.items)
}

func holdsPicture(v *value) bool {
	for i := range v.items {
		if holdsPicture(&v.items[i]) {
			return true
		}
	}
	for i := range v.members {
		if pictureName.MatchString(v.members[i].name) || holdsPicture(&v.members[i].value) {
			return true
		}
	}
	return false
}

func (r *treeReader) placesBelow(path string) bool {
	if r.above == nil {
		r.above = map[string]bool{}
		add := func(path string) {
			for ; path != ""; path, _ = cutLast(path) {
				r.above[path] = true
			}
		}
		for place := range r.places {
			add(place)
		}
		for _, place := range takenTogether {
			add(place)
		}
	}
	return r.above[path]
}

// cutLast cuts the last name off a path.
func cutLast(path string) (above, name string) {
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		return path[:i], path[i+1:]
	}
	return "", path
}

// extra keeps a value as it is, in parts if it is long. It reports false if a part alone is too long.
func (r *treeReader) extra(path string, v *value) bool {
	parts, ok := partsOf(v)
	if !ok {
		return false
	}
	s := r.section(extrasKey, "Extras of the file")
	label := words(path)
	for _, part := range parts {
		r.count++
		r.custom(s, r.prefix+keyOfPath(path), label, part)
	}
	return true
}

// partsOf are values of no more than an answer can have.
func partsOf(v *value) (parts []string, ok bool) {
	part := value{kind: v.kind}
	size := 0
	flush := func() {
		if size > 0 {
			parts = append(parts, part.compact())
		}
		part, size = value{kind: v.kind}, 0
	}
	for i := range max(len(v.items), len(v.members)) {
		of := v.child(i)
		n := sizeOf(of.compact()) + 4
		if v.kind == objectValue {
			n += sizeOf(quote(v.members[i].name))
		}
		if n > extraRunes {
			return nil, false
		}
		if size+n > extraRunes {
			flush()
		}
		size += n
		if v.kind == objectValue {
			part.members = append(part.members, v.members[i])
		} else {
			part.items = append(part.items, *of)
		}
	}
	flush()
	return parts, true
}

// loose keeps a text that has no place with the others beside it.
func (r *treeReader) loose(path string, v *value) {
	above, name := cutLast(path)
	if r.groups == nil {
		r.groups = map[string]*value{}
	}
	if r.groups[above] == nil {
		r.groups[above] = &value{kind: objectValue}
		r.order = append(r.order, above)
	}
	r.groups[above].members = append(r.groups[above].members, member{name, *v})
}

// unfold makes extras of the texts that stood alone, and says what extras are.
func (r *treeReader) unfold() {
	for _, path := range r.order {
		label := path
		if path == "" {
			label = "file"
		}
		if !r.extra(label, r.groups[path]) {
			for _, m := range r.groups[path].members {
				r.custom(r.section(extrasKey, "Extras of the file"), r.prefix+"entry", words(strings.TrimPrefix(path+"."+m.name, ".")), m.value.plain())
			}
		}
	}
	if r.count > 0 {
		r.note(plural(r.count, "part of the file is structure rather than an answer; it is kept as JSON in the section “Extras of the file”, goes back into the file, and can be edited or deleted there.",
			"parts of the file are structure rather than answers; they are kept as JSON in the section “Extras of the file”, go back into the file, and can be edited or deleted there."))
	}
}

// sizeOf counts the characters of a text, but not its marks.
func sizeOf(s string) (n int) {
	for _, r := range s {
		if !isMark(r) {
			n++
		}
	}
	return n
}
