package e2e

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// front tells a tab what it is told when it is looked at again; without a screen all tabs are in front.
func (b *tab) front() {
	b.t.Helper()
	b.eval(`dispatchEvent(new Event("focus"))`)
}

// TestAnotherTabsChangesShow changes answers in one tab and looks at another one: what was changed shows there, but not in a box
// in which something is typed, and the cursor stays where it was.
func TestAnotherTabsChangesShow(t *testing.T) {
	t.Parallel()
	a := start(t)
	one := a.browser()
	one.open("/")
	one.run(chromedp.Click(`button[value=model]`), chromedp.WaitReady("#add-file"))
	one.section("Intended use")
	two := one.tab(a)
	two.open(one.path())
	const uses, users, outScope = "intended_use.primary_uses", "intended_use.primary_users", "intended_use.out_of_scope"
	one.typeInto(uses, "first")
	one.saved(uses)
	two.front()
	eventually(t, 10*time.Second, "the change of the other tab", func() bool { return two.answer(uses) == "first" })
	if said := two.state(uses); said != "Changed in another tab" {
		t.Errorf("beside the answer it says %q", said)
	}
	if role := two.eval(`document.getElementById("state-` + uses + `").querySelector("output").tagName`); role != "OUTPUT" {
		t.Errorf("that is said by a %s, which has no role of status", role)
	}

	// The cursor is in the box that changes, and in its middle; it stays there, and typing goes on from the new text.
	two.eval(`(() => { const el = document.querySelector('[name="answer.` + uses + `"]'); el.focus(); el.setSelectionRange(2, 3) })()`)
	one.typeInto(uses, " and second")
	one.saved(uses)
	two.front()
	eventually(t, 10*time.Second, "the next change", func() bool { return two.answer(uses) == "first and second" })
	if at := two.eval(`[document.activeElement.name, document.activeElement.selectionStart, document.activeElement.selectionEnd].join()`); at != "answer."+uses+",2,3" {
		t.Errorf("the cursor is at %s", at)
	}
	two.typeInto(uses, "!")
	two.saved(uses)
	if two.eval(`String(document.querySelectorAll(".conflict").length)`) != "0" {
		t.Error("typing on is a conflict")
	}

	// Something is typed in one box and not saved: it stays, and another one is swapped all the same.
	one.open(one.path())
	one.typeInto(users, "nurses")
	one.saved(users)
	one.typeInto(outScope, "diagnosis")
	one.saved(outScope)
	two.eval(`(() => { const el = document.querySelector('[name="answer.` + users + `"]'); el.focus(); el.value = "doctors"; dirty.add("` + users + `") })()`)
	two.front()
	eventually(t, 10*time.Second, "the other answer", func() bool { return two.answer(outScope) == "diagnosis" })
	if two.answer(users) != "doctors" || two.eval(`document.activeElement.name`) != "answer."+users {
		t.Errorf("what was being typed has become %q", two.answer(users))
	}

	// Nothing was changed: one small request, and nothing moves.
	two.eval(`dirty.clear()`)
	one.requested()
	one.front()
	var asked []request
	eventually(t, 10*time.Second, "the request", func() bool { asked = append(asked, one.requested()...); return len(asked) > 0 })
	time.Sleep(time.Second)
	if asked = append(asked, one.requested()...); len(asked) != 1 || !strings.Contains(asked[0].url, "/revs?rev.") || asked[0].bytes > 1<<10 {
		t.Errorf("looking again took %+v", asked)
	}
}

