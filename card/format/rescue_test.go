package format

import (
	"strings"
	"testing"

	"cardstock/card"
)

// TestRescues: a card that another program wrapped, escaped or marked otherwise is read, and it is said what was done; an edit goes back into a file
// that is read the same.
func TestRescues(t *testing.T) {
	const plain = `{"name": "Peas", "more": {"text": "Green & \"round\"", "list": ["a", "b"], "n": 1.50}}`
	escaped := strings.NewReplacer(`&`, `&amp;`, `"`, `&quot;`).Replace(plain)
	for _, tt := range []struct{ name, file, note string }{
		{"a page", `<html><head><meta name="color-scheme" content="light dark"></head><body><pre style="word-wrap: break-word">` + escaped + `</pre></body></html>`, "web page, as a browser saves it"},
		{"a cell", `"` + strings.ReplaceAll(plain, `"`, `""`) + `"` + "\n", "cell of a table"},
		{"a row of a table", "id,card\n7,\"" + strings.ReplaceAll(strings.ReplaceAll(plain, `\"`, ""), `"`, `""`) + "\",x\n", "cell of a table"},
		{"typographic marks", strings.NewReplacer(`{"`, `{“`, `":`, `”:`, `: "`, `: “`, `",`, `”,`, `, "`, `, “`, `["`, `[“`, `"]`, `”]`, `""}`, `”}`, `"}`, `”}`).Replace(strings.ReplaceAll(plain, `\"`, "")), "typographic"},
		{"an assignment", "const card = " + plain + ";\n", "program or a call"},
		{"Python", `card = {'name': 'Peas', "more": {'text': 'Green & "round"', 'list': ('a', 'b'), 'n': 1.50, 'x': None, 'y': nan}}` + "\n", "round brackets"},
		{"a call", "show(" + plain + ");", "program or a call"},
		{"a guard", ")]}'\n" + plain, "program or a call"},
		{"a semicolon", plain + ";\n", "program or a call"},
		{"a log", "INFO wrote the card\n" + plain + "\nDone in 3 s\n", "between other lines"},
		{"a letter", "Here it is:\n\n```json\n" + plain + "\n```\n\nBye!\n", "between other lines"},
		{"entities", escaped, "&quot;"},
		{"backslashes", strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(plain), "saved twice"},
		{"the end of a DOS file", plain + "\x1a", "nobody sees"},
		{"NUL behind it", plain + "\x00\x00", "nobody sees"},
		{"a space without width", "\u200b" + plain, "nobody sees"},
		{"comments", strings.Replace(plain, ", ", ", # so\n", 1), "1 comment"},
		{"tabs", "name: Peas\nmore:\n\ttext: Green & \"round\"\n\tlist:\n\t- a\n\t- b\n", "began with tabs"},
		{"half a character", strings.Replace(plain, "Green", "Gré\xc3n é", 1), "1 character is broken"},
	} {
		r, err := Read(templates(t), []byte(tt.file))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		notes := strings.Join(r.Notes, " ")
		if said := strings.Join(allAnswers(r.Card), "\n"); !strings.Contains(notes, tt.note) || answer(t, r.Card, "model_details.name") != "Peas" || !strings.Contains(said, "round") || !strings.Contains(said, "a\nb") {
			t.Errorf("%s: %q, %q", tt.name, allAnswers(r.Card), notes)
			continue
		}
		if out := returned(t, r.Card, []byte(tt.file), r.As); string(out.Data) != tt.file {
			t.Errorf("%s: not edited it is another file: %s", tt.name, out.Data)
		}
		f, _ := r.Card.Field("model_details.name")
		f.Answer = "Beans"
		checkReturned(t, tt.name, r.Card, returned(t, r.Card, []byte(tt.file), r.As))
	}
}

// TestFrontMatterOfOtherEditors: tabs, wide spaces and loose ends of lines in the front matter of a README.
func TestFrontMatterOfOtherEditors(t *testing.T) {
	const plain = "---\nlicense: mit\ntags:\n  - a\n  - b\n---\n# Peas\n\n## Uses\n\nEat\n"
	for _, tt := range []struct{ name, file, note string }{
		{"tabs", strings.ReplaceAll(plain, "  -", "\t-"), "tabs or wide spaces"},
		{"wide spaces", strings.ReplaceAll(plain, "  -", "\u00a0\u00a0-"), "tabs or wide spaces"},
		{"ends of all sorts", strings.Replace(strings.Replace(plain, "mit\n", "mit\r", 1), "---\n#", "---\r\r\n#", 1), "Some lines ended"},
	} {
		r := read(t, []byte(tt.file))
		if r.Format != hubFormat || answer(t, r.Card, "hub.tags") != "a\nb" || answer(t, r.Card, "model_details.license") != "mit" || !strings.Contains(strings.Join(r.Notes, " "), tt.note) {
			t.Errorf("%s: %s %q %q", tt.name, r.Format.Name, allAnswers(r.Card), r.Notes)
		}
		if out := returned(t, r.Card, []byte(tt.file), r.As); string(out.Data) != tt.file {
			t.Errorf("%s: not edited it is another file: %q", tt.name, out.Data)
		}
	}
}

// TestWhatIsNotRescued: what could be two cards, or was never one, gets a sentence; YAML that begins with a comment and is broken is not a README.
func TestWhatIsNotRescued(t *testing.T) {
	const plain = `{"name": "Peas", "more": {"text": "Green"}}`
	for _, tt := range []struct{ name, file, says string }{
		{"two cards", plain + "\n" + plain, "more text follows"},
		{"two cards in a list", "[" + plain + ",\n" + plain + "]", "a list, not an object"},
		{"a bracket too much", plain + "}", "more text follows"},
		{"broken YAML", "# a card\nname: Peas\nowner: Ann\nuses: to eat\nmore: a: b\n", "line 5"},
		{"a page of something else", "<pre>not JSON</pre>", "holds no card"},
	} {
		r, err := Read(templates(t), []byte(tt.file))
		if err == nil || !strings.Contains(err.Error(), tt.says) || card.CodeOf(err) != card.Invalid {
			t.Errorf("%s: %+v, %v", tt.name, r, err)
		}
	}
	if r := read(t, []byte("# Peas\n\nnote: eat them\n\nThey are green.\n")); r.Format != hubFormat {
		t.Errorf("a README is read as %s", r.Format.Name)
	}
}
