package format

import (
	"strings"
	"testing"
)

// TestTwoHeadingsOfOneQuestion: below two headings that ask the same, a table and a text stay two paragraphs, and each edit goes below its heading.
func TestTwoHeadingsOfOneQuestion(t *testing.T) {
	const file = "# P\n\n## Evaluation\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n## Uses\n\nSoup.\n\n## Evaluation\n\nMore of it.\n"
	r := read(t, []byte(file))
	var asks string
	for _, s := range r.Card.Sections {
		for _, f := range s.Fields {
			if strings.Contains(f.Answer, "| 1 |") {
				asks = f.Key
				if f.Answer != "| a | b |\n|---|---|\n| 1 | 2 |\n\nMore of it." {
					t.Errorf("%s says %q", f.Key, f.Answer)
				}
			}
		}
	}
	for was, is := range map[string]string{"More of it.": "Less of it.", "| 1 |": "| 3 |", "More of it": "Two\n\nparagraphs"} {
		c := r.Card.Clone()
		f, _ := c.Field(asks)
		f.Answer = strings.Replace(f.Answer, was, is, 1)
		back, err := Back(t.Context(), templates(t), c, []byte(file), r.As)
		if want := strings.Replace(file, was, is, 1); err != nil || string(back.Data) != want {
			t.Errorf("%q to %q: %v\n%s", was, is, err, back.Data)
		}
	}
}

// TestIndentedAnswers: what indents the first line of an answer comes back, and where a format loses it, that is told.
func TestIndentedAnswers(t *testing.T) {
	const code = "    x = 1\n    y = 2"
	c := templates(t).Get("model").New()
	f, _ := c.Field("intended_use.primary_uses")
	f.Answer = code
	data := encode(t, ".md", c)
	r := read(t, data)
	if got := answer(t, r.Card, "intended_use.primary_uses"); got != code {
		t.Errorf("%q", got)
	}
	for _, edit := range []string{"    x = 2\n    y = 2", "\tz\n" + code, "x = 2\n    y = 2"} {
		f, _ := r.Card.Field("intended_use.primary_uses")
		f.Answer = edit
		out := returned(t, r.Card, data, r.As)
		if got := answer(t, read(t, out.Data).Card, "intended_use.primary_uses"); got != edit {
			t.Errorf("%q comes back as %q", edit, got)
		}
	}
	lost := c.Clone()
	f, _ = lost.Field("intended_use.primary_uses")
	f.Answer = "x = 1\n    y = 2"
	trimmed, _ := cardstockFormat.Encode(templates(t), lost)
	l, err := Account(t.Context(), templates(t), c, cardstockFormat, trimmed)
	if err != nil || l.Totals[Changed] != 1 {
		t.Errorf("%v, %v", l, err)
	}
}
