package e2e

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// chord presses a key with Ctrl, and with Shift too if it is a capital letter.
func (b *tab) chord(key string) {
	b.t.Helper()
	modifiers := int64(2) // Ctrl
	if strings.ToUpper(key) == key {
		modifiers |= 8
	}
	code := "Key" + strings.ToUpper(key)
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
		p := input.DispatchKeyEventParams{Type: kind, Modifiers: modifiers, Key: key, Code: code, WindowsVirtualKeyCode: int64(strings.ToUpper(key)[0])}
		if key == "z" && kind == input.DispatchKeyEventTypeRawKeyDown {
			p.Commands = []string{"undo"} // what the browser's own window makes of it
		}
		if _, err := chromedp.Call(b.ctx, input.DispatchKeyEvent, p); err != nil {
			b.t.Fatal(err)
		}
	}
}

// TestToolbar formats by keys and buttons, takes it back with the browser's undo, and finds it saved.
func TestToolbar(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	b.begin("Intended use")
	const key = "intended_use.primary_uses"
	el := `document.getElementById("box-` + key + `")`
	tool := func(how string) string { return `[id="field-` + key + `"] .tools [` + how + `]` }
	selected := func(from, to int) {
		b.eval(fmt.Sprintf(`(() => { %s.focus(); %[1]s.setSelectionRange(%d, %d) })()`, el, from, to))
	}
	b.typeInto(key, "one two three")
	steps := []struct {
		what     string
		from, to int
		do       func()
		want     string
	}{
		{"bold by key", 4, 7, func() { b.chord("b") }, "one **two** three"},
		{"bold once more takes it off", 6, 9, func() { b.chord("b") }, "one two three"},
		{"italic, not of the space", 3, 7, func() { b.chord("i") }, "one _two_ three"},
		{"undo", 5, 8, func() { b.chord("z") }, "one two three"},
		{"link", 4, 7, func() { b.chord("k"); b.run(chromedp.KeyEvent("example.org")) }, "one [two](example.org) three"},
		{"a list of the line", 3, 3, func() { b.run(chromedp.Click(tool(`data-how=list`))) }, "- one [two](example.org) three"},
		{"no list any more", 3, 3, func() { b.run(chromedp.Click(tool(`data-how=list`))) }, "one [two](example.org) three"},
		{"code", 0, 3, func() { b.run(chromedp.Click(tool(`data-how=code`))) }, "`one` [two](example.org) three"},
		{"a table behind the line, not within the mark", 1, 4, func() { b.run(chromedp.Click(tool(`data-how=table`))) }, "`one` [two](example.org) three\n\n|  |  |\n| --- | --- |\n|  |  |\n"},
	}
	for _, s := range steps {
		selected(s.from, s.to)
		s.do()
		if got := b.answer(key); got != s.want {
			t.Fatalf("%s: %q, want %q", s.what, got, s.want)
		}
	}
	// What stands below a box stays where it is, whatever is said of saving.
	left := `String(Math.round(document.querySelector('[id="field-` + key + `"] .under > details:not(.js)').getBoundingClientRect().left))`
	at := b.eval(left)
	b.eval(`mark("` + key + `", "busy", "")`)
	if empty := b.eval(left); empty != at {
		t.Errorf("the link to the example stands at %s, and at %s when it was saved", empty, at)
	}

	// What has it already loses it, whether the marks are marked along, the text within them, a part of it or nothing; never twice.
	typed := b.answer(key)
	for _, s := range []struct {
		text     string
		from, to int
		how      string
		want     string
	}{
		{"one **two** three", 4, 11, "bold", "one two three"},
		{"one **two** three", 6, 9, "bold", "one two three"},
		{"one **two** three", 7, 7, "bold", "one two three"},
		{"one **two** three", 11, 11, "bold", "one **two****** three"},
		{"**_two_**", 3, 6, "bold", "_two_"},
		{"**_two_**", 3, 6, "italic", "**two**"},
		{"_one\ntwo_", 0, 9, "italic", "one\ntwo"},
		{"a_snake_case", 2, 7, "italic", "a__snake__case"},
		{"run `this` now", 4, 10, "code", "run this now"},
		{"see [two](https://example.org) here", 5, 8, "link", "see two here"},
		{"see [two](https://example.org) here", 4, 30, "link", "see two here"},
		{"![alt](a.png)", 3, 3, "bold", "![a****lt](a.png)"},
		{"# one", 2, 2, "heading", "one"},
		{"### one", 7, 7, "heading", "one"},
		{"- one\ntwo\n\n- three", 0, 19, "list", "- one\n- two\n\n- three"},
		{"* one\n2. two\n\n- three", 0, 22, "list", "one\ntwo\n\nthree"},
		{"", 0, 0, "list", "- "},
		{"first\nsecond\n\nnext", 2, 2, "table", "first\nsecond\n\n|  |  |\n| --- | --- |\n|  |  |\n\n\nnext"},
	} {
		b.eval(`type(` + el + `, ` + quote(s.text) + `)`)
		selected(s.from, s.to)
		if b.run(chromedp.Click(tool(`data-how=` + s.how))); b.answer(key) != s.want {
			t.Errorf("%s from %d to %d in %q: %q, want %q", s.how, s.from, s.to, s.text, b.answer(key), s.want)
		}
	}
	// Bold ends where it is pressed once more behind what is bold.
	b.eval(`type(` + el + `, "one ")`)
	selected(4, 4)
	b.chord("b")
	b.run(chromedp.KeyEvent("two"))
	b.chord("b")
	if b.run(chromedp.KeyEvent(" three")); b.answer(key) != "one **two** three" {
		t.Errorf("bold, and on: %q", b.answer(key))
	}
	// What was marked stays marked, so that the button takes back what it did.
	b.eval(`type(` + el + `, "one two three")`)
	selected(4, 7)
	for _, want := range []string{"one **two** three", "one two three", "one **two** three"} {
		if b.chord("b"); b.answer(key) != want || b.eval(el+`.value.slice(`+el+`.selectionStart, `+el+`.selectionEnd)`) != "two" {
			t.Errorf("bold again and again: %q, want %q", b.answer(key), want)
		}
	}
	b.eval(`type(` + el + `, ` + quote(typed) + `)`)

	// Lines that were made a list stay marked, so that the button takes back what it did.
	before := b.answer(key)
	b.eval(`type(` + el + `, "one\ntwo")`)
	selected(1, 6)
	for _, want := range []string{"- one\n- two", "one\ntwo"} {
		if b.run(chromedp.Click(tool(`data-how=list`))); b.answer(key) != want {
			t.Errorf("two lines as a list: %q, want %q", b.answer(key), want)
		}
	}
	b.eval(`type(` + el + `, ` + quote(before) + `)`)
	b.saved(key)

	// The toolbar is one stop for Tab, right after its box; arrows go through it and round.
	selected(0, 0)
	b.run(chromedp.KeyEvent("\t"))
	var went []string
	for range 9 {
		went = append(went, b.eval(`document.activeElement.ariaLabel ?? document.activeElement.textContent`))
		b.run(chromedp.KeyEvent(kb.ArrowRight))
	}
	if got := strings.Join(went, " "); got != "Bold Italic Link Heading List Code Table Bold Italic" {
		t.Errorf("the arrows go to %s", got)
	}
	if got := b.eval(`document.querySelectorAll('[id="field-` + key + `"] .tools [tabindex="0"], [id="field-` + key + `"] .tools button:not([tabindex])').length`); got != "1" {
		t.Errorf("the toolbar is %s stops", got)
	}

	// The preview shows what is typed, follows it, and stores nothing.
	preview := `[id="field-` + key + `"] details[hx-post] > summary`
	b.run(chromedp.Click(preview), chromedp.WaitVisible(`.shown a[href="example.org"], .shown code`))
	b.typeInto(key, "\n\n# Heading")
	eventually(t, 10*time.Second, "the preview of the heading", func() bool {
		return strings.Contains(b.eval(`document.querySelector(".shown").textContent`), "Heading")
	})
	if b.eval(`document.querySelectorAll(".shown .sheet").length`) != "1" || b.eval(`document.activeElement.id`) != "box-"+key {
		t.Error("the preview came twice, or took the cursor")
	}
	b.run(chromedp.Click(preview))
	b.requested()
	b.typeInto(key, "unseen")
	b.saved(key)
	time.Sleep(time.Second)
	for _, r := range b.requested() {
		if strings.HasSuffix(r.url, "/preview") {
			t.Error("a preview that is closed is asked for")
		}
	}
	if b.eval(`[...document.querySelectorAll(".shown .sheet")].some((el) => el.checkVisibility())`) != "false" {
		t.Error("the preview does not close")
	}
}

