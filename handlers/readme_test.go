package handlers_test

import (
	"strings"
	"testing"
)

// TestAReadmeGoesBackAsItCame: the README that a card was made from is its export, byte for byte, until an answer is edited; then it is
// another in the lines of that answer.
func TestAReadmeGoesBackAsItCame(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	const readme = "---\nlanguage: no # Norwegian\nlicense: mit\n---\n\n# Peas\n\n## Limitations\n<!-- be honest -->\n\nThey  roll.\n\n## Thanks\n\nTo all.\n"
	r := b.do(request{method: "POST", path: "/cards/import", form: form("text", readme)}).is(303)
	path, _, _ := strings.Cut(r.header.Get("Location"), "?")
	came := string(b.get(path + ".md").body)
	if came != readme {
		t.Errorf("unedited it is %q", came)
	}
	page := b.get(path + "/sections/caveats")
	rev := page.one(`[name="rev.caveats.limitations"]`).AttrOr("value", "")
	b.do(request{method: "PUT", path: path + "/fields/caveats.limitations", form: form("answer.caveats.limitations", "They stay.", "rev.caveats.limitations", rev)})
	if got, want := string(b.get(path+".md").body), strings.Replace(came, "They  roll.", "They stay.", 1); got != want {
		t.Errorf("edited it is %q", got)
	}
	if says := b.get(path + "/exports").one(`.history > li:contains("Hugging Face README")`).Text(); !strings.Contains(says, "5 answers carried, none left out") {
		t.Errorf("the page of exports: %s", says)
	}
	if !strings.Contains(string(b.get(path+".html").body), "They stay.") {
		t.Error("the answer was not saved")
	}
}
