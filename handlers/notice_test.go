package handlers_test

import (
	"strings"
	"testing"
)

// cutOff is a card of the toolkit of which the end is missing, with a picture that is none.
const cutOff = `{"schema_version":"0.0.2","model_details":{"name":"Peas","overview":"Counts peas"},
"quantitative_analysis":{"graphics":{"collection":[{"name":"Plot","image":"bm90IGEgcGljdHVyZQ"}]}},
"considerations":{"limitations":[{"description":"Only green pe`

// TestWhatIsMissingIsSaidFirst: of a damaged file, where one decides what it may do, on the page behind the import, and later where it is read again.
func TestWhatIsMissingIsSaidFirst(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	card := b.newCard("model")
	says := func(r *reply, list string) {
		t.Helper()
		if first := r.find(list + " li").First().Text(); !strings.Contains(first, "ends too early") {
			t.Errorf("%s: said first is %q, of %s", r.what, first, r.find(list).Text())
		}
		if text := r.one(list).Text(); strings.Contains(text, "Nothing was dropped") || !strings.Contains(text, "Not all of the file") || !strings.Contains(text, "picture and is none") {
			t.Errorf("%s: %s", r.what, text)
		}
	}
	look := b.upload(card+"/import", "peas.json", []byte(cutOff), nil).is(200)
	says(look, "#notes")
	says(b.press(look, `form:has([value="fill"]) button`, nil).is(200), ".notice")
	own := b.upload("/cards/import", "peas.json", []byte(cutOff), nil).is(200)
	says(own, ".notice")
	files := b.get(strings.Split(own.one(`.notice a:contains("Files taken in before")`).AttrOr("href", ""), "#")[0]).is(200)
	says(b.get(files.one(`#files ~ ul a:contains("Read again")`).AttrOr("href", "")).is(200), "#notes")
	whole := b.upload("/cards/import", "peas.json", []byte(`{"model_details":{"name":"Peas",},"considerations":{"users":[{"description":"Cooks"}]}}`), nil).is(200)
	if text := whole.one(".notice").Text(); !strings.Contains(text, "Nothing was dropped") || strings.Contains(text, "Not all of the file") {
		t.Errorf("of a file that is all there: %s", text)
	}
}