// findAndPreview opens what stands below the search and below a box.
func (b *tab) findAndPreview(key string) {
	b.t.Helper()
	b.eval(`(() => { document.querySelector("details.outline").open = true; $("find").value = "teachers"; htmx.trigger("#find", "input") })()`)
	b.eval(`new Promise((done) => setTimeout(done, 100)).then(() => document.querySelector('[id="field-` + key + `"] details[hx-post] > summary').click())`)
	b.run(chromedp.WaitReady(".shown .sheet"), chromedp.WaitReady("#matches mark"))
}

// TestFindLeadsToTheBox looks for a word by the key, and goes to the box with it.
func TestFindLeadsToTheBox(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	b.begin("Intended use")
	const key = "intended_use.out_of_scope"
	b.typeInto(key, "Not for triage of strangers")
	b.saved(key)
	b.section("Factors")
	b.eval(`document.querySelector("#section-form textarea").focus()`)
	b.chord("F")
	if got := b.eval(`document.activeElement.id`); got != "find" {
		t.Fatalf("the cursor is in %q", got)
	}
	b.run(chromedp.KeyEvent("TRIAGE strang"), chromedp.WaitVisible("#matches mark"))
	b.run(chromedp.Click(`#matches a`))
	b.soon("the box", `document.activeElement?.id`, "box-"+key)

	// Within the open section it does not load the page again.
	b.eval(`(() => { window.same = true; $("find").focus() })()`)
	b.run(chromedp.KeyEvent("strangers"), chromedp.WaitVisible("#matches mark"), chromedp.Click(`#matches a`))
	b.soon("the box again", `document.activeElement?.id`, "box-"+key)
	if b.eval(`window.same`) != "true" {
		t.Error("the page was loaded again")
	}
}

