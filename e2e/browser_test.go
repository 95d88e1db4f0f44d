package e2e

import (
	"context"
	"encoding/json"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// tab is one tab of a real Chromium. It fails its test on a script error, on a violation of the
// content policy and on a request to another host.
type tab struct {
	t    *testing.T
	ctx  context.Context
	base string

	mu       sync.Mutex
	insists  bool // on leaving a page, whatever is not saved
	requests []request
	broken   []string
}

type request struct {
	id           network.RequestID
	method, url  string
	status       int64
	bytes        float64
	bodyFinished bool
}

// browser starts a Chromium with a profile of its own and opens a tab.
func (a *app) browser() *tab { return a.browserFor(3 * time.Minute) }

// browserFor is the same for a test that takes so long.
func (a *app) browserFor(d time.Duration) *tab {
	a.t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-quic", true), chromedp.WindowSize(1280, 900))
	if shell, err := exec.LookPath("chromium-headless-shell"); err == nil { // the same without a browser around the page: a third quicker
		options = append(options, chromedp.ExecPath(shell))
	}
	allocator, cancel := chromedp.NewExecAllocator(withTimeout(a.t, d), options...)
	a.t.Cleanup(cancel)
	return a.watch(allocator)
}

// tab opens another tab of the same visitor.
func (b *tab) tab(a *app) *tab { return a.watch(b.ctx) }

// stranger opens a tab of another visitor in the same Chromium.
func (b *tab) stranger(a *app) *tab { return a.watch(b.ctx, chromedp.WithNewBrowserContext()) }

func (a *app) watch(parent context.Context, options ...chromedp.ContextOption) *tab {
	a.t.Helper()
	b := &tab{t: a.t, base: a.base}
	ctx, cancel := chromedp.NewContext(parent, append(options, chromedp.WithListener(b.event))...)
	a.t.Cleanup(cancel)
	b.ctx = ctx
	// The first call opens the tab; it must not have a context that ends before the tab does.
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		a.t.Fatalf("this test needs Chromium (apt-get install chromium, or make test): %v", err)
	}
	if _, err := chromedp.Call(ctx, cdplog.Enable, cdp.Empty{}); err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, what := range b.broken {
			a.t.Error("the browser says: " + what)
		}
	})
	return b
}

func (b *tab) event(ev any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch ev := ev.(type) {
	case *page.EventJavascriptDialogOpening: // until it is answered, nothing goes on
		if !b.insists {
			b.broken = append(b.broken, "it asks whether to leave: "+ev.URL)
		}
		go chromedp.Call(b.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(ev.Request.URL, b.base) && !strings.HasPrefix(ev.Request.URL, "data:") && ev.Request.URL != "about:blank" {
			b.broken = append(b.broken, "a request went to "+ev.Request.URL)
		}
		b.requests = append(b.requests, request{id: ev.RequestID, method: ev.Request.Method, url: strings.TrimPrefix(ev.Request.URL, b.base)})
	case *network.EventResponseReceived:
		b.update(ev.RequestID, func(r *request) { r.status = ev.Response.Status })
	case *network.EventLoadingFinished:
		b.update(ev.RequestID, func(r *request) { r.bytes, r.bodyFinished = ev.EncodedDataLength, true })
	case *runtime.EventExceptionThrown:
		why := ev.ExceptionDetails.Text
		if thrown := ev.ExceptionDetails.Exception; thrown != nil {
			why += " " + thrown.Description
		}
		b.broken = append(b.broken, "a script failed: "+why)
	case *cdplog.EventEntryAdded:
		if strings.Contains(ev.Entry.Text, "Content Security Policy") {
			b.broken = append(b.broken, ev.Entry.Text)
		}
	}
}

func (b *tab) update(id network.RequestID, fn func(*request)) {
	for i := range b.requests {
		if b.requests[i].id == id {
			fn(&b.requests[i])
		}
	}
}

// requested returns the requests so far, and forgets them.
func (b *tab) requested() []request {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := b.requests
	b.requests = nil
	return all
}

func (b *tab) run(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	for _, step := range steps {
		b.must(func(ctx context.Context) error { return chromedp.Do(ctx, step) })
	}
}

// gone is what the browser answers about an element that was on the page a moment ago.
var gone = regexp.MustCompile(`node with given id|detached from document|Cannot find context`)

// must does a step, and does it again when the element that it had found was swapped out before the step came to it.
func (b *tab) must(step func(context.Context) error) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	err := step(ctx)
	for ; err != nil && gone.MatchString(err.Error()); err = step(ctx) {
		time.Sleep(10 * time.Millisecond)
	}
	if err != nil {
		b.t.Fatalf("browser: %v", err)
	}
}

