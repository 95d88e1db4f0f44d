package format

import (
	"strings"
	"testing"
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
