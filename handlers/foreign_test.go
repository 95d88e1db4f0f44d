package handlers_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// parts are the ids of one visitor's things, by kind, and the cookie that leads to them.
type parts struct {
	cookie string
	ids    map[string]string
}

// never are ids of the same look that never were.
var never = map[string]string{"card": "zzzzzzzzzzzzzzzz", "section": "custom-zzzzzzzzzzzzzzzz", "field": "custom.zzzzzzzzzzzzzzzz",
	"file": "zzzzzzzzzzzzzzzz", "picture": "zzzzzzzzzzzzzzzz", "table": "zzzzzzzzzzzzzzzz", "model": "zzzzzzzzzzzzzzzz", "revision": "zzzzzzzzzzzzzzzz", "sheet": "zzzzzzzzzzzzzzzz"}

// owner makes a visitor with a card that has everything a card can have.
func (s *server) owner() *parts {
	s.t.Helper()
	f := s.fixture()
	f.do(request{method: "POST", path: f.card + "/import", form: form("text", string(ourJSON), "mode", "fill")}).is(303)
	f.do(request{method: "DELETE", path: f.card + "/sections/" + f.section + "/answers"}).is(303)
	f.put(f.card+"/fields/"+f.field, form("answer."+f.field, "mine", "rev."+f.field, "2.47DEQpj8HBSa-_TI")).is(303)
	held := f.do(request{method: "POST", path: f.card + "/import", form: form("text", string(ourJSON))}).is(303)
	_, f.file, _ = strings.Cut(held.header.Get("Location"), "?file=")
	revision := f.get(f.card+"/history").find(`[name="revision"]`).First().AttrOr("value", "")
	sheet := last(f.newCard("datasheet"))
	return &parts{f.cookies["cardstock"], map[string]string{"sheet": sheet, "card": last(f.card), "section": f.section, "field": f.field, "file": f.file, "picture": f.picture, "table": f.table, "model": f.model, "revision": revision, "rev": revToken(3, "mine")}}
}

// with returns the parts with some ids of somebody else.
func (p *parts) with(others map[string]string, kinds ...string) *parts {
	mixed := &parts{p.cookie, maps.Clone(p.ids)}
	for _, kind := range kinds {
		mixed.ids[kind] = others[kind]
	}
	return mixed
}

// fill puts ids for their kinds: {section} and the like.
func (p *parts) fill(s string) string {
	for kind, id := range p.ids {
		s = strings.ReplaceAll(s, "{"+kind+"}", id)
	}
	return s
}

// question is a visit to a path with these parts; those named in its query or form are another's.
func (p *parts) question(v visit, inForm *parts, htmx bool) *question {
	method, path, _ := strings.Cut(v.route, " ")
	q := &question{method: method, file: v.file, cookie: p.cookie, htmx: htmx}
	values := map[string]string{"id": "{card}"}
	maps.Copy(values, v.params)
	for name, value := range values {
		path = strings.ReplaceAll(path, ":"+name, value)
	}
	q.path = p.fill(path) + inForm.fill(v.query)
	if v.form != nil {
		q.form = url.Values{}
		for name, list := range v.form {
			q.form.Set(inForm.fill(name), inForm.fill(list[0]))
		}
	}
	return q
}

// formIDs are requests that name a thing elsewhere than in their path: each with the kind of what it names.
var formIDs = []struct {
	kind string
	visit
}{
	{"section", visit{route: "PUT /cards/:id/sections/:key/position", params: own, form: form("before", "{section}")}},
	{"field", visit{route: "PUT /cards/:id/fields/:key/position", params: ownQ, form: form("before", "{field}")}},
	{"section", visit{route: "PUT /cards/:id/sections/:key", params: details, form: form("next", "{section}")}},
	{"field", visit{route: "PUT /cards/:id/sections/:key", params: own, form: form("answer.{field}", "X", "rev.{field}", "{rev}")}},
	{"field", visit{route: "PUT /cards/:id/sections/:key", params: details, form: form("keep", "{field}", "theirs.{field}", "{rev}")}},
	{"field", visit{route: "PUT /cards/:id/sections/:key", params: details, form: form("take", "{field}", "rev.{field}", "{rev}")}},
	{"field", visit{route: "PUT /cards/:id/fields/:key", params: ownQ, form: form("answer.{field}", "X", "rev.{field}", "{rev}")}},
	{"field", visit{route: "PUT /cards/:id/sections/:key", params: own, form: form("up.{field}[1]", "")}},
	{"field", visit{route: "POST /cards/:id/fields/:key/preview", params: ownQ, form: form("answer.{field}", "X")}},
	{"model", visit{route: "PUT /cards/:id/fields/:key", params: ownQ, form: form("answer.{field}", "X", "rev.{field}", "{rev}", "artefact", "{model}")}},
	{"model", visit{route: "GET /cards/:id/artefact", query: "?file={model}"}},
	{"file", visit{route: "GET /cards/:id/import", query: "?file={file}"}},
	{"file", visit{route: "POST /cards/:id/import", form: form("held", "{file}")}},
	{"file", visit{route: "POST /cards/:id/import", form: form("held", "{file}", "mode", "fill")}},
	{"file", visit{route: "POST /cards/:id/import", form: form("held", "{file}", "mode", "replace")}},
	{"field", visit{route: "PUT /cards/:id/sections/:key", params: details, form: form("together", "{field}", "rev.{field}", "{rev}")}},
	{"section", visit{route: "POST /cards/:id/files", form: form("section", "{section}", "text", metricsCSV)}},
	{"picture", visit{route: "POST /cards/:id/files", form: form("replaces", "{picture}", "alt", "X", "text", metricsCSV)}},
	{"picture", visit{route: "PUT /cards/:id/files/:file", params: aTable, form: form("before", "{picture}")}},
	{"revision", visit{route: "POST /cards/:id/restorations", form: form("revision", "{revision}")}},
	{"sheet", visit{route: "PUT /cards/:id/datasheets", form: form("datasheet", "{sheet}")}},
	{"card", visit{route: "POST /cards", form: form("template", "{card}")}},
	{"card", visit{route: "PUT /session", form: form("shared", "{card}")}},
	{"card", visit{route: "DELETE /session", form: form("kind", "{card}")}},
}

