package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestPicturesInABrowser adds a picture by its form, drops one, pastes one, arranges and removes them; words typed meanwhile are saved.
func TestPicturesInABrowser(t *testing.T) {
	t.Parallel()
	a := start(t)
	b := a.browser()
	b.open("/")
	b.run(chromedp.Click(`button.choice[value="model"]`), chromedp.WaitReady("#add-file"))
	file := grey(t)
	shown := func(want string) {
		t.Helper()
		got := ""
		defer func() {
			if got != want {
				t.Logf("they are %q", got)
			}
		}()
		eventually(t, 10*time.Second, "the pictures "+want, func() bool {
			got = b.eval(`[...document.querySelectorAll("#attached .thumb img")].map(i => i.alt + (i.complete && i.naturalWidth)).join(" ")`)
			return got == want
		})
	}
	add := func(alt string) {
		t.Helper()
		b.eval(`document.querySelector('#add-file [name=alt]').value = ` + quote(alt))
		b.eval(`document.querySelector('#add-file button').click()`)
	}

	b.eval(`document.getElementById("add-file").open = true`)
	b.run(chromedp.SetUploadFiles(`#add-file input[type=file]`, []string{file}))
	b.typeInto("model_details.name", "Typed meanwhile")
	b.eval(`(window.shownProgress = 0, new MutationObserver(() => window.shownProgress++).observe(document.querySelector("#add-file progress"), { attributes: true }))`)
	add("First")
	shown("First60")
	if b.eval(`window.shownProgress > 0`) != "true" {
		t.Error("how much is sent was not shown")
	}
	b.saved("model_details.name")
	if got := b.answer("model_details.name"); got != "Typed meanwhile" {
		t.Errorf("what was typed is %q now", got)
	}
	if focus := b.eval(`document.activeElement.id`); focus != "box-model_details.name" {
		t.Errorf("who types on while a picture is sent finds the focus on %s when it is there", focus)
	}

	const made = `(async () => { const c = document.createElement("canvas"); c.width = 50; c.height = 20; const blob = await new Promise(r => c.toBlob(r));
		const d = new DataTransfer(); d.items.add(new File([blob], "made.png", { type: "image/png" })); `
	b.eval(made + `document.querySelector("#section-form").dispatchEvent(new DragEvent("drop", { dataTransfer: d, bubbles: true, cancelable: true })) })()`)
	if got := b.eval(`document.getElementById("add-file").open + " " + document.activeElement.name + " " + document.querySelector("#add-file input[type=file]").files[0].name`); got != "true alt made.png" {
		t.Errorf("after a file was dropped: %s", got)
	}
	b.requested()
	add("") // its words are missing: that is said before the picture is sent
	if got := b.eval(`[document.activeElement.name, document.activeElement.validity.valueMissing, document.querySelector("#add-file input[type=file]").files.length].join()`); got != "alt,true,1" {
		t.Errorf("a picture without words: %s", got)
	}
	if sent := b.requested(); len(sent) > 0 {
		t.Errorf("it is sent all the same: %v", sent)
	}
	// A table needs none.
	b.eval(`(() => { const d = new DataTransfer(), input = document.querySelector("#add-file input[type=file]"); d.items.add(new File(["a,b"], "t.csv", { type: "text/csv" }));
		input.files = d.files; input.dispatchEvent(new Event("change", { bubbles: true })) })()`)
	if b.eval(`document.querySelector("#add-file form").checkValidity()`) != "true" {
		t.Error("a table is asked for words")
	}
	shown("First60")
	b.eval(made + `document.querySelector("#main h1").dispatchEvent(new ClipboardEvent("paste", { clipboardData: d, bubbles: true, cancelable: true })) })()`)
	add("Second")
	shown("First60 Second50")

	b.eval(`($("add-file").open = true, document.querySelector('#add-file [name=alt]').value = "The next one, not sent yet", 0)`)
	b.eval(`(() => { const up = document.querySelector("#attached li:last-child [id^=up-]"); up.focus(); up.click() })()`)
	shown("Second50 First60")
	// The button is gone, for the file is the first now: the focus is on its other one, and so on the way back.
	for _, way := range []string{"down", "up"} {
		if focus := b.eval(`document.activeElement.id + " " + document.activeElement.closest("li").querySelector("img").alt`); !strings.HasPrefix(focus, way+"-") || !strings.HasSuffix(focus, " Second") {
			t.Errorf("when the file was moved the focus is on %q, not on %s", focus, way)
		}
		b.run(chromedp.KeyEvent("\r"))
		shown(map[string]string{"down": "First60 Second50", "up": "Second50 First60"}[way])
	}
	b.eval(`document.querySelector("#attached li:first-child .danger").click()`)
	shown("First60")
	eventually(t, 10*time.Second, "after a picture was removed the focus is on the title", func() bool {
		return b.eval(`document.activeElement.id`) == "attached-title"
	})
	if got := b.value(`#add-file [name=alt]`); got != "The next one, not sent yet" {
		t.Errorf("in the form for the next picture is %q", got)
	}
	b.eval(`document.querySelector('#add-file [name=alt]').value = ""`) // nobody asks whether to leave
	b.open(b.path())
	shown("First60")
}
