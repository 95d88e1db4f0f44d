package handlers_test

import (
	"bytes"
	"strings"
	"testing"
)

func TestJourneyOfAnImportIntoTheOpenCard(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	card := b.newCard("model")
	b.put(card+"/sections/model_details", form("answer.model_details.name", "Mine")).is(303)
	in := []byte(`{"format":"cardstock/1","kind":"model","title":"","sections":[{"key":"model_details","title":"x","fields":[` +
		`{"key":"model_details.name","label":"Name","kind":"line","answer":"Theirs"},{"key":"model_details.type","label":"Type","kind":"text","answer":"A type"},` +
		`{"key":"own.q","label":"New question","kind":"text","custom":true,"answer":"An answer"}]}]}`)
	before := b.get(card + ".json").body
	look := b.upload(card+"/import", "in.json", in, nil).is(200)
	for _, says := range []string{"in.json", "nothing has changed"} {
		if !strings.Contains(look.text(), says) {
			t.Errorf("the page that asks does not say %q", says)
		}
	}
	if !bytes.Equal(b.get(card+".json").body, before) {
		t.Fatal("looking at an upload changed the card")
	}
	if b.get(card+"/original").status != 404 {
		t.Error("an upload that is only held is taken for the original")
	}
	filled := b.press(look, `form:has([value="fill"]) button`, nil).is(200)
	if filled.answer("model_details.name") != "Mine" || filled.answer("model_details.type") != "A type" || filled.answer("own.q") != "An answer" {
		t.Error("filling what is empty did something else")
	}
	if got := b.get(card + "/original").is(200); !bytes.Equal(got.body, in) || !strings.Contains(got.header.Get("Content-Disposition"), "in.json") {
		t.Error("the upload that was taken in is not kept")
	}
	look = b.upload(card+"/import", "in.json", in, nil).is(200)
	replaced := b.press(look, `form:has([value="replace"]) button`, nil).is(200)
	if replaced.answer("model_details.name") != "Theirs" || b.get(card+"/sections/factors").status != 404 {
		t.Error("replacing all left something")
	}
	sheet := b.newCard("datasheet")
	refused := b.upload(sheet+"/import", "in.json", in, nil).is(200)
	if refused.has(`[name="mode"]`) || !strings.Contains(refused.text(), "model card and the open card is a datasheet") {
		t.Error("a model card is offered to go into a datasheet")
	}
	if says := refused.text(); strings.Contains(says, "start page") || strings.Count(says, "Open as a new card") != 2 {
		t.Errorf("beside the button that opens it as a new card, another way is named: %s", says)
	}
}

// TestAnImportNamesWhatItTouches: the counts of what is left out, replaced and removed have the questions behind them, and what a card begins with is
// nobody's answer.
func TestAnImportNamesWhatItTouches(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	card := b.newCard("model")
	in := []byte(`{"format":"cardstock/1","kind":"model","title":"","sections":[{"key":"model_details","title":"x","fields":[{"key":"model_details.name","label":"Name","kind":"line","answer":"Theirs"}]}]}`)
	first := b.upload(card+"/import", "in.json", in, nil).is(200)
	if says := first.one(`.choice:contains("Replace all")`).Text(); strings.Contains(says, "of yours") {
		t.Errorf("of a card in which nothing was written: %s", says)
	}
	b.put(card+"/fields/model_details.name", form("answer.model_details.name", "Mine")).is(303)
	look := b.upload(card+"/import", "in.json", in, nil).is(200)
	for _, tt := range []struct{ line, names, at string }{
		{"1 answer left out, because the card has another answer there", "Name", "/sections/model_details#box-model_details.name"},
		{"1 answer of yours replaced or removed", "Name", "/sections/model_details#box-model_details.name"},
		{"questions removed that the file does not have", "Model type", "/sections/model_details#box-model_details.type"},
	} {
		list := look.one(`.choice li:contains("` + tt.line + `") details`)
		if named := list.Find("a").First(); named.Text() != tt.names || named.AttrOr("href", "") != card+tt.at {
			t.Errorf("%s: %s", tt.line, list.Text())
		}
	}
	if all := look.one(`.choice li:contains("questions removed") details`); all.Find("li").Length() != 31 || !strings.Contains(all.Text(), "others") {
		t.Errorf("the list of what is removed is %s", all.Text())
	}
	b.put(card+"/fields/model_details.type", form("answer.model_details.type", "")).is(303)
	in = []byte(strings.Replace(string(in), `"answer":"Theirs"}`, `"answer":"Theirs"},{"key":"model_details.type","label":"Type","kind":"text","answer":"A type"}`, 1))
	filled := b.press(b.upload(card+"/import", "in.json", in, nil).is(200), `form:has([value="fill"]) button`, nil).is(200)
	if left := filled.one(".notice details"); left.Find("a").Text() != "Name" || !strings.Contains(filled.one(".notice").Text(), "Left out: 1 answer, because the card has another one there") {
		t.Errorf("the notice says %s", filled.one(".notice").Text())
	}
}

