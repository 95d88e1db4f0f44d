package format

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestDamagedFileGoesBackMended: a file whose syntax was mended to be read is given as it came while nobody edits it, with a word about the damage.
// With an edit it is as any program reads it, and all else of it as it was.
func TestDamagedFileGoesBackMended(t *testing.T) {
	const shape = `{"schema_version": "0.0.2", "model_details": {"name": "Peas"`
	for _, tt := range []struct{ name, file, want string }{
		{"cut in a text", "{\n  \"name\": \"Peas\",\n  \"more\": [{\"text\": \"Gre", "{\n  \"name\": \"Beans\",\n  \"more\": [{\"text\": \"Gre\"}]}"},
		{"cut in a name", shape + `, "over`, strings.Replace(shape, "Peas", "Beans", 1) + `}}`},
		{"cut behind a name", shape + `, "overview": `, strings.Replace(shape, "Peas", "Beans", 1) + `}}`},
		{"cut behind a comma", `{"name": "Peas", "list": ["a", `, `{"name": "Beans", "list": ["a"]}`},
		{"cut in a word", `{"name": "Peas", "a": "b", "list": [true, fal`, `{"name": "Beans", "a": "b", "list": [true]}`},
		{"commas", "{\"name\": \"Peas\",\r\n \"list\": [\"a\",\"b\",],\r\n}\r\n", "{\"name\": \"Beans\",\r\n \"list\": [\"a\",\"b\"]\r\n}\r\n"},
		{"no commas", "{\"name\": \"Peas\"\n \"list\": [\"a\"  \"b\"] }", "{\"name\": \"Beans\",\n \"list\": [\"a\",  \"b\"] }"},
		{"Python", `{'name': 'Peas', 'it': 'it\'s "so"', 'none': None, 'yes': True, 'all': ('a', 'b',)}`, `{"name": "Beans", "it": "it's \"so\"", "none": null, "yes": true, "all": ["a", "b"]}`},
		{"names without quotes", `{name: "Peas", far: {b: "c"}}`, `{"name": "Beans", "far": {"b": "c"}}`},
		{"numbers", `{"name": "Peas", "a": NaN, "b": .5, "c": 1.0}`, `{"name": "Beans", "a": "NaN", "b": ".5", "c": 1.0}`},
		{"raw lines and backslashes", "{\"name\": \"Peas\", \"a\": \"b\n\tc\", \"d\": \"e\\_f \\'g\\'\"}", `{"name": "Beans", "a": "b\n\tc", "d": "e\\_f 'g'"}`},
		{"a text that is not closed", "{\"name\": \"Peas\",\n\"a\": \"b\n\"c\": \"d\"\n}\n", "{\"name\": \"Beans\",\n\"a\": \"b\",\n\"c\": \"d\"\n}\n"},
		{"comments and more", "{\n// mine\n\"name\": 'Peas', /* two */ \"a\": \"b\" // three\n}", "{\n\"name\": \"Beans\",  \"a\": \"b\"\n}"},
		{"wide spaces", "{\"name\":\u00a0\"Peas\"}", `{"name": "Beans"}`},
		{"JSON in JSON", `"{\"name\": \"Peas\", \"a\": [\"b\",]}"`, `"{\"name\": \"Beans\", \"a\": [\"b\"]}"`},
		{"unseen characters", "\u200b{\"name\": \"Peas\"}", `{"name": "Beans"}`},
		{"tabs in YAML", "name: Peas\nmore:\n\ttext: Green\n", "name: Beans\nmore:\n  text: Green\n"},
		{"UTF-16", string(units(`{"name": "Peas", "a": "b",}`, little, "\xff\xfe")), string(units(`{"name": "Beans", "a": "b"}`, little, "\xff\xfe"))},
	} {
		r := read(t, []byte(tt.file))
		if out := returned(t, r.Card, []byte(tt.file), r.As); string(out.Data) != tt.file || out.Note != noteDamaged {
			t.Errorf("%s, untouched: %q, %q", tt.name, out.Data, out.Note)
		}
		c := r.Card.Clone()
		name, _ := c.Field("model_details.name")
		name.Answer = "Beans"
		out := returned(t, c, []byte(tt.file), r.As)
		if string(out.Data) != tt.want || !strings.HasPrefix(out.Note, noteMended) || out.Anew {
			t.Errorf("%s: anew: %v, %s\n got %q\nwant %q", tt.name, out.Anew, out.Note, out.Data, tt.want)
		}
		if removed := strings.Contains(out.Note, noteRemoved); removed != strings.Contains(tt.file, "//") {
			t.Errorf("%s: %s", tt.name, out.Note)
		}
	}
}

