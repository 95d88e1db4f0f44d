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
