package format

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"cardstock/card"
)

// answersByID reads a file of the old tool without the code under test. An id used twice keeps
// both answers; null and "" are the same.
func answersByID(t testing.TB, data []byte) map[string]string {
	t.Helper()
	var root map[string]any
	if err := json.Unmarshal(data, &root); err != nil {
		t.Fatal(err)
	}
	answers := map[string]string{}
	for name, v := range root {
		if !strings.HasPrefix(name, "Section_Data_") {
			continue
		}
		for _, entry := range v.([]any) {
			for key, answer := range entry.(map[string]any) {
				id, _, _ := strings.Cut(key, "_")
				if answer == nil {
					answer = ""
				}
				answers[id] += fmt.Sprint(answer)
			}
		}
	}
	return answers
}

func sameAnswers(t testing.TB, got, want map[string]string) {
	t.Helper()
	for id, w := range want {
		if got[id] != w {
			t.Errorf("answer %s is %q, was %q", id, got[id], w)
		}
	}
	for id, g := range got {
		if _, asked := want[id]; !asked && g != "" {
			t.Errorf("answer %s is new: %q", id, g)
		}
	}
}

func TestWebCardsCorpus(t *testing.T) {
	for name, data := range corpus(t, "webcards/sample_answers.json") {
		r := read(t, data)
		if r.Format.Name != "webcards" || r.Recognised != 21 || r.Custom != 3 {
			t.Errorf("%s: %s, %d recognised, %d custom", name, r.Format.Name, r.Recognised, r.Custom)
		}
		out := encode(t, ".webcards.json", r.Card)
		sameAnswers(t, answersByID(t, out), answersByID(t, data))
		if strings.Contains(string(out)+string(encode(t, ".json", r.Card)), "not-a-session-any-more") {
			t.Error("the session id was kept")
		}
		same(t, read(t, out).Card, r.Card)
	}
}

