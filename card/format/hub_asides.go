package format

import (
	"strings"

	"cardstock/card"
)

// An aside is a stretch of a README in which Markdown means nothing: a comment, or code between fences.
type aside struct {
	start, end int
	comment    bool
}

// asides finds the comments and the code of a text in one pass, each outside of the other. open says that code has no end and goes on
// to that of the text; a comment without an end is none.
func asides(s string) (found []aside, open bool) {
	if !strings.Contains(s, "<!--") && !strings.Contains(s, "```") && !strings.Contains(s, "~~~") {
		return nil, false
	}
	fence, fenceAt, ends := "", 0, true
	for at := 0; at < len(s); {
		end := lineEnd(s, at)
		was := fence
		fence = fenceAfter(was, strings.TrimSpace(s[at:end]))
		switch {
		case was == "" && fence != "":
			fenceAt = at
		case was != "" && fence == "":
			found = append(found, aside{fenceAt, end, false})
		case was == "":
			for from := at; ends; {
				start := strings.Index(s[from:end], "<!--")
				if start < 0 {
					break
				}
				start += from
				length := strings.Index(s[start+len("<!--"):], "-->")
				if ends = length >= 0; ends {
					from = start + len("<!--") + length + len("-->")
					found = append(found, aside{start, from, true})
					end = max(end, lineEnd(s, from))
				}
			}
		}
		at = end + 1
	}
	if fence != "" {
		found = append(found, aside{fenceAt, len(s), false})
	}
	return found, fence != ""
}

// lineEnd is where the line ends that an offset is in.
func lineEnd(s string, at int) int {
	if i := strings.IndexAny(s[at:], "\r\n"); i >= 0 {
		return at + i
	}
	return len(s)
}

// fenceAfter is the fence that is open behind a line: "" for none. What follows one of backticks holds no other, or it is code within a line; one ends
// with a line of as many of its characters or more, and nothing else.
func fenceAfter(fence, bare string) string {
	if fence == "" && !strings.HasPrefix(bare, "```") && !strings.HasPrefix(bare, "~~~") {
		return ""
	}
	rest := strings.TrimLeft(bare, bare[:min(len(bare), 1)])
	run := bare[:len(bare)-len(rest)]
	switch {
	case fence != "" && rest == "" && strings.HasPrefix(run, fence):
		return ""
	case fence == "" && (bare[0] == '~' || !strings.Contains(rest, "`")):
		return run
	}
	return fence
}

// commentsOf finds the comments of a text.
func commentsOf(s string) (found []aside) {
	if !strings.Contains(s, "<!--") {
		return nil
	}
	all, _ := asides(s)
	for _, a := range all {
		if a.comment {
			found = append(found, a)
		}
	}
	return found
}

// swallows reports whether an answer begins code and does not end it, and would stand above headings that are then read as code.
func (w *hubWriter) swallows(f *card.Field) bool {
	for _, c := range w.claims[f.Key] {
		if c.part != nil && c.part.key != "" {
			return false
		}
	}
	_, open := asides(f.Answer)
	return open
}
