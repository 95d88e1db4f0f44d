package format

import (
	"strings"
	"testing"

	"cardstock/card"
)

// TestSageMakerGoesBackWithItsLists: a content with metrics, parameters and evaluations is written back into itself, and an edit stands in its place, as long
// as the schema allows it there.
func TestSageMakerGoesBackWithItsLists(t *testing.T) {
	schema := sageSchema(t)
	file := strings.NewReplacer(`"value": "0.10"}]`, `"value": "0.10"}, {"name": "depth", "value": "8"}], "training_metrics": [{"name": "loss", "value": 0.50, "notes": "at the end"}]`,
		`"custom_details"`, `  "custom_details"`).Replace(sageExample)
	if err := checkSchema(t, schema, []byte(file)); err != nil {
		t.Fatal(err)
	}
	const job = "sagemaker.training_details.training_job_details."
	for name, tt := range map[string]struct{ key, answer, was, is string }{
		"nothing":             {},
		"a text":              {"model_details.type", "Sorts beans.", "Sorts peas.", "Sorts beans."},
		"a long text":         {"model_details.type", strings.Repeat("pea ", 300), "", ""},
		"two lines":           {"caveats.recommendations", "Wash them.\nDry them.", "Wash them.", `Wash them.\nDry them.`},
		"a parameter":         {job + "hyper_parameters", "eta: 0.20\ndepth: 8", `"0.10"`, `"0.20"`},
		"a training metric":   {job + "training_metrics", "loss: 0.40 (at the end)", "0.50", "0.40"},
		"no number":           {job + "training_metrics", "loss: low (at the end)", "", ""},
		"the rating":          {"sagemaker.intended_uses.risk_rating", "High", `"Low"`, `"High"`},
		"a rating of no list": {"sagemaker.intended_uses.risk_rating", "very high", "", ""},
		"the version":         {"version.name", "3", `"model_version": 2`, `"model_version": 3`},
		"a version in words":  {"version.name", "three", "", ""},
		"a detail":            {"sagemaker.detail", "Attic", "Cellar", "Attic"},
		"a further artifact":  {"sagemaker.model_overview.model_artifact", "s3://a\ns3://b\ns3://c", `"s3://b"]`, `"s3://b", "s3://c"]`},
		"a function":          {"sagemaker.training_details.objective_function.function.facet", "F1", `"AUC"`, `"F1"`},
	} {
		r := read(t, []byte(file))
		if tt.key != "" {
			set(t, r.Card, tt.key, tt.answer)
		}
		out, err := sageMakerFormat.Write(t.Context(), templates(t), r.Card, []byte(file))
		if err != nil {
			t.Fatal(err)
		}
		if err := checkSchema(t, schema, out); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if want := strings.Replace(file, tt.was, tt.is, 1); (string(out) == want) == (tt.key != "" && tt.was == "") {
			t.Errorf("%s: it is\n%s\nwant\n%s", name, out, want)
		}
		if l, err := Account(t.Context(), templates(t), r.Card, sageMakerFormat, out); err != nil || l.Totals[LeftOut] > 0 {
			t.Errorf("%s: %+v, %v", name, l, err)
		}
	}
}

// TestSageMakerListsAnew: written anew, too, parameters and metrics of the training are lists again, and the function it was trained for has its members.
// What is no line of a name and a value goes with what has no place.
func TestSageMakerListsAnew(t *testing.T) {
	const key = "sagemaker.training_details.training_job_details."
	r := read(t, []byte(strings.Replace(sageExample, `"value": "0.10"}]`, `"value": "0.10"}, {"name": "url: a", "value": "x: y"}], "user_provided_training_metrics": [{"name": "loss", "value": 0.50, "notes": "of (100)"}, {"name": "n", "value": 2}]`, 1)))
	data := encode(t, ".sagemaker.json", r.Card)
	if err := checkSchema(t, sageSchema(t), data); err != nil {
		t.Error(err)
	}
	for _, want := range []string{`{ "name": "eta", "value": "0.10" }`, `{ "name": "loss", "value": 0.50, "notes": "of (100)" }`, `{ "name": "n", "value": 2 }`, `"facet": "AUC"`} {
		if !strings.Contains(flat(string(data)), want) {
			t.Errorf("%s is not in\n%s", want, data)
		}
	}
	again := read(t, data)
	for _, name := range []string{"hyper_parameters", "user_provided_training_metrics"} {
		if got, want := answer(t, again.Card, key+name), answer(t, r.Card, key+name); got != want {
			t.Errorf("%s is %q, was %q", name, got, want)
		}
	}
	set(t, r.Card, key+"hyper_parameters", "as in the paper")
	if got := answer(t, read(t, encode(t, ".sagemaker.json", r.Card)).Card, key+"hyper_parameters"); got != "as in the paper" {
		t.Errorf("it is %q", got)
	}
}

// TestSageMakerHasNoNameOfOurs: a content without a name of its model gets none, be it written anew; an empty card is known by it.
func TestSageMakerHasNoNameOfOurs(t *testing.T) {
	const file = `{"model_overview": {"model_creator": "Ann"}, "intended_uses": {"purpose_of_model": "To sort.", "out_of_scope_uses": ["Eating"]}}`
	r := read(t, []byte(file))
	out, err := sageMakerFormat.Write(t.Context(), templates(t), r.Card, []byte(file))
	if err != nil || strings.Contains(string(out), "model_name") {
		t.Errorf("%s, %v", out, err)
	}
	set(t, r.Card, "model_details.name", "Peas")
	if out = encode(t, ".sagemaker.json", r.Card); !strings.Contains(string(out), `"model_name": "Peas"`) {
		t.Errorf("%s", out)
	}
	c := templates(t).Get("model").New()
	for i := range c.Sections {
		for j := range c.Sections[i].Fields {
			c.Sections[i].Fields[j].Answer = ""
		}
	}
	if r := read(t, encode(t, ".sagemaker.json", c)); r.Format != sageMakerFormat {
		t.Errorf("an empty card is %s", r.Format.Name)
	}
	c.Sections[0].Fields = append(c.Sections[0].Fields, card.Field{Key: "own.x", Label: "Own", Kind: card.Text, Custom: true, Answer: "x"})
	if r := read(t, encode(t, ".sagemaker.json", c)); r.Format != sageMakerFormat || answer(t, r.Card, "own.x") != "x" {
		t.Errorf("a card of an own question is %s", r.Format.Name)
	}
}
