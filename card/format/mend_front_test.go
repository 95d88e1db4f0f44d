package format

import (
	"slices"
	"strings"
	"testing"

	"cardstock/card"
)

// TestReadmeThatBeginsWithAName: a first line with a colon makes no YAML of a text that is none. Front matter without its first line is repaired, which
// is told; what a text says of itself in its first line is its heading.
func TestReadmeThatBeginsWithAName(t *testing.T) {
	const note = "The front matter has no --- at its beginning. It is read as if one stood before it; the file gets one when an answer is edited."
	for _, tt := range []struct {
		file, name string
		kind       card.Kind
		mended     bool
		key, said  string
	}{
		{"license: mit\n---\n# Peas\n\nGreen.\n\n## Uses\n\nTo eat.\n", "Peas", card.Model, true, "model_details.license", "mit"},
		{"license: mit\ntags:\n- a\n---\n# Peas\n\nGreen.\n\n## Uses\n\nTo eat.\n", "Peas", card.Model, true, "intended_use.primary_uses", "To eat."},
		{"Title: Peas\n===========\n\nGreen.\n\n## Uses\n\nTo eat.\n", "Title: Peas", card.Model, false, "intended_use.primary_uses", "To eat."},
		{"Datasheet: Peas\n\nAuthor: Ann\nDate: 1 May\n\nMotivation\nThe questions below.\n1. Why? To eat.\n", "Peas", card.Datasheet, false, "readme.entry", "Author: Ann\nDate: 1 May\n\nMotivation\nThe questions below.\n1. Why? To eat."},
		{"\nModel Card for Peas\n\nGreen they are.\n", "Peas", card.Model, false, "readme.entry", "Green they are."},
	} {
		for _, newline := range []string{"\n", "\r\n"} {
			file := strings.ReplaceAll(tt.file, "\n", newline)
			r, err := ReadAs(templates(t), []byte(file), "hub")
			if err != nil {
				t.Errorf("%q: %v", file, err)
				continue
			}
			name := "model_details.name"
			if tt.kind == card.Datasheet {
				name = "motivation.name"
			}
			if r.Card.Kind != tt.kind || answer(t, r.Card, name) != tt.name || answer(t, r.Card, tt.key) != tt.said || slices.Contains(r.Notes, note) != tt.mended {
				t.Errorf("%q: %s %q %q, %q", file, r.Card.Kind, answer(t, r.Card, name), answer(t, r.Card, tt.key), r.Notes)
				continue
			}
			if out := returned(t, r.Card, []byte(file), r.As); string(out.Data) != file {
				t.Errorf("untouched it is %q", out.Data)
			}
			want := strings.Replace(file, strings.TrimPrefix(tt.name, "Title: "), "Beans", 1)
			if tt.mended {
				want = "---" + newline + want
			}
			f, _ := r.Card.Field(name)
			f.Answer = strings.Replace(tt.name, "Peas", "Beans", 1)
			if out := returned(t, r.Card, []byte(file), r.As); string(out.Data) != want {
				t.Errorf("edited it is %q", out.Data)
			}
			if f.Answer = ""; tt.kind == card.Datasheet {
				if out := returned(t, r.Card, []byte(file), r.As); string(out.Data) != strings.Replace(file, ": Peas", "", 1) {
					t.Errorf("without a name it is %q", out.Data)
				}
			}
		}
	}
	for _, file := range []string{"name: a\n---\n# the second part\nlicense: mit\n", "name: a\n---\nname: b\n", "Model card for peas is a text.\n\nWords.\n", "name: [a\nother: b\n"} {
		if r, err := Read(templates(t), []byte(file)); err == nil && r.Format == hubFormat {
			t.Errorf("%q is a README", file)
		}
	}
}
