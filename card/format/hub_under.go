package format

import (
	"regexp"
	"strings"

	"cardstock/card"
)

// A heading of Markdown may also be a line of text with a line of = or - below it, and a line of - alone is a rule between parts.

var (
	underlining = regexp.MustCompile(`^ {0,3}(?:={2,}|-{3,})[ \t]*$`)
	ruleLine    = regexp.MustCompile(`^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$`)
)

// An underline looks, line by line, for a heading in the line above: text that stands alone. Several lines above it are text with a slip as likely as a
// heading, and below what looks like the beginning of front matter stands none.
type underline struct {
	title  string // the line above, "" if it cannot be a heading
	at     int    // where that begins
	within bool   // the line above is one of text, or the like
}

// level is that of the heading which a line makes of the one above, 0 if it makes none. bare says that Markdown means something there.
func (u *underline) level(line string, at int, bare bool) (level int, above underline) {
	above = *u
	*u = underline{}
	switch {
	case above.title != "" && bare && underlining.MatchString(line):
		if strings.Contains(line, "=") {
			return 1, above
		}
		return 2, above
	case !bare || card.Blank(line) || strings.HasPrefix(line, "#"):
		return 0, above
	}
	if u.within = true; !above.within && titleLine(line) {
		u.title, u.at = strings.TrimRight(line, " \t"), at
	}
	return 0, above
}

// titleLine reports whether a line is plain text, as a heading is.
func titleLine(line string) bool {
	return !blockLine.MatchString(line) && !strings.ContainsAny(line, "|<") && fenceAfter("", line) == ""
}

// withoutRules is a text without the rules at its end: they part it from what follows.
func withoutRules(s string) string {
	for {
		end := strings.LastIndexByte(s, '\n') + 1
		if !ruleLine.MatchString(s[end:]) || end > 0 && !strings.HasSuffix(s[:end], "\n\n") || inCode(s, end) {
			return s
		}
		s = strings.TrimRightFunc(s[:end], isSpace)
	}
}

// inCode reports whether an offset of a text is in code between fences.
func inCode(s string, at int) bool {
	found, _ := asides(s)
	for _, a := range found {
		if !a.comment && a.start <= at && at < a.end {
			return true
		}
	}
	return false
}
