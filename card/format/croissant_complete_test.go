package format

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

const croissantExample = `{
  "@context": {"@vocab": "https://schema.org/", "sc": "https://schema.org/", "cr": "http://mlcommons.org/croissant/", "dct": "http://purl.org/dc/terms/", "conformsTo": "dct:conformsTo", "recordSet": "cr:recordSet", "mine": "https://example.org/terms/"},
  "@type": "sc:Dataset",
  "@id": "https://example.org/peas",
  "conformsTo": "http://mlcommons.org/croissant/1.0",
  "name": "Peas", "description": "Peas and beans.", "license": "https://creativecommons.org/licenses/by/4.0/",
  "url": "https://peas.example",
  "creator": [{"@type": "sc:Person", "name": "Ann", "sameAs": "https://orcid.example/1"}, {"@type": "sc:Organization", "name": "The Garden"}],
  "datePublished": "2025-03-01T10:00:00Z",
  "keywords": ["peas", "beans"], "citeAs": "Ann (2025)", "mine:soil": "clay",
  "distribution": [{"@type": "cr:FileObject", "@id": "peas.csv", "name": "peas.csv", "contentUrl": "https://example.org/peas.csv", "sha256": "00ff"}],
  "recordSet": [{"@type": "cr:RecordSet", "@id": "rows", "field": [{"@type": "cr:Field", "@id": "rows/size", "dataType": "sc:Integer", "source": {"fileObject": {"@id": "peas.csv"}}}]}]
}
`

// croissantOf writes a card of a file in its format after edits.
func croissantOf(t *testing.T, file string, edits map[string]string) string {
	t.Helper()
	r := read(t, []byte(file))
	for key, text := range edits {
		set(t, r.Card, key, text)
	}
	out, err := r.Format.Write(t.Context(), templates(t), r.Card, []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	l, err := Account(t.Context(), templates(t), r.Card, croissantFormat, out)
	if err != nil || l.Totals[LeftOut]+l.Totals[Changed] > 0 {
		t.Errorf("%v: %+v, %v", edits, l, err)
	}
	return string(out)
}

// TestCroissantGoesBackIntoItsFile: the list of files, the columns, the ids and the context of a dataset stay, and an edit stands where it belongs.
func TestCroissantGoesBackIntoItsFile(t *testing.T) {
	for name, tt := range map[string]struct {
		edits   map[string]string
		was, is string
	}{
		"nothing":           {nil, "", ""},
		"the description":   {map[string]string{"motivation.purpose": "Beans."}, "Peas and beans.", "Beans."},
		"a creator":         {map[string]string{"motivation.creators": "Ann\nThe Field"}, "The Garden", "The Field"},
		"the page":          {map[string]string{"croissant.url": "https://beans.example"}, `"url": "https://peas.example"`, `"url": "https://beans.example"`},
		"a keyword":         {map[string]string{"croissant.keywords": "peas\nbeans\nleeks"}, `"beans"]`, `"beans", "leeks"]`},
		"the sum of a file": {map[string]string{"croissant.distribution.sha256": "11ee"}, "00ff", "11ee"},
		"a new answer": {map[string]string{"composition.sensitive": "None of it"}, `"mine": "https://example.org/terms/"}`,
			`"mine": "https://example.org/terms/", "rai": "http://mlcommons.org/croissant/RAI/"}`},
		"no licence":     {map[string]string{"distribution.license": ""}, "", ""},
		"no day, a word": {map[string]string{"distribution.date": "Next year"}, `"2025-03-01T10:00:00Z"`, `"0001-01-01"`},
	} {
		got, want := croissantOf(t, croissantExample, tt.edits), strings.Replace(croissantExample, tt.was, tt.is, 1)
		switch name {
		case "a new answer": // which stands at the end
			want = strings.Replace(want, "}}}]}]\n", "}}}]}],\n  \"rai:personalSensitiveInformation\": \"None of it\"\n", 1)
		case "no licence":
			want = strings.Replace(want, ` "license": "https://creativecommons.org/licenses/by/4.0/",`, "", 1)
			want = strings.Replace(want, "}}}]}]\n", "}}}]}],\n  \"license\": \"Not stated\"\n", 1)
		case "no day, a word":
			if n := strings.Index(got, `"additionalProperty"`); n < 0 || !strings.Contains(got[n:], "Next year") {
				t.Errorf("%s: %s", name, got)
				continue
			}
			got = got[:strings.Index(got, ",\n  \"additionalProperty\"")] + "\n}\n"
		}
		if got != want {
			t.Errorf("%s: it is\n%s\nwant\n%s", name, got, want)
		}
	}
}

// TestCroissantIsCompleted: what a file does not have and the specification requires comes into it, and its context knows the names.
func TestCroissantIsCompleted(t *testing.T) {
	const file = `{"@context": {"@vocab": "http://schema.org/", "cr": "http://mlcommons.org/croissant/"}, "@type": "Dataset", "name": "Peas", "creator": "Ann", "datePublished": "in spring",
 "cr:recordSet": [{"@type": "cr:RecordSet", "name": "rows"}]}`
	const want = `{"@context": {"@vocab": "http://schema.org/", "cr": "http://mlcommons.org/croissant/", "conformsTo": "dct:conformsTo", "dct": "http://purl.org/dc/terms/"}, "@type": "Dataset", "name": "Peas", "creator": {
 "@type": "Organization",
 "name": "Ann"
}, "datePublished": "0001-01-01",
 "cr:recordSet": [{"@type": "cr:RecordSet", "name": "rows"}], "conformsTo": "http://mlcommons.org/croissant/1.0", "description": "Not stated", "license": "Not stated", "url": "about:blank", "additionalProperty": [`
	got := croissantOf(t, file, nil)
	if !strings.HasPrefix(got, want) || !strings.Contains(got[len(want):], `"propertyID": "distribution.date"`) || !strings.Contains(got[len(want):], "in spring") {
		t.Errorf("it is\n%s\nwant\n%s…", got, want)
	}
	if back := returned(t, read(t, []byte(file)).Card, []byte(file), "croissant"); string(back.Data) != file {
		t.Errorf("as the file itself it is\n%s", back.Data)
	}
}

// TestCroissantThatIsNearlyRight goes back without what was mended in it.
func TestCroissantThatIsNearlyRight(t *testing.T) {
	for name, file := range map[string]string{
		"a byte-order mark": "\uFEFF" + croissantExample, "a comment": "// mine\n" + croissantExample, "a comma too many": strings.Replace(croissantExample, "}}}]}]\n", "}}}]}],\n", 1),
		"in a list": "[" + croissantExample + "]",
	} {
		is := croissantOf(t, file, nil)
		if strings.Contains(is, "\uFEFF") || flatJSON(t, is) != flatJSON(t, croissantExample) || name == "a byte-order mark" && is != croissantExample {
			t.Errorf("%s: %s", name, is)
		}
	}
}

// flatJSON is a text of strict JSON on one line.
func flatJSON(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(text)); err != nil {
		t.Error(err)
	}
	return b.String()
}

