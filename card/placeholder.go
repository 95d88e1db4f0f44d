package card

import (
	"encoding/json"
	"io/fs"
	"regexp"
	"strings"
	"sync"
	"unicode"
)

// Blank reports whether there is no text at all. What is typed is kept, shown and exported as it is even where it says
// nothing; Answered is about completeness only.
func Blank(answer string) bool { return strings.TrimSpace(answer) == "" }

// Answered reports whether an answer in canonical form says anything. A placeholder does not: "TBD", "[More Information
// Needed]", "n/a" or "none" without a reason, "…", lorem ipsum, the example of a question. Of a list every item, of a
// table every cell would have to be one.
func Answered(answer string) bool { return !Blank(answer) && !placeholder(answer) }

// Answered reports whether the field has an answer. To choose is to answer, whatever the option is called.
func (f *Field) Answered() bool {
	if f.Kind == Choice {
		return !Blank(f.Answer)
	}
	return Answered(f.Answer)
}

// LongestPlaceholder is in bytes; whatever is longer was written by somebody.
const LongestPlaceholder = 1000

// placeholder reports whether a text that is not blank stands where an answer should be.
func placeholder(answer string) bool {
	if len(answer) > LongestPlaceholder {
		return false
	}
	if strings.HasPrefix(answer, "[{") {
		var rows Rows
		if json.Unmarshal([]byte(answer), &rows) == nil {
			return rows.placeholders()
		}
	}
	if example(answer) {
		return true
	}
	for line := range strings.Lines(withoutComments(answer)) {
		if !Blank(line) && !placeholderLine(line) {
			return false
		}
	}
	return true
}

func (rows Rows) placeholders() bool {
	for _, row := range rows {
		for _, cell := range row {
			if Answered(cell) {
				return false
			}
		}
	}
	return true
}

// withoutComments leaves out comments of HTML, which are how some templates say what to write.
func withoutComments(s string) string {
	for {
		before, rest, found := strings.Cut(s, "<!--")
		if !found {
			return s
		}
		_, after, _ := strings.Cut(rest, "-->")
		s = before + after
	}
}

// Unfilled reports whether a text is only what a form has where an answer should be: "[More Information Needed]", "{{ description }}". Nobody wrote it as
// an answer, as somebody may have written "none".
func Unfilled(text string) bool {
	if len(text) > LongestPlaceholder {
		return false
	}
	asks := false
	for line := range strings.Lines(withoutComments(text)) {
		of := unfilledLine(bareLine(line))
		if asks = asks || of; !of && !Blank(line) {
			return false
		}
	}
	return asks
}

// bareLine is a line in lower case, and what of it is not the marks around it.
func bareLine(line string) (all, bare string) {
	all = strings.ToLower(strings.Join(strings.Fields(line), " "))
	return all, strings.TrimFunc(all, func(r rune) bool {
		return unicode.IsPunct(r) || unicode.IsSpace(r) || strings.ContainsRune("<>|~`^+=$", r)
	})
}

func unfilledLine(line, bare string) bool {
	return unfilled[bare] || strings.HasPrefix(line, "{{") && strings.HasSuffix(line, "}}")
}

// toFill are names that a program puts where somebody is to fill something in, "TODO_FILL_CITATION", "TODO FILL IN THE CITATION", and what a form asks for
// between angle brackets, "<your name>".
var toFill = regexp.MustCompile(`^(?:TODO|TBD|FIXME)(?:_[A-Z0-9]+)+$|^(?:TODO|TBD|FIXME)[ -]+FILL(?:[ _-]+[A-Z0-9]+)*$|^<(?i:your)[ _-][\pL\pN _-]{1,60}>$`)

func placeholderLine(line string) bool {
	if toFill.MatchString(strings.Trim(line, " \t\r\n\"'`*.-[]{}()")) {
		return true
	}
	line, bare := bareLine(line)
	for _, start := range []string{"todo:", "tbd:", "fixme:", "lorem ipsum"} {
		if strings.HasPrefix(bare, start) {
			return true
		}
	}
	return bare == "" || unfilledLine(line, bare) || placeholders[bare]
}

// placeholders are lines that say nothing, in lower case and without what stands around them: dots, brackets, stars.
var placeholders = set(
	"tbd", "tba", "tbc", "todo", "to do", "to-do", "fixme", "xxx", "wip", "placeholder", "coming soon",
	"to be added", "to be announced", "to be completed", "to be confirmed", "to be decided", "to be defined",
	"to be determined", "to be done", "to be filled in", "to be written", "n/a", "n.a", "na", "n / a", "none", "nil",
	"null", "nothing", "not applicable", "not available",
)

// unfilled are those that stand in forms.
var unfilled = set(
	"more information needed", "more information is needed", "more info needed", "information needed",
	"needs more information", "fill in", "fill me in", "fill this in", "please fill in", "your text here",
	"your answer here", "add text here", "enter text here", "insert text here", "write here", "text here",
)

func set(words ...string) map[string]bool {
	is := map[string]bool{}
	for _, w := range words {
		is[w] = true
	}
	return is
}

// example reports whether a text is word for word the example of a built-in question. A few words can be anybody's own.
func example(answer string) bool {
	words := strings.Fields(answer)
	return len(words) >= exampleWords && examples()[strings.Join(words, " ")]
}

const exampleWords = 6

var examples = sync.OnceValue(func() map[string]bool {
	texts := map[string]bool{}
	files, _ := fs.Glob(embedded, "templates/*.yaml")
	for _, name := range files {
		data, _ := embedded.ReadFile(name)
		t, err := ParseTemplate(data)
		if err != nil {
			continue // LoadTemplates says so
		}
		for _, f := range t.fields {
			if words := strings.Fields(f.Example); len(words) >= exampleWords {
				texts[strings.Join(words, " ")] = true
			}
		}
	}
	return texts
})
