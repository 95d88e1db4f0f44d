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
	code          bool   // they say that it stands between marks of code
	level         int    // of the heading, 0 for what stands before the first
	title         string
	start         int    // of the heading, or of the comment that names the question
	titleAt, upTo int    // the title
	underlined    bool   // the heading is a line with another of = or - below it
	asked         bool   // the title is a question in bold print
	hinted        int    // how many texts behind it are no answer
	indent        string // of the lines below such a question
	textAt, end   int    // what stands below the heading, the end of the heading's line first
}

// parts cuts a body at its headings, outside of code and comments. From the first comment that names a question on it is one of our own exports,
// which is cut at its comments, for an answer may hold headings too.
func parts(text string, from int) []part {
	all := []part{{start: from, textAt: from}}
	under := underline{}
	key, comment := "", -1
	own, mark := false, ""
	begun := false // something stands above
	hidden, _ := asides(text[from:ownFrom(text, from)])
	for at := from; at < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
			end = at + i
		}
		line := strings.TrimSuffix(text[at:end], "\r")
		for len(hidden) > 0 && from+hidden[0].end <= at {
			hidden = hidden[1:]
		}
		bare := !own && (len(hidden) == 0 || at < from+hidden[0].start) // of what means nothing
		if m := keyOf(line); m != nil {
			own, key, mark, comment = true, m[1], m[2], at
		} else if !begun && bare && titleText(text, at, end) {
			all[0].end = at
			all = append(all, part{level: 1, title: strings.TrimSpace(line), start: at, titleAt: at, upTo: at + len(strings.TrimRight(line, " \t")), textAt: at + len(line)})
		} else if level, above := under.level(line, at, bare); level > 0 && len(all) < maxParts {
			p := part{level: level, title: above.title, start: above.at, titleAt: above.at, upTo: above.at + len(above.title), textAt: at + len(line), underlined: true}
			all[len(all)-1].end = p.start
			all = append(all, p)
		} else if m := headingOf(line, len(all)); m != nil && (own && key != "" || bare) {
			title := line[m[4]:m[5]]
			if strings.Trim(title, "#") == "" && strings.TrimSpace(line[m[5]:]) == "" { // they close an empty heading
				title = ""
			}
			p := part{key: key, list: mark == listMark, lines: mark == linesMark, code: mark == codeMark, level: m[3] - m[2], title: title, start: at,
				titleAt: at + m[4], upTo: at + m[5], textAt: at + len(line)}
			if key != "" && strings.Count(strings.TrimSpace(text[comment:at]), "\n") == 0 {
				p.start = comment
			}
			all[len(all)-1].end = p.start
			all = append(all, p)
			key = ""
		}
		begun = begun || !card.Blank(line)
		at = end + 1
	}
	all[len(all)-1].end = len(text)
	return all
}

// ownFrom is where the first comment stands that names a question; what is open above it does not reach below.
func ownFrom(text string, from int) int {
	if !strings.Contains(text[from:], "<!-- cardstock:") {
		return len(text)
	}
	for at := from; at < len(text); {
		line, _, _ := strings.Cut(text[at:], "\n")
		if keyOf(strings.TrimSuffix(line, "\r")) != nil {
			return at
		}
		at += len(line) + 1
	}
	return len(text)
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

// visible is the text of a part as an answer: without the comments that a foreign README holds, in which it tells its writer what to do.
func (p *part) visible(text string) string {
	if p.indent != "" {
		said, _ := p.mapped(text)
		return said
	}
	s := newlines.Replace(text[p.textAt:p.end])
	if p.key != "" {
		return withoutBlankLines(s)
	}
	s = strings.TrimSpace(s)
	var b strings.Builder
	at := 0
	for _, c := range commentsOf(s) {
		b.WriteString(s[at:c.start])
		at = c.end
	}
	return withoutRules(strings.TrimSpace(b.String() + s[at:]))
}

// withoutBlankLines is a text without the blank lines around it; what indents its first line is part of it.
func withoutBlankLines(s string) string {
	s = strings.TrimRightFunc(s, isSpace)
	for {
		line, rest, more := strings.Cut(s, "\n")
		if !more || !card.Blank(line) {
			return s
		}
		s = rest
	}
}

// mapped is visible with the offset in the README of each of its bytes, and of its end.
func (p *part) mapped(text string) (string, []int) {
	raw := text[p.textAt:p.end]
	var comments []aside
	if p.key == "" {
		comments = commentsOf(raw)
	}
	flush := p.flush(raw)
	var b strings.Builder
	var at []int
	for i := 0; i < len(raw); i++ {
		if len(comments) > 0 && i == comments[0].start {
			i = comments[0].end - 1
			comments = comments[1:]
			continue
		}
		if i = p.inside(raw, i, flush); i == len(raw) {
			break
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
	if p.key != "" {
		trimmed = withoutBlankLines(s)
	}
	before := len(s) - len(trimmed)
	if p.key == "" {
		trimmed = withoutRules(trimmed)
	}
	if trimmed == "" {
		return "", nil
	}
	at = at[before : before+len(trimmed)]
	return trimmed, append(at, at[len(at)-1]+1)
}
