package format

import (
	"strings"
	"testing"
)

// TestBillThatIsNotValidIsWrittenAnew: a bill whose model card is not as the schema has it, at any depth, is written anew under the name of the format, and is
// valid then; Back leaves it as it is.
func TestBillThatIsNotValidIsWrittenAnew(t *testing.T) {
	for name, tt := range map[string]struct {
		card string
		kept bool
	}{
		"inputs":       {`{"modelParameters": {"inputs": [{"format": "text", "description": "words"}]}}`, false},
		"a dataset":    {`{"modelParameters": {"datasets": [{"type": "dataset", "ref": "imdb", "classification": "training"}]}}`, false},
		"no type":      {`{"modelParameters": {"datasets": [{"name": "imdb"}]}}`, false},
		"an approach":  {`{"modelParameters": {"approach": {"type": "by hand"}}}`, false},
		"a number":     {`{"quantitativeAnalysis": {"performanceMetrics": [{"type": "f1", "value": 0.9}]}}`, false},
		"no list":      {`{"considerations": {"users": "Cooks"}}`, false},
		"an owner":     {`{"modelParameters": {"datasets": [{"type": "dataset", "name": "imdb", "governance": {"owners": [{"organization": {"name": "G"}, "contact": {"name": "A"}}]}}]}}`, false},
		"a reference":  {`{"modelParameters": {"datasets": [{"ref": "imdb"}]}}`, true},
		"all in place": {`{"modelParameters": {"datasets": [{"type": "dataset", "name": "imdb", "governance": {"owners": [{"contact": {"name": "A"}}]}}], "inputs": [{"format": "text"}]}, "considerations": {"environmentalConsiderations": {"energyConsumptions": [{"activity": "training", "energyProviders": [{"organization": {"name": "G"}, "energySource": "wind", "energyProvided": {"value": 1.50, "unit": "kWh"}}], "activityEnergyCost": {"value": 1.50, "unit": "kWh"}}]}}}`, true},
	} {
		for version, f := range map[string]*Format{"1.6": cycloneDXFormat, "1.7": cycloneDX17Format} {
			file := `{"bomFormat": "CycloneDX", "specVersion": "` + version + `", "components": [{"type": "library",  "name": "numpy"}, {"type": "machine-learning-model", "name": "Peas", "modelCard": ` + tt.card + `}]}`
			schema := billSchemaOf(t, version)
			if valid := checkSchema(t, schema, []byte(file)) == nil; valid != tt.kept && schema != nil {
				t.Errorf("%s: the file is valid: %v", name, valid)
			}
			r := read(t, []byte(file))
			set(t, r.Card, "model_details.name", "Beans")
			out, err := f.Write(t.Context(), templates(t), r.Card, []byte(file))
			if err != nil {
				t.Fatal(err)
			}
			if err := checkSchema(t, schema, out); err != nil {
				t.Errorf("%s, %s: %v", name, version, err)
			}
			want := strings.Replace(file, "Peas", "Beans", 1)
			if kept := string(out) == want; kept != tt.kept {
				t.Errorf("%s, %s: kept %v\n%s", name, version, kept, out)
			}
			if l, err := Account(t.Context(), templates(t), r.Card, f, out); err != nil || l.Totals[LeftOut] > 0 {
				t.Errorf("%s, %s: %+v, %v", name, version, l, err)
			}
			if back := returned(t, r.Card, []byte(file), r.As); string(back.Data) != want {
				t.Errorf("%s, %s: it goes back as\n%s", name, version, back.Data)
			}
		}
	}
}
