package format

import (
	"strings"
	"testing"

	"cardstock/card"
)

// TestMetricsComeAndGo: rows of metrics come between others and go, and what the model-index says of the others stays.
func TestMetricsComeAndGo(t *testing.T) {
	const (
		head = "---\nmodel-index:\n- name: peas\n  results:\n"
		tail = "license: mit\n---\n# Peas\n\nGreen.\n"
		f1   = "  - task:\n      type: other\n    dataset:\n      type: unspecified\n      name: Beans\n    metrics:\n    - type: f1\n      value: 0.66 # of ten\n"
		acc  = "  - task:\n      type: other\n    dataset:\n      type: unspecified\n      name: Peas\n    metrics:\n    - type: accuracy # measured\n      value: 0.90\n"
		auc  = "  - task:\n      type: other\n    dataset:\n      type: unspecified\n      name: \"All\"\n    metrics:\n    - type: \"auc\"\n      value: 0.5\n"

		theF1, theAcc, theAUC = `{"metric":"f1","slice":"Beans","value":"0.66"}`, `{"metric":"accuracy","slice":"Peas","value":"0.90"}`, `{"metric":"auc","slice":"All","value":"0.5"}`
	)
	changed := func(s string) string { return strings.Replace(s, "0.66", "0.77", 1) }
	for _, tt := range []struct{ name, was, answer, is string }{
		{"in front", f1 + acc, "[" + theAUC + "," + theF1 + "," + theAcc + "]", auc + f1 + acc},
		{"between", f1 + acc, "[" + theF1 + "," + theAUC + "," + theAcc + "]", f1 + auc + acc},
		{"behind", f1 + acc, "[" + theF1 + "," + theAcc + "," + theAUC + "]", f1 + acc + auc},
		{"one changes, one comes", f1 + acc, "[" + changed(theF1) + "," + theAUC + "," + theAcc + "]", changed(f1) + auc + acc},
		{"one changes, one goes", f1 + auc + acc, "[" + changed(theF1) + "," + theAcc + "]", changed(f1) + acc},
	} {
		u := upkeep{tt.name, head + tt.was + tail, map[string]string{metricsKey: tt.answer}, tt.was, tt.is}
		u.check(t)
	}
	const flow = head + "  - {task: {type: other}, dataset: {type: unspecified, name: Beans}, metrics: [{type: f1, value: 0.66}, {type: auc, value: 0.5}]}\n" + tail
	r := read(t, []byte(flow))
	c := r.Card.Clone()
	f, _ := c.Field(metricsKey)
	f.Answer = "[" + theF1 + "]"
	out := returned(t, c, []byte(flow), r.As)
	if out.Anew || out.Note != noteIndex || !strings.HasSuffix(string(out.Data), tail) {
		t.Errorf("anew %v, %q\n%s", out.Anew, out.Note, out.Data)
	}
}

// trainerIndex is a model-index as the Trainer of transformers writes it, with what other tools add.
const trainerIndex = `---
license: mit
model-index:
- name: peas
  results:
  - task:
      name: Token Classification
      type: token-classification
    dataset:
      name: conll2003
      type: conll2003
      args: conll2003
    metrics:
    - name: Precision
      type: precision
      value: 0.92
    - name: Recall
      type: recall # of all
      value: 0.94
      config: mrpc
    - name: F1
      type: f1
      value: 0.93
  - task:
      type: other
    dataset:
      name: Beans
      type: beans
    metrics:
    - type: auc
      value: 0.5
---
# peas

Green.
`

// TestSeveralMetricsOfOneResult: a metric that shares its result with others goes, and its cells change, where they stand: types, arguments and names of
// the rest stay.
func TestSeveralMetricsOfOneResult(t *testing.T) {
	r := read(t, []byte(trainerIndex))
	f, _ := r.Card.Field(metricsKey)
	head := trainerIndex[strings.Index(trainerIndex, "  - task:"):strings.Index(trainerIndex, "    - name: Precision")]
	const recall, f1 = "    - name: Recall\n      type: recall # of all\n      value: 0.94\n      config: mrpc\n", "    - name: F1\n      type: f1\n      value: 0.93\n"
	change := func(column, is string, rows ...int) func(card.Rows) card.Rows {
		return func(all card.Rows) card.Rows {
			for _, i := range rows {
				all[i][column] = is
			}
			return all
		}
	}
	for _, tt := range []struct {
		name    string
		edit    func(card.Rows) card.Rows
		was, is string
	}{
		{"one goes", func(all card.Rows) card.Rows { return append(all[:1:1], all[2:]...) }, recall, ""},
		{"the last of a result goes", func(all card.Rows) card.Rows { return all[:3] }, trainerIndex[strings.Index(trainerIndex, "  - task:\n      type: other"):strings.LastIndex(trainerIndex, "---")], ""},
		{"all of a result go", func(all card.Rows) card.Rows { return all[3:] }, head + trainerIndex[strings.Index(trainerIndex, "    - name: Precision"):strings.Index(trainerIndex, f1)] + f1, ""},
		{"a task of all", change("task", "ner", 0, 1, 2), "type: token-classification", "type: ner"},
		{"a task of one", change("task", "ner", 1), recall + f1, strings.Replace(head, "type: token-classification", "type: ner", 1) + recall + head + f1},
		{"a slice of one", change("slice", "test", 2), f1, strings.Replace(head, "name: conll2003", "name: test", 1) + f1},
		{"a metric has its name", change("metric", "accuracy", 2), "name: F1\n      type: f1", "name: accuracy\n      type: accuracy"},
		{"a cell is emptied", change("config", "", 1), "      config: mrpc\n", ""},
		{"a name is emptied", change("task_name", "", 0, 1, 2), "      name: Token Classification\n", ""},
	} {
		answer := card.TableAnswer(tt.edit(f.ParseRows()))
		u := upkeep{tt.name, trainerIndex, map[string]string{metricsKey: answer}, tt.was, tt.is}
		u.check(t)
		if out := u.out(t); out.Note != "" || tt.name != "a slice of one" && card.TableAnswer(readRows(t, out.Data)) != answer {
			t.Errorf("%s: %q, it says %v", tt.name, out.Note, readRows(t, out.Data))
		}
	}
}

// TestIndexBesideItsTable: what a model-index has no place for, as a bound, or a metric without a number, stands in a table of the text, and the model-index
// keeps the rest of what it says.
func TestIndexBesideItsTable(t *testing.T) {
	r := read(t, []byte(trainerIndex))
	f, _ := r.Card.Field(metricsKey)
	const kept = "      args: conll2003\n    metrics:\n    - name: Precision\n"
	for name, edit := range map[string]func(card.Rows){
		"a bound":  func(all card.Rows) { all[0]["lower"] = "0.9" },
		"no value": func(all card.Rows) { delete(all[2], "value") },
	} {
		rows := f.ParseRows()
		edit(rows)
		u := upkeep{file: trainerIndex, edit: map[string]string{metricsKey: card.TableAnswer(rows)}}
		out := u.out(t)
		if out.Anew || out.Note != "" || !strings.Contains(string(out.Data), kept) || card.TableAnswer(readRows(t, out.Data)) != card.TableAnswer(rows) {
			t.Errorf("%s: anew %v, %q, it says %v in\n%s", name, out.Anew, out.Note, readRows(t, out.Data), out.Data)
		}
	}
}

// readRows are the metrics that a file says.
func readRows(t *testing.T, data []byte) card.Rows {
	t.Helper()
	f, _ := read(t, data).Card.Field(metricsKey)
	return f.ParseRows()
}
