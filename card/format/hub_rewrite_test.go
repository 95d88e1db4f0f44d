package format

import (
	"strings"
	"testing"

	"cardstock/card"
)

// readmes are small READMEs, each with something that a careless writer loses.
var readmes = map[string]string{
	"comments":   "---\n# what the Hub reads\nlanguage: no # Norwegian\nlicense:   'mit'\n\n# tags below\ntags:\n  - a # first\n  - \"b\"\nunknown_key: {x: [1, 0x10], y: ~}\nversion: 0.90\ndate: 2024-01-02\n# the end\n---\n\n\n# Model Card for Peas\n\nIntroduced.  \n\n## Uses\n<!-- Say what for. -->\n\n### Direct Use\n\nFor   peas.\n<!-- keep me -->\nAnd beans.\n\n### Out-of-Scope Use\n\n[More Information Needed]\n\n## Training Data\n\nOne.\n\n## Training Hyperparameters\n\n- lr: 1e-3\n\n## Training Procedure\n\nSlow.\n\n\n",
	"CRLF":       "---\r\nlicense: apache-2.0\r\ntags: [a, 'b c', d]\r\ntext: |\r\n  # no comment\r\n  two\r\n---\r\n# Peas\r\n\r\nOne\r\ntwo\r\n\r\n## Limitations\r\n\r\nGreen.",
	"CR":         "---\rlicense: mit\r---\r# Peas\r\rGreen.\r",
	"mark":       "\ufeff# Peas 🌱\n\nGreen.\n",
	"bare":       "# Peas\nGreen.\n## Uses\n## Limitations\nThey roll.\n```\n# no heading\n```\n",
	"no title":   "---\ntags:\n- a\n---\nGreen.\n",
	"empty":      "---\n---\n# Peas\n\nGreen\n",
	"index":      "---\nmodel-index:\n- name: peas\n  results:\n  - task: {type: other}\n    dataset: {type: beans, name: Beans}\n    metrics:\n    - {type: f1, value: 0.660, name: F1 of beans}\n  - task:\n      type: other\n    dataset:\n      type: peas\n      name: Peas\n    metrics:\n    - type: accuracy # measured\n      value: 0.90\n      verified: true\n    source:\n      url: https://example.org\nlicense: mit\n---\n# Peas\n",
	"anchors":    "---\nbase: &b\n- x\n- y\nsame: *b\nlicense: mit\n---\n# Peas\n\nGreen.\n",
	"datasheet":  "---\nlicense:\n- cc-by-4.0\nsize_categories:\n- n<1K\npretty_name: Peas of 2024\n---\n\n# Dataset Card for Peas\n\n## Dataset Structure\n\n### Data Splits\n\ntrain\n\n## Considerations\n\nNone of them.\n",
	"JSON front": "---\n{\"license\": \"mit\", \"tags\": [\"a\"], \"deep\": {\"a\": [1, 2]}}\n---\n# Peas\n\nGreen.\n",
	"underlined": underlinedReadme,
	"flow front": "---\n{license: mit, tags: [a]}\n---\n# Peas\n\nGreen.\n",
}

func allReadmes(t testing.TB) map[string][]byte {
	all := corpus(t, "hf/*.md")
	for name, text := range readmes {
		all[name] = []byte(text)
	}
	all["UTF-16"] = sealed("# Peas\n\nGreen.\n", []byte("\xff\xfe"))
	return all
}

// TestUntouchedReadmeIsTheSame: a README that was read and not edited is written as the same bytes.
func TestUntouchedReadmeIsTheSame(t *testing.T) {
	ts := templates(t)
	n := 0
	for name, data := range allReadmes(t) {
		r, err := Read(ts, data)
		if err != nil {
			t.Logf("%s is not read: %v", name, err)
			continue
		}
		n++
		if r.Format != hubFormat {
			t.Errorf("%s is read as %s", name, r.Format.Name)
			continue
		}
		out, err := hubFormat.Write(t.Context(), ts, r.Card, data)
		if err != nil || string(out) != string(data) {
			t.Errorf("%s is written as\n%s\n%v", name, out, err)
		}
	}
	if n < len(readmes) {
		t.Errorf("only %d were read", n)
	}
}

