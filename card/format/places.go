package format

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// An origin says where a value stands in its document.
type origin struct {
	at, to         int // of JSON: offsets in the source
	nameAt, nameTo int // the same of its name in an object
	node, key      *yaml.Node
}

// A place is a value in its document, with what it stands in.
type place struct {
	*value
	up    *place // nil for the one at the top
	index int    // among the items or members of up
	outer *place // the text of JSON that it is in, if it is in one
}

// name is the place's name in an object, "" in a list.
func (p *place) name() string {
	if p.up == nil || p.up.kind != objectValue {
		return ""
	}
	return p.up.members[p.index].name
}

// size is how many places there are in a list or an object.
func (p *place) size() int { return max(len(p.items), len(p.members)) }

// at is one of the places in a list or an object.
func (p *place) at(i int) *place { return &place{value: p.child(i), up: p, index: i, outer: p.outer} }

// children are all of them.
func (p *place) children() []*place {
	all := make([]*place, p.size())
	for i := range all {
		all[i] = p.at(i)
	}
	return all
}

// A siteMap knows all places of a document.
type siteMap struct {
	root   *place
	leaves []*place // texts, numbers and the like, in the order of the document, those in texts of JSON too
	inside map[*value]*place
	of     map[*value]*place
}

// survey finds all places. A text that holds JSON has places in it, too: some formats have answers there.
func survey(root *value) *siteMap {
	m := &siteMap{root: &place{value: root}, inside: map[*value]*place{}, of: map[*value]*place{}}
	m.visit(m.root)
	return m
}

func (m *siteMap) visit(p *place) {
	m.of[p.value] = p
	if p.kind < listValue {
		m.leaves = append(m.leaves, p)
		m.enter(p)
		return
	}
	for _, child := range p.children() {
		m.visit(child)
	}
}

// enter looks for places in a text.
func (m *siteMap) enter(p *place) {
	if start := strings.TrimSpace(p.text); p.kind != textValue || p.outer != nil || !strings.HasPrefix(start, "{") && !strings.HasPrefix(start, "[") {
		return
	}
	root, mended, err := (&jsonParser{text: p.text, places: true}).parse()
	if err == nil && mended == (repairs{}) && root.kind >= listValue {
		m.inside[p.value] = &place{value: root, outer: p}
		m.visit(m.inside[p.value])
	}
}

// without is a place's text without the space around it, and that space.
func without(text string) (lead, core, trail string) {
	core = strings.TrimSpace(text)
	at := strings.Index(text, core)
	return text[:at], core, text[at+len(core):]
}
