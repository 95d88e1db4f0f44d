package format

import (
	"fmt"
	"strings"
	"unicode"

	"cardstock/card"
)

// protoText changes texts in a model card in the text form of its protocol buffer, where they stand. It reports false if more has to change.
func (r *revision) protoText(text string) (string, bool) {
	if len(r.names)+len(r.swaps)+len(r.gone)+len(r.come) > 0 {
		return "", false
	}
	var splices []splice
	for v, is := range r.texts {
		if v.from == nil {
			return "", false
		}
		splices = append(splices, splice{v.from.at, v.from.to, protoQuote(is)})
	}
	return apply(text, splices)
}

// protoQuote is a text as the text form has it.
func protoQuote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\%03o`, r)
		case unicode.IsControl(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + `"`
}

// protoTextOf is a card in the text form.
func protoTextOf(ts *card.Templates, c *card.Card) []byte {
	tree := mctTree(ts, c)
	var b strings.Builder
	writeProtoText(&b, "ModelCard", &tree, "")
	return []byte(b.String())
}

func writeProtoText(b *strings.Builder, message string, v *value, indent string) {
	for _, item := range protoItems(message, v) {
		if item.message == "" {
			b.WriteString(indent + item.name + ": " + protoQuote(item.text) + "\n")
			continue
		}
		b.WriteString(indent + item.name + " {\n")
		writeProtoText(b, item.message, item.value, indent+"  ")
		b.WriteString(indent + "}\n")
	}
}
