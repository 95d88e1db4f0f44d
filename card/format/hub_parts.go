package format

import "strings"

// A part is what stands under one heading of a README, by offsets in its text.
type part struct {
	key            string // of the question, in our own exports
	level          int    // of the heading, 0 for what stands before the first
	title          string
	start          int // of the heading, or of the comment that names the question
	titleAt, upTo  int // the title
	textAt, end    int // what stands below the heading, the end of the heading's line first
	headingStarted int
}

// parts cuts a body at its headings, outside of code. From the first comment that names a question on it is one of our own exports,
// which is cut at its comments, for an answer may hold headings too.
func parts(text string, from int) []part {
	all := []part{{start: from, textAt: from, headingStarted: from}}
	fence, key, comment := "", "", -1
	own := false
	for at := from; at < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
			end = at + i
		}
		line := strings.TrimSuffix(text[at:end], "\r")
		bare := strings.TrimSpace(line)
		if m := keyComment.FindStringSubmatch(line); m != nil {
			own, key, comment = true, m[1], at
		} else if m := headingLine.FindStringSubmatchIndex(line); m != nil && (own && key != "" || !own && fence == "") {
			p := part{key: key, level: m[3] - m[2], title: line[m[4]:m[5]], start: at, headingStarted: at,
				titleAt: at + m[4], upTo: at + m[5], textAt: at + len(line)}
			if key != "" && strings.Count(strings.TrimSpace(text[comment:at]), "\n") == 0 {
				p.start = comment
			}
			all[len(all)-1].end = p.start
			all = append(all, p)
			key = ""
		} else if !own && fence == "" && (strings.HasPrefix(bare, "```") || strings.HasPrefix(bare, "~~~")) {
			fence = bare[:3]
		} else if fence != "" && strings.HasPrefix(bare, fence) {
			fence = ""
		}
		at = end + 1
	}
	all[len(all)-1].end = len(text)
	return all
}

// visible is the text of a part as an answer: without the comments that a foreign README holds, in which it tells its writer what to do.
func (p *part) visible(text string) string {
	s := strings.TrimSpace(newlines.Replace(text[p.textAt:p.end]))
	if p.key == "" {
		s = strings.TrimSpace(lineComment.ReplaceAllString(s, ""))
	}
	return s
}

// mapped is visible with the offset in the README of each of its bytes, and of its end.
func (p *part) mapped(text string) (string, []int) {
	raw := text[p.textAt:p.end]
	var comments [][]int
	if p.key == "" {
		comments = lineComment.FindAllStringIndex(raw, -1)
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
