package format

import (
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// billSchemaOf is the official schema of a version.
func billSchemaOf(t *testing.T, version string) *jsonschema.Schema {
	t.Helper()
	return official(t, "cyclonedx/bom-"+version+".schema.json", "cyclonedx/spdx.schema.json", "cyclonedx/jsf-0.82.schema.json", "cyclonedx/cryptography-defs.schema.json")
}

const ownBill = `{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "machine-learning-model", "name": "Peas", "group": "garden", "description": "Sorts peas.",
 "supplier": {"name": "Garden", "url": ["https://garden.example/a", "https://garden.example/b"]}, "authors": [{"name": "Ann"}, {"name": "Bob"}], "copyright": "Ann", "purl": "pkg:huggingface/garden/peas@1.0",
 "licenses": [{"license": {"id": "MIT", "url": "https://spdx.org/licenses/MIT"}}],
 "hashes": [{"alg": "MD5", "content": "3942447fac867ae5cdb3229b658f4d48"}, {"alg": "SHA-1", "content": "9188560f22e0b73070d2efce670c74af2bdf30af"}],
 "modelCard": {"modelParameters": {"approach": {"type": "supervised"}, "task": "sorting", "architectureFamily": "tree", "inputs": [{"format": "image"}, {"format": "text"}], "outputs": [{"format": "label"}]},
  "considerations": {"performanceTradeoffs": ["Slow", "Large"]}, "properties": [{"name": "lib", "value": "a"}, {"name": "size", "value": "7"}]}}]}`

// TestBillHasItsOwnPlaces: what a bill says of a model stands in its own place when it is written anew, in both versions, and comes back to the same
// questions.
func TestBillHasItsOwnPlaces(t *testing.T) {
	r := read(t, []byte(ownBill))
	for version, f := range map[string]*Format{"1.6": cycloneDXFormat, "1.7": cycloneDX17Format} {
		data := encode(t, f.Suffix, r.Card)
		if err := checkSchema(t, billSchemaOf(t, version), data); err != nil {
			t.Errorf("%s: %v", version, err)
		}
		is := strings.NewReplacer("[ ", "[", " ]", "]", "{ ", "{", " }", "}").Replace(flat(string(data)))
		for _, want := range []string{`"group": "garden"`, `"description": "Sorts peas."`, `"supplier": {"name": "Garden", "url": ["https://garden.example/a", "https://garden.example/b"]}`,
			`"authors": [{"name": "Ann"}, {"name": "Bob"}]`, `"copyright": "Ann"`, `"purl": "pkg:huggingface/garden/peas@1.0"`, `"url": "https://spdx.org/licenses/MIT"`,
			`{"alg": "SHA-1", "content": "9188560f22e0b73070d2efce670c74af2bdf30af"}`, `"approach": {"type": "supervised"}`, `"task": "sorting"`, `"architectureFamily": "tree"`,
			`"inputs": [{"format": "image"}, {"format": "text"}]`, `"outputs": [{"format": "label"}]`, `"performanceTradeoffs": ["Slow", "Large"]`,
			`"properties": [{"name": "lib", "value": "a"}, {"name": "size", "value": "7"}]`} {
			if !strings.Contains(is, want) {
				t.Errorf("%s: %s is not in\n%s", version, want, data)
			}
		}
		if l, err := Account(t.Context(), templates(t), r.Card, f, data); err != nil || l.Totals[Changed]+l.Totals[LeftOut]+len(l.Words) > 0 {
			t.Errorf("%s: %+v, %v", version, l, err)
		}
	}
}

// TestBillPlacesThatDoNotFit: what is not as the schema wants it, and what has lost its partner, goes with what has no place.
func TestBillPlacesThatDoNotFit(t *testing.T) {
	r := read(t, []byte(strings.Replace(ownBill, `{"name": "Bob"}`, `{"name": "Bob", "email": "bob@garden.example"}`, 1)))
	for key, text := range map[string]string{"cyclonedx.supplier.url": "the garden", "cyclonedx.hashes.content": "none", "cyclonedx.modelcard.modelparameters.approach.type": "by hand",
		"cyclonedx.licenses.license.url": "see below", "cyclonedx.property": ""} {
		set(t, r.Card, key, text)
	}
	data := encode(t, ".cdx.json", r.Card)
	if err := checkSchema(t, billSchemaOf(t, "1.6"), data); err != nil {
		t.Error(err)
	}
	for _, not := range []string{`"hashes"`, `"approach"`, `"authors"`, `"name": "size"`} {
		if strings.Contains(string(data), not) {
			t.Errorf("%s is in\n%s", not, data)
		}
	}
	if l, err := Account(t.Context(), templates(t), r.Card, cycloneDXFormat, data); err != nil || l.Totals[Changed]+l.Totals[LeftOut] > 0 {
		t.Errorf("%+v, %v", l, err)
	}
}

const severalBill = `{"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"timestamp": "2025-01-02T03:04:05Z"},
 "components": [{"type": "library", "name": "numpy"}, {"type": "machine-learning-model", "name": "Peas", "description": "Sorts peas."},
  {"type": "machine-learning-model", "name": "Beans", "description": "Sorts beans.", "modelCard": {"modelParameters": {"task": "sorting"}}}]}`

// TestBillOfSeveralKeepsTheOthers: each model of a bill goes back into it under the name of the export, and the others stay; of another version it is a
// file of the model alone, which is told.
func TestBillOfSeveralKeepsTheOthers(t *testing.T) {
	for as, tt := range map[string]struct{ key, was, is string }{
		"cyclonedx":   {"cyclonedx.description", "Sorts peas.", "Sorts all peas."},
		"cyclonedx:2": {"cyclonedx.description", "Sorts beans.", "Sorts all beans."},
	} {
		r, err := ReadAs(templates(t), []byte(severalBill), as)
		if err != nil {
			t.Fatal(err)
		}
		set(t, r.Card, tt.key, tt.is)
		out, err := cycloneDXFormat.WriteAs(t.Context(), templates(t), r.Card, []byte(severalBill), as)
		if want := strings.Replace(severalBill, tt.was, tt.is, 1); err != nil || string(out) != want {
			t.Errorf("%s: %v, it is\n%s\nwant\n%s", as, err, out, want)
		}
		if l, err := AccountAs(t.Context(), templates(t), r.Card, cycloneDXFormat, out, as); err != nil || l.Totals[Changed]+l.Totals[LeftOut] > 0 {
			t.Errorf("%s: %+v, %v", as, l, err)
		}
		if note := cycloneDXFormat.LeftBehind([]byte(severalBill), out); note != "" {
			t.Errorf("%s: %q", as, note)
		}
		alone := encode(t, ".cdx17.json", r.Card)
		if note := cycloneDX17Format.LeftBehind([]byte(severalBill), alone); note != "This is a new file of this card alone. The file that it came from holds besides: 1 other model, 1 other component, metadata." {
			t.Errorf("%s: %q", as, note)
		}
		if l, err := AccountAs(t.Context(), templates(t), r.Card, cycloneDX17Format, alone, as); err != nil || l.Totals[LeftOut] > 0 {
			t.Errorf("%s: %+v, %v", as, l, err)
		}
	}
}
