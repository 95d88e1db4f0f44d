package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"cardstock/handlers"
)

// A visit is one request to one route, plain or as htmx makes it, and what must come back.
type visit struct {
	route  string            // as the application has it
	params map[string]string // of the route; the fixture's parts by name
	query  string
	form   url.Values
	file   *upload
	plain  int    // status of the plain request
	page   string // selector that must be in its body; "" when there is none to look into
	htmx   int
	piece  string
}

// fixture is a card with a section and a question of the visitor's own, and a held upload.
type fixture struct {
	*browser
	card, section, field, file, revision string
	picture, table                       string // in the section
	model                                string // what was read from a model file
}

func (s *server) fixture() *fixture {
	s.t.Helper()
	b := s.visitor()
	f := &fixture{browser: b, card: b.newCard("model")}
	r := b.do(request{method: "POST", path: f.card + "/sections", form: form("title", "My section")}).is(303)
	f.section = last(r.header.Get("Location"))
	page := b.post(f.card+"/sections/"+f.section+"/fields", form("question", "My question?")).is(200)
	f.field = page.one(`[data-key^="custom."]`).AttrOr("data-key", "")
	b.put(f.card+"/fields/"+f.field, form("answer."+f.field, "mine")).is(303)
	model := b.do(request{method: "POST", path: f.card + "/artefact", file: &upload{"config.json", modelConfig}}).is(303)
	_, f.model, _ = strings.Cut(model.header.Get("Location"), "?file=")
	upload := b.do(request{method: "POST", path: f.card + "/import", form: form("text", `{"format":"cardstock/1","kind":"model","title":"","sections":[]}`)}).is(303)
	_, f.file, _ = strings.Cut(upload.header.Get("Location"), "?file=")
	f.revision = strings.TrimPrefix(b.get(f.card+"/history").find(`[id^="step-"]`).First().AttrOr("id", ""), "step-")
	b.attach(f.card, f.section, "plot.png", plotPNG).is(303)
	b.attach(f.card, f.section, "metrics.csv", []byte(metricsCSV)).is(303)
	page = b.get(f.card + "/sections/" + f.section).is(200)
	f.picture = last(page.one("#attached img").AttrOr("src", ""))
	f.table = last(strings.TrimSuffix(page.one(`#attached a[href$="/table"]`).AttrOr("href", ""), "/table"))
	if f.section == "" || f.field == "" || f.file == "" || f.revision == "" || f.picture == "" || f.table == "" || f.model == "" {
		s.t.Fatalf("fixture %+v", f)
	}
	return f
}

