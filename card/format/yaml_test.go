package format

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"cardstock/card"
)

// TestYAML: a YAML object of no known shape becomes a card just as a JSON object does, and no text of it is another.
// A file all of which is indented is YAML too, and goes back as it was.
func TestIndentedYAML(t *testing.T) {
	const file = "  name: Peas\n  limits: They roll.\n"
	r := read(t, []byte(file))
	if f, _ := r.Card.Field("model_details.name"); r.Format != anyFormat || f.Answer != "Peas" {
		t.Errorf("%s: %+v", r.As, f)
	}
	back, err := Back(t.Context(), templates(t), r.Card, []byte(file), r.As)
	if err != nil || string(back.Data) != file {
		t.Errorf("%v, %v", err, back)
	}
}

// What our exports write for a card without a name is no name when it comes back.
func TestNoNameComesBackAsNone(t *testing.T) {
	c := templates(t).For(&card.Card{Kind: card.Model}).New()
	f, _ := c.Field("model_details.type")
	f.Answer = "A tree."
	for _, of := range All() {
		if of.Encode == nil || of.Decode == nil || !of.Fits(card.Model) || of == templateFormat {
			continue
		}
		r := read(t, encode(t, of.Suffix, c))
		if name, _ := r.Card.Field("model_details.name"); name.Answer != "" || r.Card.Title != "" {
			t.Errorf("%s: it is named %q, %q", of.Name, name.Answer, r.Card.Title)
		}
	}
}

func TestYAML(t *testing.T) {
	r := read(t, []byte("# mine\nname: Mine\nlanguage: no\ndate: 2024-01-02\nversion: 0.90\nhex: 0x1F\nyes: yes\nbig: 123456789012345678901234567890\nnone: ~\ndeep:\n  list: [a, {c: 1.50}]\n  text: |\n    one\n    two\n"))
	if r.Format != anyFormat || templates(t).DisplayName(r.Card) != "Mine" || len(r.Notes) != 2 || !strings.Contains(r.Notes[0], "This YAML") || !strings.Contains(r.Notes[1], "2 words (no, yes") {
		t.Errorf("%+v", r)
	}
	if got, want := strings.Join(allAnswers(r.Card), "|"), "Mine|0.90|2024-01-02|no|0x1F|yes|123456789012345678901234567890|a|1.50|one\ntwo\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for what, text := range map[string]string{
		"an alias":           "base: &b {k: v}\nother: *b\n",
		"a merge":            "base: &b {k: v, l: w}\nother:\n  <<: *b\n  l: x\n",
		"twice the same":     "k: v\nk: w\n",
		"two documents":      "k: v\n---\nl: w\n",
		"a start":            "---\nk: v\nl: w\n",
		"a start, a comment": "--- # one\n# Title\nk:\n  l: w v\n",
		"CRLF":               "k: v\r\nl:\r\n- w\r\n",
		"a mark":             "\ufeffk: v\nl: w\n",
		"a heading":          "# Model card\n\n## Name\nk: v\nl: w\n",
		"UTF-16":             string(sealed("k: v\nl: w\n", []byte("\xff\xfe"))),
	} {
		r, err := Read(templates(t), []byte(text))
		if err != nil || r.Format != anyFormat {
			t.Errorf("%s: %+v, %v", what, r, err)
			continue
		}
		all := strings.Join(allAnswers(r.Card), " ")
		for _, want := range []string{"v", "w"} {
			if !strings.Contains(all, want) && (what != "an alias" || want == "v") {
				t.Errorf("%s: %q is lost: %q", what, want, all)
			}
		}
	}
}

// TestReadmeIsNoYAML: prose with colons under a heading stays a README.
func TestReadmeIsNoYAML(t *testing.T) {
	for _, text := range []string{"# Title\n\nNote: this is prose.\n", "# Title\n\nUses:\n- peas\n- beans\n", "---\nlicense: mit\n---\n", "# A\n\n## B\n\nText.\n", "---\nlicense: mit\n---\nk: v\n"} {
		if r := read(t, []byte(text)); r.Format != hubFormat {
			t.Errorf("%q is read as %s", text, r.Format.Name)
		}
	}
}

