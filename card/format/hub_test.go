package format

import (
	"bytes"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"cardstock/card"
)

// TestHubKeepsEveryAnswer: what is exported for the Hub comes back whole, and exported again it is the same file.
func TestHubKeepsEveryAnswer(t *testing.T) {
	undetected(t)
	ts := templates(t)
	for name, c := range written(t) {
		data, err := hubFormat.Encode(ts, c)
		if err != nil {
			t.Fatal(name, err)
		}
		front, _ := frontMatter(string(data))
		var known any
		if err := yaml.Unmarshal([]byte(front), &known); err != nil {
			t.Errorf("%s: the front matter is no YAML: %v\n%s", name, err, front)
		}
		r, err := Read(ts, data)
		if err != nil || r.Format != hubFormat {
			t.Errorf("%s: %+v, %v", name, r, err)
			continue
		}
		for _, s := range c.Sections {
			for _, f := range s.Fields {
				is, _ := r.Card.Field(f.Key)
				switch {
				case !f.Answered():
				case is == nil:
					t.Errorf("%s: %s is gone", name, f.Key)
				case strings.TrimSpace(is.Answer) != strings.TrimSpace(f.Answer):
					t.Errorf("%s: %s was\n%q and is\n%q", name, f.Key, f.Answer, is.Answer)
				}
			}
		}
	}
}

// TestReadsHub: each README of the corpus is read, and every line of its text is in an answer or the name.
func TestReadsHub(t *testing.T) {
	for file, data := range corpus(t, "hf/*.md") {
		if strings.HasPrefix(file, "spec_") {
			continue // these describe the format
		}
		r, err := Read(templates(t), data)
		if err != nil {
			if !strings.Contains(file, "template") && !strings.Contains(file, "invalid") {
				t.Errorf("%s: %v", file, err)
			}
			continue
		}
		answers := strings.Join(allAnswers(r.Card), "\n")
		labels := ""
		for _, s := range r.Card.Sections {
			for _, f := range s.Fields {
				labels += f.Label + "\n"
			}
		}
		_, body := frontMatter(string(data))
		whole := part{end: len(body)}
		for _, line := range strings.Split(whole.visible(body), "\n") {
			line = strings.TrimSpace(line)
			bare := strings.TrimSpace(strings.TrimLeft(line, "# "))
			if bare == "" || card.Unfilled(bare) || headingLine.MatchString(line) {
				continue
			}
			if text, _ := card.CleanText(line); !strings.Contains(answers, text) && !strings.Contains(labels, bare) {
				t.Errorf("%s: %q is in no answer", file, line)
			}
		}
		t.Logf("%s: %s, %d recognised, %d own", file, r.Card.Kind, r.Recognised, r.Custom)
	}
}

func TestHubFrontMatter(t *testing.T) {
	ts := templates(t)
	r := read(t, []byte("\n---\r\nlanguage: no\r\nlicense: apache-2.0\r\ntags:\r\n- a\r\n- b\r\nmodel-index:\n- name: x\n  results:\n  - task: {type: other}\n    dataset: {type: beans, name: Beans}\n    metrics:\n    - {type: f1, value: 0.660}\n---\n# Model Card for Beans\n\n```\n# no heading\n```\n\n## Uses\n\n### Out-of-Scope Use\n\nNot for peas.\n\n### Direct Use\n\n[More Information Needed]\n"))
	for key, want := range map[string]string{
		"model_details.name": "Beans", "model_details.license": "apache-2.0", "hub.language": "no", "hub.tags": "a\nb", "intended_use.out_of_scope": "Not for peas.",
		metricsKey: `[{"metric":"f1","slice":"Beans","value":"0.660"}]`, "intended_use.primary_uses": "",
	} {
		if f, _ := r.Card.Field(key); f == nil || f.Answer != want {
			t.Errorf("%s is %+v, want %q", key, f, want)
		}
	}
	if intro, _ := r.Card.Field("readme.entry"); intro == nil || !strings.Contains(intro.Answer, "# no heading") {
		t.Errorf("a heading in code is a heading: %+v", intro)
	}
	data, _ := hubFormat.Encode(ts, r.Card)
	if !bytes.HasPrefix(data, []byte("---\nlicense: \"apache-2.0\"\nmodel-index:\n")) {
		t.Errorf("%.200s", data)
	}
	sheet := read(t, []byte("---\nsize_categories: [n<1K]\n---\n# Dataset Card for Peas\n\nGreen.\n"))
	if sheet.Card.Kind != card.Datasheet || templates(t).DisplayName(sheet.Card) != "Peas" {
		t.Errorf("%s %q", sheet.Card.Kind, templates(t).DisplayName(sheet.Card))
	}
}

// TestHeadingsWithMarks: a # at the end of a heading is one of its words, unless it closes it behind a space. Words that end so come back from our export.
func TestHeadingsWithMarks(t *testing.T) {
	for line, want := range map[string]string{"# Code model for C#": "Code model for C#", "# C# ##": "C#", "# Peas #": "Peas", "## \\#": "\\#", "# Peas # \t": "Peas", "# # of peas": "# of peas",
		"# ": "", "## ##": "", "# #  ": "", "# # #": "#", "#": "-", "####### a": "-", "#\tPeas\t##": "Peas"} {
		got := "-"
		if all := parts(line+"\n\nText.", 0); len(all) == 2 {
			got = all[1].title
		}
		if got != want {
			t.Errorf("%q is %q, want %q", line, got, want)
		}
	}
	const file = "# Code model for C#\n\nIntro.\n\n## Uses of F# ##\n\nTo code.\n\n## ##\n\nMore.\n"
	r := read(t, []byte(file))
	var labels []string
	for i := range r.Card.Sections {
		for j := range r.Card.Sections[i].Fields {
			if f := &r.Card.Sections[i].Fields[j]; f.Custom {
				labels = append(labels, f.Label)
				f.Label = map[string]string{"Uses of F#": "Uses of G#", "Introduction": "Nothing"}[f.Label]
			}
		}
	}
	if got := strings.Join(labels, "|"); got != "Introduction|Uses of F#|Introduction" || answer(t, r.Card, "model_details.name") != "Code model for C#" {
		t.Errorf("%q", labels)
	}
	name, _ := r.Card.Field("model_details.name")
	name.Answer = "Code model for C++"
	out := returned(t, r.Card, []byte(file), r.As)
	if want := strings.NewReplacer("C#", "C++", "F#", "G#", "## ##", "## Nothing").Replace(file); string(out.Data) != want || out.Anew {
		t.Errorf("%v\n%s", out.Anew, out.Data)
	}
	c := templates(t).Get("model").New()
	c.Title = "Of grade #"
	c.Sections = append(c.Sections, card.Section{Key: "own", Title: "#", Custom: true, Fields: []card.Field{{Key: "own.a", Label: "In C#", Custom: true, Kind: card.Text, Answer: "x"},
		{Key: "own.b", Label: "Number ##", Custom: true, Kind: card.Text, Answer: "y"}}})
	same(t, read(t, encode(t, ".md", c)).Card, c)
}