// TestFindWithoutScripts does it with forms and links alone.
func TestFindWithoutScripts(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	b.begin("Intended use")
	const key = "intended_use.out_of_scope"
	b.typeInto(key, "Not for triage")
	b.saved(key)
	b.withoutScripts()
	b.open(b.path())
	b.run(chromedp.SendKeys("#find", "triage\r"), chromedp.WaitVisible("main #matches mark"))
	b.run(chromedp.Click("main #matches a"), chromedp.WaitVisible("#section-form"))
	if got := b.value(`[name="answer.` + key + `"]`); got != "Not for triage" {
		t.Errorf("in the box is %q", got)
	}
}

// drag takes what one selector finds to the middle of what another one finds, or a bit below.
func (b *tab) drag(from, to string, below int) {
	b.t.Helper()
	middle := func(selector string) (x, y float64) {
		at := strings.Split(b.eval(`(r => [r.left + r.width / 2, r.top + r.height / 2].join())((document.querySelector(`+quote(selector)+`)).getBoundingClientRect())`), ",")
		x, _ = strconv.ParseFloat(at[0], 64)
		y, _ = strconv.ParseFloat(at[1], 64)
		return x, y
	}
	b.eval(`document.querySelector(` + quote(from) + `).scrollIntoView({ block: "center", behavior: "instant" })`)
	x, y := middle(from)
	toX, toY := middle(to)
	toY += float64(below)
	for _, p := range []input.DispatchMouseEventParams{
		{Type: input.DispatchMouseEventTypeMouseMoved, X: x, Y: y},
		{Type: input.DispatchMouseEventTypeMousePressed, X: x, Y: y, Button: input.MouseButtonLeft, ClickCount: 1},
		{Type: input.DispatchMouseEventTypeMouseMoved, X: (x + toX) / 2, Y: (y + toY) / 2, Button: input.MouseButtonLeft, Buttons: 1},
		{Type: input.DispatchMouseEventTypeMouseMoved, X: toX, Y: toY, Button: input.MouseButtonLeft, Buttons: 1},
		{Type: input.DispatchMouseEventTypeMouseReleased, X: toX, Y: toY, Button: input.MouseButtonLeft, ClickCount: 1},
	} {
		if _, err := chromedp.Call(b.ctx, input.DispatchMouseEvent, p); err != nil {
			b.t.Fatal(err)
		}
	}
}

