package format

import (
	"bytes"
	"strings"
	"testing"

	"cardstock/card"
)

// withLists is a card with a list among the questions of the template and one that came along.
func withLists(t *testing.T) *card.Card {
	t.Helper()
	c := templates(t).Get("model").New()
	for key, text := range map[string]string{"model_details.name": "Peas", "model_details.references": "https://a.example\nA book, 2nd edition\n- already marked"} {
		f, _ := c.Field(key)
		f.Answer = text
	}
	c.Sections[0].Fields = append(c.Sections[0].Fields, card.Field{Key: "own.seeds", Label: "Seeds", Kind: card.List, Custom: true, Answer: "green\nyellow\n\n<!-- cardstock:x -->"})
	return c
}

// TestListsAreBullets: in every export for reading each item of a list stands alone, and what is read again is the same list.
func TestListsAreBullets(t *testing.T) {
	c := withLists(t)
	readme := string(encode(t, ".md", c))
	for _, line := range []string{"- https://a.example", "- A book, 2nd edition", "- green", "- yellow", "- - already marked"} {
		if !strings.Contains(readme, "\n"+line+"\n") {
			t.Errorf("README.md has no line %q:\n%s", line, readme)
		}
	}
	page := string(encode(t, ".html", c))
	for _, item := range []string{"<li dir=\"auto\">green</li>", "<li dir=\"auto\">A book, 2nd edition</li>"} {
		if !strings.Contains(page, item) {
			t.Errorf("the page has no %s", item)
		}
	}
	for _, suffix := range []string{".md", ".html", ".json", ".mct.json"} {
		again := read(t, encode(t, suffix, c)).Card
		for _, key := range []string{"model_details.references", "own.seeds"} {
			was, _ := c.Field(key)
			if is, _ := again.Field(key); is == nil || is.Answer != was.Answer || is.Kind != card.List {
				t.Errorf("%s: %s was %q and is %+v", suffix, key, was.Answer, is)
			}
		}
	}
}

// TestEditedListChangesItsLines: a list goes back into a README of ours behind the bullets that it has there, be it none.
func TestEditedListChangesItsLines(t *testing.T) {
	ours := string(encode(t, ".md", withLists(t)))
	for _, bullet := range []string{"- ", "* ", ""} {
		text := strings.NewReplacer("\n- - ", "\n"+bullet+"- ", "\n- ", "\n"+bullet).Replace(ours)
		if bullet == "" { // as older exports have it, without the mark of a list
			text = strings.ReplaceAll(text, listMark+" -->", " -->")
		}
		r := read(t, []byte(text))
		f, _ := r.Card.Field("model_details.references")
		f.Answer = strings.Replace(f.Answer, "2nd", "3rd", 1)
		out, err := hubFormat.Write(t.Context(), templates(t), r.Card, []byte(text))
		if want := strings.Replace(text, "2nd", "3rd", 1); err != nil || string(out) != want {
			t.Errorf("with %q: %v\n%s", bullet, err, out)
		}
	}
}

// TestFrontMatterListIsOne: a list of the front matter is a list here, and goes back as one.
func TestFrontMatterListIsOne(t *testing.T) {
	readme := []byte("---\ntags:\n- a\n- b\nlanguage: no\n---\n# Peas\n")
	r := read(t, readme)
	f, _ := r.Card.Field("hub.tags")
	if f == nil || f.Kind != card.List || f.Answer != "a\nb" {
		t.Fatalf("%+v", f)
	}
	f.Answer = "a\nb\nc"
	out, err := hubFormat.Write(t.Context(), templates(t), r.Card, readme)
	if err != nil || !bytes.Equal(out, bytes.Replace(readme, []byte("- b\n"), []byte("- b\n- c\n"), 1)) {
		t.Errorf("%v\n%s", err, out)
	}
}
