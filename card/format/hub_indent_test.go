package format

import "testing"

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