// plainWords are the values in forms that name nothing of a visitor's. A hand-over code is a secret that brings what it names: its own
// tests are in handover_test.go. A field that a table is to answer is one of the template: one's own questions are no tables, so they are
// refused like another's; TestATableAnswersAQuestion asks for both.
var plainWords = []string{"code", "confirm", "seen", "template", "title", "name", "question", "text", "mode", "shared", "kind", "answer", "rev", "as", "now", "last", "at", "together", "caption", "alt", "column", "field"}

// valid are visits that succeed with what an owner has, where the table of visits has none.
var valid = map[string]visit{
	"PUT /cards/:id/sections/:key":        {params: own, form: form("answer.{field}", "X", "rev.{field}", "{rev}")},
	"PUT /cards/:id/fields/:key":          {params: ownQ, form: form("answer.{field}", "X", "rev.{field}", "{rev}")},
	"POST /cards/:id/restorations":        {form: form("revision", "{revision}")},
	"POST /cards/:id/import":              {form: form("held", "{file}", "mode", "fill")},
	"PUT /cards/:id/fields/:key/question": {params: ownQ, form: form("question", "Why?")},
}

// A foreignCase is a request and the kinds of the ids in it that are not the visitor's own: in its path, or in its query and form.
type foreignCase struct {
	visit
	kinds  []string
	inForm bool
}

func (c *foreignCase) question(p *parts, other map[string]string, htmx bool) *question {
	mixed := p.with(other, c.kinds...)
	if c.inForm {
		return p.question(c.visit, mixed, htmx)
	}
	return mixed.question(c.visit, mixed, htmx)
}

// foreignCases are all ways to name somebody else's things: each route of the application with ids in it, each id in turn.
func foreignCases(t *testing.T, s *server) (cases []foreignCase) {
	t.Helper()
	for _, r := range s.app.GetRoutes(true) {
		if r.Method == http.MethodHead || !strings.HasPrefix(r.Path, "/cards/:id") {
			if len(r.Params) > 0 && r.Path != "/static/:file" && r.Method != http.MethodHead {
				t.Errorf("%s %s has parameters: say here whose they are", r.Method, r.Path)
			}
			continue
		}
		v := whole(t, r.Method+" "+r.Path)
		cases = append(cases, foreignCase{v, []string{"card"}, false}, foreignCase{v, []string{"card", "section", "field", "file", "picture", "table", "model", "revision"}, false})
		for _, param := range r.Params {
			switch {
			case param == "id" || param == "format":
			case param == "file":
				cases = append(cases, foreignCase{v, []string{"file", "picture", "table"}, false})
			case param == "revision":
				cases = append(cases, foreignCase{v, []string{"revision"}, false})
			case param == "key" && strings.Contains(r.Path, "/sections/:key"):
				v.params = own
				cases = append(cases, foreignCase{v, []string{"section"}, false})
			case param == "key" && strings.Contains(r.Path, "/fields/:key"):
				v.params = ownQ
				cases = append(cases, foreignCase{v, []string{"field"}, false})
			default:
				t.Errorf("%s: say here what :%s names", v.route, param)
			}
		}
	}
	for _, f := range formIDs {
		cases = append(cases, foreignCase{f.visit, []string{f.kind}, true})
		if strings.Contains(f.route, ":id") {
			cases = append(cases, foreignCase{f.visit, []string{"card"}, false})
		}
	}
	return cases
}

