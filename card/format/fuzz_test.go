package format

import (
	"os"
	"path/filepath"
	"testing"

	"cardstock/card"
)

// FuzzRead: whatever is uploaded, reading it ends with a card that can be stored, shown and
// exported without loss, or with a sentence.
func FuzzRead(f *testing.F) {
	names, _ := filepath.Glob("testdata/*.json")
	for _, name := range append(names, "../../e2e/testdata/answers.json") {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, template := range templates(f).All() {
		for _, suffix := range []string{".json", ".webcards.json", ".html"} {
			f.Add(encode(f, suffix, template.New()))
		}
	}
	for seed := range uint64(5) {
		for _, suffix := range []string{".json", ".webcards.json", ".html"} {
			f.Add(encode(f, suffix, randomCard(f, seed)))
		}
	}
	for _, s := range append(append([]string{`{"a":[1,-0.5e+3,"\ud83c\udf43"]}`, "[]", "<p>"}, hostile...), attacks...) {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Read(templates(t), data)
		if err != nil {
			if card.CodeOf(err) != card.Invalid {
				t.Fatalf("an error without a sentence: %v", err)
			}
			return
		}
		same(t, read(t, encode(t, ".json", r.Card)).Card, r.Card)
		read(t, encode(t, ".webcards.json", r.Card))
		same(t, read(t, encode(t, ".html", r.Card)).Card, r.Card)
		article, err := Article(templates(t), r.Card)
		if err != nil {
			t.Fatal(err)
		}
		checkHarmless(t, string(article))
	})
}
