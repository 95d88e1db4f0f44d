package handlers_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/PuerkitoBio/goquery"
)

type sel = goquery.Selection

var defines = regexp.MustCompile(`\{\{-?\s*define\s+"([^"]+)"\s*-?\}\}`)

// readViews returns the templates by file name.
func readViews(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	fsys := os.DirFS("../views")
	names, err := fs.Glob(fsys, "*.html")
	if err != nil || len(names) < 5 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(data)
	}
	return files
}

// outside is what a file holds outside its defines: a page, or nothing.
func outside(text string) string {
	before, _, _ := strings.Cut(text, "{{define")
	return strings.TrimSpace(before)
}

func TestTemplateNamesAreUnique(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	put := func(name, where string) {
		if seen[name] != "" {
			t.Errorf("the template %q is in %s and in %s; the last one would win silently", name, seen[name], where)
		}
		seen[name] = where
	}
	for file, text := range readViews(t) {
		if outside(text) != "" {
			put(strings.TrimSuffix(file, ".html"), file)
		}
		for _, m := range defines.FindAllStringSubmatch(text, -1) {
			put(m[1], file)
		}
		if regexp.MustCompile(`\{\{-?\s*block\b`).MatchString(text) {
			t.Errorf("%s: {{block}} defines a name and hides that it does", file)
		}
		if regexp.MustCompile(`\{\{-?\s*embed\b`).MatchString(text) {
			t.Errorf("%s: {{embed}} races in this engine", file)
		}
	}
}

// Every page and define is rendered by some request. Each gets a mark put in front of it that shows in the reply.
func TestEveryTemplateIsRendered(t *testing.T) {
	undetected(t)
	t.Parallel()
	mark := func(name string) string { return "⟦" + name + "⟧ " }
	marked, names := fstest.MapFS{}, []string{}
	for file, text := range readViews(t) {
		for _, m := range defines.FindAllStringSubmatch(text, -1) {
			names = append(names, m[1])
		}
		text = defines.ReplaceAllString(text, "$0"+mark("$1"))
		if outside(text) != "" {
			page := strings.TrimSuffix(file, ".html")
			names = append(names, page)
			text = mark(page) + text
		}
		marked[file] = &fstest.MapFile{Data: []byte(text)}
	}
	s := newApp(t, withViews(marked), imprint)
	var seen strings.Builder
	still := s.fixture()
	for _, v := range visits {
		for _, htmx := range []bool{false, true} {
			f := still
			if v.changes(v.plain) {
				f = s.fixture()
			}
			seen.Write(f.visit(v, htmx).body)
		}
	}
	b := s.visitor()
	seen.Write(b.upload("/cards/import", "c.json", ourJSON, nil).is(200).body) // with its notice
	seen.Write(b.get("/").body)                                                // with a card
	b.do(request{method: "DELETE", path: b.newCard("model")}).is(303)
	seen.Write(b.get("/").body) // with one that can come back
	for _, name := range names {
		if !strings.Contains(seen.String(), strings.TrimSpace(mark(name))) {
			t.Errorf("the template %q is never rendered", name)
		}
	}
}
