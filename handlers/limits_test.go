package handlers_test

import (
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"cardstock/handlers"
	"cardstock/limit"
)

// rules starts with limits of the test's own; 127.0.0.1 is a trusted proxy, so that a browser can come from anywhere.
func rules(r limit.Rules) func(o *handlers.Options) {
	return func(o *handlers.Options) {
		o.Limits = limit.New(limit.Options{Rules: r, Trusted: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}})
	}
}

// from makes a browser come from an address.
func (b *browser) from(address string) *browser {
	b.header = map[string]string{"X-Forwarded-For": address}
	return b
}

// slowed fails unless a reply says to come again later.
func slowed(t testing.TB, r *reply) {
	t.Helper()
	after, err := strconv.Atoi(r.header.Get("Retry-After"))
	if r.status != http.StatusTooManyRequests || err != nil || after < 1 || after > 3600 || !strings.Contains(r.text(), "Nothing was changed; try again in ") {
		t.Errorf("%s: status %d, Retry-After %q: %s", r.what, r.status, r.header.Get("Retry-After"), r.text())
	}
}

func cardsOf(b *browser) int { return b.get("/").find(`#your-cards ~ ul li`).Length() }

func TestNewCardsAreLimited(t *testing.T) {
	t.Parallel()
	s := newApp(t, rules(limit.Rules{limit.Cards: {Session: limit.Rate{Burst: 3}, Address: limit.Rate{Burst: 7}}}))
	anna, ben := s.visitor().from("192.0.2.1"), s.visitor().from("192.0.2.1")
	anna.newCard("model") // by nobody yet: it counts for the address
	for range 3 {
		anna.newCard("model")
	}
	slowed(t, anna.do(request{method: "POST", path: "/cards", form: form("template", "model")}))
	anna.htmx = true
	r := anna.do(request{method: "POST", path: "/cards", form: form("template", "model")})
	if slowed(t, r); !r.has(toast) || r.has("html footer") {
		t.Errorf("htmx is not answered with a toast: %s", r.body)
	}
	anna.htmx = false
	if n := cardsOf(anna); n != 4 {
		t.Errorf("anna has %d cards", n)
	}
	for range 3 {
		ben.newCard("datasheet")
	}
	slowed(t, ben.do(request{method: "POST", path: "/cards", form: form("template", "model")}))
	s.visitor().from("192.0.2.2").newCard("model")
	slowed(t, ben.from("198.51.100.1, 192.0.2.1").do(request{method: "POST", path: "/cards", form: form("template", "model")}))
	if strings.Contains(s.log.String(), "192.0.2.") {
		t.Error("the log tells an address")
	}
}

// TestUploadsAreLimited: a pasted card stays in its box.
func TestUploadsAreLimited(t *testing.T) {
	t.Parallel()
	s := newApp(t, rules(limit.Rules{limit.Uploads: {Session: limit.Rate{Burst: 2}}}))
	b := s.visitor()
	open := b.newCard("model")
	b.upload("/cards/import", "a.json", ourJSON, nil).is(200)
	b.post(open+"/import", form("text", string(ourJSON))).is(200)
	for _, path := range []string{"/cards/import", open + "/import"} {
		slowed(t, b.do(request{method: "POST", path: path, file: &upload{"a.json", ourJSON}}))
		r := b.do(request{method: "POST", path: path, form: form("text", string(ourJSON))})
		if slowed(t, r); valueOf(r.one("#paste")) != string(ourJSON) {
			t.Errorf("%s: what was pasted is gone from the page", path)
		}
	}
	held := b.get(open + "/import").is(200)
	if n := cardsOf(b); n != 2 || held.status != 200 {
		t.Errorf("%d cards", n)
	}
}

