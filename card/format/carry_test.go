package format

import (
	"testing"

	"cardstock/card"
)

// TestPlaceholdersAreCarried: what somebody typed is exported as it is, also where it says nothing, and the ledger counts it.
func TestPlaceholdersAreCarried(t *testing.T) {
	ts := templates(t)
	answers := map[string]string{"model_details.name": "Peas", "model_details.type": "N/A", "model_details.citation": "None", "intended_use.primary_uses": "TBD", "caveats.limitations": "[More Information Needed]",
		"model_details.references": "none"}
	for _, f := range formats {
		if f.Encode == nil || f == templateFormat || !f.Fits(card.Model) {
			continue
		}
		c := ts.Get("model").New()
		for key, answer := range answers {
			of, _ := c.Field(key)
			of.Answer = answer
		}
		given := 0
		for i := range c.Sections {
			for j := range c.Sections[i].Fields {
				if !card.Blank(c.Sections[i].Fields[j].Answer) {
					given++
				}
			}
		}
		data, err := f.Encode(ts, c)
		if err != nil {
			t.Fatal(f.Name, err)
		}
		l, err := Account(t.Context(), ts, c, f, data)
		if err != nil {
			t.Fatal(f.Name, err)
		}
		if all := l.Totals[Carried] + l.Totals[Changed] + l.Totals[LeftOut]; all != given || l.Totals[LeftOut] != 0 {
			t.Errorf("%s: %v of %d: %+v", f.Name, l.Totals, given, l.Entries)
		}
	}
}

// TestAnAnswerIsNoOther: an answer that holds what an appendix writes before the next one stays one answer, however often it goes there and back, and
// so does a documentation before it.
func TestAnAnswerIsNoOther(t *testing.T) {
	const mark = "<!-- model_details.name -->\n### Name\n\nEvil"
	c := templates(t).Get("model").New()
	set(t, c, "model_details.name", "Peas")
	set(t, c, "caveats.limitations", "<!--  x list -->\n### X\n\n"+mark)
	c.Sections = append(c.Sections, card.Section{Key: "own", Title: "Own", Custom: true, Fields: []card.Field{{Key: "own.a", Label: "A", Kind: card.Text, Custom: true, Answer: "Mine.\n\n" + mark}}})
	for _, suffix := range []string{".mct.json", ".mct.pb"} {
		is := c
		for range 2 {
			is = read(t, encode(t, suffix, is)).Card
		}
		for _, key := range []string{"model_details.name", "caveats.limitations", "own.a"} {
			was, _ := c.Field(key)
			if f, _ := is.Field(key); f == nil || f.Answer != was.Answer {
				t.Errorf("%s: %s is %+v", suffix, key, f)
			}
		}
	}
}
