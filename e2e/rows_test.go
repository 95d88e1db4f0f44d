package e2e

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

const refs = "model_details.references"

// items returns what stands in the rows of the references, with | between them.
func (b *tab) items() string {
	b.t.Helper()
	return b.eval(`[...document.getElementsByName("row.` + refs + `")].map((el) => el.value).join("|")`)
}

// inRow puts the cursor at the end of a row.
func (b *tab) inRow(n int) {
	b.t.Helper()
	b.eval(fmt.Sprintf(`(() => { const el = document.getElementsByName("row.%s")[%d]; el.focus(); el.setSelectionRange(999, 999) })()`, refs, n))
}

// stored returns what the server has of an answer.
func (b *tab) stored(key string) string {
	b.t.Helper()
	return b.eval(`fetch(location.href).then((r) => r.text()).then((p) => new DOMParser().parseFromString(p, "text/html").querySelector('[name="answer.` + key + `"]').value)`)
}

// TestListRows writes a list in rows: Enter makes the next, pasted lines a row each, buttons and the mouse move them, and all of it is saved.
func TestListRows(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	b.run(chromedp.EmulateViewport(1280, 1000))
	b.begin("Model details")
	row := func(n string, what string) string { return `[id="field-` + refs + `"] li:` + n + ` ` + what }
	b.eval(`document.querySelector('label[for="box-` + refs + `"]').click()`)
	b.requested()
	b.run(chromedp.KeyEvent("one\rtwo\rthree"))
	b.saved(refs)
	if got := b.items(); got != "one|two|three" && got != "one|two|three|" {
		t.Errorf("typed with Enter between them: %s", got)
	}
	if got := b.stored(refs); got != "one\ntwo\nthree" {
		t.Errorf("stored: %q", got)
	}
	for _, r := range b.requested() {
		if r.method == "PUT" && (r.status != 200 || r.bytes > 1024+512) {
			t.Errorf("an autosave is a small request, not %s: %d, %.0f bytes", r.url, r.status, r.bytes)
		}
	}

	steps := []struct {
		what string
		do   func()
		want string
	}{
		{"up", func() { b.run(chromedp.Click(row("nth-child(3)", `[data-step="-1"]`))) }, "one\nthree\ntwo"},
		{"down", func() { b.run(chromedp.Click(row("nth-child(1)", `[data-step="1"]`))) }, "three\none\ntwo"},
		{"removed", func() { b.run(chromedp.Click(row("nth-child(2)", `[data-remove-row]`))) }, "three\ntwo"},
		{"one between", func() {
			b.run(chromedp.Focus(row("nth-child(1)", "input")), chromedp.KeyEvent("\rbetween"))
		}, "three\nbetween\ntwo"},
		{"lines pasted into an empty row", func() {
			b.run(chromedp.Click(`[id="field-` + refs + `"] [data-add-row]`))
			b.paste("four\r\n\r\n  five\nsix\n")
		}, "three\nbetween\ntwo\nfour\nfive\nsix"},
		{"dragged", func() { b.drag(row("nth-child(1)", ".grip"), row("nth-child(3)", "input"), 5) }, "between\ntwo\nthree\nfour\nfive\nsix"},
		{"dragged with the cursor in it", func() {
			b.eval(`(() => { const el = document.getElementsByName("row.` + refs + `")[1]; el.focus(); el.setSelectionRange(1, 2) })()`)
			b.drag(row("nth-child(2)", ".grip"), row("nth-child(4)", "input"), 5)
			if at := b.eval(`[document.activeElement.value, document.activeElement.selectionStart, document.activeElement.selectionEnd].join()`); at != "two,1,2" {
				t.Errorf("after dragging the row of the cursor it is at %s", at)
			}
			b.drag(row("nth-child(4)", ".grip"), row("nth-child(2)", "input"), -5)
		}, "between\ntwo\nthree\nfour\nfive\nsix"},
		{"a row emptied", func() {
			b.eval(`(() => { const el = document.getElementsByName("row.` + refs + `")[1]; el.focus(); el.select() })()`)
			b.run(chromedp.KeyEvent("\b"))
		}, "between\nthree\nfour\nfive\nsix"},
	}
	for _, s := range steps {
		s.do()
		b.saved(refs)
		if got := b.stored(refs); got != s.want {
			t.Errorf("%s: %q, want %q", s.what, got, s.want)
		}
		if b.eval(`document.activeElement.closest('[id="field-`+refs+`"]') === null`) == "true" {
			t.Errorf("%s: the focus is lost", s.what)
		}
	}
	b.eval(`$("save").click()`)
	eventually(t, 10*time.Second, "the empty row is gone", func() bool { return b.items() == "between|three|four|five|six|" })
	if b.eval(`document.getElementById("box-`+refs+`").value`) != "between" {
		t.Error("links to the question do not lead to its first row")
	}
}