// TestBytesAreLimited: a refused save is on the page that says so, to be sent again, and deleting goes on.
func TestBytesAreLimited(t *testing.T) {
	t.Parallel()
	s := newApp(t, rules(limit.Rules{limit.Bytes: {Session: limit.Rate{Burst: 5000, PerSecond: 50_000}}}))
	b := s.visitor()
	open := b.newCard("model")
	section := b.get(open + "/sections/model_details")
	long := strings.Repeat("Wörter <b>\n", 2000)
	section = b.press(section, "#save", map[string]string{"answer.model_details.type": long}).is(200)
	text := "\nnot \"lost\" </textarea>"
	r := b.press(section, "#save", map[string]string{"answer.model_details.type": text, "answer.model_details.name": "Nor this"})
	slowed(t, r)
	harmless(t, "again", r)
	if r.answer("model_details.type") != text || r.answer("model_details.name") != "Nor this" || r.one("#again").AttrOr("action", "") != open+"/sections/model_details" {
		t.Errorf("what was typed is not on the page: %s", clip(r.body))
	}
	b.htmx = true
	if one := b.put(open+"/fields/model_details.name", form("answer.model_details.name", "X", "rev.model_details.name", "")); !one.has(toast) {
		t.Errorf("htmx is not answered with a toast: %s", one.body)
	} else {
		slowed(t, one)
	}
	b.htmx = false
	if got := b.get(open + "/sections/model_details").answer("model_details.name"); got != "" {
		t.Errorf("a refused save saved %q", got)
	}
	again := b.formOf(r, "#again button", nil)
	for r := b.do(again); r.status != http.StatusSeeOther; r = b.do(again) {
		slowed(t, r)
		time.Sleep(100 * time.Millisecond)
	}
	if got := b.get(open + "/sections/model_details").answer("model_details.name"); got != "Nor this" {
		t.Errorf("sent again it saved %q", got)
	}
	b.press(section, "#save", map[string]string{"answer.model_details.type": long + long})
	b.do(request{method: "POST", path: open, form: form("_method", "DELETE")}).is(303)
}

// TestBirthsAreLimited: only what bears a session counts, and who has one is not concerned.
func TestBirthsAreLimited(t *testing.T) {
	t.Parallel()
	s := newApp(t, rules(limit.Rules{limit.Births: {Address: limit.Rate{Burst: 3}}}))
	first := s.visitor().from("192.0.2.1")
	first.newCard("model")
	for range 20 {
		b := s.visitor().from("192.0.2.1")
		b.get("/")
		b.do(request{method: "POST", path: "/cards", form: form("template", "none")}).is(422)
		b.do(request{method: "PUT", path: "/cards/none", form: form("title", "x")}).is(404)
		b.do(request{method: "DELETE", path: "/session"}).is(303)
		b.do(request{method: "POST", path: "/cards/import", form: form("text", "[]")}).is(422)
	}
	var wg sync.WaitGroup
	born := make(chan int, 40)
	for range 40 {
		wg.Go(func() {
			r := s.visitor().from("192.0.2.1").do(request{method: "PUT", path: "/session", form: form("shared", "1")})
			if born <- r.status; r.status != 303 {
				slowed(t, r)
			}
		})
	}
	wg.Wait()
	close(born)
	n := 0
	for status := range born {
		if status == 303 {
			n++
		}
	}
	if n != 2 || s.sessions() != 3 {
		t.Errorf("%d more were born, %d sessions", n, s.sessions())
	}
	first.newCard("model")
	s.visitor().from("2001:db8::1").newCard("model")
	if r := s.visitor().from("192.0.2.1").get("/"); r.status != 200 {
		t.Errorf("looking: %d", r.status)
	}
}

// TestNoLimits: without a limiter one address does what it likes.
func TestNoLimits(t *testing.T) {
	t.Parallel()
	b := common(t).visitor().from("192.0.2.1")
	for range 100 {
		b.newCard("model")
	}
}

// TestStandardLimits: what people do in an hour, and a class of thirty in a lesson, meets no limit.
func TestStandardLimits(t *testing.T) {
	undetected(t)
	t.Parallel()
	s := newApp(t, rules(limit.Standard))
	for range 30 {
		b := s.visitor().from("192.0.2.1")
		var open string
		for range 5 {
			open = b.newCard("model")
		}
		for range 5 {
			b.do(request{method: "POST", path: "/cards/import", file: &upload{"a.json", ourJSON}}).is(303)
		}
		b.put(open+"/fields/model_details.type", form("answer.model_details.type", strings.Repeat("x", 100_000))).is(303)
	}
}

// Wrong hand-over codes are counted for the address; right ones are not, and a right one is refused too while there were too many.
func TestWrongCodesAreLimited(t *testing.T) {
	t.Parallel()
	s := newApp(t, rules(limit.Rules{limit.Codes: {Address: limit.Rate{Burst: 3, PerSecond: 1.0 / 60}}}))
	attacker := s.visitor().from("192.0.2.1")
	try := func(code string) *reply { return attacker.post("/session/arrival", form("code", code)) }
	_, right := s.offer()
	for range 5 {
		try(right).is(200) // only shown what is coming
	}
	for range 3 {
		try("0000-0000-0000-0000-0000-0000-00").is(422)
	}
	slowed(t, try("0000-0000-0000-0000-0000-0000-00"))
	slowed(t, try(right))
	s.visitor().from("192.0.2.2").post("/session/arrival", form("code", right, "confirm", "1")).is(200)
}
