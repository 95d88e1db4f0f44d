package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// watchShifts has the page collect what moves up or down by itself: not what is typed or scrolled, not in the reader's view, which grows, and
// not the header's own mark.
func (b *tab) watchShifts() {
	b.t.Helper()
	b.eval(`(() => {
		window.shifts = [];
		new PerformanceObserver((list) => {
			for (const e of list.getEntries()) {
				const moved = e.sources.filter((s) => s.node && Math.abs(s.currentRect.y - s.previousRect.y) >= 1 && !s.node.matches?.("#saved") && !document.querySelector("#reader")?.contains(s.node));
				if (!e.hadRecentInput && moved.length) shifts.push(e.value.toFixed(4) + " " + moved.map((s) => (s.node.id || s.node.className || s.node.nodeName) + " " + (s.currentRect.y - s.previousRect.y)).join(", "));
			}
		}).observe({ type: "layout-shift" });
	})()`)
}

// TestNothingJumps saves answers and sections, opens others and gets told what is wrong: nothing that stays on the page moves for it.
func TestNothingJumps(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	for _, l := range looks {
		if l.name != "wide" && l.name != "phone" {
			continue
		}
		b.as(l)
		b.begin("Model details")
		b.watchShifts()
		steady := func(what string) {
			t.Helper()
			time.Sleep(600 * time.Millisecond) // what is typed or pressed excuses half a second
			if moved := b.eval(`shifts.splice(0).join("; ")`); moved != "" {
				t.Errorf("%s, %s: %s", l.name, what, moved)
			}
		}
		b.typeInto("model_details.name", "A model of some kind")
		b.saved("model_details.name")
		steady("an autosave that names the card")
		b.typeInto("model_details.type", "A forest")
		time.Sleep(600 * time.Millisecond)
		b.saved("model_details.type")
		steady("an autosave")
		b.eval(`$("save").click()`)
		b.soon("the section is saved", `$("saved").textContent`, "All saved")
		steady("the section is saved")
		b.eval(`document.querySelector('#outline a[data-section="factors"]').click()`)
		b.heading("Factors")
		steady("another section is opened")
		b.eval(`history.back()`)
		b.until("Model details")
		b.watchShifts()
		steady("the way back")
	}
}

// TestMenusClose: a menu of the header closes by Escape, which leads back to its button, by a click elsewhere, and when another one opens.
func TestMenusClose(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	b.begin("Factors")
	open := func() string {
		return b.eval(`[...document.querySelectorAll(".pop:popover-open")].map((el) => el.id).join()`)
	}
	for _, menu := range []string{"renaming", "exporting", "more"} {
		button := `button[popovertarget=` + menu + `]`
		b.run(chromedp.Click(button))
		if got := open(); got != menu {
			t.Errorf("the button of %s opens %q", menu, got)
		}
		b.run(chromedp.KeyEvent(kb.Escape))
		if got := open() + b.eval(`document.activeElement.getAttribute("popovertarget")`); got != menu {
			t.Errorf("Escape in %s: open and focused is %q", menu, got)
		}
		if b.run(chromedp.Click(button)); menu == "renaming" && b.eval(`document.activeElement.id`) != "card-title" {
			t.Errorf("renaming does not begin in its box but in %s", b.eval(`document.activeElement.outerHTML`))
		}
		b.run(chromedp.KeyEvent(kb.Escape))
		b.run(chromedp.Click(button), chromedp.Click("#main .lede"))
		if got := open(); got != "" {
			t.Errorf("a click elsewhere leaves %q open", got)
		}
	}
	b.run(chromedp.Click(`button[popovertarget=more]`), chromedp.Click(`button[popovertarget=exporting]`))
	if got := open(); got != "exporting" {
		t.Errorf("of two menus %q is open", got)
	}
}

// tabTo presses Tab until the focus is on what the script says is the place, and holds on the way that the focus can be seen.
func (b *tab) tabTo(what, place string) {
	b.t.Helper()
	for range 150 {
		b.run(chromedp.KeyEvent("\t"))
		b.eval(`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))`) // scrolled there
		switch how := b.eval(`(() => {
			const el = document.activeElement, style = getComputedStyle(el), r = el.getBoundingClientRect();
			if (el === document.body) return "the page";
			if (el.matches(` + quote(place) + `)) return "there";
			const seen = el.type === "date" || // its last stop is the button inside it, which the browser marks
				style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1 || style.boxShadow !== "none";
			return seen && r.width && r.bottom > 0 && r.top < innerHeight ? "" : [seen, r.top, r.bottom, innerHeight, style.outline].join(" ");
		})()`); how {
		case "there":
			return
		case "", "the page":
		default:
			b.t.Errorf("on the way to %s the focus cannot be seen (%s): %s", what, how, b.eval(`document.activeElement.outerHTML.slice(0, 160)`))
		}
	}
	b.t.Fatalf("Tab does not lead to %s", what)
}