// TestCroissantAnewHasOwnProperties: without its file, too, a card has its page and its keywords in their properties, and so the list of files that was
// kept as structure.
func TestCroissantAnewHasOwnProperties(t *testing.T) {
	r := read(t, []byte(croissantExample))
	data := encode(t, ".croissant.json", r.Card)
	for _, want := range []string{`"url": "https://peas.example"`, `"keywords": ["peas", "beans"]`, `"citeAs": "Ann (2025)"`} {
		if !strings.Contains(strings.NewReplacer("[ ", "[", " ]", "]").Replace(flat(string(data))), want) {
			t.Errorf("%s is not in\n%s", want, data)
		}
	}
	validCroissant(t, "anew", data)
	l, err := Account(t.Context(), templates(t), r.Card, croissantFormat, data)
	if err != nil || l.Totals[Changed]+l.Totals[LeftOut] > 0 || len(l.Words) > 0 {
		t.Errorf("%+v, %v", l, err)
	}
	var many strings.Builder
	for i := range 900 {
		fmt.Fprintf(&many, `, {"@type": "cr:FileObject", "@id": "%d.csv", "name": "File %d", "contentUrl": "https://example.org/%d.csv"}`, i, i, i)
	}
	large := read(t, []byte(strings.Replace(croissantExample, `"00ff"}]`, `"00ff"}`+many.String()+`]`, 1)))
	data = encode(t, ".croissant.json", large.Card)
	v := validCroissant(t, "large", data)
	if n := len(v["distribution"].([]any)); n != 901 || len(v["recordSet"].([]any)) != 1 {
		t.Errorf("%d files, %v", n, v["recordSet"])
	}
	if l, err = Account(t.Context(), templates(t), large.Card, croissantFormat, data); err != nil || l.Totals[LeftOut] > 0 {
		t.Errorf("%+v, %v", l.Totals, err)
	}
}