func last(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// path fills in a route's parameters.
func (f *fixture) path(v visit) string {
	_, path, _ := strings.Cut(v.route, " ")
	parts := map[string]string{"id": last(f.card)}
	for name, value := range v.params {
		parts[name] = strings.NewReplacer("{section}", f.section, "{field}", f.field, "{file}", f.file, "{revision}", f.revision, "{picture}", f.picture, "{table}", f.table).Replace(value)
	}
	for name, value := range parts {
		path = strings.ReplaceAll(path, ":"+name, value)
	}
	return path + strings.NewReplacer("{file}", f.file, "{section}", f.section, "{field}", f.field, "{model}", f.model).Replace(v.query)
}

// changes reports whether a visit that ends with the status may change or delete the fixture.
func (v visit) changes(status int) bool { return !strings.HasPrefix(v.route, "GET ") && status < 400 }

func (f *fixture) visit(v visit, htmx bool) *reply {
	f.t.Helper()
	method, _, _ := strings.Cut(v.route, " ")
	values := url.Values{}
	for name, list := range v.form {
		filled := make([]string, len(list))
		for i, value := range list {
			filled[i] = strings.NewReplacer("{section}", f.section, "{picture}", f.picture, "{field}", f.field, "{model}", f.model).Replace(value)
		}
		values[strings.ReplaceAll(name, "{field}", f.field)] = filled
	}
	if v.form == nil && v.file == nil {
		values = nil
	}
	if v.form.Get("revision") == "{revision}" {
		values.Set("revision", f.revision)
	}
	if v.form.Has("held") {
		values.Set("held", f.file)
	}
	if v.form.Get("code") == "{code}" {
		_, code := f.server.offer()
		values.Set("code", code)
	}
	f.htmx = htmx
	return f.do(request{method: method, path: f.path(v), form: values, file: v.file})
}

var (
	details  = map[string]string{"key": "model_details"}
	name     = map[string]string{"key": "model_details.name"}
	own      = map[string]string{"key": "{section}"}
	ownQ     = map[string]string{"key": "{field}"}
	metrics  = map[string]string{"key": "quantitative_analyses"}
	aStep    = map[string]string{"revision": "{revision}"}
	nowhere  = map[string]string{"key": "none"}
	aPicture = map[string]string{"file": "{picture}"}
	aTable   = map[string]string{"file": "{table}"}
	noCard   = map[string]string{"id": "aaaaaaaaaaaaaaaa", "key": "model_details"}

	ourJSON = []byte(`{"format":"cardstock/1","kind":"model","title":"Imported","sections":[{"key":"model_details","title":"Model details",` +
		`"fields":[{"key":"model_details.name","label":"Name","kind":"line","answer":"From a file"}]}]}`)
	modelConfig = []byte(`{"model_type":"bert","num_hidden_layers":12}`)
)

const (
	box   = `[name="answer.model_details.name"]`
	cell  = `[name="answer.quantitative_analyses.metrics[0].value"]`
	toast = `[data-status]`
	h1    = `html body main h1`
)

func imprint(o *handlers.Options) {
	o.Pages = fstest.MapFS{"imprint.md": {Data: []byte("Somebody, *Somewhere*")}, "privacy.md": {Data: []byte("<script>alert(1)</script> and more")}}
}

func TestEveryRoute(t *testing.T) {
	t.Parallel()
	s := newApp(t, imprint)
	still := s.fixture()
	for _, v := range visits {
		for _, htmx := range []bool{false, true} {
			status, selector := v.plain, v.page
			if htmx {
				status, selector = v.htmx, v.piece
			}
			f := still
			if v.changes(status) {
				f = s.fixture()
			}
			r := f.visit(v, htmx)
			if r.status != status {
				t.Errorf("%s %s (htmx %v): status %d, want %d: %s", v.route, v.form.Encode(), htmx, r.status, status, r.text())
				continue
			}
			if selector != "" && !r.has(selector) {
				t.Errorf("%s %s (htmx %v): no %s in\n%s", v.route, v.form.Encode(), htmx, selector, clip(r.body))
			}
			checkShape(t, r, htmx, selector != "")
		}
	}
}

// checkShape holds what is true of every reply: a page is whole, a fragment is not, a redirect says where to.
func checkShape(t *testing.T, r *reply, htmx, looked bool) {
	t.Helper()
	whole := strings.HasPrefix(strings.ToLower(string(r.body)), "<!doctype html>")
	switch {
	case r.status == http.StatusSeeOther:
		if !strings.HasPrefix(r.header.Get("Location"), "/") {
			t.Errorf("%s: redirected to %q", r.what, r.header.Get("Location"))
		}
	case r.status == http.StatusNoContent:
		if !strings.HasPrefix(r.header.Get("HX-Redirect"), "/") || len(r.body) > 0 {
			t.Errorf("%s: htmx is not told where to go", r.what)
		}
	case looked && whole == htmx:
		t.Errorf("%s: whole page %v, htmx %v", r.what, whole, htmx)
	case looked && !htmx && (!r.has("#toasts[role=status]") || !r.has(`a[href="#main"]`) || !r.has("title") || !r.has("footer a")):
		t.Errorf("%s: a page without its frame", r.what)
	}
	ids := map[string]bool{}
	r.find("[id]").Each(func(_ int, s *sel) {
		id := s.AttrOr("id", "")
		if ids[id] {
			t.Errorf("%s: the id %s is there twice", r.what, id)
		}
		ids[id] = true
	})
	if oob := r.find("[hx-swap-oob]").Length(); oob > 5 {
		t.Errorf("%s: %d out-of-band swaps", r.what, oob)
	}
}

// TestEveryRouteIsVisited fails for a route that is in no table.
func TestEveryRouteIsVisited(t *testing.T) {
	t.Parallel()
	visited := map[string]bool{}
	for _, v := range visits {
		visited[v.route] = true
	}
	known := map[string]bool{}
	for _, r := range newApp(t).app.GetRoutes(true) {
		if r.Method == http.MethodHead {
			continue
		}
		route := r.Method + " " + r.Path
		known[route] = true
		if !visited[route] {
			t.Errorf("the route %s is in no table", route)
		}
	}
	for route := range visited {
		if !known[route] {
			t.Errorf("the table has %s, which is no route", route)
		}
	}
}

// A boosted link and a step back in history want a page, though htmx asks.
func TestPageOrFragment(t *testing.T) {
	t.Parallel()
	f := common(t).fixture()
	for _, tt := range []struct {
		header map[string]string
		whole  bool
	}{
		{map[string]string{}, true},
		{map[string]string{"HX-Request": "true"}, false},
		{map[string]string{"HX-Request": "false"}, true},
		{map[string]string{"HX-Request": "true", "HX-Boosted": "true"}, true},
		{map[string]string{"HX-Request": "true", "HX-History-Restore-Request": "true"}, true},
	} {
		for _, path := range []string{"/", f.card, f.card + "/preview", "/session", "/nowhere"} {
			r := f.do(request{method: "GET", path: path, header: tt.header})
			if r.has("footer") != tt.whole || !strings.Contains(r.header.Get("Vary"), "HX-Request") {
				t.Errorf("%s %v: whole page %v, Vary %s", path, tt.header, r.has("footer"), r.header.Get("Vary"))
			}
		}
	}
}

func TestHeadIsGetWithoutBody(t *testing.T) {
	t.Parallel()
	f := common(t).fixture()
	for _, path := range []string{"/", f.card, f.card + ".json", "/session", "/healthz"} {
		r := f.do(request{method: "HEAD", path: path}).is(200)
		if len(r.body) > 0 {
			t.Errorf("HEAD %s has a body", path)
		}
	}
}

func TestUnknownAddressesAndMethods(t *testing.T) {
	t.Parallel()
	f := common(t).fixture()
	for path, status := range map[string]int{
		"/nowhere": 404, "/Session": 404, "/session/": 404, "/cards": 303, f.card + "/": 404, "/cards//sections/x": 404, f.card + ".": 404,
		"/static/": 404, "/static/../schema.sql": 404, "/static/%2e%2e%2fschema.sql": 404, "/schema.sql": 404, "/views/start.html": 404,
		"/cards/" + "a%2fb": 404, "/cards/%00": 404, "/cards/%ff": 404, "/cards/" + strings.Repeat("x", 5000): 404,
	} {
		if r := f.do(request{method: "GET", path: path}); r.status != status {
			t.Errorf("GET %s: %d, want %d", clip([]byte(path)), r.status, status)
		} else if r.status > 400 && !r.has("h1") {
			t.Errorf("GET %s: no page says so", path)
		}
	}
	for _, r := range []request{{method: "POST", path: "/session"}, {method: "PATCH", path: f.card}, {method: "DELETE", path: "/"}, {method: "PUT", path: "/cards"}, {method: "POST", path: f.card}} {
		if got := f.do(r); got.status != 405 || got.header.Get("Allow") == "" {
			t.Errorf("%s %s: %d, Allow %q", r.method, r.path, got.status, got.header.Get("Allow"))
		}
	}
}
