package format

import (
	"slices"
	"strings"
)

// structure writes an answer that is JSON, as an extra is, into the values that it came from, and reports whether it is such an answer.
func (r *revision) structure(from []stretch, was, is string) bool {
	old := parseStructure(was)
	if old == nil {
		return false
	}
	p, first := home(old, from)
	if p == nil {
		return false
	}
	now := parseStructure(is)
	if now == nil || now.kind != old.kind {
		if n := max(len(p.items), len(p.members)); n == max(len(old.items), len(old.members)) && p.up != nil {
			r.swaps[p.value] = newText(is)
			return true
		}
		return false
	}
	if p.kind == objectValue {
		r.reshape(p, old, now)
	} else {
		r.relist(p, first, old, now)
	}
	return true
}

// parseStructure is a text as a list or an object; nil if it is none, or was mended.
func parseStructure(text string) *value {
	if start := strings.TrimSpace(text); !strings.HasPrefix(start, "{") && !strings.HasPrefix(start, "[") {
		return nil
	}
	v, mended, err := parseJSON(text, 0)
	if err != nil || mended != (repairs{}) || v.kind < listValue {
		return nil
	}
	return v
}

// home is the place around the texts that an answer came from whose members or items, or a part of them, a value is; first is the first of the
// items. Another place may hold the same.
func home(v *value, from []stretch) (home *place, first int) {
	n := max(len(v.items), len(v.members))
	for p := from[0].up; p != nil && n > 0 && p.outer == nil; p = p.up {
		if p.kind != v.kind || p.size() < n {
			continue
		}
		low, high := p.size(), -1 // of the items with these texts
		for _, s := range from {
			i := indexIn(s.place, p)
			low, high = min(low, i), max(high, i)
		}
		if low < 0 {
			continue
		}
		start := max(high-n+1, 0)
		if at := within(p.value, v, start, min(low+n, p.size())); at >= 0 {
			return p, at
		}
	}
	return nil, 0
}

// indexIn is which of the items or members of a place another stands in, -1 if in none.
func indexIn(p, of *place) int {
	for ; p.up != nil; p = p.up {
		if p.up.value == of.value {
			return p.index
		}
	}
	return -1
}

// within is where in a value, of a list from one of its items to another, the elements of another stand; -1 if they are not there.
func within(of, v *value, from, to int) int {
	if of.kind == objectValue {
		at := 0
		for i := range v.members {
			for at < len(of.members) && (of.members[at].name != v.members[i].name || !equal(&of.members[at].value, &v.members[i].value)) {
				at++
			}
			if at == len(of.members) {
				return -1
			}
			at++
		}
		return 0
	}
	if at := stretchOf(itemNumbers(of.items[from:max(from, to)], v.items)); at >= 0 {
		return from + at
	}
	return -1
}

// itemNumbers gives items of two lists numbers: the same to those that are the same. In the first list 0 is none of the second.
func itemNumbers(all, some []value) (a, b []int) {
	known := map[string]int{}
	for i := range some {
		text := some[i].compact()
		if known[text] == 0 {
			known[text] = len(known) + 1
		}
		b = append(b, known[text])
	}
	for i := range all {
		a = append(a, known[all[i].compact()])
	}
	return a, b
}

// stretchOf is where a list begins in another, -1 if it is not in it. It goes through both once (Knuth, Morris, Pratt).
func stretchOf(all, some []int) int {
	back := make([]int, len(some)) // how much of the list also ends at this item of it
	for i, n := 1, 0; i < len(some); i++ {
		for n > 0 && some[i] != some[n] {
			n = back[n-1]
		}
		if some[i] == some[n] {
			n++
		}
		back[i] = n
	}
	n := 0
	for i, is := range all {
		for n > 0 && is != some[n] {
			n = back[n-1]
		}
		if is == some[n] {
			n++
		}
		if n == len(some) {
			return i - n + 1
		}
	}
	return -1
}

// equal reports whether two values are the same.
func equal(a, b *value) bool {
	if a.kind != b.kind || a.text != b.text && a.kind < listValue || len(a.items) != len(b.items) || len(a.members) != len(b.members) {
		return false
	}
	for i := range a.items {
		if !equal(&a.items[i], &b.items[i]) {
			return false
		}
	}
	for i := range a.members {
		if a.members[i].name != b.members[i].name || !equal(&a.members[i].value, &b.members[i].value) {
			return false
		}
	}
	return true
}

// reshape changes the members of an object that were and are.
func (r *revision) reshape(p *place, was, is *value) {
	last := len(p.members)
	children := map[string]*place{}
	for _, child := range slices.Backward(p.children()) {
		children[child.name()] = child
	}
	for i := range was.members {
		name := was.members[i].name
		child := children[name]
		if child == nil {
			continue
		}
		last = child.index
		if now := is.get(name); now == nil {
			r.drop(child)
		} else {
			r.become(child, now)
		}
	}
	for i := range is.members {
		if m := &is.members[i]; was.get(m.name) == nil {
			r.come[p.value] = append(r.come[p.value], addition{last, m.name, m.value})
		}
	}
}

// relist changes the items of a list from first on.
func (r *revision) relist(p *place, first int, was, is *value) {
	a, z := make([]string, len(was.items)), make([]string, len(is.items))
	for i := range was.items {
		a[i] = was.items[i].compact()
	}
	for i := range is.items {
		z[i] = is.items[i].compact()
	}
	before, after := common(a, z)
	children := p.children()[first : first+len(a)]
	for i := before; i < len(a)-after; i++ {
		if i < len(z)-after {
			r.become(children[i], &is.items[i])
		} else {
			r.drop(children[i])
		}
	}
	behind := children[0].index - 1 // with nothing of it before them, they come in front
	if n := len(a) - after - 1; n >= 0 {
		behind = children[n].index
	}
	for i := max(before, len(a)-after); i < len(z)-after; i++ {
		r.come[p.value] = append(r.come[p.value], addition{behind, "", is.items[i]})
	}
}

// become changes a value into another.
func (r *revision) become(p *place, is *value) {
	switch {
	case equal(p.value, is):
	case p.kind == objectValue && is.kind == objectValue:
		r.reshape(p, p.value, is)
	case p.kind == listValue && is.kind == listValue && len(p.items) > 0 && len(is.items) > 0:
		r.relist(p, 0, p.value, is)
	case p.kind == textValue && is.kind == textValue:
		r.texts[p.value] = is.text
	default:
		r.swaps[p.value] = *is
	}
}
