package handlers_test

import (
	"fmt"
	"maps"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// twoTabs are two tabs of one browser with the same section open.
func twoTabs(t *testing.T, section string) (a, b *browser, card string, pageA, pageB *reply) {
	t.Helper()
	s := common(t)
	a, b = s.visitor(), s.visitor()
	card = a.newCard("model")
	maps.Copy(b.cookies, a.cookies)
	return a, b, card, a.get(card + "/sections/" + section), b.get(card + "/sections/" + section)
}

const (
	uses     = "intended_use.primary_uses"
	users    = "intended_use.primary_users"
	outScope = "intended_use.out_of_scope"
)

func typed(pairs ...string) map[string]string {
	m := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		m["answer."+pairs[i]] = pairs[i+1]
	}
	return m
}

func TestDifferentAnswersNeverConflict(t *testing.T) {
	t.Parallel()
	a, b, card, pageA, pageB := twoTabs(t, "intended_use")
	a.press(pageA, "#save", typed(uses, "of A")).is(200)
	b.press(pageB, "#save", typed(users, "of B")).is(200)
	page := a.get(card + "/sections/intended_use")
	if page.answer(uses) != "of A" || page.answer(users) != "of B" {
		t.Errorf("%q and %q", page.answer(uses), page.answer(users))
	}
}

func TestConflictShowsBothTextsAndAChoice(t *testing.T) {
	t.Parallel()
	for _, choice := range []string{"keep", "take"} {
		a, b, card, pageA, pageB := twoTabs(t, "intended_use")
		a.press(pageA, "#save", typed(uses, "\n\ntheirs <b>\n")).is(200)
		page := b.press(pageB, "#save", typed(uses, "mine </textarea>", users, "typed along", outScope, "this, too")).is(409)
		if page.answer(uses) != "mine </textarea>" || page.answer(users) != "typed along" || page.answer(outScope) != "this, too" {
			t.Error("typed text is not in its box any more")
		}
		if shown := page.one(`[id="conflict-` + uses + `"]`); !strings.Contains(shown.Text(), "theirs <b>") || shown.Find("b:contains('theirs')").Length() > 0 {
			t.Errorf("theirs is not shown: %q", shown.Text())
		}
		if parts := page.one(`[id="conflict-` + uses + `"] .conflict`).Children(); !parts.Eq(2).Is(":has([name=keep]):has([name=take])") {
			t.Error("the choice does not come before the texts")
		}
		// Without scripts the page begins at its top: there it says so.
		if said := page.one(".error-summary a"); said.AttrOr("href", "") != "#box-"+uses || !strings.Contains(said.Text(), "Primary uses” was changed in another tab") {
			t.Errorf("at the top it says %q", said.Text())
		}
		if said := page.one("#saved").Text(); said != "Not saved yet" {
			t.Errorf("the header says %q", said)
		}
		if stored := a.get(card + "/sections/intended_use"); stored.answer(uses) != "\n\ntheirs <b>\n" || stored.answer(users) != "" {
			t.Error("a request in conflict wrote something")
		}
		// Pressing Save once more is no way around the choice.
		page = b.press(page, "#save", nil).is(409)
		page = b.press(page, `[name="`+choice+`"][value="`+uses+`"]`, nil).is(200)
		want := map[string]string{"keep": "mine </textarea>", "take": "\n\ntheirs <b>\n"}[choice]
		if page.answer(uses) != want || page.answer(users) != "typed along" || page.answer(outScope) != "this, too" {
			t.Errorf("%s: %q, %q", choice, page.answer(uses), page.answer(users))
		}
		if page.has("[data-rev]") {
			t.Error("the conflict is still shown")
		}
		b.press(page, "#save", typed(uses, "and on")).is(200)
	}
}

func TestSeveralConflictsAreResolvedOneAfterAnother(t *testing.T) {
	t.Parallel()
	a, b, card, pageA, pageB := twoTabs(t, "intended_use")
	a.press(pageA, "#save", typed(uses, "theirs 1", users, "theirs 2", outScope, "theirs 3")).is(200)
	page := b.press(pageB, "#save", typed(uses, "mine 1", users, "mine 2", outScope, "mine 3")).is(409)
	if n := page.find("[data-rev]").Length(); n != 3 {
		t.Fatalf("%d conflicts are shown", n)
	}
	page = b.press(page, `[name="keep"][value="`+uses+`"]`, nil).is(409)
	if n := page.find("[data-rev]").Length(); n != 2 || page.answer(uses) != "mine 1" || page.answer(users) != "mine 2" {
		t.Errorf("after the first choice: %d conflicts, %q", n, page.answer(uses))
	}
	page = b.press(page, `[name="take"][value="`+users+`"]`, nil).is(409)
	if n := page.find("[data-rev]").Length(); n != 1 || page.answer(users) != "theirs 2" || page.answer(outScope) != "mine 3" {
		t.Errorf("after the second choice: %d conflicts, %q", n, page.answer(users))
	}
	page = b.press(page, `[name="keep"][value="`+outScope+`"]`, nil).is(200)
	got := a.get(card + "/sections/intended_use")
	for key, want := range map[string]string{uses: "mine 1", users: "theirs 2", outScope: "mine 3"} {
		if page.answer(key) != want || got.answer(key) != want {
			t.Errorf("%s is %q, want %q", key, got.answer(key), want)
		}
	}
}

