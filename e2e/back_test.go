package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// until waits for the whole page after a step in the history.
func (b *tab) until(title string) {
	b.t.Helper()
	b.soon(title+" is loaded", `document.readyState + (document.querySelector("#main h1")?.textContent) + !!window.htmx`, "complete"+title+"true")
}

// TestBackLosesNothing: words of the last moment are saved on the way back, and the form for pictures is that of the section one comes to.
func TestBackLosesNothing(t *testing.T) {
	t.Parallel()
	const key = "factors.relevant"
	b := start(t).browser()
	b.begin("Model details")
	b.section("Factors")
	b.typeInto(key, "first words")
	factors := b.path()
	b.eval(`history.back()`)
	b.until("Model details")
	b.soon("the words are stored", `fetch("`+factors+`").then((r) => r.text()).then((page) => page.includes("first words"))`, "true")
	if got := b.eval(`document.querySelector("#add-file [name=section]").value`); got != "model_details" {
		t.Errorf("a picture would be added to %s", got)
	}
	b.eval(`history.forward()`)
	b.until("Factors")
	b.soon("the words are there", `document.querySelector('[name="answer.`+key+`"]').value + drafts().length`, "first words0")
	b.typeInto(key, " and more")
	b.saved(key)
	b.open(b.path())
	if got := b.answer(key); got != "first words and more" {
		t.Errorf("stored is %q", got)
	}
}

// TestOnlyItsOwnSectionGetsABegunForm: saving and going on asks first, and the next section has a form of its own.
func TestOnlyItsOwnSectionGetsABegunForm(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	b.begin("Factors")
	b.eval(`(window.asked = 0, window.confirm = () => (window.asked++, false))`)
	b.eval(`($("add-file").open = true, $("caption-").value = "begun")`)
	b.eval(`$("save-next").click()`)
	b.soon("it asks", `window.asked + document.querySelector("#main h1").innerText`, "1Factors")
	b.eval(`$("caption-").value = ""`)
	b.eval(`$("save-next").click()`)
	b.heading("Metrics")
	b.soon("the form is that of the section", `window.asked + document.querySelector("#add-file [name=section]").value + $("add-file").open`, "1metricsfalse")

	b.eval(`($("add-question").open = true, $("new-question").value = "Is this begun?")`)
	b.eval(`document.getElementById("main").dataset.old = "yes"`)
	b.eval(`$("save").click()`)
	b.soon("what is begun in the section stays", `(document.getElementById("main").dataset.old ?? "new") + $("new-question").value + $("add-question").open`, "newIs this begun?true")
	b.eval(`document.querySelector("#outline a[data-section=factors]").click()`)
	b.soon("it asks", `window.asked + document.querySelector("#main h1").innerText`, "2Metrics")
	b.eval(`$("new-question").form.requestSubmit()`)
	b.soon("there is room for the next one", `document.querySelectorAll("#section-form .field").length + $("new-question").value + $("add-question").open`, "4true")
}

// slowly makes the line of a tab slow: so long until an answer comes, so many bytes a second sent; -1 is as many as there are.
func (b *tab) slowly(latency time.Duration, bytes float64) {
	b.t.Helper()
	line := network.Conditions{Latency: float64(latency.Milliseconds()), UploadThroughput: bytes, DownloadThroughput: -1}
	if _, err := chromedp.Call(b.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{&line}}); err != nil {
		b.t.Fatal(err)
	}
}

// TestAFileOnItsWayStays: a section saved while a file of it is being sent does not take the form away; what is typed meanwhile stays, too.
func TestAFileOnItsWayStays(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	b.begin("Factors")
	b.slowly(0, 20_000)
	b.eval(`(() => { const d = new DataTransfer(); d.items.add(new File(["a,b\n" + "1234567,7654321\n".repeat(4000)], "t.csv", { type: "text/csv" }));
		$("add-file").open = true; document.querySelector("#add-file input[type=file]").files = d.files; document.querySelector("#add-file form").requestSubmit() })()`)
	b.soon("it is being sent", `String(!!document.querySelector("#attached .htmx-request"))`, "true")
	b.typeInto("factors.relevant", "typed meanwhile")
	b.eval(`($("save").click(), $("caption-").value = "typed late")`)
	b.soon("it arrived", `String(document.querySelectorAll("#attached .files > li").length)`, "1")
	b.slowly(0, -1)
	b.saved("factors.relevant")
	b.soon("what was typed late is there, and the file not once more", `$("caption-").value + document.querySelector("#add-file input[type=file]").files.length`, "typed late0")
	b.eval(`$("caption-").value = ""`)
	b.open(b.path())
	if got := b.answer("factors.relevant") + b.eval(`String(document.querySelectorAll("#attached .files > li").length)`); got != "typed meanwhile1" {
		t.Errorf("stored: %s", got)
	}
}

// TestRefusedWordsAboutAPicture are asked for before another section is opened, though they are what the server sent.
func TestRefusedWordsAboutAPicture(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	b.begin("Factors")
	b.eval(`(() => { const d = new DataTransfer(); d.items.add(new File(["no picture"], "t.png", { type: "image/png" }));
		$("add-file").open = true; $("alt-").value = "What it shows"; document.querySelector("#add-file input[type=file]").files = d.files; document.querySelector("#add-file form").requestSubmit() })()`)
	b.shows("#attached [role=alert]", "This was not taken in")
	b.eval(`(window.asked = 0, window.confirm = () => (window.asked++, false))`)
	b.eval(`document.querySelector("#outline a[data-section=metrics]").click()`)
	b.soon("it asks", `window.asked + document.querySelector("#main h1").innerText + $("alt-").value`, "1FactorsWhat it shows")
	b.eval(`$("alt-").value = ""`)
}

// TestDraftsOfTwoTabs: two tabs write the same answer while the server is away, and both texts are found again.
func TestDraftsOfTwoTabs(t *testing.T) {
	t.Parallel()
	const key = "factors.relevant"
	a := start(t)
	b := a.browser()
	b.begin("Factors")
	one := b.tab(a)
	one.open(b.path())
	a.kill()
	one.typeInto(key, "from the first")
	one.shows("#main", "Not saved yet")
	chromedp.Cancel(one.ctx)
	b.typeInto(key, "from the second")
	b.shows("#main", "Not saved yet")
	a.again()
	b.eval(`again()`)
	b.saved(key)
	b.open(b.path())
	b.shows(".draft pre", "from the first")
	if got := b.answer(key); got != "from the second" {
		t.Errorf("stored is %q", got)
	}
}

// TestTwoSavesAtOnceAreNoConflict: on a slow line a section is saved twice while its visitor types on.
func TestTwoSavesAtOnceAreNoConflict(t *testing.T) {
	t.Parallel()
	const key = "factors.relevant"
	b := start(t).browser()
	b.begin("Factors")
	b.slowly(500*time.Millisecond, -1)
	b.requested()
	for _, word := range []string{"one", " two", " three"} {
		b.typeInto(key, word)
		b.eval(`$("save").click()`)
		time.Sleep(250 * time.Millisecond)
	}
	b.saved(key)
	if got := b.answer(key); got != "one two three" {
		t.Errorf("in the box is %q", got)
	}
	for _, r := range b.requested() {
		if r.status >= 400 || strings.Contains(r.url, "sent.") {
			t.Errorf("%s %s: %d", r.method, r.url, r.status)
		}
	}
}
