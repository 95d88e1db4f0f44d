package format

import (
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// A splice puts a text in place of the bytes from start to end.
type splice struct {
	start, end int
	text       string
}

// apply makes the splices in a text. One that overlaps another before it is left out, and all is false then.
func apply(text string, splices []splice) (made string, all bool) {
	slices.SortStableFunc(splices, func(a, b splice) int {
		if a.start != b.start {
			return a.start - b.start
		}
		return a.length() - b.length() // what only comes in stands before what takes the place of another
	})
	var b strings.Builder
	at := 0
	all = true
	for _, s := range splices {
		if s.start < at {
			all = false
			continue
		}
		b.WriteString(text[at:s.start] + s.text)
		at = s.end
	}
	return b.String() + text[at:], all
}

// length is 0 of a splice that only puts something in, 1 of another.
func (s splice) length() int { return min(s.end-s.start, 1) }

// A frontEditor changes members of the front matter where they stand. The tree of nodes says where that is; what is not changed is not
// written anew.
type frontEditor struct {
	text    string
	from    int // offset of the front matter in the README
	to      int
	newline string
	lines   []int         // offsets of its lines
	marks   map[int][]int // of long lines: the offset of each so many-th character
	members []*yaml.Node
	splices []splice
	json    *jsonFront // nil if it is no JSON
}

func newFrontEditor(r *hubReader) *frontEditor {
	e := &frontEditor{text: r.readme, from: r.fenced[0], to: r.fenced[1], newline: newlineOf(r.readme), members: mapping(&r.root)}
	e.lines = linesOf(e.text, e.from, e.to)
	e.json = jsonFrontOf(&r.root, e.text[e.from:e.to])
	return e
}

// linesOf are the offsets of the lines of a stretch of a text.
func linesOf(text string, from, to int) []int {
	lines := []int{from}
	for i := from; i < to; i++ {
		if text[i] == '\n' || text[i] == '\r' && (i+1 >= to || text[i+1] != '\n') {
			lines = append(lines, i+1)
		}
	}
	return lines
}

// offset is where a node begins, -1 if it is not there.
func (e *frontEditor) offset(n *yaml.Node) int {
	if n.Line < 1 || n.Line > len(e.lines) {
		return -1
	}
	marks := e.marksOf(n.Line)
	before := max(n.Column-1, 0)
	i := min(before/markEvery, len(marks)-1)
	at := marks[i]
	for range before - i*markEvery {
		_, size := utf8.DecodeRuneInString(e.text[at:e.to])
		at += size
	}
	return at
}

// markEvery is how many characters of a line are counted to find one of them. All of a file may stand on one line, and each of its values is looked for.
const markEvery = 64

// marksOf are the offsets in a line of its first character and of each that follows markEvery others.
func (e *frontEditor) marksOf(line int) []int {
	if marks := e.marks[line]; marks != nil {
		return marks
	}
	start, end := e.lines[line-1], e.endOf(line)
	marks := []int{start}
	for at, n := start, 1; at < end; n++ {
		_, size := utf8.DecodeRuneInString(e.text[at:end])
		if at += size; n%markEvery == 0 {
			marks = append(marks, at)
		}
	}
	if e.marks == nil {
		e.marks = map[int][]int{}
	}
	e.marks[line] = marks
	return marks
}

// endOf is where a line ends, with its end.
func (e *frontEditor) endOf(line int) int {
	if line < len(e.lines) {
		return e.lines[line]
	}
	return e.to
}

// token finds a scalar that stands on one line as it is written; ok is false for any other.
func (e *frontEditor) token(n *yaml.Node) (start, end int, ok bool) {
	start = e.offset(n)
	if start < 0 || n.Kind != yaml.ScalarNode || n.Anchor != "" || n.Style&(yaml.LiteralStyle|yaml.FoldedStyle|yaml.TaggedStyle) != 0 {
		return 0, 0, false
	}
	rest := strings.TrimRight(e.text[start:max(start, e.endOf(n.Line))], "\r\n")
	switch {
	case n.Style&yaml.SingleQuotedStyle != 0:
		end = closing(rest, '\'')
	case n.Style&yaml.DoubleQuotedStyle != 0:
		end = closing(rest, '"')
	case strings.HasPrefix(rest, n.Value):
		end = len(n.Value)
	}
	return start, start + end, end > 0
}

// closing is the length of what is quoted at the start of a text, 0 if it does not end.
func closing(s string, quote byte) int {
	if s == "" || s[0] != quote {
		return 0
	}
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quote == '"':
			i++
		case s[i] != quote:
		case quote == '\'' && i+1 < len(s) && s[i+1] == quote:
			i++
		default:
			return i + 1
		}
	}
	return 0
}

