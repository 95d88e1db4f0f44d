package e2e

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// zoomed is a window of 1280 × 1024 at 400 %.
var zoomed = look{"zoomed", 320, 256, false, ""}

// traveller goes the whole way a card can go, with the keyboard alone.
type traveller struct {
	*tab
	arrived func(where string) // looks at each page on the way
}

// press gives the focus to something, presses a key, and waits for what comes then.
func (w *traveller) press(selector, key, then string) {
	w.t.Helper()
	w.t.Logf("%q on %s", key, selector)
	w.run(chromedp.Focus(selector), chromedp.KeyEvent(key), chromedp.WaitReady(then))
}

func (w *traveller) types(selector, text string) {
	w.t.Helper()
	w.t.Logf("%q into %s", text, selector)
	w.run(chromedp.Focus(selector), chromedp.KeyEvent(text))
}

// is waits until a box holds a text.
func (w *traveller) is(selector, want string) {
	w.t.Helper()
	eventually(w.t, 20*time.Second, selector+" with "+want, func() bool { return w.value(selector) == want })
}

// rests until what was asked for is swapped in and settled, which folds what is open.
func (w *traveller) rests() {
	w.t.Helper()
	time.Sleep(200 * time.Millisecond)
	w.run(chromedp.WaitNotPresent(".htmx-request"))
	time.Sleep(200 * time.Millisecond)
}

// to opens a section by the navigation.
func (w *traveller) to(key string) {
	w.t.Helper()
	w.rests()
	w.press("details.outline > summary", " ", "details.outline[open]")
	w.press(`#outline a[data-section="`+key+`"]`, "\r", `main[data-section="`+key+`"]`)
	w.arrived(key)
}

// wholeWay makes a card, answers questions of each kind, adds a picture, looks at the findings and at what readers see, finds the exports,
// deletes the card and takes that back.
func (w *traveller) wholeWay() {
	w.t.Helper()
	const metrics, status = "quantitative_analyses.metrics", `[name="answer.governance.status"]`
	w.open("/")
	w.arrived("the first page")
	w.press(`button[value=model]`, "\r", "#section-form")
	w.arrived("a new card")
	w.types(`[name="answer.model_details.name"]`, "Far away")
	w.types(`[name="answer.version.date"]`, "11242026")
	w.types(`[id="field-`+refs+`"] li:last-child input`, "one")
	w.press(`[name="more.`+refs+`"]`, "\r", `[id="field-`+refs+`"] li:nth-child(2)`)
	w.types(`[id="field-`+refs+`"] li:last-child input`, "two")
	w.press("#save", "\r", `[id="field-`+refs+`"] li:nth-child(3)`)
	w.is(`[name="answer.`+refs+`"]`, "one\ntwo")
	w.is(`[name="answer.version.date"]`, "2026-11-24")
	w.to("intended_use")
	w.types(`[name="answer.intended_use.primary_uses"]`, "To measure")
	w.press("#save-next", "\r", `main:not([data-section="intended_use"])`)
	w.to("quantitative_analyses")
	w.types(`[name="answer.`+metrics+`[0].metric"]`, "F1")
	w.types(`[name="answer.`+metrics+`[0].value"]`, "0.9")
	w.press("#save", "\r", `[name="answer.`+metrics+`[1].metric"]`)
	w.is(`[name="answer.`+metrics+`[0].value"]`, "0.9")
	w.to("governance")
	w.types(status, kb.ArrowDown)
	chosen := w.value(status)
	w.press("#save", "\r", status)
	w.is(status, chosen)
	w.attaches()
	w.leaves()
}

