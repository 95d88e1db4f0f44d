package format

import "testing"

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
		"Model Details":             "Model Details",
	} {
		if got := words(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
