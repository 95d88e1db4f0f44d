package format

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// Texts of YAML that stand on the lines below their names.

// inLiteral changes the lines of a literal that are others now.
func (e *yamlEditor) inLiteral(n *yaml.Node, raw, text string) string {
	i := strings.IndexAny(raw, "\r\n")
	if i < 0 {
		return ""
	}
	s := source{}
	body := newlines.Replace(raw[i:])[1:]
	s.outdent(body)
	if s.indent == "" || strings.TrimLeft(s.text, "\n") != strings.Trim(n.Value, "\n") && s.text != strings.TrimRight(n.Value, "\n") {
		return ""
	}
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for j := range lines {
		if lines[j] != "" {
			lines[j] = s.indent + lines[j]
		}
	}
	return raw[:i] + e.newline + strings.Join(lines, e.newline)
}

// inBlock writes a text as a literal; "" if a literal cannot hold it or cannot stand there.
func (e *yamlEditor) inBlock(n *yaml.Node, raw, text string, indent int) string {
	if start := e.offset(n); start < 0 || indent < 0 || strings.ContainsAny(e.text[e.lines[n.Line-1]:start], "[{") {
		return ""
	}
	return yamlLiteral(text, strings.Repeat(" ", indent+2), e.newline)
}

// yamlLiteral writes a text as a literal with an indent; "" if a literal cannot hold it.
func yamlLiteral(text, indent, newline string) string {
	body, head := strings.TrimSuffix(text, "\n"), "|-"
	if body != text {
		head = "|"
	}
	block := yamlBlock(body)
	if block == "" {
		return ""
	}
	lines := strings.Split(block, "\n")[1:]
	for i, line := range lines {
		if line != "" {
			lines[i] = indent + line[2:]
		}
	}
	return head + newline + strings.Join(lines, newline)
}

// withRest puts what stands behind a value on its line, as a comment does, where it can stand if the value is written on the lines below. It
// reports false if it can stand nowhere.
func (e *yamlEditor) withRest(written string, end int) (whole string, to int, ok bool) {
	i := strings.IndexAny(written, "\r\n")
	if i < 0 || i > 0 && !strings.ContainsAny(strings.TrimSpace(written)[:1], "|>") {
		return written, end, true
	}
	line := e.text[end:]
	if i := strings.IndexAny(line, "\r\n"); i >= 0 {
		line = line[:i]
	}
	rest := strings.TrimRight(line, " \t")
	return written[:i] + rest + written[i:], end + len(line), rest == "" || strings.HasPrefix(strings.TrimLeft(rest, " \t"), "#")
}
