package format

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// What a member of the front matter says in more than texts is an answer as it is written there, without the indent, so that its
// comments and its order are the visitor's to see, and an edit changes the lines it is about.

// A source is where such a value stands.
type source struct {
	text       string
	indent     string
	start, end int
}

// source finds the value of a member; ok is false if it has to be written anew.
func (e *frontEditor) source(i int) (s source, ok bool) {
	key, v := e.members[i], e.members[i+1]
	_, end, ok := e.span(i)
	if !ok || aliased(v) || v.Anchor != "" || v.Kind == yaml.ScalarNode {
		return s, false
	}
	if v.Line == key.Line {
		ok = e.inline(&s, v, end)
	} else {
		s.start, s.end = e.after(key), end
		ok = v.Style&yaml.FlowStyle == 0
		s.outdent(newlines.Replace(e.text[s.start:s.end]))
	}
	if !ok {
		return s, false
	}
	documents, err := readYAML(s.text)
	return s, err == nil && len(documents) == 1 && documents[0].Content[0].Kind == v.Kind
}

// inline finds a value that stands behind its name, without the comment behind it.
func (e *frontEditor) inline(s *source, v *yaml.Node, end int) bool {
	s.start = e.offset(v)
	if s.start < 0 || v.Style&yaml.FlowStyle == 0 {
		return false
	}
	line := strings.TrimRight(e.text[s.start:end], " \t\r\n")
	s.end = s.start + len(line)
	if closed := strings.LastIndexAny(line, "]}"); strings.HasPrefix(strings.TrimSpace(line[closed+1:]), "#") {
		s.end = s.start + closed + 1
	} else if hash := strings.Index(line, " #"); hash > 0 && !strings.ContainsAny(line[:hash], `"'`) {
		s.end = s.start + len(strings.TrimRight(line[:hash], " \t"))
	}
	s.text = e.text[s.start:s.end]
	return !strings.ContainsAny(s.text, "\r\n")
}

// outdent takes from all lines the indent that they share.
func (s *source) outdent(text string) {
	lines := strings.Split(strings.TrimRight(text, " \n"), "\n")
	first := true
	for _, line := range lines {
		if bare := strings.TrimLeft(line, " "); bare != "" {
			if indent := line[:len(line)-len(bare)]; first || len(indent) < len(s.indent) {
				s.indent, first = indent, false
			}
		}
	}
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], s.indent)
	}
	s.text = strings.Join(lines, "\n")
}

// rewrite changes the lines of a value that are others now. It reports false if the answer is no such value.
func (e *frontEditor) rewrite(i int, answer string) bool {
	s, ok := e.source(i)
	documents, err := readYAML(answer)
	if !ok || err != nil || len(documents) != 1 || documents[0].Content[0].Kind != e.members[i+1].Kind {
		return false
	}
	if e.members[i+1].Line == e.members[i].Line {
		if strings.Contains(answer, "\n") {
			return false
		}
		e.splices = append(e.splices, splice{s.start, s.end, answer})
		return true
	}
	e.lineByLine(s, answer)
	return true
}

// literal changes the lines of a text that stands as a literal (|) and reports whether it is one.
func (e *frontEditor) literal(i int, answer string) bool {
	v := e.members[i+1]
	_, end, ok := e.span(i)
	if !ok || v.Style&yaml.LiteralStyle == 0 || v.Anchor != "" || yamlBlock(answer) == "" {
		return false
	}
	s := source{start: e.after(v), end: end}
	s.outdent(newlines.Replace(e.text[s.start:s.end]))
	if s.indent == "" || s.text != strings.TrimRight(v.Value, "\n") {
		return false
	}
	e.lineByLine(s, answer)
	return true
}

// lineByLine changes the lines of a value that are others now.
func (e *frontEditor) lineByLine(s source, answer string) {
	was, is := strings.Split(s.text, "\n"), strings.Split(answer, "\n")
	before, after := common(was, is)
	start := s.start
	for range before {
		start += len(e.text[start:]) - len(afterLine(e.text[start:]))
	}
	end := start
	for range len(was) - before - after {
		end += len(e.text[end:]) - len(afterLine(e.text[end:]))
	}
	var b strings.Builder
	for _, line := range is[before : len(is)-after] {
		if line != "" {
			line = s.indent + line
		}
		b.WriteString(line + e.newline)
	}
	e.splices = append(e.splices, splice{start, end, b.String()})
}

// afterLine is what follows the first line of a text.
func afterLine(text string) string {
	i := strings.IndexAny(text, "\r\n")
	if i < 0 {
		return ""
	}
	if strings.HasPrefix(text[i:], "\r\n") {
		i++
	}
	return text[i+1:]
}

// aliased reports whether an alias is in a value.
func aliased(n *yaml.Node) bool {
	for _, c := range n.Content {
		if aliased(c) {
			return true
		}
	}
	return n.Kind == yaml.AliasNode
}

// anchored reports whether an alias could lead into a value.
func anchored(n *yaml.Node) bool {
	for _, c := range n.Content {
		if anchored(c) {
			return true
		}
	}
	return n.Anchor != ""
}

// freed writes out the aliases of all other members before one that they may stand for is changed: they keep what they say.
func (e *frontEditor) freed(i int, size int) {
	for j := 0; j+1 < len(e.members); j += 2 {
		if j == i || !aliased(e.members[j+1]) {
			continue
		}
		start, end, ok := e.span(j)
		v, err := newYAMLBudget(size).node(e.members[j+1], 1)
		if !ok || err != nil {
			continue
		}
		value := yamlScalar(v.Value, 0)
		if v.Kind != yaml.ScalarNode {
			out, _ := yaml.Marshal(v)
			value = "\n  " + strings.ReplaceAll(strings.TrimSpace(string(out)), "\n", "\n  ")
		}
		e.replace(j, start, end, value)
	}
}
