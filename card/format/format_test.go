package format

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"cardstock/card"
)

var loadOnce = sync.OnceValues(func() (*card.Templates, error) { return card.LoadTemplates() })

func templates(t testing.TB) *card.Templates {
	t.Helper()
	ts, err := loadOnce()
	if err != nil {
		t.Fatal(err)
	}
	return ts
}

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// corpus returns files of the corpus that lies beside the project and is not part of it; none if it is absent.
func corpus(t testing.TB, pattern string) map[string][]byte {
	t.Helper()
	names, _ := filepath.Glob(filepath.Join("..", "..", "..", "shared", "corpus", pattern))
	if len(names) == 0 {
		t.Logf("The corpus (../shared/corpus/%s) is absent; only the fixtures in testdata are tested.", pattern)
	}
	files := map[string][]byte{}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(name)] = data
	}
	return files
}

func read(t testing.TB, data []byte) *Result {
	t.Helper()
	r, err := Read(templates(t), data)
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	return r
}

func encode(t testing.TB, suffix string, c *card.Card) []byte {
	t.Helper()
	data, err := BySuffix(suffix).Encode(templates(t), c)
	if err != nil {
		t.Fatalf("Encode %s: %v", suffix, err)
	}
	return data
}

func answer(t testing.TB, c *card.Card, key string) string {
	t.Helper()
	f, _ := c.Field(key)
	if f == nil {
		t.Fatalf("the card has no field %s", key)
	}
	return f.Answer
}

// hostile are texts that have broken editors, exports or parsers.
var hostile = []string{
	"", " ", "\n", "a\n\n", "\ta\u00a0", "Ünïcödé e\u0301", "👩‍🔬🏳️‍🌈", "\u202eright to left\u202c עברית مرحبا", "a\u2028b\u2029c",
	"</script><script>alert(1)</script>", "<!--", "]]>", "<b>bold</b> & \"quotes\" 'n' `ticks`", `\u0000 \" \\ \n`, "\x01\x1b\x7f",
	"[x](javascript:alert(1))", "None", "null", "0.90", `[{"metric":"x"}]`, `{"selected metrics": [["1"]]}`, "{{.}}", "%s%n", "=1+1", "\ufeff", "\ufffd",
	"- a\n- b\n\n1. c", "# heading", strings.Repeat("long ", 400), "a|b\n-|-\nc|d",
}

func pick(r *rand.Rand) string {
	s := hostile[r.IntN(len(hostile))]
	if r.IntN(4) == 0 {
		s += hostile[r.IntN(len(hostile))]
	}
	return s
}

// line is a hostile text as a title or a question: one trimmed line that is not empty.
func line(r *rand.Rand) string {
	s, _ := card.CleanLine(pick(r) + fmt.Sprint(r.IntN(100)))
	if len(s) > 200 {
		s = strings.TrimSpace(s[:200])
	}
	return s
}

// randomCard is a card of a template with hostile answers, and custom questions and sections.
func randomCard(t testing.TB, seed uint64) *card.Card {
	r := rand.New(rand.NewPCG(seed, 1))
	kind := []string{"model", "datasheet"}[r.IntN(2)]
	c := templates(t).Get(kind).New()
	if r.IntN(2) == 0 {
		c.Title = line(r)
	}
	for i := range c.Sections {
		s := &c.Sections[i]
		if r.IntN(3) == 0 {
			s.Fields = append(s.Fields, card.Field{Key: fmt.Sprintf("custom.%d", i), Label: line(r), Kind: card.Text, Custom: true})
		}
		for j := range s.Fields {
			if r.IntN(3) > 0 {
				s.Fields[j].Answer = randomAnswer(r, &s.Fields[j])
			}
		}
	}
	if r.IntN(2) == 0 {
		fields := []card.Field{{Key: "custom.x", Label: line(r), Kind: card.List, Custom: true, Answer: pick(r)}}
		c.Sections = append(c.Sections, card.Section{Key: "custom-s", Title: line(r), Custom: true, Fields: fields})
	}
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	return c
}

func randomAnswer(r *rand.Rand, f *card.Field) string {
	if f.Kind != card.Table || r.IntN(4) == 0 {
		return pick(r)
	}
	var rows card.Rows
	for range r.IntN(5) {
		row := map[string]string{}
		for _, c := range f.Columns {
			row[c.Key] = pick(r)
		}
		if r.IntN(2) == 0 {
			row = map[string]string{"metric": oldMetricNames[r.IntN(6)], "value": pick(r)}
		}
		rows = append(rows, row)
	}
	return card.TableAnswer(rows)
}

