package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// begin starts a card and opens one of its sections.
func (b *tab) begin(section string) {
	b.t.Helper()
	b.open("/")
	b.run(chromedp.Click(`button[value=model]`), chromedp.WaitReady("#add-file"))
	b.section(section)
}

func (b *tab) shows(selector, text string) {
	b.t.Helper()
	eventually(b.t, 10*time.Second, selector+" with "+text, func() bool {
		said, err := b.ask(`document.querySelector('` + selector + `')?.innerText ?? ""`)
		return err == nil && strings.Contains(said, text) // else the page is being left
	})
}

func (b *tab) drafts() string { return b.eval(`String(drafts().length)`) }

// TestDraftSurvivesTheTab types while the server is away and kills the tab: another tab offers the words beside what is stored.
func TestDraftSurvivesTheTab(t *testing.T) {
	t.Parallel()
	const key = "factors.relevant"
	a := start(t)
	other := a.browser()
	b := other.tab(a)
	b.begin("Factors")
	b.typeInto(key, "stored")
	b.saved(key)
	if b.drafts() != "0" {
		t.Error("a draft is kept of what was acknowledged")
	}
	a.kill()
	b.typeInto(key, " and typed before the tab died")
	b.shows("#main", "Not saved yet")
	if got := b.eval(`([1, 2, 3].forEach(() => sending("` + key + `")), sent.get("` + key + `").length)`); got != "1" {
		t.Errorf("what is sent again is named %s times, and pushes earlier texts out", got)
	}
	path := b.path()
	chromedp.Cancel(b.ctx)
	a.again()
	other.open(path)
	other.shows(".draft pre", "stored and typed before the tab died")
	if got := other.answer(key); got != "stored" {
		t.Errorf("the box has %q; what is stored belongs there until the visitor chooses", got)
	}
	if other.eval(`String(document.querySelectorAll("#outline a.draft").length)`) != "1" {
		t.Error("the navigation does not show where unsaved words are")
	}
	other.run(chromedp.Click(".draft button"))
	other.saved(key)
	if got := other.answer(key) + "|" + other.drafts(); got != "stored and typed before the tab died|0" {
		t.Errorf("afterwards: %s", got)
	}
}

// TestAnOfferStaysBesideNewWords: who left words behind that could not be saved, came back and types anew without taking
// them is still offered them.
func TestAnOfferStaysBesideNewWords(t *testing.T) {
	t.Parallel()
	const key = "factors.relevant"
	b := start(t).browser()
	b.begin("Factors")
	b.eval(`fetch(savedBy("` + key + `").getAttribute("hx-put"), { method: "PUT", headers: { "HX-Request": "true" }, body: new URLSearchParams({
		"answer.` + key + `": "theirs", "rev.` + key + `": document.querySelector("[name='rev.` + key + `']").value }) }).then((r) => String(r.status))`)
	b.typeInto(key, "mine")
	b.shows("#conflict-"+strings.ReplaceAll(key, ".", `\\.`), "theirs")
	b.eval(`(() => { window.confirm = () => true })()`)
	b.section("Intended use")
	b.section("Factors")
	b.shows(".draft pre", "mine")
	b.typeInto(key, " and later")
	b.saved(key)
	if got := b.eval(`JSON.stringify([boxOf("` + key + `").value, ...drafts().map((d) => d.text)])`); got != `["theirs and later","mine"]` {
		t.Errorf("the box and the drafts: %s", got)
	}
	b.run(chromedp.Click(".draft button"))
	b.saved(key)
	if got := b.answer(key) + "|" + b.drafts(); got != "mine|0" {
		t.Errorf("after the draft was taken: %s", got)
	}
}

// TestDraftOfATable: the cells come back into their columns.
func TestDraftOfATable(t *testing.T) {
	t.Parallel()
	a := start(t)
	other := a.browser()
	b := other.tab(a)
	b.begin("Quantitative analyses")
	key := b.eval(`document.querySelector("table.rows").closest(".field").dataset.key`)
	a.kill()
	b.eval(`(() => { const cells = document.querySelectorAll("table.rows tbody input"); cells[0].value = "Dice"; cells[1].value = "0.91"; cells[1].dispatchEvent(new Event("input", { bubbles: true })); return "" })()`)
	path := b.path()
	chromedp.Cancel(b.ctx)
	a.again()
	other.open(path)
	other.shows(".draft pre", "Dice")
	other.run(chromedp.Click(".draft button"))
	other.saved(key)
	if got := other.eval(`textOf(` + quote(key) + `)`); !strings.Contains(got, `Dice`) || !strings.Contains(got, `0.91`) {
		t.Errorf("the table is %s", got)
	}
}

