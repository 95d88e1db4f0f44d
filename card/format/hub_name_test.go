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
		{"📋 Model Card — Peas", "Peas", "📋 Model Card — Beans", "📋 Model Card"},
		{"Datasheet for dataset \"Peas\"", "Peas", "Datasheet for dataset \"Beans\"", "Datasheet"},
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

// TestAHeadingThatIsNoName: the title of a usual part names nothing, and neither does one after it.
func TestAHeadingThatIsNoName(t *testing.T) {
	const file = "# Model Description\n\nIt grows.\n\n## Colours\n\nFew.\n\n# Peas\n\nGreen.\n"
	r := read(t, []byte(file))
	if name := answer(t, r.Card, "model_details.name"); name != "" {
		t.Errorf("it is called %q", name)
	}
	if got := answer(t, r.Card, "model_details.type"); got != "It grows." {
		t.Errorf("its description is %q", got)
	}
	if f, _ := r.Card.Field("readme.entry"); f == nil || f.Label != "Colours" {
		t.Errorf("what stands below is %+v", f)
	}
	f, _ := r.Card.Field("model_details.name")
	f.Answer = "Peas"
	out := returned(t, r.Card, []byte(file), r.As)
	if again := read(t, out.Data); !strings.HasPrefix(string(out.Data), file) || answer(t, again.Card, "model_details.name") != "Peas" {
		t.Errorf("with a name it is %s", out.Data)
	}
	const opens = "# Overview\n\nIt grows.\n"
	for words, want := range map[string]string{"Summary": "# Summary\n\nIt grows.\n", "Peas": opens} {
		r := read(t, []byte(opens))
		f, _ := r.Card.Field("readme.entry")
		f.Label = words
		if out := returned(t, r.Card, []byte(opens), r.As); string(out.Data) != want || (out.Note == noteNames) != (want == opens) {
			t.Errorf("called %q it is %s (%s)", words, out.Data, out.Note)
		}
	}
	for _, heading := range []string{"Overview", "1. Overview", "📌 Overview", "Model Overview", "Usage", "Intended Use"} {
		if name := answer(t, read(t, []byte("# "+heading+"\n\nx\n")).Card, "model_details.name"); name != "" {
			t.Errorf("%q is called %q", heading, name)
		}
	}
}

// TestPrettyName: what the front matter of a dataset calls it is its name, unless its heading says that as well.
func TestPrettyName(t *testing.T) {
	const front = "---\npretty_name: Sweet Peas\ntask_categories:\n- a\n---\n"
	for _, tt := range []struct{ heading, name, title string }{
		{"Details", "Sweet Peas", ""}, {"Overview", "Sweet Peas", ""}, {"A corpus of flowers", "Sweet Peas", "A corpus of flowers"},
		{"sweet_peas", "sweet_peas", ""}, {"The Sweet Peas corpus", "The Sweet Peas corpus", ""}, {"Peas", "Peas", ""}, {"Dataset Card for Flowers", "Flowers", ""},
	} {
		file := front + "# " + tt.heading + "\n\nGreen.\n"
		r := read(t, []byte(file))
		if got := answer(t, r.Card, "motivation.name"); got != tt.name {
			t.Errorf("%q is called %q", tt.heading, got)
		}
		f, _ := r.Card.Field("readme.title")
		if (f != nil) != (tt.title != "") || f != nil && f.Answer != tt.title {
			t.Errorf("%q: its heading is %+v", tt.heading, f)
		}
		if tt.title == "" {
			continue
		}
		f.Answer = "Flowers"
		if out := returned(t, r.Card, []byte(file), r.As); string(out.Data) != strings.Replace(file, tt.heading, "Flowers", 1) {
			t.Errorf("with another heading it is %s", out.Data)
		}
		name, _ := r.Card.Field("motivation.name")
		name.Answer, f.Answer = "Beans", tt.title
		if out := returned(t, r.Card, []byte(file), r.As); string(out.Data) != strings.Replace(file, "Sweet Peas", "Beans", 1) {
			t.Errorf("with another name it is %s", out.Data)
		}
	}
}