// same compares all that an export carries.
func same(t testing.TB, got, want *card.Card) {
	t.Helper()
	if g, w := plainCard(got), plainCard(want); !reflect.DeepEqual(g, w) {
		for i := range w {
			if i >= len(g) || g[i] != w[i] {
				t.Fatalf("the card changed:\n got %q\nwant %q", g[min(i, len(g)-1)], w[i])
			}
		}
		t.Fatalf("the card grew: %d lines, not %d", len(g), len(w))
	}
}

func plainCard(c *card.Card) []string {
	out := []string{fmt.Sprintf("%q %q %q", c.Kind, c.Template, c.Title)}
	for _, s := range c.Sections {
		out = append(out, fmt.Sprintf("section %q %q %v", s.Key, s.Title, s.Custom))
		for _, f := range s.Fields {
			out = append(out, fmt.Sprintf("field %q %q %v %v %v %q %q %q", f.Key, f.Label, f.Kind, f.Essential, f.Custom, f.Options, f.Columns, f.Answer))
		}
	}
	return out
}

func TestFormatsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range All() {
		if f.Name == "" || f.Label == "" || (f.Detect == nil) != (f.Decode == nil) || f.Detect == nil && f.Encode == nil || seen[f.Name] {
			t.Errorf("format %q is incomplete or there twice", f.Name)
		}
		if (f.Encode == nil) != (f.Suffix == "") || (f.Encode == nil) != (f.MediaType == "") {
			t.Errorf("format %q: an export has a suffix and a media type", f.Name)
		}
		if f.Suffix != "" && BySuffix(f.Suffix) != f {
			t.Errorf("format %q is not found by its suffix", f.Name)
		}
		seen[f.Name] = true
	}
	if BySuffix("") != nil || BySuffix(".exe") != nil {
		t.Error("BySuffix found a format for a suffix that none has")
	}
}

func TestReadRefuses(t *testing.T) {
	deep := `{"a":` + strings.Repeat("[", 70) + strings.Repeat("]", 70) + "}"
	long := `{"Section_Data_28":[{"77_Tell all":"` + strings.Repeat("é", card.MaxAnswer+1) + `"}]}`
	tests := []struct{ name, data, want string }{
		{"nothing", "", "empty"},
		{"only space and a byte-order mark", "\ufeff \r\n", "empty"},
		{"only a line separator and a wide space", "\u2028\u3000", "empty"},
		{"a wide space before text", "\u3000x", "neither JSON nor YAML nor a web page"},
		{"PNG", "\x89PNG\r\n\x1a\n\x00\x00", "This is a PNG picture, not a card."},
		{"JPEG", "\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG picture"},
		{"PDF", "%PDF-1.7\n", "PDF document"},
		{"zip", "PK\x03\x04\x14\x00", "zip archive"},
		{"a program", "\x7fELF\x02\x01\x01\x00\x00\xff", "not a text file"},
		{"raw NUL", "{\"a\":\n \"é\x00\"}", "NUL character at line 2, column 4"},
		{"escaped NUL", "{\"a\": \"é\\u0000\"}", "NUL character at line 1, column 9"},
		{"missing comma before a number", `{"a": [1 2]}`, "a comma or the closing ] is missing here"},
		{"columns count characters", `{"ä🍃": x}`, "line 1, column 8: a value is expected"},
		{"cut off before it says anything", `{"a": {"b": `, "line 1, column 13: the text ends too early"},
		{"another encoding, and no text", "{\"a\": \"caf\xe9\x01\"}", "not UTF-8 text: line 1"},
		{"missing colon", `{"a" 1}`, "a colon is missing"},
		{"trailing data", "{}\n{}", "line 2, column 1: the card has ended"},
		{"too deep", deep, "deeper than 64 levels, at line 1, column 69"},
		{"too many", "[" + strings.Repeat("0,", maxValues) + "0]", "more than 250000 values"},
		{"a list", `[1, 2]`, "This JSON is a list, not an object"},
		{"text", `"card"`, "This JSON is text, not an object"},
		{"text without a heading", "My card", "neither JSON nor YAML nor a web page"}, {"front matter that is no YAML", "\n---\nb: c\na: b: c\n---\n# x", "between the two --- lines cannot be read. This is not valid YAML, at line 4, column 5: a colon"},
		{"an object that says nothing", `{"hello": {"world": [null, ""]}}`, "This JSON holds no answer"}, {"a card without an answer", `{"model": {"model_details": {"name": ""}, "uses": {}}}`, "no text in it says anything"},
		{"a web page", "<!doctype html><p>cardstock</p>", "holds no card"},
		{"an answer too long", long, "Tell all: the answer has 100001 characters"},
		{"too many sections", manySections(), "sections; 100 is the most"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read(templates(t), []byte(tt.data))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want …%s…", err, tt.want)
			}
			if card.CodeOf(err) != card.Invalid {
				t.Errorf("code is %d, want Invalid", card.CodeOf(err))
			}
			if len(fmt.Sprint(err)) > 400 {
				t.Errorf("the message has %d characters", len(fmt.Sprint(err)))
			}
		})
	}
}

