package format

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"cardstock/card"
)

// plant puts answers into the document that it has no place for: where the format's own writer puts them or, if they are not found there
// again, at its top.
func (b *backer) plant(r *revision, wanted map[thing]string) {
	if len(wanted) == 0 {
		return
	}
	without, with := emptied(b.now), emptied(b.now)
	tree := false
	for _, of := range sortedThings(wanted) {
		b.placed[of] = true
		f, _ := with.Field(of.key)
		switch {
		case of.what != anAnswer || f == nil:
		case b.tries[of] >= rootTry:
			b.atRoot(r, f, wanted[of])
		default:
			f.Answer, tree = wanted[of], true
		}
	}
	if tree {
		b.more(r, without, with)
	}
}

// more puts into the document what the writer makes of one card and not of the other.
func (b *backer) more(r *revision, without, with *card.Card) {
	was, err := treeOf(b.ts, without, b.f, b.d)
	if err != nil {
		return
	}
	is, err := treeOf(b.ts, with, b.f, b.d)
	if err != nil {
		return
	}
	if what := beyond(&was, &is); what != nil {
		b.nameSections(what, &is)
		into, what := b.graft(what)
		b.merge(r, into, what)
	}
}

// nameSections adds the names of sections that WebCards has beside their answers.
func (b *backer) nameSections(what, all *value) {
	for _, m := range what.members {
		name := strings.Replace(m.name, "Section_Data_", "Section_name_", 1)
		if of := all.get(name); b.f == webCardsFormat && name != m.name && of != nil && what.get(name) == nil && b.sites.root.get(name) == nil {
			what.members = append(what.members, member{name, *of})
		}
	}
}

// atRoot puts an answer at the top of the document, under its question.
func (b *backer) atRoot(r *revision, f *card.Field, answer string) {
	name := memberName(f.Label)
	root := b.sites.root
	taken := func(name string) bool {
		return root.get(name) != nil || slices.ContainsFunc(r.come[root.value], func(a addition) bool { return a.name == name })
	}
	unique := name
	for n := 2; taken(unique); n++ {
		unique = name + "_" + strconv.Itoa(n)
	}
	r.come[root.value] = append(r.come[root.value], addition{len(root.members), unique, newText(answer)})
}

// beyond is what a value has that another has not, nil if there is nothing.
func beyond(was, is *value) *value {
	switch {
	case was == nil || was.kind != is.kind:
		return is
	case is.kind == objectValue:
		out := value{kind: objectValue}
		for i := range is.members {
			m := &is.members[i]
			if more := beyond(was.get(m.name), &m.value); more != nil {
				out.members = append(out.members, member{m.name, *more})
			}
		}
		if len(out.members) > 0 {
			return &out
		}
	case is.kind == listValue:
		had := map[string]bool{}
		for i := range was.items {
			had[was.items[i].compact()] = true
		}
		out := value{kind: listValue}
		for i := range is.items {
			if had[is.items[i].compact()] {
				continue
			}
			more := &is.items[i]
			if i < len(was.items) && len(was.items) == len(is.items) && more.kind == objectValue {
				more = beyond(&was.items[i], more)
			}
			out.items = append(out.items, *more)
		}
		if len(out.items) > 0 {
			return &out
		}
	case was.text != is.text:
		return is
	}
	return nil
}

// graft says where in the document the top of what the writer makes belongs, and what of it.
func (b *backer) graft(tree *value) (*place, *value) {
	root := b.sites.root
	switch b.f {
	case cycloneDXFormat, cycloneDX17Format:
		if list := tree.get("components"); list != nil && len(list.items) > 0 {
			return b.sites.of[models(b.d)[b.d.part]], &list.items[0]
		}
	case sageMakerFormat:
		for _, p := range root.children() {
			if snake(p.name()) == "content" && p.kind == objectValue {
				root = p
			} else if inner := b.sites.inside[p.value]; snake(p.name()) == "content" && inner != nil {
				root = inner
			}
		}
		named := styled(tree, styleOf(root.value))
		return b.sites.of[root.value], &named
	}
	return root, tree
}

