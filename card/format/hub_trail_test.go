package format

import (
	"strings"
	"testing"
)

// TestHeadingsAbove: a question of a README says which headings it stands below, and renamed its heading alone changes.
func TestHeadingsAbove(t *testing.T) {
	for file, want := range map[string]string{
		"# My Model\n\n# Usage\n\n## Python\n\npip install x\n\n# Evaluation\n\n### Results in short\n\n#### On GLUE\n\n0.9\n\n# Training\n\n### Data\n\nC4\n": "Usage – Python|Evaluation – Results in short – On GLUE|Training – Data",
		"# My Model\n\nA.\n\n## One\n\nB.\n\n### Two\n\nC.\n\n## Three\n\n### Three\n\nD.\n\n# Four\n\nE.\n":                                                   "Introduction|One|One – Two|Three|Four",
		"## {{ x }}\n\n# Model Card for [More Information Needed]\n\n## A\n\n### B\n\nC.\n":                                                                    "A – B",
	} {
		r := read(t, []byte(file))
		var labels []string
		for i := range r.Card.Sections {
			for j := range r.Card.Sections[i].Fields {
				if f := &r.Card.Sections[i].Fields[j]; f.Custom {
					labels = append(labels, f.Label)
					f.Label = strings.Replace(f.Label, "Python", "Ruby", 1)
				}
			}
		}
		if got := strings.Join(labels, "|"); got != want {
			t.Errorf("%q: %s, want %s", file, got, want)
		}
		if out := returned(t, r.Card, []byte(file), r.As); string(out.Data) != strings.Replace(file, "Python", "Ruby", 1) {
			t.Errorf("renamed it is %q", out.Data)
		}
	}
}
