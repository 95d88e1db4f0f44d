package handlers_test

import (
	"bytes"
	"encoding/base64"
	"image/png"
	"net/url"
	"strings"
	"testing"
)

const evaluation = "/sections/quantitative_analyses"

// TestAPictureInASection is what a visitor without scripts sees of a picture, from sending it to opening its export again.
func TestAPictureInASection(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	card := b.newCard("model")
	sent := b.do(request{method: "POST", path: card + "/files", file: &upload{`C:\plots\roc.png`, plotPNG},
		form: form("section", "quantitative_analyses", "alt", "The curve <rises> steeply", "caption", "ROC & more")}).is(303)
	if to := sent.header.Get("Location"); to != card+evaluation+"#attached" {
		t.Errorf("redirected to %s", to)
	}
	page := b.get(card + evaluation).is(200)
	img := page.one("#attached figure img")
	if img.AttrOr("alt", "") != "The curve <rises> steeply" || img.AttrOr("width", "") != "30" || img.AttrOr("height", "") != "20" {
		t.Errorf("the picture: %v", img.Nodes[0].Attr)
	}
	for _, says := range []string{"ROC & more", "In words: The curve <rises> steeply", "roc.png", "30 × 20", "Removed from the file: text entries."} {
		if !strings.Contains(page.one("#attached figure").Text(), says) {
			t.Errorf("the page does not say %q", says)
		}
	}
	if b.get(card + "/sections/model_details").has("#attached img") {
		t.Error("it is in another section, too")
	}
	src := img.AttrOr("src", "")
	checkPicture(t, b.get(src))
	if page := b.get(card + "/preview"); page.one("#read-quantitative_analyses figure img").AttrOr("src", "") != src || !page.has(`figcaption:contains("ROC & more")`) {
		t.Error("the preview does not show it")
	}
	if facts := b.get("/session").one("dl.facts").Text(); !strings.Contains(facts, "Pictures, tables1") {
		t.Errorf("your data: %s", facts)
	}
	exported := b.get(card + ".html").is(200)
	_, data, _ := strings.Cut(exported.one("figure img").AttrOr("src", ""), "data:image/png;base64,")
	if inside, err := base64.StdEncoding.DecodeString(data); err != nil || !bytes.Equal(inside, b.get(src).body) {
		t.Errorf("the web page does not hold the picture: %v", err)
	}
	json := b.get(card + ".json").is(200).body
	for name, file := range map[string][]byte{"card.json": json, "card.html": exported.body} {
		again := b.do(request{method: "POST", path: "/cards/import", file: &upload{name, file}})
		path, _, _ := strings.Cut(again.is(303).header.Get("Location"), "?")
		copied := b.get(path + evaluation).one("#attached figure img")
		if copied.AttrOr("alt", "") != "The curve <rises> steeply" || !bytes.Equal(b.get(copied.AttrOr("src", "")).body, b.get(src).body) {
			t.Errorf("%s opened again has another picture", name)
		}
		if !bytes.Equal(b.get(path+".json").body, json) {
			t.Errorf("%s opened again is exported differently", name)
		}
	}
}

