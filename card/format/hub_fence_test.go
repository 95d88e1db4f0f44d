package format

import (
	"strings"
	"testing"
)

// TestAnAnswerDoesNotSwallowTheNext: code or a comment that an edited answer begins and does not end makes the same of all headings below it, so that their
// answers would be read as part of this one.
func TestAnAnswerDoesNotSwallowTheNext(t *testing.T) {
	file := "# Peas\n\nIntro.\n\n## Uses\n\nTo eat.\n\n## Limitations\n\nGreen.\n\n## Citation\n\n<!-- Say how. -->\n\nNone yet but soon.\n"
	for _, answer := range []string{"```\ncode", "To eat.\n~~~\nx", "To eat.\n```py\nx\n```\n```", "````\n```", "To <!-- eat."} {
		r := read(t, []byte(file))
		c := r.Card
		for _, key := range []string{"intended_use.primary_uses", "readme.entry", "caveats.limitations"} {
			c = c.Clone()
			f, _ := c.Field(key)
			if f == nil {
				t.Fatal(key)
			}
			f.Answer = answer
			out, err := Back(t.Context(), templates(t), c, []byte(file), r.As)
			if err != nil {
				t.Fatal(err)
			}
			again := read(t, out.Data).Card
			for i := range c.Sections {
				for _, f := range c.Sections[i].Fields {
					is, _ := again.Field(f.Key)
					if f.Answered() && (is == nil || strings.TrimSpace(is.Answer) != strings.TrimSpace(f.Answer)) {
						t.Errorf("%q for %s: %s is another answer in\n%s", answer, key, f.Key, out.Data)
					}
				}
			}
		}
	}
}

// TestFencesAndComments: a heading is one outside of code and comments alone, and a comment is one outside of code; each answer can be edited, and what
// an answer does not show stays.
func TestFencesAndComments(t *testing.T) {
	const head, tail = "# Peas\n\nIntro.\n\n", "\n\n## Limitations\n\nGreen.\n"
	for name, tt := range map[string]struct{ body, uses string }{
		"code within a line":        {"```pip install m```\n\nText.", "```pip install m```\n\nText."},
		"a fence with a word":       {"```python\n# no heading\n```", "```python\n# no heading\n```"},
		"not closed by a word":      {"```\n```python\n# no heading\n```", "```\n```python\n# no heading\n```"},
		"longer fence":              {"````\n```\n# no heading\n````", "````\n```\n# no heading\n````"},
		"closed by a longer one":    {"```\n# no\n`````", "```\n# no\n`````"},
		"tildes":                    {"~~~ a`b\n```\n# no\n~~~", "~~~ a`b\n```\n# no\n~~~"},
		"no tildes by backticks":    {"```\n~~~\n# no\n```", "```\n~~~\n# no\n```"},
		"comment in code":           {"```html\n<!-- shown -->\n<p>\n```\n<!-- not shown -->\nText.", "```html\n<!-- shown -->\n<p>\n```\n\nText."},
		"heading in a comment":      {"Text.\n<!--\n# no heading\n```\n-->\nMore.", "Text.\n\nMore."},
		"comment that ends nowhere": {"Text <!-- no comment", "Text <!-- no comment"},
		"code in a comment":         {"<!-- ```\n-->\nText.", "Text."},
		"comment behind another":    {"a <!-- b --> c <!-- d\ne --> f <!-- g -->", "a  c  f"},
	} {
		for _, newline := range []string{"\n", "\r\n"} {
			file := strings.ReplaceAll(head+"## Uses\n\n"+tt.body+tail, "\n", newline)
			r := read(t, []byte(file))
			if got, rest := answer(t, r.Card, "intended_use.primary_uses"), answer(t, r.Card, "caveats.limitations"); got != tt.uses || rest != "Green." {
				t.Errorf("%s: %q, want %q; %q", name, got, tt.uses, rest)
				continue
			}
			c := r.Card.Clone()
			f, _ := c.Field("intended_use.primary_uses")
			f.Answer = "First.\n\n" + strings.ReplaceAll(f.Answer, "Text", "Words")
			out := returned(t, c, []byte(file), r.As)
			again := read(t, out.Data).Card
			if out.Anew || answer(t, again, f.Key) != f.Answer || answer(t, again, "caveats.limitations") != "Green." || strings.Count(string(out.Data), "<!--") != strings.Count(file, "<!--") {
				t.Errorf("%s, edited (anew: %v):\n%s", name, out.Anew, out.Data)
			}
		}
	}
}
