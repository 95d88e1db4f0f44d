package format

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"cardstock/card"
)

var update = flag.Bool("update", false, "write the golden files anew")

func cardSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("card.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("card.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// checkSchema checks a document; without a schema, because the official one is not beside the repository, every document is taken for valid.
func checkSchema(t testing.TB, s *jsonschema.Schema, data []byte) error {
	t.Helper()
	if s == nil {
		return nil
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(v)
}

func TestCardstockIsLossless(t *testing.T) {
	undetected(t)
	s := cardSchema(t)
	for seed := range uint64(200) {
		c := randomCard(t, seed)
		data := encode(t, ".json", c)
		r := read(t, data)
		same(t, r.Card, c)
		if r.Format.Name != "cardstock" || len(r.Notes) != 0 {
			t.Fatalf("read as %s with notes %q", r.Format.Name, r.Notes)
		}
		if !bytes.Equal(encode(t, ".json", r.Card), data) {
			t.Fatal("two exports of one card differ")
		}
		if err := checkSchema(t, s, data); err != nil {
			t.Fatalf("seed %d does not fit the schema: %v", seed, err)
		}
	}
}

func TestCardstockKeepsEmptyTemplates(t *testing.T) {
	s := cardSchema(t)
	for _, tmpl := range templates(t).All() {
		data := encode(t, ".json", tmpl.New())
		same(t, read(t, data).Card, tmpl.New())
		if err := checkSchema(t, s, data); err != nil {
			t.Error(err)
		}
	}
}

// TestCardstockGolden holds the shape still: people have such files on disk.
func TestCardstockGolden(t *testing.T) {
	const name = "testdata/card.json"
	got := encode(t, ".json", smallCard())
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := fixture(t, "card.json"); !bytes.Equal(got, want) {
		t.Errorf("the export changed; if that is meant, run with -update:\n%s", got)
	}
	same(t, read(t, fixture(t, "card.json")).Card, smallCard())
}

func smallCard() *card.Card {
	return &card.Card{Kind: card.Datasheet, Template: "lab-of-ours", Title: "Leaves <40> & “pots”", Sections: []card.Section{
		{Key: "basics", Title: "Basics", Fields: []card.Field{
			{Key: "basics.name", Label: "Name", Kind: card.Line, Essential: true, Answer: "Leaves"},
			{Key: "basics.links", Label: "Links", Kind: card.List, Answer: "https://example.org/?a=1&b=2\n\nlast"},
			{Key: "basics.none", Label: "None", Kind: card.List},
			{Key: "basics.state", Label: "State", Kind: card.Choice, Options: []string{"draft", "done"}, Answer: "draft"},
			{Key: "basics.rows", Label: "Rows", Kind: card.Table, Columns: []card.Column{
				{Key: "what", Title: "What", Kind: card.Line},
				{Key: "ok", Title: "Fine?", Kind: card.Choice, Options: []string{"yes", "no"}}},
				Answer: card.TableAnswer(card.Rows{{"what": "pots\n\"big\"", "ok": "yes"}, {"gone": "a column that is no more"}})},
			{Key: "basics.text", Label: "A table that is text", Kind: card.Table, Columns: []card.Column{
				{Key: "what", Title: "What", Kind: card.Line}}, Answer: "twelve pots"},
		}},
		{Key: "webcards_65", Title: "Light", Custom: true, Fields: []card.Field{
			{Key: "webcards.129", Label: "Lamp hours?", Kind: card.Text, Custom: true, Answer: "41\n\u2028</script>"}}},
	}}
}

func TestCardstockRefuses(t *testing.T) {
	field := func(f string) string {
		return `{"format":"cardstock/1","kind":"model","sections":[{"key":"s","title":"S","fields":[` + f + `]}]}`
	}
	tests := []struct{ name, data, want string }{
		{"newer", `{"format":"cardstock/2"}`, "made by a newer Cardstock (cardstock/2)"},
		{"no version", `{"format":"cardstock/one"}`, `should be "cardstock/1"`},
		{"no kind", `{"format":"cardstock/1","sections":[]}`, "kind is missing"},
		{"other kind", `{"format":"cardstock/1","kind":"cat","sections":[]}`, `kind should be "model" or "datasheet"`},
		{"no sections", `{"format":"cardstock/1","kind":"model"}`, "sections is missing; it should be a list"},
		{"sections", `{"format":"cardstock/1","kind":"model","sections":{}}`, "sections is an object; it should be a list"},
		{"a section", `{"format":"cardstock/1","kind":"model","sections":[7]}`, "sections[0] is a number; it should be an object"},
		{"answer", field(`{"key":"a","kind":"text","answer":7}`), "sections[0].fields[0].answer is a number; it should be text."},
		{"list item", field(`{"key":"a","kind":"list","answer":["x",null]}`), "answer[1] is null; it should be text"},
		{"row", field(`{"key":"a","kind":"table","answer":["x"]}`), "answer[0] is text; it should be an object"},
		{"cell", field(`{"key":"a","kind":"table","answer":[{"v":0.9}]}`), "answer[0].v is a number; it should be text"},
		{"cell twice", field(`{"key":"a","kind":"table","answer":[{"v":"1","v":"2"}]}`), "answer[0].v is there twice"},
		{"table answer", field(`{"key":"a","kind":"table","answer":{}}`), "answer is an object; it should be text"},
		{"custom", field(`{"key":"a","kind":"text","custom":"yes","answer":""}`), "custom is text; it should be true or false"},
		{"field kind", field(`{"key":"a","kind":"song","answer":""}`), "fields[0].kind should be line, text"},
		{"no key", field(`{"kind":"text","answer":""}`), "sections[0].fields[0].key is missing"},
		{"bad key", field(`{"key":"A b","kind":"text","answer":""}`), "is there twice or is not a key"},
		{"key twice", field(`{"key":"a","kind":"text"},{"key":"a","kind":"text"}`), "is there twice"},
		{"column twice", field(`{"key":"a","kind":"table","columns":[{"key":"c","title":"C","kind":"line"},{"key":"c","title":"C","kind":"line"}]}`), "columns[1].key is there twice"},
		{"column kind", field(`{"key":"a","kind":"table","columns":[{"key":"c","title":"C","kind":"text"}]}`), "columns[0].kind should be"},
		{"member twice", `{"format":"cardstock/1","kind":"model","title":"a","title":"b","sections":[]}`, "title is there twice"},
		{"long answer", field(`{"key":"a","label":"Story","kind":"text","answer":"` + strings.Repeat("x", card.MaxAnswer+1) + `"}`), "Story: the answer has 100001"},
		{"long table", field(`{"key":"a","label":"Rows","kind":"table","answer":[` + strings.Repeat(`{"v":"1"},`, card.MaxRows) + `{"v":"1"}]}`), "Rows: a table has at most 2000 rows"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read(templates(t), []byte(tt.data))
			if err == nil || !strings.Contains(err.Error(), tt.want) || card.CodeOf(err) != card.Invalid {
				t.Errorf("got %v, want …%s…", err, tt.want)
			}
		})
	}
}

func TestCardstockByHand(t *testing.T) {
	r := read(t, []byte(`{"$schema":"x","format":"cardstock/1","kind":"model","colour":"red","title":" A\r\ntitle ","sections":[
		{"key":"model_details","title":"Model details","fields":[{"key":"model_details.name","kind":"line","answer":"a\r\nb","why":1},{"key":"mine","kind":"text"}]}]}`))
	if r.Card.Title != "A title" || r.Card.Template != "model" {
		t.Errorf("title %q, template %q", r.Card.Title, r.Card.Template)
	}
	if got := answer(t, r.Card, "model_details.name"); got != "a\nb" {
		t.Errorf("answer %q", got)
	}
	if f, _ := r.Card.Field("model_details.name"); f.Label != "Name" {
		t.Errorf("label %q, want the template's", f.Label)
	}
	if f, _ := r.Card.Field("mine"); f.Label != "mine" {
		t.Errorf("label %q, want the key", f.Label)
	}
	want := "Not understood, and kept only in the uploaded original: sections[0].fields[0].why, colour."
	if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "colour") || !strings.Contains(r.Notes[0], "sections[0].fields[0].why") {
		t.Errorf("notes %q, want %q", r.Notes, want)
	}
	if r.Recognised != 1 || r.Custom != 0 {
		t.Errorf("recognised %d, custom %d", r.Recognised, r.Custom)
	}
}

// TestSchemaRefuses makes sure the schema says something: what the reader refuses, it refuses, too.
func TestSchemaRefuses(t *testing.T) {
	s := cardSchema(t)
	good := string(encode(t, ".json", smallCard()))
	for _, swap := range [][2]string{
		{`"cardstock/1"`, `"cardstock/2"`}, {`"kind": "datasheet"`, `"kind": "cat"`}, {`"answer": "Leaves"`, `"answer": 7`},
		{`"answer": "Leaves"`, `"answer": []`}, {`"answer": []`, `"answer": ""`}, {`"essential": true`, `"essential": "yes"`},
		{`"key": "basics.name"`, `"key": "Basics name"`}, {`"key": "what"`, `"key": "what.ever"`}, {`"label": "Name"`, `"name": "Name"`},
	} {
		if !strings.Contains(good, swap[0]) {
			t.Fatalf("the card has no %s", swap[0])
		}
		if checkSchema(t, s, []byte(strings.Replace(good, swap[0], swap[1], 1))) == nil {
			t.Errorf("the schema allows %s instead of %s", swap[1], swap[0])
		}
	}
}