// TestWordsOutliveTheirSession: the session ends while somebody types. It is said plainly, and the words go into a new card.
func TestWordsOutliveTheirSession(t *testing.T) {
	t.Parallel()
	const key = "factors.relevant"
	a := start(t)
	b := a.browser()
	b.begin("Factors")
	old := b.path()
	if out, code := a.command("sweep", "--all", "--yes"); code != 0 {
		t.Fatal(out)
	}
	b.typeInto(key, "written after the session had ended")
	b.shows("#lost", "its card is gone")
	b.run(chromedp.Click("#lost button"))
	b.shows(".draft pre", "written after the session had ended")
	if b.path() == old {
		t.Error("the old card is still open")
	}
	b.run(chromedp.Click(".draft button"))
	b.saved(key)
	// The same from the start page, and thrown away.
	if out, code := a.command("sweep", "--all", "--yes"); code != 0 {
		t.Fatal(out)
	}
	b.typeInto(key, ", and again")
	b.shows("#main", "Not saved yet")
	b.eval(`dirty.clear()`)
	b.open("/")
	b.shows("#lost", "its card is gone")
	b.eval(`[...document.querySelectorAll("#lost button")].at(-1).click()`)
	if b.drafts() != "0" {
		t.Error("the draft was discarded and is there")
	}
}

// TestSavedIsNotMarkedUnsaved: a section that is saved before its words are saved by themselves leaves no draft and no mark, and neither
// does what another tab has saved.
func TestSavedIsNotMarkedUnsaved(t *testing.T) {
	t.Parallel()
	const key = "factors.relevant"
	a := start(t)
	b := a.browser()
	b.begin("Factors")
	marks := func(of *tab) string {
		return of.eval(`drafts().length + " drafts, " + document.querySelectorAll("#outline a.draft").length + " marks, " + document.querySelectorAll(".field .draft").length + " offers"`)
	}
	for _, button := range []string{"save", "save-next"} {
		b.eval(`(() => { type($("box-` + key + `"), "typed before ` + button + `"); $("` + button + `").click() })()`)
		b.soon(button, `$("saved").textContent + dirty.size`, "All saved0")
		time.Sleep(100 * time.Millisecond) // settled
		if got := marks(b); got != "0 drafts, 0 marks, 0 offers" {
			t.Errorf("after %s: %s", button, got)
		}
	}
	b.section("Factors")
	if got := b.answer(key); got != "typed before save-next" {
		t.Errorf("stored is %q", got)
	}

	other := b.tab(a)
	other.open(b.path())
	b.eval(`keep(nameOf(desk().card, "` + key + `"), note("still typing"))`)
	eventually(t, 10*time.Second, "the mark while the other tab types", func() bool {
		other.eval(`offer()`)
		return marks(other) == "1 drafts, 1 marks, 1 offers"
	})
	b.eval(`forget(() => true)`)
	eventually(t, 10*time.Second, "no mark in the other tab", func() bool { return marks(other) == "0 drafts, 0 marks, 0 offers" })
}

// TestWordsOfOnesOwnQuestionOutliveIt: the new card does not have the question, nor its section; the words are shown in it all the same.
func TestWordsOfOnesOwnQuestionOutliveIt(t *testing.T) {
	t.Parallel()
	a := start(t)
	b := a.browser()
	b.begin("Factors")
	b.eval(`($("new-section").value = "Our own", $("new-section").form.requestSubmit())`)
	b.heading("Our own")
	b.eval(`($("new-question").value = "Which one?", $("new-question").form.requestSubmit())`)
	b.soon("the question is there", `document.querySelector("#section-form .field label")?.innerText ?? ""`, "Which one?")
	key := b.eval(`document.querySelector("#section-form .field").dataset.key`)
	if out, code := a.command("sweep", "--all", "--yes"); code != 0 {
		t.Fatal(out)
	}
	b.typeInto(key, "the answer to it")
	b.shows("#lost", "its card is gone")
	b.run(chromedp.Click("#lost button"))
	b.heading("Model details")
	b.shows(".draft pre", "the answer to it")
	if got := b.eval(`[...document.querySelectorAll(".draft button")].filter((el) => el.checkVisibility()).map((el) => el.innerText).join()`); got != "Discard it" {
		t.Errorf("the buttons are %s", got)
	}
	b.eval(`[...document.querySelectorAll(".draft button")].at(-1).click()`)
	b.soon("it is discarded", `drafts().length + String(document.querySelector(".draft"))`, "0null")
}

