package format

import (
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"cardstock/card"
)

var joints = regexp.MustCompile(`\n|; |, |: `)

// TestTemplatesWithoutOurQuestions: an operator's own template need not have the questions that the readers know. No file is too much for them then,
// and what has no question of its own is kept.
func TestTemplatesWithoutOurQuestions(t *testing.T) {
	undetected(t)
	bare, err := card.LoadTemplates(fstest.MapFS{
		"model.yaml":     {Data: []byte("key: model\nkind: model\ntitle: Ours\nname: ours.name\nsections:\n  - key: basics\n    title: Basics\n    fields:\n      - {key: ours.name, label: Name, kind: line}\n")},
		"datasheet.yaml": {Data: []byte("key: datasheet\nkind: datasheet\ntitle: Ours\nname: ours.name\nsections:\n  - key: basics\n    title: Basics\n    fields:\n      - {key: ours.name, label: Name, kind: line}\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	files := corpus(t, "bridge2ai/*.yaml")
	for _, name := range []string{"webcards-datasheet.json", "webcards-download.json", "webcards-model.json"} {
		files[name] = fixture(t, name)
	}
	for name, text := range readmes {
		files["readme "+name] = []byte(text)
	}
	for name, text := range sources {
		files["source "+name] = []byte(text)
	}
	files["bridge2ai"] = []byte("purposes: [{description: To eat}]\naddressing_gaps: [a]\nmissing_info: [{description: b, name: c}]\ncontent_warnings: [d]\nname: Peas\nlicense: mit\n")
	files["an index of ours"] = []byte(readmes["index"][:strings.Index(readmes["index"], "license:")] +
		"---\n\n# Model Card for P\n\n<!-- cardstock:section.model_details -->\n## Model details\n\n<!-- cardstock:model_details.name -->\n### Name\n\nP\n")
	for name, c := range written(t) {
		for _, f := range All() {
			if f.Encode != nil && f.Returns() && f != pageFormat && f.Fits(c.Kind) && strings.HasPrefix(name, "full") {
				files[name+f.Suffix] = encode(t, f.Suffix, c)
			}
		}
	}
	for name, data := range files {
		want, err := Read(templates(t), data)
		if err != nil || want.Format == cardstockFormat {
			continue
		}
		r, err := Read(bare, data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		there, lost, labels := everything(r.Card), 0, ""
		for of, text := range things(r.Card) {
			if of.what == aLabel {
				labels += strings.ToLower(text) + "\n"
			}
		}
		for _, said := range allAnswers(want.Card) {
			for _, line := range joints.Split(said, -1) { // what was put together for a question of ours stands alone
				if line = flat(line); !there.holds(line) && !strings.Contains(labels, strings.ToLower(line)) && !strings.HasPrefix(line, "[{") {
					if lost++; lost < 4 {
						t.Errorf("%s (%s): %.100q is lost", name, r.Format.Name, line)
					}
				}
			}
		}
		if out, err := Back(t.Context(), bare, r.Card, data, r.As); err != nil || string(out.Data) != string(data) {
			t.Errorf("%s: untouched it is another file (%v)", name, err)
		}
	}
}
