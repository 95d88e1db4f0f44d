package format

import (
	"regexp"
	"strings"
)

var (
	webPage  = regexp.MustCompile(`(?i)<(?:!doctype|html|head|body|script)\b`)
	linkOnly = regexp.MustCompile(`^\[(?:!\[|[^\[\]{}",]*\]\()`) // a picture with a link, or a link
)

// headedText reports whether a text that begins with something else than a heading is a README all the same: a logo, a badge, a comment or a sentence
// stands above its first heading. Where the text could be JSON, YAML, a program or a web page, what is wrong in it is to be told instead.
func headedText(text string) bool {
	start := strings.TrimSpace(text)
	switch {
	case start == "" || strings.HasPrefix(start, "#!") || strings.IndexByte(`{"`, start[0]) >= 0:
		return false
	case start[0] == '[' && !linkOnly.MatchString(start) || start[0] == '<' && webPage.MatchString(start):
		return false
	case yamlText(start) && looksLikeYAML(start):
		return false
	}
	first, _, _ := strings.Cut(start, "\n")
	return !yamlName(first) && len(parts(text, 0)) > 1
}

// yamlName reports whether a line names a value as files do, not as a sentence does.
func yamlName(line string) bool {
	name, _, named := strings.Cut(line, ":")
	return named && plainName.MatchString(name) && yamlStart.MatchString(line)
}