// span is where a member stands, without the comments above the next one. ok is false if members do not stand below each other.
func (e *frontEditor) span(i int) (start, end int, ok bool) {
	key, line := e.members[i], len(e.lines)-1
	if key.Column != 1 || key.Line < 1 || key.Line > len(e.lines) {
		return 0, 0, false
	}
	start, end = e.lines[key.Line-1], e.to
	if i+2 < len(e.members) {
		next := e.members[i+2]
		if next.Column != 1 || next.Line <= key.Line || next.Line > len(e.lines) {
			return 0, 0, false
		}
		line = next.Line - 1
		end = e.lines[line]
	}
	if _, _, ok := e.token(key); !ok {
		return 0, 0, false
	}
	for ; line > 0 && e.lines[line-1] > start; line-- {
		if bare := strings.TrimSpace(e.text[e.lines[line-1]:end]); bare != "" && !strings.HasPrefix(e.text[e.lines[line-1]:], "#") {
			break
		}
		end = e.lines[line-1]
	}
	return start, end, true
}

// set changes the answer that a member holds and reports whether it could; "" takes the member out.
func (e *frontEditor) set(i int, answer string) bool {
	if e.json != nil {
		return e.json.set(i/2, answer)
	}
	start, end, ok := e.span(i)
	if !ok {
		return false
	}
	v := e.members[i+1]
	if anchored(v) {
		e.freed(i, len(e.text))
	}
	switch {
	case answer == "":
		e.splices = append(e.splices, splice{start, end, ""})
		return true
	case e.onLine(v, answer), v.Kind == yaml.SequenceNode && e.list(v, strings.Split(answer, "\n")), e.rewrite(i, answer), e.literal(i, answer), e.folded(i, answer):
		return true
	}
	e.replace(i, start, end, e.written(v, answer))
	return true
}

// onLine changes a scalar on one line into another, and reports whether both are.
func (e *frontEditor) onLine(v *yaml.Node, answer string) bool {
	from, to, ok := e.token(v)
	if ok = ok && !strings.Contains(answer, "\n"); ok {
		e.splices = append(e.splices, splice{from, to, yamlToken(answer, v)})
	}
	return ok
}

// replace writes the value of a member anew.
func (e *frontEditor) replace(i, start, end int, value string) {
	_, keyEnd, _ := e.token(e.members[i])
	comment := ""
	for _, n := range e.members[i : i+2] {
		if n.LineComment != "" && !strings.Contains(n.LineComment, "\n") {
			comment = " " + n.LineComment
		}
	}
	first, rest, more := strings.Cut(value, "\n")
	if first != "" {
		first = " " + first
	}
	text := e.text[start:keyEnd] + ":" + first + comment
	if more {
		text += "\n" + rest
	}
	e.splices = append(e.splices, splice{start, end, strings.ReplaceAll(text, "\n", e.newline) + e.newline})
}

// written is a value as it stands behind a name and a colon.
func (e *frontEditor) written(v *yaml.Node, answer string) string {
	if v.Kind == yaml.SequenceNode && simple(v) {
		var b strings.Builder
		for _, item := range strings.Split(answer, "\n") {
			b.WriteString("\n- " + yamlScalar(item, 0))
		}
		return b.String()
	}
	if v.Kind != yaml.ScalarNode {
		if documents, err := readYAML(answer); err == nil && len(documents) == 1 && documents[0].Content[0].Kind != yaml.ScalarNode {
			return "\n  " + strings.ReplaceAll(answer, "\n", "\n  ")
		}
	}
	if strings.Contains(answer, "\n") {
		if block := yamlBlock(answer); block != "" {
			return block
		}
		return yamlScalar(answer, '"')
	}
	return yamlScalar(answer, 0)
}