// TestEditingBothTogether makes one text of two after a conflict.
func TestEditingBothTogether(t *testing.T) {
	t.Parallel()
	a := start(t)
	one := a.browser()
	one.open("/")
	one.run(chromedp.Click(`button[value=model]`), chromedp.WaitReady("#add-file"))
	one.section("Intended use")
	two := one.tab(a)
	two.open(one.path())
	const uses = "intended_use.primary_uses"
	one.typeInto(uses, "from tab one")
	one.saved(uses)
	two.typeInto(uses, "from tab two")
	eventually(t, 10*time.Second, "conflict", func() bool { return strings.Contains(two.state(uses), "changed elsewhere") })
	two.run(chromedp.Click(`button[name=together]`))
	eventually(t, 10*time.Second, "both texts", func() bool { return two.answer(uses) == "from tab one\nfrom tab two" })
	if !strings.Contains(two.state(uses), "both texts are in the box") || two.eval(`dirty.size`) != "1" {
		t.Errorf("it says %q", two.state(uses))
	}
	two.soon("focus", `document.activeElement.name`, "answer."+uses)
	two.run(chromedp.KeyEvent(" made one")) // the cursor is behind what was typed here
	two.saved(uses)
	one.front()
	eventually(t, 10*time.Second, "the text of both", func() bool { return one.answer(uses) == "from tab one\nfrom tab two made one" })

	// Of a long text with one line that differs, that line is where it goes on, and it is seen.
	const scope = "intended_use.out_of_scope"
	long := strings.Repeat("A line that both have.\n", 60)
	longer := func(b *tab, line string) {
		b.eval(`type(document.querySelector('[name="answer.` + scope + `"]'), ` + quote(long+line+"\n"+long) + `)`)
	}
	longer(one, "theirs")
	one.saved(scope)
	longer(two, "mine 🙂")
	eventually(t, 10*time.Second, "conflict", func() bool { return strings.Contains(two.state(scope), "changed elsewhere") })
	two.run(chromedp.Click(`button[name=together]`))
	two.soon("focus", `document.activeElement.name`, "answer."+scope)
	if at := two.eval(`(el => el.scrollTop > 500 && el.scrollTop < el.scrollHeight - el.clientHeight - 500)(document.activeElement)`); at != "true" {
		t.Error("the line is not seen: the box is scrolled to " + two.eval(`(el => [el.scrollTop, el.scrollHeight].join(" of "))(document.activeElement)`))
	}
	two.run(chromedp.KeyEvent("!"))
	if got := two.answer(scope); got != long+"theirs\nmine 🙂!\n"+long {
		t.Errorf("typed where it goes on: %q", got)
	}

	// Whoever takes the other text goes on in its box, for the button is gone.
	const users = "intended_use.primary_users"
	one.typeInto(users, "from tab one")
	one.saved(users)
	two.typeInto(users, "from tab two")
	eventually(t, 10*time.Second, "conflict", func() bool { return strings.Contains(two.state(users), "changed elsewhere") })
	two.run(chromedp.Click(`button[name=take]`))
	eventually(t, 10*time.Second, "the other text, and the focus", func() bool {
		return two.answer(users) == "from tab one" && two.eval(`document.activeElement.name`) == "answer."+users
	})
}

// TestALostReplyIsNoConflict: the server has what this page sent, and the page has had no reply; it types on.
func TestALostReplyIsNoConflict(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	b.begin("Intended use")
	const uses = "intended_use.primary_uses"
	put := func(text string) {
		b.eval(`(() => { const url = savedBy("` + uses + `").getAttribute("hx-put"), rev = $("state-` + uses + `").querySelector("input").value;
			return fetch(url, { method: "PUT", headers: { "HX-Request": "true" }, body: new URLSearchParams({ "answer.` + uses + `": "` + text + `", "rev.` + uses + `": rev }) }) })()`)
	}
	put("one")
	b.eval(`(type($("box-` + uses + `"), "one"), sending("` + uses + `"), 0)`)
	b.typeInto(uses, " two")
	b.saved(uses)
	if got := b.stored(uses); got != "one two" {
		t.Errorf("stored is %q", got)
	}
	b.eval(`document.activeElement.blur()`)
	if b.eval(`sent.size`) != "0" {
		t.Error("what was acknowledged is sent along again")
	}
	put("of another tab")
	b.typeInto(uses, " three")
	eventually(t, 10*time.Second, "conflict", func() bool { return strings.Contains(b.state(uses), "changed elsewhere") })
}

