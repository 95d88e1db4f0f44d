package handlers_test

import (
	"strings"
	"testing"

	"cardstock/limit"
)

// TestUploadsAreReadAgainWithinLimits: a page that reads an upload anew does work as the import does, and is counted as that is. The card itself is
// there however often it is asked for.
func TestUploadsAreReadAgainWithinLimits(t *testing.T) {
	t.Parallel()
	s := newApp(t, rules(limit.Rules{limit.Readings: {Session: limit.Rate{Burst: 3}}}))
	b := s.visitor().from("192.0.2.1")
	file := []byte(`{"model_details":{"name":"Peas"},"considerations":{"users":[{"description":"Cooks"}]}}`)
	r := b.upload("/cards/import", "our-peas.json", file, nil).is(200) // the page behind it is the first
	if !strings.Contains(r.text(), "our-peas.json") {
		t.Errorf("it is not said what was read: %s", clip(r.body))
	}
	card, _, _ := strings.Cut(r.one("#section-form").AttrOr("action", ""), "/sections/")
	looked := b.upload(card+"/import", "our-peas.json", file, nil).is(200) // the second
	held := looked.one(`#main [name="held"]`).AttrOr("value", "")
	b.get(card + "/import?file=" + held).is(200)
	slowed(t, b.do(request{method: "GET", path: card + "/import?file=" + held}))
	slowed(t, b.do(request{method: "POST", path: card + "/import", form: form("held", held, "mode", "fill")}))
	if r := b.get(card + "?imported=1").is(200); strings.Contains(r.text(), "our-peas.json") || !r.has("#section-form") {
		t.Errorf("the upload is read again: %s", clip(r.body))
	}
	b.get(card).is(200)
	b.get(card + "/import").is(200)
}
