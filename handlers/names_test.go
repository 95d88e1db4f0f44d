package handlers_test

import (
	"regexp"
	"strings"
	"testing"
)

// What is shown as a table and a picture is saved as one, too: whoever opens the file of a card they were given runs nothing.
func TestAFileIsSavedAsWhatItIs(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	card := b.newCard("model")
	b.attach(card, "factors", "page.html", []byte("a,b\n<script>alert(1)</script>,2\n")).is(303)
	address := regexp.MustCompile(card + `/files/[a-z0-9]{16}`).FindString(string(b.get(card + "/sections/factors").is(200).body))
	if r := b.get(address).is(200); !strings.Contains(r.header.Get("Content-Disposition"), `filename="page.html.csv"`) {
		t.Errorf("%s: %s", address, r.header.Get("Content-Disposition"))
	}
}
