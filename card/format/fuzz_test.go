package format

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"cardstock/card"
)

// FuzzRead: whatever is uploaded, reading it ends with a card that can be stored, shown and
// exported without loss, or with a sentence.
func FuzzRead(f *testing.F) {
	undetected(f)
	names, _ := filepath.Glob("testdata/*.json")
	for _, name := range append(names, "../../e2e/testdata/answers.json") {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, template := range templates(f).All() {
		for _, suffix := range []string{".json", ".webcards.json", ".html"} {
			f.Add(encode(f, suffix, template.New()))
		}
	}
	for seed := range uint64(5) {
		for _, suffix := range []string{".json", ".webcards.json", ".html"} {
			f.Add(encode(f, suffix, randomCard(f, seed)))
		}
	}
	for _, s := range append(append([]string{`{"a":[1,-0.5e+3,"\ud83c\udf43"]}`, "[]", "<p>"}, hostile...), attacks...) {
		f.Add([]byte(s))
	}
	for _, text := range readmes {
		f.Add([]byte(text))
	}
	for _, text := range []string{"a: &a [no, 0x1F, 2024-01-02]\nb: {<<: {c: *a}}\n---\nd: |\n  e\n", sageExample, "motivation:\n  purposes: [{description: x}]\n  addressing_gaps: y\ncleaning_strategies: z\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Read(templates(t), data)
		if err != nil {
			if card.CodeOf(err) != card.Invalid {
				t.Fatalf("an error without a sentence: %v", err)
			}
			return
		}
		same(t, read(t, encode(t, ".json", r.Card)).Card, r.Card)
		for _, f := range All() {
			if out, err := writtenAs(t, f, r.Card, data); err != nil || f.Rewrite != nil && f == r.Format && string(out) != string(data) {
				t.Fatalf("as %s it is\n%q, %v", f.Name, out, err)
			}
		}
		read(t, encode(t, ".webcards.json", r.Card))
		same(t, read(t, encode(t, ".html", r.Card)).Card, r.Card)
		article, err := Article(templates(t), r.Card)
		if err != nil {
			t.Fatal(err)
		}
		checkHarmless(t, string(article))
	})
}

// writtenAs writes a card in a format, into the file it came from if that is possible, and reads it again.
func writtenAs(t *testing.T, f *Format, c *card.Card, original []byte) ([]byte, error) {
	if f.Encode == nil || !f.Fits(c.Kind) {
		return original, nil
	}
	out, err := f.Write(t.Context(), templates(t), c, original)
	if err == nil {
		_, err = Account(t.Context(), templates(t), c, f, out)
	}
	return out, err
}

// FuzzReadmeEdit: whatever a README is and whichever of its answers is edited however, nothing that the card says is lost.
func FuzzReadmeEdit(f *testing.F) {
	for _, text := range readmes {
		for n := range uint8(4) {
			f.Add([]byte(text), n, "edited\n\n# twice <!-- x -->")
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, n uint8, text string) {
		r, err := Read(templates(t), data)
		text, bad := card.CleanText(text)
		if err != nil || bad != nil || r.Format != hubFormat || len(text) > card.MaxAnswer {
			return
		}
		c := r.Card.Clone()
		var fields []*card.Field
		for i := range c.Sections {
			for j := range c.Sections[i].Fields {
				if f := &c.Sections[i].Fields[j]; f.Answered() {
					fields = slices.Insert(fields, 0, f) // those that came from the README are edited most
				} else {
					fields = append(fields, f)
				}
			}
		}
		fields[int(n)%len(fields)].Answer = text
		out, err := hubFormat.Write(t.Context(), templates(t), c, data)
		if err != nil {
			t.Fatal(err)
		}
		l, err := Account(t.Context(), templates(t), c, hubFormat, out)
		if err != nil || l.Totals[LeftOut] > 0 {
			t.Fatalf("%v %+v\n%q", err, l, out)
		}
	})
}

// FuzzBack: whatever a file is and whichever of its answers is edited, goes or comes, the card goes back into it and nothing that it says is lost.
func FuzzBack(f *testing.F) {
	undetected(f)
	for _, text := range sources {
		for n := range uint8(6) {
			f.Add([]byte(text), n*7, "edited: \"no\"\n\n# twice")
			f.Add([]byte(text), n*11, "")
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, n uint8, text string) {
		r, err := Read(templates(t), data)
		text, bad := card.CleanText(text)
		if err != nil || bad != nil || len(text) > card.MaxAnswer || hasMark(text) {
			return
		}
		c := r.Card.Clone()
		var fields []*card.Field
		for i := range c.Sections {
			for j := range c.Sections[i].Fields {
				if f := &c.Sections[i].Fields[j]; f.Answered() {
					fields = slices.Insert(fields, 0, f)
				} else if f.Kind != card.Table {
					fields = append(fields, f)
				}
			}
		}
		fields[int(n)%len(fields)].Answer = text
		out, err := Back(t.Context(), templates(t), c, data, r.As)
		if card.CodeOf(err) == card.Invalid && err != nil { // it has no space for the answer
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if l := out.Account(t.Context(), templates(t), c); l.Totals[LeftOut] > 0 && !out.Anew {
			t.Fatalf("%+v\n%q", l, out.Data)
		}
	})
}
