package format

import (
	"strings"
	"testing"

	"cardstock/card"
)

// TestEmptiedAnswerLeavesTheFile: an answer that is taken away takes nothing else of a file along, also one that the file is known by and one
// that stands where nothing can be taken out.
func TestEmptiedAnswerLeavesTheFile(t *testing.T) {
	const three = `{"intended_use": {"primary_uses": "Soup"}, "factors": {"relevant_factors": "Rain"}, "metrics": {"model_performance_measures": "accuracy"}}`
	for _, tt := range []struct{ name, key, was, is string }{
		{three, "metrics.measures", `{"model_performance_measures": "accuracy"}`, `{}`},
		{three, "factors.relevant", `{"relevant_factors": "Rain"}`, `{}`},
		{"toolkit.textproto", "", "", ""},
		{"mitchell.json", "", "", ""},
	} {
		data := []byte(tt.name)
		if tt.name != three {
			data = fixture(t, "readers/"+tt.name)
		}
		r := read(t, data)
		keys := []string{tt.key}
		if tt.key == "" {
			keys = answeredFields(r.Card)
		}
		for _, key := range keys {
			c := r.Card.Clone()
			f, _ := c.Field(key)
			if f == nil {
				t.Fatalf("%s: no question %s in %v", tt.name, key, answeredFields(c))
			}
			f.Answer = ""
			out := returned(t, c, data, r.As)
			if want := strings.Replace(string(data), tt.was, tt.is, 1); out.Anew || tt.was != "" && string(out.Data) != want {
				t.Errorf("%s without %s: anew %v\n%s", tt.name, key, out.Anew, out.Data)
				continue
			}
			again := read(t, out.Data)
			if is, _ := again.Card.Field(key); again.Format != r.Format || is != nil && !card.Blank(is.Answer) {
				t.Errorf("%s without %s is a %s with %+v", tt.name, key, again.As, is)
			}
		}
	}
}
