package format

import (
	"encoding/json"
	"strings"
	"testing"
)

const olderMCT = "{\n  \"schema_version\": \"0.0.1\",\n  \"model_details\": {\n    \"name\": \"Peas\",\n    \"overview\": \"Green\"\n  },\n  \"model_parameters\": {\n    \"data\": {\n      \"train\": {}\n    }\n  },\n  \"considerations\": {\n    \"users\": [\n      \"Cooks\"\n    ],\n    \"limitations\": []\n  }\n}\n"

// TestNewAnswersInTheOlderToolkitsShape: what is new in a file of version 0.0.1 stands there as that version has it.
func TestNewAnswersInTheOlderToolkitsShape(t *testing.T) {
	r := read(t, []byte(olderMCT))
	c := r.Card
	for key, text := range map[string]string{
		"model_details.license": "MIT", "model_details.references": "https://a.example\nhttps://b.example", "model_details.citation": "Ann (2024)", "training_data.name": "Pods",
		"evaluation_data.datasets": "Husks", "intended_use.primary_uses": "To eat", "caveats.limitations": "Small", "ethical_considerations.sensitive_data": "None of people, as peas have none",
		metricsKey: `[{"lower":"0.8","metric":"f1","slice":"all","upper":"0.95","value":"0.90"}]`,
	} {
		f, _ := c.Field(key)
		f.Answer = text
	}
	out := returned(t, c, []byte(olderMCT), r.As)
	checkReturned(t, "all", c, out)
	var is struct {
		Version string `json:"schema_version"`
		Details struct {
			License, Citation string
			References        []string
		} `json:"model_details"`
		Parameters struct {
			Data struct{ Train, Eval struct{ Name string } }
		} `json:"model_parameters"`
		Analysis struct {
			Metrics []struct {
				Value    float64
				Interval struct {
					Lower float64 `json:"lower_bound"`
				} `json:"confidence_interval"`
			} `json:"performance_metrics"`
		} `json:"quantitative_analysis"`
		Considerations struct {
			Users, Limitations []string
			Uses               []string `json:"use_cases"`
		}
	}
	if err := json.Unmarshal(out.Data, &is); err != nil || out.Anew {
		t.Fatalf("anew: %v, %v\n%s", out.Anew, err, out.Data)
	}
	if is.Version != "0.0.1" || is.Details.License != "MIT" || is.Details.Citation != "Ann (2024)" || strings.Join(is.Details.References, " ") != "https://a.example https://b.example" ||
		is.Parameters.Data.Train.Name != "Pods" || is.Parameters.Data.Eval.Name != "Husks" || is.Considerations.Uses[0] != "To eat" || is.Considerations.Limitations[0] != "Small" ||
		is.Considerations.Users[0] != "Cooks" || is.Analysis.Metrics[0].Value != 0.9 || is.Analysis.Metrics[0].Interval.Lower != 0.8 {
		t.Errorf("%+v\n%s", is, out.Data)
	}
	if schema := official(t, "mct/schema_v0.0.1.json"); schema != nil {
		if err := checkSchema(t, schema, out.Data); err != nil {
			t.Errorf("%v\n%s", err, out.Data)
		}
	}
	if text := string(out.Data); !strings.Contains(text, "\"name\": \"Peas\",\n    \"overview\": \"Green\"") {
		t.Errorf("what was there is another:\n%s", text)
	}
}

// TestWhichToolkitAFileIsOf: by its word or, without one, by its shape.
func TestWhichToolkitAFileIsOf(t *testing.T) {
	for text, older := range map[string]bool{
		olderMCT: true,
		`{"schema_version": "0.0.2", "model_details": {"license": "MIT"}}`:                                           false,
		`{"model_details": {"license": "MIT"}, "considerations": {"users": ["a"]}}`:                                  true,
		`{"model_details": {"license": "MIT"}, "considerations": {"users": [{"description": "a"}]}}`:                 false,
		`{"model_details": {"name": "a"}, "considerations": {}}`:                                                     false,
		`{"model_details": {"name": "a"}, "model_parameters": {"data": {"eval": {}}}}`:                               true,
		`{"model_details": {"licenses": [{"identifier": "MIT"}]}, "model_parameters": {"data": [{"name": "Pods"}]}}`: false,
	} {
		d, err := Open([]byte(text))
		if err != nil || isOlderMCT(d) != older {
			t.Errorf("%.60s: %v, %v", text, isOlderMCT(d), err)
		}
	}
}
