package format

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"cardstock/card"
)

const shared = "../../../shared/corpus/"

// official compiles a schema of the corpus, which its neighbours refer to by their ids.
func official(t *testing.T, file string, others ...string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	add := func(name string) string {
		data, err := os.ReadFile(shared + name)
		if err != nil {
			t.Logf("The official schema (../shared/corpus/%s) is absent: what is written is not checked against it.", name)
			return ""
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		id := doc.(map[string]any)["$id"].(string)
		if err := c.AddResource(id, doc); err != nil {
			t.Fatal(err)
		}
		return id
	}
	for _, other := range others {
		add(other)
	}
	id := add(file)
	if id == "" {
		return nil
	}
	s, err := c.Compile(id)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// written are cards of all sorts: empty, full of answers, hostile, and those of the corpus.
func written(t *testing.T) map[string]*card.Card {
	t.Helper()
	cards := map[string]*card.Card{"empty": templates(t).Get("model").New()}
	for name, answer := range map[string]string{
		"full":    "An answer.",
		"hostile": "<!-- a -->\n### x\n\n\"'&<script>\\ \u202e\n\n\n- [x](javascript:1)\n```\n# heading",
	} {
		c := templates(t).Get("model").New()
		for i := range c.Sections {
			for j := range c.Sections[i].Fields {
				f := &c.Sections[i].Fields[j]
				switch f.Kind {
				case card.Table:
					f.Answer = card.TableAnswer(card.Rows{{f.Columns[0].Key: "one", f.Columns[1].Key: "2"}, {"else": "where"}})
				case card.Date:
					f.Answer = "2026-01-02"
				case card.Number:
					f.Answer = "0.10"
				case card.Choice:
					f.Answer = f.Options[0]
				case card.Line:
					f.Answer = strings.Join(strings.Fields(answer), " ")
				default:
					f.Answer = answer
				}
			}
		}
		c.Sections = append(c.Sections, card.Section{Key: "own", Title: "Own", Custom: true, Fields: []card.Field{{Key: "own.a", Label: "Mine", Kind: card.Text, Custom: true, Answer: answer}}})
		cards[name] = c
	}
	files, _ := filepath.Glob(shared + "*/*.[jy][sa]*") // JSON and YAML
	for _, file := range files {
		if data, err := os.ReadFile(file); err == nil {
			if r, err := Read(templates(t), data); err == nil && r.Card.Kind == card.Model {
				cards[filepath.Base(file)] = r.Card
			}
		}
	}
	return cards
}

// said are the answers of a card, wherever they stand.
func allAnswers(c *card.Card) []string {
	var all []string
	for _, s := range c.Sections {
		for _, f := range s.Fields {
			if !card.Blank(f.Answer) {
				all = append(all, f.Answer)
			}
		}
	}
	return all
}

// TestModelCardToolkit: what is written is valid by the official schema and holds every answer; read again each is back, and written again
// nothing changes.
func TestModelCardToolkit(t *testing.T) {
	undetected(t)
	schema := official(t, "mct/schema_v0.0.2.json")
	for name, c := range written(t) {
		data, err := mctFormat.Encode(templates(t), c)
		if err != nil {
			t.Fatal(name, err)
		}
		if schema != nil {
			if err := checkSchema(t, schema, data); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		r, err := Read(templates(t), data)
		if err != nil || r.Format != mctFormat {
			t.Errorf("%s: read as %+v, %v", name, r, err)
			continue
		}
		got := strings.Join(allAnswers(r.Card), "\x00")
		for _, answer := range allAnswers(c) {
			if name != "hostile" && !strings.Contains(got, strings.TrimSpace(answer)) && !strings.HasPrefix(answer, "[") {
				t.Errorf("%s: an answer is lost: %.80q", name, answer)
			}
		}
		if name == "full" {
			for _, key := range []string{"factors.relevant", "intended_use.out_of_scope", "model_details.owner_name", "governance.people", "caveats.limitations"} {
				was, _ := c.Field(key)
				is, _ := r.Card.Field(key)
				if is.Answer != was.Answer {
					t.Errorf("%s: %q became %q", key, was.Answer, is.Answer)
				}
			}
		}
		// Questions of one's own move to where the format keeps them; after that nothing changes any more.
		second, err := mctFormat.Encode(templates(t), r.Card)
		if err == nil {
			r, err = Read(templates(t), second)
		}
		if err != nil {
			t.Fatal(name, err)
		}
		if third, err := mctFormat.Encode(templates(t), r.Card); err != nil || !bytes.Equal(third, second) {
			t.Errorf("%s: a further round changes\n%s\ninto\n%s", name, second, third)
		}
	}
}

// TestReadsTrees: the files of the corpus are recognised as what they are, and each text in them is an answer.
func TestReadsTrees(t *testing.T) {
	for pattern, want := range map[string]*Format{"mct/*.json": mctFormat, "allennlp/*.json": mitchellFormat, "cyclonedx/valid-*.json": cycloneDXFormat} {
		for file, data := range corpus(t, pattern) {
			if strings.Contains(file, "schema") || strings.HasPrefix(file, "malformed") {
				continue
			}
			r, err := Read(templates(t), data)
			if err != nil || r.Format != want {
				t.Errorf("%s: %+v, %v", file, r, err)
				continue
			}
			d, _ := Open(data)
			root := d.json
			if want == cycloneDXFormat {
				root = models(d)[0]
			}
			answers, texts := strings.Join(allAnswers(r.Card), "\x00"), 0
			for _, a := range r.Card.Attachments {
				answers += "\x00" + a.Alt
			}
			for _, s := range r.Card.Sections {
				for _, f := range s.Fields {
					answers += "\x00" + f.Label // a property is a question of its name
				}
			}
			each(root, func(name string, v *value) {
				text := said(v)
				if text == "" || slices.Contains([]string{"image", "content", "contentType", "encoding", "schema_version", "type", "bom-ref"}, name) {
					return
				}
				if texts++; !strings.Contains(answers, strings.ReplaceAll(text, `"`, `\"`)) && !strings.Contains(answers, text) && !strings.Contains(answers, strings.Join(strings.Fields(text), " ")) {
					t.Errorf("%s: %s is in no answer: %.60q", file, name, text)
				}
			})
			t.Logf("%s: %s, %d texts, %d recognised, %d own", file, r.Format.Label, texts, r.Recognised, r.Custom)
		}
	}
}

// each visits the leaves of a value with the name they stand under.
func each(v *value, visit func(name string, v *value)) {
	var walk func(name string, v *value)
	walk = func(name string, v *value) {
		for i := range v.items {
			walk(name, &v.items[i])
		}
		for i := range v.members {
			walk(v.members[i].name, &v.members[i].value)
		}
		if v.kind < listValue {
			visit(name, v)
		}
	}
	walk("", v)
}

// TestAnyJSON: an object of no known shape becomes a card of sections of its own, and nothing in it is lost.
func TestAnyJSON(t *testing.T) {
	r := read(t, []byte(`{"name": "Mine", "purpose": {"Why?": "because", "deep": {"list": ["a", "b", {"c": 1.50}]}}, "ok": true, "nothing": null}`))
	if r.Format != anyFormat || len(r.Notes) != 1 || templates(t).DisplayName(r.Card) != "Mine" {
		t.Errorf("%+v", r)
	}
	s := r.Card.Section("json_purpose")
	if s == nil || s.Title != "Purpose" || !s.Custom {
		t.Fatalf("%+v", r.Card.Sections)
	}
	if got := strings.Join(allAnswers(r.Card), "|"); got != "Mine|because|a|b|1.50|true" {
		t.Errorf("%s", got)
	}
}

// TestCycloneDX: what is written is valid by the official schema, and every answer is in it.
func TestCycloneDX(t *testing.T) {
	undetected(t)
	for version, format := range map[string]*Format{"1.6": cycloneDXFormat, "1.7": cycloneDX17Format} {
		t.Run(version, func(t *testing.T) { cycloneDXHolds(t, version, format) })
	}
}

func cycloneDXHolds(t *testing.T, version string, format *Format) {
	schema := billSchemaOf(t, version)
	for name, c := range written(t) {
		data, err := format.Encode(templates(t), c)
		if err != nil {
			t.Fatal(name, err)
		}
		if schema != nil {
			if err := checkSchema(t, schema, data); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		d, err := Open(data)
		if err != nil {
			t.Fatal(name, err)
		}
		r, err := Read(templates(t), data)
		if err != nil || r.Format != format {
			t.Errorf("%s: %+v, %v", name, r, err)
			continue
		}
		for _, key := range []string{"factors.relevant", "intended_use.out_of_scope", "caveats.limitations", "governance.people", metricsKey, "model_details.license"} {
			was, _ := c.Field(key)
			if is, _ := r.Card.Field(key); name == "full" && key != metricsKey && is.Answer != was.Answer {
				t.Errorf("%s: %s was %q and is %q", name, key, was.Answer, is.Answer)
			}
		}
		root := d.json.get("components").items[0]
		plain := root.compact()
		for _, answer := range allAnswers(c) {
			if strings.HasPrefix(answer, "[") || strings.Contains(answer, "://") {
				continue
			}
			for line := range strings.SplitSeq(answer, "\n") { // a list is one there, too
				if !strings.Contains(plain, strings.Trim(quote(strings.TrimSpace(line)), `"`)) {
					t.Errorf("%s: an answer is lost: %.80q", name, line)
				}
			}
		}
	}
}
