package e2e

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"cardstock/e2e/soak"
)

// TestNoWordIsLost plays random scripts of typing and faults: somebody writes in several answers while the server dies, stops and comes
// back, the tab is closed or loaded again, and another tab writes too. Each word that was typed is stored in the end or kept in the
// browser and offered, and none that the other tab was told is saved is overwritten.
func TestNoWordIsLost(t *testing.T) {
	t.Parallel()
	n, began := int64(soak.Share(500, 3)), time.Now()
	for _, seed := range soak.Seeds(t) {
		var next, played atomic.Int64
		for range soak.Share(3, 1) { // they wait most of the time
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				a := start(t, "--limits", "off")
				other := a.browserFor(6 * time.Hour)
				other.open("/about")
				for i := next.Add(1) - 1; i < n; i = next.Add(1) - 1 {
					w := &scribe{root: other, a: a, r: rand.New(rand.NewPCG(seed, uint64(i))), up: true, typed: map[string][]string{}, told: map[string][]string{}}
					w.plays(seed, i)
					if all := played.Add(1); soak.Full() && all%20 == 0 {
						t.Logf("seed %d: %d scripts after %s", seed, all, time.Since(began).Round(time.Second))
					}
				}
			})
		}
	}
}

// questions are those the scribe answers.
var questions = map[string][]string{
	"factors":      {"factors.relevant", "factors.evaluation"},
	"intended_use": {"intended_use.primary_uses", "intended_use.out_of_scope"},
}

// A scribe is the visitor of one script.
type scribe struct {
	*tab
	root  *tab // another tab of theirs
	a     *app
	r     *rand.Rand
	base  string // of the card
	at    string // the open section
	up    bool
	n     int
	typed map[string][]string // question → words that must be somewhere
	told  map[string][]string // question → words of the other tab that were acknowledged
	story []string
}

func (w *scribe) say(format string, args ...any) {
	w.story = append(w.story, fmt.Sprintf(format, args...))
}

func (w *scribe) word() string { w.n++; return fmt.Sprintf("w%dz", w.n) }

// plays tells the story of a script that fails, however it does.
func (w *scribe) plays(seed uint64, i int64) {
	w.root.t.Helper()
	defer func() {
		if w.root.t.Failed() {
			w.root.t.Logf("seed %d, script %d:\n%s", seed, i, strings.Join(w.story, "\n"))
		}
	}()
	if w.play(); w.root.t.Failed() {
		w.root.t.FailNow()
	}
}

func (w *scribe) play() {
	w.tab = w.root.tab(w.a)
	w.begin("Factors")
	w.base, w.at = strings.Join(strings.Split(w.path(), "/")[:3], "/"), "factors"
	steps := []func(){w.types, w.types, w.types, w.types, w.rests, w.rests, w.leaves, w.goes, w.goes, w.backs, w.reloads, w.dies, w.serverDies, w.serverHangs, w.elsewhere, w.takes}
	for range 10 + w.r.IntN(10) {
		w.insist()
		steps[w.r.IntN(len(steps))]()
	}
	w.comesBack()
	w.ends()
	chromedp.Cancel(w.ctx)
}

// insist has each question whether to leave unsaved words answered with yes.
func (w *scribe) insist() {
	w.eval(`(() => { window.confirm = () => true })()`)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.insists = true
}

// here is one of the questions of the open section.
func (w *scribe) here() string { p := questions[w.at]; return p[w.r.IntN(len(p))] }

func (w *scribe) types() {
	key, word := w.here(), w.word()
	w.say("types %s in %s", word, key)
	w.eval(`(() => { const el = $("box-` + key + `"); el.focus(); el.value += " ` + word + `"; el.dispatchEvent(new Event("input", { bubbles: true })) })()`)
	w.typed[key] = append(w.typed[key], word)
}

func (w *scribe) rests() { time.Sleep(time.Duration(w.r.IntN(1500)) * time.Millisecond) }

func (w *scribe) leaves() {
	w.say("leaves the box")
	w.eval(`(() => { const el = document.activeElement; el.dispatchEvent(new Event("change", { bubbles: true })); el.blur() })()`)
}

// goes to the other section; with the server away nothing comes.
func (w *scribe) goes() {
	to := map[string]string{"factors": "intended_use", "intended_use": "factors"}[w.at]
	w.say("goes to %s", to)
	w.eval(`document.querySelector('#outline a[data-section="` + to + `"]').click()`)
	for range 30 {
		time.Sleep(50 * time.Millisecond)
		if w.at = w.eval(`$("main").dataset.section`); w.at == to {
			return
		}
	}
}