// edited changes an answer a little, as a visitor would.
func edited(f *card.Field) string {
	if f.Kind == card.Table {
		rows := f.ParseRows()
		rows[len(rows)-1]["value"] = "0.125"
		return card.TableAnswer(rows)
	}
	if v := parseStructure(f.Answer); v != nil && f.Kind != card.Table && !strings.HasPrefix(f.Key, "hub.") { // an extra stays JSON
		if v.kind == objectValue {
			return strings.TrimSuffix(strings.TrimSpace(f.Answer), "}") + `, "edited": 1}`
		}
		return strings.TrimSuffix(strings.TrimSpace(f.Answer), "]") + `, "edited"]`
	}
	if end := strings.LastIndexAny(f.Answer, "]}"); end == len(f.Answer)-1 && end > 0 && strings.HasPrefix(f.Key, "hub.") {
		comma := ", "
		if end == 1 { // []
			comma = ""
		}
		return f.Answer[:end] + comma + "edited: 1" + f.Answer[end:]
	}
	if answer := strings.TrimRight(f.Answer, "\n"); strings.HasPrefix(f.Key, "hub.") && strings.HasSuffix(answer, `"`) {
		return strings.TrimSuffix(answer, `"`) + ` edited"`
	}
	answer := strings.TrimRight(f.Answer, "\n")
	if last := answer[strings.LastIndex(answer, "\n")+1:]; strings.HasPrefix(strings.TrimSpace(last), "```") { // code that has no end swallows what follows
		first, rest, _ := strings.Cut(answer, "\n")
		return first + " edited\n" + rest
	}
	return answer + " edited"
}

// TestEditedAnswerChangesItsLines: whichever answer is edited, it comes back, so do all others, and one line of the README is another.
func TestEditedAnswerChangesItsLines(t *testing.T) {
	undetected(t)
	ts := templates(t)
	edits := 0
	for name, data := range allReadmes(t) {
		r, err := Read(ts, data)
		if err != nil {
			continue
		}
		for _, s := range r.Card.Sections {
			for _, f := range s.Fields {
				if card.Blank(f.Answer) {
					continue
				}
				c := r.Card.Clone()
				now, _ := c.Field(f.Key)
				now.Answer = edited(now)
				out, err := hubFormat.Write(t.Context(), ts, c, data)
				if err != nil {
					t.Fatal(err)
				}
				edits++
				if name == "flow front" && f.Label != "Introduction" && f.Key != "model_details.name" {
					continue // such a front matter is not changed: the answer comes below
				}
				checkEdit(t, name+" "+f.Key, data, out, c)
			}
		}
	}
	t.Logf("%d edits", edits)
}

func checkEdit(t *testing.T, what string, data, out []byte, c *card.Card) {
	t.Helper()
	again, err := Read(templates(t), out)
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	for _, s := range c.Sections {
		for _, f := range s.Fields {
			if is, _ := again.Card.Field(f.Key); !card.Blank(f.Answer) && (is == nil || strings.TrimSpace(is.Answer) != strings.TrimSpace(f.Answer)) {
				t.Errorf("%s: %s is not %q but %+v in\n%.1500s", what, f.Key, f.Answer, is, out)
				return
			}
		}
	}
	was, is := strings.Split(string(data), "\n"), strings.Split(string(out), "\n")
	before, after := common(was, is)
	if strings.Contains(string(data), ": *b") { // what is an alias is written out
		return
	}
	if len(is) != len(was) || len(was)-before-after != 1 {
		t.Errorf("%s: %d lines became %d:\n%q\n%q", what, len(was)-before-after, len(is)-before-after, was[before:len(was)-after], is[before:len(is)-after])
	}
}