// While one decides, the other tab may write again: then what one saw is not what one would overwrite.
func TestKeepingMineOverATextNeverSeenConflictsAgain(t *testing.T) {
	t.Parallel()
	a, b, _, pageA, pageB := twoTabs(t, "intended_use")
	pageA = a.press(pageA, "#save", typed(uses, "theirs")).is(200)
	page := b.press(pageB, "#save", typed(uses, "mine")).is(409)
	a.press(pageA, "#save", typed(uses, "theirs, later")).is(200)
	page = b.press(page, `[name="keep"][value="`+uses+`"]`, nil).is(409)
	if !strings.Contains(page.one("[data-rev]").Text(), "theirs, later") || page.answer(uses) != "mine" {
		t.Error("the newer text is not shown")
	}
}

func TestConflictOfATable(t *testing.T) {
	t.Parallel()
	a, b, _, pageA, pageB := twoTabs(t, "quantitative_analyses")
	const metrics = "quantitative_analyses.metrics[0]."
	a.press(pageA, "#save", typed(metrics+"metric", "F1", metrics+"value", "0.8")).is(200)
	page := b.press(pageB, "#save", typed(metrics+"metric", "Recall", metrics+"value", "0.7")).is(409)
	if page.answer(metrics+"metric") != "Recall" || !strings.Contains(page.one("[data-rev]").Text(), "F1") {
		t.Error("a table in conflict does not show both")
	}
	page = b.press(page, `[name="keep"]`, nil).is(200)
	if page.answer(metrics+"metric") != "Recall" || page.answer("quantitative_analyses.metrics[1].metric") != "" {
		t.Error("mine was not kept")
	}
}

// TestEditingBothTogether puts both texts into the box: nothing is saved before they are made into one, and then it is no conflict.
func TestEditingBothTogether(t *testing.T) {
	t.Parallel()
	a, b, card, pageA, pageB := twoTabs(t, "intended_use")
	a.press(pageA, "#save", typed(uses, "Common line\nTheirs\nLast")).is(200)
	page := b.press(pageB, "#save", typed(uses, "Common line\nMine\nLast", users, "typed along")).is(409)
	diff := page.one("[data-rev] div.diff")
	if diff.Find("del").Text() != "only there: Theirs" || diff.Find("ins").Text() != "only yours: Mine" {
		t.Errorf("what differs is marked as %q", diff.Text())
	}
	page = b.press(page, `[name="together"]`, nil).is(409)
	if page.answer(uses) != "Common line\nTheirs\nMine\nLast" || page.answer(users) != "typed along" || page.has("[data-rev]") {
		t.Errorf("in the box is %q", page.answer(uses))
	}
	if said := page.one(`[id="state-` + uses + `"]`).Text(); !strings.Contains(said, "Not saved yet: both texts are in the box") {
		t.Errorf("it says %q", said)
	}
	if stored := a.get(card + "/sections/intended_use"); stored.answer(uses) != "Common line\nTheirs\nLast" || stored.answer(users) != "" {
		t.Error("something was saved")
	}
	page = b.press(page, "#save", typed(uses, "Common line\nOurs\nLast")).is(200)
	if page.answer(uses) != "Common line\nOurs\nLast" || page.answer(users) != "typed along" {
		t.Errorf("saved: %q", page.answer(uses))
	}
}

// TestEditingNothingTogether: a form can ask for that where both are empty.
func TestEditingNothingTogether(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	card := b.newCard("model")
	for name, key := range map[string]string{"answer.quantitative_analyses.metrics[0].metric": "quantitative_analyses.metrics", "answer.model_details.references": "model_details.references", "answer." + uses: uses} {
		section, _, _ := strings.Cut(key, ".")
		path := card + "/sections/" + section
		page := b.put(path, form("together", key, name, "", "rev."+key, b.get(path).rev(key))).is(409)
		if !page.has(`[id="field-` + key + `"] [autofocus]`) {
			t.Errorf("%s: nothing has the focus", key)
		}
	}
}

