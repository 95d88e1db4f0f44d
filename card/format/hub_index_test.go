package format

import (
	"strings"
	"testing"

	"cardstock/card"
)

const indexFile = `---
model-index:
- name: bert-x
  results:
  - task:
      type: text-classification
    dataset:
      name: GLUE
      type: glue-bench
      split: test
    metrics:
    - name: Accuracy (macro)
      type: accuracy
      value: 0.85
      config: mrpc
      verified: true
    source:
      name: Leaderboard
      url: https://lb.example
---
# bert-x

Hello
`

// TestModelIndexIsReadWhole: what a model-index says besides metric, value and dataset stands in further columns, and is changed where it stands.
func TestModelIndexIsReadWhole(t *testing.T) {
	r := read(t, []byte(indexFile))
	f, _ := r.Card.Field(metricsKey)
	const want = `[{"config":"mrpc","dataset":"glue-bench","dataset_split":"test","metric":"accuracy","name":"Accuracy (macro)","slice":"GLUE","source":"Leaderboard","source_url":"https://lb.example","task":"text-classification","value":"0.85","verified":"true"}]`
	if f.Answer != want {
		t.Fatalf("%s", f.Answer)
	}
	again := read(t, encode(t, ".md", r.Card))
	if got := answer(t, again.Card, metricsKey); got != want {
		t.Errorf("our export says %s", got)
	}
	rows := f.ParseRows()
	rows[0]["value"], rows[0]["config"], rows[0]["source_url"] = "0.9", "rte", "https://other.example"
	f.Answer = card.TableAnswer(rows)
	out := returned(t, r.Card, []byte(indexFile), r.As)
	edit := strings.NewReplacer("value: 0.85", "value: 0.9", "mrpc", "rte", "https://lb.example", "https://other.example")
	if string(out.Data) != edit.Replace(indexFile) {
		t.Errorf("it is written as\n%s", out.Data)
	}
	rows = append(rows, map[string]string{"metric": "f1", "value": "0.7", "config": "rte"})
	f.Answer = card.TableAnswer(rows)
	out = returned(t, r.Card, []byte(indexFile), r.As)
	if got := answer(t, read(t, out.Data).Card, metricsKey); got != f.Answer {
		t.Errorf("with a row more it says %s in\n%s", got, out.Data)
	}
}

// TestModelIndexWithMoreIsText: what no row can hold keeps the model-index as it is written.
func TestModelIndexWithMoreIsText(t *testing.T) {
	for _, more := range []string{"    metrics:\n    - {type: f1, value: 1, args: {a: 1}}\n", "    extra: x\n    metrics:\n    - {type: f1, value: 1}\n", "    dataset: beans\n    metrics:\n    - {type: f1, value: 1}\n"} {
		r := read(t, []byte("---\nmodel-index:\n- name: x\n  results:\n  - task: {type: a}\n"+more+"---\n# x\n\nText.\n"))
		if f, _ := r.Card.Field("hub.model-index"); f == nil || !strings.Contains(f.Answer, "f1") {
			t.Errorf("%s is %+v", more, f)
		}
	}
}

// TestLongModelIndex: one that says too much for a table keeps its metrics, and a note tells of the rest.
func TestLongModelIndex(t *testing.T) {
	r := read(t, []byte("---\nmodel-index:\n- name: x\n  results:\n"+strings.Repeat("  - {task: {type: a}, dataset: {name: b, type: c}, metrics: [{type: acc, value: 0.9}]}\n", 1500)+"---\n# Peas\n"))
	if f, _ := r.Card.Field(metricsKey); len(f.ParseRows()) != 1500 || !strings.Contains(strings.Join(r.Notes, " "), "stays in the file") {
		t.Errorf("%d rows, %q", len(f.ParseRows()), r.Notes)
	}
}

// TestModelIndexOfAnotherName: a model-index that names the model otherwise than the page is told of.
func TestModelIndexOfAnotherName(t *testing.T) {
	for _, name := range []string{"bert-x", "bert-y"} {
		r := read(t, []byte(strings.Replace(indexFile, "# bert-x", "# "+name, 1)))
		if told := strings.Contains(strings.Join(r.Notes, " "), "“bert-x”"); told != (name == "bert-y") {
			t.Errorf("%s: %q", name, r.Notes)
		}
	}
}