// backs takes the way back, wherever it leads; from elsewhere it opens the section again.
func (w *scribe) backs() {
	if !w.up {
		return
	}
	w.say("goes back")
	w.eval(`(window.left = true, history.back(), 0)`)
	for range 60 {
		time.Sleep(50 * time.Millisecond)
		at, err := w.ask(`!window.left && document.readyState === "complete" && window.htmx && document.getElementById("main")?.dataset.section`)
		if err != nil || at == "false" {
			continue
		}
		if questions[at] != nil {
			w.at = at
			return
		}
		break
	}
	w.open(w.base + "/sections/" + w.at)
}

func (w *scribe) reloads() {
	if w.up {
		w.say("loads the page again")
		w.open(w.base + "/sections/" + w.at)
	}
}

// dies: the tab is closed at once, and another one opened later.
func (w *scribe) dies() {
	w.say("the tab dies")
	chromedp.Cancel(w.ctx)
	w.comesBack()
	w.tab = w.root.tab(w.a)
	w.open(w.base + "/sections/" + w.at)
}

func (w *scribe) serverDies() {
	if !w.up {
		w.comesBack()
		return
	}
	w.say("the server dies")
	w.a.kill()
	w.up = false
}

func (w *scribe) comesBack() {
	if !w.up {
		w.say("the server is back")
		w.a.again()
		w.up = true
	}
}

func (w *scribe) serverHangs() {
	if !w.up {
		return
	}
	w.say("the server hangs")
	w.a.cmd.Process.Signal(syscall.SIGSTOP)
	w.types()
	time.Sleep(time.Duration(w.r.IntN(1500)) * time.Millisecond)
	w.a.cmd.Process.Signal(syscall.SIGCONT)
}

// elsewhere the same person adds to what is stored, in another tab.
func (w *scribe) elsewhere() {
	if !w.up {
		return
	}
	key, word := w.here(), w.word()
	said := w.root.eval(`(async () => {
		const url = "` + w.base + `/fields/` + key + `", field = document.createElement("div");
		field.innerHTML = await (await fetch(url, { headers: { "HX-Request": "true" } })).text();
		const stored = field.querySelector("[name='answer.` + key + `']").value, rev = field.querySelector("[name='rev.` + key + `']").value;
		return (await fetch(url, { method: "PUT", headers: { "HX-Request": "true" }, body: new URLSearchParams({ "answer.` + key + `": stored + " ` + word + `", "rev.` + key + `": rev }) })).status })()`)
	w.say("another tab adds %s to %s: %s", word, key, said)
	if said == "200" {
		w.told[key] = append(w.told[key], word)
	}
}

// takes a draft that is offered: what is in the box and not in it is given up.
func (w *scribe) takes() {
	got := w.eval(`(() => { const d = document.querySelector(".field .draft"); if (!d) return ""; const key = d.closest(".field").dataset.key, text = d.querySelector("pre").textContent;
		d.querySelector("button").click(); return key + "|" + text })()`)
	key, text, ok := strings.Cut(got, "|")
	if !ok {
		return
	}
	w.say("takes the draft %q of %s", text, key)
	kept := func(word string) bool { return !strings.Contains(text, word) }
	held := w.eval(`JSON.stringify(drafts().filter((d) => d.card === desk().card && d.key === "` + key + `").map((d) => d.text))`)
	w.typed[key] = slices.DeleteFunc(w.typed[key], func(word string) bool { return kept(word) && !strings.Contains(held, word) })
	w.told[key] = slices.DeleteFunc(w.told[key], kept)
}

// excerpt is what an export says of a question.
func excerpt(stored, key string) string {
	_, rest, _ := strings.Cut(stored, strconv.Quote(key))
	return strings.Join(strings.Fields(rest[:min(len(rest), 200)]), " ")
}

// ends waits until all is saved or waits for a choice, and looks for the words.
func (w *scribe) ends() {
	w.insist()
	eventually(w.t, 20*time.Second, "all is saved, or there is a choice", func() bool {
		return w.eval(`(() => { again(); return [...dirty.keys()].every((key) => $("conflict-" + key)?.querySelector(".conflict")) })()`) == "true"
	})
	_, stored, _ := strings.Cut(w.eval(`fetch("`+w.base+`.json").then((r) => r.text())`), `"sections"`)
	held := w.eval(`JSON.stringify(drafts().filter((d) => d.card === desk().card))`)
	for key, words := range w.typed {
		for _, word := range words {
			if !strings.Contains(stored, word) && !strings.Contains(held, word) {
				w.t.Errorf("%s, typed in %s, is lost; kept in the browser: %s; stored: %s", word, key, held, excerpt(stored, key))
			}
		}
	}
	for key, words := range w.told {
		for _, word := range words {
			if !strings.Contains(stored, word) {
				w.t.Errorf("%s, which the other tab saved in %s, was overwritten", word, key)
			}
		}
	}
}
