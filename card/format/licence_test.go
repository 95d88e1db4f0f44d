package format

import (
	"strings"
	"testing"
)

// TestLicencesOfSPDX: where a format asks for an identifier of SPDX it is written as there, which is told; what is none stays, and a file that a card
// goes back into keeps its spelling.
func TestLicencesOfSPDX(t *testing.T) {
	ts := templates(t)
	for said, want := range map[string]string{"mit": "MIT", "apache-2.0": "Apache-2.0", "MIT": "MIT", "Ask us": "Ask us"} {
		for _, f := range []*Format{mctFormat, mctProtoFormat, cycloneDXFormat, cycloneDX17Format, croissantFormat} {
			c, key := ts.Get("model").New(), "model_details.license"
			if f.Kind != c.Kind && f.Kind != "" {
				c, key = ts.Get("datasheet").New(), "distribution.license"
			}
			of, _ := c.Field(key)
			of.Answer = said
			data, err := f.Encode(ts, c)
			if err != nil || !strings.Contains(string(data), want) || said != want && strings.Contains(string(data), `"`+said+`"`) {
				t.Errorf("%s of %s: %v\n%s", said, f.Name, err, data)
			}
			l, err := Account(t.Context(), ts, c, f, data)
			if err != nil || l.Totals[LeftOut] != 0 || (l.Totals[Changed] == 0) != (said == want) {
				t.Errorf("%s of %s: %+v, %v", said, f.Name, l, err)
			}
		}
	}
	file := `{"model_details": {"name": "P", "licenses": [{"identifier": "mit"}]}, "model_parameters": {}, "schema_version": "0.0.2"}`
	r := read(t, []byte(file))
	name, _ := r.Card.Field("model_details.name")
	name.Answer = "Q"
	if out, err := mctFormat.Write(t.Context(), ts, r.Card, []byte(file)); err != nil || string(out) != strings.Replace(file, `"P"`, `"Q"`, 1) {
		t.Errorf("%v: %s", err, out)
	}
}
