package handlers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// marked returns what a difference says without what was taken out or put in, as a sighted person sees it.
func marked(diff *sel, without string) string {
	clone := diff.Clone()
	clone.Find(".hidden, " + without).Remove()
	return clone.Text()
}

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
	first := history.find("main .theirs.diff").First()
	if got := marked(first, "ins"); got != "Measure\n<b>wounds</b>" || marked(first, "del") != "" {
		t.Errorf("the history shows %q", got)
	}
	back := b.press(history, `form[action$="/restorations"] [name="revision"] ~ button`, nil).is(200)
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
	whole := history.find(`a[href*="/revisions/"]`).First().AttrOr("href", "none")
	if r := b.get(whole).is(200); string(r.body) != "words of mine" || !strings.Contains(r.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the whole earlier answer is %q", r.body)
	}
	revision := b.get(card+"/history").find(`[name="revision"]`).First().AttrOr("value", "")
	s.visitor().do(request{method: "POST", path: card + "/restorations", form: form("revision", revision)}).is(404)
}

// TestJourneyBack takes changes back: the last one, and all since a moment.
func TestJourneyBack(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	b := s.visitor()
	card := b.newCard("model")
	section := card + "/sections/intended_use"
	save := func(key, text string) {
		t.Helper()
		s.clock.add(time.Hour)
		b.put(card+"/fields/"+key, form("answer."+key, text, "rev."+key, b.get(section).rev(key))).is(303)
	}
	save(uses, "Measures small wounds.")
	said := func() string {
		return b.get(card+"/history").one(`[aria-labelledby="undo"]`).Text() + "|" + b.get(card+"/history").one("#undo-last").Text()
	}
	if got := said(); !strings.Contains(got, "taking the change back empties it") || !strings.Contains(got, "|Take it back: empty 1 answer, Primary uses") {
		t.Errorf("the answer would be emptied, and it says %s", got)
	}
	save(users, "Nurses")
	save(uses, "Measures large wounds.")
	history := b.get(card + "/history").is(200)
	diff := history.find(".history .diff").First()
	if del, ins := diff.Find("del"), diff.Find("ins"); del.Text() != "removed: small" || ins.Text() != "added: large" {
		t.Errorf("marked as taken out %q, as put in %q", del.Text(), ins.Text())
	}
	if !strings.Contains(history.one(`[aria-labelledby="undo"]`).Text(), "Primary uses") {
		t.Error("it is not said what goes back")
	}
	if got := said(); strings.Contains(got, "empt") || !strings.Contains(got, "|Take it back, Primary uses") {
		t.Errorf("the answer would not be emptied, and it says %s", got)
	}
	page := b.press(history, "#undo-last", nil).is(200)
	if page.answer(uses) != "Measures small wounds." || page.answer(users) != "Nurses" || !strings.Contains(page.one(`[role="status"].notice`).Text(), "taken back") {
		t.Errorf("taken back: %q", page.answer(uses))
	}
	page = b.press(b.get(card+"/history"), "#undo-last", nil).is(200)
	if page.answer(uses) != "Measures large wounds." {
		t.Errorf("the undoing undone: %q", page.answer(uses))
	}
	// The whole card as it was before the nurses came: the step is found by what it says.
	step := b.get(card+"/history").one(`.history li:contains("Nurses")`).AttrOr("id", "")
	done := b.press(b.get(card+"/history"), `[id="`+step+`"] [name="at"] ~ button`, nil).is(200)
	if !strings.Contains(done.one(`[role="status"].notice`).Text(), "at what they were then") {
		t.Error("it is not said that it was done")
	}
	page = b.get(section)
	if page.answer(uses) != "Measures small wounds." || page.answer(users) != "" {
		t.Errorf("set back: %q and %q", page.answer(uses), page.answer(users))
	}
	again := b.press(b.get(card+"/history"), `[id="`+step+`"] [name="at"] ~ button`, nil).is(200)
	if !strings.Contains(again.one(`[role="status"].notice`).Text(), "nothing was changed") {
		t.Error("it is not said that nothing was done")
	}
	page = b.press(b.get(card+"/history"), "#undo-last", nil).is(200)
	if page.answer(uses) != "Measures large wounds." || page.answer(users) != "Nurses" {
		t.Errorf("setting back taken back: %q and %q", page.answer(uses), page.answer(users))
	}
}

