package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// A write is one that works: a route of the application that is not read only, with a form that it takes.
type write struct {
	method, path string
	form         url.Values
}

func (w write) String() string { return w.method + " " + w.path }

// writes returns one for each route that writes, read from the application: a new route without one fails the test.
func (f *fixture) writes() []write {
	f.t.Helper()
	var all []write
	for _, r := range f.server.app.GetRoutes(true) {
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			continue
		}
		route := r.Method + " " + r.Path
		i := slices.IndexFunc(visits, func(v visit) bool {
			return v.route == route && v.params["id"] == "" && v.file == nil && (v.plain < 400 || v.plain == 409)
		})
		if i < 0 {
			f.t.Errorf("%s: no visit shows how it writes", route)
			continue
		}
		w := write{r.Method, f.path(visits[i]), url.Values{}}
		for name, values := range visits[i].form {
			w.form[strings.ReplaceAll(name, "{field}", f.field)] = []string{strings.ReplaceAll(values[0], "{revision}", f.revision)}
		}
		all = append(all, w)
	}
	return all
}

// bodies are the three kinds of form that any site can make a browser send without asking first, and JSON.
func bodies(form url.Values) map[string]string {
	text, parts := "", ""
	for name := range form {
		text += name + "=" + form.Get(name) + "\r\n"
		parts += "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + form.Get(name) + "\r\n"
	}
	return map[string]string{
		"application/x-www-form-urlencoded": form.Encode(),
		"multipart/form-data; boundary=b":   parts + "--b--\r\n",
		"text/plain":                        text,
		"application/json":                  "{}",
	}
}

// with returns a copy of the form with one more value.
func with(form url.Values, name, value string) url.Values {
	more := url.Values{name: {value}}
	for name, values := range form {
		more[name] = values
	}
	return more
}

func TestEveryWriteFromAnotherSiteIsRefused(t *testing.T) {
	undetected(t)
	t.Parallel()
	s := newApp(t)
	f := s.fixture()
	cookie := "cardstock=" + f.token()
	committed := s.commits()
	elsewhere := map[string][]string{
		"cross-site":                  {"Sec-Fetch-Site: cross-site"},
		"cross-site by an old Origin": {"Origin: http://evil.example"},
		"a sibling subdomain":         {"Sec-Fetch-Site: same-site", "Origin: http://sibling." + s.addr},
		"same-site, our own Origin":   {"Sec-Fetch-Site: same-site", "Origin: http://" + s.addr},
		"a subdomain by its Origin":   {"Origin: http://sub." + s.addr},
		"a sandboxed frame":           {"Origin: null"},
		"another port":                {"Origin: http://127.0.0.1:1"},
		"no host in the Origin":       {"Origin: file://"},
		"an unknown word":             {"Sec-Fetch-Site: sideways"},
		"navigation of a frame":       {"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"},
		"as if from htmx":             {"Sec-Fetch-Site: cross-site", "HX-Request: true"},
	}
	for _, w := range f.writes() {
		for who, headers := range elsewhere {
			for contentType, body := range bodies(w.form) {
				r := s.sent(w.method, w.path, cookie, body, append(headers, "Content-Type: "+contentType)...)
				if r.status != 403 || committed() {
					t.Errorf("%s, %s, %s: status %d, or written", w, who, contentType, r.status)
				}
			}
			if w.method == http.MethodPost {
				continue
			}
			r := s.sent("POST", w.path, cookie, with(w.form, "_method", w.method).Encode(), headers...)
			if r.status != 403 || !strings.Contains(r.text(), "another site") || committed() {
				t.Errorf("%s by a form, %s: status %d, or written, or not told", w, who, r.status)
			}
		}
	}
}

// The same writes pass when they come from our own page, are typed by hand, or come from a program that is no browser.
func TestEveryWriteOfOurOwnPasses(t *testing.T) {
	undetected(t)
	t.Parallel()
	s := newApp(t)
	for who, headers := range map[string][]string{
		"our page":               {"Sec-Fetch-Site: same-origin", "Origin: http://" + s.addr},
		"our page over http":     {"Origin: http://" + s.addr},
		"typed by hand":          {"Sec-Fetch-Site: none"},
		"neither header, a curl": nil,
	} {
		f, done := s.fixture(), 0
		for _, w := range f.writes() { // deletions come last, and what they take with them is not found
			r := s.sent(w.method, w.path, "cardstock="+f.token(), w.form.Encode(), headers...)
			if r.status == 403 || r.status >= 500 {
				t.Errorf("%s, %s: %d", w, who, r.status)
			}
			if r.status < 400 {
				done++
			}
		}
		if done < 15 {
			t.Errorf("%s: only %d writes were done", who, done)
		}
	}
}

