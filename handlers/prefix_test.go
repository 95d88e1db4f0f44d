package handlers_test

import (
	"strings"
	"testing"
)

// Behind a proxy the app may be one directory of a site. Every address it writes begins with that, and it serves
// requests from a proxy that keeps the directory and from one that takes it off.
func TestPublicPathPrefix(t *testing.T) {
	undetected(t)
	t.Parallel()
	for _, prefix := range []string{"/apps/stock", "/cards", "/session"} {
		for _, kept := range []bool{true, false} {
			t.Run(strings.TrimPrefix(prefix, "/")+map[bool]string{true: " kept", false: " taken off"}[kept], func(t *testing.T) {
				s := newApp(t, publicURL("http://example.org"+prefix), imprint)
				b := s.visitor()
				ask := func(r request) *reply {
					t.Helper()
					if !strings.HasPrefix(r.path, prefix+"/") {
						t.Fatalf("%s %s does not begin with %s", r.method, r.path, prefix)
					}
					if !kept {
						r.path = strings.TrimPrefix(r.path, prefix)
					}
					return b.do(r)
				}
				walk(t, prefix, ask, b)
			})
		}
	}
}

func walk(t *testing.T, prefix string, ask func(r request) *reply, b *browser) {
	t.Helper()
	look := func(r *reply, status int) *reply {
		t.Helper()
		r.is(status)
		for _, name := range []string{"Location", "HX-Redirect", "HX-Push-Url"} {
			if v := r.header.Get(name); v != "" && !strings.HasPrefix(v, prefix+"/") {
				t.Errorf("%s: %s is %s", r.what, name, v)
			}
		}
		r.find("*").Each(func(_ int, e *sel) {
			for _, a := range e.Nodes[0].Attr {
				switch a.Key {
				case "href", "src", "action", "formaction", "hx-get", "hx-post", "hx-put", "hx-delete", "hx-patch":
					if !strings.HasPrefix(a.Val, prefix+"/") && !strings.HasPrefix(a.Val, "#") {
						t.Errorf("%s: %s=%q", r.what, a.Key, a.Val)
					}
				}
			}
		})
		return r
	}
	get := func(path string) *reply { t.Helper(); return ask(request{method: "GET", path: path}) }
	start := look(get(prefix+"/"), 200)
	for _, path := range linked(start) {
		look(get(path), 200)
	}
	made := look(ask(b.formOf(start, `button[value="model"]`, nil)), 303)
	card := made.Header("Location")
	page := look(get(card), 200)
	saved := look(ask(b.formOf(page, "#save-next", map[string]string{"answer.model_details.name": "N"})), 303)
	look(get(saved.Header("Location")), 200)
	look(ask(b.formOf(page, formTo(card+"/sections", "POST"), map[string]string{"title": "Own"})), 303)
	for _, path := range []string{"/", "/session", "/about", "/privacy", "/imprint"} {
		look(get(prefix+path), 200)
	}
	for _, path := range []string{"", "/preview", "/import", "/sections/quantitative_analyses", "/sections/governance", ".json", ".html"} {
		look(get(card+path), 200)
	}
	look(get(prefix+"/nowhere"), 404)
	b.htmx = true
	for _, path := range []string{"/sections/factors", "/fields/factors.relevant", "/preview", "/import"} {
		look(get(card+path), 200)
	}
	look(ask(request{method: "PUT", path: card + "/fields/factors.relevant", form: form("answer.factors.relevant", "x")}), 200)
	look(ask(request{method: "PUT", path: card + "/fields/factors.relevant", form: form("answer.factors.relevant", "y")}), 409)
	look(ask(request{method: "PUT", path: card + "/sections/factors", form: form("next", "metrics")}), 200)
	look(ask(request{method: "DELETE", path: card}), 204)
}

// Header is one header of the reply.
func (r *reply) Header(name string) string { return r.header.Get(name) }
