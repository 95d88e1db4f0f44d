package format

import (
	"strings"

	"cardstock/card"
)

// A part is what stands under one heading of a README, by offsets in its text.
type part struct {
	key           string // of the question, in our own exports
	list          bool   // these say that its answer is a list
	lines         bool   // they say that its lines are kept apart
	level         int    // of the heading, 0 for what stands before the first
	title         string
	start         int // of the heading, or of the comment that names the question
	titleAt, upTo int // the title
	textAt, end   int // what stands below the heading, the end of the heading's line first
}

// parts cuts a body at its headings, outside of code. From the first comment that names a question on it is one of our own exports,
// which is cut at its comments, for an answer may hold headings too.
func parts(text string, from int) []part {
	all := []part{{start: from, textAt: from}}
	fence, key, comment := "", "", -1
	own, mark := false, ""
	for at := from; at < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
			end = at + i
		}
		line := strings.TrimSuffix(text[at:end], "\r")
		bare := strings.TrimSpace(line)
		if m := keyOf(line); m != nil {
			own, key, mark, comment = true, m[1], m[2], at
		} else if m := headingOf(line, len(all)); m != nil && (own && key != "" || !own && fence == "") {
			p := part{key: key, list: mark == listMark, lines: mark == linesMark, level: m[3] - m[2], title: line[m[4]:m[5]], start: at,
				titleAt: at + m[4], upTo: at + m[5], textAt: at + len(line)}
			if key != "" && strings.Count(strings.TrimSpace(text[comment:at]), "\n") == 0 {
				p.start = comment
			}
			all[len(all)-1].end = p.start
			all = append(all, p)
			key = ""
		} else if !own || fence != "" {
			fence = fenceAfter(fence, bare)
		}
		at = end + 1
	}
	all[len(all)-1].end = len(text)
	return all
}

// fenceAfter is the fence that is open behind a line: "" for none.
func fenceAfter(fence, bare string) string {
	switch {
	case fence == "" && (strings.HasPrefix(bare, "```") || strings.HasPrefix(bare, "~~~")):
		return bare[:3]
	case fence != "" && strings.HasPrefix(bare, fence):
		return ""
	}
	return fence
}

// swallows reports whether an answer begins code and does not end it, and would stand above headings that are then read as code.
func (w *hubWriter) swallows(f *card.Field) bool {
	for _, c := range w.claims[f.Key] {
		if c.part != nil && c.part.key != "" {
			return false
		}
	}
	fence := ""
	for line := range strings.Lines(f.Answer) {
		fence = fenceAfter(fence, strings.TrimSpace(line))
	}
	return fence != ""
}

// maxParts is where a README is cut no more: no card has as many questions, and the rest of it is one answer.
const maxParts = 2 * card.MaxFields

// keyOf and headingOf look at the first character before they look closer, for a body may have a million lines.
func keyOf(line string) []string {
	if !strings.HasPrefix(line, "<!--") {
		return nil
	}
	return keyComment.FindStringSubmatch(line)
}

func headingOf(line string, parts int) []int {
	if parts >= maxParts || !strings.HasPrefix(line, "#") {
		return nil
	}
	return headingLine.FindStringSubmatchIndex(line)
}

// commentsOf finds the comments of a text, quicker than an expression does.
func commentsOf(s string) (found [][2]int) {
	for at := 0; ; {
		start := strings.Index(s[at:], "<!--")
		if start < 0 {
			return found
		}
		start += at
		end := strings.Index(s[start+len("<!--"):], "-->")
		if end < 0 {
			return found
		}
		at = start + len("<!--") + end + len("-->")
		found = append(found, [2]int{start, at})
	}
}

// visible is the text of a part as an answer: without the comments that a foreign README holds, in which it tells its writer what to do.
func (p *part) visible(text string) string {
	s := strings.TrimSpace(newlines.Replace(text[p.textAt:p.end]))
	if p.key == "" {
		var b strings.Builder
		at := 0
		for _, c := range commentsOf(s) {
			b.WriteString(s[at:c[0]])
			at = c[1]
		}
		s = strings.TrimSpace(b.String() + s[at:])
	}
	return s
}

// mapped is visible with the offset in the README of each of its bytes, and of its end.
func (p *part) mapped(text string) (string, []int) {
	raw := text[p.textAt:p.end]
	var comments [][2]int
	if p.key == "" {
		comments = commentsOf(raw)
	}
	var b strings.Builder
	var at []int
	for i := 0; i < len(raw); i++ {
		if len(comments) > 0 && i == comments[0][0] {
			i = comments[0][1] - 1
			comments = comments[1:]
			continue
		}
		c := raw[i]
		at = append(at, p.textAt+i)
		if c == '\r' {
			c = '\n'
			if i+1 < len(raw) && raw[i+1] == '\n' {
				i++
			}
		}
		b.WriteByte(c)
	}
	s := strings.TrimRightFunc(b.String(), isSpace)
	trimmed := strings.TrimLeftFunc(s, isSpace)
	if trimmed == "" {
		return "", nil
	}
	at = at[len(s)-len(trimmed) : len(s)]
	return trimmed, append(at, at[len(at)-1]+1)
}