func TestRevsOfASection(t *testing.T) {
	t.Parallel()
	a, b, card, page, _ := twoTabs(t, "intended_use")
	b.htmx = true
	ask := card + "/sections/intended_use/revs?rev." + uses + "=" + url.QueryEscape(page.rev(uses)) + "&rev." + users + "=" + url.QueryEscape(page.rev(users))
	if got := b.get(ask).is(200).body; len(got) > 0 {
		t.Errorf("nothing was changed, and it says %q", got)
	}
	a.press(page, "#save", typed(uses, "changed")).is(200)
	got := b.get(ask).is(200)
	if got.find(".field").Length() != 1 || got.answer(uses) != "changed" || got.rev(uses) == page.rev(uses) || !strings.Contains(got.text(), "Changed in another tab") {
		t.Errorf("after a change it says %s", got.body)
	}
}

func TestLostRepliesAndRetries(t *testing.T) {
	t.Parallel()
	a, _, card, page, _ := twoTabs(t, "intended_use")
	save := form("answer."+uses, "text", "rev."+uses, page.rev(uses))
	for _, htmx := range []bool{false, true} {
		a.htmx = htmx
		for i := range 3 {
			if r := a.put(card+"/sections/intended_use", save); r.status >= 400 {
				t.Errorf("the same section once more (%d, htmx %v): %d", i, htmx, r.status)
			}
			if r := a.put(card+"/fields/"+uses, save); r.status >= 400 {
				t.Errorf("the same answer once more (%d, htmx %v): %d", i, htmx, r.status)
			}
		}
	}
	r := a.put(card+"/fields/"+uses, save).is(200)
	a.put(card+"/fields/"+uses, form("answer."+uses, "text and more", "rev."+uses, r.rev(uses))).is(200)
}

func TestAutosave(t *testing.T) {
	t.Parallel()
	a, b, card, page, _ := twoTabs(t, "intended_use")
	a.htmx, b.htmx = true, true
	path := card + "/fields/" + uses
	first := a.put(path, form("answer."+uses, "typed", "rev."+uses, page.rev(uses))).is(200)
	for _, part := range []string{`[id="state-` + uses + `"][hx-swap-oob]`, `[id="progress-intended_use"][hx-swap-oob]`, `#total[hx-swap-oob]`} {
		first.one(part)
	}
	if first.has("textarea") || first.rev(uses) == page.rev(uses) {
		t.Error("an autosave swaps what is typed in, or keeps the revision")
	}
	if !strings.Contains(first.one(`[id="progress-intended_use"]`).Text(), "1/") {
		t.Errorf("progress %q", first.one(`[id="progress-intended_use"]`).Text())
	}
	late := b.put(path, form("answer."+uses, "late", "rev."+uses, page.rev(uses))).is(409)
	conflict := late.one(`[id="conflict-` + uses + `"][hx-swap-oob]`)
	if !strings.Contains(conflict.Text(), "typed") || late.rev(uses) != page.rev(uses) {
		t.Errorf("a late autosave: %q", conflict.Text())
	}
	theirs := late.one("[data-rev]").AttrOr("data-rev", "")
	if theirs != first.rev(uses) {
		t.Error("the revision of theirs is another one")
	}
	b.put(path, form("answer."+uses, "late", "rev."+uses, theirs)).is(200)
	// Not edited here, changed elsewhere: skipped.
	a.put(path, form("answer."+uses, "typed", "rev."+uses, first.rev(uses))).is(200)
	if got := a.get(path).answer(uses); got != "late" {
		t.Errorf("an answer that was not edited overwrote %q", got)
	}
	a.put(path, form("rev."+uses, first.rev(uses))).is(422)
	a.put(path, form("answer."+users, "the wrong one", "rev."+uses, first.rev(uses))).is(422)
	if got := a.get(path).answer(uses); got != "late" {
		t.Errorf("a request without its answer changed it to %q", got)
	}
	invalid := a.put(card+"/fields/version.date", form("answer.version.date", "soon", "rev.version.date", "")).is(422)
	if !strings.Contains(invalid.one(`[id="state-version.date"]`).Text(), "year-month-day") {
		t.Error("an invalid answer is not told at its box")
	}
}

func TestRefusedFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	a, _, card, _, _ := twoTabs(t, "intended_use")
	page := a.press(a.get(card), "#save", typed("version.date", "soon", "model_details.name", " kept\u202e ", "model_details.type", "\nlines\n\n", "model_details.references", "a\n\nb")).is(422)
	for key, want := range map[string]string{"version.date": "soon", "model_details.name": " kept\u202e ", "model_details.type": "\nlines\n\n", "model_details.references": "a\n\nb"} {
		if got := page.answer(key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	link := page.one(`[role="alert"] a`).AttrOr("href", "")
	box := page.one(named("answer.version.date"))
	if link != "#"+box.AttrOr("id", "none") || box.AttrOr("aria-invalid", "") != "true" {
		t.Errorf("the summary links to %s; box %v", link, box.Nodes[0].Attr)
	}
	for _, id := range strings.Fields(box.AttrOr("aria-describedby", "")) {
		if !page.has(`[id="` + id + `"]`) {
			t.Errorf("described by %s, which is not there", id)
		}
	}
	if saved := a.get(card); saved.answer("model_details.name") != "" {
		t.Error("half of a refused form was saved")
	}
	if fixed := a.press(page, "#save", typed("version.date", "2026-11-24")).is(200); fixed.answer("model_details.name") != " kept\u202e " {
		t.Error("after mending it, an answer is gone")
	}
	tooLong := a.press(a.get(card), "#save", typed("model_details.type", strings.Repeat("é", 100_001), "model_details.citation", "kept")).is(422)
	if !strings.Contains(tooLong.one(`[role="alert"]`).Text(), "100001 characters; 100000 is the most") || tooLong.answer("model_details.citation") != "kept" || len([]rune(tooLong.answer("model_details.type"))) != 100_001 {
		t.Error("an answer over the limit is not told, or lost")
	}
	if a.press(a.get(card), "#save", typed("model_details.type", strings.Repeat("👍", 100_000))).is(200).answer("model_details.type") != strings.Repeat("👍", 100_000) {
		t.Error("an answer of exactly the limit did not come back")
	}
}

func TestAQuestionDeletedMeanwhile(t *testing.T) {
	t.Parallel()
	s := common(t)
	f := s.fixture()
	page := f.get(f.card + "/sections/" + f.section)
	other := s.visitor()
	maps.Copy(other.cookies, f.cookies)
	other.do(request{method: "DELETE", path: f.card + "/fields/" + f.field}).is(303)
	r := f.press(page, "#save", typed(f.field, "precious words")).is(404)
	if !strings.Contains(r.text(), "no longer in this section") {
		t.Errorf("%s", r.text())
	}
	f.htmx = true
	f.put(f.card+"/fields/"+f.field, form("answer."+f.field, "x")).is(404)
}

func TestSavesAtTheSameTimeAllArrive(t *testing.T) {
	t.Parallel()
	s := common(t)
	b := s.visitor()
	card := b.newCard("model")
	type question struct{ key, section, rev string }
	var questions []question
	page := b.get(card)
	page.find("#outline a[data-section]").Each(func(_ int, a *sel) {
		p := b.get(a.AttrOr("href", ""))
		p.find(`textarea[name^="answer."]`).Each(func(_ int, box *sel) {
			key := strings.TrimPrefix(box.AttrOr("name", ""), "answer.")
			if len(questions) < 50 {
				questions = append(questions, question{key, a.AttrOr("href", ""), p.rev(key)})
			}
		})
	})
	for i := len(questions); i < 50; i++ { // the rest are one's own
		r := b.post(card+"/sections/factors/fields", form("question", fmt.Sprint("Q", i)))
		key := r.find(`div[data-key^="custom."]`).Last().AttrOr("data-key", "")
		questions = append(questions, question{key, card + "/sections/factors", r.rev(key)})
	}
	replies := make([]*reply, len(questions))
	var wg sync.WaitGroup
	for i, q := range questions {
		wg.Go(func() {
			tab := s.visitor()
			maps.Copy(tab.cookies, b.cookies)
			tab.htmx = true
			replies[i] = tab.put(card+"/fields/"+q.key, form("answer."+q.key, fmt.Sprint("answer ", i), "rev."+q.key, q.rev))
		})
	}
	wg.Wait()
	for i, q := range questions {
		if replies[i].status != 200 {
			t.Errorf("%s: %d", q.key, replies[i].status)
		}
		if got := b.get(q.section).answer(q.key); got != fmt.Sprint("answer ", i) {
			t.Errorf("%s is %q", q.key, got)
		}
	}
}

// The first two requests of a new visitor at the same moment end in one session.
func TestTwoFirstWritesAtOnce(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	b := s.visitor()
	b.get("/")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			tab := s.visitor()
			maps.Copy(tab.cookies, b.cookies)
			tab.newCard("model")
		})
	}
	wg.Wait()
	if n := s.sessions(); n != 1 {
		t.Errorf("%d sessions", n)
	}
	if n := b.get("/").find(`#your-cards ~ ul li`).Length(); n != 8 {
		t.Errorf("%d of 8 cards are listed", n)
	}
}