// whole returns a visit to the route that its owner makes with success.
func whole(t *testing.T, route string) visit {
	t.Helper()
	if v, ok := valid[route]; ok {
		v.route = route
		return v
	}
	for _, v := range visits {
		if v.route == route && (v.plain < 400 || route == "GET /cards/:id/original") {
			return v
		}
	}
	t.Fatalf("no visit to %s", route)
	return visit{}
}

// TestFormValuesAreKnown fails for a value in a form that nobody has said of whether it names something.
func TestFormValuesAreKnown(t *testing.T) {
	t.Parallel()
	named := slices.Clone(plainWords)
	for _, f := range formIDs {
		for name := range f.form {
			name, _, _ = strings.Cut(name, ".")
			named = append(named, name)
		}
	}
	for _, v := range visits {
		for name := range v.form {
			if name, _, _ = strings.Cut(name, "."); !slices.Contains(named, name) {
				t.Errorf("%s: say in formIDs or plainWords what the value %s is", v.route, name)
			}
		}
	}
}

// Somebody else's things are things that never were: the same reply to the last byte, and nothing changes.
func TestAnothersIdsAreIdsThatNeverWere(t *testing.T) {
	undetected(t)
	t.Parallel()
	s := newApp(t)
	victim, stranger, erased := s.owner(), s.owner(), s.owner()
	web, rows := s.direct(), s.ledger(t)
	web.ask(&question{method: "DELETE", path: "/session", cookie: erased.cookie})
	web.ask(&question{method: "GET", path: "/"})
	visitors := map[string]*parts{
		"a session": stranger, "a visitor who keeps nothing": {web.cookie(), stranger.ids}, "no cookie": {"", stranger.ids},
		"a forged cookie": {strings.Repeat("A", 64), stranger.ids}, "the cookie of an erased session": {erased.cookie, stranger.ids},
	}
	before := rows.all(t)
	if len(before) != 2 || !strings.Contains(fmt.Sprint(before), "mine") {
		t.Fatalf("%d sessions before", len(before))
	}
	asked := 0
	for _, c := range foreignCases(t, s) {
		for who, p := range visitors {
			if who != "a session" && !slices.Contains(c.kinds, "card") {
				continue // they have no card of their own to name another's things through
			}
			for _, htmx := range []bool{false, true} {
				what := fmt.Sprintf("%s %s %v (htmx %v), another's %v, asked by %s", c.route, c.query, c.form, htmx, c.kinds, who)
				web.ask(c.question(p, never, htmx))
				status, header, body := web.status(), undated(web.headers()), slices.Clone(web.body())
				for whose, other := range map[string]*parts{"another's": victim, "erased": erased} {
					web.ask(c.question(p, other.ids, htmx))
					asked++
					if web.status() != status || !c.refused(status) {
						t.Errorf("%s: %s: %d, for one that never was %d", what, whose, web.status(), status)
					}
					if h := undated(web.headers()); h != header {
						t.Errorf("%s: %s: the headers differ:\n%s\n%s", what, whose, h, header)
					}
					if !bytes.Equal(web.body(), body) {
						t.Errorf("%s: %s: the replies differ:\n%s\n%s", what, whose, clip(web.body()), clip(body))
					}
				}
			}
		}
	}
	if after := rows.all(t); !maps.Equal(after, before) {
		for id := range after {
			t.Errorf("rows changed: %s", differLines(after[id], before[id]))
		}
	}
	t.Logf("%d requests for what is not one's own", asked)
}

// undated is headers without the date, and without the cookie of a visitor who gets one with every page.
func undated(header []byte) string {
	lines := slices.DeleteFunc(strings.Split(string(header), "\r\n"), func(line string) bool {
		return strings.HasPrefix(line, "Date: ")
	})
	return strings.Join(lines, "\n")
}

// refused reports whether the status is the right one. What a form says of a question that is not in the section is not looked at.
func (c *foreignCase) refused(status int) bool {
	switch {
	case !c.inForm:
		return status == 404
	case c.form.Has("keep") || c.form.Has("take") || c.form.Has("together"):
		return status < 400
	}
	return status == 404 || status == 422
}

// What is one's own is found with the same requests, so the test above asks for what is there.
func TestOnesOwnIdsAreFound(t *testing.T) {
	undetected(t)
	t.Parallel()
	s := newApp(t)
	web, p := s.direct(), s.owner()
	for _, c := range foreignCases(t, s) {
		if !strings.HasPrefix(c.route, "GET ") {
			p = s.owner()
		}
		web.ask(p.question(c.visit, p, false))
		if web.status() >= 400 && strings.Contains(c.route, ":id") {
			t.Errorf("%s %s %v: %d", c.route, c.query, c.form, web.status())
		}
	}
}
