package handlers_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"
)

// offer makes somebody with a card who wants to go on in another browser, and their code.
func (s *server) offer() (*browser, string) {
	s.t.Helper()
	b := s.visitor()
	path := b.newCard("model")
	b.put(path, form("title", "What comes")).is(303)
	page := b.press(b.get("/session").is(200), button("Show a code"), nil).is(200)
	return b, page.one("p.code").Text()
}

// Without JavaScript, by the buttons and links that are there.
func TestJourneyToAnotherBrowser(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	old, code := s.offer()
	if !old.get("/session").has(`#elsewhere`) || old.get("/").find(`main a[href="/session/arrival"]`).Length() != 1 {
		t.Error("no page leads there")
	}
	b := s.visitor()
	page := b.get("/session/arrival").is(200)
	typed := strings.ToLower(strings.ReplaceAll(code, "-", " "))
	page = b.press(page, button("See what is coming"), map[string]string{"code": typed}).is(200)
	for _, says := range []string{"1 model card", "What comes", "the other browser no longer has them", "this browser has no cards of its own", "do not go on"} {
		if !strings.Contains(page.text(), says) {
			t.Errorf("the page before it does not say %q: %s", says, page.text())
		}
	}
	if s.sessions() != 1 || len(old.get("/").is(200).find("#your-cards").Nodes) != 1 {
		t.Fatal("something happened before it was agreed to")
	}
	r := b.do(b.formOf(page, button("Take these cards over"), nil)).is(303)
	if r.header.Get("Clear-Site-Data") != "" {
		t.Error("clears the drafts of a browser that lost nothing")
	}
	start := b.follow(r).is(200)
	if !strings.Contains(start.text(), "The cards are here now") || !strings.Contains(start.text(), "What comes") {
		t.Errorf("afterwards: %s", start.text())
	}
	if p := old.get("/session").is(200); !strings.Contains(p.text(), "Nothing is kept about you") {
		t.Error("the old browser still has something")
	}
	if s.sessions() != 1 {
		t.Errorf("%d sessions", s.sessions())
	}
}

func TestArrivingWithCardsOfOnesOwn(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	_, code := s.offer()
	b := s.visitor()
	mine := b.newCard("datasheet")
	b.put(mine, form("title", "What would go")).is(303)
	arrival := b.get("/session/arrival")
	page := b.press(arrival, button("See what is coming"), map[string]string{"code": code}).is(200)
	if alert := page.one(".error-summary").Text(); !strings.Contains(alert, "1 datasheet") || !strings.Contains(alert, "What would go") {
		t.Errorf("it is not said what would be erased: %s", alert)
	}
	b.get(mine).is(200)
	// Meanwhile another card is written in another tab: it must not go unseen.
	s.clock.add(time.Second)
	late := b.newCard("model")
	page = b.press(page, button("Erase the cards here"), nil).is(409)
	if !strings.Contains(page.text(), "have changed since") || !strings.Contains(page.text(), "1 model card and 1 datasheet") {
		t.Errorf("it does not ask again: %s", page.text())
	}
	b.get(late).is(200)
	r := b.do(b.formOf(page, button("Erase the cards here"), nil)).is(303)
	if r.header.Get("Clear-Site-Data") != `"cache", "storage"` {
		t.Error("drafts of the erased cards stay")
	}
	b.get(mine).is(404)
	if start := b.follow(r); !strings.Contains(start.text(), "What comes") || strings.Contains(start.text(), "What would go") || s.sessions() != 1 {
		t.Errorf("afterwards %d sessions: %s", s.sessions(), start.text())
	}
}

// Every code that leads nowhere gets the same reply.
func TestCodesThatDoNotWork(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	b := s.visitor()
	own := b.newCard("model")
	_, used := s.offer()
	s.visitor().do(request{method: "POST", path: "/session/arrival", form: form("code", used, "confirm", "1")}).is(303)
	replacing, replaced := s.offer()
	replacing.post("/session/handover", form("x", "")).is(200)
	ended, erased := s.offer()
	ended.do(request{method: "DELETE", path: "/session"}).is(303)
	_, expired := s.offer()
	s.clock.add(10 * time.Minute)
	wrong := map[string]string{"used": used, "replaced": replaced, "of an erased session": erased, "expired": expired,
		"never was": "0000-0000-0000-0000-0000-0000-00", "too short": "ABCD", "": "", "a link": "https://x.example/" + used}
	before := ""
	for name, code := range wrong {
		for _, confirm := range []string{"", "1"} {
			r := b.do(request{method: "POST", path: "/session/arrival", form: form("code", code, "confirm", confirm)}).is(422)
			said := strings.Replace(string(r.body), `value="`+code+`"`, `value=""`, 1)
			if before == "" {
				before = said
			}
			if said != before || !strings.Contains(r.text(), "This code does not work") {
				t.Errorf("%s (confirm=%s): another reply: %s", name, confirm, r.text())
			}
		}
	}
	b.get(own).is(200)
	self := b.press(b.get("/session"), button("Show a code"), nil).one("p.code").Text()
	if r := b.do(request{method: "POST", path: "/session/arrival", form: form("code", self, "confirm", "1")}).is(422); !strings.Contains(r.text(), "already here") {
		t.Errorf("in its own browser: %s", r.text())
	}
	b.get(own).is(200)
	nobody := s.visitor()
	nobody.do(request{method: "POST", path: "/session/handover"}).is(422)
	long := strings.Repeat("é", 500)
	if r := b.do(request{method: "POST", path: "/session/arrival", form: form("code", long)}).is(422); strings.Contains(string(r.body), "éé") {
		t.Error("writes 500 letters back")
	}
}

