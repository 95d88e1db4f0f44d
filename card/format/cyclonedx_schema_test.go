package format

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"cardstock/card"
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

// TestCycloneDXLicenceIdentifiers: an identifier that the schema lists stands as one, whatever its case was, and every other licence as a name.
func TestCycloneDXLicenceIdentifiers(t *testing.T) {
	for licence, want := range map[string]string{"mit": `"id": "MIT"`, "cc-by-4.0": `"id": "CC-BY-4.0"`, "openrail": `"name": "openrail"`, "MIT OR Apache-2.0": `"name": "MIT OR Apache-2.0"`, "Ask us.": `"name": "Ask us."`} {
		c := templates(t).Get("model").New()
		set(t, c, "model_details.license", licence)
		for _, suffix := range []string{".cdx.json", ".cdx17.json"} {
			data := encode(t, suffix, c)
			if !strings.Contains(string(data), want) {
				t.Errorf("%s: %s is not in\n%s", suffix, want, data)
			}
			if again := encode(t, suffix, read(t, data).Card); string(again) != string(data) {
				t.Errorf("%s: the second trip changes it\n%s", suffix, again)
			}
		}
	}
	var list struct{ Enum []string }
	for _, data := range corpus(t, "cyclonedx/spdx.schema.json") {
		if err := json.Unmarshal(data, &list); err != nil {
			t.Fatal(err)
		}
	}
	for id := range schemaLicences {
		if !slices.Contains(list.Enum, id) || card.SPDXLicence(strings.ToLower(id)) != id {
			t.Errorf("%s is no identifier of the schema", id)
		}
	}
}

// TestCycloneDXSpellsAnEditedLicence: an edited licence goes into the bill as an export has it; one that was not edited stays as it is.
func TestCycloneDXSpellsAnEditedLicence(t *testing.T) {
	const bill = `{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": [{"type": "machine-learning-model", "name": "peas", "licenses": [{"license": {"id": "mit"}}], "modelCard": {"modelParameters": {"task": "sorting"}}}]}`
	for _, of := range [][3]string{{"model_details.license", "apache-2.0", `"id": "Apache-2.0"`}, {"model_details.name", "Beans", `"id": "mit"`}} {
		r := read(t, []byte(bill))
		set(t, r.Card, of[0], of[1])
		out := returned(t, r.Card, []byte(bill), r.As)
		if out.Anew || !strings.Contains(string(out.Data), of[2]) {
			t.Errorf("%s: anew %v\n%s", of[0], out.Anew, out.Data)
		}
		if l := out.Account(t.Context(), templates(t), r.Card); l.Totals[LeftOut] > 0 {
			t.Errorf("%+v", l)
		}
	}
}
