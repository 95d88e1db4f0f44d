package handlers_test

import (
	"strings"
	"testing"
)

// TestPreviewOfAnAnswerStoresNothing shows what is typed as readers will see it, and keeps none of it.
func TestPreviewOfAnAnswerStoresNothing(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	card := b.newCard("model")
	const key = "intended_use.primary_uses"
	before := string(b.get(card + ".json").is(200).body)
	b.htmx = true
	shown := b.post(card+"/fields/"+key+"/preview", form("answer."+key, "**Wounds** <script>alert(1)</script>\n\n- one\n- two")).is(200)
	if shown.find(".shown strong").Text() != "Wounds" || shown.find(".shown li").Length() != 2 || shown.has("script") || shown.has("footer") {
		t.Errorf("it shows %s", shown.body)
	}
	b.htmx = false
	asks := b.get(card + "/sections/intended_use").one(`[id="field-` + key + `"] details[hx-post]`)
	if got := asks.AttrOr("hx-params", ""); got != "answer."+key {
		t.Errorf("it is asked for with %q", got) // the form's own _method would make another request of it
	}
	if after := string(b.get(card + ".json").is(200).body); after != before {
		t.Error("the preview was stored")
	}
	if b.get(card + "/history").has(`[id^="step-"]`) {
		t.Error("the preview is in the history")
	}
}

// TestSearchStaysSmall has more matches than are shown beside the form: a swap stays under 12 KB, and the page shows all.
func TestSearchStaysSmall(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	card := b.newCard("model")
	section := last(b.do(request{method: "POST", path: card + "/sections", form: form("title", "Mine")}).is(303).header.Get("Location"))
	for range 20 {
		b.do(request{method: "POST", path: card + "/sections/" + section + "/fields", form: form("question", strings.Repeat("needle in the question ", 12))}).is(303)
	}
	b.htmx = true
	beside := b.get(card + "/search?q=needle").is(200)
	if n := beside.find("#matches li").Length(); n != 12 || len(beside.body) > 12<<10 || !beside.has(`a[href$="/search?q=needle"]`) {
		t.Errorf("%d matches in %d bytes: %s", n, len(beside.body), clip(beside.body))
	}
	b.htmx = false
	if n := b.get(card + "/search?q=needle").is(200).find("#matches li").Length(); n != 20 {
		t.Errorf("the page shows %d matches", n)
	}
}
