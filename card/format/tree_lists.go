package format

import (
	"regexp"
	"strconv"
	"strings"

	"cardstock/card"
)

// list keeps a list of texts, numbers and the like that no question asks for as one question with a list as its answer, and reports whether it
// is such a list. What has a place goes there item by item.
func (r *treeReader) list(path string, v *value) bool {
	if r.fold || r.entries || path == appendixPath || strings.HasSuffix(path, ".image") ||
		r.places[path] != "" || r.places[strings.TrimSuffix(path, ".description")] != "" {
		return false
	}
	items := make([]string, 0, len(v.items))
	for i := range v.items {
		text := said(&v.items[i])
		if v.items[i].kind >= listValue || strings.Contains(strings.TrimSpace(text), "\n") {
			return false
		}
		if text != "" {
			items = append(items, strings.TrimSpace(text))
		}
	}
	if len(items) == 0 {
		return true
	}
	for _, answer := range pieces(items, "\n") {
		r.asList(r.custom(r.homeOf(path), r.prefix+keyOfPath(path), r.label(path), answer), true)
	}
	return true
}

// label makes a question of a path. The name at the top is in it, unless the section has it or it only says what all of the file is.
func (r *treeReader) label(path string) string {
	if top, _, _ := strings.Cut(path, "."); r.homes[top] == "" && !r.unsaid[top] {
		return r.whose + words(r.numbered(path, ""))
	}
	rest := below(path)
	return r.whose + words(r.numbered(rest, strings.TrimSuffix(path, rest)))
}

// each walks the items of a list. Of several objects that are alike, what the second says is asked as what the second says.
func (r *treeReader) each(path string, items []value) {
	of, was := r.nth, r.nth[path]
	if of == nil {
		of = map[string]int{}
		r.nth = of
	}
	for i := range items {
		if of[path] = i + 1; items[i].kind != objectValue {
			delete(of, path)
		}
		r.walk(path, &items[i])
	}
	if of[path] = was; was == 0 {
		delete(of, path)
	}
}

// itemNumber is what numbered puts behind a name.
var itemNumber = regexp.MustCompile(` [0-9]+(,|$)`)

// unnumbered is a question of one of several things as that of the first.
func unnumbered(label string) string { return itemNumber.ReplaceAllString(label, "$1") }

// numbered is a path, which stands below another, with the numbers of the items in which it is, from the second one on.
func (r *treeReader) numbered(path, below string) string {
	if len(r.nth) == 0 {
		return path
	}
	var b strings.Builder
	names := strings.Split(path, ".")
	for i, name := range names {
		if below += name; i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(name)
		if n := r.nth[below]; n > 1 {
			b.WriteString(" " + strconv.Itoa(n))
		}
		below += "."
	}
	return b.String()
}

// below is a path without the member at the top, unless that is all.
func below(path string) string {
	if _, rest, _ := strings.Cut(path, "."); rest != "" {
		return rest
	}
	return path
}

// value is an answer as a value: a list for a list.
func (f carried) value() value {
	if f.Kind != card.List {
		return newText(f.Answer)
	}
	var items []value
	for _, item := range card.Items(f.Answer) {
		if !card.Blank(item) {
			items = append(items, newText(item))
		}
	}
	return newList(items)
}

// like is a text as a value of the kind that another has.
func like(of *value, text string) value {
	if of.kind == numberValue && numberPattern.MatchString(text) {
		return value{kind: numberValue, text: text}
	}
	return newText(text)
}

// empties counts lists and objects that have nothing in them.
func empties(v *value) (n int) {
	if v.kind >= listValue && len(v.items)+len(v.members) == 0 {
		return 1
	}
	for i := range v.items {
		n += empties(&v.items[i])
	}
	for i := range v.members {
		n += empties(&v.members[i].value)
	}
	return n
}