// TestNobodyIsLuredIntoAnotherSession tries to bring a visitor into an attacker's session without their typing and agreeing.
func TestNobodyIsLuredIntoAnotherSession(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	attacker, code := s.offer()
	b := s.visitor()
	mine := b.newCard("model")
	cookie := b.cookies["cardstock"]
	here := "http://" + s.addr
	for _, r := range []request{
		{method: "GET", path: "/session/arrival?code=" + code},
		{method: "GET", path: "/session/arrival?confirm=1&code=" + code},
		{method: "GET", path: "/session/arrival/" + code},
		{method: "GET", path: "/?code=" + code + "&confirm=1"},
		{method: "GET", path: "/session/arrival?_method=POST&confirm=1&code=" + code},
		{method: "HEAD", path: "/session/arrival?confirm=1&code=" + code},
		{method: "PUT", path: "/session/arrival", form: form("code", code, "confirm", "1")},
		{method: "POST", path: "/session/arrival?confirm=1&code=" + code, form: form("x", "1")},
		{method: "POST", path: "/session/arrival?confirm=1", form: form("code", code)},
		{method: "POST", path: "/session/arrival", form: form("code", code, "confirm", "1"), header: map[string]string{"Sec-Fetch-Site": "cross-site"}},
		{method: "POST", path: "/session/arrival", form: form("code", code, "confirm", "1"), header: map[string]string{"Sec-Fetch-Site": "same-site", "Origin": here}},
		{method: "POST", path: "/session/arrival", form: form("code", code), header: map[string]string{"Origin": "http://evil.example"}},
		{method: "POST", path: "/session/arrival", form: form("code", code, "confirm", "1"), header: map[string]string{"Origin": "null"}},
		{method: "POST", path: "/session/handover", header: map[string]string{"Sec-Fetch-Site": "cross-site"}},
	} {
		got := b.do(r)
		if r.method == "GET" && got.has(`[value*="`+code+`"], [name="confirm"]`) {
			t.Errorf("%s %s: the code is filled in from outside", r.method, r.path)
		}
		if b.cookies["cardstock"] != cookie || !b.get("/").has(`a[href="`+mine+`"]`) || !attacker.get("/").has("#your-cards") {
			t.Fatalf("%s %s %v: %d, and the visitor is elsewhere", r.method, r.path, r.header, got.status)
		}
	}
	// Who types it all the same, and agrees, has what the attacker had; the attacker sees nothing of what follows.
	b.do(request{method: "POST", path: "/session/arrival", form: form("code", code, "confirm", "1")}).is(303)
	path := b.newCard("model")
	attacker.get(path).is(404)
	attacker.do(request{method: "POST", path: "/session/arrival", form: form("code", code, "confirm", "1")}).is(422)
	again := s.visitor()
	again.do(request{method: "POST", path: "/session/arrival", form: form("code", code, "confirm", "1")}).is(422)
	if attacker.get("/").has("#your-cards") {
		t.Error("the attacker still has the session")
	}
}

// The reply with the new cookie gets lost: the browser, which still has the old one, sends the form again.
func TestALostReplyLosesNoCards(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	for _, own := range []bool{false, true} {
		_, code := s.offer()
		b := s.visitor()
		b.get("/session/arrival")
		if own {
			b.newCard("model")
		}
		page := b.do(request{method: "POST", path: "/session/arrival", form: form("code", code)}).is(200)
		cookies := maps.Clone(b.cookies)
		send := b.formOf(page, `main form button`, nil)
		b.do(send).is(303)
		lost := b.cookies["cardstock"]
		b.cookies = cookies
		b.follow(b.do(send).is(303))
		if b.cookies["cardstock"] != lost || !strings.Contains(b.get("/").text(), "What comes") {
			t.Errorf("with cards of its own %v: the cards are lost", own)
		}
	}
}

// Neither code nor token is in a log, an address or a header, and codes do not make sessions.
func TestCodesAreShownOnceAndLoggedNowhere(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	b, code := s.offer()
	if strings.Contains(string(b.get("/session").body)+string(b.get("/session/arrival").body)+string(b.get("/").body), code) {
		t.Error("the code is shown a second time")
	}
	a := s.visitor()
	page := a.do(request{method: "POST", path: "/session/arrival", form: form("code", code)}).is(200)
	r := a.do(a.formOf(page, button("Take these cards over"), nil)).is(303)
	if strings.Contains(fmt.Sprint(page.header, r.header), code) {
		t.Error("the code is in a header")
	}
	log := s.log.String()
	for _, secret := range []string{code, strings.ReplaceAll(code, "-", ""), a.cookies["cardstock"], b.cookies["cardstock"], "What comes"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %s", secret)
		}
	}
	if cache := page.header.Get("Cache-Control"); cache != "private, no-store" {
		t.Errorf("Cache-Control %q", cache)
	}
}

func TestASharedComputerIsSaidAgain(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	old := s.visitor()
	old.newCard("model")
	old.press(old.get("/session"), button("Others use this computer too"), nil).is(200)
	code := old.press(old.get("/session"), button("Show a code"), nil).one("p.code").Text()
	b := s.visitor()
	page := b.do(request{method: "POST", path: "/session/arrival", form: form("code", code)}).is(200)
	if !strings.Contains(page.text(), "12 hours") {
		t.Error("it is not said that the cards stay for 12 hours only")
	}
	r := b.do(b.formOf(page, button("Take these cards over"), nil)).is(303)
	if c := strings.ToLower(r.header.Get("Set-Cookie")); c == "" || strings.Contains(c, "max-age") {
		t.Errorf("cookie %q", c)
	}
}
