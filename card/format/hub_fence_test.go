package format

import (
	"strings"
	"testing"
)

// TestAnAnswerDoesNotSwallowTheNext: code that an edited answer begins and does not end makes code of all headings below it, so that their
// answers would be read as part of this one.
func TestAnAnswerDoesNotSwallowTheNext(t *testing.T) {
	file := "# Peas\n\nIntro.\n\n## Uses\n\nTo eat.\n\n## Limitations\n\nGreen.\n\n## Citation\n\nNone yet but soon.\n"
	for _, answer := range []string{"```\ncode", "To eat.\n~~~\nx", "To eat.\n```py\nx\n```\n```"} {
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
