package format

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"cardstock/card"
)

// TestNeeds: a report says what a format wants and the card does not have, and where in the card that is said; a card that has it needs nothing.
func TestNeeds(t *testing.T) {
	ts := templates(t)
	answers := func(kind string, of map[string]string) *card.Card {
		c := ts.Get(kind).New()
		for key, text := range of {
			f, _ := c.Field(key)
			f.Answer = text
		}
		return c
	}
	const licence, terms = "model_details.license", "distribution.license"
	full := map[string]string{"motivation.name": "Peas", "motivation.purpose": "Growing", terms: "MIT", "motivation.creators": "Gregor", "distribution.date": "1866-02-08", "distribution.method": "See https://example.org/peas."}
	for _, tt := range []struct {
		suffix string
		card   *card.Card
		want   []string // keys
		why    string   // of the last
	}{
		{".cdx.json", answers("model", nil), []string{"model_details.name"}, "requires the name"},
		{".cdx17.json", answers("model", nil), []string{"model_details.name"}, "requires the name"},
		{".cdx.json", answers("model", map[string]string{"model_details.name": "Peas"}), nil, ""},
		{".md", answers("model", nil), []string{"model_details.name", licence}, "apache-2.0"},
		{".md", answers("model", map[string]string{"model_details.name": "Peas", licence: "MIT"}), nil, ""},
		{".md", answers("model", map[string]string{"model_details.name": "Peas", licence: "Apache-2.0"}), nil, ""},
		{".md", answers("model", map[string]string{"model_details.name": "Peas", licence: "Garden-1.0"}), []string{licence}, "no licence with the identifier Garden-1.0"},
		{".md", answers("model", map[string]string{"model_details.name": "Peas", licence: "Ask us first, please"}), []string{licence}, "in the body alone"},
		{".md", answers("datasheet", map[string]string{"motivation.name": "Peas"}), []string{terms}, "cc-by-4.0"},
		{".croissant.json", answers("datasheet", nil), []string{"motivation.name", "motivation.purpose", terms, "motivation.creators", "distribution.date", "distribution.method"}, "about:blank"},
		{".croissant.json", answers("datasheet", full), nil, ""},
		{".mct.json", answers("model", nil), nil, ""},
	} {
		f := BySuffix(tt.suffix)
		data := encode(t, tt.suffix, tt.card)
		l, err := Account(t.Context(), ts, tt.card, f, data)
		if err != nil {
			t.Fatal(err)
		}
		var keys []string
		why := ""
		for _, n := range l.Needs {
			q, s := tt.card.Field(n.Field)
			if q == nil || s.Key != n.Section || q.Label != n.Question {
				t.Errorf("%s: %+v leads nowhere", tt.suffix, n)
			}
			keys, why = append(keys, n.Field), n.Why
		}
		if !slices.Equal(keys, tt.want) || !strings.Contains(why, tt.why) {
			t.Errorf("%s: needs %v (%s), want %v", tt.suffix, keys, why, tt.want)
		}
		if report, _ := json.Marshal(l); strings.Contains(string(report), `"needs"`) != (len(tt.want) > 0) {
			t.Errorf("%s: %s", tt.suffix, report)
		}
		for _, stand := range []string{notStated, noPage, noDay, card.DisplayName(tt.card.Kind, "", "")} { // no stand-in without a word
			if tt.want == nil && f != mctFormat && strings.Contains(string(data), `"`+stand+`"`) {
				t.Errorf("%s says %s", tt.suffix, stand)
			}
		}
	}
	other := &card.Card{Kind: card.Model, Template: "other", Sections: []card.Section{{Key: "own", Title: "Own", Fields: []card.Field{{Key: "own.a", Label: "A", Kind: card.Text, Answer: "B"}}}}}
	for _, n := range needsHub(ts, other) {
		if n.Question == "" {
			t.Errorf("a card without the question: %+v", n)
		}
	}
}
