package format

import (
	"sort"
	"strings"
)

// The lines below a question in bold print may be indented, as parts of a list. The answer has them without that; code that begins at the margin
// keeps its own indents.

// widest is the indent of a part of a list, in spaces, where others of its lines have a tab. Where they have spaces it is as many: more are of a list or of
// code in the answer.
const widest = 4

// flush is the code in the text of a part whose lines are indented that is not.
func (p *part) flush(raw string) (found []aside) {
	if p.indent == "" {
		return nil
	}
	all, _ := asides(raw)
	for _, a := range all {
		if !a.comment && raw[a.start] != ' ' && raw[a.start] != '\t' {
			found = append(found, a)
		}
	}
	return found
}

// covers reports whether an offset is in one of some stretches, which stand in their order.
func covers(stretches []aside, at int) bool {
	i := sort.Search(len(stretches), func(i int) bool { return stretches[i].end > at })
	return i < len(stretches) && stretches[i].start <= at
}

// inside is the offset of the first byte of a line behind the indent of the part's lines; that of another byte is the same.
func (p *part) inside(raw string, i int, flush []aside) int {
	switch {
	case p.indent == "" || !beginsLine(raw, i) || covers(flush, i):
		return i
	case raw[i] == '\t':
		return i + 1
	}
	most := widest
	if p.indent != "\t" {
		most = len(p.indent)
	}
	line := raw[i:min(i+most, len(raw))]
	return i + len(line) - len(strings.TrimLeft(line, " "))
}

// beginsLine reports whether a line that is not the first begins at an offset.
func beginsLine(text string, at int) bool {
	return at > 0 && (text[at-1] == '\n' || text[at-1] == '\r')
}

// indented is a splice of a part whose lines are indented: so are those that it puts in.
func (p *part) indented(readme string, start, end int, text string) (int, int, string) {
	raw := readme[p.textAt:p.end]
	if covers(p.flush(raw), start-p.textAt) {
		return start, end, text
	}
	lineAt := func(at int) int {
		if line := len(strings.TrimRight(raw[:at-p.textAt], " \t")); beginsLine(raw, line) {
			return p.textAt + line
		}
		return at
	}
	inserts := start == end
	if text == "" {
		end = lineAt(end)
	}
	indent := p.indent
	if line := lineAt(start); line < start { // as what stands there, without what begins deeper
		from := p.textAt + p.inside(raw, line-p.textAt, nil)
		if start = line; from > line {
			indent = readme[line:from]
		}
	}
	lines := strings.Split(newlines.Replace(text), "\n")
	for i, line := range lines {
		if line != "" && (i > 0 || beginsLine(raw, start-p.textAt)) {
			lines[i] = indent + line
		}
	}
	if last := len(lines) - 1; inserts && end > start && lines[last] == "" { // what follows is still to be indented
		lines[last] = indent
	}
	return start, end, strings.Join(lines, "\n")
}
