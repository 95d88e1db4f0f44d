package format

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// A yamlEditor changes values in a text of YAML where they stand. The tree of nodes says where that is. What it cannot change so it gives up,
// and then nothing is changed.
type yamlEditor struct {
	*revision
	*frontEditor
	failed bool
}

func newYAMLEditor(r *revision, text string) *yamlEditor {
	e := &yamlEditor{revision: r, frontEditor: &frontEditor{text: text, to: len(text), newline: newlineOf(text), lines: []int{0}}}
	e.lines = linesOf(text, 0, len(text))
	return e
}

// write returns the text with all changes.
func (e *yamlEditor) write(root *value) (string, bool) {
	e.visit(root, -1)
	text, all := apply(e.text, e.splices)
	return text, all && !e.failed
}

func (e *yamlEditor) fail() { e.failed = true }

// visit changes what is to change in a value; indent is that of what it stands in.
func (e *yamlEditor) visit(v *value, indent int) {
	if v.from == nil || v.from.node == nil {
		return
	}
	if _, ok := e.names[v]; ok {
		e.fail()
	}
	if of, ok := e.swaps[v]; ok {
		e.place(v, &of, indent)
		return
	}
	if text, ok := e.texts[v]; ok {
		if v.kind == nullValue || v.from.node.Value == "" && v.from.node.Kind == yaml.ScalarNode {
			of := newText(text)
			e.place(v, &of, indent)
		} else {
			e.scalar(v, text, indent)
		}
		return
	}
	n := max(len(v.items), len(v.members))
	for i := range n {
		if child := v.child(i); !e.gone[child] {
			e.visit(child, e.indentOf(v, child, indent))
		}
	}
	change := len(e.come[v]) > 0
	for i := range n {
		change = change || e.gone[v.child(i)]
	}
	switch {
	case !change:
	case v.from.node.Style&yaml.FlowStyle != 0:
		e.brackets(v)
	case v.from.node.Kind == yaml.AliasNode:
		e.fail()
	default:
		e.block(v)
	}
}

// indentOf is how far a list or an object is indented, which its elements have to exceed.
func (e *yamlEditor) indentOf(v, child *value, above int) int {
	switch {
	case v.from.node.Style&yaml.FlowStyle != 0 || v.from.node.Kind == yaml.AliasNode:
		return above
	case child.from != nil && child.from.key != nil:
		return child.from.key.Column - 1
	}
	return e.columnOf(v) - 1
}

// columnOf is where the elements of a list or an object begin on their lines. One with an anchor begins there itself; its dashes are further on.
func (e *yamlEditor) columnOf(v *value) int {
	n := v.from.node
	if n.Anchor == "" || len(n.Content) == 0 || n.Kind != yaml.SequenceNode || n.Content[0].Line > len(e.lines) {
		return n.Column
	}
	first := n.Content[0]
	line := e.text[e.lines[first.Line-1]:max(e.offset(first), e.lines[first.Line-1])]
	before, ok := strings.CutSuffix(strings.TrimRight(line, " "), "-")
	if !ok {
		return n.Column
	}
	return utf8.RuneCountInString(before) + 1
}

// scalar changes what a scalar says, in the style that it is written in.
func (e *yamlEditor) scalar(v *value, text string, indent int) {
	n := v.from.node
	start, end, ok := e.region(n, indent)
	if !ok {
		e.fail()
		return
	}
	now := revised(v, text)
	raw := e.text[start:end]
	for _, is := range []string{e.inPlace(n, raw, text), e.onOneLine(n, raw, now), e.inBlock(n, raw, text, indent), yamlScalar(text, '"')} {
		whole, to, ok := e.withRest(is, end)
		if is != "" && ok && readsAs(is, text) {
			raw = e.text[start:to]
			before, after := common([]byte(raw), []byte(whole))
			before, after = wholeRunes(raw, before, after)
			e.splices = append(e.splices, splice{start + before, to - after, whole[before : len(whole)-after]})
			return
		}
	}
	e.fail()
}

// readsAs reports whether a scalar as it is written says a text.
func readsAs(written, text string) bool {
	documents, err := readYAML("k: " + written + "\n")
	if err != nil || len(documents) != 1 || len(documents[0].Content[0].Content) != 2 {
		return false
	}
	n := documents[0].Content[0].Content[1]
	return n.Kind == yaml.ScalarNode && strings.TrimRight(newlines.Replace(n.Value), "\n") == strings.TrimRight(text, "\n")
}

