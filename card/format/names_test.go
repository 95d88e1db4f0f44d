package format

import (
	"strings"
	"testing"

	"cardstock/card"
)

// handWritten is a card in the sections of the paper as people write them: with names of their own, and a name and a version as the toolkit has them.
const handWritten = `model_details:
  name: Peas
  version: "1.2"  # of May
  developers: Ann
  licence: MIT
intended_use:
  primary_uses: [Counting peas, Sorting peas]
  out_of_scope: Beans
Training Data:
  Datasets: A field
  Soil: clay
ethical_considerations:
- Peas are eaten.
caveats: Green ones only.
`

// TestPaperByHand: sections of the paper that somebody wrote by hand are the paper's, though the toolkit has one of them, too; their questions are
// answered, what has no question stands in its section, and an edit changes its line.
func TestPaperByHand(t *testing.T) {
	r := read(t, []byte(handWritten))
	if r.Format != mitchellFormat {
		t.Fatalf("read as %s", r.Format.Name)
	}
	for key, want := range map[string]string{
		"model_details.name": "Peas", "version.name": "1.2", "model_details.owner_name": "Ann", "model_details.license": "MIT", "intended_use.primary_uses": "Counting peas\nSorting peas",
		"intended_use.out_of_scope": "Beans", "training_data.description": "A field", "ethical_considerations.risks": "Peas are eaten.", "caveats.limitations": "Green ones only.",
	} {
		if got := answer(t, r.Card, key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
		c := r.Card.Clone()
		f, _ := c.Field(key)
		f.Answer = strings.Replace(f.Answer, want[:1], "X", 1)
		out := returned(t, c, []byte(handWritten), r.As)
		if gone, come := linesApart([]byte(handWritten), out.Data); out.Anew || gone != 1 || come != 1 || answer(t, read(t, out.Data).Card, key) != f.Answer {
			t.Errorf("%s edited: %s", key, out.Data)
		}
	}
	if s := r.Card.Section("training_data"); s.Fields[len(s.Fields)-1].Label != "Soil" || s.Fields[len(s.Fields)-1].Answer != "clay" {
		t.Errorf("no soil in %+v", s.Fields)
	}
	for name, file := range map[string]string{
		"mct":       `{"model_details": {"name": "P"}, "considerations": {"users": []}, "intended_use": {}, "factors": {}, "caveats": "x"}`,
		"bridge2ai": "model_details:\n  name: P\nmodel_parameters: {}\nframework: X\nmetrics: {}\n",
		"json":      `{"model_details": {"name": "P"}, "metrics": {"f1": 1}, "limitations": "x"}`,
	} {
		if r := read(t, []byte(file)); r.Format.Name != name {
			t.Errorf("%s is read as %s", file, r.Format.Name)
		}
	}
}

// TestPaperWithoutAnswers: a form with the paper's sections is a card, and is filled in where it asks.
func TestPaperWithoutAnswers(t *testing.T) {
	const form = "Model_details:\n  Model_version:\n  Contact_info:\n\nIntended_use:\n  Primary_intended_uses:\n\nEvaluation Data:\n  Datasets:\n\nEthical Considerations:\n"
	r := read(t, []byte(form))
	if r.Format != mitchellFormat {
		t.Fatalf("read as %s", r.Format.Name)
	}
	for key, line := range map[string]string{
		"version.name": "  Model_version:", "model_details.owner_contact": "  Contact_info:", "intended_use.primary_uses": "  Primary_intended_uses:",
		"evaluation_data.datasets": "  Datasets:", "ethical_considerations.risks": "Ethical Considerations:",
	} {
		c := r.Card.Clone()
		f, _ := c.Field(key)
		f.Answer = "Peas"
		out := returned(t, c, []byte(form), r.As)
		if want := strings.Replace(form, line, line+" Peas", 1); string(out.Data) != want {
			t.Errorf("%s: %s", key, out.Data)
		}
	}
}

// TestNamesOfQuestions: a file of any shape answers the questions that its members have the names of, at the top and in the object of the model.
func TestNamesOfQuestions(t *testing.T) {
	for name, tt := range map[string]struct {
		file string
		kind card.Kind
		want map[string]string
	}{
		"snake": {`{"model_name": "Peas", "license": "MIT", "description": "Green", "authors": ["Ann", "Ben"], "intended_use": ["Soup"], "out_of_scope": "Tea", "limitations": "Few",
			"references": ["https://a.example", "https://b.example"], "version": 3, "last_update": "2026-01-02", "deep": {"license": "GPL"}}`, card.Model,
			map[string]string{"model_details.name": "Peas", "model_details.license": "MIT", "model_details.type": "Green", "model_details.owner_name": "Ann; Ben", "intended_use.primary_uses": "Soup",
				"intended_use.out_of_scope": "Tea", "caveats.limitations": "Few", "model_details.references": "https://a.example\nhttps://b.example", "version.name": "3", "version.date": "2026-01-02",
				"json.deep.license": "GPL"}},
		"Pascal and spaces": {`{"ModelName": "Peas", "ModelType": "Tree", "Training Data": "A field", "intendedUsers": "Cooks", "Licence": "MIT", "license": "GPL"}`, card.Model,
			map[string]string{"model_details.name": "Peas", "model_details.type": "Tree", "training_data.description": "A field", "intended_use.primary_users": "Cooks",
				"model_details.license": "MIT", "json.license": "GPL"}},
		"nested": {"model:\n  name: Peas\n  version: 1.2\n  task: soup\nintended_use:\n  users: Cooks\nserver:\n  version: 7\n", card.Model,
			map[string]string{"model_details.name": "Peas", "version.name": "1.2", "json.model.task": "soup", "intended_use.primary_users": "Cooks", "json.server.version": "7"}},
		"dataset": {"dataset_name: Peas\ndescription: A field\ncreator: Ann\nlicense: MIT\nclasses: [green, yellow]\ncount: [1, 2]\n", card.Datasheet,
			map[string]string{"motivation.name": "Peas", "motivation.purpose": "A field", "motivation.creators": "Ann", "distribution.license": "MIT", "composition.labels": "green\nyellow", "json.count": "1\n2"}},
		"model of a dataset": {`{"model_type": "Tree", "dataset_name": "Peas", "a": "b"}`, card.Model,
			map[string]string{"model_details.type": "Tree", "training_data.name": "Peas", "json.a": "b"}},
		"no text": {`{"name": "Peas", "license": {"required": true}, "limitations": [["a"]], "version": "1\n2", "metrics": {"f1": 1}}`, card.Model,
			map[string]string{"model_details.name": "Peas", "json.license.required": "true", "json.version": "1\n2", "json.metrics.f1": "1"}},
	} {
		r := read(t, []byte(tt.file))
		if r.Card.Kind != tt.kind || r.Format != anyFormat {
			t.Errorf("%s: a %s, read as %s", name, r.Card.Kind, r.Format.Name)
			continue
		}
		for key, want := range tt.want {
			if got := answer(t, r.Card, key); got != want {
				t.Errorf("%s: %s is %q, want %q", name, key, got, want)
			}
			c := r.Card.Clone()
			f, _ := c.Field(key)
			f.Answer = strings.Replace(f.Answer, want[:1], "9", 1)
			out := returned(t, c, []byte(tt.file), r.As)
			if is, _ := read(t, out.Data).Card.Field(key); out.Anew || is == nil || is.Answer != f.Answer || len(out.Data) > len(tt.file)+2 {
				t.Errorf("%s: %s edited (anew: %v): %s", name, key, out.Anew, out.Data)
			}
		}
	}
}

// TestNewAnswersOfAnyShape: an answer that the file has no place for comes into it and is read from there, the name of a data set under a name of one.
func TestNewAnswersOfAnyShape(t *testing.T) {
	for file, keys := range map[string][]string{
		"dataset_name: Peas\n":                {"distribution.license", "motivation.name", "composition.splits", "version.name"},
		"dataset_name:\ndescription: Green\n": {"motivation.name"},
		`{"model_name": "Peas"}`:              {"model_details.name", "model_details.license", "caveats.limitations", "training_data.size", "version.date"},
		`{"license": "MIT"}`:                  {"model_details.name"},
	} {
		for _, key := range keys {
			r := read(t, []byte(file))
			f, _ := r.Card.Field(key)
			f.Answer = "2026-01-03"
			out := returned(t, r.Card, []byte(file), r.As)
			again := read(t, out.Data).Card
			if out.Anew || again.Kind != r.Card.Kind || !everything(again).holds("2026-01-03") {
				t.Errorf("%s in %q (anew: %v): %s", key, file, out.Anew, out.Data)
			}
		}
	}
}

// TestNameWords: names are the same in any spelling.
func TestNameWords(t *testing.T) {
	for name, want := range map[string]string{"model_type": "model type", "ModelType": "model type", "modelType": "model type", "Model Type": "model type", "Out-of-scope uses": "out of scope uses",
		"HTTPServer": "http server", "URL": "url", "Größe": "größe", "__a__": "a", "": "", "f1Score": "f1 score", "F1": "f1", "Model_details": "model details", strings.Repeat("a", 65): ""} {
		if got := nameWords(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

// TestProseIsNoDate: what is called a date answers the question for one only if it is a day.
func TestProseIsNoDate(t *testing.T) {
	for value, want := range map[string]string{"2026-01-02": "2026-01-02", "last spring": "", "2026": ""} {
		r := read(t, []byte(`{"model_name": "Peas", "limitations": "Few", "release_date": "`+value+`"}`))
		if got := answer(t, r.Card, "version.date"); got != want {
			t.Errorf("%q: the date is %q", value, got)
		}
		if f, _ := r.Card.Field("json.release_date"); want == "" && (f == nil || f.Answer != value) {
			t.Errorf("%q is kept as %+v", value, f)
		}
	}
}
