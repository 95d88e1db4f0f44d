package format

import (
	"strings"
	"testing"
)

// TestFoldedTextStaysFolded: an edit of a text that stands folded (>) changes the lines that it is on, in a card of YAML and in the front matter of a README.
func TestFoldedTextStaysFolded(t *testing.T) {
	const (
		text = "Green and\n  round peas # no comment\n  of the garden.\n\n  They are\n  small.\n"
		was  = "Green and round peas # no comment of the garden.\nThey are small."
	)
	for _, u := range []upkeep{
		{"a word", "", map[string]string{"": strings.Replace(was, "round", "flat", 1)}, "round peas", "flat peas"},
		{"a word at an end", "", map[string]string{"": strings.Replace(was, "small.", "small and green.", 1)}, "small.", "small and green."},
		{"two paragraphs", "", map[string]string{"": strings.NewReplacer("round", "flat", "small", "large").Replace(was)}, "round peas # no comment\n  of the garden.\n\n  They are\n  small.", "flat peas # no comment\n  of the garden.\n\n  They are\n  large."},
		{"a paragraph more", "", map[string]string{"": was + "\nThey roll."}, "small.\n", "small.\n\n  They roll.\n"},
		{"one in front", "", map[string]string{"": "New.\n" + was}, "Green and\n", "New.\n\n  Green and\n"},
		{"one between", "", map[string]string{"": strings.Replace(was, "\n", "\n\nNew.\n", 1)}, "garden.\n\n", "garden.\n\n\n  New.\n\n"},
		{"one less", "", map[string]string{"": "They are small."}, "Green and\n  round peas # no comment\n  of the garden.\n\n  ", ""},
		{"a line less", "", map[string]string{"": strings.Replace(was, "round peas # no comment ", "", 1)}, "round peas # no comment\n  ", ""},
	} {
		for _, head := range []string{">-", ">"} {
			for file, key := range map[string]string{
				"name: P\nabout: " + head + "\n  " + text + "last: x # y\n":                               "json.about",
				"---\nlicense: mit\nabout: " + head + "\n  " + text + "last: x # y\n---\n# P\n\nGreen.\n": "hub.about",
			} {
				for _, end := range []string{"\n", "\r\n"} {
					one := upkeep{u.name + " " + head + " " + key, strings.ReplaceAll(file, "\n", end), map[string]string{key: u.edit[""]}, strings.ReplaceAll(u.was, "\n", end), strings.ReplaceAll(u.is, "\n", end)}
					one.check(t)
				}
			}
		}
	}
}
