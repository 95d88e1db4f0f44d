package format

import (
	"strings"
	"testing"
)

// TestHeadingsOfReadme: new words of a question or of the card stand in their heading, be there a # at their end, and the introduction has none.
func TestHeadingsOfReadme(t *testing.T) {
	const file = "# Peas\n\nGreen.\n\n## Big\n\nx\n\n## Small ##\n\ny\n"
	for _, tt := range []struct {
		name, label, words string // of the question with that label; "" is the name of the card
		was, is            string
	}{
		{"the introduction", "Introduction", "Overview", "", ""},
		{"a name with a mark", "", "Learn C #", "# Peas\n", "# Learn C # #\n"},
		{"a question with a mark", "Big", "About C #", "## Big\n", "## About C # #\n"},
		{"a heading that is closed", "Small", "About C #", "## Small ##\n", "## About C # ##\n"},
	} {
		r := read(t, []byte(file))
		c := r.Card.Clone()
		for i := range c.Sections {
			for j := range c.Sections[i].Fields {
				f := &c.Sections[i].Fields[j]
				switch {
				case tt.label == "" && f.Key == "model_details.name":
					f.Answer = tt.words
				case tt.label != "" && f.Label == tt.label:
					f.Label = tt.words
				}
			}
		}
		out := returned(t, c, []byte(file), r.As)
		if want := strings.Replace(file, tt.was, tt.is, 1); out.Anew || string(out.Data) != want || (out.Note == noteNames) != (tt.label == "Introduction") {
			t.Errorf("%s: anew %v\n got %q\nwant %q", tt.name, out.Anew, out.Data, want)
		}
		if tt.was != "" {
			same(t, read(t, out.Data).Card, c)
		}
	}
	c := templates(t).Get("model").New()
	c.Title = "Peas"
	data := encode(t, ".md", c)
	r := read(t, data)
	r.Card.Title = "Peas #"
	out := returned(t, r.Card, data, r.As)
	if again := read(t, out.Data).Card; out.Anew || again.Title != "Peas #" {
		t.Errorf("anew %v, title %q in\n%s", out.Anew, again.Title, out.Data)
	}
}
