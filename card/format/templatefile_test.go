package format

import (
	"reflect"
	"strings"
	"testing"

	"cardstock/card"
)

// TestTemplateOfACard: the form of each card, hostile ones too, is a template; a card made from it asks the same, and answers nothing.
func TestTemplateOfACard(t *testing.T) {
	undetected(t)
	ts := templates(t)
	cards := written(t)
	for seed := range uint64(40) {
		cards["random"+string(rune('A'+seed))] = randomCard(t, seed)
	}
	cards["nothing"] = &card.Card{Kind: card.Model}
	for name, c := range cards {
		parsed, err := card.ParseTemplate(encode(t, ".template.yaml", c))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		made := parsed.New()
		if parsed.Kind != c.Kind || ts.Get(parsed.Key) != nil {
			t.Errorf("%s: a %s with the key %s", name, parsed.Kind, parsed.Key)
		}
		for i := range c.Sections {
			for j := range c.Sections[i].Fields {
				was, is := &c.Sections[i].Fields[j], &made.Sections[i].Fields[j]
				if was.Key != is.Key || strings.TrimSpace(was.Label) != strings.TrimSpace(is.Label) && was.Label != "" || was.Essential != is.Essential || was.Kind != is.Kind ||
					len(was.Columns)+len(is.Columns) > 0 && !reflect.DeepEqual(was.Columns, is.Columns) {
					t.Errorf("%s: %+v became %+v", name, was, is)
				}
				if h := ts.For(c).Field(is.Key); is.Answer != "" && (h == nil || h.Preset != is.Answer) {
					t.Errorf("%s: %s comes with the answer %q", name, is.Key, is.Answer)
				}
			}
		}
	}
}

// TestTemplateIsNoCopy: no answer of the card is in its template.
func TestTemplateIsNoCopy(t *testing.T) {
	c := templates(t).Get("model").New()
	for i := range c.Sections {
		for j := range c.Sections[i].Fields {
			c.Sections[i].Fields[j].Answer = "zebra"
		}
	}
	data := encode(t, ".template.yaml", c)
	if strings.Contains(string(data), "zebra") {
		t.Errorf("%s", data)
	}
	l, err := Account(t.Context(), templates(t), c, templateFormat, data)
	if err != nil || l.Totals[LeftOut] != len(allAnswers(c)) || l.Totals[LeftOut] == 0 {
		t.Errorf("%+v %v", l.Totals, err)
	}
}
