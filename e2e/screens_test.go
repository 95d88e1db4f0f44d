package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// A look is how somebody sees a page.
type look struct {
	name          string
	width, height int64
	dark          bool
	judged        rules // by axe; the looks without differ from one of the others in width alone
}

var looks = []look{
	{"wide", 1600, 1000, false, everyRule}, {"wide-dark", 1600, 1000, true, colours}, {"laptop", 1280, 900, false, ""}, {"phone", 390, 844, false, ""},
	{"phone-dark", 390, 844, true, colours}, {"smallest", 320, 640, false, everyRule}, // WCAG 2.2, 1.4.10; also 1280 px at 400 %
}

func (b *tab) as(l look) {
	b.t.Helper()
	scheme := "light"
	if l.dark {
		scheme = "dark"
	}
	size := emulation.SetDeviceMetricsOverrideParams{Width: l.width, Height: l.height, DeviceScaleFactor: 1}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}}
	if _, err := chromedp.Call(b.ctx, emulation.SetDeviceMetricsOverride, size); err != nil {
		b.t.Fatal(err)
	}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, media); err != nil {
		b.t.Fatal(err)
	}
}

// picture writes what is seen to a file if there is a dir, and complains of a page that is wider than the window.
func (b *tab) picture(dir, name string) {
	b.t.Helper()
	if got := b.eval(`String(document.documentElement.scrollWidth - document.documentElement.clientWidth)`); got != "0" {
		b.t.Errorf("%s: the page is %s px wider than the window: %s", name, got,
			b.eval(`[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && e.checkVisibility()).slice(0, 3).map((e) => e.tagName + "." + e.className + "#" + e.id).join(" ")`))
	}
	if dir == "" {
		return
	}
	shot, err := chromedp.Call(b.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{})
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), shot.Data, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// TestScreens goes through the main states of the pages as different people see them. With SCREENS=DIR the pictures are kept there, which
// make screens does; no page may be wider than its window, down to 320 px, and axe must find nothing.
func TestScreens(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("SCREENS")
	if dir != "" {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	pages := t.TempDir()
	for _, name := range []string{"imprint.md", "contact.md"} {
		if err := os.WriteFile(filepath.Join(pages, name), []byte("# Who runs this\n\nSomebody, at *some place*.\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a := start(t, "--pages", pages)
	b := a.browserFor(10 * time.Minute)
	axe := axeScript(t)
	b.as(looks[0])
	b.upload(sample(t))
	card := strings.Split(b.path(), "/")[2]
	base := "/cards/" + card
	b.section("Model details")
	b.eval(`document.querySelector('[id="field-` + refs + `"] li:last-child input').focus()`)
	b.run(chromedp.KeyEvent("Northmoor et al. 2025, Measuring wounds by phone\rhttps://example.org/wounds/code"))
	b.saved(refs)
	b.section("Intended use")
	b.typeInto("intended_use.primary_users", " and their teachers")
	b.saved("intended_use.primary_users")
	b.eval(`(async () => {
		const canvas = document.createElement("canvas"), plot = await new Promise((done) => canvas.toBlob(done));
		for (const [name, file] of [["errors.png", plot], ["errors.csv", new Blob(["slice,error\nchildren,0.2\nadults,0.1\n"])]]) {
			const form = new FormData();
			form.append("section", "ethical_considerations"); form.append("alt", "Errors by age"); form.append("file", file, name);
			const reply = await fetch("` + base + `/files", { method: "POST", body: form });
			if (!reply.ok) throw new Error(name + ": " + reply.status);
		}
	})()`)
	proposals := b.eval(`fetch("` + base + `/artefact", { method: "POST", body: new URLSearchParams({ text: '{"model_type":"bert","num_hidden_layers":12,"vocab_size":30522}' }) }).then((r) => new URL(r.url).pathname + new URL(r.url).search)`)
	states := []struct {
		name, path string
		before     func()
	}{
		{"start", "/", nil},
		{"undo", "/", func() {
			b.open("/")
			b.eval(`fetch("/cards", { method: "POST", body: new URLSearchParams({ template: "datasheet" }) }).then((r) => fetch(new URL(r.url).pathname.split("/").slice(0, 3).join("/"), { method: "DELETE" }))`)
		}},
		{"card", base, nil},
		{"editor", base + "/sections/intended_use", nil},
		{"writing", base + "/sections/intended_use", nil},
		{"find", base + "/search?q=teachers", nil},
		{"attachments", base + "/sections/ethical_considerations", nil},
		{"csv", b.atFirst(base+"/sections/ethical_considerations", `#attached a[href$="/table"]`, "href"), nil},
		{"table", base + "/sections/quantitative_analyses", nil},
		{"list", base + "/sections/model_details#box-" + refs, nil},
		{"preview", base + "/preview", nil},
		{"exports", base + "/exports", nil},
		{"findings", base + "/findings", nil},
		{"history", base + "/history", nil},
		{"import", base + "/import", nil},
		{"review", b.review(base), nil},
		{"artefact", base + "/artefact", nil},
		{"proposals", proposals, nil},
		{"your-data", "/session", nil},
		{"arrival", "/session/arrival", nil},
		{"about", "/about", nil},
		{"privacy", "/privacy", nil},
		{"imprint", "/imprint", nil},
		{"contact", "/contact", nil},
		{"gone", "/cards/none", nil},
	}
	var paths []string
	for _, s := range states {
		paths = append(paths, s.path)
	}
	everyPageIn(t, paths)
	see := func(name string) {
		t.Helper()
		for _, l := range looks {
			b.as(l)
			b.eval(`document.querySelector(".conflict")?.scrollIntoView({ block: "center" })`)
			if dir != "" {
				b.eval(`new Promise((r) => setTimeout(r, 250))`) // nothing moves any more
			}
			b.picture(dir, name+"-"+l.name)
			switch {
			case dir != "":
				b.accessible(axe, everyRule, name+"-"+l.name)
			case l.judged != "":
				b.accessible(axe, l.judged, name+"-"+l.name)
			}
		}
	}
	for _, s := range states {
		b.as(looks[0])
		if s.before != nil {
			s.before()
		}
		b.open(s.path)
		if s.name == "writing" {
			b.findAndPreview("intended_use.primary_uses")
		}
		see(s.name)
	}
	b.as(looks[0])
	b.draftAndConflict(base)
	see("conflict")
}

// review uploads a file into the card and returns the page that shows what it would do.
func (b *tab) review(base string) string {
	b.t.Helper()
	const text = `model_details:\n  name: Another name\n  overview: What it is for\nmore: words of its own\n`
	return b.eval("fetch(" + quote(base+"/import") + ", { method: 'POST', body: new URLSearchParams({ text: '" + text + "' }) }).then((r) => new URL(r.url).pathname + new URL(r.url).search)")
}

// noPages are the addresses that answer GET with no page of their own, and what with instead.
var noPages = map[string]string{
	"/static/:file": "a file", "/healthz": "words", "/readyz": "words", "/schema/card.json": "a file", "/session.zip": "a file", "/cards/:id.:format": "a file",
	"/cards/:id/original": "a file", "/cards/:id/files/:file": "a file", "/cards/:id/revisions/:revision": "a file",
	"/cards": "leads to /", "/cards/import": "leads to /", "/session/handover": "leads to /session", "/cards/:id/fields/:key": "leads to its section",
	"/cards/:id/sections/:key/revs": "leads to its section",
}

// everyPageIn fails for a route of GET that none of the paths is of: a page that nobody looks at.
func everyPageIn(t *testing.T, paths []string) {
	t.Helper()
	source, err := os.ReadFile("../handlers/routes.go")
	if err != nil {
		t.Fatal(err)
	}
	routes := regexp.MustCompile(`f\.Get\("([^"]+)"`).FindAllStringSubmatch(string(source), -1)
	if len(routes) < 30 {
		t.Fatalf("only %d routes were found", len(routes))
	}
	known := map[string]bool{}
	for _, r := range routes {
		known[r[1]] = true
		like := regexp.MustCompile(`^` + regexp.MustCompile(`:[a-z]+`).ReplaceAllString(regexp.QuoteMeta(r[1]), `[^/?]+`) + `(\?.*)?$`)
		if noPages[r[1]] == "" && !slices.ContainsFunc(paths, like.MatchString) {
			t.Errorf("axe never looks at the page %s", r[1])
		}
	}
	for route := range noPages {
		if !known[route] {
			t.Errorf("%s is no route", route)
		}
	}
}

// atFirst opens a page and returns an attribute of the first element there.
func (b *tab) atFirst(path, selector, attribute string) string {
	b.t.Helper()
	b.open(path)
	return b.eval("document.querySelector(" + quote(selector) + ").getAttribute(" + quote(attribute) + ")")
}

// draftAndConflict shows an answer with an unsaved draft, and one that was changed elsewhere.
func (b *tab) draftAndConflict(base string) {
	b.t.Helper()
	const key = "intended_use.out_of_scope"
	b.open(base + "/sections/intended_use")
	b.eval(`(async () => { const el = document.querySelector('[name="answer.` + key + `"]'), rev = document.querySelector('[name="rev.` + key + `"]').value;
		await fetch(location.pathname.replace(/sections.*/, "fields/` + key + `"), { method: "PUT", headers: { "HX-Request": "true" }, body: new URLSearchParams({ "answer.` + key + `": "Burns, emergency care, wounds on the face", "rev.` + key + `": rev }) });
		el.value = "Burns, emergency care; wounds under sutures"; el.dispatchEvent(new Event("input", { bubbles: true })); el.scrollIntoView({ block: "center" }) })()`)
	b.shows("#main", "changed in another tab")
}
