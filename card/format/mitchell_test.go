package format

import (
	"bytes"
	"strings"
	"testing"

	"cardstock/card"
)

// TestMitchellHoldsEveryAnswer: in the sections of the paper every answer is there, at the place that AllenNLP has for it or under the words of
// its question; a further round changes nothing.
func TestMitchellHoldsEveryAnswer(t *testing.T) {
	ts := templates(t)
	for name, c := range written(t) {
		if !mitchellFormat.Fits(c.Kind) {
			continue
		}
		data := encode(t, ".mitchell.json", c)
		r := read(t, data)
		if r.Format != mitchellFormat {
			t.Errorf("%s: read as %s", name, r.Format.Name)
			continue
		}
		l, err := Account(t.Context(), ts, c, mitchellFormat, data)
		if err != nil || l.Totals[LeftOut] > 0 {
			t.Errorf("%s: %v %v", name, err, l)
		}
		second := encode(t, ".mitchell.json", r.Card)
		if third := encode(t, ".mitchell.json", read(t, second).Card); !bytes.Equal(second, third) {
			t.Errorf("%s: a further round changes\n%.2000s\ninto\n%.2000s", name, second, third)
		}
	}
}

// TestMitchellNamesDoNotCollide: questions of one name, of the name of a place, and sections of the name of a text keep their answers.
func TestMitchellNamesDoNotCollide(t *testing.T) {
	line := func(key, label, answer string) card.Field {
		return card.Field{Key: key, Label: label, Kind: card.Line, Custom: true, Answer: answer}
	}
	c := templates(t).Get("model").New()
	for i := range c.Sections {
		if s := &c.Sections[i]; s.Key == "evaluation_data" {
			s.Fields = append(s.Fields, line("evaluation_data.a", "Dataset", "one"), line("evaluation_data.b", "Seen?", "two"), line("evaluation_data.c", "seen", "three"))
		}
	}
	c.Sections = append(c.Sections, card.Section{Key: "display_name", Title: "Display name", Custom: true, Fields: []card.Field{line("display_name.x", "Size", "four")}})
	text := string(encode(t, ".mitchell.json", c))
	for _, want := range []string{`"dataset_2": "one"`, `"seen": "two"`, `"seen_2": "three"`, `"display_name_": {`, `"size": "four"`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in %s", want, text)
		}
	}
}
