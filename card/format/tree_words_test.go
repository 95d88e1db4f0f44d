package format

import (
	"strings"
	"testing"
)

func TestWordsOfNames(t *testing.T) {
	for name, want := range map[string]string{
		"":                          "Entry",
		"data.graphics.description": "Data, graphics, description",
		"model_name":                "Model name",
		"modelName":                 "Model name",
		"intendedUseCases":          "Intended use cases",
		"trainingData.sourceURL":    "Training data, source URL",
		"f1Score":                   "F1 score",
		"aP":                        "AP",
		"modelIDNumber":             "Model ID number",
		"hasPartA":                  "Has part a",
		"GitHub":                    "GitHub",
		"iOS":                       "IOS",
		"größeImBeet":               "GrößeImBeet",
		"F1":                        "F1",
		"pepper___leaf_spot":        "Pepper leaf spot",
		"a__b.c_":                   "A b, c ",
		"Model Details":             "Model Details",
	} {
		if got := words(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// TestLabelsSayWhose: what stands under different names at the top has them in its words, where its section does not say them.
func TestLabelsSayWhose(t *testing.T) {
	for file, want := range map[string]string{
		`{"name":"x","authors":[{"name":"Ann"}],"metrics":[{"name":"f1"}],"training":{"by":{"name":"Bea"}}}`:                                                                                                             "Authors, name|Metrics, name|By, name",
		`{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"machine-learning-model","name":"x","supplier":{"name":"Ann"},"manufacturer":{"name":"Bea"},"modelCard":{"modelParameters":{"task":"t"}}}]}`: "Supplier, name|Manufacturer, name|Model parameters, task",
	} {
		r := read(t, []byte(file))
		var labels []string
		for _, s := range r.Card.Sections {
			for _, f := range s.Fields {
				if f.Custom && f.Answer != "machine-learning-model" {
					labels = append(labels, f.Label)
				}
			}
		}
		if got := strings.Join(labels, "|"); got != want {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
	}
}