// TestDragging brings rows, questions and sections to another place with the mouse, and a row by its button.
func TestDragging(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	b.run(chromedp.EmulateViewport(1280, 1000))
	b.begin("Quantitative analyses")
	const key = "quantitative_analyses.metrics"
	cell := func(row int) string { return fmt.Sprintf(`[name="answer.%s[%d].metric"]`, key, row) }
	rows := func() string {
		return b.eval(`[...document.querySelectorAll('[id="field-` + key + `"] tbody tr input')].filter((el) => el.name.endsWith(".metric")).map((el) => el.name.match(/\[(\d+)\]/)[1] + el.value).join(" ")`)
	}
	for i, text := range []string{"a", "b", "c"} {
		if i > 0 {
			b.run(chromedp.Click(`[id="field-` + key + `"] [data-add-row]`))
		}
		b.run(chromedp.SendKeys(cell(i), text))
	}
	b.saved(key)
	tr := func(n int) string { return fmt.Sprintf(`[id="field-%s"] tbody tr:nth-child(%d) .grip`, key, n) }
	b.drag(tr(1), tr(3), 5)
	if got := rows(); got != "0b 1c 2a" {
		t.Errorf("after dragging the first row below the third: %s", got)
	}
	b.saved(key)
	b.run(chromedp.Click(`[id="field-` + key + `"] tbody tr:nth-child(2) [data-step="-1"]`))
	if got := rows(); got != "0c 1b 2a" {
		t.Errorf("after the button: %s", got)
	}
	b.saved(key)
	b.open(b.path())
	if got := rows(); !strings.HasPrefix(got, "0c 1b 2a") {
		t.Errorf("stored: %s", got)
	}

	// Questions of one's own.
	for _, q := range []string{"First?", "Second?", "Third?"} {
		b.eval(`$("add-question").open = true`)
		b.run(chromedp.SendKeys("#new-question", q+"\r"))
		eventually(t, 10*time.Second, q, func() bool { return strings.Contains(b.eval(`$("section-form").textContent`), q) })
	}
	b.eval(`$("own").open = true`)
	questions := func() string {
		return b.eval(`[...document.querySelectorAll("#section-form .field[data-key^='custom.'] label")].map((el) => el.textContent).join(" ")`)
	}
	b.drag("#own li:nth-child(3) .grip", "#own li:nth-child(1) label", 0)
	eventually(t, 10*time.Second, "the third question first", func() bool { return questions() == "Third? First? Second?" })

	// Sections of one's own, in the navigation.
	for _, title := range []string{"Alpha", "Beta"} {
		b.eval(`document.querySelector(".add").open = true`)
		b.run(chromedp.SendKeys("#new-section", title+"\r"))
		b.heading(title)
		eventually(t, 10*time.Second, title, func() bool { return strings.Contains(b.eval(`$("outline").textContent`), title) })
	}
	titles := func() string {
		return b.eval(`[...document.querySelectorAll("#outline .title")].slice(-2).map((el) => el.textContent).join(" ")`)
	}
	b.drag(".sections li:last-child .grip", ".sections li:nth-last-child(2) .grip", -8)
	eventually(t, 10*time.Second, "Beta before Alpha", func() bool {
		return titles() == "Beta Alpha" && b.eval(`document.querySelector(".htmx-request, .dragged")`) == "null"
	})
	b.open(b.path())
	if got := titles(); got != "Beta Alpha" {
		t.Errorf("stored: %s", got)
	}

	// Among those of the template, where the buttons can bring it, too.
	first := func() string {
		return b.eval(`[...document.querySelectorAll("#outline .title")].slice(0, 3).map((el) => el.textContent).join(", ")`)
	}
	b.drag(".sections li:last-child .grip", ".sections li:nth-child(2) .title", -8)
	eventually(t, 10*time.Second, "Alpha among the sections of the template", func() bool {
		return strings.Contains(first(), ", Alpha, ") && b.eval(`document.querySelector(".htmx-request, .dragged")`) == "null"
	})
	b.open(b.path())
	if got := first(); !strings.HasPrefix(got, "Model details, Alpha, ") {
		t.Errorf("stored: %s", got)
	}
}
