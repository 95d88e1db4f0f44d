package handlers_test

import (
	"strings"
	"testing"
)

// TestCaptionsOfTwoTabs: a tab that changes one of the words of a picture leaves the other ones that another tab has changed since, and does not
// overwrite the same one unseen.
func TestCaptionsOfTwoTabs(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	card := b.newCard("model")
	b.do(request{method: "POST", path: card + "/files", file: &upload{"roc.png", plotPNG}, form: form("section", "quantitative_analyses", "alt", "A curve", "caption", "ROC")}).is(303)
	old := b.get(card + evaluation)
	b.press(old, "#attached details.change form:not(.attach) button", map[string]string{"caption": "ROC of tab one"}).is(200)
	b.press(old, "#attached details.change form:not(.attach) button", map[string]string{"alt": "A steep curve"}).is(200)
	if says := b.get(card + evaluation).one("#attached figure").Text(); !strings.Contains(says, "ROC of tab one") || !strings.Contains(says, "In words: A steep curve") {
		t.Errorf("one tab changed the caption, the other the words: %s", says)
	}
	page := b.press(old, "#attached details.change form:not(.attach) button", map[string]string{"caption": "ROC of tab two"}).is(422)
	if says := page.one("#attached [role=alert]").Text(); !strings.Contains(says, "In another tab these words were changed to “ROC of tab one” meanwhile.") {
		t.Errorf("both tabs changed the caption: %s", says)
	}
	if typed := page.one(`#attached details.change[open] [name="caption"]`).AttrOr("value", ""); typed != "ROC of tab two" {
		t.Errorf("what was typed is %q", typed)
	}
	b.press(page, "#attached details.change form:not(.attach) button", nil).is(200)
	if says := b.get(card + evaluation).one("#attached figure").Text(); !strings.Contains(says, "ROC of tab two") || !strings.Contains(says, "A steep curve") {
		t.Errorf("saved once more: %s", says)
	}
}

// TestASectionNamesWhatItsPageSent: a section that is saved again before the reply to its last save came is not in conflict with itself, and is
// with another tab.
func TestASectionNamesWhatItsPageSent(t *testing.T) {
	t.Parallel()
	const key = "factors.relevant"
	b := common(t).visitor()
	card := b.newCard("model")
	b.htmx = true
	path := card + "/sections/factors"
	rev := b.get(path).one(`[name="rev.`+key+`"]`).AttrOr("value", "")
	b.put(path, form("answer."+key, "one", "rev."+key, rev)).is(200)
	b.put(path, form("answer."+key, "one two", "rev."+key, rev)).is(409)
	b.put(path, form("answer."+key, "one two", "rev."+key, rev, "sent."+key, "another")).is(409)
	b.put(path, form("answer."+key, "one two", "rev."+key, rev, "sent."+key, "one")).is(200)
	if got := strings.TrimSpace(b.get(path).one(`[name="answer.` + key + `"]`).Text()); got != "one two" {
		t.Errorf("stored is %q", got)
	}
}
