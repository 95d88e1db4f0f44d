package handlers_test

import (
	"maps"
	"strings"
	"testing"
	"time"
)

func TestJourneyOfYourData(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	b := s.visitor()
	b.get("/").is(200)
	if p := b.get("/session").is(200); !strings.Contains(p.text(), "Nothing is kept about you") || p.has(formTo("/session", "DELETE")) {
		t.Error("somebody of whom nothing is kept is offered to erase it")
	}
	model, sheet := b.newCard("model"), b.newCard("datasheet")
	b.upload("/cards/import", "x.json", ourJSON, nil).is(200)
	page := b.get("/session").is(200)
	for _, says := range []string{"2 model cards, 1 datasheet", "Uploaded files 1", s.clock.Now().Add(30 * 24 * time.Hour).UTC().Format("2 January 2006")} {
		if !strings.Contains(strings.ReplaceAll(page.text(), "Uploaded files1", "Uploaded files 1"), says) {
			t.Errorf("your data does not say %q: %s", says, page.text())
		}
	}
	page = b.press(page, button("Erase all model cards"), nil).is(200)
	b.get(model).is(404)
	b.get(sheet).is(200)
	if page.has(`[value="model"]`) {
		t.Error("model cards are still offered to be erased")
	}
	b.press(page, button("Erase all datasheets"), nil).is(200)
	b.get(sheet).is(404)
}

func TestJourneyOfErasingEverything(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	b, bystander := s.visitor(), s.visitor()
	kept := bystander.newCard("model")
	card := b.newCard("model")
	b.upload("/cards/import", "x.json", ourJSON, nil).is(200)
	old := b.cookies["cardstock"]
	r := b.do(b.formOf(b.get("/session"), button("Erase everything now"), nil)).is(303)
	if got := r.header.Get("Clear-Site-Data"); got != `"cache", "storage"` {
		t.Errorf("Clear-Site-Data is %q", got)
	}
	if b.cookies["cardstock"] == old || b.cookies["cardstock"] == "" {
		t.Error("no fresh cookie")
	}
	if s.sessions() != 1 {
		t.Errorf("%d sessions, want the bystander's only", s.sessions())
	}
	for _, cookie := range []string{b.cookies["cardstock"], old, ""} {
		replay := s.visitor()
		if cookie != "" {
			replay.cookies["cardstock"] = cookie
		}
		replay.get(card).is(404)
		if start := replay.get("/").is(200); start.has("#your-cards") {
			t.Error("cards are listed after everything was erased")
		}
	}
	bystander.get(kept).is(200)
	// For htmx, too.
	b.newCard("model")
	b.htmx = true
	if r := b.do(request{method: "DELETE", path: "/session"}).is(204); r.header.Get("Clear-Site-Data") == "" || !strings.HasPrefix(r.header.Get("HX-Redirect"), "/?") {
		t.Errorf("by htmx: %v", r.header)
	}
}

func TestASaveUnderWayCannotBringAnErasedSessionBack(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	b := s.visitor()
	card := b.newCard("model")
	tab := s.visitor()
	maps.Copy(tab.cookies, b.cookies)
	page := tab.get(card)
	b.do(request{method: "DELETE", path: "/session"}).is(303)
	r := tab.put(card+"/sections/model_details", form("answer.model_details.name", "late", "rev.model_details.name", page.rev("model_details.name")))
	if r.status != 404 || s.sessions() != 0 {
		t.Errorf("a late save: %d, %d sessions", r.status, s.sessions())
	}
}

func TestSharedComputer(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	b := s.visitor()
	r := b.do(b.formOf(b.get("/"), button("Others use this computer too"), nil)).is(303)
	cookie := r.header.Get("Set-Cookie")
	if cookie == "" || strings.Contains(strings.ToLower(cookie), "max-age") || strings.Contains(strings.ToLower(cookie), "expires") {
		t.Errorf("the cookie should end with the browser: %q", cookie)
	}
	page := b.get("/session").is(200)
	if !strings.Contains(page.text(), "12 hours") {
		t.Error("the page does not say 12 hours")
	}
	card := b.newCard("model")
	s.clock.add(11 * time.Hour)
	b.get(card).is(200)
	s.clock.add(11 * time.Hour)
	r = b.get(card).is(200)
	if c := r.header.Get("Set-Cookie"); strings.Contains(strings.ToLower(c), "max-age") {
		t.Errorf("later, the cookie gets an age: %q", c)
	}
	r = b.do(b.formOf(b.get("/session"), button("my own computer"), nil)).is(303)
	if !strings.Contains(strings.ToLower(r.header.Get("Set-Cookie")), "max-age=2592000") {
		t.Errorf("on one's own computer: %q", r.header.Get("Set-Cookie"))
	}
	s.clock.add(20 * 24 * time.Hour)
	b.get(card).is(200)
	b.press(b.get("/session"), button("Others use this computer too"), nil).is(200)
	s.clock.add(12*time.Hour + time.Second)
	b.get(card).is(404)
}

func TestCookie(t *testing.T) {
	t.Parallel()
	s := common(t)
	b := s.visitor()
	r := b.get("/")
	c := strings.ToLower(r.header.Get("Set-Cookie"))
	for _, want := range []string{"cardstock=", "httponly", "samesite=lax", "path=/", "max-age=2592000"} {
		if !strings.Contains(c, want) {
			t.Errorf("%s is missing in %q", want, c)
		}
	}
	if strings.Contains(c, "secure") {
		t.Error("a Secure cookie on plain http never comes back")
	}
	if again := b.get("/"); again.header.Get("Set-Cookie") != "" {
		t.Error("the cookie is sent with every reply")
	}
	for _, path := range []string{"/healthz", "/static/x", "/nowhere", "/schema/card.json"} {
		if got := s.visitor().do(request{method: "GET", path: path}); got.header.Get("Set-Cookie") != "" {
			t.Errorf("%s sets a cookie", path)
		}
	}
	secure := newApp(t, publicURL("https://cards.example.org")).visitor().get("/").header.Get("Set-Cookie")
	if c := strings.ToLower(secure); !strings.HasPrefix(c, "__host-cardstock=") || !strings.Contains(c, "secure") || strings.Contains(c, "domain") {
		t.Errorf("on https: %q", secure)
	}
}