// checkPicture: it is shown as what it is, nothing in it can run, and what told of its maker is gone.
func checkPicture(t *testing.T, r *reply) {
	t.Helper()
	r.is(200)
	for name, want := range map[string]string{"Content-Type": "image/png", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'", "Cache-Control": "private, no-store"} {
		if got := r.header.Get(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if got := r.header.Get("Content-Disposition"); !strings.HasPrefix(got, "inline") || !strings.Contains(got, "roc.png") {
		t.Errorf("Content-Disposition %s", got)
	}
	m, err := png.Decode(bytes.NewReader(r.body))
	if err != nil || m.Bounds().Dx() != 30 || bytes.Contains(r.body, []byte("secret of the maker")) {
		t.Errorf("the picture: %v, or it tells of its maker", err)
	}
}

// A file that is refused leaves what was typed in the form, and nothing is kept of it.
func TestRefusedAttachments(t *testing.T) {
	t.Parallel()
	s := newApp(t, maxUpload(100_000))
	b := s.visitor()
	card := b.newCard("model")
	large := pngWith(3, 3, "iCCP", strings.Repeat("x", 65_000))
	for _, tt := range []struct {
		what   string
		file   []byte
		alt    string
		status int
		says   string
	}{
		{"no words", plotPNG, " ", 422, "Say in words what the picture shows"},
		{"a web page", []byte("<!doctype html><script>alert(1)</script>"), "x", 422, "a web page or other markup"},
		{"a picture by its name only", []byte("hello"), "x", 422, "neither a picture nor a table"},
		{"a broken picture", plotPNG[:60], "x", 422, "broken"},
		{"nothing", nil, "x", 422, "Choose a picture or a table"},
		{"more than a card can have", large, "x", 413, "0.1 MB is the most"},
		{"words without an end", plotPNG, strings.Repeat("x", 1001), 422, "1000 characters"},
	} {
		for _, htmx := range []bool{false, true} {
			b.htmx = htmx
			r := b.do(request{method: "POST", path: card + "/files", file: &upload{"x.png", tt.file}, form: form("section", "factors", "alt", tt.alt, "caption", "My caption")}).is(tt.status)
			if htmx && tt.status == 413 { // the page with the form is still there
				if !strings.Contains(r.one(".toast").Text(), tt.says) {
					t.Errorf("%s: the toast says %s", tt.what, r.text())
				}
				continue
			}
			if !strings.Contains(r.one(`#add-file[open] [role="alert"]`).Text(), tt.says) {
				t.Errorf("%s: it says %s", tt.what, r.one(`[role="alert"]`).Text())
			}
			if r.one(`#add-file [name="caption"]`).AttrOr("value", "") != "My caption" || strings.TrimSpace(r.one(`#add-file [name="alt"]`).Text()) != strings.TrimSpace(tt.alt) {
				t.Errorf("%s: what was typed is gone", tt.what)
			}
			if r.has("footer") == htmx || !r.has(`#add-file [name="section"][value="factors"]`) {
				t.Errorf("%s: the page is another one", tt.what)
			}
		}
		b.htmx = false
	}
	if page := b.get(card + "/sections/factors"); page.has("#attached figure") {
		t.Error("something was kept of what was refused")
	}
}

// TestAttachmentsAreArranged by the buttons that the page has.
func TestAttachmentsAreArranged(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	card := b.newCard("datasheet")
	section := "/sections/" + last(b.get(card).one("#outline a[data-section]").AttrOr("href", ""))
	for _, name := range []string{"a.png", "b.png", "c.png"} {
		b.attach(card, last(section), name, plotPNG).is(303)
	}
	names := func(page *reply) string {
		t.Helper()
		return strings.Join(strings.Fields(page.find("#attached .files bdi").Text()), " ")
	}
	arranged := func(want string, r *reply) {
		t.Helper()
		if r.status == 303 {
			r = b.get(strings.TrimSuffix(r.header.Get("Location"), "#attached"))
		}
		if got := strings.ReplaceAll(names(r.is(200)), ".png", ""); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	path := func(name, what string) string {
		t.Helper()
		return b.get(card+section).one(`#attached li:contains("`+name+`") `+what).Closest("form").AttrOr("action", "")
	}
	move := func(name, what string) *reply {
		t.Helper()
		button := b.get(card + section).one(`#attached button[aria-label="Move ` + what + `: ` + name + `"]`).Closest("form")
		return b.do(request{method: "POST", path: button.AttrOr("action", ""), form: form("_method", "PUT", "before", button.Find(`[name="before"]`).AttrOr("value", "?"))})
	}
	arranged("abc", b.get(card+section))
	arranged("bac", move("a.png", "down"))
	arranged("bca", move("a.png", "down"))
	b.htmx = true
	c := path("c.png", `[name="before"]`)
	arranged("cba", b.do(request{method: "POST", path: c, form: form("_method", "PUT", "before", last(path("b.png", `[name="caption"]`)))}).is(200))
	b.htmx = false
	id := last(path("b.png", `[name="caption"]`))
	arranged("cda", b.do(request{method: "POST", path: card + "/files", file: &upload{"d.png", pngWith(9, 9, "", "")}, form: form("replaces", id)}))
	page := b.get(card + section)
	if img := page.one("#file-" + id + " img"); img.AttrOr("alt", "") != "My plot" || img.AttrOr("width", "") != "9" || !page.has(`#file-`+id+` figcaption:contains("Mine")`) {
		t.Error("another file in its place: its words are gone, or the picture is the old one")
	}
	arranged("cda", b.do(request{method: "POST", path: path("d.png", `[name="alt"]`), form: form("_method", "PUT", "alt", "New words", "caption", "")}))
	if page = b.get(card + section); page.one("#file-"+id+" img").AttrOr("alt", "") != "New words" || page.has(`#file-`+id+` figcaption:contains("Mine")`) {
		t.Error("the words are the old ones")
	}
	arranged("ca", b.do(request{method: "POST", path: path("d.png", `[value="DELETE"]`), form: form("_method", "DELETE")}))
	b.get(card + "/files/" + id).is(404)
}

// A section goes with its pictures, and the page says so before.
func TestAPictureGoesWithItsSection(t *testing.T) {
	t.Parallel()
	f := common(t).fixture()
	picture := f.card + "/files/" + f.picture
	f.get(picture).is(200)
	if page := f.get(f.card + "/sections/" + f.section); !page.has(`.confirm p:contains("Its pictures and tables are erased.")`) {
		t.Error("the page does not say it")
	}
	f.do(request{method: "DELETE", path: f.card + "/sections/" + f.section}).is(303)
	f.get(picture).is(404)
	if json := string(f.get(f.card + ".json").body); strings.Contains(json, "attachments") || !strings.Contains(json, "cardstock/1") {
		t.Error("the export still has it")
	}
}

// TestATableAnswersAQuestion: the columns chosen go to the columns of the question.
func TestATableAnswersAQuestion(t *testing.T) {
	t.Parallel()
	s := common(t)
	f, other := s.fixture(), s.fixture()
	path := f.card + "/files/" + f.table + "/table"
	page := f.get(path).is(200)
	question := `form:has([value="quantitative_analyses.metrics"]) `
	for column, chosen := range map[string]string{"metric": "0", "value": "1", "slice": "", "lower": ""} {
		if got := page.find(question+`[name="column.`+column+`"] option[selected]`).AttrOr("value", ""); got != chosen {
			t.Errorf("%s: column %q is chosen beforehand, want %q", column, got, chosen)
		}
	}
	if !page.has(`p:contains("2 rows, 3 columns")`) || !page.has(`td:contains("skin types V–VI")`) {
		t.Error("the table is not shown")
	}
	fill := func(more ...string) *reply {
		t.Helper()
		return f.do(request{method: "POST", path: path, form: form(append([]string{"field", "quantitative_analyses.metrics", "column.metric", "0", "column.value", "1", "column.slice", "2"}, more...)...)})
	}
	rows := func() string {
		t.Helper()
		var all []string
		f.get(f.card + evaluation).find(`[id="field-quantitative_analyses.metrics"] tbody tr`).Each(func(_ int, tr *sel) {
			line := ""
			tr.Find("input").Each(func(_ int, in *sel) { line += in.AttrOr("value", "") + "|" })
			all = append(all, line)
		})
		return strings.Join(all[:len(all)-1], " ")
	}
	to := fill().is(303).header.Get("Location")
	if !strings.HasPrefix(to, f.card+evaluation+"?done=table") || !f.get(strings.SplitN(to, "#", 2)[0]).has(`.notice:contains("rows of your table")`) {
		t.Errorf("afterwards: %s", to)
	}
	const both = "Recall|0.938|all photos||| Dice|0.912|skin types V–VI|||"
	if got := rows(); got != both {
		t.Errorf("the answer is %q", got)
	}
	if fill("mode", "add").is(303); rows() != both+" "+both {
		t.Errorf("added: %q", rows())
	}
	if fill("mode", "replace").is(303); rows() != both {
		t.Errorf("replaced: %q", rows())
	}
	for what, values := range map[string]url.Values{"a text": form("field", "factors.relevant"), "one's own": form("field", f.field), "another's": form("field", other.field), "none": form("field", "none")} {
		values.Set("column.metric", "0")
		r := f.do(request{method: "POST", path: path, form: values}).is(404)
		if none := f.do(request{method: "POST", path: path, form: form("field", "zzz", "column.metric", "0")}); !bytes.Equal(r.body, none.body) {
			t.Errorf("%s: the reply is another one than for a question that never was", what)
		}
	}
	r := f.do(request{method: "POST", path: path, form: form("field", "governance.reviews", "column.date", "0")}).is(422)
	if !strings.Contains(r.one(`[role="alert"]`).Text(), "Date in row 1") || !r.has(`details[open] [name="column.date"] option[value="0"][selected]`) {
		t.Errorf("a date that is none: %s", r.one("main").Text())
	}
}

// A drawing is served without what could run in it.
func TestAHostileDrawing(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	card := b.newCard("model")
	b.attach(card, "factors", "x.png", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)" viewBox="0 0 9 9"><script>alert(1)</script><circle r="4"/></svg>`)).is(303)
	page := b.get(card + "/sections/factors")
	if !page.has(`figcaption:contains("Removed from the file: scripts.")`) {
		t.Error("the page does not say what was removed")
	}
	r := b.get(page.one("#attached img").AttrOr("src", "")).is(200)
	if r.header.Get("Content-Type") != "image/svg+xml" || bytes.Contains(r.body, []byte("alert")) || !bytes.Contains(r.body, []byte("<circle")) {
		t.Errorf("%s: %s", r.header.Get("Content-Type"), r.body)
	}
}

// TestImportedAttachmentsAreLookedAt: an export edited by hand brings in nothing that an upload could not.
func TestImportedAttachmentsAreLookedAt(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	file := func(mediaType, alt string, data []byte) string {
		return `{"format":"cardstock/1","kind":"model","title":"T","sections":[{"key":"s","title":"S","fields":[]}],"attachments":[{"section":"s","name":"n","media_type":"` +
			mediaType + `","alt":"` + alt + `","data":"` + base64.StdEncoding.EncodeToString(data) + `"}]}`
	}
	for what, tt := range map[string]struct{ file, says string }{
		"another kind":            {file("image/gif", "x", plotPNG), `attachments[0].media_type should be "image/png"`},
		"a picture without words": {file("image/png", "", plotPNG), "attachments[0].alt is missing"},
		"another section":         {strings.Replace(file("image/png", "x", plotPNG), `"section":"s"`, `"section":"t"`, 1), "section that the card does not have"},
	} {
		r := b.do(request{method: "POST", path: "/cards/import", form: form("text", tt.file)}).is(422)
		if !strings.Contains(r.one(`[role="alert"]`).Text(), tt.says) {
			t.Errorf("%s: %s", what, r.one(`[role="alert"]`).Text())
		}
	}
	for what, none := range map[string]string{
		"a web page": file("image/png", "x", []byte("<script>alert(1)</script>")),
		"no base64":  strings.Replace(file("image/png", "x", plotPNG), `"data":"`, `"data":"?`, 1),
	} {
		r := b.do(request{method: "POST", path: "/cards/import", form: form("text", none)}).is(303)
		if page := b.get(r.header.Get("Location")); page.has("#attached img") || !strings.Contains(page.one(".notice").Text(), "is none; it was left out") {
			t.Errorf("%s: %s", what, page.one(".notice").Text())
		}
	}
	r := b.do(request{method: "POST", path: "/cards/import", form: form("text", file("image/png", "x", plotPNG))}).is(303)
	path, _, _ := strings.Cut(r.header.Get("Location"), "?")
	page := b.get(path)
	if body := b.get(page.one("#attached img").AttrOr("src", "")).body; bytes.Contains(body, []byte("secret of the maker")) || len(body) == 0 {
		t.Error("an import is not cleaned")
	}
	// Taken into an open card it comes along once, however often.
	for range 2 {
		b.do(request{method: "POST", path: path + "/import", form: form("text", file("image/png", "x", plotPNG), "mode", "fill")}).is(303)
	}
	if n := b.get(path).find("#attached img").Length(); n != 1 {
		t.Errorf("%d pictures", n)
	}
	bare := `{"format":"cardstock/1","kind":"model","title":"T","sections":[{"key":"s","title":"S","fields":[]}]}`
	held := b.do(request{method: "POST", path: path + "/import", form: form("text", bare)}).is(303)
	if says := b.get(held.header.Get("Location")).one(`.choice:contains("Replace all")`).Text(); !strings.Contains(says, "1 attachment of yours erased") {
		t.Errorf("before it is replaced: %s", says)
	}
	b.do(request{method: "POST", path: path + "/import", form: form("text", bare, "mode", "replace")}).is(303)
	if b.get(path).has("#attached img") {
		t.Error("it was not replaced")
	}
}
