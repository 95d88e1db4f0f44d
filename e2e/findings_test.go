package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestAFindingLeadsToItsBox goes from the number in the editor to a finding and on to its box, where the cursor is; what is typed there
// makes the number smaller on the same page.
func TestAFindingLeadsToItsBox(t *testing.T) {
	t.Parallel()
	b := start(t).browser()
	b.open("/")
	b.run(chromedp.Click(`button[value=model]`), chromedp.WaitReady("#add-file"))
	card := b.path()
	for _, key := range []string{"quantitative_analyses.metrics", "version.date", "caveats.limitations"} {
		b.run(chromedp.Click(`#total a`), chromedp.WaitReady(".findings"))
		b.run(chromedp.Click(`.findings a[href$="#box-`+key+`"]`), chromedp.WaitReady("#add-file"))
		if got := b.eval(`new Promise(done => setTimeout(() => done(document.activeElement.id), 200))`); got != "box-"+key {
			t.Errorf("the cursor is in %q, not in the box of %s", got, key)
		}
		if got := b.eval(`(r => r.top > 60 && r.bottom < innerHeight)(document.activeElement.getBoundingClientRect())`); got != "true" {
			t.Errorf("the box of %s is not in sight", key)
		}
	}
	number := func() string {
		return b.eval(`document.querySelector("#total a").textContent + ", " + document.querySelector("#found-here").textContent`)
	}
	if got := number(); got != "18 findings, 1 finding in this section" {
		t.Errorf("an empty card: %s", got)
	}
	b.typeInto("caveats.limitations", "Deep wounds come out too small.")
	b.saved("caveats.limitations")
	if got := number(); got != "17 findings, Nothing missing in this section" {
		t.Errorf("after an answer: %s", got)
	}
	for _, path := range []string{card + "/findings", card + "/sections/model_details"} {
		b.run(chromedp.EmulateViewport(360, 740))
		b.open(path)
		if got := b.eval(`document.documentElement.scrollWidth`); got != "360" {
			t.Errorf("%s is %s wide on a screen of 360", path, got)
		}
	}
}
