package format

import (
	"strings"
	"testing"

	"cardstock/card"
)

// TestModelsAnywhereInABill: the model may be what the bill is of, or stand inside another component; each can be chosen, and an edit goes back.
func TestModelsAnywhereInABill(t *testing.T) {
	const file = `{"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component": {"type": "machine-learning-model", "name": "Top"}},
 "components": [{"type": "application", "name": "app", "components": [{"type": "machine-learning-model", "name": "Inner"}]}, {"type": "machine-learning-model", "name": "Outer"}]}`
	for as, name := range map[string]string{"cyclonedx": "Inner", "cyclonedx:2": "Outer", "cyclonedx:3": "Top"} {
		r, err := ReadAs(templates(t), []byte(file), as)
		if err != nil || answer(t, r.Card, "model_details.name") != name {
			t.Fatalf("%s: %+v, %v", as, r, err)
		}
		f, _ := r.Card.Field("model_details.name")
		f.Answer = "Peas"
		if out := returned(t, r.Card, []byte(file), as); string(out.Data) != strings.Replace(file, name, "Peas", 1) {
			t.Errorf("%s: %s", as, out.Data)
		}
	}
	alone := `{"bomFormat":"CycloneDX","specVersion":"1.7","metadata":{"component":{"type":"machine-learning-model","name":"Top"}}}`
	if r := read(t, []byte(alone)); r.Format != cycloneDX17Format || answer(t, r.Card, "model_details.name") != "Top" {
		t.Errorf("%s", r.Format.Name)
	}
}

// TestPropertiesAreQuestions: a property of another tool is a question of its name; one of ours has the words of a visitor's own question behind
// its key. Both names go back when they are changed.
func TestPropertiesAreQuestions(t *testing.T) {
	const file = `{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "machine-learning-model", "name": "P",
  "modelCard": {"properties": [{"name": "cardstock:own.more Who checks it?", "value": "Ann"}, {"name": "lib", "value": "a"}]}, "properties": [{"name": "lib", "value": "b"}, {"name": "odd"}]}]}`
	r := read(t, []byte(file))
	labels := map[string]string{}
	for _, s := range r.Card.Sections {
		for _, f := range s.Fields {
			if f.Custom {
				labels[f.Key] = f.Label + "=" + f.Answer
			}
		}
	}
	for key, want := range map[string]string{"own.more": "Who checks it?=Ann", "cyclonedx.property": "lib=a", "cyclonedx.property-2": "lib=b"} {
		if labels[key] != want {
			t.Errorf("%s: %q, want %q of %v", key, labels[key], want, labels)
		}
	}
	rename := func(key, label string) {
		f, _ := r.Card.Field(key)
		f.Label = label
	}
	rename("own.more", "Who looked?")
	rename("cyclonedx.property", "library")
	out := returned(t, r.Card, []byte(file), r.As)
	if want := strings.NewReplacer("Who checks it?", "Who looked?", `"lib", "value": "a"`, `"library", "value": "a"`).Replace(file); string(out.Data) != want {
		t.Errorf("%s", out.Data)
	}
	if l := out.Account(t.Context(), templates(t), r.Card); len(l.Words) > 1 { // the title of the section
		t.Errorf("%+v", l.Words)
	}
	for _, suffix := range []string{".cdx.json", ".cdx17.json"} {
		again := read(t, encode(t, suffix, r.Card))
		if f, _ := again.Card.Field("own.more"); f == nil || f.Label != "Who looked?" || f.Kind != card.Text {
			t.Errorf("%s: %+v", suffix, f)
		}
	}
}

// TestOthersInABill: what a bill holds beside the model is counted in a note; a bill of the model alone needs none.
func TestOthersInABill(t *testing.T) {
	const model = `{"type": "machine-learning-model", "name": "Peas"}`
	for file, want := range map[string]string{
		`"components": [` + model + `]`: "",
		`"components": [` + model + `, {"type": "library", "name": "a", "components": [{"type": "library", "name": "b"}]}], "dependencies": [{"ref": "a"}], "services": []`: "besides: 2 other components, dependencies.",
		`"metadata": {"timestamp": "2024-01-02T03:04:05Z", "component": ` + model + `}`:                                                                                     "besides: metadata.",
	} {
		r := read(t, []byte(`{"bomFormat": "CycloneDX", "specVersion": "1.6", `+file+`}`))
		if notes := strings.Join(r.Notes, " "); strings.Contains(notes, "besides") != (want != "") || !strings.Contains(notes, want) {
			t.Errorf("%s: %q, want %q", file, notes, want)
		}
	}
}

// TestBillWithoutAModel: a bill of materials of software alone is a card of any shape, and its note says what it is and what it has not.
func TestBillWithoutAModel(t *testing.T) {
	const says = "This is a CycloneDX bill of materials, but it has no component of type machine-learning-model, so it is read as data of any shape."
	const bill = `{"bomFormat": "CycloneDX", "specVersion": "1.4", "components": [{"type": "library", "name": "numpy"}]}`
	r := read(t, []byte(bill))
	if notes := strings.Join(r.Notes, "\n"); r.Format != anyFormat || !strings.Contains(notes, says) || strings.Contains(notes, "does not know") || !everything(r.Card).holds("numpy") {
		t.Errorf("%s: %s", r.Format.Name, notes)
	}
	r, err := ReadAs(templates(t), []byte(strings.Replace(bill, "library", modelComponent, 1)), "json")
	if err != nil || !strings.Contains(strings.Join(r.Notes, "\n"), "does not know") {
		t.Errorf("a bill with a model, read as JSON: %+v, %v", r, err)
	}
}