func manySections() string {
	var b strings.Builder
	b.WriteString(`{"Section_Data_28":[]`)
	for i := range 101 {
		fmt.Fprintf(&b, `,"Section_Data_%d":[]`, 100+i)
	}
	return b.String() + "}"
}

// TestReadMends: what is nearly right is read, and each repair is said.
func TestReadMends(t *testing.T) {
	utf16 := []byte("\xff\xfe")
	for _, r := range `{"name": "Ünï"}` {
		utf16 = append(utf16, byte(r), byte(r>>8))
	}
	big := []byte("\xfe\xff")
	for i := 2; i < len(utf16); i += 2 {
		big = append(big, utf16[i+1], utf16[i])
	}
	for _, tt := range []struct{ name, data, answer, note string }{
		{"UTF-16", string(utf16), "Ünï", "saved as UTF-16"},
		{"UTF-16, the other order", string(big), "Ünï", "saved as UTF-16"},
		{"commas at the end", `{"name": "a", "list": ["b", ], }`, "a", "2 commas had nothing after them"},
		{"a comma forgotten", "{\"name\": \"a\" \"b\": [{} {}]}", "a", "2 commas were missing"},
		{"Latin-1", "{\n\"name\": \"caf\xe9\"}", "café", "from line 2 on"},
		{"a byte-order mark", "\ufeff{\"name\": \"a\"}", "a", "byte-order mark"},
		{"UTF-16 that does not say so", string(utf16[2:]), "Ünï", "saved as UTF-16"},
		{"a placeholder", `{"name": "a", "uses": "[More Information Needed]"}`, "a", "1 answer is a placeholder"},
		{"cut off", `{"name": "b`, "b", "ends too early, in line 1"},
		{"cut off in an escape", `{"name": "b\`, "b", "ends too early"},
		{"cut off after a comma", `{"name": "b",`, "b", "ends too early"},
		{"single quotes", `{'name': 'it\'s "b"'}`, `it's "b"`, "2 texts or names were not between double quotes"},
		{"no quotes", `{name: "b"}`, "b", "not between double quotes"},
		{"odd escape", `{"name": "\x \u12"}`, `\x \u12`, "2 backslashes"},
		{"leading zero", `{"name": 012, "x": .5}`, "012", "2 numbers are not"},
		{"Python's words", `{"name": "b", "x": True, "y": None, "z": NaN}`, "b", "2 words"}, {"no quote at the end", "{\"name\": \"b\n \"x\": \"c\"}", "b", "1 text had no quote"}, {"no numbers", `{"name": "b", "x": [NaN, -Infinity]}`, "b", "2 NaN or Infinity are no numbers"},
		{"comments", "{// one\n\"name\": \"b\" /* two */}", "b", "2 comments"},
		{"wide spaces", "{\u00a0\"name\":\u00a0\"b\"}", "b", "2 spaces"},
		{"between marks", "```json\n{\"name\": \"b\"}\n```\n", "b", "between ``` marks"},
		{"alone in a list", `[{"name": "b"}]`, "b", "alone in a list"},
		{"JSON in JSON", `"{\"name\": \"b\"}"`, "b", "as if it had been saved twice"},
		{"old line ends", "{\r\"name\": \"b\"}", "b", "old Macintosh"},
		{"raw control characters", "{\"name\": \"a\tb\", \"text\": \"one\ntwo\"}", "a\tb", "2 raw line breaks"},
	} {
		r := read(t, []byte(tt.data))
		if f, _ := r.Card.Field("model_details.name"); f.Answer != tt.answer || !strings.Contains(strings.Join(r.Notes, " "), tt.note) {
			t.Errorf("%s: %q, %q", tt.name, f.Answer, r.Notes)
		}
	}
}

func TestReadMendsHalfCharacters(t *testing.T) {
	r := read(t, []byte(`{"Section_Data_28":[{"4_Name":"x\ud83c\u0041 \ud83c\udf43"}]}`))
	if got := answer(t, r.Card, "model_details.name"); got != "x\ufffdA 🍃" {
		t.Errorf("got %q", got)
	}
	if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "1 character was broken") {
		t.Errorf("notes: %q", r.Notes)
	}
}

func TestReadSkipsByteOrderMark(t *testing.T) {
	if r := read(t, append([]byte("\ufeff"), fixture(t, "webcards-model.json")...)); r.Format.Name != "webcards" {
		t.Errorf("read as %s", r.Format.Name)
	}
}