// A visitor says what a file is, or which of several models in it they mean, after it was taken for something.
func TestJourneyOfReadingAFileAsSomethingElse(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	in := []byte(`{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[{"type":"machine-learning-model","name":"First"},{"type":"machine-learning-model","name":"Second"}]}`)
	page := b.upload("/cards/import", "bom.json", in, nil).is(200)
	if page.answer("model_details.name") != "First" {
		t.Fatalf("it was read as %s", clip(page.body))
	}
	if other := page.one(`.notice a[href*="&as=cyclonedx%3A2"]`); other.Text() != "Second" {
		t.Errorf("the other model is offered as %q", other.Text())
	}
	if said := page.one(`.notice`).Text(); strings.Count(said, "model") != 1 || strings.Count(said, "something else") != 1 {
		t.Errorf("that there are other models is not said once: %s", said)
	}
	review := b.get(page.one(`.notice a:contains("read it as something else")`).AttrOr("href", "")).is(200)
	later := b.get(strings.Split(page.one(`.notice a:contains("Files taken in before")`).AttrOr("href", ""), "#")[0]).is(200)
	if again := b.get(later.one(`a:contains("Read again")`).AttrOr("href", "")).is(200); !strings.Contains(again.one(`option[value="cyclonedx:2"]`).Text(), "Second") {
		t.Errorf("where the file is read again the other model is %s", again.one("main").Text())
	}
	card, _, _ := strings.Cut(page.one("#section-form").AttrOr("action", ""), "/sections/")
	if review.has(`button:contains("Change nothing")`) {
		t.Error("erasing the original is offered as if it were only looked at")
	}
	if review.has(`#as option[value="cyclonedx"]`) || review.has(`button:contains("Fill what is empty")`) || !review.has(`.choice:contains("Nothing would change")`) {
		t.Error("a choice is offered that would change nothing")
	}
	for _, as := range []string{"cyclonedx:2", "json"} {
		if !review.has(`#as option[value="` + as + `"]`) {
			t.Errorf("it does not offer %s", as)
		}
	}
	second := b.get(card + "/import?as=cyclonedx:2&file=" + review.one(`[name="file"]`).AttrOr("value", "")).is(200)
	if !strings.Contains(second.text(), "CycloneDX ML-BOM: Second") {
		t.Errorf("it says %s", clip([]byte(second.text())))
	}
	if own := b.press(second, `button:contains("Open as a new card")`, nil).is(200); own.answer("model_details.name") != "Second" || strings.HasPrefix(own.one("#section-form").AttrOr("action", ""), card) {
		t.Errorf("as a card of its own it is %q", own.answer("model_details.name"))
	}
	replaced := b.press(second, `form:has([value="replace"]) button`, nil).is(200)
	if replaced.answer("model_details.name") != "Second" || replaced.has(".notice:contains('Left out')") {
		t.Errorf("it became %q", replaced.answer("model_details.name"))
	}
	if n := b.get(card + "/import").is(200).find(`#files ~ ul li a[download]`).Length(); n != 1 {
		t.Errorf("%d files are kept of one", n)
	}
	b.get(card + "/import?as=poem&file=" + strings.Split(b.get(card+"/import").one(`a[href*="?file="]`).AttrOr("href", ""), "file=")[1]).is(422)
}

// A README that does not say so is a dataset's: its visitor says so, and it becomes a card of its own, since an open card keeps its kind.
func TestJourneyOfAReadmeThatIsADatasets(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	in := []byte("# Peas\n\n## Direct Use\n\nTo eat.\n")
	page := b.upload("/cards/import", "README.md", in, nil).is(200)
	review := b.get(page.one(`.notice a:contains("Read it as something else")`).AttrOr("href", "")).is(200)
	other := b.get(strings.TrimSuffix(review.one("form[method=get]").AttrOr("action", ""), "/") + "?as=hub:datasheet&file=" + review.one(`[name="file"]`).AttrOr("value", "")).is(200)
	if other.has(`[name="mode"]`) {
		t.Error("a datasheet is offered to go into a model card")
	}
	sheet := b.press(other, `button:contains("Open as a new card")`, nil).is(200)
	path, _, _ := strings.Cut(sheet.one("#section-form").AttrOr("action", ""), "/sections/")
	if sheet.answer("motivation.name") != "Peas" || b.get(path+"/sections/uses").answer("uses.other_tasks") != "To eat." {
		t.Errorf("it became %s", clip(sheet.body))
	}
	if same := b.get(path + ".md").is(200); string(same.body) != string(in) {
		t.Errorf("its README is %s", same.body)
	}
	if b.do(request{method: "POST", path: "/cards/import", form: form("card", "nobodys", "held", "x", "as", "json")}).status != 404 {
		t.Error("a file that is nobody's is opened")
	}
}

// TestACardHasASection: a file without any has those of its template, and the last one cannot be deleted; a card without one could not be opened.
func TestACardHasASection(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	page := b.upload("/cards/import", "c.json", []byte(`{"format":"cardstock/1","kind":"model","template":"model","title":"Peas","sections":[]}`), nil).is(200)
	if text := page.text(); !strings.Contains(text, "The card had no sections, and was given those of its template.") || !strings.Contains(text, "Intended use") {
		t.Errorf("%s", text)
	}
	page = b.upload("/cards/import", "c.json", []byte(`{"format":"cardstock/1","kind":"model","template":"model","title":"Peas","sections":[
		{"key":"s","title":"Own","custom":true,"fields":[{"key":"s.a","label":"A","kind":"text","custom":true,"answer":"peas"}]}]}`), nil).is(200)
	path := page.one("#section-form").AttrOr("action", "")
	if r := b.do(request{method: "DELETE", path: path}).is(422); !strings.Contains(r.text(), "Own is the only section of this card") {
		t.Errorf("%s", r.text())
	}
	if text := b.get(path).is(200).text(); !strings.Contains(text, "peas") {
		t.Errorf("%s", text)
	}
}
