package format

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cardstock/card"
)

// readerFiles are files of every shape that is read as a tree or as Markdown, by name.
func readerFiles(t *testing.T) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("testdata/readers/*")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, name := range names {
		if filepath.Ext(name) == ".read" {
			continue
		}
		if files[name], err = os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// asRead is all that was read from a file, an answer to a line.
func asRead(r *Result) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "Reader %d: %s, a %s %q\n", Reader, r.As, r.Card.Kind, r.Card.Title)
	for _, s := range r.Card.Sections {
		for _, f := range s.Fields {
			if f.Answer != "" {
				fmt.Fprintf(&b, "%s (%s) %s (%s, %s) %q\n", s.Key, s.Title, f.Key, f.Label, f.Kind, f.Answer)
			}
		}
	}
	for _, note := range r.Notes {
		fmt.Fprintf(&b, "note %s\n", note)
	}
	return b.Bytes()
}

// TestReadersReadWhatTheyDid: cards that were made from a file by one version go back into it by another. So a reader that takes more out of a file
// than it did, or calls it something else, says so by a new Reader; then -update writes down what it reads now.
func TestReadersReadWhatTheyDid(t *testing.T) {
	formats := map[string]bool{}
	for name, data := range readerFiles(t) {
		r := read(t, data)
		formats[r.Format.Name] = true
		is := asRead(r)
		was, err := os.ReadFile(name + ".read")
		switch {
		case bytes.Equal(was, is):
		case *update && (errors.Is(err, fs.ErrNotExist) || !bytes.HasPrefix(was, []byte(fmt.Sprintf("Reader %d:", Reader)))):
			if err := os.WriteFile(name+".read", is, 0o644); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("%s is read otherwise than by reader %d. If that is meant, raise Reader, and run this test with -update.\nIt is\n%s\nit was\n%s", name, Reader, is, was)
		}
	}
	for _, f := range All() {
		if f.Decode != nil && f.hasExtras() && f != webCardsDownloadFormat && f != cycloneDX17Format && !formats[f.Name] {
			t.Errorf("no file in testdata/readers is %s", f.Name)
		}
	}
}

// A card without some of what its file says goes back into it as if it had that, unless its visitor has deleted it; and whatever a reader had
// missed, the file is as it was.
func TestWhatAnEarlierReaderMissedIsNotDeleted(t *testing.T) {
	for name, data := range readerFiles(t) {
		r := read(t, data)
		for _, s := range r.Card.Sections {
			for _, f := range s.Fields {
				if card.Blank(f.Answer) {
					continue
				}
				missed := r.Card.Clone()
				if g, s := missed.Field(f.Key); f.Custom {
					s.Fields = slices.DeleteFunc(s.Fields, func(g card.Field) bool { return g.Key == f.Key })
				} else {
					g.Answer = ""
				}
				c := CatchUp(templates(t), missed, data, r.As, nil)
				back, err := Back(t.Context(), templates(t), c, data, r.As)
				if err != nil || !bytes.Equal(back.Data, data) {
					t.Errorf("%s without %s: %v, it is\n%s", name, f.Key, err, back.Data)
				}
				if !f.Custom || len(f.Answer) < 3 {
					continue
				}
				c = CatchUp(templates(t), missed, data, r.As, []card.Field{f})
				if g, _ := c.Field(f.Key); g != nil {
					t.Errorf("%s: %s was deleted and is there again", name, f.Key)
				}
			}
		}
	}
	if c := new(card.Card); CatchUp(templates(t), c, []byte(strings.Repeat("{", 3)), "json", nil) != c {
		t.Error("a file that cannot be read makes another card")
	}
}

