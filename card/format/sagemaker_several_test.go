package format

import (
	"strings"
	"testing"
)

// TestSeveralEvaluations: what each evaluation says stays its own, here and in the file.
func TestSeveralEvaluations(t *testing.T) {
	const file = `{"model_overview":{"model_name":"Peas"},"evaluation_details":[
	{"name":"E1","evaluation_observation":"One.","datasets":["s3://a"],"metadata":{"by":"Ann"},"metric_groups":[{"name":"g","metric_data":[{"name":"f1","type":"number","value":0.5}]}]},
	{"name":"E2","evaluation_observation":"Two.","datasets":["s3://b","s3://c"],"metadata":{"by":"Ben"},"metric_groups":[{"name":"g","metric_data":[{"name":"f1","type":"number","value":0.6}]}]},
	{"evaluation_observation":"Three."}]}`
	r := read(t, []byte(file))
	if answer(t, r.Card, "quantitative_analyses.notes") != "One." || answer(t, r.Card, "evaluation_data.datasets") != "s3://a" {
		t.Errorf("%+v", r.Card.Sections)
	}
	got := map[string]string{}
	for i := range r.Card.Sections {
		for j := range r.Card.Sections[i].Fields {
			f := &r.Card.Sections[i].Fields[j]
			got[f.Label] = f.Answer
			f.Answer = strings.NewReplacer("Two", "2", "Ben", "Bo", "Three", "3", "s3://c", "s3://d").Replace(f.Answer)
		}
	}
	for label, want := range map[string]string{"E2: Evaluation observation": "Two.", "E2: Datasets": "s3://b\ns3://c", "E2: by": "Ben", "by": "Ann", "Evaluation 3: Evaluation observation": "Three."} {
		if got[label] != want {
			t.Errorf("%s is %q, want %q", label, got[label], want)
		}
	}
	out := returned(t, r.Card, []byte(file), r.As)
	if want := strings.NewReplacer("Two", "2", "Ben", "Bo", "Three", "3", "s3://c", "s3://d").Replace(file); string(out.Data) != want {
		t.Errorf("%s", out.Data)
	}
}

// TestFirstEvaluationIsItsOwn: what is said of the first evaluation stays with it when it has no metrics and the next one has, and does not go to a later
// one without metrics.
func TestFirstEvaluationIsItsOwn(t *testing.T) {
	const first, metrics = `{"name":"By hand","evaluation_observation":"One.","datasets":["s3://a"]%}`, `{"name":"By machine"%,"metric_groups":[{"name":"Metrics","metric_data":[{"name":"f1","type":"number","value":0.6}]}]}`
	for file, want := range map[string]string{
		strings.Replace(first, "%", "", 1) + "," + strings.Replace(metrics, "%", "", 1):                                              `"name": "By hand", "evaluation_observation": "One.", "datasets": [ "s3://a" ] }, { "name": "By machine", "metric_groups"`,
		strings.Replace(metrics, "%", `,"evaluation_observation":"One."`, 1) + `,{"name":"By hand","evaluation_observation":"Two."}`: `"name": "By machine", "evaluation_observation": "One.", "metric_groups"`,
	} {
		r := read(t, []byte(`{"model_overview":{"model_name":"Peas"},"evaluation_details":[`+file+`]}`))
		data := encode(t, ".sagemaker.json", r.Card)
		if !strings.Contains(flat(string(data)), want) {
			t.Errorf("%s\nis not in\n%s", want, data)
		}
		if l, err := Account(t.Context(), templates(t), r.Card, sageMakerFormat, data); err != nil || l.Totals[Changed]+l.Totals[LeftOut] > 0 {
			t.Errorf("%+v, %v", l, err)
		}
	}
}
