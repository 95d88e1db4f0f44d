package format

import (
	"slices"
	"strings"
	"testing"
)

// TestRepairsAreTold: what was in another shape than it should be is told, each repair, and what was not is not.
func TestRepairsAreTold(t *testing.T) {
	const lists, alone, lines = "stood where one text belongs", "where a list belongs", "end as on Windows"
	for _, tt := range []struct {
		name, file string
		says       string // "" for nothing
		kept       string // an answer that has to be there
	}{
		{"a list for a text", `{"schema_version": "0.0.2", "model_details": {"name": ["Peas"], "overview": ["a", "b"]}}`, "2 lists " + lists, "Peas"},
		{"a text for a list", `{"schema_version": "0.0.2", "model_details": {"name": "Peas"}, "considerations": {"users": "Cooks", "use_cases": {"description": "x"}}}`, "2 values stood alone " + alone, "Cooks"},
		{"neither", `{"schema_version": "0.0.2", "model_details": {"name": "Peas", "owners": [{"name": "Ann"}]}, "considerations": {"users": [{"description": "Cooks"}]}}`, "", "Cooks"},
		{"the older version's shape", `{"schema_version": "0.0.1", "model_details": {"name": "Peas", "license": "MIT", "references": ["a"]}}`, "", "MIT"},
		{"CycloneDX", `{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "machine-learning-model", "name": "Peas", "modelCard": {"considerations": {"users": "Cooks"}}}]}`, "1 value stood alone " + alone, "Cooks"},
		{"SageMaker", `{"model_overview": {"model_name": ["Peas"], "model_artifact": "s3"}, "intended_uses": {}}`, "1 list " + lists, "Peas"},
		{"AllenNLP", `{"intended_use": {"primary_uses": ["To eat", "to sell"]}, "quantitative_analyses": {}, "metrics": {"model_performance_measures": "x"}}`, "1 list " + lists, "To eat\nto sell"},
		{"WebCards", `{"Section_Data_28": {"4_Name of the model:": ["Peas"]}, "Section_name_28": "Model details"}`, "1 value stood alone " + alone, "Peas"},
		{"CRLF of texts in JSON", `{"name": "Peas", "a": "one\r\ntwo"}`, lines, "one\ntwo"},
		{"CRLF of the file only", "{\"name\": \"Peas\",\r\n \"a\": \"one\\ntwo\"}\r\n", "", "one\ntwo"},
		{"CRLF of a README", "# Peas\r\n\r\nOne\r\ntwo\r\n", lines, "One\ntwo"},
		{"CRLF of a README with one line each", "# Peas\r\n\r\nOne\r\n", "", "One"},
		{"CRLF of YAML", "name: Peas\r\nb: |\r\n  one\r\n  two\r\n", lines, "one\ntwo\n"},
		{"Norwegian in YAML", "name: Peas\nlanguage: no\n", "1 word (no, yes, on or off) is kept", "no"},
		{"Norwegian in quotes", "name: Peas\nlanguage: 'no'\n", "", "no"},
		{"Norwegian in a README", "---\nlanguage:\n- no\n- en\n---\n# Peas\n", "1 word (no, yes, on or off) is kept", "no\nen"},
		{"Norwegian that was lost", "---\nlanguage: false\n---\n# Peas\n", "language false is Norwegian", "no"},
		{"Norwegian that was lost in YAML", "name: Peas\nlanguage: [false, en]\n", "language false is Norwegian", "no\nen"},
		{"false that is false", "name: Peas\ngated: false\n", "", "false"},
		{"a placeholder", `{"name": "Peas", "a": "[More Information Needed]"}`, "1 answer is a placeholder", "Peas"},
		{"a placeholder of a program", `{"name": "Peas", "a": "TODO_FILL_CITATION"}`, "1 answer is a placeholder", "TODO_FILL_CITATION"},
		{"no picture", `{"schema_version": "0.0.2", "model_details": {"name": "Peas"}, "quantitative_analysis": {"graphics": {"collection": [{"name": "x", "image": "{image_bytes}"}]}}}`, "stands for a picture and is none", "Peas"},
		{"no number", `{"name": "Peas", "a": NaN}`, "1 NaN or Infinity is no number", "NaN"},
	} {
		r := read(t, []byte(tt.file))
		notes := strings.Join(r.Notes, " ")
		if tt.says != "" && !strings.Contains(notes, tt.says) {
			t.Errorf("%s: %q", tt.name, r.Notes)
		}
		if tt.says == "" {
			for _, says := range []string{lists, alone, lines, "Norwegian"} {
				if strings.Contains(notes, says) {
					t.Errorf("%s: %q", tt.name, r.Notes)
				}
			}
		}
		if !slices.Contains(allAnswers(r.Card), tt.kept) {
			t.Errorf("%s: %q is not in %q", tt.name, tt.kept, allAnswers(r.Card))
		}
		if out := returned(t, r.Card, []byte(tt.file), r.As); string(out.Data) != tt.file {
			t.Errorf("%s: it goes back as %q", tt.name, out.Data)
		}
	}
}
