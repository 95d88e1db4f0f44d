package handlers_test

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestJourneyOfADatasheetThatIsUsed links a model card with datasheets without JavaScript, and sees the links on both sides go and come.
func TestJourneyOfADatasheetThatIsUsed(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	b := s.visitor()
	model, one := b.newCard("model"), b.newCard("datasheet")
	s.clock.add(time.Second) // they are listed in the order in which they were made
	two := b.newCard("datasheet")
	b.put(model, form("title", "Segmenter")).is(303)
	b.put(one, form("title", "Photos <of> wounds")).is(303)
	b.put(two+"/fields/dataset.name", form("answer.dataset.name", "")).is(404) // it has no such question; its name stays

	page := b.get(model)
	if page.find(`#datasheets [name="datasheet"]`).Length() != 2 || page.has(`#datasheets [checked]`) || page.has(`.outline p a:not([href$="/findings"])`) {
		t.Errorf("before: %s", page.one("#datasheets").Text())
	}
	if b.get(one).has("#datasheets") {
		t.Error("a datasheet is offered datasheets")
	}
	use := func(ids ...string) *reply {
		return b.follow(b.put(model+"/datasheets", url.Values{"datasheet": ids}))
	}
	page = use(last(one), last(two), last(one)).is(200)
	if page.find(`#datasheets [checked]`).Length() != 2 || !strings.Contains(page.one(".notice").Text(), "Noted which datasheets") {
		t.Errorf("two are used: %s", page.one("#datasheets").Text())
	}
	if r := b.get(model + "/preview"); !r.has(`a[href="`+one+`"]:contains("Photos <of> wounds")`) || !r.has(`a[href="`+two+`"]:contains("Untitled datasheet")`) {
		t.Error("the preview does not link them")
	}
	for _, path := range []string{one, one + "/preview"} {
		if r := b.get(path); !r.has(`p:contains("Used by") a[href="` + model + `"]`) {
			t.Errorf("%s does not say who uses it", path)
		}
	}
	if html := string(b.get(model + ".html").body); !strings.Contains(html, "Uses the datasheets: <bdi>Photos &lt;of&gt; wounds</bdi>, <bdi>Untitled datasheet</bdi>") {
		t.Error("the exported page does not name them")
	}
	if strings.Contains(string(b.get(model+".json").body), "wounds") {
		t.Error("the lossless file has what is not in the card")
	}
	if to := b.put(model+"/datasheets", url.Values{"datasheet": {last(one), last(two)}, "section": {"training_data"}}).is(303).header.Get("Location"); to != model+"/sections/training_data?done=linked" {
		t.Errorf("from a section it leads to %s", to)
	}
	for _, section := range []string{"none", "../../session", "factors?done=erased"} {
		b.put(model+"/datasheets", url.Values{"section": {section}}).is(404)
	}
	if b.get(model).find(`#datasheets [checked]`).Length() != 2 {
		t.Error("a refused form changed what is used")
	}
	copied := b.follow(b.do(request{method: "POST", path: model + "/copies"})).one("#card-name form").AttrOr("action", "")
	if b.get(copied).find(`#datasheets [checked]`).Length() != 2 {
		t.Error("a copy uses other datasheets")
	}
	b.do(request{method: "DELETE", path: copied, form: form("now", "1")}).is(303)

	b.do(request{method: "DELETE", path: one}).is(303)
	if r := b.get(model); r.find(`#datasheets [name="datasheet"]`).Length() != 1 || r.has(`a[href="`+one+`"]`) {
		t.Error("a deleted datasheet is still linked")
	}
	b.do(request{method: "POST", path: one + "/undeletion"}).is(303)
	if b.get(model).find(`#datasheets [checked]`).Length() != 2 {
		t.Error("it came back without its link")
	}
	b.do(request{method: "DELETE", path: one, form: form("now", "1")}).is(303)
	if r := b.get(model); r.find(`#datasheets [checked]`).Length() != 1 || strings.Contains(string(b.get(model+".html").body), "wounds") {
		t.Error("an erased datasheet is still linked")
	}
	if page = use(); page.has(`#datasheets [checked]`) || b.get(two).has(`p:contains("Used by")`) {
		t.Error("none is ticked, and one is used")
	}

	b.put(two+"/datasheets", form("datasheet", last(two))).is(422)
	b.put(model+"/datasheets", form("datasheet", last(model))).is(422)
	use(strings.Split(strings.Repeat(last(two)+" ", 51), " ")...).is(422)
}