// paste puts a text on the clipboard and pastes it where the cursor is; "as text" if no script takes it.
func (b *tab) paste(text string) string { b.t.Helper(); return b.pasteFrom("text/html", "", text) }

// pasteFrom has the text in another form on the clipboard, too.
func (b *tab) pasteFrom(kind, form, text string) string {
	b.t.Helper()
	return b.eval(`(() => { const data = new DataTransfer(); data.setData("text/plain", ` + quote(text) + `); data.setData(` + quote(kind) + `, ` + quote(form) + `);
		return document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })) ? "as text" : "as rows" })()`)
}

// TestASpreadsheetIsPastedIntoATable: its lines become rows and its cells go into the columns from the cursor on; nothing that stands there goes.
func TestASpreadsheetIsPastedIntoATable(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	b.begin("Quantitative analyses")
	const key = "quantitative_analyses.metrics"
	at := func(row, column int) {
		b.eval(fmt.Sprintf(`cells(rowsOf("%s").children[%d])[%d].focus()`, key, row, column))
	}
	rows := func() string {
		return b.eval(`[...rowsOf("` + key + `").children].map((row) => cells(row).map((el) => el.value).join("|").replace(/\|+$/, "")).join("\n").trim()`)
	}
	at(0, 0)
	if got := b.paste("Recall, as it is written"); got != "as text" {
		t.Errorf("a cell's text was pasted %s", got)
	}
	if got := b.paste("Dice\t0.91\r\nRecall\t0.95\r\n\r\n"); got != "as rows" || rows() != "Dice|0.91\nRecall|0.95" {
		t.Errorf("pasted %s: %s", got, rows())
	}
	b.saved(key)
	at(0, 1)
	columns := b.eval(`cells(rowsOf("` + key + `").children[0]).length`)
	b.paste("0.5\t" + strings.Repeat("x\t", 20) + "\n0.6\tlast")
	if got := rows(); !strings.HasPrefix(got, "Dice|0.91\n|0.5|x|") || !strings.HasSuffix(got, "\n|0.6|last\nRecall|0.95") || strings.Count(got, "x") != 20 {
		t.Errorf("pasted beside what is there, and wider than the %s columns: %s", columns, got)
	}
	b.saved(key)

	// The titles of the columns are no row; a cell with line breaks comes in quotes, and one that only has quotes does not.
	for range 5 {
		b.eval(`rowsOf("` + key + `").firstElementChild.querySelector("[data-remove-row]").click()`)
	}
	title := b.eval(`[...document.querySelectorAll('[id="field-` + key + `"] th')].slice(0, 2).map((th) => th.textContent.toUpperCase()).join("\t")`)
	at(0, 0)
	b.paste(title + "\r\n\"Dice,\nmean of \"\"three\"\"\"\t0.91\r\n\"quoted\"\t\"0.5\r\n5\" long\r\n")
	if got := rows(); got != "Dice,\nmean of \"three\"|0.91\n\"quoted\"|\"0.5\n5\" long" {
		t.Errorf("pasted with titles and quotes: %q", got)
	}
	b.saved(key)
	// One column of a spreadsheet is rows, too, and lines of prose are not.
	b.run(chromedp.Click(`[id="field-` + key + `"] [data-add-row]`))
	if got := b.paste("one\ntwo"); got != "as text" {
		t.Errorf("prose was pasted %s", got)
	}
	if got := b.pasteFrom("text/html", "<table><tr><td>x<tr><td>y</table>", "x\ny"); got != "as rows" || !strings.HasSuffix(rows(), "\nx\ny") {
		t.Errorf("one column was pasted %s: %q", got, rows())
	}
	b.saved(key)
	want := rows()
	b.open(b.path())
	if got := rows(); got != want {
		t.Errorf("stored:\n%s\nwant\n%s", got, want)
	}
}