// TestAQuestionDeletedElsewhereIsNoCardThatIsGone: its words stay in the box, and nobody is asked to give up the drafts of the whole card.
func TestAQuestionDeletedElsewhereIsNoCardThatIsGone(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	b.begin("Factors")
	b.eval(`($("new-question").value = "Which one?", $("new-question").form.requestSubmit())`)
	b.soon("the question is there", `[...document.querySelectorAll("#section-form .field")].at(-1).querySelector("label").innerText`, "Which one?")
	key := b.eval(`[...document.querySelectorAll("#section-form .field")].at(-1).dataset.key`)
	if got := b.eval(`fetch(savedBy("` + key + `").getAttribute("hx-put"), { method: "DELETE", headers: { "HX-Request": "true" } }).then((r) => String(r.ok))`); got != "true" {
		t.Fatal("the question cannot be deleted")
	}
	b.typeInto(key, "the answer to it")
	eventually(t, 10*time.Second, "it is said at its place", func() bool { return strings.Contains(b.state(key), "this question or the session is gone") })
	time.Sleep(500 * time.Millisecond) // for what asks whether the card is there
	if got := b.answer(key) + "|" + b.eval(`String(document.getElementById("lost"))`); got != "the answer to it|null" {
		t.Errorf("the box, and what is said of the card: %s", got)
	}
	b.eval(`dirty.clear()`)
}

// TestErasingErasesDrafts: nothing of what was typed stays in the browser.
func TestErasingErasesDrafts(t *testing.T) {
	t.Parallel()
	a := start(t)
	b := a.browser()
	b.begin("Factors")
	b.eval(`["model", "datasheet"].forEach((kind) => localStorage.setItem("draft gone-" + kind + " factors.relevant", JSON.stringify({ text: "x", at: Date.now(), kind, section: "factors" })))`)
	b.open("/session")
	erase := func(form string) {
		b.eval(`(() => { const f = [...document.forms].find((f) => f.elements._method?.value === "DELETE" && ` + form + `); f.closest("details").open = true; f.querySelector("button").click(); return "" })()`)
	}
	erase(`f.elements.kind?.value === "model"`)
	b.shows("body", "erased")
	if got := b.eval(`Object.keys(localStorage).join()`); got != "draft gone-datasheet factors.relevant" {
		t.Errorf("of the drafts of a model card and a datasheet are left: %s", got)
	}
	b.begin("Factors")
	b.open("/session")
	erase("!f.elements.kind")
	b.shows("body", "erased")
	if got := b.eval(`String(Object.keys(localStorage).length)`); got != "0" {
		t.Errorf("%s drafts are left", got)
	}
}

// TestReaderGrowsBesideTheForm: on a wide screen the card is shown as its readers see it; a save swaps the section that changed and nothing else.
func TestReaderGrowsBesideTheForm(t *testing.T) {
	t.Parallel()
	const key = "factors.relevant"
	a := start(t)
	b := a.browser()
	if _, err := chromedp.Call(b.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 1600, Height: 1000, DeviceScaleFactor: 1}); err != nil {
		t.Fatal(err)
	}
	b.begin("Factors")
	b.shows("#reader", "Factors")
	b.requested()
	b.typeInto(key, "Light and **skin** tone")
	b.saved(key)
	b.shows("#reader section[aria-current] strong, #read-factors strong", "skin")
	for _, r := range b.requested() {
		if r.bytes > 12<<10 || r.method == "GET" && !strings.HasSuffix(r.url, "/preview?section=factors") {
			t.Errorf("a save took %s %s with %.0f bytes", r.method, r.url, r.bytes)
		}
	}
	b.eval(`($("main").dataset.old = "yes", $("save").click())`)
	b.soon("the section comes back", `$("main").dataset.old ?? "new"`, "new")
	time.Sleep(500 * time.Millisecond)
	previews := 0
	for _, r := range b.requested() {
		if strings.Contains(r.url, "/preview") {
			previews++
		}
	}
	if previews != 1 {
		t.Errorf("a saved section asks %d times for what its readers see", previews)
	}
	b.section("Model details")
	b.typeInto("model_details.name", "Grower")
	b.saved("model_details.name")
	b.shows("#reader h1", "Grower")
	eventually(t, 10*time.Second, "the section that is edited is marked", func() bool {
		return b.eval(`document.querySelector("#reader section[aria-current]")?.id`) == "read-model_details"
	})
}

