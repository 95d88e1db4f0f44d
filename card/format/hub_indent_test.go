package format

import (
	"strings"
	"testing"
)

// TestIndentOfAnswers: of each line of an answer below a question in bold print as many spaces are taken as its first line has; those of lists and code in
// it stay.
func TestIndentOfAnswers(t *testing.T) {
	for _, indent := range []string{" ", "  ", "   ", "    ", "\t"} {
		file := "# Datasheet for Peas\n\n## Motivation\n\n1. **For what purpose was the dataset created?**\n\n" + indent + "- Speech\n" + indent + "  - English\n" + indent + "    - British\n" + indent + "- Text\n\n" +
			"2. **Who funded the creation of the dataset?**\n\n" + indent + "Us:\n\n" + indent + "```python\n" + indent + "def f():\n" + indent + "    return 1\n" + indent + "```\n"
		r := read(t, []byte(file))
		for key, want := range map[string]string{"motivation.purpose": "- Speech\n  - English\n    - British\n- Text", "motivation.funding": "Us:\n\n```python\ndef f():\n    return 1\n```"} {
			if got := answer(t, r.Card, key); got != want {
				t.Errorf("indented with %q, %s is %q, want %q", indent, key, got, want)
			}
		}
	}
}

// TestEditsOfIndentedCode: an edit of an answer that begins deeper than its part reads back as the card says it; where it could not, it stands below the README.
func TestEditsOfIndentedCode(t *testing.T) {
	for _, tt := range []struct {
		answer, words string
		below         bool
	}{
		{"\n\n        make data\n", "- one\n- two\n\nAnd more.", false},
		{"\n\n        make data\n", "So:\n\nmake data", false},
		{"\n\n        make data\n        make more\n", "make all\n    make more", false},
		{"\n\n      make data\n", "```\nmake\n  more\n```", false},
		{"\n\n  One.\n", "```\nmake\n  more\n```", false},
		{"\n\n\tOne.\n", "Two:\n\n- a\n    - b", false},
		{" So:\n\n  make data\n", "So:\n\n    make more", true},
	} {
		for _, newline := range []string{"\n", "\r\n"} {
			file := strings.ReplaceAll("# Datasheet for Peas\n\n## Motivation\n\n1. **For what purpose was the dataset created?**"+tt.answer+"\n2. **Any other comments?**\n\n    None.\n", "\n", newline)
			r := read(t, []byte(file))
			f, _ := r.Card.Field("motivation.purpose")
			f.Answer = tt.words
			out := returned(t, r.Card, []byte(file), r.As)
			again := read(t, out.Data)
			if got := answer(t, again.Card, "motivation.purpose"); out.Anew || got != tt.words || strings.Contains(string(out.Data), "<!-- cardstock:motivation.purpose") != tt.below {
				t.Errorf("%q to %q: anew %v, is %q\n%s", tt.answer, tt.words, out.Anew, got, out.Data)
			}
			if got := answer(t, again.Card, "motivation.comments"); got != "None." {
				t.Errorf("%q to %q: the next is %q", tt.answer, tt.words, got)
			}
		}
	}
}
