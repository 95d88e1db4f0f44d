package format

import (
	"strings"
	"testing"

	"cardstock/card"
)

const twoModels = `{"bomFormat":"CycloneDX","specVersion":"1.7","version":1,"components":[
	{"type":"machine-learning-model","name":"First model","modelCard":{"considerations":{"users":["Nurses"]}}},
	{"type":"library","name":"Not a model"},
	{"type":"machine-learning-model","name":"Second model","modelCard":{"considerations":{"users":["Surgeons"]}}}]}`

// TestChoices: a file can be read as all that it may be, and each model in it.
func TestChoices(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		twoModels:                             "cyclonedx-1.7=CycloneDX ML-BOM 1.7: First model|cyclonedx-1.7:2=CycloneDX ML-BOM 1.7: Second model|json=JSON or YAML of another shape",
		`{"anything": "else"}`:                "json=JSON or YAML of another shape",
		"---\nlicense: mit\n---\n# A model\n": "hub=",
		"\x00":                                "",
		`{"model_details":{"name":"A","overview":"B"},"considerations":{"users":[{"description":"C"}]}}`: "mct=",
	} {
		var got []string
		first, _ := ReadAs(templates(t), []byte(text), "")
		if first == nil {
			first = &Result{}
		}
		for _, c := range first.Choices {
			got = append(got, c.Name+"="+c.Label)
		}
		if is := strings.Join(got, "|"); !strings.HasPrefix(is, want) || want == "" && is != "" {
			t.Errorf("%.40q: %s, want %s", text, is, want)
		}
		for _, c := range first.Choices {
			if r, err := ReadAs(templates(t), []byte(text), c.Name); err != nil || r.As != c.Name {
				t.Errorf("%.40q as %s: %+v, %v", text, c.Name, r, err)
			}
		}
	}
	r, err := ReadAs(templates(t), []byte(twoModels), "cyclonedx-1.7:2")
	if err != nil || templates(t).DisplayName(r.Card) != "Second model" {
		t.Errorf("the second model: %+v, %v", r, err)
	}
	if f, _ := r.Card.Field("intended_use.primary_users"); f.Answer != "Surgeons" {
		t.Errorf("its users are %q", f.Answer)
	}
	for _, name := range []string{"cyclonedx", "cyclonedx-1.7:3", "cyclonedx-1.7:0", "cyclonedx-1.7:x", "pdf", ":"} {
		if _, err := ReadAs(templates(t), []byte(twoModels), name); card.CodeOf(err) != card.Invalid {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// TestChoicesAreBounded: a file of very many models is no page of very many lines.
func TestChoicesAreBounded(t *testing.T) {
	undetected(t)
	r, err := ReadAs(templates(t), []byte(`{"bomFormat":"CycloneDX","specVersion":"1.6","components":[`+strings.TrimSuffix(strings.Repeat(`{"type":"machine-learning-model","name":"a"},`, 50_000), ",")+`]}`), "")
	if err != nil || len(r.Choices) != mostParts+1 {
		t.Errorf("%v: %+v", err, r)
	}
}
