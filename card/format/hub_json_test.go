package format

import (
	"strings"
	"testing"
)

// TestFrontMatterOfJSON: front matter that is JSON is JSON when an answer in it is changed, taken away or new, and nothing else of it is changed.
func TestFrontMatterOfJSON(t *testing.T) {
	const long = "---\n{\n  \"license\": \"mit\",\n  \"tags\": [\"a\", \"b\"],\n  \"deep\": {\"a\": 1},\n  \"size\": 1.50,\n  \"language\": \"en\"\n}\n---\n# Peas\n\nGreen.\n"
	short := strings.NewReplacer("{\n  ", "{", "\n}\n", "}\n", ",\n  ", ", ").Replace(long)
	for _, file := range []string{long, short, strings.ReplaceAll(long, "\n", "\r\n")} {
		separator := ",\n  "
		if file == short {
			separator = ", "
		} else if file != long {
			separator = ",\r\n  "
		}
		for _, tt := range [][4]string{
			{"model_details.license", "apache-2.0", `"mit"`, `"apache-2.0"`},
			{"hub.language", "", separator + `"language": "en"`, ""},
			{"hub.language", "one\n\"two\"", `"en"`, `"one\n\"two\""`},
			{"hub.tags", "a\nc: d", `"b"`, `"c: d"`},
			{"hub.tags", "a\nnew\nb", `"a", `, `"a", "new", `},
			{"hub.tags", "b", `"a", `, ""},
			{"hub.size", "2.50", "1.50", "2.50"},
			{"hub.size", "large", "1.50", `"large"`},
			{"hub.deep", `{"a": 2}`, `{"a": 1}`, `{"a": 2}`},
			{"hub.deep", "{a: 2}", `{"a": 1}`, "{a: 2}"},
		} {
			r := read(t, []byte(file))
			f, _ := r.Card.Field(tt[0])
			f.Answer = tt[1]
			out := returned(t, r.Card, []byte(file), r.As)
			if want := strings.Replace(file, tt[2], tt[3], 1); out.Anew || string(out.Data) != want {
				t.Errorf("%s: %s", tt[0], out.Data)
			}
		}
	}
	const none = "---\n{\"tags\": [\"a\"]}\n---\n# Peas\n\nGreen.\n"
	r := read(t, []byte(none))
	f, _ := r.Card.Field("model_details.license")
	f.Answer = "mit"
	if out := returned(t, r.Card, []byte(none), r.As); string(out.Data) != strings.Replace(none, `["a"]}`, `["a"], "license": "mit"}`, 1) {
		t.Errorf("a new licence: %s", out.Data)
	}
}
