package format

import (
	"errors"
	"io"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"cardstock/card"
)

// YAML is read as a tree of nodes, never into Go values: "no" stays Norwegian, 0.90 and a date keep their text, and the order of members
// stays. Then it is the same tree of values that JSON is, so every format that is JSON is read as YAML, too.

// growth is how many times as large aliases may make a document.
const growth = 4

// yamlBudget is what following aliases may still cost.
type yamlBudget struct {
	values, text int
	aliases      bool
	places       bool                // values are to say where they stand
	norwegian    bool                // a language false was found
	within       map[*yaml.Node]bool // what is being followed: an alias may lead to itself
}

func newYAMLBudget(size int) *yamlBudget {
	return &yamlBudget{values: maxValues, text: growth*size + 1<<20, within: map[*yaml.Node]bool{}}
}

// readYAML parses the documents of a YAML text. Its error is a *card.Error with code Invalid.
func readYAML(text string) ([]*yaml.Node, error) {
	if yamlMarks(text) > maxValues {
		return nil, card.Errorf(card.Invalid, "This YAML holds more than %d lines and values; no card is that large.", maxValues)
	}
	deep := false
	loader, err := yaml.NewLoader(strings.NewReader(text), yaml.WithUniqueKeys(false),
		yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthFunc(func(depth int, _ *loaderlimits.DepthContext) error {
			if depth <= maxDepth {
				return nil
			}
			deep = true
			return errors.New("too deep")
		}))))
	if err != nil {
		return nil, err
	}
	var documents []*yaml.Node
	for {
		n := &yaml.Node{}
		err := loader.Load(n)
		switch {
		case errors.Is(err, io.EOF):
			return documents, nil
		case deep:
			return nil, yamlTooDeep()
		case err != nil:
			return nil, notYAML(err)
		}
		documents = append(documents, n)
	}
}

// yamlMarks is the most nodes a YAML text can have, more or less: parsing takes memory in proportion.
func yamlMarks(text string) int {
	n := 0
	for _, mark := range []string{"\n", ",", "[", "{", "- ", "? "} {
		n += strings.Count(text, mark)
	}
	return n
}

func yamlTooDeep() error {
	return card.Errorf(card.Invalid, "The YAML is nested deeper than %d levels; no card is.", maxDepth)
}

var yamlPlace = regexp.MustCompile(`L(\d+)\.C(\d+)`)

// yamlReasons are what the library says and what it means; its own words may quote the document.
var yamlReasons = [][2]string{
	{"anchor", "an alias (*name) names an anchor that is not there"}, {"mapping values are not allowed", "a colon and a space stand in a text; put the text in quotes"},
	{"expected ':'", "a name without a colon"}, {"expected ',' or", "a bracket that opens here is not closed, or a comma is missing"}, {"end of stream", "a quote that opens here is not closed"},
	{"escape character", "after a backslash in double quotes stands a character that YAML does not know there"}, {"cannot start any token", "no text can begin with this character; put the text in quotes, and indent with spaces"},
	{"control characters", "it holds a control character"}, {"expected '-' indicator", "a line does not belong to the list above it"}, {"expected key", "a line does not stand below the one above it"},
	{"tag", "a name with an exclamation mark is not one that YAML knows"},
}

// notYAML makes a sentence of the library's error: where it is, and why, without quoting the document.
func notYAML(err error) error {
	where, why := "", "the indentation, a quote or a colon is not as YAML wants it"
	if m := yamlPlace.FindStringSubmatch(err.Error()); m != nil {
		where = ", at line " + m[1] + ", column " + m[2]
	}
	for _, of := range yamlReasons {
		if strings.Contains(err.Error(), of[0]) {
			why = of[1]
			break
		}
	}
	return card.Errorf(card.Invalid, "This is not valid YAML%s: %s.", where, why)
}

// spend takes one node from the budget.
func (b *yamlBudget) spend(n *yaml.Node, depth int) error {
	if n.Kind == yaml.AliasNode {
		b.aliases = true
		if b.within[n.Alias] {
			return card.Errorf(card.Invalid, "An alias of this YAML leads to itself, at line %d; nobody could write that out.", n.Line)
		}
	}
	if depth > maxDepth {
		return yamlTooDeep()
	}
	b.values--
	b.text -= len(n.Value)
	switch {
	case b.values >= 0 && b.text >= 0:
		return nil
	case b.aliases:
		return card.Errorf(card.Invalid, "The aliases (*name) of this YAML stand for far more than the file holds; no card needs that. Write out what they stand for.")
	}
	return card.Errorf(card.Invalid, "This YAML holds more than %d values; no card is that large.", maxValues)
}

// follow calls fn with what an alias stands for.
func (b *yamlBudget) follow(n *yaml.Node, fn func(n *yaml.Node) error) error {
	b.within[n.Alias] = true
	defer delete(b.within, n.Alias)
	return fn(n.Alias)
}

// value makes a value of a node.
func (b *yamlBudget) value(n *yaml.Node, depth int) (v value, err error) {
	if err := b.spend(n, depth); err != nil {
		return v, err
	}
	if v, err = b.bare(n, depth); b.places && n.Kind != yaml.DocumentNode {
		v.from = &origin{node: n}
	}
	return v, err
}

