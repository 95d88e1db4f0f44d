package handlers_test

import (
	"strings"
	"testing"
)

// TestAFileAndATextInOneForm: one of them would be lost, so neither is taken until it is said which is meant.
func TestAFileAndATextInOneForm(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	const text = `{"schema_version": "0.0.2", "model_details": {"name": "Pasted"}}`
	file := &upload{"card.json", []byte(`{"schema_version": "0.0.2", "model_details": {"name": "Chosen"}}`)}
	both := b.do(request{method: "POST", path: "/cards/import", file: file, form: form("text", text)}).is(422)
	if says := both.one(".error-summary").Text(); !strings.Contains(says, "“card.json”: A file is chosen, and a text is pasted.") || strings.TrimSpace(both.one("#paste").Text()) != text {
		t.Errorf("it says %s, and the text is %q", says, both.one("#paste").Text())
	}
	if n := cardsOf(b); n != 0 {
		t.Errorf("%d cards", n)
	}
	to := b.do(request{method: "POST", path: "/cards/import", file: file, form: form("text", text, "use", "text")}).is(303).header.Get("Location")
	if got := b.get(to).one("#name").Text(); got != "Pasted" {
		t.Errorf("the card is %q", got)
	}
	broken := b.do(request{method: "POST", path: "/cards/import", file: file, form: form("text", "{", "use", "text")})
	if says := broken.is(422).one(".error-summary").Text(); strings.Contains(says, "card.json") {
		t.Errorf("of a text it says %s", says)
	}
	card := b.newCard("model")
	if says := b.do(request{method: "POST", path: card + "/files", file: &upload{"t.csv", []byte("a,b")}, form: form("section", "factors", "text", "c,d")}).is(422).one("#add-file [role=alert]").Text(); !strings.Contains(says, "A file is chosen") {
		t.Errorf("for a table it says %s", says)
	}
}