// TestReadsYAMLCards: the YAML of the corpus is recognised as what it is, and each text in it is an answer.
func TestReadsYAMLCards(t *testing.T) {
	files := corpus(t, "bridge2ai/*.yaml")
	files["mct.yaml"] = []byte("model_details:\n  name: Peas\n  overview: Green.\n  licenses:\n  - identifier: MIT\nconsiderations:\n  users:\n  - description: Cooks\nquantitative_analysis:\n  performance_metrics:\n  - {type: f1, value: 0.90}\n")
	files["datasheet.yaml"] = []byte("name: Peas\nversion: 1.0\nmotivation:\n  purposes:\n  - description: To sort.\ncomposition:\n  missing_info:\n  - description: None known.\n  splits:\n  - {split_name: train, description: most}\ncollection:\n  acquisition_methods: [{description: By hand}]\n  data_collectors: [{description: Ann, collector_type: cook}]\nvariables:\n- {variable_name: size, variable_type: mm}\n")
	for file, data := range files {
		want := bridge2aiFormat
		if strings.HasPrefix(file, "mct") || strings.Contains(file, "minimal") {
			want = mctFormat
		}
		r, err := Read(templates(t), data)
		if err != nil || r.Format != want || (r.Card.Kind == card.Datasheet) != strings.Contains(file, "datasheet") {
			t.Errorf("%s: %+v, %v", file, r, err)
			continue
		}
		d, _ := Open(data)
		answers, texts := flat(strings.Join(allAnswers(r.Card), "\n")), 0
		each(d.json, func(name string, v *value) {
			if text := said(v); text != "" && name != "schema_version" && name != "image" && card.Answered(text) {
				if texts++; !strings.Contains(answers, flat(text)) {
					t.Errorf("%s: %s is in no answer: %.60q", file, name, text)
				}
			}
		})
		if texts == 0 || r.Recognised == 0 {
			t.Errorf("%s: %d texts, %d recognised", file, texts, r.Recognised)
		}
		t.Logf("%s: %s, %d texts, %d recognised, %d own", file, r.Format.Label, texts, r.Recognised, r.Custom)
	}
	r := read(t, files["datasheet.yaml"])
	for key, want := range map[string]string{"motivation.name": "Peas", "version.name": "1.0", "collection.people_involved": "Ann, Collector type: cook", "composition.splits": "Split name: train, most"} {
		if got := answer(t, r.Card, key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
}

// TestYAMLIsBounded: what is made to keep the server busy, or to fill its memory, gets a sentence at once.
func TestYAMLIsBounded(t *testing.T) {
	undetected(t)
	bomb := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for c := byte('b'); c < 'j'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.Join(slices.Repeat([]string{"*" + string(c-1)}, 9), ", "))
	}
	long := "a: &a " + strings.Repeat("x", 1<<20) + "\nb: [" + strings.Repeat("*a, ", 5000) + "]\n"
	const size = 5 << 20
	for name, tt := range map[string]struct{ text, says string }{
		"bomb":             {bomb, "aliases"},
		"long text":        {long, "aliases"},
		"itself":           {"a: &a\n  b: *a\n", "leads to itself"},
		"deep flow":        {"a: " + strings.Repeat("[", 100_000), "deeper than 64"},
		"deep block":       {"a:\n" + strings.Repeat("- ", 100) + "x\n", "deeper than 64"},
		"through aliases":  {deepAliases(), "deeper than 64"},
		"lines":            {strings.Repeat("a: b\n", size/5), "more than 250000"},
		"items":            {"a: [" + strings.Repeat("b,", size/2) + "]", "more than 250000"},
		"cut off":          {"a: [b\n", "not valid YAML, at line"},
		"a colon too much": {"a: b: c\n", "line 1"},
		"no such anchor":   {"a: *secret\n", "an anchor that is not there"},
		"a list":           {"a: b\n---\n- c\n", "a list, not names"},
		"nothing said":     {"a: ~\n", "This YAML holds no answer"},
	} {
		for what, text := range map[string]string{"": tt.text, " in front matter": "---\n" + strings.ReplaceAll(tt.text, "\n---\n", "\n") + "\n---\n# x\n"} {
			if what != "" && !strings.Contains("bomb deep flow through aliases lines items itself long text", name) {
				continue
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, err := Read(templates(t), []byte(text))
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if err == nil || !strings.Contains(err.Error(), tt.says) || card.CodeOf(err) != card.Invalid || strings.Contains(err.Error(), "secret") {
				t.Errorf("%s%s: %v", name, what, err)
			}
			if spent := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 2*time.Second || spent > 300 {
				t.Errorf("%s%s takes %v and %d MB", name, what, took, spent)
			}
		}
	}
}

func deepAliases() string {
	b := strings.Builder{}
	b.WriteString("a0: &a0 x\n")
	for i := range 200 {
		fmt.Fprintf(&b, "a%d: &a%d [*a%d]\n", i+1, i+1, i)
	}
	return b.String()
}

// TestLargeYAMLIsQuick: 5 MB with thousands of texts are read within a second or so.
func TestLargeYAMLIsQuick(t *testing.T) {
	undetected(t)
	b := strings.Builder{}
	for i := range 1900 {
		fmt.Fprintf(&b, "name_%d: |\n", i)
		for range 9 {
			b.WriteString("  " + strings.Repeat("some words, more words: and ", 10) + "\n")
		}
	}
	start := time.Now()
	r := read(t, []byte(b.String()))
	if took := time.Since(start); r.Custom != 1900 || took > 3*time.Second {
		t.Errorf("%d answers of %d bytes in %v", r.Custom, b.Len(), took)
	}
}