func (b *yamlBudget) bare(n *yaml.Node, depth int) (v value, err error) {
	switch n.Kind {
	case yaml.DocumentNode:
		if len(n.Content) == 1 {
			return b.value(n.Content[0], depth)
		}
	case yaml.AliasNode:
		err = b.follow(n, func(of *yaml.Node) error {
			v, err = b.value(of, depth+1)
			return err
		})
	case yaml.SequenceNode:
		v.kind = listValue
		for _, item := range n.Content {
			of, err := b.value(item, depth+1)
			if err != nil {
				return v, err
			}
			v.items = append(v.items, of)
		}
	case yaml.MappingNode:
		v.kind = objectValue
		err = b.members(&v, n, depth)
	default:
		return scalarValue(n)
	}
	return v, err
}

func scalarValue(n *yaml.Node) (v value, err error) {
	if v.text, err = card.CleanText(n.Value); err != nil {
		return v, err
	}
	v.kind = textValue
	switch n.ShortTag() {
	case "!!null":
		v.kind = nullValue
	case "!!bool":
		if v.text == "true" || v.text == "false" {
			v.kind = boolValue
		}
	case "!!int", "!!float":
		if numberPattern.MatchString(v.text) {
			v.kind = numberValue
		}
	}
	return v, nil
}

// members adds the pairs of a mapping, and in place of << those of the mappings it names that are not there yet.
func (b *yamlBudget) members(v *value, n *yaml.Node, depth int) error {
	own := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		own[n.Content[i].Value] = true
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, err := b.value(n.Content[i], depth+1)
		if err != nil {
			return err
		}
		of, err := b.value(n.Content[i+1], depth+1)
		if err != nil {
			return err
		}
		if n.Content[i].ShortTag() != "!!merge" {
			b.language(key.plain(), &of)
			if b.places && of.from != nil {
				of.from.key = n.Content[i]
			}
			v.members = append(v.members, member{key.plain(), of})
			continue
		}
		for _, from := range append([]value{of}, of.items...) {
			for _, m := range from.members {
				if !own[m.name] {
					own[m.name] = true
					v.members = append(v.members, m)
				}
			}
		}
	}
	return nil
}

// language mends the languages of a card.
func (b *yamlBudget) language(name string, v *value) {
	for i := range v.items {
		b.language(name, &v.items[i])
	}
	if text, ok := norwegian(name, v.text); ok && v.kind == boolValue {
		v.kind, v.text, b.norwegian = textValue, text, true
	}
}

// node copies a node with what its aliases stand for in their place.
func (b *yamlBudget) node(n *yaml.Node, depth int) (out *yaml.Node, err error) {
	if err := b.spend(n, depth); err != nil {
		return nil, err
	}
	if n.Kind == yaml.AliasNode {
		err = b.follow(n, func(of *yaml.Node) error {
			out, err = b.node(of, depth+1)
			return err
		})
		return out, err
	}
	c := *n
	c.Anchor, c.Content = "", make([]*yaml.Node, 0, len(n.Content))
	for _, child := range n.Content {
		of, err := b.node(child, depth+1)
		if err != nil {
			return nil, err
		}
		c.Content = append(c.Content, of)
	}
	return &c, nil
}

// yamlObject reads a text that is YAML and a mapping at its top. Several documents become one, for none may be lost.
func yamlObject(text string, places bool) (root *value, notes []string, err error) {
	nodes, err := readYAML(text)
	if err != nil {
		return nil, nil, err
	}
	budget := newYAMLBudget(len(text))
	budget.places = places
	root = &value{kind: objectValue}
	documents := 0
	for _, n := range nodes {
		v, err := budget.value(n, 0)
		switch {
		case err != nil:
			return nil, nil, err
		case v.kind == nullValue:
			continue
		case v.kind != objectValue:
			return nil, nil, card.Errorf(card.Invalid, "This YAML is %s, not names with values. Cardstock reads %s.", v.kind, readable())
		}
		documents++
		root.from = v.from // of the last
		root.members = append(root.members, v.members...)
	}
	if documents > 1 {
		notes = append(notes, plural(documents, "", "YAML documents stood in this file and were read as one."))
	}
	kept := 0
	for _, n := range nodes {
		kept += keptWords(n)
	}
	if notes = append(notes, keptNote(kept)...); budget.norwegian {
		notes = append(notes, norwegianNote)
	}
	return root, notes, nil
}

var (
	plainName = regexp.MustCompile(`^[a-z_][a-z0-9_.-]*$`)
	yamlStart = regexp.MustCompile(`^(?:"[^"\n]*"|'[^'\n]*'|[^\s#&*!|>'"%@,\[\]{}\x60:-][^\n:]*|<<):(?:[ \t\r\n]|$)`)
)

// yamlText reports whether the first line of a text that says something names a value.
func yamlText(text string) bool {
	for line := range strings.Lines(text) {
		bare := strings.TrimSpace(line)
		if bare == "" || bare[0] == '#' || strings.HasPrefix(line, "---") || bare[0] == '%' {
			continue
		}
		return yamlStart.MatchString(strings.TrimLeft(line, " ")) // all of it may be indented
	}
	return false
}

// meantAsYAML tells a YAML file that begins with a comment or with --- from a README: # begins a heading there, and prose may hold colons.
func meantAsYAML(root *value) bool {
	named := len(root.members) > 0
	for i := range root.members {
		m := &root.members[i]
		if m.value.kind == objectValue {
			return true
		}
		named = named && plainName.MatchString(m.name)
	}
	return named
}
