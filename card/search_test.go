package card

import (
	"strings"
	"testing"
)

// shownAs writes parts with what was found in brackets.
func shownAs(parts []Part) string {
	var b strings.Builder
	for _, p := range parts {
		if p.Found {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestFind(t *testing.T) {
	t.Parallel()
	ts := templates(t)
	long := strings.Repeat("word ", 100) + "the Needle stands here " + strings.Repeat("more ", 100)
	c := &Card{Kind: Model, Template: "model", Sections: []Section{
		{Key: "one", Title: "One", Fields: []Field{
			{Key: "intended_use.primary_uses", Label: "Primary uses", Kind: Text, Answer: "Measuring WOUNDS on İstanbul photos"},
			{Key: "custom.a", Label: "A needle in the question?", Kind: Text},
			{Key: "custom.b", Label: "Long", Kind: Text, Answer: long},
		}},
		{Key: "two", Title: "Two", Fields: []Field{
			{Key: "custom.t", Label: "Table", Kind: Table, Columns: []Column{{Key: "metric", Title: "Metric"}, {Key: "value", Title: "Value"}}, Answer: `[{"metric":"Dice","value":"0.91"}]`},
		}},
	}}
	tests := []struct {
		query string
		want  []string // the question, and what is shown of the answer
	}{
		{"", nil},
		{"  ", nil},
		{"absent", nil},
		{"wounds", []string{"Primary uses: Measuring [WOUNDS] on İstanbul photos"}},
		{"photos wound", []string{"Primary uses: Measuring [WOUND]S on İstanbul [photos]"}},
		{"wounds absent", nil},
		{"primary photos", []string{"[Primary] uses: Measuring WOUNDS on İstanbul [photos]"}},
		{"dice", []string{"Table: [Dice], 0.91"}},
		{"metric", nil}, // the name of a column is no answer
		{"NEEDLE", []string{"A [needle] in the question?: ", "Long: … word word word word word word word the [Needle] stands here "}},
	}
	for _, tt := range tests {
		var got []string
		for _, m := range ts.Find(c, tt.query) {
			got = append(got, shownAs(m.Label)+": "+shownAs(m.Excerpt))
		}
		if len(got) != len(tt.want) {
			t.Errorf("%q finds %q", tt.query, got)
			continue
		}
		for i := range got {
			if !strings.HasPrefix(got[i], tt.want[i]) || len(got[i]) > 220 {
				t.Errorf("%q finds %q, not %q", tt.query, got[i], tt.want[i])
			}
		}
	}
}

// TestFindInHints finds a question by its plain words, and shows those if nothing else holds what was looked for.
func TestFindInHints(t *testing.T) {
	t.Parallel()
	ts := templates(t)
	c := ts.For(&Card{Kind: Model, Template: "model"}).New()
	hint := ts.For(c).Field("intended_use.out_of_scope").Hint
	word := strings.Fields(hint)
	found := ts.Find(c, strings.Join(word[:3], " "))
	for _, m := range found {
		if m.Field.Key == "intended_use.out_of_scope" && marked(m.Excerpt) {
			return
		}
	}
	t.Errorf("%q is not found by its first words: %d matches", hint, len(found))
}
