package format

import "testing"

// TestNoneIsAnAnswer: "None" is what somebody wrote, but in a download of WebCards, where it means that nothing was written.
func TestNoneIsAnAnswer(t *testing.T) {
	for name, file := range map[string]string{
		"toolkit": `{"schema_version":"0.0.2","model_details":{"name":"x"},"model_parameters":{"model_architecture":"None"}}`, "mitchell": `{"display_name":"x","model_details":{"description":"None"},"intended_use":{},"quantitative_analyses":{},"model_caveats_and_recommendations":{}}`,
		"sagemaker": `{"model_overview":{"model_name":"x","model_description":"None"}}`, "own shape": `{"name":"x","known":["None","a"],"limits":"None"}`,
	} {
		r := read(t, []byte(file))
		if name == "own shape" {
			if answer(t, r.Card, "json.limits") != "None" || answer(t, r.Card, "json.known") != "None\na" {
				t.Errorf("%s: %+v", name, r.Card.Sections)
			}
		} else if got := answer(t, r.Card, "model_details.type"); got != "None" {
			t.Errorf("%s: %q", name, got)
		}
	}
	const download = `{"model_details":{"name":"x","overview":"None","feedbacks":[{"feedback":"None"}]},"factors":{"salient_factors":["None"]}}`
	r := read(t, []byte(download))
	if got := answer(t, r.Card, "model_details.type"); got != "" {
		t.Errorf("a download: %q", got)
	}
	f, _ := r.Card.Field("model_details.type")
	f.Answer = "Green"
	const want = `{"model_details":{"name":"x","overview":"Green","feedbacks":[{"feedback":"None"}]},"factors":{"salient_factors":["None"]}}`
	if out := returned(t, r.Card, []byte(download), r.As); string(out.Data) != want {
		t.Errorf("%s", out.Data)
	}
}
