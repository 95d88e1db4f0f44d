package format

import (
	"regexp"
	"strconv"
	"strings"

	"cardstock/card"
)

// citation joins what the old tool split at the first comma. It reports which members it took.
func (r *treeReader) citation(v *value) map[string]bool {
	style, citation := said(v.get("style")), said(v.get("citation"))
	separator := ","
	switch {
	case style == "" || citation == "":
		separator = ""
	case !strings.HasPrefix(citation, " "):
		separator = ", "
	}
	if !r.add("model_details.citation", style+separator+citation) {
		return map[string]bool{}
	}
	return map[string]bool{"style": true, "citation": true}
}

// metric makes a row of a performance metric. It reports which members it took.
func (r *treeReader) metric(v *value) map[string]bool {
	taken, row := map[string]bool{}, map[string]string{}
	for name, column := range map[string]string{"type": "metric", "value": "value", "slice": "slice"} {
		if m := v.get(name); m != nil && m.kind <= textValue {
			row[column] = said(m)
			taken[name] = true
		}
	}
	for _, names := range [][3]string{{"confidence_interval", "lower_bound", "upper_bound"}, {"confidenceInterval", "lowerBound", "upperBound"}} {
		if lower, upper, ok := interval(v.get(names[0]), names[1], names[2]); ok && row["lower"]+row["upper"] == "" {
			row["lower"], row["upper"] = lower, upper
			taken[names[0]] = true
		}
	}
	r.rows = append(r.rows, row)
	return taken
}

// interval reads the bounds of an interval, of which one may be there alone; ok is false if it is none, or says more.
func interval(v *value, low, high string) (lower, upper string, ok bool) {
	bounds := 0
	for _, name := range []string{low, high} {
		if bound := v.get(name); bound != nil && bound.kind < listValue {
			bounds++
		}
	}
	return said(v.get(low)), said(v.get(high)), bounds > 0 && bounds == len(v.members)
}

// question keeps the answer and the question that the members entryN and questionN of an
// object hold; i is one of the two.
func (r *treeReader) question(v *value, i int, s *card.Section) {
	if r.full() {
		return
	}
	m := entryName.FindStringSubmatch(v.members[i].name)
	value := &v.members[i].value
	answer, label := said(value), said(v.get("question"+m[2]))
	if m[1] == "question" {
		entry := v.get("entry" + m[2])
		if entry != nil && entry.kind < listValue && value == v.get("question"+m[2]) {
			return // comes, or came, with its answer
		}
		answer, label = "", said(value)
	}
	if answer == "" && label == "" {
		return
	}
	if label == "" {
		label = "Question " + m[2]
	}
	r.custom(s, "webcards.entry"+m[2], label, answer)
}

var (
	extendedName  = regexp.MustCompile(`^extended_section[0-9]{1,9}$`)
	extendedTitle = regexp.MustCompile(`^extended[0-9]+_title$`)
)

// extended makes a section of a section that the user of the old tool added. Those the tool
// wrote without anything in them are left out.
func (r *treeReader) extended(name string, v *value) {
	if leaves(v) == 0 {
		return
	}
	number := strings.TrimPrefix(name, "extended_section")
	n, _ := strconv.Atoi(number)
	key := "webcards_extended" + strconv.Itoa(n)
	for i := range v.members {
		if m := &v.members[i]; extendedTitle.MatchString(m.name) {
			r.title(key, &m.value)
		}
	}
	s := r.section(key, "Section "+number)
	if v.kind != objectValue {
		r.extendedField(s, "Entry", v)
	}
	for i := range v.members {
		if m := &v.members[i]; !extendedTitle.MatchString(m.name) {
			r.extendedField(s, words(m.name), &m.value)
		}
	}
}

// title names an extended section; a second title is a question of it.
func (r *treeReader) title(key string, v *value) {
	for i := range v.items {
		r.title(key, &v.items[i])
	}
	if v.kind == listValue || said(v) == "" {
		return
	}
	title := said(v.get("title"))
	if title == "" || r.card.Section(key) != nil || len(v.members) != 1 {
		r.extendedField(r.section(key, "Section"), "Title", v)
		return
	}
	r.section(key, title)
}

// extendedField reads the questions of an extended section, however they are nested.
func (r *treeReader) extendedField(s *card.Section, label string, v *value) {
	switch v.kind {
	case listValue:
		for i := range v.items {
			r.extendedField(s, label, &v.items[i])
		}
	case objectValue:
		for i := range v.members {
			if m := &v.members[i]; entryName.MatchString(m.name) && m.value.kind < listValue {
				r.question(v, i, s)
			} else {
				r.extendedField(s, words(m.name), &m.value)
			}
		}
	default:
		if answer := said(v); answer != "" {
			r.custom(s, "webcards.entry", label, answer)
		}
	}
}

// leaves counts the texts below a value that say something.
func leaves(v *value) (n int) {
	for i := range v.items {
		n += leaves(&v.items[i])
	}
	for i := range v.members {
		n += leaves(&v.members[i].value)
	}
	if v.kind < listValue && said(v) != "" {
		n++
	}
	return n
}
