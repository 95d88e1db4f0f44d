package format

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"
)

// yamlScalar writes a text as YAML on one line: with the quote given, or without one where that reads as the same text everywhere.
// Letters of all scripts stay as they are, which the library's own writer escapes in part.
func yamlScalar(s string, quote byte) string {
	if quote == 0 && yamlPlain(s, "!!str") {
		return s
	}
	printable := !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsGraphic(r) && r != '\u200d' })
	if quote != '"' && printable {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case unicode.IsGraphic(r) && r != '\u00a0' || r == '\u200d' || r == '\u202e' || r == '\u202c':
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08X`, r)
		default:
			fmt.Fprintf(&b, `\u%04X`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// oldBool are what YAML 1.1 takes for true or false; Norwegian is one of them.
var oldBool = regexp.MustCompile(`(?i)^(?:y|n|yes|no|on|off|true|false|null|~)$`)

// yamlPlain reports whether a text without quotes is read as itself, with the tag, alone and in a list between brackets.
func yamlPlain(s, tag string) bool {
	if s == "" || tag == "!!str" && oldBool.MatchString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '\ufffd' || !unicode.IsGraphic(r) }) {
		return false
	}
	for _, text := range []string{"k: " + s, "[" + s + "]"} {
		documents, err := readYAML(text)
		if err != nil || len(documents) != 1 {
			return false
		}
		content := documents[0].Content[0].Content
		n := content[len(content)-1]
		if n.Kind != yaml.ScalarNode || n.Value != s || n.ShortTag() != tag || n.LineComment != "" || text[0] == '[' && len(content) != 1 {
			return false
		}
	}
	return true
}

// yamlToken writes a text in place of a scalar: in the same quotes, and as a number or a date if the scalar was one.
func yamlToken(s string, was *yaml.Node) string {
	switch {
	case was.Style&yaml.DoubleQuotedStyle != 0:
		return yamlScalar(s, '"')
	case was.Style&yaml.SingleQuotedStyle != 0:
		return yamlScalar(s, '\'')
	case was.ShortTag() != "!!str" && yamlPlain(s, was.ShortTag()):
		return s
	}
	return yamlScalar(s, 0)
}

// yamlBlock writes a text of several lines as a literal, behind a name and a colon; "" if a literal cannot hold it.
func yamlBlock(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && !unicode.IsGraphic(r) }) || s != strings.TrimSpace(s) {
		return ""
	}
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = "  " + line
		}
	}
	return "|-\n" + strings.Join(lines, "\n")
}
