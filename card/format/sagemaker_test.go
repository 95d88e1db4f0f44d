package format

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"cardstock/card"
)

// sageSchema says what the service's own schema says, without its prose.
func sageSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(fixture(t, "sagemaker.schema.json")))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("sagemaker.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("sagemaker.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSageMakerHoldsEveryAnswer: what is written is valid, small enough, and read again every answer is there; a further round changes nothing.
func TestSageMakerHoldsEveryAnswer(t *testing.T) {
	undetected(t)
	ts, schema := templates(t), sageSchema(t)
	for name, c := range written(t) {
		data := encode(t, ".sagemaker.json", c)
		if err := checkSchema(t, schema, data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if n := utf8.RuneCount(data); n > sageMost {
			t.Errorf("%s: %d characters", name, n)
		}
		r := read(t, data)
		if r.Format != sageMakerFormat {
			t.Errorf("%s: read as %s", name, r.Format.Name)
			continue
		}
		l, err := Account(t.Context(), ts, c, sageMakerFormat, data)
		if err != nil || l.Totals[LeftOut] > 0 && c.TextBytes() < sageMost*2/3 {
			t.Errorf("%s: %v %v", name, err, l)
		}
		second := encode(t, ".sagemaker.json", r.Card)
		if third := encode(t, ".sagemaker.json", read(t, second).Card); !bytes.Equal(second, third) {
			t.Errorf("%s: a further round changes\n%.2000s\ninto\n%.2000s", name, second, third)
		}
	}
}

const sageExample = `{"model_overview": {"model_name": "Peas", "model_description": "Sorts peas.", "model_creator": "Ann", "model_owner": "Bob", "model_version": 2, "algorithm_type": "XGBoost",
 "problem_type": "Binary", "model_artifact": ["s3://a", "s3://b"], "inference_environment": {"container_image": ["img"]}},
 "intended_uses": {"purpose_of_model": "To sort.", "intended_uses": "Peas.", "factors_affecting_model_efficiency": "Light.", "risk_rating": "Low", "explanations_for_risk_rating": "Just peas."},
 "business_details": {"business_problem": "Bad peas.", "line_of_business": "Food"},
 "training_details": {"objective_function": {"function": {"function": "Maximize", "facet": "AUC"}, "notes": "n"}, "training_observations": "Fine.",
  "training_job_details": {"training_arn": "arn:x", "training_datasets": ["s3://t1", "s3://t2"], "hyper_parameters": [{"name": "eta", "value": "0.10"}]}},
 "evaluation_details": [{"name": "Held out", "evaluation_observation": "Good.", "datasets": ["s3://e"], "metadata": {"By Whom": "Eve"},
  "metric_groups": [{"name": "Metrics", "metric_data": [{"name": "auc", "type": "number", "value": 0.910, "notes": "of 100"}, {"name": "ok", "type": "boolean", "value": true}]},
   {"name": "Charts", "metric_data": [{"name": "roc", "type": "linear_graph", "value": [[0, 0.5], [1, 1]], "x_axis_name": "fpr", "y_axis_name": "tpr"},
    {"name": "bars", "type": "bar_chart", "value": [1, 2.50], "x_axis_name": ["a", "b"], "y_axis_name": "n"}, {"name": "confusion", "type": "matrix", "value": [[1, 2], [3, 4]], "x_axis_name": ["a", "b"], "y_axis_name": ["a", "b"]}]}]},
  {"name": "In the field", "evaluation_observation": "Later."}],
 "additional_information": {"ethical_considerations": "Be kind.", "caveats_and_recommendations": "Wash them.", "custom_details": {"Where kept": "Cellar", "teamName": "Green"}}}`

// TestReadsSageMaker: in each spelling, and as the API answers it, every text is an answer and has its place.
func TestReadsSageMaker(t *testing.T) {
	rename := func(how func(string) string) string {
		text := sageExample
		for _, name := range []string{"model_overview", "model_name", "model_description", "model_creator", "model_owner", "model_version", "algorithm_type", "problem_type", "model_artifact",
			"inference_environment", "container_image", "intended_uses", "purpose_of_model", "factors_affecting_model_efficiency", "risk_rating", "explanations_for_risk_rating", "business_details",
			"business_problem", "line_of_business", "training_details", "objective_function", "training_observations", "training_job_details", "training_arn", "training_datasets", "hyper_parameters",
			"evaluation_details", "evaluation_observation", "metric_groups", "metric_data", "x_axis_name", "y_axis_name", "additional_information", "ethical_considerations", "caveats_and_recommendations",
			"custom_details", "name", "type", "value", "notes", "datasets", "metadata", "function", "facet"} {
			text = strings.ReplaceAll(text, `"`+name+`":`, `"`+how(name)+`":`)
		}
		return text
	}
	pascal := func(s string) string {
		out := ""
		for _, word := range strings.Split(s, "_") {
			out += strings.ToUpper(word[:1]) + word[1:]
		}
		return out
	}
	camel := func(s string) string { return strings.ToLower(s[:1]) + pascal(s)[1:] }
	for name, data := range map[string]string{
		"snake": sageExample, "Pascal": rename(pascal), "camel": rename(camel),
		"the API's answer": `{"ModelCardName": "peas", "Content": ` + quote(sageExample) + `}`, "CloudFormation": `{"Content": ` + rename(pascal) + `, "ModelCardStatus": "Draft"}`,
	} {
		r := read(t, []byte(data))
		if r.Format != sageMakerFormat {
			t.Errorf("%s: read as %s", name, r.Format.Name)
			continue
		}
		for key, want := range map[string]string{
			"model_details.name": "Peas", "model_details.type": "Sorts peas.", "model_details.owner_name": "Bob", "version.name": "2", "intended_use.primary_uses": "Peas.", "factors.relevant": "Light.",
			"sagemaker.intended_uses.risk_rating": "Low", "sagemaker.model_overview.model_artifact": "s3://a\ns3://b", "training_data.name": "s3://t1; s3://t2", "evaluation_data.datasets": "s3://e",
			"ethical_considerations.risks": "Be kind.", "caveats.recommendations": "Wash them.", "sagemaker.detail": "Cellar", "quantitative_analyses.notes": "Good.", "sagemaker.evaluation_details.evaluation_observation": "Later.",
			"sagemaker.training_details.training_job_details.hyper_parameters": "eta: 0.10", "sagemaker.evaluation_details.name": "In the field",
			metricsKey: `[{"metric":"auc","notes":"of 100","slice":"Held out","value":"0.910"},{"metric":"ok","slice":"Held out","value":"true"},` +
				`{"metric":"roc","slice":"Held out / Charts","type":"linear_graph","value":"[[0, 0.5], [1, 1]]","x_axis_name":"fpr","y_axis_name":"tpr"},` +
				`{"metric":"bars","slice":"Held out / Charts","type":"bar_chart","value":"[1, 2.50]","x_axis_name":"[\"a\", \"b\"]","y_axis_name":"n"},` +
				`{"metric":"confusion","slice":"Held out / Charts","type":"matrix","value":"[[1, 2], [3, 4]]","x_axis_name":"[\"a\", \"b\"]","y_axis_name":"[\"a\", \"b\"]"}]`,
		} {
			f, _ := r.Card.Field(key)
			got := ""
			if f != nil {
				got = f.Answer
			}
			if key == "sagemaker.evaluation_details.name" || key == "quantitative_analyses.notes" || key == metricsKey {
				got, want = flat(got), flat(want)
			}
			if got != want {
				t.Errorf("%s: %s is %q, want %q", name, key, got, want)
			}
		}
		data := encode(t, ".sagemaker.json", r.Card)
		if err := checkSchema(t, sageSchema(t), data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, kept := range []string{`"risk_rating": "Low"`, `"model_version": 2`, `"model_creator": "Ann"`, `"type": "matrix"`, `"value": 0.910`, `"Where kept": "Cellar"`, `"training_arn": "arn:x"`} {
			if !strings.Contains(string(data), kept) {
				t.Errorf("%s: %s is not written", name, kept)
			}
		}
		l, err := Account(t.Context(), templates(t), r.Card, sageMakerFormat, data)
		if err != nil || l.Totals[Carried] != len(allAnswers(r.Card)) {
			t.Errorf("%s: %v, %+v", name, err, l)
		}
	}
}

// TestSageMakerKeepsWhatIsMisplaced: texts where objects belong, types that the schema does not have and names that only look like ours are kept, and go back
// where they came from.
func TestSageMakerKeepsWhatIsMisplaced(t *testing.T) {
	const around = `{"model_overview": {"model_name": "Peas"}, "evaluation_details": [%], "additional_information": {"custom_details": {#}}}`
	for name, tt := range map[string]struct{ evaluation, details, key, label, want string }{
		"groups that are a text": {`{"name": "E", "metric_groups": "see the paper"}`, "", "sagemaker.evaluation_details.metric_groups", "Metric groups", "see the paper"},
		"a group that is a text": {`{"name": "E", "metric_groups": ["see the paper"]}`, "", "sagemaker.evaluation_details.metric_groups", "Metric groups", "see the paper"},
		"metrics in a text":      {`{"name": "E", "metric_groups": [{"name": "G", "metric_data": ["acc 0.91"]}]}`, "", "sagemaker.evaluation_details.metric_groups.metric_data", "Metric groups, metric data", "acc 0.91"},
		"a group without any":    {`{"name": "E", "metric_groups": [{"name": "Speed", "metric_data": []}]}`, "", "sagemaker.evaluation_details.metric_groups.name", "Metric group", "Speed"},
		"a type of no schema":    {`{"metric_groups": [{"metric_data": [{"name": "acc", "type": "percentage", "value": 91}]}]}`, "", metricsKey, "", `[{"metric":"acc","type":"percentage","value":"91"}]`},
		"a unit":                 {"", `"Training time [h]": "12"`, "sagemaker.detail", "Training time [h]", "12"},
		"a part without another": {"", `"Notes [x] 2/2": "the end"`, "sagemaker.detail", "Notes [x] 2/2", "the end"},
		"ours without its first": {"", `"Notes [own.x] 2/2": "the end"`, "sagemaker.detail", "Notes [own.x] 2/2", "the end"},
		"ours":                   {"", `"Notes [own.x] 1/2": "the ", "Notes [own.x] 2/2": "end"`, "own.x", "Notes", "the end"},
	} {
		file := strings.NewReplacer("%", tt.evaluation, "#", tt.details).Replace(around)
		r := read(t, []byte(file))
		f, _ := r.Card.Field(tt.key)
		if f == nil || f.Answer != tt.want || f.Custom && f.Label != tt.label {
			t.Errorf("%s: %+v, want %q of %q", name, f, tt.want, tt.label)
			continue
		}
		if again := read(t, encode(t, ".sagemaker.json", r.Card)); answer(t, again.Card, tt.key) != tt.want {
			t.Errorf("%s: written and read again it is %q", name, answer(t, again.Card, tt.key))
		}
		if tt.key != metricsKey && name != "ours" {
			f.Answer = "Edited"
			if out := returned(t, r.Card, []byte(file), r.As); string(out.Data) != strings.Replace(file, tt.want, "Edited", 1) {
				t.Errorf("%s, edited (anew: %v): %s", name, out.Anew, out.Data)
			}
		}
	}
}

// TestSageMakerIsNoLarger: a card larger than a content may be is written as far as it goes, and the ledger names what is not there.
func TestSageMakerIsNoLarger(t *testing.T) {
	c := templates(t).Get("model").New()
	for i := range c.Sections {
		for j := range c.Sections[i].Fields {
			if f := &c.Sections[i].Fields[j]; f.Kind == card.Text {
				f.Answer = strings.Repeat(f.Key+"ä\" ", 300)
			}
		}
	}
	data := encode(t, ".sagemaker.json", c)
	l, err := Account(t.Context(), templates(t), c, sageMakerFormat, data)
	if n := utf8.RuneCount(data); err != nil || n > sageMost || n < sageMost/2 || l.Totals[LeftOut] == 0 || l.Totals[Carried] == 0 {
		t.Errorf("%d characters, %v, %v", n, l.Totals, err)
	}
	if err := checkSchema(t, sageSchema(t), data); err != nil {
		t.Error(err)
	}
}