// region finds a scalar as it is written, which may be on several lines that are indented further than indent.
func (e *yamlEditor) region(n *yaml.Node, indent int) (start, end int, ok bool) {
	if n.Kind == yaml.AliasNode {
		if start = e.offset(n); start < 0 || !strings.HasPrefix(e.text[start:], "*"+n.Value) {
			return 0, 0, false
		}
		return start, start + len("*"+n.Value), true
	}
	if start, end, ok = e.token(n); ok && (n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 || n.Value == e.text[start:end] || !e.goesOn(end, indent)) {
		return start, end, true
	}
	start = e.offset(n)
	if n.Anchor != "" {
		start = e.behindAnchor(n)
	}
	if start < 0 || n.Kind != yaml.ScalarNode || n.Style&yaml.TaggedStyle != 0 {
		return 0, 0, false
	}
	switch {
	case n.Style&yaml.SingleQuotedStyle != 0:
		end = start + closing(e.text[start:], '\'')
	case n.Style&yaml.DoubleQuotedStyle != 0:
		end = start + closing(e.text[start:], '"')
	default:
		end = e.deeper(n.Line, indent)
		if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 && flat(e.text[start:end]) != flat(n.Value) {
			return 0, 0, false
		}
	}
	return start, end, end > start
}

// goesOn reports whether the line after an offset is indented further than indent.
func (e *yamlEditor) goesOn(at, indent int) bool {
	line := afterLine(e.text[at:])
	bare := strings.TrimLeft(line, " ")
	return bare != "" && len(line)-len(bare) > indent && !strings.HasPrefix(bare, "#") && !strings.HasPrefix(bare, "-")
}

// deeper is the end of the last line that says something of those after a line that are indented further than indent.
func (e *yamlEditor) deeper(line, indent int) int {
	end := e.lineEnd(line - 1)
	for i := line; i < len(e.lines); i++ {
		text := e.text[e.lines[i]:e.lineEnd(i)]
		bare := strings.TrimLeft(text, " ")
		if strings.TrimSpace(bare) == "" {
			continue
		}
		if len(text)-len(bare) <= indent {
			break
		}
		end = e.lineEnd(i)
	}
	return end
}

// lineEnd is where a line ends, without its end.
func (e *yamlEditor) lineEnd(i int) int {
	end := len(e.text)
	if i+1 < len(e.lines) {
		end = e.lines[i+1]
	}
	return e.lines[i] + len(strings.TrimRight(e.text[e.lines[i]:end], "\r\n"))
}

// inPlace changes of a scalar on several lines the characters that are others now; "" if that cannot be.
func (e *yamlEditor) inPlace(n *yaml.Node, raw, text string) string {
	if n.Style&yaml.DoubleQuotedStyle != 0 && strings.Contains(raw, `\`) || n.Kind == yaml.AliasNode {
		return ""
	}
	if n.Style&yaml.LiteralStyle != 0 {
		return e.inLiteral(n, raw, text)
	}
	if n.Style&yaml.FoldedStyle != 0 {
		return e.inFolded(raw, text)
	}
	if !strings.ContainsAny(raw, "\r\n") {
		return ""
	}
	was := strings.TrimRight(n.Value, "\n")
	text = strings.TrimRight(text, "\n")
	before, after := common([]byte(was), []byte(text))
	before, after = wholeRunes(was, before, after)
	middle, gone := text[before:len(text)-after], was[before:len(was)-after]
	if strings.Contains(middle+gone, "\n") || n.Style&yaml.SingleQuotedStyle != 0 && strings.Contains(was+middle, "'") {
		return ""
	}
	head := 0
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		head = 1
	}
	start, end := spotIn(was, raw[head:], before), spotIn(was, raw[head:], len(was)-after)
	if start < 0 || end < start {
		return ""
	}
	return raw[:head+start] + middle + raw[head+end:]
}

// spotIn is where in a text as it is written, with its lines broken otherwise, an offset of the text is; -1 if they are not the same.
func spotIn(text, raw string, offset int) int {
	at, spaces := 0, len(raw)-len(strings.TrimLeft(raw, " \t\r\n"))
	for i, r := range text {
		if r == ' ' || r == '\n' || r == '\t' {
			continue
		}
		rest := strings.TrimLeft(raw[at:], " \t\r\n")
		next := len(raw) - len(rest)
		if i >= offset {
			if i == offset {
				return next
			}
			break
		}
		if !strings.HasPrefix(rest, string(r)) {
			return -1
		}
		at = next + len(string(r))
	}
	return max(at, spaces)
}

// onOneLine writes a scalar on one line; "" if it has several.
func (e *yamlEditor) onOneLine(n *yaml.Node, raw string, now value) string {
	if strings.Contains(now.text, "\n") || strings.ContainsAny(raw, "\r\n") && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return ""
	}
	if now.kind != textValue {
		return now.text
	}
	return yamlToken(now.text, n)
}
