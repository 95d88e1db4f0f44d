package format

import (
	"strings"
	"testing"
)

// TestReadmeWithSomethingAbove: a logo, a badge, a comment or a sentence may stand above the first heading of a README.
func TestReadmeWithSomethingAbove(t *testing.T) {
	for _, above := range []string{"![logo](https://x.example/logo.png)\n\n# M", "[![badge](https://x.example/b.svg)](https://x.example)\n\n# M", "[Home](https://x.example)\n# M", "<div align=\"center\">\n<img src=\"a.png\">\n</div>\n",
		"<!-- generated -->\n# M", "M is a model.\n", "Note: M is a model.\n"} {
		file := above + "\n\n## Intended use\n\nSoup.\n"
		r := read(t, []byte(file))
		if r.Format != hubFormat || answer(t, r.Card, "intended_use.primary_uses") != "Soup." {
			t.Errorf("%q is %s", above, r.Format.Name)
		}
		if name := answer(t, r.Card, "model_details.name"); strings.Contains(above, "# M") != (name == "M") {
			t.Errorf("%q is called %q", above, name)
		}
		f, _ := r.Card.Field("intended_use.primary_uses")
		f.Answer = "Stew."
		if out := returned(t, r.Card, []byte(file), r.As); string(out.Data) != strings.Replace(file, "Soup", "Stew", 1) {
			t.Errorf("edited it is %q", out.Data)
		}
	}
	for _, file := range []string{"<!doctype html>\n<pre>\n# M\n</pre>", "<html>\n# M", "name: x\n# colour\ncolour: [a\n", "[1, 2\n# a\n", "#!/bin/sh\n# Copies\ncp a b\n", "{\n# a\n", "<!-- # M -->\nWords", "~~~\n# M\n~~~"} {
		if r, err := Read(templates(t), []byte(file)); err == nil {
			t.Errorf("%q is read as %s", file, r.Format.Name)
		}
	}
}
