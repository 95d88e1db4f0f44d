package format

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"cardstock/card"
)

// TestExportsGoBackIntoEveryFile: a file that is as an export is comes back as the same bytes under the export's name, and with any answer
// edited it is valid still, if it was.
func TestExportsGoBackIntoEveryFile(t *testing.T) {
	undetected(t)
	schemas := map[string]*jsonschema.Schema{
		"mct":       official(t, "mct/schema_v0.0.2.json"),
		"cyclonedx": official(t, "cyclonedx/bom-1.6.schema.json", "cyclonedx/spdx.schema.json", "cyclonedx/jsf-0.82.schema.json", "cyclonedx/cryptography-defs.schema.json"),
		"sagemaker": sageSchema(t),
	}
	files := everyFile(t)
	files["sage with lists"] = []byte(sageExample)
	files["sage"] = []byte(`{"model_overview": {"model_name": "Peas",  "model_owner": "Ann"}, "intended_uses": {"intended_uses": "To eat"}}`)
	files["mct"] = []byte(`{"schema_version": "0.0.2",  "model_details": {"name": "Peas", "licenses": [{"identifier": "MIT"}], "references": [{"reference": "https://a.example"}], "odd": [1.0]}, "considerations": {}}`)
	kept := map[string]int{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		data := files[name]
		r, err := Read(templates(t), data)
		if err != nil || r.Format.Keeps == nil {
			continue
		}
		out, err := r.Format.Write(t.Context(), templates(t), r.Card, data)
		if err != nil {
			t.Fatal(name, err)
		}
		if string(out) != string(data) {
			continue // of another version, or mended
		}
		kept[r.Format.Name]++
		schema := schemas[r.Format.Name]
		valid := schema != nil && checkSchema(t, schema, data) == nil
		t.Logf("%s goes back as %s; valid: %v", name, r.Format.Name, valid)
		for _, s := range r.Card.Sections {
			for _, f := range s.Fields {
				c := r.Card.Clone()
				now, _ := c.Field(f.Key)
				switch {
				case card.Blank(f.Answer) && f.Kind == card.Table:
					continue
				case card.Blank(f.Answer):
					now.Answer = "New"
				default:
					now.Answer = edited(now)
				}
				out, err := r.Format.Write(t.Context(), templates(t), c, data)
				if err != nil {
					t.Fatal(name, f.Key, err)
				}
				if valid {
					if err := checkSchema(t, schema, out); err != nil {
						t.Errorf("%s, %s: %v", name, f.Key, err)
					}
				}
				l, err := Account(t.Context(), templates(t), c, r.Format, out)
				if err != nil || l.Totals[LeftOut] > 0 {
					t.Errorf("%s, %s: %+v %v", name, f.Key, l, err)
				}
			}
		}
	}
	for _, format := range []string{"mct", "webcards", "sagemaker"} {
		if kept[format] == 0 {
			t.Errorf("no file of %s goes back: %v", format, kept)
		}
	}
	if out, err := mctFormat.Write(t.Context(), templates(t), read(t, []byte(sources["yaml"])).Card, []byte(sources["yaml"])); err != nil || !strings.HasPrefix(string(out), "{") {
		t.Errorf("a file of YAML is no JSON: %.40q, %v", out, err)
	}
}