// merge puts a value into a place.
func (b *backer) merge(r *revision, p *place, v *value) {
	switch {
	case p.kind == objectValue && v.kind == objectValue:
		for i := range v.members {
			b.mergeMember(r, p, &v.members[i])
		}
	case p.kind == listValue && v.kind == listValue:
		for i := range v.items {
			b.mergeItem(r, p, &v.items[i])
		}
	case p.kind == listValue && v.kind < listValue:
		r.come[p.value] = append(r.come[p.value], addition{len(p.items), "", *v})
	case p.kind < listValue && (r.saysNothing(p.value) || b.f == croissantFormat && standsIn(b.sites.root.value, p.value)):
		delete(r.texts, p.value)
		r.swaps[p.value] = *v
	case p.kind == v.kind && p.text == v.text:
	case p.kind == textValue && v.kind == textValue:
		r.texts[p.value] = strings.TrimRight(p.text, "\n") + "\n\n" + v.text
	}
}

// saysNothing reports whether a scalar is empty, or will be.
func (r *revision) saysNothing(v *value) bool {
	text, changed := r.texts[v]
	return v.kind < listValue && (changed && text == "" || !changed && said(v) == "")
}

func (b *backer) mergeMember(r *revision, p *place, m *member) {
	for i := range p.members {
		if child := &p.members[i]; sameName(child.name, m.name) && !r.gone[&child.value] {
			b.merge(r, p.at(i), &m.value)
			return
		}
	}
	r.come[p.value] = append(r.come[p.value], addition{len(p.members), m.name, m.value})
}

// mergeItem puts an item into a list: into the item that has an empty place for it, into the last if that has other members, or behind it.
func (b *backer) mergeItem(r *revision, p *place, v *value) {
	for i := range p.items {
		item := &p.items[i]
		if len(v.members) == 1 && len(item.members) == 1 && sameName(item.members[0].name, v.members[0].name) && r.saysNothing(&item.members[0].value) && !r.gone[item] {
			b.merge(r, p.at(i), v)
			return
		}
	}
	if n := len(p.items); n > 0 && v.kind == objectValue && !r.gone[&p.items[n-1]] && fitsInto(&p.items[n-1], v) {
		b.merge(r, p.at(n-1), v)
		return
	}
	r.come[p.value] = append(r.come[p.value], addition{len(p.items), "", *v})
}

// fitsInto reports whether an object says nothing that another says otherwise. A list of questions by number has one in each object.
func fitsInto(into, v *value) bool {
	if into.kind != objectValue {
		return false
	}
	more := false
	for i := range v.members {
		m := &v.members[i]
		have := into.get(m.name)
		if oldEntry.MatchString(m.name) || have != nil && have.compact() != m.value.compact() {
			return false
		}
		more = more || have == nil
	}
	return more
}

// sameName reports whether two names mean the same: WebCards goes by the number, SageMaker is written in three ways.
func sameName(a, b string) bool {
	if a == "" || b == "" || a == b {
		return a == b
	}
	if x := oldEntry.FindStringSubmatch(a); x != nil {
		if y := oldEntry.FindStringSubmatch(b); y != nil {
			return x[1] == y[1]
		}
	}
	return strings.Contains(a, "_") != strings.Contains(b, "_") && snake(a) == snake(b)
}

var humped = regexp.MustCompile(`_([a-z0-9])`)

// styleOf is how names are written in an object: "snake", "camel" or "Pascal".
func styleOf(v *value) string {
	for i := range v.members {
		name := v.members[i].name
		switch {
		case snake(name) == name:
		case unicode.IsUpper(rune(name[0])):
			return "Pascal"
		default:
			return "camel"
		}
	}
	return "snake"
}

// styled copies a value with its names written so. Names that the user gave stay.
func styled(v *value, style string) value {
	out := *v
	out.items, out.members = slices.Clone(v.items), slices.Clone(v.members)
	for i := range out.items {
		out.items[i] = styled(&out.items[i], style)
	}
	for i := range out.members {
		m := &out.members[i]
		if m.name != "custom_details" {
			m.value = styled(&m.value, style)
		}
		if style != "snake" {
			m.name = humped.ReplaceAllStringFunc(m.name, func(s string) string { return strings.ToUpper(s[1:]) })
		}
		if style == "Pascal" && m.name != "" {
			m.name = strings.ToUpper(m.name[:1]) + m.name[1:]
		}
	}
	return out
}
