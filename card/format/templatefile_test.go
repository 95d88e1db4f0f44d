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

// TestTemplateOfAChangedForm: a question of ours whose options the card has changed comes without the answer it begins with, if that is none of
// them, and a column without a title is called what its key is: both had the export fail.
func TestTemplateOfAChangedForm(t *testing.T) {
	ts := templates(t)
	c := ts.Get("model").New()
	f, _ := c.Field("governance.status")
	if f == nil || f.Answer == "" {
		t.Fatalf("the status begins with an answer: %+v", f)
	}
	f.Options, f.Answer = []string{"green", "ripe"}, "ripe"
	people, _ := c.Field("governance.people")
	people.Columns = []card.Column{{Key: "name", Kind: card.Line}}
	parsed, err := card.ParseTemplate(encode(t, ".template.yaml", c))
	if err != nil {
		t.Fatal(err)
	}
	is, _ := parsed.New().Field("governance.status")
	if is == nil || is.Answer != "" || !reflect.DeepEqual(is.Options, f.Options) {
		t.Errorf("%+v", is)
	}
	if is, _ := parsed.New().Field("governance.people"); is == nil || len(is.Columns) != 1 || is.Columns[0].Title != "name" {
		t.Errorf("a column without a title: %+v", is)
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