// TestReadmeEdits: what edits of all sorts make of a README.
func TestReadmeEdits(t *testing.T) {
	ts := templates(t)
	const base = "comments"
	for _, tt := range []struct {
		name, readme string
		edit         map[string]string
		was, is      string // what is replaced in the README
	}{
		{"an answer where it is asked for", base, map[string]string{"intended_use.out_of_scope": "Not for carrots."}, "Out-of-Scope Use\n\n[More Information Needed]\n", "Out-of-Scope Use\n\nNot for carrots.\n"},
		{"a line more", base, map[string]string{"intended_use.primary_uses": "For   peas.\n\nAnd beans.\nAnd rice."}, "And beans.\n", "And beans.\nAnd rice.\n"},
		{"a line less", base, map[string]string{"intended_use.primary_uses": "For   peas."}, "\n<!-- keep me -->\nAnd beans.\n", "\n<!-- keep me -->\n"},
		{"nothing left", base, map[string]string{"training_data.description": ""}, "## Training Data\n\nOne.\n", "## Training Data\n\n\n"},
		{"one of two headings", base, map[string]string{"model_details.training_algorithm": "- lr: 1e-3\nFast."}, "\nSlow.\n", "\nFast.\n"},
		{"the licence keeps its quotes", base, map[string]string{"model_details.license": "gpl-3.0"}, "license:   'mit'", "license:   'gpl-3.0'"},
		{"the licence goes", base, map[string]string{"model_details.license": ""}, "license:   'mit'\n", ""},
		{"a tag more", base, map[string]string{"hub.tags": "a\nb\nno"}, "  - \"b\"\n", "  - \"b\"\n  - 'no'\n"},
		{"a tag less", base, map[string]string{"hub.tags": "b"}, "  - a # first\n", ""},
		{"Norwegian stays a text", base, map[string]string{"hub.language": "nb"}, "language: no # Norwegian", "language: nb # Norwegian"},
		{"a number stays a number", base, map[string]string{"hub.version": "1.00"}, "version: 0.90", "version: 1.00"},
		{"a day stays a day", base, map[string]string{"hub.date": "2025-12-31"}, "date: 2024-01-02", "date: 2025-12-31"},
		{"the name", base, map[string]string{"model_details.name": "Beans"}, "# Model Card for Peas", "# Model Card for Beans"},
		{"CRLF", "CRLF", map[string]string{"caveats.limitations": "Green.\nRound."}, "Green.", "Green.\r\nRound."},
		{"CRLF in a literal", "CRLF", map[string]string{"hub.text": "# no comment\nthree"}, "  two\r\n", "  three\r\n"},
		{"a list in brackets", "CRLF", map[string]string{"hub.tags": "a\nb c\ne, f"}, "[a, 'b c', d]", "[a, 'b c', 'e, f']"},
		{"a heading without text", "bare", map[string]string{"intended_use.primary_uses": "To eat."}, "## Uses\n", "## Uses\n\nTo eat.\n\n"},
		{"a licence and no front matter", "bare", map[string]string{"model_details.license": "mit"}, "# Peas\n", "---\nlicense: mit\n---\n\n# Peas\n"},
		{"a licence in an empty front matter", "empty", map[string]string{"model_details.license": "mit"}, "---\n---\n", "---\nlicense: mit\n---\n"},
		{"a metric in its line", "index", map[string]string{metricsKey: `[{"metric":"f1","name":"F1 of beans","slice":"Beans","value":"0.70"},{"metric":"accuracy","slice":"Peas","source_url":"https://example.org","value":"0.90","verified":"true"}]`}, "value: 0.660,", "value: 0.70,"},
		{"a metric less", "index", map[string]string{metricsKey: `[{"metric":"accuracy","slice":"Peas","source_url":"https://example.org","value":"0.90","verified":"true"}]`}, "  - task: {type: other}\n    dataset: {type: beans, name: Beans}\n    metrics:\n    - {type: f1, value: 0.660, name: F1 of beans}\n", ""},
		{"an anchor keeps its aliases", "anchors", map[string]string{"model_details.license": "gpl-3.0"}, "license: mit", "license: gpl-3.0"},
	} {
		data := readmes[tt.readme]
		c := read(t, []byte(data)).Card
		for key, answer := range tt.edit {
			f, _ := c.Field(key)
			if f == nil {
				t.Fatalf("%s: no question %s", tt.name, key)
			}
			f.Answer = answer
		}
		out, err := hubFormat.Write(t.Context(), ts, c, []byte(data))
		if want := strings.Replace(data, tt.was, tt.is, 1); err != nil || string(out) != want || !strings.Contains(data, tt.was) {
			t.Errorf("%s: %v\n got %q\nwant %q", tt.name, err, out, want)
		}
	}
}

