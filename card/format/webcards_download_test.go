package format

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"cardstock/card"
)

func TestDownload(t *testing.T) {
	r := read(t, fixture(t, "webcards-download.json"))
	if r.Format.Name != "webcards-download" || r.Format.Encode != nil {
		t.Errorf("read as %s", r.Format.Name)
	}
	for key, want := range map[string]string{
		"model_details.name":                           "Leaf counter",
		"model_details.owner_name":                     "Ana; Bo",
		"model_details.owner_contact":                  "ana@example.org",
		"version.date":                                 "2025-04-01",
		"version.name":                                 "",
		"model_details.references":                     "https://example.org/a\nhttps://example.org/b",
		"model_details.citation":                       "APA, Club (2025). Leaf counter.",
		"quantitative_analyses.notes":                  "40 plants, one row each",
		"quantitative_analyses.graph_description":      "Bars by pot",
		"ethical_considerations.human_life":            "",
		"ethical_considerations.risks":                 "Overwatering",
		"ethical_considerations.mitigations":           "A limit",
		"training_data.description":                    "40 pots",
		"evaluation_data.motivation":                   "At hand",
		"quantitative_analyses.intersectional_results": "",
		"webcards.entry1":                              "Ana",
		"webcards.entry1-2":                            "41 h",
		"quantitative_analyses.metrics": `[{"lower":"0.85","metric":"Accuracy","slice":"basil","upper":"0.95","value":"0.90"},` +
			`{"metric":"Brier Score"},{"metric":"Mean error","value":"1.50"}]`,
	} {
		if got := answer(t, r.Card, key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if s := r.Card.Section("webcards_extended1"); s == nil || s.Title != "Light" || len(s.Fields) != 2 {
		t.Errorf("extended section 1 is %+v", s)
	}
	if r.Card.Section("webcards_extended2") != nil {
		t.Error("an extended section with nothing in it was kept")
	}
	if !strings.Contains(strings.Join(r.Notes, "\n"), "2 pictures stay in the uploaded original.") {
		t.Errorf("notes: %q", r.Notes)
	}
	leavesLand(t, fixture(t, "webcards-download.json"), r.Card)
}

func TestDownloadCorpus(t *testing.T) {
	for _, data := range corpus(t, "webcards/sample_download.json") {
		r := read(t, data)
		if r.Format.Name != "webcards-download" || r.Recognised != 16 || r.Custom != 3 {
			t.Errorf("%s: %d recognised, %d custom", r.Format.Name, r.Recognised, r.Custom)
		}
		if !strings.Contains(strings.Join(r.Notes, "\n"), "1 picture stays in the uploaded original.") {
			t.Errorf("notes: %q", r.Notes)
		}
		leavesLand(t, data, r.Card)
	}
}

// leavesLand checks that each text of the file is somewhere in the card.
func leavesLand(t *testing.T, data []byte, c *card.Card) {
	t.Helper()
	var all strings.Builder
	for _, s := range c.Sections {
		fmt.Fprintln(&all, s.Title)
		for _, f := range s.Fields {
			fmt.Fprintln(&all, f.Label)
			fmt.Fprintln(&all, f.Answer)
			for _, row := range f.ParseRows() {
				fmt.Fprintln(&all, row)
			}
		}
	}
	var root any
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.UseNumber()
	if err := d.Decode(&root); err != nil {
		t.Fatal(err)
	}
	n := 0
	eachLeaf(root, "", func(path, leaf string) {
		if n++; !strings.Contains(all.String(), leaf) {
			t.Errorf("%s is nowhere in the card: %q", path, leaf)
		}
	})
	if n < 20 {
		t.Errorf("only %d texts were looked for", n)
	}
}

func eachLeaf(v any, path string, visit func(path, leaf string)) {
	switch v := v.(type) {
	case map[string]any:
		for name, child := range v {
			if name != "image" && name != "schema_version" {
				eachLeaf(child, path+"."+name, visit)
			}
		}
	case []any:
		for i, child := range v {
			eachLeaf(child, fmt.Sprintf("%s[%d]", path, i), visit)
		}
	default:
		if leaf := fmt.Sprint(v); v != nil && leaf != "" && leaf != "None" {
			visit(path, leaf)
		}
	}
}

// TestDownloadKeepsWhatItDoesNotKnow feeds shapes the old tool never wrote.
func TestDownloadKeepsWhatItDoesNotKnow(t *testing.T) {
	data := `{"schema_version":"0.0.2","model_details":{"feedbacks":"by letter","name":"A","name":"B","owners":"just Ana","surprise":{"deep":[{"er":"x1"}]},"citations":["plain citation"]},
		"quantitative_analysis":{"performance_metrics":[{"type":"A","value":{"odd":"x2"},"confidence_interval":{"lower_bound":"x3"}},"bare metric"]},
		"considerations":{"entry1":"x4","question1":"x5","entry2":[{"question2":"x6"}],"users":[{"description":"x7","name":"x8"}]},
		"extended_section1":"x9","extended_section2":{"extended2_title":["x10"],"odd":["x11",{"entry1":"x12"}]},"extended_section3":{"extended3_title":[{"title":"x13"},{"title":"x14"}]},
		"loose":"x15","unknown":{"a":true,"b":12.50}}`
	leavesLand(t, []byte(data), read(t, []byte(data)).Card)
}
