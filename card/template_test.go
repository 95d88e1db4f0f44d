package card

import (
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

var builtin = sync.OnceValues(func() (*Templates, error) { return LoadTemplates() })

func templates(t testing.TB) *Templates {
	t.Helper()
	ts, err := builtin()
	if err != nil {
		t.Fatal(err)
	}
	return ts
}

func TestBuiltinTemplates(t *testing.T) {
	ts := templates(t)
	var keys []string
	for _, tmpl := range ts.All() {
		keys = append(keys, tmpl.Key)
		if string(tmpl.Kind) != tmpl.Key || tmpl.Summary == "" || tmpl.Source == "" || tmpl.Field(tmpl.Name) == nil {
			t.Errorf("%s: kind, summary, source or naming question is missing", tmpl.Key)
		}
		for _, s := range tmpl.Sections {
			if s.Lede == "" || s.Source == "" || len(s.Fields) == 0 {
				t.Errorf("%s, section %s: lede, source or fields are missing", tmpl.Key, s.Key)
			}
			for _, f := range s.Fields {
				if f.Hint == "" || f.Source == "" {
					t.Errorf("%s, field %s: hint or source is missing", tmpl.Key, f.Key)
				}
				if strings.HasPrefix(f.Key, "custom.") {
					t.Errorf("field %s could meet a visitor's own", f.Key)
				}
			}
		}
		c := tmpl.New()
		if err := c.Check(); err != nil {
			t.Errorf("an empty %s: %v", tmpl.Key, err)
		}
		if q, e := tmpl.Counts(); q < 30 || e < 5 || e >= q {
			t.Errorf("%s has %d questions, %d essential", tmpl.Key, q, e)
		}
	}
	if !slices.Equal(keys, []string{"model", "datasheet"}) {
		t.Errorf("templates %v, want model cards first", keys)
	}
}

// Keys are in people's files: they are for ever.
func TestTemplateKeysAsDocumented(t *testing.T) {
	wanted := map[string][]string{
		"model": {
			"model_details.name", "model_details.type", "model_details.owner_name", "model_details.owner_contact", "model_details.references",
			"model_details.citation", "model_details.license", "model_details.feedback", "model_details.training_algorithm",
			"version.name", "version.date", "version.diff", "version.predecessor",
			"intended_use.primary_uses", "intended_use.primary_users", "intended_use.out_of_scope",
			"factors.relevant", "factors.evaluation", "metrics.measures", "metrics.thresholds", "metrics.variation",
			"evaluation_data.datasets", "evaluation_data.motivation", "evaluation_data.preprocessing",
			"training_data.name", "training_data.description", "training_data.size", "training_data.train_share",
			"quantitative_analyses.metrics", "quantitative_analyses.notes", "quantitative_analyses.unitary_results",
			"quantitative_analyses.intersectional_results", "quantitative_analyses.graph_description",
			"ethical_considerations.sensitive_data", "ethical_considerations.human_life", "ethical_considerations.mitigations",
			"ethical_considerations.risks", "ethical_considerations.fraught_uses",
			"caveats.further_testing", "caveats.missing_groups", "caveats.recommendations", "caveats.ideal_dataset",
			"energy.hardware", "energy.hours", "energy.region", "energy.consumption", "energy.co2eq",
			"governance.status", "governance.people", "governance.reviews",
		},
		"datasheet": {"motivation.name", "motivation.purpose", "motivation.creators", "motivation.funding",
			"governance.status", "governance.people", "governance.reviews"},
	}
	for key, fields := range wanted {
		tmpl := templates(t).Get(key)
		for _, f := range fields {
			if tmpl.Field(f) == nil {
				t.Errorf("%s: the field %s is gone; it is in people's files", key, f)
			}
		}
	}
	metrics := templates(t).Get("model").Field("quantitative_analyses.metrics")
	var columns []string
	for _, c := range metrics.Columns {
		columns = append(columns, c.Key)
	}
	if !slices.Equal(columns, []string{"metric", "value", "slice", "lower", "upper"}) {
		t.Errorf("columns of the metrics table: %v", columns)
	}
	for _, key := range []string{"model", "datasheet"} {
		status := templates(t).Get(key).Field("governance.status")
		if !slices.Equal(status.Options, []string{"draft", "in review", "approved", "retired"}) {
			t.Errorf("%s: status options %v", key, status.Options)
		}
	}
}

func TestTheHardQuestionsHaveExamples(t *testing.T) {
	for _, key := range []string{"intended_use.out_of_scope", "factors.relevant", "caveats.limitations", "ethical_considerations.risks"} {
		if f := templates(t).Get("model").Field(key); f == nil || f.Example == "" {
			t.Errorf("%s has no example answer", key)
		}
	}
}

func TestNewCardSharesNothingWithItsTemplate(t *testing.T) {
	tmpl := templates(t).Get("model")
	a, b := tmpl.New(), tmpl.New()
	fa, _ := a.Field("governance.status")
	fb, _ := b.Field("governance.status")
	fa.Options[0] = "changed"
	if fb.Options[0] != "draft" || tmpl.Field("governance.status").Options[0] != "draft" {
		t.Error("two cards of one template share options")
	}
}

const ours = `key: ours
kind: model
title: Ours
name: ours.name
sections:
  - key: basics
    title: Basics
    fields:
      - {key: ours.name, label: Name, kind: line}
      - key: ours.state
        label: State
        kind: choice
        options: [a, b]
        preset: b
`

func TestOverlayAddsAndOverrides(t *testing.T) {
	standard := strings.ReplaceAll(ours, "key: ours\n", "key: model\n")
	ts, err := LoadTemplates(fstest.MapFS{
		"ours.yaml": {Data: []byte(ours)}, "model.yml": {Data: []byte(standard)}, "README.md": {Data: []byte("not: [a template")},
		"old.yaml.bak": {Data: []byte("broken: [")}, "sub/x.yaml": {Data: []byte("broken: [")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(ts.All()) != 3 || ts.Get("ours") == nil || ts.Get("model").Field("ours.name") == nil || ts.Get("datasheet").Field("motivation.name") == nil {
		t.Errorf("%d templates after overlaying two", len(ts.All()))
	}
	if got, _ := ts.Get("ours").New().Field("ours.state"); got.Answer != "b" {
		t.Errorf("preset: %q", got.Answer)
	}
	if !slices.Contains(ts.NameKeys(), "ours.name") || ts.NameKey("ours", Model) != "ours.name" {
		t.Error("the naming question of an added template is not known")
	}
	if templates(t).Get("ours") != nil {
		t.Error("an overlay reached the built-in templates")
	}
}

func TestTemplateOfACard(t *testing.T) {
	ts := templates(t)
	for _, tt := range []struct {
		c    Card
		want string
	}{
		{Card{Kind: Model, Template: "model"}, "model"},
		{Card{Kind: Model, Template: "gone"}, "model"},
		{Card{Kind: Datasheet, Template: "gone"}, "datasheet"},
		{Card{Kind: Datasheet, Template: "model"}, "datasheet"},
	} {
		if got := ts.For(&tt.c); got == nil || got.Key != tt.want {
			t.Errorf("For(%+v) is %v, want %s", tt.c, got, tt.want)
		}
	}
	c := ts.Get("model").New()
	if got := ts.DisplayName(c); got != "Untitled model card" {
		t.Errorf("an empty card is called %q", got)
	}
	answer(c, "model_details.name", " Wound segmenter ")
	if got := ts.DisplayName(c); got != "Wound segmenter" {
		t.Errorf("named by its answer: %q", got)
	}
}

func TestBrokenTemplates(t *testing.T) {
	// at replaces the n-th line (from 1) of a good template.
	at := func(n int, line string) string {
		lines := strings.Split(ours, "\n")
		lines[n-1] = line
		return strings.Join(lines, "\n")
	}
	tests := []struct{ name, text, want string }{
		{"syntax", at(7, "    title: [Basics"), ""},
		{"tab", at(7, "\ttitle: Basics"), "line 7: "},
		{"unknown member", at(7, "    titel: Basics"), "line 7: "},
		{"unknown member of a field", at(12, "        knid: choice"), "line 12: "},
		{"a list for a text", at(3, "title: [a, b]"), "line 3: "},
		{"key", at(1, "key: Our Template"), "line 1: key: a template needs a key"},
		{"kind", at(2, "kind: recipe"), "line 2: kind: write model or datasheet"},
		{"name", at(4, "name: ours.nane"), "line 4: name: no field has the key ours.nane"},
		{"section title", at(7, "    lede: x"), "line 6: section basics: title is missing"},
		{"section key", at(6, "  - key: Basic things"), "line 6: sections: the key \"Basic things\""},
		{"field label", at(11, "        hint: x"), "line 10: field ours.state: label is missing"},
		{"field kind", at(12, "        kind: choise"), "line 10: field ours.state: kind is \"choise\""},
		{"field twice", at(10, "      - key: ours.name"), "line 10: section basics: the field key \"ours.name\" is there twice"},
		{"choice without options", at(13, "        hint: x"), "line 10: field ours.state: a choice needs options"},
		{"options without choice", at(12, "        kind: line"), "line 10: field ours.state: a choice needs options, and only a choice has them"},
		{"table without columns", at(12, "        kind: table") + "", "line 10: field ours.state: "},
		{"preset that is no option", at(14, "        preset: c"), "line 10: field ours.state: preset: "},
		{"empty", "", "line 1: "},
		{"not a mapping", "- a\n- b\n", "line 1: "},
		{"no sections", "key: ours\nkind: model\ntitle: Ours\n", "line 1: sections: "},
		{"columns: dots", ours + "      - {key: t, label: T, kind: table, columns: [{key: a.b, title: A, kind: line}]}\n", "line 15: field t: each column needs a key"},
		{"columns: kind", ours + "      - {key: t, label: T, kind: table, columns: [{key: a, title: A, kind: text}]}\n", "line 15: field t: column a: kind is"},
		{"columns: twice", ours + "      - {key: t, label: T, kind: table, columns: [{key: a, title: A, kind: line}, {key: a, title: B, kind: line}]}\n", "line 15: field t: each column"},
		{"preset of a table", ours + "      - {key: t, label: T, kind: table, preset: x, columns: [{key: a, title: A, kind: line}]}\n", "line 15: field t: a table cannot have a preset"},
		{"section twice", ours + "  - key: basics\n    title: Again\n    fields: []\n", "line 15: sections: the key \"basics\" is there twice"},
	}
	for _, tt := range tests {
		_, err := LoadTemplates(fstest.MapFS{"x.yaml": {Data: []byte(tt.text)}})
		if err == nil {
			t.Errorf("%s: taken in", tt.name)
			continue
		}
		message := err.Error()
		if !strings.HasPrefix(message, "template x.yaml, line ") || !strings.Contains(message, tt.want) || strings.Contains(message, "\n") {
			t.Errorf("%s: %q, want %q", tt.name, message, "template x.yaml, "+tt.want+"…")
		}
	}
}

// A line is where the member stands, not where its words happen to stand again.
func TestBrokenTemplateNamesItsOwnLine(t *testing.T) {
	text := strings.ReplaceAll(ours, "label: State\n", "label: basics\n")
	text = strings.ReplaceAll(text, "    title: Basics\n", "    lede: x\n")
	_, err := ParseTemplate([]byte(text))
	if err == nil || !strings.HasPrefix(err.Error(), "line 6: section basics: title is missing") {
		t.Errorf("%v; the section's key is on line 6, a label of the same words on line 11", err)
	}
	text = strings.ReplaceAll(ours, "kind: model\n", "summary: x\n") + "        hint: \"\"\n"
	_, err = ParseTemplate([]byte(text))
	if err == nil || !strings.HasPrefix(err.Error(), "line 1: kind: ") {
		t.Errorf("%v; a missing kind is a matter of the top of the file, not of the hint on line 15", err)
	}
}

func TestTemplatesOfOneDirectoryDoNotShareAKey(t *testing.T) {
	_, err := LoadTemplates(fstest.MapFS{"a.yaml": {Data: []byte(ours)}, "b.yaml": {Data: []byte(ours)}})
	if err == nil || !strings.Contains(err.Error(), "b.yaml") || !strings.Contains(err.Error(), "a.yaml") {
		t.Errorf("two templates with one key: %v", err)
	}
	stolen := strings.ReplaceAll(ours, "key: ours\n", "key: datasheet\n")
	_, err = LoadTemplates(fstest.MapFS{"a.yaml": {Data: []byte(stolen)}})
	if err == nil || !strings.Contains(err.Error(), "a.yaml") || !strings.Contains(err.Error(), "datasheet") {
		t.Errorf("a model card under the key of the standard datasheet: %v", err)
	}
	_, err = LoadTemplates(broken{})
	if err == nil {
		t.Error("a directory that cannot be read is no error")
	}
}

type broken struct{}

func (broken) Open(string) (fs.File, error) { return nil, fs.ErrPermission }