func (b *tab) open(path string) {
	b.t.Helper()
	b.run(chromedp.Navigate(b.base+path), chromedp.WaitReady("body"))
}

// eval runs a script in the page, waits for its promise, and returns what it gives as text.
func (b *tab) eval(script string) string {
	b.t.Helper()
	text, err := b.ask(script)
	if err != nil {
		b.t.Fatalf("browser: %s: %v", script, err)
	}
	return text
}

func (b *tab) ask(script string) (string, error) {
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[string](`Promise.resolve(`+script+`).then(v => String(v))`, chromedp.EvalAwaitPromise))
}

// soon waits until a script says what is wanted, also on a page that is yet to come.
func (b *tab) soon(what, script, want string) {
	b.t.Helper()
	got := ""
	defer func() {
		if got != want {
			b.t.Logf("it is %q", got)
		}
	}()
	eventually(b.t, 10*time.Second, what, func() bool {
		text, err := b.ask(script)
		if err != nil { // the page is being left
			text = err.Error()
		}
		got = text
		return got == want
	})
}

// value returns what is in a box; it works without scripts, too.
func (b *tab) value(selector string) (text string) {
	b.t.Helper()
	b.must(func(ctx context.Context) (err error) {
		text, err = chromedp.Run(ctx, chromedp.Value(selector))
		return err
	})
	return text
}

func (b *tab) path() string { b.t.Helper(); return b.eval("location.pathname") }

func quote(s string) string { data, _ := json.Marshal(s); return string(data) }

// answer returns what is in the box of a question.
func (b *tab) answer(key string) string {
	b.t.Helper()
	return b.eval(`document.querySelector('[name="answer.` + key + `"]').value`)
}

// typeInto puts the cursor at the end of a question's box and types.
func (b *tab) typeInto(key, text string) {
	b.t.Helper()
	sel := `[name="answer.` + key + `"]`
	b.eval(`(() => { const el = document.querySelector('` + sel + `'); el.focus(); el.setSelectionRange(el.value.length, el.value.length) })()`)
	b.run(chromedp.KeyEvent(text))
}

// state is what the mark beside a question says.
func (b *tab) state(key string) string {
	b.t.Helper()
	return b.eval(`document.getElementById('state-` + key + `').innerText.replace(/\s+/g, " ")`)
}

// saved waits until the page says that a question's answer is saved.
func (b *tab) saved(key string) {
	b.t.Helper()
	said := ""
	defer func() {
		if b.t.Failed() {
			b.t.Logf("it says %q", said)
		}
	}()
	eventually(b.t, 10*time.Second, "saved mark of "+key, func() bool {
		said = b.state(key)
		return strings.HasPrefix(said, "Saved") && b.eval("dirty.size") == "0"
	})
}

// section opens a section by the navigation. Before the scripts have run a click would load the whole page, which is right, and gives the
// focus to nobody in a tab that is not in front.
func (b *tab) section(title string) {
	b.t.Helper()
	eventually(b.t, 10*time.Second, "the page is ready", func() bool {
		return b.eval(`document.readyState + !!window.htmx + !!document.querySelector("#outline")`) == "completetruetrue"
	})
	b.eval(`(document.getElementById("main").dataset.old = "yes", [...document.querySelectorAll('#outline a[data-section]')].find(a => a.querySelector('.title').textContent === ` + quote(title) + `).click())`)
	b.heading(title)
	eventually(b.t, 10*time.Second, title+" comes, also where it was open before", func() bool {
		return b.eval(`document.getElementById("main").dataset.old ?? "new"`) == "new"
	})
	defer func() {
		if b.t.Failed() {
			b.t.Logf("the focus is on %s", b.eval(`document.activeElement?.outerHTML.slice(0, 200) + " " + document.hasFocus() + document.visibilityState + " h1: " + document.querySelector("#main h1")?.outerHTML`))
		}
	}()
	// Opening a section ends with its heading taking the focus; typing before that would go astray.
	eventually(b.t, 10*time.Second, "focus on "+title, func() bool {
		return b.eval(`document.activeElement === document.querySelector("#main h1")`) == "true"
	})
}

func (b *tab) heading(title string) {
	b.t.Helper()
	b.soon("heading "+title, `document.querySelector('#main h1')?.textContent ?? ""`, title)
}

// upload opens a file on the start page.
func (b *tab) upload(file string) {
	b.t.Helper()
	b.open("/")
	b.run(chromedp.SetUploadFiles(`input[type=file]`, []string{file}))
	b.run(chromedp.Click(`form.upload > .row button`), chromedp.WaitReady("#add-file"))
}

// withoutScripts turns JavaScript off for the pages opened from now on.
func (b *tab) withoutScripts() {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		b.t.Fatal(err)
	}
}
