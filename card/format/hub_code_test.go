package format

import (
	"strings"
	"testing"
)

// TestCodeOfAReadme: code without marks is code to those who read an export, and no headings; it comes back as it was, also after an edit. Markdown stays what it
// is.
func TestCodeOfAReadme(t *testing.T) {
	const code = "pip install foo\n# comment line\n## second\n\n    indented\nmodel = foo.load(\"*x*\")"
	const more = "import torch\nfrom hf import Model, Config\n\nmodel = Model.load(\"path\")\n# Or from its config:\n# config = Config()"
	for text, is := range map[string]bool{code: true, more: true, "# Title\n\nSome prose.\nx = 5": false, "# One\n## Two": false, "import a\nb = c": false,
		"```\n# a\nimport b\n```": false, "for all of us\n# import x": false, "# Results\n\nAccuracy = 0.92 on held-out data\n\nF1 = 0.88": false, "# Usage\n\ngit clone the repo, then read the guide.": false,
		"# Usage\n\npip install foo # see [the guide](https://x.example)": false, "# Scores\n\nF1 = **high**": false, "# Run\nx = a if b else c\ny = f(**x)": true, "x = 5\n# import\n- item": false} {
		if plainCode(text) != is {
			t.Errorf("code: %v\n%s", !is, text)
		}
	}
	for _, said := range []string{code, more, code + "\nprint(\"```\")", "\n" + code + "\n"} {
		c := templates(t).Get("model").New()
		set(t, c, "intended_use.primary_users", said)
		data := encode(t, ".md", c)
		for _, p := range parts(string(data), 0) {
			if strings.Contains(p.title, "comment line") {
				t.Errorf("%q is a heading in\n%s", p.title, data)
			}
		}
		if html := string(markdown(string(data))); strings.Contains(html, "comment line</h") || strings.Contains(html, "config:</h") {
			t.Errorf("a heading in\n%s", html)
		}
		if page := string(encode(t, ".html", c)); !strings.Contains(page, "<pre") || strings.Contains(page, "comment line</h") {
			t.Errorf("the page has no code")
		}
		r := read(t, data)
		if got := strings.TrimSpace(answer(t, r.Card, "intended_use.primary_users")); got != strings.TrimSpace(said) {
			t.Errorf("%q comes back as %q", said, got)
		}
		for _, edit := range []string{"import new\n" + code, code + "\nNew", "Prose.", "```\na\n```\nb", "# a\n\n<!-- cardstock:x -->\n\nb"} {
			edited := r.Card.Clone()
			set(t, edited, "intended_use.primary_users", edit)
			out := returned(t, edited, data, r.As)
			if got := answer(t, read(t, out.Data).Card, "intended_use.primary_users"); got != edit {
				t.Errorf("%q comes back as %q in\n%s", edit, got, out.Data)
			}
		}
		if again := encode(t, ".md", r.Card); string(again) != string(data) {
			t.Errorf("the second trip changes it\n%s", again)
		}
	}
}