// TestDamagedFrontMatterGoesBackMended: front matter without its end, a README between whose lines nothing else is wrong.
func TestDamagedFrontMatterGoesBackMended(t *testing.T) {
	const file = "---\nlicense: mit\n# Peas\n\nGreen ones.\n\n## Uses\n\nTo eat.\n"
	r := read(t, []byte(file))
	if out := returned(t, r.Card, []byte(file), r.As); string(out.Data) != file || out.Note != noteDamaged {
		t.Errorf("untouched: %q, %q", out.Data, out.Note)
	}
	if out, err := r.Format.Write(t.Context(), templates(t), r.Card, []byte(file)); err != nil || string(out) != strings.Replace(file, "# Peas", "---\n# Peas", 1) {
		t.Errorf("as a README: %q, %v", out, err)
	}
	c := r.Card.Clone()
	for i := range c.Sections {
		for j := range c.Sections[i].Fields {
			if f := &c.Sections[i].Fields[j]; f.Answer == "To eat." {
				f.Answer = "To cook."
			}
		}
	}
	want := strings.NewReplacer("# Peas", "---\n# Peas", "To eat", "To cook").Replace(file)
	if out := returned(t, c, []byte(file), r.As); string(out.Data) != want || out.Note != noteMended {
		t.Errorf("got %q\nwant %q, %s", out.Data, want, out.Note)
	}
}

// TestWholeFileIsNotDamaged: how a file is encoded, how its lines end and comments in its JSON are no damage.
func TestWholeFileIsNotDamaged(t *testing.T) {
	const text = "{\r\n\"name\": \"Peas\", \"a\": \"caf\u00e9\"}\r\n"
	for note, files := range map[string][]string{
		"":          {text, "\ufeff" + text, string(units(text, little, "\xff\xfe")), string(units(text, great, "")), strings.ReplaceAll(text, "\r\n", "\r"), strings.ReplaceAll(text, "\u00e9", "\xe9"), "name: Peas\r\nmore: x\r\n", "# Peas\r\n\r\nGreen\n"},
		noteRemarks: {"{ // mine\n\"name\": \"Peas\",}"},
		noteAmong:   {"```json\n" + text + "\n```\n"},
	} {
		for _, file := range files {
			r := read(t, []byte(file))
			if out := returned(t, r.Card, []byte(file), r.As); string(out.Data) != file || out.Note != note {
				t.Errorf("%q: %q, %q", file, out.Data, out.Note)
			}
		}
	}
}

// TestCutAnywhereIsMended: wherever a file of JSON ends too early, what is read of it goes back as JSON that says the same.
func TestCutAnywhereIsMended(t *testing.T) {
	whole := fixture(t, "webcards-download.json")
	for end := 1; end < len(whole); end += 41 {
		cut := string(whole[:end])
		was, _, err := parseJSON(cut, 0)
		if err != nil {
			continue
		}
		text, ok := strictJSON(cut)
		if !ok || !json.Valid([]byte(text)) {
			t.Fatalf("cut at %d: %q", end, text[max(len(text)-80, 0):])
		}
		if is, _, _ := parseJSON(text, 0); is.compact() != was.compact() {
			t.Errorf("cut at %d says something else", end)
		}
	}
}

// TestCutCardGoesBackAnew: a card of ours that was cut off lost a question that had no key yet; with an edit it is whole again, and says so.
func TestCutCardGoesBackAnew(t *testing.T) {
	file := fixture(t, "card.json")
	file = file[:len(file)/2]
	r := read(t, file)
	c := r.Card.Clone()
	f, _ := c.Field(answeredFields(c)[0])
	f.Answer = edited(f)
	out := returned(t, c, file, r.As)
	if !json.Valid(out.Data) || !out.Anew || !strings.HasPrefix(out.Note, noteMended) {
		t.Errorf("%v %s %q", out.Anew, out.Note, out.Data)
	}
}
