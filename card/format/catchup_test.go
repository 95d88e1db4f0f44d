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
