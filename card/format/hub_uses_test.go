package format

import (
	"strings"
	"testing"

	"cardstock/card"
)

// What the whole of a part says answers no question of several: a datasheet's uses may be those that are forbidden.
func TestUsesThatAreNotPartedAnswerNoQuestion(t *testing.T) {
	r := read(t, []byte("# Datasheet for Peas\n\n## Uses\n\nSoup. Not for surveillance.\n\n**How it grows.** Fast?\n"))
	if got := answer(t, r.Card, "uses.other_tasks"); got != "" || r.Card.Kind != card.Datasheet {
		t.Errorf("its uses are %q", got)
	}
	if f, _ := r.Card.Field("readme.entry"); f == nil || f.Label != "Uses" || !strings.HasPrefix(f.Answer, "Soup.") {
		t.Errorf("it is kept as %+v", f)
	}
}
