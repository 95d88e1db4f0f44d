package handlers_test

import (
	"encoding/base64"
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

// TestPicturesOfAFileAreLedTo: the notice says which they are, and leads to where their words are written.
func TestPicturesOfAFileAreLedTo(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	in := `{"schema_version":"0.0.2","model_details":{"name":"Peas"},"quantitative_analysis":{"graphics":{"collection":[{"name":"ROC curve","image":"` + base64.StdEncoding.EncodeToString(plotPNG) + `"}]}}}`
	page := b.upload("/cards/import", "peas.json", []byte(in), nil).is(200)
	led := page.one(`.notice p:contains("Here you can say what a picture shows")`)
	section, box, _ := strings.Cut(led.Find("a").AttrOr("href", ""), "#")
	if !strings.Contains(led.Text(), "in Quantitative analyses") || !strings.HasSuffix(section, "/sections/quantitative_analyses") || b.get(section).is(200).one(`[id="`+box+`"]`).Text() != "ROC curve" {
		t.Errorf("the notice leads to %s#%s: %s", section, box, led.Text())
	}
	card := strings.Split(section, "/sections/")[0]
	b.do(request{method: "DELETE", path: card + "/files/" + strings.TrimPrefix(box, "alt-")}).is(303)
	if gone := b.get(card + "?imported=1").is(200); strings.Contains(gone.text(), "Here you can say") {
		t.Errorf("of a picture that is gone: %s", gone.one(".notice").Text())
	}
	page = b.upload("/cards/import", "peas.json", []byte(in), nil).is(200)
	section, _, _ = strings.Cut(page.one(`.notice p:contains("Here you can say what a picture shows") a`).AttrOr("href", ""), "#")
	own := b.get(strings.Split(section, "/sections/")[0] + ".json").is(200).body
	if again := b.upload("/cards/import", "c.json", own, nil).is(200); strings.Contains(again.text(), "Here you can say") {
		t.Errorf("of a card of ours, which says it in words: %s", again.one(".notice").Text())
	}
}
