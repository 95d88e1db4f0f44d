package handlers_test

import (
	"strings"
	"testing"
)

// TestStartWithManyCards: above a long list there are the ways to what stands below it, above a short one not. A card that nobody has named is told
// by the file that it came from.
func TestStartWithManyCards(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	for _, name := range []string{"first.json", "second.json"} {
		b.upload("/cards/import", name, []byte(`{"model_details":{"overview":"Peas"}}`), nil).is(200)
	}
	named := b.newCard("model")
	b.put(named, form("title", "Named")).is(303)
	const jumps = `#your-cards + p a`
	start := b.get("/").is(200)
	if start.has(jumps) {
		t.Error("above a short list there are ways around it")
	}
	for name, rows := range map[string]int{"Model card from first.json": 1, "Model card from second.json": 1, " from ": 2} {
		if n := start.find(`#your-cards ~ ul li:contains("` + name + `")`).Length(); n != rows {
			t.Errorf("%q stands in %d rows: %s", name, n, start.one("#your-cards ~ ul").Text())
		}
	}
	for range 4 {
		b.newCard("model")
	}
	start = b.get("/").is(200)
	if n := start.find(jumps).Length(); n != 2 {
		t.Fatalf("above a long list there are %d ways around it", n)
	}
	for _, at := range []string{"#new-card", "#open"} {
		if !start.has(jumps+`[href="`+at+`"]`) || !start.has(at) {
			t.Errorf("nothing leads to %s: %s", at, strings.TrimSpace(start.one("#your-cards + p").Text()))
		}
	}
}
