package format

import (
	"bytes"
	"encoding/json"
	"strings"
)

// JSON is parsed here and not by encoding/json for three reasons: the order of an
// object's members and members of the same name must survive, a visitor needs the place
// of a mistake and a reason in plain words, and half a surrogate pair must not vanish
// unseen.

const (
	maxDepth  = 64      // levels of nesting; cards need five
	maxValues = 250_000 // values in one document: keeps the memory it takes in proportion
)

type valueKind int

const (
	nullValue valueKind = iota
	boolValue
	numberValue
	textValue
	listValue
	objectValue
)

func (k valueKind) String() string {
	return [...]string{"null", "true or false", "a number", "text", "a list", "an object"}[k]
}

// A value is one JSON value. Its texts have passed card.CleanText.
type value struct {
	kind    valueKind
	text    string   // of text; a number, true or false as written
	items   []value  // of a list
	members []member // of an object, in the order of the document
	from    *origin  // where it stands in its document; nil unless that was asked for
}

type member struct {
	name  string
	value value
}

// get returns the first member of the name, or nil. It may be asked of any value.
func (v *value) get(name string) *value {
	if v == nil {
		return nil
	}
	for i := range v.members {
		if v.members[i].name == name {
			return &v.members[i].value
		}
	}
	return nil
}

// An object is written member by member, because encoding/json sorts those of a map and
// the older tool's files have an order that people know.

func newText(s string) value { return value{kind: textValue, text: s} }

func newList(items []value) value { return value{kind: listValue, items: items} }

func newObject(members ...member) value { return value{kind: objectValue, members: members} }

// write appends the value as JSON with ", " and ": " between its parts, as Python does.
// With an indent every element stands on a line of its own.
func (v *value) write(b *strings.Builder, indent string) {
	switch v.kind {
	case textValue:
		b.WriteString(quote(v.text))
	case listValue:
		v.elements(b, "[", "]", len(v.items), indent, func(i int, deeper string) { v.items[i].write(b, deeper) })
	case objectValue:
		v.elements(b, "{", "}", len(v.members), indent, func(i int, deeper string) {
			b.WriteString(quote(v.members[i].name) + ": ")
			v.members[i].value.write(b, deeper)
		})
	default:
		b.WriteString(v.text)
	}
}

func (v *value) elements(b *strings.Builder, open, closing string, n int, indent string, write func(i int, deeper string)) {
	b.WriteString(open)
	deeper := ""
	if indent != "" && n > 0 {
		deeper = indent + "  "
		b.WriteString(deeper)
	}
	for i := range n {
		if i > 0 && indent == "" {
			b.WriteString(", ")
		} else if i > 0 {
			b.WriteString("," + deeper)
		}
		write(i, deeper)
	}
	if deeper != "" {
		b.WriteString(indent)
	}
	b.WriteString(closing)
}

// document is the value as a file: indented by two spaces, with a final newline.
func (v *value) document() []byte {
	var b strings.Builder
	v.write(&b, "\n")
	b.WriteByte('\n')
	return []byte(b.String())
}

// quote writes text as a JSON string and leaves <, > and & readable.
func quote(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r >= 0x7f || r == '"' || r == '\\' }) {
		return `"` + s + `"` // most are such, names above all
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // a string always encodes
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// plain is a value as the text of an answer: texts and numbers as they are, null as nothing, a list of
// such one to a line, anything else as JSON.
func (v *value) plain() string {
	switch v.kind {
	case nullValue:
		return ""
	case listValue:
		lines := make([]string, 0, len(v.items))
		for i := range v.items {
			if v.items[i].kind >= listValue {
				return v.compact()
			}
			lines = append(lines, v.items[i].plain())
		}
		return strings.Join(lines, "\n")
	case objectValue:
		return v.compact()
	}
	return v.text
}

func (v *value) compact() string {
	var b strings.Builder
	v.write(&b, "")
	return b.String()
}
