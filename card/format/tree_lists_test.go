package format

import (
	"strings"
	"testing"

	"cardstock/card"
)

// TestListOfWordsIsOneQuestion: a list of texts or numbers in a file of any shape is one question, whose answer is a list, and goes back item by
// item; what has nothing in it makes no section and is told.
func TestListOfWordsIsOneQuestion(t *testing.T) {
	for name, tt := range map[string]struct{ file, edited string }{
		"JSON": {"{\n  \"title\": \"Peas\",\n  \"langs\": [\"en\", \"fr\", null],\n  \"training\": {\"epochs\": [1, 2.50, 3], \"notes\": \"x\", \"odd\": []},\n  \"nothing\": {},\n  \"none\": {\"a\": null},\n  \"a.b\": {\"c\": \"d\"}\n}\n",
			"{\n  \"title\": \"Peas\",\n  \"langs\": [\"en\", \"de\", \"it\", null],\n  \"training\": {\"epochs\": [1, 2.50, 3, 4], \"notes\": \"x\", \"odd\": []},\n  \"nothing\": {},\n  \"none\": {\"a\": null},\n  \"a.b\": {\"c\": \"d\"}\n}\n"},
		"YAML": {"title: Peas\nlangs: [en, fr] # two\ntraining:\n  epochs:\n  - 1\n  - 2.50\n  - 3\n  notes: x\n  odd: []\nnothing: {}\nnone:\n  a:\na.b: {c: d}\n",
			"title: Peas\nlangs: [en, de, it] # two\ntraining:\n  epochs:\n  - 1\n  - 2.50\n  - 3\n  - 4\n  notes: x\n  odd: []\nnothing: {}\nnone:\n  a:\na.b: {c: d}\n"},
	} {
		r := read(t, []byte(tt.file))
		for key, want := range map[string]string{"json.langs": "en\nfr", "json.training.epochs": "1\n2.50\n3"} {
			if f, _ := r.Card.Field(key); f == nil || f.Kind != card.List || f.Answer != want {
				t.Errorf("%s: %s is %+v", name, key, f)
			}
		}
		titles := ""
		for _, s := range r.Card.Sections {
			if s.Custom {
				titles += s.Title + "; "
			}
		}
		if titles != "Other data of the file; Training; A, b; " {
			t.Errorf("%s: sections %s", name, titles)
		}
		if notes := strings.Join(r.Notes, " "); !strings.Contains(notes, "2 parts of the file have nothing in them") {
			t.Errorf("%s: %s", name, notes)
		}
		if out := returned(t, r.Card, []byte(tt.file), r.As); string(out.Data) != tt.file {
			t.Errorf("%s: untouched it is\n%s", name, out.Data)
		}
		langs, _ := r.Card.Field("json.langs")
		epochs, _ := r.Card.Field("json.training.epochs")
		langs.Answer, epochs.Answer = "en\nde\n\nit", "1\n2.50\n3\n4"
		out := returned(t, r.Card, []byte(tt.file), r.As)
		if string(out.Data) != tt.edited || out.Anew {
			t.Errorf("%s: edited it is (anew: %v)\n%s", name, out.Anew, out.Data)
		}
	}
}

// TestListsOfOtherFormats: what a format has no place for is a list there, too.
func TestListsOfOtherFormats(t *testing.T) {
	for name, file := range map[string]string{
		"mct":       `{"model_details": {"name": "Peas", "keywords": ["green", "round"]}, "considerations": {"users": [{"description": "Cooks"}]}}`,
		"bridge2ai": "motivation:\n  purposes: [{description: To eat}]\n  keywords: [green, round]\n  addressing_gaps: [a]\ncomposition:\n  missing_info: [b]\n  content_warnings: [c]\n",
		"cyclonedx": `{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "machine-learning-model", "name": "Peas", "tags": ["green", "round"]}]}`,
	} {
		r, n := read(t, []byte(file)), 0
		for _, s := range r.Card.Sections {
			for _, f := range s.Fields {
				if f.Answer == "green\nround" && f.Kind == card.List {
					n++
				}
			}
		}
		if r.Format.Name != name || n != 1 {
			t.Errorf("%s: read as %s, %d lists", name, r.As, n)
		}
	}
}

// TestCardOfSeparateItemsGoesBack: a card that was read when each item of a list was a question goes back into its file all the same.
func TestCardOfSeparateItemsGoesBack(t *testing.T) {
	file := `{"name": "Peas", "langs": ["en", "fr"]}`
	c := read(t, []byte(file)).Card
	f, s := c.Field("json.langs")
	f.Kind, f.Answer = card.Text, "en"
	s.Fields = append(s.Fields, card.Field{Key: "json.langs-2", Label: "Langs", Kind: card.Text, Custom: true, Answer: "fr"})
	if out := returned(t, c, []byte(file), "json"); string(out.Data) != file {
		t.Errorf("untouched: %s", out.Data)
	}
	s.Fields[len(s.Fields)-1].Answer = "de"
	out := returned(t, c, []byte(file), "json")
	if again := read(t, out.Data).Card; !everything(again).holds("de") || !everything(again).holds("en") || everything(again).holds("fr") {
		t.Errorf("edited: %s", out.Data)
	}
}

// TestThingsOfOneListAreToldApart: what the second of several objects says is asked with its number, at each depth, so that nobody takes it for what the
// first one says; one alone has none.
func TestThingsOfOneListAreToldApart(t *testing.T) {
	r := read(t, []byte(`{"alone": [{"x": "1"}], "people": [{"name": "Ann"}, {"name": "Bob", "posts": [{"at": "here"}, {"at": "there"}]}, {"name": "Cy"}], "after": "z",
		"team": {"members": [{"first": "Di"}, {"first": "Ed"}]}}`))
	var labels []string
	for _, s := range r.Card.Sections {
		for _, f := range s.Fields {
			if f.Custom {
				labels = append(labels, f.Label+"="+f.Answer)
			}
		}
	}
	want := "Alone, x=1 People, name=Ann People 2, name=Bob People 2, posts, at=here People 2, posts 2, at=there People 3, name=Cy After=z Members, first=Di Members 2, first=Ed"
	if is := strings.Join(labels, " "); is != want {
		t.Errorf("%s\nwant\n%s", is, want)
	}
}
