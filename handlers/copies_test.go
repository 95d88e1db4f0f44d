package handlers_test

import (
	"strings"
	"testing"
	"time"
)

// TestJourneyOfTheNextVersion begins a next version without JavaScript, changes it, and loses the card before it.
func TestJourneyOfTheNextVersion(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	f := s.fixture()
	f.put(f.card+"/sections/model_details", form("answer.model_details.name", "Segmenter", "answer.version.name", "3.0", "answer.version.date", "2025-01-02")).is(303)
	f.put(f.card+"/fields/governance.status", form("answer.governance.status", "approved", "rev.governance.status", revToken(0, "draft"))).is(303)

	next := f.press(f.get(f.card), button("Start the next version"), nil).is(200)
	if !strings.Contains(next.one(".notice").Text(), "This is the next version") {
		t.Error("nothing says so")
	}
	if got := next.answer("version.name") + "|" + next.answer("version.date") + "|" + next.answer("version.predecessor") + "|" + next.answer("model_details.name"); got != "3.1||3.0|Segmenter" {
		t.Errorf("the version questions are %s", got)
	}
	path := strings.TrimSuffix(next.one("#card-name form").AttrOr("action", ""), "/")
	if path == f.card {
		t.Fatal("it is the same card")
	}
	if r := f.get(path + "/sections/governance"); r.one("option[selected]").Text() != "draft" {
		t.Errorf("the status is %q", r.one("option[selected]").Text())
	}
	if r := f.get(path + "/sections/" + f.section); !strings.Contains(r.one("textarea").Text(), "mine") {
		t.Error("a question of one's own did not come along")
	}
	f.do(request{method: "GET", path: path + "/original"}).is(404)
	if r := f.get(path); r.one(`#outline a[href="`+f.card+`"]`).Text() != "Segmenter" || !r.has(`#outline a[href="`+path+`/preview#changes"]`) {
		t.Error("the editor does not link the card before")
	}

	preview := f.get(path + "/preview").is(200)
	if got := preview.find("#changes ~ ul li").Length(); got != 4 || !preview.has(`#changes ~ p:contains("4 questions changed since")`) {
		t.Errorf("%d changes are listed: %s", got, preview.one("section.before").Text())
	}
	if !preview.has(`a[href="`+path+`/sections/model_details#field-version.date"]:contains("Version date")`) || !preview.has(`li:contains("Version date") small:contains("emptied")`) {
		t.Errorf("the date that was emptied is not listed: %s", preview.one("section.before").Text())
	}
	f.put(path+"/fields/version.date", form("answer.version.date", "2025-01-02", "rev.version.date", revToken(0, ""))).is(303)
	if f.get(path+"/preview").find("#changes ~ ul li").Length() != 3 {
		t.Error("an answer that is the same again is still listed")
	}
	if r := f.get(f.card + "/preview"); r.has("#changes") {
		t.Error("the first version has one before it")
	}

	if list := f.get("/").one(".cards").Text(); !strings.Contains(list, "version 3.0") || !strings.Contains(list, "version 3.1") {
		t.Errorf("the list does not tell the versions apart: %s", list)
	}
	f.do(request{method: "DELETE", path: f.card}).is(303)
	for _, page := range []string{path, path + "/preview"} {
		if r := f.get(page).is(200); !strings.Contains(r.text(), "the next version of a card that was deleted") || r.has(`a[href^="`+f.card+`"]`) {
			t.Errorf("%s does not say that the card before is gone", page)
		}
	}
}

// TestVersionsWithoutANumberAreToldApart: a card that says no version, and those that follow it, have one name.
func TestVersionsWithoutANumberAreToldApart(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	first := b.newCard("model")
	b.put(first+"/fields/model_details.name", form("answer.model_details.name", "Twin", "rev.model_details.name", revToken(0, ""))).is(303)
	after := func(card string) string {
		return strings.TrimSuffix(b.press(b.get(card), button("Start the next version"), nil).is(200).one("#card-name form").AttrOr("action", ""), "/")
	}
	second := after(first)
	third := after(second)
	for card, want := range map[string]string{first: "Model card, changed", second: "Model card, next version of Twin, changed", third: "Model card, 2 versions after Twin, changed"} {
		if got := b.get("/").one("#card-" + last(card) + " small").Text(); !strings.HasPrefix(got, want) {
			t.Errorf("listed as %q, want %q", got, want)
		}
	}
}

