package format

import (
	"strings"
	"testing"

	"cardstock/card"
)

// TestNameInTheHeading: the heading of a page says what it is, and of what. The name is what it is of; an edit stands in place of that alone, and without a
// name the heading still says what the page is.
func TestNameInTheHeading(t *testing.T) {
	for _, tt := range []struct{ heading, name, edited, emptied string }{
		{"Model Card", "", "Model Card: Beans", ""},
		{"Dataset Card", "", "Dataset Card: Beans", ""},
		{"", "", "Beans", ""},
		{"Peas", "Peas", "Beans", ""},
		{"Model card: Peas", "Peas", "Model card: Beans", "Model card"},
		{"Model Card — Peas", "Peas", "Model Card — Beans", "Model Card"},
		{"Model Card - Peas", "Peas", "Model Card - Beans", "Model Card"},
		{"Model Card for Peas", "Peas", "Model Card for Beans", "Model Card"},
		{"Peas Model Card", "Peas", "Beans Model Card", "Model Card"},
		{"Peas: Model Card", "Peas", "Beans: Model Card", "Model Card"},
		{"Peas (model card)", "Peas", "Beans (model card)", "model card"},
		{"Data Card: Peas", "Peas", "Data Card: Beans", "Data Card"},
		{"Dataset Card: Peas", "Peas", "Dataset Card: Beans", "Dataset Card"},
		{"Datasheet: Peas", "Peas", "Datasheet: Beans", "Datasheet"},
		{"Peas-model card-games", "Peas-model card-games", "Beans", ""},
		{"Modelcard", "Modelcard", "Beans", ""},
	} {
		file := "# " + tt.heading + "\n\nGreen.\n\n# Uses\n\nTo eat.\n"
		with := func(heading string) string { return strings.Replace(file, "# "+tt.heading, "# "+heading, 1) }
		r := read(t, []byte(file))
		key, kind := "model_details.name", card.Model
		if strings.Contains(tt.heading, "Data") {
			key, kind = "motivation.name", card.Datasheet
		}
		if got := answer(t, r.Card, key); got != tt.name || r.Card.Kind != kind {
			t.Errorf("%q is a %s called %q", tt.heading, r.Card.Kind, got)
			continue
		}
		if entry, _ := r.Card.Field("readme.entry"); entry == nil || entry.Answer != "Green." || entry.Label != "Introduction" {
			t.Errorf("%q: %+v", tt.heading, entry)
		}
		f, _ := r.Card.Field(key)
		for name, want := range map[string]string{"Beans": tt.edited, "": tt.emptied, "Beans Model Card": ""} {
			if f.Answer = name; name == tt.name {
				continue
			}
			out := returned(t, r.Card, []byte(file), r.As)
			if again, err := ReadAs(templates(t), out.Data, asKind(templates(t), out.Data, r.As, kind)); err != nil || answer(t, again.Card, key) != name {
				t.Errorf("%q called %q is read again otherwise: %q, %v", tt.heading, name, out.Data, err)
			}
			if name != "Beans Model Card" && string(out.Data) != with(want) {
				t.Errorf("%q called %q is %q", tt.heading, name, out.Data)
			}
		}
	}
}

// TestNumberedHeadings: a number before the words of a heading changes nothing of what it asks, and stays in the file.
func TestNumberedHeadings(t *testing.T) {
	for _, number := range []string{"", "2. ", "10. ", "3) ", "IV. ", "2.1 ", "1.2.3. ", "(4) ", "B. ", "7 "} {
		file := "# Peas\n\n## " + number + "Intended Use\n\nTo eat.\n\n## " + number + "Limitations\n\nGreen.\n\n## " + number + "Colours\n\nFew.\n"
		r := read(t, []byte(file))
		if answer(t, r.Card, "intended_use.primary_uses") != "To eat." || answer(t, r.Card, "caveats.limitations") != "Green." {
			t.Errorf("%q: %+v", number, r.Card.Section("readme"))
		}
		if f, _ := r.Card.Field("readme.entry"); f == nil || f.Label != number+"Colours" {
			t.Errorf("%q: %+v", number, f)
		}
		f, _ := r.Card.Field("intended_use.primary_uses")
		f.Answer = "Soup."
		if out := returned(t, r.Card, []byte(file), r.As); string(out.Data) != strings.Replace(file, "To eat.", "Soup.", 1) {
			t.Errorf("edited it is %q", out.Data)
		}
	}
}