// attaches adds a picture to the open section.
func (w *traveller) attaches() {
	w.t.Helper()
	var plot bytes.Buffer
	if err := png.Encode(&plot, image.NewGray(image.Rect(0, 0, 60, 40))); err != nil {
		w.t.Fatal(err)
	}
	file := filepath.Join(w.t.TempDir(), "plot.png")
	if err := os.WriteFile(file, plot.Bytes(), 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.rests()
	w.press("#add-file > summary", " ", "#add-file[open]")
	w.run(chromedp.SetUploadFiles(`#add-file input[type=file]`, []string{file}))
	w.types("#add-file [name=alt]", "A grey field")
	w.press("#add-file form > button", "\r", `#attached img[alt="A grey field"]`)
	w.arrived("a section with a picture")
}

// leaves looks at the findings and the preview, finds the exports, deletes the card, and takes it back.
func (w *traveller) leaves() {
	w.t.Helper()
	const more = `button[aria-label="More about this card"]`
	menu := func(item, then string) {
		w.t.Helper()
		w.press(more, " ", `#more:popover-open`)
		w.press("#more "+item, "\r", then)
		w.arrived(item)
	}
	menu(`a[href$="/findings"]`, "main .findings")
	menu(`a[href$="/preview"]`, "main.reading article")
	w.press(`button.menu.primary`, " ", `#exporting:popover-open a[href$=".json"]`)
	w.run(chromedp.Focus(`#exporting a[href$=".json"][download]`))
	w.press(`#exporting a[href$="/exports"]`, "\r", `main a[href$=".json"]`)
	w.arrived("what each format keeps")
	w.press(more, " ", `#more:popover-open`)
	w.press(`#more li:last-child .confirm > summary`, " ", `#more li:last-child .confirm[open]`)
	w.press(`#more li:last-child .confirm button.danger`, "\r", `form[action$="/undeletion"]`)
	w.arrived("a card that was deleted")
	w.press(`form[action$="/undeletion"] button`, "\r", "#section-form, .cards")
	w.arrived("a card that is back")
}

// erases presses the last button of all.
func (w *traveller) erases() {
	w.t.Helper()
	w.open("/session")
	w.arrived("what is kept")
	const all = `.confirm:has(form[action="/session"]):not(:has([name=kind]))`
	w.press(all+" > summary", " ", all+"[open]")
	w.press(all+" button.danger", "\r", ".notice")
	w.open("/")
	w.run(chromedp.WaitNotPresent(".cards"))
}

// TestWholeWayAtFourHundredPercent goes it in a window of 320 × 256: no page is wider than that, and what has the focus is never covered.
func TestWholeWayAtFourHundredPercent(t *testing.T) {
	t.Parallel()
	b := start(t).browserFor(5 * time.Minute)
	b.as(zoomed)
	w := &traveller{tab: b}
	w.arrived = func(where string) {
		t.Helper()
		b.picture("", where)
		b.eval(`Promise.all([...document.images].map((img) => img.decode()))`) // before, a picture has no size
		if covered := b.eval(uncovered); covered != "" {
			t.Errorf("%s: with the focus on them, these cannot be seen: %s", where, covered)
		}
	}
	w.wholeWay()
	w.erases()
}

// uncovered gives the focus to everything that can have it, and says what cannot be seen then, or is only seen beside the window.
const uncovered = `(() => {
	const bad = [], was = document.activeElement;
	for (const el of document.querySelectorAll("a[href], button, input:not([type=hidden]), textarea, select, summary")) {
		if (!el.checkVisibility() || el.tabIndex < 0 || el.disabled || el.matches(".skip")) continue;
		el.focus();
		const { left, right, top, bottom } = el.getClientRects()[0];
		let seen = false;
		for (let y = Math.max(top, 0) + 2; y < Math.min(bottom, innerHeight); y += 3) {
			for (let x = Math.max(left, 0) + 3; x < Math.min(right, innerWidth); x += 6) seen ||= el.contains(document.elementFromPoint(x, y));
		}
		if (!seen) bad.push(el.outerHTML.slice(0, 120) + " at " + [left, top, right, bottom].map(Math.round));
	}
	was.focus();
	return bad.slice(0, 5).join("\n");
})()`

// TestWholeWayWithoutScripts goes it with JavaScript off.
func TestWholeWayWithoutScripts(t *testing.T) {
	t.Parallel()
	b := start(t).browserFor(5 * time.Minute)
	b.as(look{"narrow", 600, 800, false, ""})
	b.withoutScripts()
	w := &traveller{tab: b, arrived: func(string) {}}
	w.wholeWay()
	w.erases()
}
