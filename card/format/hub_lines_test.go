package format

import (
	"strings"
	"testing"
)

// TestLinesOfAReadme: lines of an answer that would run together in a README are kept apart there, and come back as they were; so they do after an
// edit, and where an answer has backslashes, code or blocks of its own it is left as it is.
func TestLinesOfAReadme(t *testing.T) {
	for _, tt := range []struct{ answer, written string }{
		{"Cooks\nGuests\nall others", "Cooks\\\nGuests\\\nall others"},
		{"Cooks:\n- one\n- two\n\nAnd\nmore", "Cooks:\n- one\n- two\n\nAnd\\\nmore"},
		{"**Bold** of\none", "**Bold** of\\\none"},
		{"One\n\nTwo", "One\n\nTwo"},
		{"One  \nTwo", "One  \nTwo"},
		{"One\\\nTwo\nThree", "One\\\nTwo\nThree"},
		{"Code\nof\n```\na\nb\n```", "Code\nof\n```\na\nb\n```"},
		{"<div>\na\nb", "<div>\na\nb"},
		{"| a | b |\n|---|---|\n| c | d |", "| a | b |\n|---|---|\n| c | d |"},
	} {
		c := templates(t).Get("model").New()
		f, _ := c.Field("intended_use.primary_users")
		f.Answer = tt.answer
		data := encode(t, ".md", c)
		if !strings.Contains(string(data), "\n\n"+tt.written+"\n") {
			t.Errorf("%q is written as\n%s", tt.answer, data)
		}
		r := read(t, data)
		if got := answer(t, r.Card, "intended_use.primary_users"); got != tt.answer {
			t.Errorf("%q comes back as %q", tt.answer, got)
		}
		for _, edit := range []string{"New\n" + tt.answer, tt.answer + "\nNew", strings.Replace(tt.answer, "o", "\\\n", 1)} {
			f, _ := r.Card.Field("intended_use.primary_users")
			f.Answer = edit
			out := returned(t, r.Card, data, r.As)
			if got := answer(t, read(t, out.Data).Card, "intended_use.primary_users"); got != strings.TrimSpace(edit) {
				t.Errorf("%q comes back as %q in\n%s", edit, got, out.Data)
			}
		}
	}
}