// Nothing is written by a method that only reads, whatever stands in the query, the body or a header, at any address.
func TestReadingWritesNothing(t *testing.T) {
	undetected(t)
	t.Parallel()
	s := newApp(t)
	f := s.fixture()
	cookie := "cardstock=" + f.token()
	committed := s.commits()
	paths := map[string]url.Values{}
	for _, v := range visits {
		if v.route != "GET /readyz" { // it writes the time of the probe, to tell whether that can be done
			paths[f.path(v)] = nil
		}
	}
	for _, w := range f.writes() {
		paths[w.path] = with(w.form, "_method", w.method)
	}
	for path, form := range paths {
		sep := "?"
		if strings.Contains(path, "?") {
			sep = "&"
		}
		for _, method := range []string{"GET", "HEAD", "OPTIONS", "TRACE", "CONNECT"} {
			for what, r := range map[string]*reply{
				"a query":  s.sent(method, path+sep+form.Encode(), cookie, ""),
				"a body":   s.sent(method, path, cookie, form.Encode()),
				"a header": s.sent(method, path+sep+form.Encode(), cookie, form.Encode(), "X-HTTP-Method-Override: "+form.Get("_method"), "X-Method-Override: DELETE"),
			} {
				if committed() || r.status >= 500 {
					t.Errorf("%s %s with %s: written, or status %d", method, path, what, r.status)
				}
			}
		}
	}
}

// A form's method and values come from the body of a POST, urlencoded, and from nowhere else.
func TestAQueryStringNeverWrites(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	f := s.fixture()
	cookie := "cardstock=" + f.token()
	committed := s.commits()
	refused := func(w write, what string, r *reply) {
		t.Helper()
		if r.status < 400 || r.status >= 500 || committed() {
			t.Errorf("%s, %s: status %d, or written", w, what, r.status)
		}
	}
	for _, w := range f.writes() {
		named := with(w.form, "_method", w.method)
		if w.method != http.MethodPost {
			for _, contentType := range []string{"multipart/form-data; boundary=b", "text/plain", "application/json"} {
				refused(w, "_method in "+contentType, s.sent("POST", w.path, cookie, bodies(named)[contentType], "Content-Type: "+contentType))
			}
			refused(w, "_method in the query", s.sent("POST", w.path+"?"+named.Encode(), cookie, w.form.Encode()))
			for _, method := range []string{strings.ToLower(w.method), " " + w.method, w.method + "\n", "PATCH", "CONNECT", ""} {
				refused(w, "_method="+method, s.sent("POST", w.path, cookie, with(w.form, "_method", method).Encode()))
			}
			refused(w, "_method by PATCH", s.sent("PATCH", w.path, cookie, named.Encode()))
		}
		if len(w.form) == 0 || w.method == http.MethodDelete || strings.HasSuffix(w.path, "/position") {
			continue // these need no form
		}
		s.sent(w.method, w.path+"?"+w.form.Encode(), cookie, "")
		s.sent(w.method, w.path, cookie, bodies(w.form)["text/plain"], "Content-Type: text/plain")
		if committed() {
			t.Errorf("%s: the form was read from the query, or from text", w)
		}
	}
}

// A page whose name was made to point at this server (DNS rebinding) is at best a new visitor: a browser sends it no cookie of another
// name, and nothing we answer depends on the name it used. With a public URL its writes are refused as well.
func TestAnotherHostNameIsAStranger(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	f := s.fixture()
	evil := []string{"Host: evil.example", "Origin: http://evil.example"}
	made := s.sent("POST", "/cards", "", "template=model", evil...).is(303)
	if !strings.HasPrefix(made.header.Get("Location"), "/cards/") {
		t.Errorf("redirected to %q", made.header.Get("Location"))
	}
	for _, path := range []string{"/", f.card, f.card + ".json", "/session", "/about", "/nowhere"} {
		r := s.sent("GET", path, "", "", evil...)
		if strings.Contains(fmt.Sprint(r.header, string(r.body)), "evil.example") || strings.Contains(string(r.body), "mine") {
			t.Errorf("%s: the reply depends on the name, or shows somebody's data", r.what)
		}
	}
	p := newApp(t, publicURL("http://cards.example.org"))
	for _, headers := range [][]string{evil, {"Host: cards.example.org", "Origin: http://evil.example"}, {"Host: evil.example", "Sec-Fetch-Site: cross-site"}} {
		p.sent("POST", "/cards", "", "template=model", headers...).is(403)
	}
	p.sent("POST", "/cards", "", "template=model", "Host: 10.0.0.1:3000", "Origin: http://cards.example.org").is(303)
	if n := p.sessions(); n != 1 {
		t.Errorf("%d sessions", n)
	}
}
