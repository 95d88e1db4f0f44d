package format

import (
	"strings"
	"testing"
)

// TestProseIsNoNumber: what stands under the heading of a question for a number answers that only if it is one; prose is kept where it can be edited.
func TestProseIsNoNumber(t *testing.T) {
	for text, want := range map[string]string{"12.5": "12.5", "About 9.9 kg of CO2, mostly in May.": "", "- **Hours used:** 12": "", "none": ""} {
		file := "# Peas\n\n### Environmental Impact\n\n" + text + "\n"
		r := read(t, []byte(file))
		if got := answer(t, r.Card, "energy.consumption"); got != want {
			t.Errorf("%q: the number is %q", text, got)
		}
		if want != "" || text == "none" {
			continue
		}
		f, _ := r.Card.Field("readme.entry")
		if f == nil || f.Label != "Environmental Impact" || f.Answer != text {
			t.Fatalf("%q is kept as %+v", text, f)
		}
		f.Answer = "Little."
		if out := returned(t, r.Card, []byte(file), r.As); string(out.Data) != strings.Replace(file, text, "Little.", 1) {
			t.Errorf("edited it is %s", out.Data)
		}
	}
	const two = "# Peas\n\n## Environmental Impact\n\n12\n\n# More\n\n## Environmental Impact\n\n13\n"
	r := read(t, []byte(two))
	if f, _ := r.Card.Field("readme.entry"); answer(t, r.Card, "energy.consumption") != "12" || f == nil || f.Answer != "13" {
		t.Errorf("two numbers are %q and %+v", answer(t, r.Card, "energy.consumption"), f)
	}
}

// TestOtherHeadings: usual headings, with a colon, a picture or a word in another script beside them, ask what they ask without; what asks for two things
// answers neither of two questions.
func TestOtherHeadings(t *testing.T) {
	for heading, key := range map[string]string{
		"BibTeX entry and citation info": "model_details.citation", "引用 Citation": "model_details.citation", "Citation 引用:": "model_details.citation", "📚 Citation": "model_details.citation",
		"Caveats and Recommendations": "caveats.recommendations", "Ethical Considerations:": "ethical_considerations.risks", "2. Limitations :": "caveats.limitations", "Not Intended For": "intended_use.out_of_scope",
		"Intended uses & limitations": "readme.entry", "引用": "readme.entry", "Size:": "readme.entry",
	} {
		file := "# Peas\n\n## " + heading + "\n\nGreen.\n"
		r := read(t, []byte(file))
		if got := answer(t, r.Card, key); got != "Green." {
			t.Errorf("%s: %s is %q", heading, key, got)
		}
		f, _ := r.Card.Field(key)
		f.Answer = "Red."
		if out := returned(t, r.Card, []byte(file), r.As); string(out.Data) != strings.Replace(file, "Green.", "Red.", 1) {
			t.Errorf("edited it is %s", out.Data)
		}
	}
	for file, key := range map[string]string{`{"model_name": "P", "limitations": "y", "not_intended_for": "x"}`: "intended_use.out_of_scope", `{"dataset_name": "P", "not_intended_for": "x"}`: "uses.unsuitable"} {
		if got := answer(t, read(t, []byte(file)).Card, key); got != "x" {
			t.Errorf("%s: %s is %q", file, key, got)
		}
	}
}