func TestJourneyOfACopy(t *testing.T) {
	t.Parallel()
	f := newApp(t).fixture()
	f.put(f.card+"/fields/model_details.name", form("answer.model_details.name", "Segmenter")).is(303)
	was := f.get(f.card + ".json").body
	page := f.press(f.get(f.card), button("Duplicate"), nil).is(200)
	copied := page.one("#card-name form").AttrOr("action", "")
	if page.one("#name").Text() != "Segmenter (copy)" || page.has(".outline a[href$='#changes']") {
		t.Errorf("the copy is called %q", page.one("#name").Text())
	}
	is := f.get(copied + ".json").body
	if got := strings.Replace(string(is), `"Segmenter (copy)"`, `""`, 1); got != string(was) {
		t.Errorf("the copy is another card: %s", differ(got, string(was)))
	}
	f.put(copied+"/fields/"+f.field, form("answer."+f.field, "another", "rev."+f.field, revToken(0, "mine"))).is(303)
	if string(f.get(f.card+".json").body) != string(was) {
		t.Error("the first card changed with its copy")
	}
}

// TestJourneyOfUndo deletes a card and brings it back, without JavaScript; then too late; then for good at once.
func TestJourneyOfUndo(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	f := s.fixture()
	f.put(f.card, form("title", "Tufted <b>")).is(303)
	was := f.get(f.card + ".json").body
	gone := func() {
		t.Helper()
		never := f.do(request{method: "GET", path: "/cards/" + never["card"]})
		for _, path := range []string{"", "/preview", "/history", "/import", "/original", "/files/" + f.file, "/sections/" + f.section, "/fields/" + f.field} {
			if r := f.do(request{method: "GET", path: f.card + path}).is(404); string(r.body) != string(never.body) {
				t.Errorf("%s says something else than of a card that never was", path)
			}
		}
		for _, end := range []string{".json", ".html", ".webcards.json"} {
			f.do(request{method: "GET", path: f.card + end}).is(404)
		}
		f.put(f.card+"/fields/"+f.field, form("answer."+f.field, "late", "rev."+f.field, revToken(1, "mine"))).is(404)
		f.do(request{method: "POST", path: f.card + "/copies"}).is(404)
		if f.get("/session.zip").status != 404 {
			t.Error("it can be taken along")
		}
	}
	start := f.press(f.get("/"), button("Delete this card"), nil).is(200)
	if start.has("#card-"+last(f.card)) || !strings.Contains(start.one("#deleted").Text(), "Tufted <b>") || !strings.Contains(start.one("#deleted").Text(), "30 seconds") {
		t.Errorf("after deleting: %s", start.text())
	}
	gone()
	s.clock.add(29 * time.Second)
	back := f.press(f.get("/"), button("Undo"), nil).is(200)
	if !strings.Contains(back.one(".notice").Text(), "The card is back") || back.one("#name").Text() != "Tufted <b>" {
		t.Error("it did not come back")
	}
	if string(f.get(f.card+".json").body) != string(was) {
		t.Error("it came back changed")
	}
	page := f.press(f.get("/"), button("Delete this card"), nil)
	s.clock.add(30 * time.Second)
	late := f.press(page, button("Undo"), nil).is(404)
	if !strings.Contains(late.text(), "It may have been deleted") || f.get("/").has("#deleted") {
		t.Error("it can come back for longer than the page says")
	}
	gone()

	// By htmx the page is told where to go; for good at once leaves no way back.
	f.htmx = true
	card := f.newCard("datasheet")
	if r := f.do(request{method: "DELETE", path: card}).is(204); r.header.Get("HX-Redirect") != "/?deleted=1" {
		t.Errorf("htmx is led to %q", r.header.Get("HX-Redirect"))
	}
	f.htmx = false
	start = f.press(f.get("/?deleted=1"), button("Erase it for good now"), nil).is(200)
	if !strings.Contains(start.one(".notice").Text(), "erased for good") || start.has("#deleted") {
		t.Error("nothing says that it was erased")
	}
	f.do(request{method: "POST", path: card + "/undeletion"}).is(404)
	if found := s.ledger(t).all(t); strings.Contains(strings.Join(valuesOf(found), ""), last(card)) {
		t.Error("rows of it are left")
	}
}

func valuesOf(m map[string]string) (values []string) {
	for _, v := range m {
		values = append(values, v)
	}
	return values
}
