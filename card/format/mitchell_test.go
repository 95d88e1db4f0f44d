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
	undetected(t)
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

// TestTablesWithHardCells: a table of metrics whose cells have quotation marks, backslashes or lines in them is in every export that holds tables,
// and the account of it says so: in JSON such a cell stands otherwise than it is. AllenNLP's shape gives it back row by row.
func TestTablesWithHardCells(t *testing.T) {
	ts := templates(t)
	c := ts.Get("model").New()
	f, _ := c.Field(metricsKey)
	f.Answer = card.TableAnswer(card.Rows{{"metric": `the "best" of`, "value": `0.9 \ 1`, "slice": "one\ntwo", "own_column": `["p", "n"]`}, {"metric": "auc"}, {"value": "0.5"}})
	for _, of := range All() {
		if of.Encode == nil || of == templateFormat || of == webCardsFormat || !of.Fits(c.Kind) {
			continue
		}
		data, err := of.Encode(ts, c)
		if err != nil {
			t.Fatal(of.Name, err)
		}
		l, err := Account(t.Context(), ts, c, of, data)
		if err != nil || l.Totals[LeftOut] > 0 {
			t.Errorf("%s: %+v %v\n%s", of.Name, l, err, clipped(data))
		}
		if of == mitchellFormat && (l.Totals[Carried] != 2 || answer(t, read(t, data).Card, metricsKey) != f.Answer) {
			t.Errorf("%+v in %s", l, data)
		}
	}
	files := string(encode(t, ".mitchell.json", c))
	r := read(t, []byte(files))
	r.Card.Sections[0].Fields[0].Answer = "Peas"
	f, _ = r.Card.Field(metricsKey)
	f.Answer = strings.Replace(f.Answer, "auc", "f1", 1)
	out := returned(t, r.Card, []byte(files), r.As)
	checkReturned(t, "edited", r.Card, out)
	if !strings.Contains(string(out.Data), `"metric": "f1"`) || out.Anew {
		t.Errorf("anew %v: %s", out.Anew, out.Data)
	}
}

// TestMitchellTitle: the title of a card is the file's display name, and the name stands beside it; both come back.
func TestMitchellTitle(t *testing.T) {
	for _, tt := range [][2]string{{"My BERT", "bert"}, {"My BERT", ""}, {"", "bert"}, {"bert", "bert"}} {
		c := templates(t).Get("model").New()
		f, _ := c.Field("model_details.name")
		c.Title, f.Answer = tt[0], tt[1]
		s := c.Section("model_details")
		s.Fields = append(s.Fields, card.Field{Key: "own.name", Label: "Name", Kind: card.Text, Custom: true, Answer: "another"})
		r := read(t, encode(t, ".mitchell.json", c))
		if templates(t).DisplayName(r.Card) != templates(t).DisplayName(c) || tt[1] != "" && answer(t, r.Card, "model_details.name") != tt[1] {
			t.Errorf("%q comes back as %q and %q", tt, r.Card.Title, answer(t, r.Card, "model_details.name"))
		}
	}
}

// TestMitchellSectionsComeBack: a section of the visitor's own is an object named by the words of its title, in any script, and comes back as a section; one
// with a name of the paper's or of another section is a section of its own. The second trip changes nothing.
func TestMitchellSectionsComeBack(t *testing.T) {
	c := templates(t).Get("model").New()
	set(t, c, "model_details.name", "Peas")
	for i, title := range []string{"Metadata of the Hub", "Größe", "大きさ", "Factors", "Caveats and recommendations", "Caveats and recommendations", "Display name", "Governance", "a.b"} {
		key := "json_entry-" + string(rune('a'+i))
		c.Sections = append(c.Sections, card.Section{Key: key, Title: title, Custom: true, Fields: []card.Field{{Key: key + ".x", Label: "How green?", Kind: card.Text, Custom: true, Answer: "Very, " + key}}})
	}
	data := encode(t, ".mitchell.json", c)
	if is := string(data); strings.Contains(is, "json_entry\"") || !strings.Contains(is, `"metadata_of_the_hub": {`) || !strings.Contains(is, `"größe": {`) || !strings.Contains(is, `"大きさ": {`) {
		t.Errorf("%s", is)
	}
	r := read(t, data)
	if l, err := Account(t.Context(), templates(t), c, mitchellFormat, data); err != nil || l.Totals[LeftOut]+len(l.Words) > 0 {
		t.Errorf("%+v %v", l, err)
	}
	titles := map[string]int{}
	for _, s := range r.Card.Sections {
		for _, f := range s.Fields {
			if strings.HasPrefix(f.Answer, "Very") {
				titles[memberName(s.Title)]++
				if len(s.Fields) != 1 {
					t.Errorf("%s is with others in %s", f.Answer, s.Title)
				}
			}
		}
	}
	for _, s := range c.Sections {
		if name := memberName(s.Title); s.Custom && titles[name] == 0 {
			t.Errorf("no section %s: %v", s.Title, titles)
		}
	}
	if again := encode(t, ".mitchell.json", r.Card); string(again) != string(data) {
		t.Errorf("the second trip makes of\n%s\n%s", data, again)
	}
}

// TestMitchellObjectsOfOthers: an object that the paper does not have is a section with its name, or the one that is called so.
func TestMitchellObjectsOfOthers(t *testing.T) {
	r := read(t, []byte(`{"intended_use": {}, "quantitative_analyses": {}, "model_caveats_and_recommendations": {}, "id": "peas", "evaluation Größe": {"deep": "a"}, "caveats_and_recommendations": {"more": "b"}}`))
	for answer, title := range map[string]string{"peas": "Other data of the file", "a": "Evaluation Größe", "b": "Caveats and recommendations"} {
		if p := everything(r.Card).find(answer); p == nil || p.section.Title != title || p.section.Custom == (answer == "b") {
			t.Errorf("%s is in %v", answer, p)
		}
	}
}
