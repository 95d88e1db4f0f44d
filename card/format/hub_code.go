package format

import (
	"regexp"
	"slices"
	"strings"

	"cardstock/card"
)

// An answer that is code without marks around it, as a file of JSON or YAML has it, would be headings where its comments begin with a #. It is shown between
// marks, and stands so in a README, where the comment that names the question says that they are not of the answer.

// codeMark stands in that comment behind the key.
const codeMark = " code"

var (
	codeComment = regexp.MustCompile(`^#{1,6}\s`)
	codeBegins  = regexp.MustCompile(`^(?:import \w|from [\w.]+ import |def \w+\(|class \w+.*:$|(?:!|\$ )?(?:pip3?|conda|git|python3?|curl|wget|docker) \w|[\w.]+(?:, ?[\w.]+)* ?=[^=]|[\w.]+\()`)
	codeGoesOn  = regexp.MustCompile(`^(?:#|\s|[)\]}]|(?:if|elif|for|while|with|except) .*:$|(?:try|else|finally):$|return\b|@\w|$)`)
	codeFence   = regexp.MustCompile("(?m)^ {0,3}(?:```|~~~)")
)

// prosePart is what Markdown has and code has not: a link, words in bold print, a sentence, or a value with words behind it.
var (
	prosePart  = regexp.MustCompile(`\]\(|\*\*\w[^*\n]*\w\*\*|(?m:[a-z*)]\.$)`)
	valueWords = regexp.MustCompile(`(?m)^[\w.]+ ?= ?[^\s("'\[{]+ +([A-Za-z]+)\b`)
	codeWords  = []string{"if", "else", "for", "in", "and", "or", "not", "is", "lambda", "await", "new"}
)

// isProse reports whether a text has what no code has.
func isProse(text string) bool {
	return prosePart.MatchString(text) || slices.ContainsFunc(valueWords.FindAllStringSubmatch(text, -1), func(m []string) bool { return !slices.Contains(codeWords, m[1]) })
}

// plainCode reports whether all lines of a text are code, and one of them would be a heading.
func plainCode(text string) bool {
	code, comment := false, false
	for line := range strings.SplitSeq(text, "\n") {
		begins := codeBegins.MatchString(line)
		if !begins && !codeGoesOn.MatchString(line) {
			return false
		}
		code, comment = code || begins, comment || codeComment.MatchString(line)
	}
	return code && comment && !codeFence.MatchString(text) && !isProse(text)
}

// betweenMarks is a text as code of Markdown.
func betweenMarks(text string) string {
	marks := "```"
	for strings.Contains(text, marks) {
		marks += "`"
	}
	return marks + "\n" + text + "\n" + marks
}

// withoutMarksOfCode undoes betweenMarks; a text that has no such marks any more stays.
func withoutMarksOfCode(text string) string {
	first, rest, _ := strings.Cut(text, "\n")
	bare, ok := strings.CutSuffix(rest, "\n"+first)
	if !ok || len(first) < 3 || strings.Trim(first, "`") != "" {
		return text
	}
	return bare
}

// drawnText is an answer as the Markdown that its readers see.
func drawnText(f *card.Field) string {
	if f.Kind == card.Text && plainCode(f.Answer) {
		return betweenMarks(strings.Trim(f.Answer, "\n"))
	}
	return f.Answer
}
