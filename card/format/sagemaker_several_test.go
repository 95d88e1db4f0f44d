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
