package format

import (
	"slices"
	"testing"
)

// TestFileStaysWhatItIs: answers that come into a file of no known shape do not make the paper's of it.
func TestFileStaysWhatItIs(t *testing.T) {
	const file = `{"name": "Peas", "colour": "green"}`
	r := read(t, []byte(file))
	for _, key := range []string{"intended_use.primary_users", "factors.relevant", "metrics.thresholds", "caveats.ideal_dataset", "quantitative_analyses.unitary_results"} {
		f, _ := r.Card.Field(key)
		f.Answer = "About " + key
	}
	out := returned(t, r.Card, []byte(file), r.As)
	again := read(t, out.Data)
	if out.Anew || again.Format != anyFormat || !slices.Contains(allAnswers(again.Card), "About caveats.ideal_dataset") {
		t.Errorf("anew %v, %s: %s", out.Anew, again.Format.Name, out.Data)
	}
	checkReturned(t, "with answers", r.Card, out)
}