// TestWordsAreCarriedOnce: to press twice, or to type on meanwhile, neither loses words nor spoils the drafts of this browser.
func TestWordsAreCarriedOnce(t *testing.T) {
	t.Parallel()
	a := start(t)
	b := a.browser()
	b.begin("Factors")
	if out, code := a.command("sweep", "--all", "--yes"); code != 0 {
		t.Fatal(out)
	}
	b.typeInto("factors.relevant", "one")
	b.shows("#lost", "its card is gone")
	b.typeInto("factors.evaluation", "two")
	b.eval(`(() => { const button = document.querySelector("#lost button"); button.click(); button.click() })()`)
	eventually(t, 10*time.Second, "both are offered in the new card", func() bool {
		got, err := b.ask(`[...document.querySelectorAll(".draft pre")].map((el) => el.textContent).join()`)
		return err == nil && got == "one,two"
	})
	b.eval(`localStorage.setItem("draft someones own", "undefined")`)
	if got := b.drafts(); got != "2" {
		t.Errorf("%s drafts", got)
	}
}

// TestDraftsOfASharedComputer: once it is said that others use this computer its drafts go with the tab, also those from before.
func TestDraftsOfASharedComputer(t *testing.T) {
	t.Parallel()
	a := start(t)
	b := a.browser()
	b.begin("Factors")
	path := b.path()
	a.kill()
	b.typeInto("factors.relevant", "mine alone")
	b.shows("#main", "Not saved yet")
	b.eval(`dirty.clear()`)
	a.again()
	stores := func() string { return b.eval(`held(localStorage).length + "|" + held(sessionStorage).length`) }
	b.open("/session")
	if got := stores(); got != "1|0" {
		t.Fatalf("drafts in the browser and in the tab: %s", got)
	}
	b.run(chromedp.Click(`form:has([name=shared]) button`))
	b.soon("the page of a shared computer", `document.body.dataset.shared ?? ""`, "1")
	if got := stores(); got != "0|1" {
		t.Errorf("drafts in the browser and in the tab: %s", got)
	}
	b.open(path)
	b.shows(".draft pre", "mine alone")
	// The session ends; the card that is begun then is no shared one, and the words are in this tab all the same.
	if out, code := a.command("sweep", "--all", "--yes"); code != 0 {
		t.Fatal(out)
	}
	b.open("/")
	b.run(chromedp.Click("#lost button"))
	b.shows(".draft pre", "mine alone")
	if got := stores(); got != "0|1" {
		t.Errorf("in the new card: drafts in the browser and in the tab: %s", got)
	}
}

// TestADraftThatDoesNotFitStays: what a box cannot hold is offered again after it was put there.
func TestADraftThatDoesNotFitStays(t *testing.T) {
	t.Parallel()
	const key = "quantitative_analyses.metrics"
	b := start(t).browser()
	b.begin("Quantitative analyses")
	b.eval(`store.setItem(nameOf(desk().card, "` + key + `"), note('[{"metric":"Dice","unknown":"words without a column"}]'))`)
	b.open(b.path())
	b.run(chromedp.Click(".draft button"))
	b.saved(key)
	b.shows(".draft pre", "words without a column")
	if got := b.eval(`document.querySelector('[name="answer.` + key + `[0].metric"]').value`); got != "Dice" {
		t.Errorf("the cell has %q", got)
	}
}
