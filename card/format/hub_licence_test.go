package format

import (
	"strings"
	"testing"
)

// TestLicenceAsTheHubNamesIt: the front matter says a licence that the Hub knows, or other with a name; the answer comes back as it was.
func TestLicenceAsTheHubNamesIt(t *testing.T) {
	for answer, want := range map[string]string{"MIT": `license: "mit"`, "gpl-3.0-only": `license: "gpl-3.0"`, "LGPL-2.1-or-later": `license: "lgpl-2.1"`, "ODbL-1.0": `license: "odbl"`,
		"proprietary": "license: \"other\"\nlicense_name: \"proprietary\"", "LicenseRef-Ours": "license: \"other\"\nlicense_name: \"LicenseRef-Ours\"", "Ask us": "", "None": ""} {
		c := templates(t).Get("model").New()
		f, _ := c.Field("model_details.license")
		f.Answer = answer
		data := encode(t, ".md", c)
		front, _ := frontMatter(string(data))
		if got := strings.TrimSpace(front); got != want {
			t.Errorf("%s: %q, want %q", answer, got, want)
		}
		r := read(t, data)
		same(t, r.Card, c)
		f, _ = r.Card.Field("model_details.license")
		for _, edit := range []string{"Their-Own", "mit", ""} {
			f.Answer = edit
			out := returned(t, r.Card, data, r.As)
			again := read(t, out.Data)
			same(t, again.Card, r.Card)
			if edit == "mit" && strings.Contains(string(out.Data), "license_name") {
				t.Errorf("%s: a name of before is there still: %s", answer, out.Data)
			}
		}
	}
}