// TestJourneyOfANameTypedByMistake erases it from the history.
func TestJourneyOfANameTypedByMistake(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	b := s.visitor()
	card := b.newCard("model")
	section := card + "/sections/intended_use"
	for _, text := range []string{"Wounds of Erika Mustermann", "Wounds", "Wounds and scars"} {
		s.clock.add(time.Hour)
		b.put(card+"/fields/"+uses, form("answer."+uses, text, "rev."+uses, b.get(section).rev(uses))).is(303)
	}
	history := b.get(card + "/history")
	step := history.find(`.history li:contains("Mustermann")`).First().AttrOr("id", "") // the one that took the name out
	page := b.press(history, `[id="`+step+`"] form[action*="/revisions/"] button`, nil).is(200)
	if strings.Contains(page.text(), "Mustermann") || !strings.Contains(page.one(`[role="status"].notice`).Text(), "erased for good") {
		t.Errorf("the name is there still, or it is not said that it is not: %s", page.text())
	}
	if n := page.find(".history li").Length(); n != 2 || b.get(section).answer(uses) != "Wounds and scars" {
		t.Errorf("%d changes are left, the answer is %q", n, b.get(section).answer(uses))
	}
	page = b.press(page, `form[action$="/fields/`+uses+`/revisions"] button`, nil).is(200)
	if page.has(".history li") || page.has("#undo-last") || b.get(section).answer(uses) != "Wounds and scars" {
		t.Error("something that it said before is left")
	}
	b.post(card+"/restorations", form("last", "1")).is(422)
}

// TestALongHistoryComesInPages has many changes, and long ones: each page is small, and together they are all.
func TestALongHistoryComesInPages(t *testing.T) {
	undetected(t)
	t.Parallel()
	s := newApp(t)
	b := s.visitor()
	card := b.newCard("model")
	section := card + "/sections/intended_use"
	for i := range 40 {
		s.clock.add(time.Hour)
		key, text := uses, fmt.Sprint("version ", i)
		if i%3 == 0 {
			key, text = users, strings.Repeat(fmt.Sprintf("%d \"<&'语 ", i), 5000)
		}
		b.put(card+"/fields/"+key, form("answer."+key, text, "rev."+key, b.get(section).rev(key))).is(303)
	}
	pages, seen := 0, map[string]bool{}
	for path := card + "/history"; path != ""; pages++ {
		page := b.get(path).is(200)
		if len(page.body) > 60<<10 {
			t.Errorf("%s has %d bytes", path, len(page.body))
		}
		page.find(".history > li").Each(func(_ int, li *sel) {
			id := li.AttrOr("id", "")
			if seen[id] {
				t.Errorf("%s is listed twice", id)
			}
			seen[id] = true
			if strings.Contains(li.Text(), "Primary users") && !li.Find(".fold").Is(".fold") {
				t.Error("a long text is shown whole")
			}
		})
		path = page.find(`a[href*="before="]`).AttrOr("href", "")
	}
	if len(seen) != 40 || pages < 3 {
		t.Errorf("%d changes on %d pages", len(seen), pages)
	}
}

// TestHistoryOfTablesAndLists shows them row by row.
func TestHistoryOfTablesAndLists(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	b := s.visitor()
	card := b.newCard("model")
	metrics, list := card+"/sections/quantitative_analyses", card+"/sections/model_details"
	const cellOf = "quantitative_analyses.metrics[%d].%s"
	fill := func(rows ...string) {
		t.Helper()
		s.clock.add(time.Hour)
		values := map[string]string{}
		for i := 0; i < len(rows); i += 2 {
			values["answer."+fmt.Sprintf(cellOf, i/2, "metric")], values["answer."+fmt.Sprintf(cellOf, i/2, "value")] = rows[i], rows[i+1]
		}
		page := b.get(metrics)
		f := form("rev.quantitative_analyses.metrics", page.rev("quantitative_analyses.metrics"))
		for name, value := range values {
			f.Set(name, value)
		}
		b.put(metrics, f).is(303)
	}
	fill("F1 on the test set", "0.8", "Recall on the test set", "0.7")
	fill("F1 on the test set", "0.9", "Recall on the test set", "0.7", "Dice", "0.6")
	diff := b.get(card + "/history").find(".history table.diff").First()
	if rows := diff.Find("tbody tr"); rows.Length() != 3 || diff.Find("th").Length() < 2 {
		t.Errorf("%d rows", rows.Length())
	}
	if got := marked(diff.Find("tbody"), "del"); !strings.Contains(got, "0.9") || !strings.Contains(got, "Dice") || strings.Contains(got, "0.8") {
		t.Errorf("after the change the table says %q", got)
	}
	s.clock.add(time.Hour)
	refs := "model_details.references"
	b.put(list, form("answer."+refs, "one\ntwo\nthree\nfour")).is(303)
	s.clock.add(time.Hour)
	b.put(list, form("answer."+refs, "one\ntwo\nthree\nfour\nfive", "rev."+refs, b.get(list).rev(refs))).is(303)
	diff = b.get(card + "/history").find(".history .diff").First()
	if diff.Find("ins").Text() != "added: five" || !strings.Contains(diff.Find(".fold").Text(), "4 unchanged") {
		t.Errorf("a list: %q", diff.Text())
	}
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