// TestReadmeTakesNewAnswers: an answer that the README has no place for comes below it, is read again, and then stays where it is.
func TestReadmeTakesNewAnswers(t *testing.T) {
	ts := templates(t)
	for name, data := range allReadmes(t) {
		r, err := Read(ts, data)
		if err != nil || r.Card.Kind != card.Model {
			continue
		}
		c := r.Card
		c.Sections = append(c.Sections, card.Section{Key: "own", Title: "My own", Custom: true, Fields: []card.Field{{Key: "own.more", Label: "More", Kind: card.Text, Custom: true, Answer: "## With a heading\n\nand text"}}})
		for key, answer := range map[string]string{"model_details.feedback": "To us.\n<!-- cardstock:x -->", metricsKey: `[{"lower":"0.1","metric":"f1","value":"0.2"}]`, "model_details.license": "Apache-2.0"} {
			f, _ := c.Field(key)
			f.Answer = answer
		}
		out, err := hubFormat.Write(t.Context(), ts, c, data)
		if err != nil {
			t.Fatal(err)
		}
		l, err := Account(t.Context(), ts, c, hubFormat, out)
		if err != nil || l.Totals[LeftOut] != 0 || l.Totals[Changed] > 0 {
			t.Errorf("%s: %v, %+v in\n%s", name, err, l, out)
			continue
		}
		again, err := hubFormat.Write(t.Context(), ts, read(t, out).Card, out)
		if err != nil || string(again) != string(out) {
			t.Errorf("%s: the second time it is another file", name)
		}
	}
}

// TestReadmeOfAnotherCard: a card that did not come from the README is written by itself, and a deleted question takes its part along.
func TestReadmeOfAnotherCard(t *testing.T) {
	ts := templates(t)
	data := []byte(readmes["comments"])
	other := ts.Get("model").New()
	f, _ := other.Field("model_details.feedback")
	f.Answer = "To us."
	out, err := hubFormat.Write(t.Context(), ts, other, data)
	if want := encode(t, ".md", other); err != nil || string(out) != string(want) {
		t.Errorf("%v\n%s", err, out)
	}
	c := read(t, data).Card
	for i := range c.Sections {
		if c.Sections[i].Key == "hub_metadata" {
			c.Sections[i].Fields = c.Sections[i].Fields[2:] // language, tags
		}
	}
	out, err = hubFormat.Write(t.Context(), ts, c, data)
	if err != nil || strings.Contains(string(out), "Norwegian") || strings.Contains(string(out), "tags:") || !strings.Contains(string(out), "unknown_key: {x: [1, 0x10], y: ~}\n") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestHubExportIsStable: our own export, read and written anew, is the same file; so is a dataset's.
func TestHubExportIsStable(t *testing.T) {
	undetected(t)
	ts := templates(t)
	for name, c := range written(t) {
		data := encode(t, ".md", c)
		r := read(t, data)
		if r.Card.Kind != c.Kind {
			t.Errorf("%s: a %s became a %s", name, c.Kind, r.Card.Kind)
		}
		again := encode(t, ".md", r.Card)
		if name != "full" && name != "empty" && name != "hostile" { // space around an answer goes the first time
			data, again = again, encode(t, ".md", read(t, again).Card)
		}
		if name != "hostile" && string(again) != string(data) {
			was, is := strings.Split(string(data), "\n"), strings.Split(string(again), "\n")
			before, after := common(was, is)
			t.Errorf("%s: another file\n%.300q\n%.300q", name, was[before:len(was)-after], is[before:len(is)-after])
		}
		l, err := Account(t.Context(), ts, c, hubFormat, data)
		if err != nil || l.Totals[LeftOut] > 0 && name != "hostile" {
			t.Errorf("%s: %v %+v", name, err, l)
		}
	}
}
