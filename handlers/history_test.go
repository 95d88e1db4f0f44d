package handlers_test

import (
	"strings"
	"testing"
)

// TestJourneyToAnEarlierAnswer clears and deletes by mistake, and gets the words back.
func TestJourneyToAnEarlierAnswer(t *testing.T) {
	t.Parallel()
	s := common(t)
	b := s.visitor()
	card := b.newCard("model")
	section := card + "/sections/intended_use"
	b.put(section, form("answer.intended_use.primary_uses", "Measure\n<b>wounds</b>")).is(303)
	b.do(request{method: "DELETE", path: section + "/answers"}).is(303)
	if got := b.get(section).answer("intended_use.primary_uses"); got != "" {
		t.Fatalf("cleared, and there is %q", got)
	}
	history := b.get(card + "/history").is(200)
	if got := history.one("main pre").Text(); got != "Measure\n<b>wounds</b>" {
		t.Errorf("the history shows %q", got)
	}
	back := b.press(history, `form[action$="/restorations"] button`, nil).is(200)
	if got := back.answer("intended_use.primary_uses"); got != "Measure\n<b>wounds</b>" || !back.has(`[role="status"]`) {
		t.Errorf("put back: %q", got)
	}

	b.post(section+"/fields", form("question", "My own?"))
	key := b.get(section).one(`[data-key^="custom."]`).AttrOr("data-key", "")
	b.put(card+"/fields/"+key, form("answer."+key, "words of mine")).is(303)
	b.do(request{method: "DELETE", path: card + "/fields/" + key}).is(303)
	history = b.get(card + "/history")
	if !strings.Contains(history.text(), "words of mine") || !strings.Contains(history.text(), "question was deleted") {
		t.Error("the answer of a deleted question is not in the history")
	}
	revision := b.get(card+"/history").find(`[name="revision"]`).First().AttrOr("value", "")
	s.visitor().do(request{method: "POST", path: card + "/restorations", form: form("revision", revision)}).is(404)
}

// TestJourneyOfAHeldUpload looks at a file and takes nothing in: then nothing of it stays.
func TestJourneyOfAHeldUpload(t *testing.T) {
	t.Parallel()
	s := common(t)
	b := s.visitor()
	card := b.newCard("model")
	b.put(card, form("title", "Mine")).is(303)
	review := b.upload(card+"/import", "theirs.json", ourJSON, nil).is(200)
	if !strings.Contains(review.text(), "title of your card") {
		t.Error("replacing does not say that the title goes")
	}
	b.press(review, `form[action*="/files/"] button`, nil).is(200)
	if got := b.get("/session").one("main").Text(); strings.Contains(strings.Join(strings.Fields(got), " "), "Uploaded files 1") {
		t.Error("the file that was only looked at is still kept")
	}
}