// TestListSurvives: what was typed into rows while the server was away is offered, and in conflict both lists are shown and put together.
func TestListSurvives(t *testing.T) {
	t.Parallel()
	a := start(t)
	other := a.browser()
	b := other.tab(a)
	b.begin("Model details")
	b.inRow(0)
	b.run(chromedp.KeyEvent("one"))
	b.saved(refs)
	path := b.path()
	other.open(path)
	a.kill()
	b.run(chromedp.KeyEvent("\rtwo"))
	b.shows("#main", "Not saved yet")
	chromedp.Cancel(b.ctx)
	a.again()
	other.open(path)
	other.shows(".draft pre", "one\ntwo")
	other.run(chromedp.Click(".draft button"))
	other.saved(refs)
	if got := other.items(); !strings.HasPrefix(got, "one|two") {
		t.Errorf("the draft in rows: %s", got)
	}

	b = other.tab(a)
	b.open(path)
	b.inRow(0)
	b.run(chromedp.KeyEvent(" of this tab"))
	b.saved(refs)
	other.inRow(1)
	other.run(chromedp.KeyEvent(" of the other"))
	other.shows("#main", "changed in another tab")
	other.run(chromedp.Click(`button[name=together]`))
	eventually(t, 10*time.Second, "both lists", func() bool {
		return strings.HasPrefix(other.items(), "one of this tab|") && strings.Contains(other.items(), "two of the other")
	})
	other.run(chromedp.KeyEvent("!"))
	other.saved(refs)
	if got := other.stored(refs); !strings.Contains(got, "one of this tab") || !strings.Contains(got, "two of the other!") {
		t.Errorf("stored: %q", got)
	}

	// What another tab saves shows in the rows.
	other.eval(`document.querySelector("#main h1").focus()`)
	b.open(path)
	b.run(chromedp.Click(`[id="field-`+refs+`"] [data-add-row]`), chromedp.KeyEvent("last"))
	b.saved(refs)
	other.front()
	eventually(t, 10*time.Second, "the row of the other tab", func() bool { return strings.Contains(other.items(), "|last|") })
}

// TestRowsMoveWithoutScripts moves a row of a table by its button.
func TestRowsMoveWithoutScripts(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	b.begin("Quantitative analyses")
	const key = "quantitative_analyses.metrics"
	b.run(chromedp.SendKeys(`[name="answer.`+key+`[0].metric"]`, "a"), chromedp.Click(`[id="field-`+key+`"] [data-add-row]`))
	b.run(chromedp.SendKeys(`[name="answer.`+key+`[1].metric"]`, "b"))
	b.saved(key)
	b.withoutScripts()
	b.open(b.path())
	b.run(chromedp.Click(`[name="up.`+key+`[1]"]`), chromedp.WaitReady("#add-file"))
	eventually(t, 10*time.Second, "the second row first", func() bool {
		return b.value(`[name="answer.`+key+`[0].metric"]`) == "b" && b.value(`[name="answer.`+key+`[1].metric"]`) == "a"
	})
}

// TestListWithoutScripts adds, moves and removes rows of a list by its buttons.
func TestListWithoutScripts(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	b.withoutScripts()
	b.open("/")
	b.run(chromedp.Click(`button[value=model]`), chromedp.WaitReady("#add-file"))
	last, press := `[id="field-`+refs+`"] li:last-child input`, func(name string) {
		b.run(chromedp.Click(`[name="`+name+refs+`[1]"]`), chromedp.WaitReady("#add-file"))
	}
	has := func(want string) {
		t.Helper()
		eventually(t, 10*time.Second, want, func() bool {
			return b.value(`[name="answer.`+refs+`"]`) == want
		})
	}
	b.run(chromedp.SendKeys(last, "one"), chromedp.Click(`[name="more.`+refs+`"]`))
	has("one")
	b.run(chromedp.SendKeys(last, "two\r"))
	has("one\ntwo")
	press("up.")
	has("two\none")
	press("drop.")
	has("two")
}

// TestTheButtonWithTheFocusIsNotPressed: a Save that waits for another request goes with the button that was pressed, not with the one that
// the visitor has come to meanwhile.
func TestTheButtonWithTheFocusIsNotPressed(t *testing.T) {
	t.Parallel()
	const key = "quantitative_analyses.metrics"
	a := start(t)
	b := a.browser()
	b.begin("Quantitative analyses")
	row := func(n int) string {
		return fmt.Sprintf(`document.querySelectorAll("#field-quantitative_analyses\\.metrics tbody tr")[%d]`, n)
	}
	typed := func(n int, text string) {
		b.eval(`(() => { const el = ` + row(n) + `.querySelector("input"); el.focus(); el.value = "` + text + `"; el.dispatchEvent(new Event("input", { bubbles: true })) })()`)
	}
	typed(0, "Dice")
	b.eval(`addRow(` + row(0) + `), 0`)
	typed(1, "Recall")
	b.saved(key)
	a.cmd.Process.Signal(syscall.SIGSTOP)
	typed(1, "Precision")
	b.eval(`htmx.trigger(savedBy("` + key + `"), "change")`)
	b.eval(`$("save").click()`)
	b.eval(row(0) + `.querySelector("[data-remove-row]").focus()`)
	a.cmd.Process.Signal(syscall.SIGCONT)
	b.soon("all is saved", `dirty.size + $("saved").className`, "0saved")
	got := b.eval(`fetch(location.href).then((r) => r.text()).then((p) => [...new DOMParser().parseFromString(p, "text/html").querySelectorAll('[name^="answer.` + key + `"]')].map((el) => el.value).join(" ").trim())`)
	if !strings.Contains(got, "Dice") || !strings.Contains(got, "Precision") {
		t.Errorf("stored is %q", got)
	}
}
