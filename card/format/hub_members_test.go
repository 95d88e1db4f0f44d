package format

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"cardstock/card"
)

const frontOfPeas = "---\nlanguage: no\ntags:\n- green\n- 'yes'\nlicense: mit\ndatasets:\n- peas/all\nmetrics: [f1]\npipeline_tag: text-classification\ninference: false\nextra_gated_fields:\n  I agree: checkbox\nwidget:\n- text: A pea\n  # by hand\n- text: Two\n---\n# Peas\n\nGreen.\n"

// TestFrontMatterComesBack: what stood in the front matter of a README stands there again after a way through another format, where the Hub's search reads it.
func TestFrontMatterComesBack(t *testing.T) {
	ts := templates(t)
	r := read(t, []byte(frontOfPeas))
	for _, suffix := range []string{".json", ".cdx.json", ".mct.json", ".sagemaker.json", ".mitchell.json", ".webcards.json"} {
		again := read(t, encode(t, suffix, r.Card)).Card
		readme := encode(t, ".md", again)
		text, body := frontMatter(string(readme))
		var front struct {
			Language, Pipeline_tag  string
			Tags, Datasets, Metrics []string
			Inference               any
			Extra_gated_fields      map[string]string
			Widget                  []map[string]string
		}
		if err := yaml.Unmarshal([]byte(text), &front); err != nil {
			t.Errorf("%s: %v\n%s", suffix, err, text)
		}
		if front.Language != "no" || strings.Join(front.Tags, "|") != "green|yes" || strings.Join(front.Datasets, "|") != "peas/all" || strings.Join(front.Metrics, "|") != "f1" || front.Pipeline_tag != "text-classification" || strings.Contains(body, "peas/all") {
			t.Errorf("%s:\n%s", suffix, readme)
		}
		if suffix == ".json" && (front.Inference != false || front.Extra_gated_fields["I agree"] != "checkbox" || len(front.Widget) != 2) {
			t.Errorf("%s:\n%s", suffix, text)
		}
		in := read(t, readme).Card
		if second := encode(t, ".md", in); string(second) != string(readme) {
			t.Errorf("%s: the second trip changes\n%s\ninto\n%s", suffix, readme, second)
		}
		if l, err := Account(t.Context(), ts, again, hubFormat, readme); err != nil || l.Totals[LeftOut] > 0 {
			t.Errorf("%s: %v %+v", suffix, err, l)
		}
	}
}

// TestFrontMatterOfOtherFiles: a file of another shape that plainly says what the Hub asks for has it in its front matter; prose under such a name has not.
func TestFrontMatterOfOtherFiles(t *testing.T) {
	plain := encode(t, ".md", read(t, []byte("name: peas\nlanguage:\n- en\ntags: [green, round]\npipeline_tag: text-generation\n")).Card)
	if front, _ := frontMatter(string(plain)); front != "\nlanguage:\n- en\ntags:\n- green\n- round\npipeline_tag: text-generation\n" {
		t.Errorf("%s", plain)
	}
	prose := encode(t, ".md", read(t, []byte("name: peas\nlanguage: English and some German\ndatasets: All that we had.\nmetrics: How often it is right, and when.\n")).Card)
	if front, body := frontMatter(string(prose)); front != "" || !strings.Contains(body, "English and some German") {
		t.Errorf("%s", prose)
	}
}

// TestFrontMatterHoldsAnything: whatever the answers are, the front matter is YAML, the card is of its kind, and all come back.
func TestFrontMatterHoldsAnything(t *testing.T) {
	undetected(t)
	answers := []string{"---", "a: b", "- x\n- y", "a: &a b\nc: *a", "{", "[x]", "yes", "1.10", "0x10", "\"", "'", "#", "a # b", "line\n\n  indented\nx: y", "tab\there", "x\u0085y", "x\u2028y", "<!-- cardstock:hub.tags -->", "false", "| no\n> literal", "%YAML", "? a", "!!binary x", "...", "long" + strings.Repeat(" long", 900)}
	for _, kind := range []card.Kind{card.Model, card.Datasheet} {
		for _, name := range []string{"tags", "language", "pipeline_tag", "pretty_name", "license", "license_name", "model-index", "size_categories", "inference", "extra_gated_prompt", "widget", "co2", "front-matter"} {
			for _, answer := range answers {
				for _, label := range []string{words(name), "Renamed"} {
					c := templates(t).For(&card.Card{Kind: kind}).New()
					answer, _ = card.CleanText(answer)
					c.Sections = append(c.Sections, card.Section{Key: hubSection, Title: hubTitle, Custom: true, Fields: []card.Field{{Key: hubOwn + name, Label: label, Kind: card.Text, Custom: true, Answer: answer}}})
					readme := encode(t, ".md", c)
					front, _ := frontMatter(string(readme))
					if !isMapping(front) {
						t.Errorf("%s %q: no YAML\n%s", name, answer, front)
					}
					again := read(t, readme).Card
					if f, _ := again.Field(hubOwn + name); again.Kind != kind || f == nil || f.Answer != strings.TrimSpace(answer) || f.Label != label {
						t.Errorf("%s %s %q: %s %+v\n%s", kind, name, answer, again.Kind, f, readme)
					}
					if second := encode(t, ".md", again); string(second) != string(readme) {
						t.Errorf("%s %q: the second trip changes\n%s\ninto\n%s", name, answer, readme, second)
					}
				}
			}
		}
	}
}
