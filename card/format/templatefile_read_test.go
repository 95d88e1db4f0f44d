package format

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"cardstock/card"
)

// TestTemplateStartsACard: the template of each card, hostile ones too, is read as one: a card that asks the same, answers nothing but what its questions
// begin with, and is called nothing. Questions of a template of ours stay that one's.
func TestTemplateStartsACard(t *testing.T) {
	undetected(t)
	ts := templates(t)
	cards := written(t)
	for seed := range uint64(40) {
		cards[fmt.Sprint("random ", seed)] = randomCard(t, seed)
	}
	for name, c := range cards {
		data := encode(t, ".template.yaml", c)
		r, err := Read(ts, data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if r.Format != templateFormat || r.Card.Kind != c.Kind || r.Card.Title != "" || len(r.Notes) == 0 || !strings.HasPrefix(r.Notes[0], "This is a Cardstock template, “") || len(r.Card.Attachments) > 0 {
			t.Errorf("%s: %s, %q, %q", name, r.As, r.Card.Title, r.Notes)
		}
		base := ts.For(r.Card)
		for i := range c.Sections {
			for j := range c.Sections[i].Fields {
				was, is := &c.Sections[i].Fields[j], &r.Card.Sections[i].Fields[j]
				of := base.Field(is.Key)
				if was.Key != is.Key || was.Essential != is.Essential || is.Custom != (of == nil) || len(was.Columns)+len(is.Columns) > 0 && was.Kind == is.Kind && len(was.Columns) != len(is.Columns) {
					t.Errorf("%s: %+v became %+v", name, was, is)
				}
				if is.Answer != "" && (of == nil || of.Preset != is.Answer) {
					t.Errorf("%s: %s comes with the answer %q", name, is.Key, is.Answer)
				}
			}
		}
		again := encode(t, ".template.yaml", r.Card)
		if back, err := Read(ts, again); err != nil || !reflect.DeepEqual(back.Card, r.Card) {
			t.Errorf("%s: its template is another one: %v", name, err)
		}
		edited := r.Card.Clone()
		edited.Title = "Mine"
		if f, _ := edited.Field("model_details.name"); f != nil {
			f.Answer = "Peas"
		}
		if out := returned(t, edited, data, r.As); string(out.Data) != string(data) || out.Note != noteTemplate || out.Account(t.Context(), ts, edited).Totals[Carried] != 0 {
			t.Errorf("%s goes back as %q, %s", name, out.Data, out.Note)
		}
	}
}

// TestNoTemplate: a file that is no template in each of its entries is read as what it is, and one with more than a card can have is refused.
func TestNoTemplate(t *testing.T) {
	const whole = "key: own-peas\nkind: model\ntitle: Peas\nsections:\n  - key: a\n    title: A\n    fields:\n      - {key: b, label: B, kind: choice, options: [x]}\n"
	if r := read(t, []byte(whole)); r.Format != templateFormat || !r.Card.Sections[0].Custom || !r.Card.Sections[0].Fields[0].Custom {
		t.Errorf("%s %+v", r.As, r.Card)
	}
	for name, file := range map[string]string{
		"another entry":        whole + "licence: mit\n",
		"an answer":            strings.Replace(whole, "label: B", "label: B, answer: x", 1),
		"another kind":         strings.Replace(whole, "kind: model", "kind: truck", 1),
		"no key":               strings.Replace(whole, "key: own-peas\n", "", 1),
		"sections with a text": strings.Replace(whole, "fields:\n      - {key: b, label: B, kind: choice, options: [x]}", "text: x", 1),
		"two documents":        whole + "---\ntitle: Beans\n",
	} {
		if r := read(t, []byte(file)); r.Format == templateFormat {
			t.Errorf("%s is taken for a template", name)
		}
	}
	for name, file := range map[string]string{
		"options": strings.Replace(whole, "[x]", "["+strings.Repeat("x,", card.MaxOptions)+"x]", 1),
		"label":   strings.Replace(whole, "label: B", "label: "+strings.Repeat("B", card.MaxLabel+1), 1),
	} {
		if _, err := Read(templates(t), []byte(file)); card.CodeOf(err) != card.Invalid {
			t.Errorf("too much of %s: %v", name, err)
		}
	}
}