func TestWebCardsModel(t *testing.T) {
	r := read(t, fixture(t, "webcards-model.json"))
	for key, want := range map[string]string{
		"model_details.name":                    "Leaf counter",
		"model_details.references":              "https://example.org/a?x=1&y=2\nhttps://example.org/b",
		"version.date":                          "last spring",
		"intended_use.primary_uses":             "Counting <b>leaves</b> – not fruit 🍃",
		"webcards.90":                           "Ana\nand Bo",
		"webcards.91":                           "",
		"webcards.4":                            "green", // id 4, but clearly another question
		"webcards.129":                          "41.50",
		"webcards.129-2":                        "LED\nsodium",
		"quantitative_analyses.unitary_results": "Worse on basil",
		"quantitative_analyses.metrics":         `[{"metric":"Accuracy","value":"0.90"},{"metric":"Precision"},{"metric":"Brier score","value":"0.04"},{"metric":"Recall"}]`,
		"webcards.31.ticked":                    "Accuracy\nRecall",
		"webcards.other":                        "a script",
		"webcards.entry":                        "loose words",
		"governance.status":                     "", // the file says nothing about it
	} {
		if got := answer(t, r.Card, key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if s := r.Card.Section("webcards_65"); s == nil || s.Title != "Light" || !s.Custom {
		t.Errorf("section 65 is %+v", s)
	}
	if s := r.Card.Section("webcards_66"); s == nil || s.Title != "Empty for now" {
		t.Errorf("section 66 is %+v", s)
	}
	if len(r.Notes) != 3 || !strings.Contains(r.Notes[0], "“About the model” in the file is “Model details” here") {
		t.Errorf("notes: %q", r.Notes)
	}
	if r.Card.Title != "" || templates(t).DisplayName(r.Card) != "Leaf counter" {
		t.Errorf("title %q", r.Card.Title)
	}
	again := read(t, encode(t, ".webcards.json", r.Card))
	if got := answer(t, again.Card, "webcards.129-2"); got != "LED\nsodium" {
		t.Errorf("the second answer 129 came back as %q", got)
	}
}

func TestWebCardsDatasheet(t *testing.T) {
	data := fixture(t, "webcards-datasheet.json")
	r := read(t, data)
	if r.Card.Kind != card.Datasheet || r.Recognised != 6 || r.Custom != 2 {
		t.Errorf("%s, %d recognised, %d custom", r.Card.Kind, r.Recognised, r.Custom)
	}
	if got := answer(t, r.Card, "preprocessing.done"); got != `{"selected metrics": [["1"]]}` {
		t.Errorf("a datasheet's question 31 is no metrics: %q", got)
	}
	out := encode(t, ".webcards.json", r.Card)
	sameAnswers(t, answersByID(t, out), answersByID(t, data))
	same(t, read(t, out).Card, r.Card)
}

func TestWebCardsMetrics(t *testing.T) {
	tests := []struct{ name, answer, rows, raw string }{
		{"six numbers", `{"selected metrics": [["1"], ["2"], ["3"], ["4"], ["5"], ["6"]]}`, "Accuracy 1, Precision 2, Brier score 3, Recall 4, F1 5, AUC 6", ""},
		{"one", `{"selected metrics": [["0.90"]]}`, "Accuracy 0.90", ""},
		{"ticked", `{"selected metrics": [["1", "Accuracy"], ["", "Precision"], [""], ["4"], ["5", "F1 Score"][0:]]}`, "", ""},
		{"only ticked", `{"selected metrics": [[""], ["", "Precision"]]}`, "Accuracy , Precision ", ""},
		{"nothing", "", "", ""},
		{"broken", `{"selected metrics": [["1"`, "", "same"},
		{"other shape", `{"selected": []}`, "", "same"},
		{"seven", `{"selected metrics": [[""],[""],[""],[""],[""],[""],["7"]]}`, "", "same"},
		{"another name", `{"selected metrics": [["1", "Speed"]]}`, "", "same"},
		{"text", "about 90 %", "", "same"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if strings.Contains(tt.answer, "[0:]") {
				tt.answer, tt.rows = strings.Replace(tt.answer, `["5", "F1 Score"][0:]`, `["5", "F1 Score"]`, 1), "Accuracy 1, Precision , Brier score , Recall 4, F1 5"
			}
			file := newObject(member{"Section_Data_35", newList([]value{newObject(member{"31_Select the metrics you want to include:", newText(tt.answer)})})})
			r := read(t, file.document())
			f, _ := r.Card.Field(metricsKey)
			var rows []string
			for _, row := range f.ParseRows() {
				rows = append(rows, row["metric"]+" "+row["value"])
			}
			if got := strings.Join(rows, ", "); got != tt.rows {
				t.Errorf("rows %q, want %q", got, tt.rows)
			}
			if raw, _ := r.Card.Field("webcards.31"); (raw != nil) != (tt.raw != "") || raw != nil && raw.Answer != tt.answer {
				t.Errorf("kept as it was: %+v", raw)
			}
			if got := answersByID(t, encode(t, ".webcards.json", r.Card))["31"]; got != tt.answer {
				t.Errorf("went back as %q, was %q", got, tt.answer)
			}
		})
	}
}

func TestWebCardsFurtherMetrics(t *testing.T) {
	c := templates(t).Get("model").New()
	f, _ := c.Field(metricsKey)
	f.Answer = card.TableAnswer(card.Rows{
		{"metric": "Accuracy", "value": "0.9"}, {"metric": "Precision", "value": "0.8"},
		{"metric": "Recall", "value": "0.7", "slice": "V–VI"}, {"metric": "Dice", "value": "0.6"}, {"metric": "accuracy", "value": "0.5"}})
	out := encode(t, ".webcards.json", c)
	if got := answersByID(t, out)["31"]; got != `{"selected metrics": [["0.9"], ["0.8"]]}` {
		t.Errorf("answer 31 is %s", got)
	}
	if got := answer(t, read(t, out).Card, metricsKey); got != f.Answer {
		t.Errorf("the table came back as %s", got)
	}
}

// TestWebCardsLosesNothing: every answer of a card is in the card that comes back, and a second
// way there and back changes nothing.
func TestWebCardsLosesNothing(t *testing.T) {
	undetected(t)
	for seed := range uint64(200) {
		c := randomCard(t, seed)
		out := encode(t, ".webcards.json", c)
		r := read(t, out)
		if r.Card.Kind != c.Kind || r.Card.Title != c.Title {
			t.Fatalf("seed %d: %s %q became %s %q", seed, c.Kind, c.Title, r.Card.Kind, r.Card.Title)
		}
		kept := answersOf(r.Card)
		for _, s := range c.Sections {
			for _, f := range s.Fields {
				if f.Key != metricsKey && f.Answered() && kept[f.Answer] == 0 {
					t.Fatalf("seed %d: %s is gone: %q", seed, f.Key, f.Answer)
				}
			}
		}
		again := encode(t, ".webcards.json", r.Card)
		sameAnswers(t, answersByID(t, again), answersByID(t, out))
		checkMetrics(t, seed, c, r.Card)
	}
}

func answersOf(c *card.Card) map[string]int {
	answers := map[string]int{}
	for _, s := range c.Sections {
		for _, f := range s.Fields {
			answers[f.Answer]++
		}
	}
	return answers
}

// checkMetrics: the rows come back, those of the six metrics first; which of the six was left out
// cannot be told apart from an empty one.
func checkMetrics(t *testing.T, seed uint64, before, after *card.Card) {
	t.Helper()
	b, _ := before.Field(metricsKey)
	a, _ := after.Field(metricsKey)
	if b == nil || a == nil {
		return
	}
	if card.TableAnswer(b.ParseRows()) != b.Answer {
		if answersOf(after)[b.Answer] == 0 && b.Answered() {
			t.Fatalf("seed %d: the text in the table is gone: %q", seed, b.Answer)
		}
		return
	}
	rows := a.ParseRows()
	for _, row := range b.ParseRows() {
		if !slices.ContainsFunc(rows, func(r map[string]string) bool { return maps.Equal(r, row) }) {
			t.Fatalf("seed %d: row %q is gone: %s", seed, row, a.Answer)
		}
	}
}

func TestWebCardsKinds(t *testing.T) {
	tests := []struct {
		sections string
		want     card.Kind
	}{
		{"28", card.Model}, {"36 65", card.Model}, {"65", card.Model}, {"1", card.Datasheet}, {"7 8 9", card.Datasheet},
		{"9", card.Datasheet}, {"1 2 28", card.Datasheet}, {"1 28 30", card.Model}, {"3 70", card.Datasheet},
	}
	for _, tt := range tests {
		root := newObject()
		for _, id := range strings.Fields(tt.sections) {
			root.members = append(root.members, member{"Section_Data_" + id, newList(nil)})
		}
		if got := read(t, root.document()).Card.Kind; got != tt.want {
			t.Errorf("sections %s: %s, want %s", tt.sections, got, tt.want)
		}
	}
}

// TestWebCardsTable holds the ids against the templates: a key renamed there would lose answers here.
func TestWebCardsTable(t *testing.T) {
	for _, form := range []*oldForm{&oldModel, &oldDatasheet} {
		tmpl := templates(t).Get(string(form.kind))
		seen := map[int]bool{}
		for _, s := range form.sections {
			if tmpl.Section(s.home) == nil {
				t.Errorf("section %d: the template has no %s", s.id, s.home)
			}
			for _, q := range s.fields {
				if tmpl.Field(q.key) == nil || seen[q.id] || q.id >= form.freeField {
					t.Errorf("question %d: %s is not in the template, or the id is there twice or free", q.id, q.key)
				}
				seen[q.id] = true
			}
		}
	}
}

// TestMetricsUnderTheirNamesInWebCards: WebCards has its own spelling for its six metrics, which is not another metric.
func TestMetricsUnderTheirNamesInWebCards(t *testing.T) {
	c := templates(t).Get("model").New()
	f, _ := c.Field(metricsKey)
	f.Answer = card.TableAnswer(card.Rows{{"metric": "auc", "value": "0.91"}, {"metric": "f1", "value": "0.8"}})
	l, err := Account(t.Context(), templates(t), c, webCardsFormat, encode(t, ".webcards.json", c))
	if err != nil || l.Totals[LeftOut] != 0 {
		t.Errorf("%+v, %v", l, err)
	}
	f.Answer = card.TableAnswer(card.Rows{{"metric": "auc", "value": "0.91"}})
	other := c.Clone()
	of, _ := other.Field(metricsKey)
	of.Answer = card.TableAnswer(card.Rows{{"metric": "f1", "value": "0.91"}})
	if l, err = Account(t.Context(), templates(t), c, webCardsFormat, encode(t, ".webcards.json", other)); err != nil || l.Totals[LeftOut] != 1 {
		t.Errorf("%+v, %v", l, err)
	}
}

// TestWebCardsKeepsOurQuestions: what WebCards does not ask comes back as the answer to the question of ours, under whose words our export has it. Other words
// stay questions of the visitor's own.
func TestWebCardsKeepsOurQuestions(t *testing.T) {
	for _, kind := range []card.Kind{card.Model, card.Datasheet} {
		c := templates(t).For(&card.Card{Kind: kind}).New()
		for i := range c.Sections {
			for j := range c.Sections[i].Fields {
				if f := &c.Sections[i].Fields[j]; f.Kind == card.Text || f.Kind == card.Line || f.Kind == card.List {
					f.Answer = "About " + f.Key
				}
			}
		}
		c.Sections[0].Fields = append(c.Sections[0].Fields, card.Field{Key: "own.a", Label: "Own words", Kind: card.Text, Custom: true, Answer: "Mine."})
		again := read(t, encode(t, ".webcards.json", c)).Card
		for i := range c.Sections {
			for j := range c.Sections[i].Fields {
				f := &c.Sections[i].Fields[j]
				if is, _ := again.Field(f.Key); !f.Custom && (is == nil || is.Answer != f.Answer) {
					t.Errorf("%s: %s was %q and is %+v", kind, f.Key, f.Answer, is)
				}
			}
		}
		if last := again.Sections[0].Fields[len(again.Sections[0].Fields)-1]; !last.Custom || last.Answer != "Mine." || len(again.Sections) != len(c.Sections) {
			t.Errorf("%s: %+v, %d sections", kind, last, len(again.Sections))
		}
	}
}