// TestQuestionsOfTheTemplateThatWereCustom: what an earlier reader made questions of their own of is not there twice when a later one answers the
// template's with it, and what the visitor has made of it since goes to its place.
func TestQuestionsOfTheTemplateThatWereCustom(t *testing.T) {
	const file = `{"name": "Peas", "license": "MIT", "model_type": "Tree", "description": "Green", "tags": ["a", "b"]}`
	custom := func(key, label, answer string) card.Field {
		return card.Field{Key: "json." + key, Label: label, Kind: card.Text, Custom: true, Answer: answer}
	}
	earlier := func() *card.Card {
		c := newBuilder(templates(t), card.Model).card
		f, _ := c.Field("model_details.name")
		f.Answer = "Peas"
		c.Sections = append(c.Sections, card.Section{Key: "other", Title: "Other data of the file", Custom: true, Fields: []card.Field{custom("license", "License", "MIT"),
			custom("model_type", "Model type", "Tree"), custom("description", "Description", "Green"), {Key: "json.tags", Label: "Tags", Kind: card.List, Custom: true, Answer: "a\nb"}}})
		return c
	}
	c := CatchUp(templates(t), earlier(), []byte(file), "json", nil)
	if out, err := Back(t.Context(), templates(t), c, []byte(file), "json"); err != nil || string(out.Data) != file || len(c.Section("other").Fields) != 1 {
		t.Errorf("%v: %s from %+v", err, out.Data, c.Section("other").Fields)
	}
	c = earlier()
	f, _ := c.Field("json.license")
	was := *f
	f.Answer, f.Rev = "GPL-3.0", 1
	c = CatchUp(templates(t), c, []byte(file), "json", []card.Field{was})
	out, err := Back(t.Context(), templates(t), c, []byte(file), "json")
	if want := strings.Replace(file, "MIT", "GPL-3.0", 1); err != nil || string(out.Data) != want || answer(t, c, "model_details.license") != "GPL-3.0" {
		t.Errorf("edited: %v: %s", err, out.Data)
	}
}

// TestReadmesOfEarlierReaders: a card that an earlier reader made of a README goes back into it as it was, though other parts of it answer its questions
// now, and what was edited since goes to where it came from.
func TestReadmesOfEarlierReaders(t *testing.T) {
	const licence = "model_details.license"
	for _, tt := range []struct {
		file     string
		was      map[string]string // answers as the earlier reader had them; those of the Hub's metadata are questions of their own
		key, now string            // an edit
	}{
		{"---\nlicense: mit\n---\n# P\n\n## License\n\nSee COPYING.\n", map[string]string{licence: "See COPYING.", "hub.license": "mit"}, licence, "See LICENSE."},
		{"---\nlicense: mit\n---\n# P\n\n## License\n\nSee COPYING.\n", map[string]string{licence: "See COPYING.", "hub.license": "mit"}, "hub.license", "isc"},
		{"---\nlicense: mit\n---\n# P\n\n## License\n\n[Needs More Information]\n", map[string]string{licence: "[Needs More Information]", "hub.license": "mit"}, "hub.license", "isc"},
		{"# Model Card: P\n\nGreen.\n", map[string]string{"model_details.name": "Model Card: P", "readme.entry": "Green."}, "model_details.name", "Model Card: Q"},
		{"# Model Card\n\nGreen.\n", map[string]string{"model_details.name": "Model Card", "readme.entry": "Green."}, "readme.entry", "Red."},
	} {
		earlier := newBuilder(templates(t), card.Model).card
		name, _ := earlier.Field("model_details.name")
		name.Answer = "P"
		for key, answer := range tt.was {
			if f, _ := earlier.Field(key); f != nil {
				f.Answer = answer
				continue
			}
			earlier.Sections = append(earlier.Sections, card.Section{Key: "hub_metadata", Custom: true, Fields: []card.Field{{Key: key, Kind: card.Text, Custom: true, Answer: answer}}})
		}
		back := func(c *card.Card, history []card.Field) string {
			out, err := Back(t.Context(), templates(t), CatchUp(templates(t), c, []byte(tt.file), "hub", history), []byte(tt.file), "hub")
			if err != nil {
				t.Fatal(err)
			}
			return string(out.Data)
		}
		if is := back(earlier, nil); is != tt.file {
			t.Errorf("untouched it is %q", is)
		}
		f, _ := earlier.Field(tt.key)
		history := []card.Field{*f}
		was := f.Answer
		f.Answer, f.Rev = tt.now, 1
		if is, want := back(earlier, history), strings.Replace(tt.file, was, tt.now, 1); is != want {
			t.Errorf("edited it is %q", is)
		}
	}
}
