package format

import (
	"strings"
	"testing"
	"time"
)

// TestBlankLinesAreCheap: a README of millions of blank lines is read as soon with its words behind them as with its words before them, and goes back. Each of
// them was asked whether it is a title, which took seconds, at each of the readings of an export.
func TestBlankLinesAreCheap(t *testing.T) {
	undetected(t)
	const front, body = "---\nlicense: mit\n---\n", "Model Card for Peas\n\n## Uses\n\nTo eat.\n"
	blank := strings.Repeat("\n", 4_900_000)
	before, behind := time.Hour, time.Hour
	for range 3 {
		for text, least := range map[string]*time.Duration{front + blank + body: &before, front + body + blank: &behind} {
			start := time.Now()
			r := read(t, []byte(text))
			*least = min(*least, time.Since(start))
			if answer(t, r.Card, "model_details.name") != "Peas" || answer(t, r.Card, "intended_use.primary_uses") != "To eat." {
				t.Fatalf("%+v", r.Card.Sections)
			}
		}
	}
	if t.Logf("%v, and %v", before, behind); before > 4*behind {
		t.Errorf("it takes %v with blank lines before its words, %v with them behind", before, behind)
	}
	text := front + blank + body
	r := read(t, []byte(text))
	f, _ := r.Card.Field("intended_use.primary_uses")
	f.Answer = "To sow."
	if out := returned(t, r.Card, []byte(text), r.As); string(out.Data) != strings.Replace(text, "To eat.", "To sow.", 1) {
		t.Error("it goes back as another file")
	}
}
