package format

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Front matter of which one of the lines of --- is missing, or that is none because of its indent.

// indentFront indents front matter with spaces, if it is none because of tabs, or says something else because of wide spaces.
func indentFront(text string) (string, bool) {
	start := beginsFront.FindStringIndex(text)
	if start == nil {
		return text, false
	}
	end := endsFront.FindStringIndex(text[start[1]:])
	if end == nil || end[0] > longFront {
		return text, false
	}
	front := text[start[1] : start[1]+end[0]]
	if !wideIndent.MatchString(front) || isMapping(front) && !strings.Contains(front, "\u00a0") {
		return text, false
	}
	indented := wideIndent.ReplaceAllStringFunc(front, spacesFor.Replace)
	return text[:start[1]] + indented + text[start[1]+end[0]:], isMapping(indented)
}

var (
	wideIndent  = regexp.MustCompile(`(?m)^[ \t\x{a0}]*[\t\x{a0}][ \t\x{a0}]*`)
	spacesFor   = strings.NewReplacer("\t", "  ", "\u00a0", " ")
	beginsFront = regexp.MustCompile(`^\s*---[ \t]*\r?\n`)
	endsFront   = regexp.MustCompile(`(?m)^(---|\.\.\.)[ \t]*\r?$`)
	anyHeading  = regexp.MustCompile(`(?m)^#{1,6} +\S`)
	prose       = regexp.MustCompile(`(?m)^[A-Za-z*_\[|][^:\n]*\r?$`)
)

// longFront is how much front matter is looked at for this, in bytes.
const longFront = 64 << 10

// openFrontMatter begins front matter that has an end alone, with prose and a heading below it: nothing else that is read as names and values has those.
func openFrontMatter(text string) (string, bool) {
	first, _, _ := strings.Cut(text, "\n")
	if len(first) > longFront || !yamlName(first) {
		return text, false
	}
	end := endsFront.FindStringIndex(text)
	if end == nil || end[0] > longFront || !isMapping(text[:end[0]]) {
		return text, false
	}
	rest := text[end[1]:]
	at := anyHeading.FindStringIndex(rest)
	if at == nil || !prose.MatchString(rest[at[0]:]) || isMapping(rest[:min(len(rest), longFront)]) {
		return text, false
	}
	return "---" + newlineOf(text) + text, true
}

// closeFrontMatter ends front matter that nothing ends, or nothing before a line across its body does, before the first heading with prose
// under it. Without those it may be YAML all through, where a # begins a comment.
func closeFrontMatter(text string) (string, bool) {
	start := beginsFront.FindStringIndex(text)
	if start == nil {
		return text, false
	}
	rest := text[start[1]:]
	if end := endsFront.FindStringIndex(rest); end != nil && (end[0] > longFront || isMapping(rest[:end[0]])) {
		return text, false
	}
	at := anyHeading.FindStringIndex(rest)
	if at == nil || at[0] > longFront || !prose.MatchString(rest[at[0]:]) || !isMapping(rest[:at[0]]) {
		return text, false
	}
	return text[:start[1]+at[0]] + "---\n" + rest[at[0]:], true
}

// isMapping reports whether a text is entries of YAML, or nothing.
func isMapping(text string) bool {
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(text), &root); err != nil {
		return false
	}
	return len(root.Content) == 0 || root.Content[0].Kind == yaml.MappingNode
}