// TestTypingOnWhileASectionIsSaved: what is typed while Save, a section or a conflict's choice is on its way is saved too, and then it comes.
func TestTypingOnWhileASectionIsSaved(t *testing.T) {
	t.Parallel()
	a := start(t)
	b := a.browser()
	b.begin("Factors")
	const first, second = "factors.relevant", "factors.evaluation"
	next := b.eval(`$("save-next").value`)
	for i, press := range []struct{ what, leadsTo string }{
		{`$("save")`, "factors"}, {`$("save-next")`, next}, {`document.querySelector('#outline a[data-section="` + next + `"]')`, next},
		{`$("conflict-` + first + `").querySelector("[name=keep]")`, "factors"},
	} {
		word := func(n int) string { return fmt.Sprintf("word%d%d", i, n) }
		if strings.Contains(press.what, "keep") {
			b.eval(`(() => { const url = savedBy("` + first + `").getAttribute("hx-put"), rev = $("state-` + first + `").querySelector("input").value;
				return fetch(url, { method: "PUT", headers: { "HX-Request": "true" }, body: new URLSearchParams({ "answer.` + first + `": "of another tab", "rev.` + first + `": rev }) }) })()`)
		}
		b.typeInto(first, " "+word(1))
		if strings.Contains(press.what, "keep") {
			eventually(t, 10*time.Second, "conflict", func() bool { return strings.Contains(b.state(first), "changed elsewhere") })
		}
		if strings.Contains(press.what, "outline") {
			b.saved(first) // else it asks first
		}
		a.cmd.Process.Signal(syscall.SIGSTOP)
		b.eval(press.what + `.click()`)
		b.typeInto(second, " "+word(2))
		b.eval(`type($("box-` + first + `"), $("box-` + first + `").value + " ` + word(3) + `")`)
		a.cmd.Process.Signal(syscall.SIGCONT)
		eventually(t, 20*time.Second, press.what, func() bool {
			return b.eval(`dirty.size + " " + $("main").dataset.section + " " + document.querySelectorAll(".htmx-request, .conflict").length`) == "0 "+press.leadsTo+" 0"
		})
		if press.leadsTo != "factors" {
			b.section("Factors")
		}
		for key, want := range map[string]string{first: word(1) + " " + word(3), second: word(2)} {
			if got := b.answer(key); !strings.HasSuffix(got, want) || b.stored(key) != got {
				t.Errorf("%s: the box has %q, stored is %q, want %q", press.what, got, b.stored(key), want)
			}
		}
		if got := b.drafts(); got != "0" {
			t.Errorf("%s: %s drafts are left", press.what, got)
		}
	}
}

// TestAHalfTypedDateSaysSo: it is not saved, for the browser gives no text of it, and that is said until it is whole.
func TestAHalfTypedDateSaysSo(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	b.begin("Model details")
	const date = "version.date"
	b.eval(`$("box-` + date + `").focus()`)
	b.run(chromedp.KeyEvent("11"))
	b.eval(`$("box-` + date + `").blur()`)
	eventually(t, 20*time.Second, "half a date in an empty box", func() bool {
		return strings.HasSuffix(b.state(date), "Not saved yet: this is not a whole date.") && b.eval(`$("saved").textContent`) == "1 answer not saved yet"
	})
	b.eval(`$("box-` + date + `").focus()`)
	b.run(chromedp.KeyEvent("\b"))
	b.eval(`$("box-` + date + `").blur()`)
	eventually(t, 20*time.Second, "it is taken away again", func() bool { return b.eval(`dirty.size + $("saved").textContent`) == "0All saved" })
	b.eval(`$("box-` + date + `").focus()`)
	b.run(chromedp.KeyEvent("11242026"))
	b.saved(date)
	b.eval(`($("box-` + date + `").blur(), $("box-` + date + `").focus())`)
	b.run(chromedp.KeyEvent("\b"))
	b.eval(`htmx.trigger("#box-version\\.date", "change")`)
	b.eval(`$("save").click()`)
	time.Sleep(300 * time.Millisecond)
	if got := b.stored(date); got != "2026-11-24" {
		t.Errorf("Save sent half a date: stored is %q", got)
	}
	if got := b.state(date); got != "! Not saved yet: this is not a whole date." && got != "Not saved yet: this is not a whole date." {
		t.Errorf("half a date: %q", got)
	}
	b.run(chromedp.KeyEvent("12"))
	b.saved(date)
	if got := b.stored(date); got != "2026-12-24" {
		t.Errorf("stored is %q", got)
	}
	b.section("Review and approval")
	const reviews = "governance.reviews"
	cell := `document.querySelector('[name="answer.` + reviews + `[0].date"]')`
	b.eval(cell + `.focus()`)
	b.run(chromedp.KeyEvent("11"))
	b.eval(cell + `.blur()`)
	eventually(t, 20*time.Second, "half a date in a row", func() bool {
		return strings.HasSuffix(b.state(reviews), "Not saved yet: this is not a whole date.")
	})
	b.eval(cell + `.focus()`)
	b.run(chromedp.KeyEvent("11242026"))
	b.saved(reviews)
}
