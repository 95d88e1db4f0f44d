package format

import (
	"slices"
	"testing"
)

// TestIndentOfFirstLine: what indents the first line of an answer makes code of it in Markdown. Added or taken away it is written into the file, where
// its format keeps it, and changes nothing else.
func TestIndentOfFirstLine(t *testing.T) {
	for name, file := range map[string]func(text string) string{
		"json": func(text string) string { return `{"name": "P", "about": ` + quote(text) + `, "more": "z"}` },
		"toolkit": func(text string) string {
			return `{"schema_version": "0.0.2", "model_details": {"name": "P", "overview": ` + quote(text) + `}}`
		},
		"yaml": func(text string) string { return "name: P\nabout: " + quote(text) + "\nmore: z\n" },
		"paper": func(text string) string {
			return `{"model_details": {"name": "P"}, "intended_use": {"primary_uses": ` + quote(text) + `}, "factors": {}, "metrics": {}}`
		},
	} {
		for was, is := range map[string]string{"    x = 1\n    y = 2": "x = 1\n    y = 2", "x = 1\ny": "    x = 1\ny", "    x": "x", "x": "    x"} {
			r := read(t, []byte(file(was)))
			changed := 0
			for i := range r.Card.Sections {
				for j := range r.Card.Sections[i].Fields {
					if f := &r.Card.Sections[i].Fields[j]; f.Answer == was {
						f.Answer = is
						changed++
					}
				}
			}
			if out := returned(t, r.Card, []byte(file(was)), r.As); changed != 1 || out.Anew || string(out.Data) != file(is) && name != "yaml" || !slices.Contains(allAnswers(read(t, out.Data).Card), is) {
				t.Errorf("%s: %d of %q to %q, anew %v: %s", name, changed, was, is, out.Anew, out.Data)
			}
		}
	}
}
