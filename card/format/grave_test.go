package format

import (
	"strings"
	"testing"
)

// TestNotesBeginWithTheGravest: what says that a part of the file is not in the card comes first, and is counted.
func TestNotesBeginWithTheGravest(t *testing.T) {
	for text, want := range map[string][]string{
		`{"name": "Peas", "more": ["a",], "end": "it sto`:                                                            {"ends too early"},
		"{\"name\": \"Peas\", \"more\": [\"a\",], \"half\": \"\\ud800\", \"end\": \"it sto":                          {"ends too early", "became �"},
		`{"model_details":{"name":"Peas",},"quantitative_analysis":{"graphics":{"collection":[{"image":"bm9uZQ"}]}}`: {"ends too early", "and is none"},
		"model_details {\n name: \"Peas\"\n owners {":                                                                {"ends too early"},
		`{"name": "Peas", "more": ["a",]}`:                                                                           nil,
	} {
		r, err := Read(templates(t), []byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if r.Missing != len(want) || len(r.Notes) < r.Missing {
			t.Errorf("%s: %d of %q", text, r.Missing, r.Notes)
			continue
		}
		for i, words := range want {
			if !strings.Contains(r.Notes[i], words) {
				t.Errorf("%s: %q, and note %d is not about %q", text, r.Notes, i, words)
			}
		}
	}
}
