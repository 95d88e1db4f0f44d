package format

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestEditsInARequest: the content of a request to SageMaker is JSON in a text; numbers in it, and rows beside a chart, are changed where they stand.
func TestEditsInARequest(t *testing.T) {
	const content = `{"model_overview": {"model_name": "Churn", "model_version": 2}, "training_details": {"training_job_details": {"training_metrics": [{"name": "auc", "value": 0.90}]}},
 "evaluation_details": [{"name": "e", "metric_groups": [{"name": "g", "metric_data": [{"name": "cm", "type": "matrix", "value": [[1, 2], [3, 4]], "x_axis_name": ["p", "n"]}, {"name": "acc", "type": "number", "value": 0.50}]}]}]}`
	text, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{"alone": content, "in a request": `{"ModelCardName": "churn", "ModelCardStatus": "Draft", "Content": ` + string(text) + `}`} {
		for _, tt := range []struct{ key, was, is, from, to string }{
			{"version.name", "2", "3", `_version": 2`, `_version": 3`},
			{"sagemaker.training_details.training_job_details.training_metrics", "0.90", "0.95", "0.90", "0.95"},
			{metricsKey, "0.50", "0.55", "0.50", "0.55"},
			{metricsKey, "cm", "counts", `"cm"`, `"counts"`},
		} {
			r := read(t, []byte(file))
			f, _ := r.Card.Field(tt.key)
			if f == nil || !strings.Contains(f.Answer, tt.was) {
				t.Fatalf("%s: %s is %+v", name, tt.key, f)
			}
			f.Answer = strings.Replace(f.Answer, tt.was, tt.is, 1)
			out := returned(t, r.Card, []byte(file), r.As)
			swap := strings.NewReplacer(tt.from, tt.to)
			if name != "alone" {
				swap = strings.NewReplacer(strings.ReplaceAll(tt.from, `"`, `\"`), strings.ReplaceAll(tt.to, `"`, `\"`))
			}
			if want := swap.Replace(file); string(out.Data) != want || out.Anew {
				t.Errorf("%s, %s: anew %v\n%s\nwant\n%s", name, tt.key, out.Anew, out.Data, want)
			}
		}
	}
}
