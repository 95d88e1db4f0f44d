package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"cardstock/card"
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

// visits has every route of the application; TestEveryRouteIsVisited holds that.
var visits = []visit{
	{route: "GET /static/:file", params: map[string]string{"file": "none.css"}, plain: 404, htmx: 404},
	{route: "GET /healthz", plain: 200, htmx: 200},
	{route: "GET /readyz", plain: 200, htmx: 200},
	{route: "GET /schema/card.json", plain: 200, htmx: 200},

	{route: "GET /", plain: 200, page: formTo("/cards", "POST"), htmx: 200, piece: `main form[action="/cards/import"]`},
	{route: "POST /cards", form: form("template", "datasheet"), plain: 303, htmx: 204},
	{route: "POST /cards", form: form("template", "recipe"), plain: 422, page: h1, htmx: 422, piece: toast},
	{route: "POST /cards", plain: 422, page: h1, htmx: 422, piece: toast},
	{route: "POST /cards/import", file: &upload{"card.json", ourJSON}, plain: 303, htmx: 204},
	{route: "POST /cards/import", form: form("text", string(ourJSON)), plain: 303, htmx: 204},
	{route: "POST /cards/import", form: form("text", "{broken"), plain: 422, page: `#paste:contains("{broken")`, htmx: 422, piece: `[role="alert"]`},
	{route: "POST /cards/import", form: form("text", ""), plain: 422, page: `[role="alert"]`, htmx: 422, piece: `[role="alert"]`},

	{route: "GET /cards/:id", plain: 200, page: "html " + box, htmx: 200, piece: `#section-form ` + box},
	{route: "GET /cards/:id", params: noCard, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "PUT /cards/:id", form: form("title", "New"), plain: 303, htmx: 200, piece: `#card-name input[name="title"][value="New"]`},
	{route: "PUT /cards/:id", form: form("title", strings.Repeat("x", 301)), plain: 422, page: h1, htmx: 422, piece: toast},
	{route: "PUT /cards/:id", form: form("name", "x"), plain: 422, page: h1, htmx: 422, piece: toast},
	{route: "PUT /cards/:id", params: noCard, form: form("title", "x"), plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "DELETE /cards/:id", plain: 303, htmx: 204},
	{route: "DELETE /cards/:id", form: form("now", "1"), plain: 303, htmx: 204},
	{route: "DELETE /cards/:id", params: noCard, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "POST /cards/:id/copies", plain: 303, htmx: 204},
	{route: "POST /cards/:id/copies", form: form("as", "version"), plain: 303, htmx: 204},
	{route: "POST /cards/:id/copies", form: form("as", "poem"), plain: 422, page: h1, htmx: 422, piece: toast},
	{route: "POST /cards/:id/copies", params: noCard, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "PUT /cards/:id/datasheets", plain: 303, htmx: 204},
	{route: "PUT /cards/:id/datasheets", form: form("datasheet", "none"), plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "PUT /cards/:id/datasheets", params: noCard, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "POST /cards/:id/undeletion", plain: 303, htmx: 204}, // it is there: what was asked for is so
	{route: "POST /cards/:id/undeletion", params: noCard, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "DELETE /cards/:id/answers", plain: 303, htmx: 204},
	{route: "DELETE /cards/:id/answers", params: noCard, plain: 404, page: h1, htmx: 404, piece: toast},

	{route: "POST /cards/:id/sections", form: form("title", "Another"), plain: 303, htmx: 200, piece: `#main h1:contains("Another")`},
	{route: "POST /cards/:id/sections", form: form("title", " "), plain: 422, page: h1, htmx: 422, piece: toast},
	{route: "GET /cards/:id/sections/:key", params: details, plain: 200, page: "html " + box, htmx: 200, piece: `#main ` + box},
	{route: "GET /cards/:id/sections/:key", params: own, plain: 200, page: `textarea:contains("mine")`, htmx: 200, piece: `textarea:contains("mine")`},
	{route: "GET /cards/:id/sections/:key", params: metrics, plain: 200, page: "html " + cell, htmx: 200, piece: cell},
	{route: "GET /cards/:id/sections/:key", params: map[string]string{"key": "governance"}, plain: 200, page: `option[selected]:contains("draft")`, htmx: 200, piece: `select`},
	{route: "PUT /cards/:id/sections/:key", params: metrics, form: form("answer.quantitative_analyses.metrics[0].value", "0.9"), plain: 303, htmx: 200, piece: cell + `[value="0.9"]`},
	{route: "GET /cards/:id/sections/:key", params: nowhere, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "GET /cards/:id/sections/:key", params: noCard, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "PUT /cards/:id/sections/:key", params: details, form: form("answer.model_details.name", "X"), plain: 303, htmx: 200, piece: box + `[value="X"]`},
	{route: "PUT /cards/:id/sections/:key", params: details, form: form("answer.model_details.name", "X", "next", "factors"), plain: 303, htmx: 200, piece: `[name="answer.factors.relevant"]`},
	{route: "PUT /cards/:id/sections/:key", params: details, form: form("answer.model_details.name", "X", "next", "none"), plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "PUT /cards/:id/sections/:key", params: metrics, form: form("answer.quantitative_analyses.metrics[0].value", "0.1", "answer.quantitative_analyses.metrics[1].value", "0.2", "up.quantitative_analyses.metrics[1]", ""), plain: 303, htmx: 200, piece: cell + `[value="0.2"]`},
	{route: "PUT /cards/:id/sections/:key", params: metrics, form: form("answer.quantitative_analyses.metrics[0].value", "0.1", "up.quantitative_analyses.metrics[0]", ""), plain: 303, htmx: 200, piece: cell + `[value="0.1"]`},
	{route: "PUT /cards/:id/sections/:key", params: details, form: form("up.gone.field[1]", ""), plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "PUT /cards/:id/sections/:key", params: details, form: form("answer.gone.field", "X"), plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "PUT /cards/:id/sections/:key", params: details, form: form("answer.version.date", "soon"), plain: 422, page: `[role="alert"]`, htmx: 422, piece: `[role="alert"]`},
	{route: "PUT /cards/:id/sections/:key", params: own, form: form("answer.{field}", "other"), plain: 409, page: `[data-rev]:contains("mine")`, htmx: 409, piece: `[data-rev]:contains("mine")`},
	{route: "PUT /cards/:id/sections/:key", params: nowhere, form: form("answer.x", "X"), plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "PUT /cards/:id/sections/:key", params: noCard, form: form("answer.x", "X"), plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "PUT /cards/:id/sections/:key", params: own, form: form("answer.{field}", "other", "together", "{field}"), plain: 409, page: `textarea:contains("mine")`, htmx: 409, piece: `textarea:contains("other")`},
	{route: "GET /cards/:id/sections/:key/revs", params: own, plain: 303, htmx: 200},
	{route: "GET /cards/:id/sections/:key/revs", params: own, query: "?rev.{field}=0.x", plain: 303, htmx: 200, piece: `[hx-swap-oob] textarea:contains("mine")`},
	{route: "GET /cards/:id/sections/:key/revs", params: nowhere, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "GET /cards/:id/sections/:key/revs", params: noCard, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "DELETE /cards/:id/sections/:key", params: own, plain: 303, htmx: 204},
	{route: "DELETE /cards/:id/sections/:key", params: details, plain: 422, page: h1, htmx: 422, piece: toast},
	{route: "DELETE /cards/:id/sections/:key", params: nowhere, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "PUT /cards/:id/sections/:key/title", params: own, form: form("title", "Renamed"), plain: 303, htmx: 200, piece: `#main h1:contains("Renamed")`},
	{route: "PUT /cards/:id/sections/:key/title", params: details, form: form("title", "Renamed"), plain: 422, page: h1, htmx: 422, piece: toast},
	{route: "PUT /cards/:id/sections/:key/title", params: nowhere, form: form("title", "Renamed"), plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "PUT /cards/:id/sections/:key/position", params: own, form: form("before", "factors"), plain: 303, htmx: 200, piece: `#outline`},
	{route: "PUT /cards/:id/sections/:key/position", params: own, form: form("before", "none"), plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "DELETE /cards/:id/sections/:key/answers", params: own, plain: 303, htmx: 200, piece: `#main textarea`},
	{route: "DELETE /cards/:id/sections/:key/answers", params: nowhere, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "POST /cards/:id/sections/:key/fields", params: details, form: form("question", "Why?"), plain: 303, htmx: 200, piece: `label:contains("Why?")`},
	{route: "POST /cards/:id/sections/:key/fields", params: details, form: form("question", ""), plain: 422, page: h1, htmx: 422, piece: toast},
	{route: "POST /cards/:id/sections/:key/fields", params: nowhere, form: form("question", "Why?"), plain: 404, page: h1, htmx: 404, piece: toast},

	{route: "GET /cards/:id/fields/:key", params: name, plain: 303, htmx: 200, piece: box},
	{route: "GET /cards/:id/fields/:key", params: nowhere, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "PUT /cards/:id/fields/:key", params: name, form: form("answer.model_details.name", "X"), plain: 303, htmx: 200, piece: `[name="rev.model_details.name"]`},
	{route: "PUT /cards/:id/fields/:key", params: name, form: form("rev.model_details.name", "0.x"), plain: 422, page: h1, htmx: 422, piece: toast},
	{route: "PUT /cards/:id/fields/:key", params: map[string]string{"key": "version.date"}, form: form("answer.version.date", "soon"), plain: 422, page: `[name="answer.version.date"][value="soon"]`, htmx: 422, piece: `[id="state-version.date"]:contains("year-month-day")`},
	{route: "PUT /cards/:id/fields/:key", params: ownQ, form: form("answer.{field}", "other"), plain: 409, page: `[data-rev]:contains("mine")`, htmx: 409, piece: `[data-rev]:contains("mine")`},
	{route: "PUT /cards/:id/fields/:key", params: nowhere, form: form("answer.none", "X"), plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "POST /cards/:id/fields/:key/preview", params: ownQ, form: form("answer.{field}", "**much**"), plain: 200, page: `html .shown strong:contains("much")`, htmx: 200, piece: `.shown strong:contains("much")`},
	{route: "POST /cards/:id/fields/:key/preview", params: name, plain: 422, page: h1, htmx: 422, piece: toast},
	{route: "POST /cards/:id/fields/:key/preview", params: name, form: form("answer.model_details.name", strings.Repeat("x", card.MaxAnswer+1)), plain: 422, page: h1, htmx: 422, piece: toast},
	{route: "POST /cards/:id/fields/:key/preview", params: nowhere, form: form("answer.none", "X"), plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "DELETE /cards/:id/fields/:key", params: ownQ, plain: 303, htmx: 200, piece: `#main h1`},
	{route: "DELETE /cards/:id/fields/:key", params: name, plain: 422, page: h1, htmx: 422, piece: toast},
	{route: "PUT /cards/:id/fields/:key/question", params: ownQ, form: form("question", "Reworded?"), plain: 303, htmx: 200, piece: `label:contains("Reworded?")`},
	{route: "PUT /cards/:id/fields/:key/question", params: name, form: form("question", "Reworded?"), plain: 422, page: h1, htmx: 422, piece: toast},
	{route: "PUT /cards/:id/fields/:key/position", params: ownQ, form: form("before", ""), plain: 303, htmx: 200, piece: `#main h1`},
	{route: "PUT /cards/:id/fields/:key/position", params: ownQ, form: form("before", "none"), plain: 404, page: h1, htmx: 404, piece: toast},

	{route: "GET /cards/:id/import", plain: 200, page: `form input[type="file"]`, htmx: 200, piece: `form input[type="file"]`},
	{route: "GET /cards/:id/import", query: "?file={file}", plain: 200, page: `[name="mode"][value="fill"]`, htmx: 200, piece: `[name="mode"][value="fill"]`},
	{route: "GET /cards/:id/import", query: "?file=none", plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "POST /cards/:id/import", form: form("text", string(ourJSON)), plain: 303, htmx: 204},
	{route: "POST /cards/:id/import", form: form("held", "", "mode", "replace"), plain: 303, htmx: 204},
	{route: "POST /cards/:id/import", form: form("held", "", "mode", "guess"), plain: 422, page: h1, htmx: 422, piece: toast},
	{route: "POST /cards/:id/import", form: form("text", "[]"), plain: 422, page: `#paste:contains("[]")`, htmx: 422, piece: `[role="alert"]`},
	{route: "POST /cards/:id/import", params: noCard, form: form("text", string(ourJSON)), plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "GET /cards/:id/artefact", plain: 200, page: `html form input[type="file"]`, htmx: 200, piece: `form input[type="file"]`},
	{route: "GET /cards/:id/artefact", query: "?file={model}", plain: 200, page: `html .proposal textarea:contains("Layers: 12")`, htmx: 200, piece: `.proposal textarea:contains("Layers: 12")`},
	{route: "GET /cards/:id/artefact", query: "?file={file}", plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "GET /cards/:id/artefact", query: "?file=none", plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "GET /cards/:id/artefact", params: noCard, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "POST /cards/:id/artefact", file: &upload{"config.json", modelConfig}, plain: 303, htmx: 204},
	{route: "POST /cards/:id/artefact", file: &upload{"m.bin", []byte("\x80\x02}q.")}, plain: 422, page: `[role="alert"]:contains("pickle")`, htmx: 422, piece: `[role="alert"]:contains("pickle")`},
	{route: "POST /cards/:id/artefact", form: form("text", string(modelConfig)), plain: 303, htmx: 204},
	{route: "POST /cards/:id/artefact", form: form("text", "{broken"), plain: 422, page: `#artefact-text:contains("{broken")`, htmx: 422, piece: `[role="alert"]`},
	{route: "POST /cards/:id/artefact", plain: 422, page: `[role="alert"]`, htmx: 422, piece: `[role="alert"]`},
	{route: "POST /cards/:id/artefact", params: noCard, file: &upload{"config.json", modelConfig}, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "PUT /cards/:id/fields/:key", params: name, form: form("answer.model_details.name", "X", "artefact", "{model}"), plain: 303, htmx: 204},
	{route: "PUT /cards/:id/fields/:key", params: name, form: form("answer.model_details.name", "X", "artefact", "none"), plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "GET /cards/:id/original", plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "GET /cards/:id/files/:file", params: map[string]string{"file": "{file}"}, plain: 200, htmx: 200},
	{route: "GET /cards/:id/files/:file", params: map[string]string{"file": "none"}, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "DELETE /cards/:id/files/:file", params: map[string]string{"file": "{file}"}, plain: 303, htmx: 204},
	{route: "DELETE /cards/:id/files/:file", params: map[string]string{"file": "none"}, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "GET /cards/:id/files/:file", params: aPicture, plain: 200, htmx: 200},
	{route: "PUT /cards/:id/files/:file", params: aPicture, form: form("caption", "Another", "alt", "Other words"), plain: 303, htmx: 200, piece: `#attached img[alt="Other words"]`},
	{route: "PUT /cards/:id/files/:file", params: aPicture, form: form("before", ""), plain: 303, htmx: 200, piece: `#attached li:last-child img`},
	{route: "PUT /cards/:id/files/:file", params: aPicture, form: form("before", "none"), plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "PUT /cards/:id/files/:file", params: aPicture, form: form("alt", " "), plain: 422, page: `#attached .change[open] [role="alert"]`, htmx: 422, piece: `.change[open] [role="alert"]`},
	{route: "PUT /cards/:id/files/:file", params: aPicture, file: &upload{"b.png", plotPNG}, plain: 303, htmx: 200, piece: `#attached bdi:contains("b.png")`},
	{route: "PUT /cards/:id/files/:file", params: map[string]string{"file": "none"}, form: form("alt", "x"), plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "DELETE /cards/:id/files/:file", params: aPicture, plain: 303, htmx: 200, piece: `#attached:not(:has(img))`},
	{route: "POST /cards/:id/files", form: form("section", "model_details", "text", metricsCSV), plain: 303, htmx: 200, piece: `#attached td:contains("0.938")`},
	{route: "POST /cards/:id/files", form: form("section", "model_details", "alt", "A plot"), file: &upload{"a.png", plotPNG}, plain: 303, htmx: 200, piece: `#attached img[alt="A plot"]`},
	{route: "POST /cards/:id/files", form: form("replaces", "{picture}"), file: &upload{"b.png", plotPNG}, plain: 303, htmx: 200, piece: `#attached bdi:contains("b.png")`},
	{route: "POST /cards/:id/files", form: form("replaces", "none"), file: &upload{"b.png", plotPNG}, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "POST /cards/:id/files", form: form("section", "model_details"), plain: 422, page: `#add-file[open] [role="alert"]`, htmx: 422, piece: `#add-file[open] [role="alert"]`},
	{route: "POST /cards/:id/files", form: form("section", "none", "text", metricsCSV), plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "POST /cards/:id/files", form: form("text", metricsCSV), plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "POST /cards/:id/files", params: noCard, form: form("section", "model_details", "text", metricsCSV), plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "GET /cards/:id/files/:file/table", params: aTable, plain: 200, page: `html main select[name="column.value"]`, htmx: 200, piece: `main select[name="column.value"]`},
	{route: "GET /cards/:id/files/:file/table", params: aPicture, plain: 422, page: h1, htmx: 422, piece: toast},
	{route: "GET /cards/:id/files/:file/table", params: map[string]string{"file": "none"}, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "POST /cards/:id/files/:file/table", params: aTable, form: form("field", "quantitative_analyses.metrics", "column.metric", "0"), plain: 303, htmx: 204},
	{route: "POST /cards/:id/files/:file/table", params: aTable, form: form("field", "quantitative_analyses.metrics"), plain: 422, page: `main [role="alert"]`, htmx: 422, piece: `main [role="alert"]`},
	{route: "POST /cards/:id/files/:file/table", params: aTable, form: form("field", "{field}", "column.metric", "0"), plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "GET /cards", plain: 303, htmx: 303},
	{route: "GET /cards/import", plain: 303, htmx: 303},
	{route: "GET /cards/:id/history", plain: 200, page: `html main h1`, htmx: 200, piece: `main h1`},
	{route: "GET /cards/:id/history", query: "?before=x", plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "GET /cards/:id/history", params: noCard, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "POST /cards/:id/restorations", form: form("revision", "{revision}"), plain: 303, htmx: 204},
	{route: "POST /cards/:id/restorations", form: form("last", "1"), plain: 303, htmx: 204},
	{route: "POST /cards/:id/restorations", form: form("at", "2100-01-01T00:00:00Z"), plain: 303, htmx: 204},
	{route: "POST /cards/:id/restorations", form: form("at", "yesterday"), plain: 422, page: h1, htmx: 422, piece: toast},
	{route: "POST /cards/:id/restorations", form: form("at", "0"), plain: 422, page: h1, htmx: 422, piece: toast},
	{route: "POST /cards/:id/restorations", params: noCard, form: form("last", "1"), plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "POST /cards/:id/restorations", params: noCard, form: form("at", "2100-01-01T00:00:00Z"), plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "GET /cards/:id/revisions/:revision", params: aStep, plain: 200, htmx: 200},
	{route: "GET /cards/:id/revisions/:revision", params: map[string]string{"revision": "none"}, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "DELETE /cards/:id/revisions/:revision", params: aStep, plain: 303, htmx: 204},
	{route: "DELETE /cards/:id/revisions/:revision", params: map[string]string{"revision": "none"}, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "DELETE /cards/:id/fields/:key/revisions", params: ownQ, plain: 303, htmx: 204},
	{route: "DELETE /cards/:id/fields/:key/revisions", params: nowhere, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "POST /cards/:id/restorations", form: form("revision", "none"), plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "GET /cards/:id/exports", plain: 200, page: `html main h2:contains("Cardstock JSON")`, htmx: 200, piece: `main p:contains("none left out")`},
	{route: "GET /cards/:id/exports", params: noCard, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "GET /cards/:id/preview", plain: 200, page: `html main:contains("mine")`, htmx: 200, piece: `main:contains("mine")`},
	{route: "GET /cards/:id/preview", query: "?section=", plain: 200, page: `html main:contains("mine")`, htmx: 200, piece: `article section[id="read-model_details"]`},
	{route: "GET /cards/:id/preview", query: "?section={section}", plain: 200, page: `html main:contains("mine")`, htmx: 200, piece: `section[id^="read-custom"]`},
	{route: "GET /cards/:id/preview", query: "?section=none", plain: 200, page: `html main:contains("mine")`, htmx: 404, piece: toast},
	{route: "GET /cards/:id/preview", params: noCard, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "GET /cards/:id/search", plain: 200, page: "html main #q", htmx: 200, piece: "#matches"},
	{route: "GET /cards/:id/search", query: "?q=MINE", plain: 200, page: `html a[href*="#box-custom."]`, htmx: 200, piece: `mark:contains("mine")`},
	{route: "GET /cards/:id/search", query: "?q=nowhere+at+all", plain: 200, page: `[role="status"]:contains("Nothing")`, htmx: 200, piece: `[role="status"]:contains("Nothing")`},
	{route: "GET /cards/:id/search", query: "?q=" + strings.Repeat("x", 201), plain: 422, page: h1, htmx: 422, piece: toast},
	{route: "GET /cards/:id/search", params: noCard, query: "?q=mine", plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "GET /cards/:id/findings", plain: 200, page: `html .findings a[href$="#box-model_details.name"]`, htmx: 200, piece: `main .findings`},
	{route: "GET /cards/:id/findings", params: noCard, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "GET /cards/:id.:format", params: map[string]string{"format": "json"}, plain: 200, htmx: 200},
	{route: "GET /cards/:id.:format", params: map[string]string{"format": "webcards.json"}, plain: 200, htmx: 200},
	{route: "GET /cards/:id.:format", params: map[string]string{"format": "html"}, plain: 200, htmx: 200},
	{route: "GET /cards/:id.:format", params: map[string]string{"format": "md"}, plain: 200, htmx: 200},
	{route: "GET /cards/:id.:format", params: map[string]string{"format": "mct.json"}, plain: 200, htmx: 200},
	{route: "GET /cards/:id.:format", params: map[string]string{"format": "mct.pb"}, plain: 200, htmx: 200},
	{route: "GET /cards/:id.:format", params: map[string]string{"format": "cdx.json"}, plain: 200, htmx: 200},
	{route: "GET /cards/:id.:format", params: map[string]string{"format": "docx"}, plain: 404, page: h1, htmx: 404, piece: toast},
	{route: "GET /cards/:id.:format", params: map[string]string{"id": "aaaaaaaaaaaaaaaa", "format": "json"}, plain: 404, page: h1, htmx: 404, piece: toast},

	{route: "GET /session", plain: 200, page: `html form[action="/session"]`, htmx: 200, piece: `form[action="/session"]`},
	{route: "PUT /session", form: form("shared", "1"), plain: 303, htmx: 204},
	{route: "PUT /session", form: form("shared", "perhaps"), plain: 422, page: h1, htmx: 422, piece: toast},
	{route: "DELETE /session", form: form("kind", "model"), plain: 303, htmx: 204},
	{route: "DELETE /session", form: form("kind", "recipe"), plain: 422, page: h1, htmx: 422, piece: toast},
	{route: "DELETE /session", plain: 303, htmx: 204},
	{route: "GET /session.zip", plain: 200, htmx: 200},
	{route: "GET /session/handover", plain: 303, htmx: 303},
	{route: "POST /session/handover", plain: 200, page: `html p.code`, htmx: 200, piece: `main p.code`},
	{route: "GET /session/arrival", plain: 200, page: `html form [name="code"]`, htmx: 200, piece: `main form [name="code"]`},
	{route: "POST /session/arrival", form: form("code", "{code}"), plain: 200, page: `html [name="confirm"]`, htmx: 200, piece: `main [name="confirm"]`},
	{route: "POST /session/arrival", form: form("code", "{code}", "confirm", "1"), plain: 303, htmx: 204},
	{route: "POST /session/arrival", form: form("code", "{code}", "confirm", "1", "seen", "0.0"), plain: 409, page: `[role="alert"]`, htmx: 409, piece: `[role="alert"]`},
	{route: "POST /session/arrival", form: form("code", "none"), plain: 422, page: `[role="alert"]`, htmx: 422, piece: `[role="alert"]`},
	{route: "POST /session/arrival", plain: 422, page: `[role="alert"]`, htmx: 422, piece: `[role="alert"]`},

	{route: "GET /about", plain: 200, page: h1, htmx: 200, piece: "main h1"},
	{route: "GET /privacy", plain: 200, page: h1, htmx: 200, piece: "main h1"},
	{route: "GET /imprint", plain: 200, page: `main:contains("Somebody")`, htmx: 200, piece: "main h1"},
	{route: "GET /contact", plain: 404, page: h1, htmx: 404, piece: toast},
}

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
