package format

import (
	"regexp"
	"strings"

	"cardstock/card"
)

// A line of an answer is a line wherever Cardstock shows it, and so are the parts of an answer that came from a list; in a README two lines of prose
// run together. There each ends with a backslash, and the comment that names the question says so, so that they come back without.

// linesMark stands in that comment behind the key.
const linesMark = " lines"

// blockLine begins with what Markdown does not take for prose that goes on.
var blockLine = regexp.MustCompile(`^(?:\s|[-*+]\s|[>#|=]|---|\*\*\*|___|[0-9]+[.)]\s|$)`)

// runOn reports whether lines of an answer would run together, and can be kept apart.
func runOn(f *card.Field) bool {
	if f.Kind != card.Text {
		return false
	}
	lines := strings.Split(strings.TrimRight(f.Answer, "\n"), "\n")
	runs := false
	for i, line := range lines {
		if strings.HasSuffix(line, `\`) || strings.HasPrefix(line, "```") || strings.HasPrefix(line, "~~~") || strings.HasPrefix(line, "<") {
			return false
		}
		runs = runs || joinsNext(lines, i)
	}
	return runs
}

// joinsNext reports whether a line and the next are prose, and nothing ends the first.
func joinsNext(lines []string, i int) bool {
	return i+1 < len(lines) && !blockLine.MatchString(lines[i]) && !blockLine.MatchString(lines[i+1]) && !strings.HasSuffix(lines[i], "  ")
}

// keptApart ends the lines of an answer that would run together.
func keptApart(answer string) string {
	lines := strings.Split(answer, "\n")
	out := make([]string, len(lines))
	for i, line := range lines {
		if out[i] = line; joinsNext(lines, i) {
			out[i] += `\`
		}
	}
	return strings.Join(out, "\n")
}

// runTogether undoes keptApart.
func runTogether(text string) string { return strings.ReplaceAll(text, "\\\n", "\n") }