// TestByKeyboardAlone makes a card, answers, adds a question, saves, looks at the findings and takes the card away, and never touches a mouse.
func TestByKeyboardAlone(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	b.open("/")
	b.tabTo("the model card", `button[value="model"]`)
	b.run(chromedp.KeyEvent("\r"), chromedp.WaitReady("#add-file"))
	b.tabTo("the name", `[name="answer.model_details.name"]`)
	b.run(chromedp.KeyEvent("Typed by hand"))
	b.saved("model_details.name")
	b.tabTo("the button that goes on", `#save-next`)
	b.run(chromedp.KeyEvent("\r"))
	b.soon("the next section", `document.activeElement === document.querySelector("#main h1")`, "true")
	second := b.eval(`document.querySelector("#main h1").textContent`)
	b.tabTo("its first box", `#section-form [name^="answer."]`)
	b.run(chromedp.KeyEvent("And more"))
	b.chord("s")
	b.soon("saved by the keys", `$("saved").textContent + dirty.size`, "All saved0")
	if b.eval(`document.activeElement?.matches("#section-form [name^='answer.']")`) != "true" {
		t.Errorf("after saving in %s the focus is on %s", second, b.eval(`document.activeElement.outerHTML.slice(0, 160)`))
	}
	b.tabTo("a question of one's own", `#add-question summary`)
	b.run(chromedp.KeyEvent("\r"))
	b.tabTo("its box", `#new-question`)
	b.run(chromedp.KeyEvent("Is it typed?\r"))
	eventually(t, 10*time.Second, "the question", func() bool { return strings.Contains(b.eval(`$("section-form").textContent`), "Is it typed?") })
	b.soon("the focus, when a question was added", `document.activeElement !== document.body`, "true")
	b.open(strings.Split(b.path(), "/sections/")[0] + "/findings")
	b.tabTo("a finding", `main li a[href*="#box-"]`)
	b.run(chromedp.KeyEvent("\r"))
	b.soon("the box of the finding", `document.activeElement?.matches("[name^='answer.']")`, "true")
	b.open(strings.Split(b.path(), "/sections/")[0] + "/exports")
	b.tabTo("an export", `a[href$=".json"]`)
}

// TestWordsStandInLine: what has no edge begins with its words where the text above it does, and ends where the lines do.
func TestWordsStandInLine(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	b.as(looks[2])
	b.begin("Quantitative analyses")
	b.eval(`fetch("/cards", { method: "POST", body: new URLSearchParams({ template: "datasheet" }) })`)
	base := strings.Split(b.path(), "/sections/")[0]
	edge := func(side, selector string) string {
		return b.eval(`(() => {
			const el = document.querySelector(` + quote(selector) + `), words = document.createRange();
			for (let up = el; (up = up.parentElement); ) if (up.matches("details")) up.open = true;
			words.selectNodeContents(el);
			return Math.round(words.getBoundingClientRect().` + side + `);
		})()`)
	}
	for _, s := range []struct{ path, side, what, with string }{
		{base + "/sections/quantitative_analyses", "left", `[data-add-row]`, `[id="label-quantitative_analyses.metrics"]`},
		{base + "/sections/quantitative_analyses", "left", `#datasheets legend`, `#datasheets label`},
		{base + "/sections/quantitative_analyses", "left", `#this-section .confirm summary`, `#this-section > .soft`},
		{base + "/import", "left", `main .button.quiet`, `h1`},
		{base + "/artefact", "left", `main .button.quiet`, `h1`},
		{"/", "left", `.promise .confirm summary`, `#promise`},
		{"/", "right", `.cards .confirm summary`, `.cards`},
		{"/", "right", `.top .button.quiet`, `.foot a:last-child`},
	} {
		b.open(s.path)
		if got, want := edge(s.side, s.what), edge(s.side, s.with); got != want {
			t.Errorf("%s: the words of %s are at %s on the %s, those of %s at %s", s.path, s.what, got, s.side, s.with, want)
		}
	}
	b.as(looks[len(looks)-1])
	b.open(base)
	height := b.eval(`document.querySelector(".top").offsetHeight`)
	b.eval(`(dirty.add("one"), mark("model_details.name", "waiting", ""), showState(), 0)`)
	if got := b.eval(`document.querySelector(".top").offsetHeight`); got != height {
		t.Errorf("at 320 px the header is %s px high, and %s when something is not saved", height, got)
	}
	b.eval(`dirty.clear()`)
}
