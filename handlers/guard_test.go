package handlers_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// raw sends bytes as they are and returns the reply.
func raw(t testing.TB, s *server, request string) string {
	t.Helper()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(5 * time.Second))
	io.WriteString(c, request)
	data, _ := io.ReadAll(io.LimitReader(c, 1<<16))
	return string(data)
}

func TestWritesFromAnotherSiteAreRefused(t *testing.T) {
	undetected(t)
	t.Parallel()
	s := common(t)
	b := s.visitor()
	path := b.newCard("model")
	here := "http://" + s.addr
	for _, tt := range []struct {
		name    string
		header  map[string]string
		refused bool
	}{
		{"cross-site", map[string]string{"Sec-Fetch-Site": "cross-site"}, true},
		{"same-site", map[string]string{"Sec-Fetch-Site": "same-site"}, true},
		{"cross-site with our Origin", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": here}, true},
		{"same-origin", map[string]string{"Sec-Fetch-Site": "same-origin"}, false},
		{"typed by hand", map[string]string{"Sec-Fetch-Site": "none"}, false},
		{"another Origin", map[string]string{"Origin": "http://evil.example"}, true},
		{"Origin null", map[string]string{"Origin": "null"}, true},
		{"another port", map[string]string{"Origin": "http://127.0.0.1:1"}, true},
		{"our Origin", map[string]string{"Origin": here}, false},
		{"neither", nil, false},
	} {
		for i, r := range []request{
			{method: "PUT", path: path, form: form("title", "T")},
			{method: "POST", path: path, form: form("title", "T", "_method", "PUT")},
			{method: "PUT", path: path + "/fields/model_details.name", form: form("answer.model_details.name", fmt.Sprint(tt.name))},
			{method: "POST", path: "/cards", form: form("template", "model")},
			{method: "POST", path: "/cards/import", file: &upload{"x.json", ourJSON}},
			{method: "DELETE", path: "/session", form: form("kind", "datasheet")},
		} {
			if i == 2 {
				r.form.Set("rev.model_details.name", b.get(path).rev("model_details.name"))
			}
			r.header = tt.header
			before := b.get(path).answer("model_details.name")
			got := b.do(r)
			if (got.status == 403) != tt.refused || got.status >= 400 && !tt.refused {
				t.Errorf("%s, %s %s: %d", tt.name, r.method, r.path, got.status)
			}
			if tt.refused && (b.get(path).answer("model_details.name") != before || !strings.Contains(got.text(), "another site")) {
				t.Errorf("%s, %s %s: written, or not told", tt.name, r.method, r.path)
			}
		}
		if r := b.do(request{method: "GET", path: path, header: tt.header}); r.status != 200 {
			t.Errorf("%s: a link from elsewhere: %d", tt.name, r.status)
		}
	}
	// Behind a proxy it is the public address that counts.
	p := newApp(t, publicURL("https://cards.example.org/app")).visitor()
	for origin, status := range map[string]int{"https://cards.example.org": 303, "https://evil.example": 403, "http://" + p.server.addr: 403} {
		if r := p.do(request{method: "POST", path: "/cards", form: form("template", "model"), header: map[string]string{"Origin": origin}}); r.status != status {
			t.Errorf("public URL, from %s: %d, want %d", origin, r.status, status)
		}
	}
}

func TestAMethodComesFromAPostsBodyOnly(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	path := b.newCard("model")
	for _, r := range []request{
		{method: "GET", path: path + "?_method=DELETE"},
		{method: "GET", path: path + "?_method=PUT&title=X"},
		{method: "POST", path: path + "?_method=DELETE"},
		{method: "POST", path: path, form: form("_method", "PATCH")},
		{method: "POST", path: path, form: form("_method", "GET")},
		{method: "POST", path: path, form: form("_method", "delete")},
		{method: "POST", path: path, header: map[string]string{"X-HTTP-Method-Override": "DELETE"}},
		{method: "GET", path: path, header: map[string]string{"X-HTTP-Method-Override": "DELETE"}},
	} {
		if got := b.do(r); got.status != 200 && got.status != 405 {
			t.Errorf("%s %s: %d", r.method, r.path, got.status)
		}
		if b.get(path).status != 200 {
			t.Fatalf("%s %s %v deleted the card", r.method, r.path, r.form)
		}
	}
	// Nor does a query string fill a form.
	b.do(request{method: "PUT", path: path + "?title=X", form: form("other", "1")}).is(422)
	b.do(request{method: "PUT", path: path + "/fields/model_details.name?answer.model_details.name=X", form: form("rev.model_details.name", "")}).is(422)
	b.do(request{method: "POST", path: path, form: form("_method", "DELETE")}).is(303)
	b.get(path).is(404)
}

func TestHeadersOnEveryReply(t *testing.T) {
	t.Parallel()
	s := newApp(t, maxUpload(64<<10))
	f := s.fixture()
	page := f.get(f.card)
	replies := []*reply{
		page, f.get("/"), f.get("/session"), f.get("/about"), f.get(f.card + ".json"), f.get(f.card + "/preview"), f.get("/healthz"), f.get("/schema/card.json"),
		f.get("/nowhere"), f.do(request{method: "GET", path: "/cards"}), f.do(request{method: "PATCH", path: "/"}), f.do(request{method: "PROPFIND", path: "/"}).is(405), f.do(request{method: "POST", path: "/cards", form: form("template", "none")}),
		f.do(request{method: "POST", path: "/cards", header: map[string]string{"Origin": "null"}}), f.put(f.card, form("title", "x")), f.do(request{method: "HEAD", path: "/"}),
		f.do(request{method: "POST", path: "/cards/import", file: &upload{"x", make([]byte, 65<<10)}}),
		f.do(request{method: "OPTIONS", path: "/"}), f.get(page.one("link[rel=stylesheet]").AttrOr("href", "")), f.get("/static/none.js"),
	}
	for _, r := range replies {
		want := map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "private, no-store",
			"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		}
		switch {
		case strings.Contains(r.what, "/static/") && r.status == 200:
			want["Cache-Control"] = "public, max-age=31536000, immutable"
		case strings.Contains(r.what, "/schema/"):
			delete(want, "Cache-Control")
		case strings.HasSuffix(r.what, ".json"):
			want["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
		}
		for name, value := range want {
			if got := r.header.Values(name); len(got) != 1 || got[0] != value {
				t.Errorf("%s (%d): %s is %q, want %q", r.what, r.status, name, got, value)
			}
		}
		if vary := r.header.Get("Vary"); !strings.Contains(vary, "HX-Request") && !strings.Contains(r.what, "/static/") {
			t.Errorf("%s: Vary is %q", r.what, vary)
		}
		for _, tell := range []string{"Server", "X-Powered-By", "ETag", "Access-Control-Allow-Origin"} {
			if got := r.header.Get(tell); got != "" {
				t.Errorf("%s: %s is %q", r.what, tell, got)
			}
		}
	}
}

func TestLogsHoldNothingOfTheVisitor(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	f := s.fixture()
	const marker = "Cordulegaster"
	f.do(request{method: "PUT", path: f.card, form: form("title", marker+"-title")})
	f.do(request{method: "PUT", path: f.card + "/fields/model_details.name", form: form("answer.model_details.name", marker+"-answer", "rev.model_details.name", marker)})
	f.do(request{method: "PUT", path: f.card + "/fields/version.date", form: form("answer.version.date", marker)})
	f.do(request{method: "POST", path: "/cards/import", file: &upload{marker + "-file.json", []byte(`{"` + marker + `": ` + marker + `}`)}})
	f.do(request{method: "POST", path: "/cards/import", file: &upload{marker + "-file.json", ourJSON}})
	f.do(request{method: "POST", path: "/cards/import", body: "--" + marker, contentType: "multipart/form-data; boundary=" + marker})
	f.do(request{method: "POST", path: "/cards", form: form("template", marker)})
	for _, path := range []string{"/?q=" + marker, "/" + marker, f.card + "?" + marker, "/cards/" + marker, "/static/" + marker, f.card + "/import?file=" + marker, f.card + "." + marker} {
		f.do(request{method: "GET", path: path, header: map[string]string{"Referer": marker, "User-Agent": marker}})
	}
	raw(t, s, "GET /%zz"+marker+" HTTP/1.1\r\nHost: "+marker+"\r\nConnection: close\r\n\r\n")
	raw(t, s, marker+" / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	raw(t, s, "GET / HTTP/1.1\r\n"+marker+"\r\n\r\n")
	cookie := f.cookies["cardstock"]
	f.do(request{method: "DELETE", path: "/session"})
	log := s.log.String()
	for name, secret := range map[string]string{"something typed": marker, "the token": cookie, "half the token": cookie[:32], "the card's id": last(f.card), "an address": "127.0.0.1"} {
		if i := strings.Index(log, secret); i >= 0 {
			t.Errorf("the log holds %s: …%s…", name, log[max(0, i-200):min(len(log), i+100)])
		}
	}
	if n := strings.Count(log, `"msg":"request"`); n < 15 {
		t.Errorf("%d lines for requests", n)
	}
	if !strings.Contains(log, `"route":"/cards/:id/fields/:key"`) || !strings.Contains(log, `"status":422`) {
		t.Error("a line does not tell its route and status")
	}
}

func TestFailuresOfOursKeepTheirCause(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	b := s.visitor()
	path := b.newCard("model")
	s.db.Close()
	for _, r := range []*reply{b.get("/"), b.get(path), b.put(path, form("title", "x"))} {
		if r.status != 500 || !strings.Contains(r.text(), "Something went wrong here") || strings.Contains(r.text(), "sql") || strings.Contains(r.text(), "closed") {
			t.Errorf("%s: %d %s", r.what, r.status, r.text())
		}
	}
	if r := b.get("/readyz"); r.status != 503 || !strings.Contains(string(r.body), "not ready") {
		t.Errorf("readyz: %d %s", r.status, r.body)
	}
	if r := b.get("/healthz"); r.status != 200 {
		t.Errorf("healthz: %d", r.status)
	}
	if !strings.Contains(s.log.String(), "database is closed") {
		t.Error("the log does not tell the cause")
	}
}
