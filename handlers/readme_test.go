package handlers_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAReadmeGoesBackAsItCame: the README that a card was made from is its export, byte for byte, until an answer is edited; then it is
// another in the lines of that answer.
func TestAReadmeGoesBackAsItCame(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	const readme = "---\nlanguage: no # Norwegian\nlicense: mit\n---\n\n# Peas\n\n## Limitations\n<!-- be honest -->\n\nThey  roll.\n\n## Thanks\n\nTo all.\n"
	r := b.do(request{method: "POST", path: "/cards/import", form: form("text", readme)}).is(303)
	path, _, _ := strings.Cut(r.header.Get("Location"), "?")
	came := string(b.get(path + ".md").body)
	if came != readme {
		t.Errorf("unedited it is %q", came)
	}
	page := b.get(path + "/sections/caveats")
	rev := page.one(`[name="rev.caveats.limitations"]`).AttrOr("value", "")
	b.do(request{method: "PUT", path: path + "/fields/caveats.limitations", form: form("answer.caveats.limitations", "They stay.", "rev.caveats.limitations", rev)})
	if got, want := string(b.get(path+".md").body), strings.Replace(came, "They  roll.", "They stay.", 1); got != want {
		t.Errorf("edited it is %q", got)
	}
	if says := b.get(path + "/exports").one(`.history > li:contains("Hugging Face README")`).Text(); !strings.Contains(says, "5 answers carried, none left out") {
		t.Errorf("the page of exports: %s", says)
	}
	if !strings.Contains(string(b.get(path+".html").body), "They stay.") {
		t.Error("the answer was not saved")
	}
}

// TestReadmesOfTheHubGoBack: each README of the corpus, uploaded as a file, is the card's export again, whatever it was saved with.
func TestReadmesOfTheHubGoBack(t *testing.T) {
	undetected(t)
	t.Parallel()
	files, _ := filepath.Glob(filepath.Join("..", "..", "shared", "corpus", "hf", "*.md"))
	if len(files) == 0 {
		t.Log("The corpus (../shared/corpus/hf) is absent; only the READMEs of this test are tested.")
	}
	readmes := map[string][]byte{"CRLF and a mark": []byte("\ufeff---\r\nlicense:   mit\r\n---\r\n# Peas\r\n\r\nGreen. \r\n\r\n"), "UTF-16": []byte("\xff\xfe#\x00 \x00P\x00\n\x00\n\x00x\x00")}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		readmes[filepath.Base(file)] = data
	}
	b, made := common(t).visitor(), 0
	for name, data := range readmes {
		r := b.do(request{method: "POST", path: "/cards/import", file: &upload{"README.md", data}})
		if r.status != 303 {
			continue // some describe the format and are no YAML
		}
		made++
		path, _, _ := strings.Cut(r.header.Get("Location"), "?")
		if got := b.get(path + ".md").body; string(got) != string(data) {
			t.Errorf("%s: %d bytes became %d", name, len(data), len(got))
		}
		if r := b.get(path + "/exports"); r.status != 200 {
			t.Errorf("%s: the page of exports is %d", name, r.status)
		}
	}
	t.Logf("%d of %d were read", made, len(readmes))
	if made < 2 {
		t.Errorf("%d of %d were read", made, len(readmes))
	}
}

// TestAFileGoesBackAsItCame: whatever a card was made from, its visitor gets it back with the edits, and where the format is one that is
// exported, under its name too.
func TestAFileGoesBackAsItCame(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	for _, tt := range []struct{ name, file, section, key, was, is, suffix string }{
		{"MCT", `{"schema_version": "0.0.2",  "model_details": {"name": "Peas", "odd": {"deep": [1.50]}}, "considerations": {"limitations": [{"description": "They roll."}]}}`, "caveats", "caveats.limitations", "They roll.", "They stay.", ".mct.json"},
		{"YAML", "# mine\nmodel_details:\n  name: Peas # short\nconsiderations:\n  limitations:\n  - description: They roll.\n", "caveats", "caveats.limitations", "They roll.", "They stay.", ""},
		{"any", "{\"name\":\"Peas\",\n \"about\": {\"text\": \"Green\", \"list\": [1.0, 2.00]}}", "json_about", "json.about.text", "Green", "Yellow", ""},
	} {
		r := b.do(request{method: "POST", path: "/cards/import", form: form("text", tt.file)}).is(303)
		path, _, _ := strings.Cut(r.header.Get("Location"), "?")
		ways := []string{"/original?edits=1"}
		if tt.suffix != "" {
			ways = append(ways, tt.suffix)
		}
		for _, way := range ways {
			if got := string(b.get(path + way).is(200).body); got != tt.file {
				t.Errorf("%s%s: unedited it is %q", tt.name, way, got)
			}
		}
		rev := b.get(path+"/sections/"+tt.section).one(`[name="rev.`+tt.key+`"]`).AttrOr("value", "")
		b.do(request{method: "PUT", path: path + "/fields/" + tt.key, form: form("answer."+tt.key, tt.is, "rev."+tt.key, rev)})
		for _, way := range ways {
			if got, want := string(b.get(path+way).is(200).body), strings.Replace(tt.file, tt.was, tt.is, 1); got != want {
				t.Errorf("%s%s: edited it is %q", tt.name, way, got)
			}
		}
		if says := b.get(path + "/exports").one(`.history > li:contains("The file it came from")`).Text(); !strings.Contains(says, "none left out") {
			t.Errorf("%s: the page of exports: %s", tt.name, says)
		}
	}
}
