package e2e

import (
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// grey writes a small picture into a file.
func grey(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "grey.png")
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if err := png.Encode(out, image.NewGray(image.Rect(0, 0, 60, 40))); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestWordsBegunAboutAPicture: what is typed about one picture stays when something is done to another and when the section is saved, and who
// opens another section over it is asked first.
func TestWordsBegunAboutAPicture(t *testing.T) {
	t.Parallel()
	a := start(t)
	b := a.browser()
	b.begin("Factors")
	file := grey(t)
	alts := func(want string) {
		t.Helper()
		eventually(t, 10*time.Second, "the pictures are "+want, func() bool {
			return b.eval(`[...document.querySelectorAll("#attached .thumb img")].map(i => i.alt).join(" ")`) == want
		})
	}
	for _, alt := range []string{"One", "Two"} {
		b.eval(`document.getElementById("add-file").open = true`)
		b.run(chromedp.SetUploadFiles(`#add-file input[type=file]`, []string{file}))
		b.eval(`document.querySelector('#add-file [name=alt]').value = ` + quote(alt))
		b.eval(`document.querySelector('#add-file button').click()`)
		alts(map[string]string{"One": "One", "Two": "One Two"}[alt])
	}
	words := func() string {
		t.Helper()
		return b.eval(`[...document.querySelectorAll("details.change")].map(d => d.open + ":" + d.querySelector("[name=caption]").value).join(" ")`)
	}
	b.eval(`(() => { const d = document.querySelector("li:nth-child(2) > .row > details.change"); d.open = true; d.querySelector("[name=caption]").value = "begun"; return "" })()`)
	b.eval(`document.querySelector("#attached li:last-child [id^=up-]").click()`)
	alts("Two One")
	if got := words(); got != "true:begun false:" {
		t.Errorf("after the picture was moved: %s", got)
	}
	b.eval(`document.querySelector("#attached li:last-child .danger").click()`)
	alts("Two")
	if got := words(); got != "true:begun" {
		t.Errorf("after another picture was removed: %s", got)
	}
	b.eval(`document.getElementById("add-file").open = true`)
	b.eval(`document.querySelector('#add-file [name=alt]').value = "the next one"`)
	b.eval(`document.getElementById("main").dataset.old = "yes"`)
	b.run(chromedp.Click("#save"))
	b.soon("the section comes back", `document.getElementById("main").dataset.old ?? "new"`, "new")
	if got := words() + " " + b.value(`#add-file [name=alt]`); got != "true:begun the next one" {
		t.Errorf("after the section was saved: %s", got)
	}

	b.eval(`(window.asked = 0, window.confirm = () => (window.asked++, false))`)
	b.eval(`[...document.querySelectorAll("#outline a")].find(a => a.innerText.includes("Metrics")).click()`)
	if got := b.eval(`window.asked + document.querySelector("#main h1").innerText`); got != "1Factors" {
		t.Errorf("over words that are not sent, and with No for an answer, another section is opened: %s", got)
	}
	b.eval(`(window.confirm = () => true)`)
	b.eval(`[...document.querySelectorAll("#outline a")].find(a => a.innerText.includes("Metrics")).click()`)
	b.heading("Metrics")
	if got := b.eval(`document.querySelector("#add-file [name=section]").value + "|" + document.querySelector("#add-file [name=alt]").value`); got != "metrics|" {
		t.Errorf("the form in the other section has %q", got)
	}
}

// TestAFileOnTheFirstPage: how much of it is sent is shown, one that cannot be read says so beside its form and leaves the rest of the page as
// it is, and one that can is opened.
func TestAFileOnTheFirstPage(t *testing.T) {
	t.Parallel()
	a := start(t)
	b := a.browser()
	b.open("/")
	b.eval(`(document.querySelector("h1").dataset.stays = "yes",
		window.shownProgress = 0, new MutationObserver(() => window.shownProgress++).observe(document.querySelector("form.upload progress"), { attributes: true }), 0)`)
	if b.eval(`document.querySelector("form.upload progress").checkVisibility()`) != "false" {
		t.Error("a bar stands there before anything is sent")
	}
	b.run(chromedp.SetUploadFiles(`form.upload input[type=file]`, []string{grey(t)}), chromedp.Click(`form.upload > .row button`))
	b.shows(".drop .error-summary", "This could not be opened")
	if got := b.eval(`(window.shownProgress > 0) + document.querySelector("h1").dataset.stays + document.activeElement.className`); got != "trueyeserror-summary" {
		t.Errorf("shown how much is sent, the page stayed, and what has the focus: %s", got)
	}
	b.eval(`document.querySelector("form.upload details").open = true`)
	b.run(chromedp.SetValue(`#paste`, `{"schema_version": "0.0.2", "model_details": {"name": "Pasted"}}`), chromedp.Click(`form.upload details button`))
	b.heading("Model details")
	if got := b.answer("model_details.name"); got != "Pasted" {
		t.Errorf("the name is %q", got)
	}
}

// TestNoAnswerIsSaid: the server is away when somebody opens a section or adds a file. It is said, and goes away by its button.
func TestNoAnswerIsSaid(t *testing.T) {
	t.Parallel()
	a := start(t)
	b := a.browser()
	b.begin("Factors")
	a.kill()
	for _, press := range []string{`document.querySelector("#outline a:not([aria-current])").click()`, `$("save").click()`, `document.querySelector("#add-file form").requestSubmit()`} {
		b.eval(press)
		b.shows("#toasts", "The server could not be reached")
		b.eval(`document.querySelector("#toasts button").click()`)
		if got := b.eval(`document.querySelector("#toasts").innerText`); got != "" {
			t.Errorf("the closed message says %q", got)
		}
	}
	b.heading("Factors")
}

// TestASwapTakesNoFocusLater: a box that got the focus in the moment after its section came keeps it. A settling time of htmx would give it to
// the heading once more, and swallow what is being typed.
func TestASwapTakesNoFocusLater(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	b.begin("Factors")
	b.eval(`document.addEventListener("htmx:afterSwap", () => setTimeout(() => document.getElementById("box-model_details.name").focus(), 1), { once: true })`)
	b.eval(`document.querySelector("#outline a[data-section=model_details]").click()`)
	b.soon("the box has the focus", `document.activeElement.id`, "box-model_details.name")
	time.Sleep(100 * time.Millisecond)
	if at := b.eval(`document.activeElement.id`); at != "box-model_details.name" {
		t.Errorf("then the focus goes to %q", at)
	}
}

// TestThePrintButtonPrints: it calls the browser's own.
func TestThePrintButtonPrints(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	b.begin("Factors")
	b.open(strings.Split(b.path(), "/sections/")[0] + "/preview")
	b.soon("the scripts have run", `String(!!window.htmx && document.readyState)`, "complete")
	b.eval(`(window.printed = 0, window.print = function () { if (this && this !== window) throw new TypeError("Illegal invocation"); window.printed++ }, 0)`)
	b.eval(`document.querySelector("[data-print]").click()`)
	b.soon("it prints", `String(window.printed)`, "1")
}

// TestARefusalTakesNoForm: what is refused is said in a corner, and the section stays with all that is begun in it.
func TestARefusalTakesNoForm(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	b.begin("Factors")
	b.eval(`document.getElementById("add-file").open = true`)
	b.eval(`document.querySelector('#add-file [name=alt]').value = "begun"`)
	b.eval(`(() => { const q = document.getElementById("new-question"); q.value = " "; q.form.requestSubmit() })()`)
	b.shows("#toasts", "question")
	if got := b.eval(`document.querySelector("#main #section-form") && document.querySelector('#add-file [name=alt]').value`); got != "begun" {
		t.Errorf("of the form there is %q", got)
	}
	b.eval(`document.getElementById("new-question").value = ""`)
	b.eval(`(() => { window.confirm = () => true })()`)
	b.section("Quantitative analyses")
	const key = "quantitative_analyses.metrics"
	b.eval(`(() => { const cell = document.querySelector('[name="answer.` + key + `[0].value"]'); cell.name = "answer.` + key + `[0].gone"; cell.value = "0.9";
		cell.dispatchEvent(new Event("input", { bubbles: true })); cell.dispatchEvent(new Event("change", { bubbles: true })) })()`)
	eventually(t, 10*time.Second, "a table that cannot be read is said at its place", func() bool { return strings.Contains(b.state(key), "no column") })
	b.eval(`$("save").click()`)
	b.shows("#toasts", "no column")
	if got := b.eval(`document.querySelector('[name="answer.` + key + `[0].gone"]')?.value`); got != "0.9" {
		t.Errorf("after Save the cell has %q", got)
	}
	b.eval(`dirty.clear()`)
}
