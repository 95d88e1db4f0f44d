package format

import (
	"strings"
	"testing"
)

// TestPlaceholderBesideAnAnswer: a placeholder under the heading of a question is no answer where the front matter or another part of the README has
// one, in whatever words a form asks. Where nothing else is said it stays what it was.
func TestPlaceholderBesideAnAnswer(t *testing.T) {
	const licence, data = "distribution.license", "composition.contents"
	for _, tt := range []struct{ file, key, want string }{
		{"---\nlicense: mit\n---\n# Dataset Card for P\n\n### Licensing Information\n\n[Needs More Information]\n", licence, "mit"},
		{"---\nlicense: mit\n---\n# Dataset Card for P\n\n### Licensing Information\n\nN/A\n", licence, "mit"},
		{"# Dataset Card for P\n\n### Licensing Information\n\nN/A\n", licence, "N/A"},
		{"# Dataset Card for P\n\n### Licensing Information\n\n[Needs More Information]\n", licence, ""},
		{"# Dataset Card for P\n\n## Dataset Structure\n\nTBD\n\n### Data Fields\n\nSize and colour.\n", data, "Size and colour."},
		{"# Dataset Card for P\n\n## Dataset Structure\n\nTBD\n\n### Data Fields\n\nNone\n", data, "TBD\nNone"},
	} {
		r := read(t, []byte(tt.file))
		if got := answer(t, r.Card, tt.key); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.file, got, tt.want)
		}
		if f, _ := r.Card.Field("hub.license"); f != nil {
			t.Errorf("%q: %q is a question of its own", tt.file, f.Answer)
		}
		if out := returned(t, r.Card, []byte(tt.file), r.As); string(out.Data) != tt.file {
			t.Errorf("untouched it is %q", out.Data)
		}
		if strings.Contains(tt.want, "\n") || tt.want == "" {
			continue
		}
		f, _ := r.Card.Field(tt.key)
		f.Answer = "cc0-1.0"
		if out := returned(t, r.Card, []byte(tt.file), r.As); out.Anew || string(out.Data) != strings.Replace(tt.file, tt.want, "cc0-1.0", 1) {
			t.Errorf("edited it is %q", out.Data)
		}
	}
}
