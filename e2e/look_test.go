package e2e

import (
	"maps"
	"net/http"
	"regexp"
	"slices"

	"cardstock/card"
)

var cardPattern = regexp.MustCompile(`href="/cards/([a-z2-7]{16})"`)

// page gets what must be there.
func (p *person) page(path string) (int, string) {
	p.app.t.Helper()
	status, body, _, err := p.do("GET", path, nil)
	if err != nil || status >= 500 {
		p.app.t.Fatalf("%s: %d, %v", path, status, err)
	}
	return status, body
}

// listed returns the ids of the cards on the start page.
func (p *person) listed() map[string]bool {
	p.app.t.Helper()
	_, body := p.page("/")
	ids := map[string]bool{}
	for _, m := range cardPattern.FindAllStringSubmatch(body, -1) {
		ids[m[1]] = true
	}
	return ids
}

// look compares what is there with what was acknowledged: it is all there, the change that was on its way is there as a whole
// or not at all, and so is the session. It reports whether the session has ended, which may be only where somebody asked for it.
func (p *person) look(mayEnd bool) (ended bool) {
	p.app.t.Helper()
	p.client.CloseIdleConnections()
	change := p.pending
	p.pending, p.silent = nil, false
	p.mayEnd.Store(false)
	ids := p.listed()
	if (mayEnd || change != nil && change.end) && len(ids) == 0 && len(p.cards) > 0 {
		p.seesNothing()
		p.silent = !mayEnd && !change.sure
		return true
	}
	if change == nil || change.end || change.sure && change.card == "" {
		change = &none
	}
	for _, id := range slices.Sorted(maps.Keys(p.cards)) {
		if id == change.card && change.want == nil && !ids[id] {
			p.gone(id)
			delete(p.cards, id)
			p.silent = !change.sure
			continue
		}
		if !ids[id] {
			p.app.t.Fatalf("a card that was acknowledged is gone; the change on its way: %+v", *change)
		}
		delete(ids, id)
		p.compare(id, change)
	}
	p.adopt(ids, change)
	return false
}

var none = change{card: "none"}

// compare reads a card and finds in it what was acknowledged, or that with the change.
func (p *person) compare(id string, change *change) {
	p.app.t.Helper()
	want, original := p.cards[id].content, p.cards[id].original
	if err := p.read(id); err != nil {
		p.app.t.Fatal(err)
	}
	got := p.cards[id].content
	with := change.card == id && maps.Equal(got, change.want)
	without := maps.Equal(got, want) && !(change.card == id && change.sure)
	if !with && !without {
		p.app.t.Fatalf("a card is not as it was acknowledged: %s", difference(got, want))
	}
	p.silent = p.silent || with && !change.sure
	p.sameOriginal(id, original)
}

func (p *person) sameOriginal(id, want string) {
	p.app.t.Helper()
	status, got := p.page("/cards/" + id + "/original")
	if want == "" && status == http.StatusNotFound || status == http.StatusOK && got == want {
		return
	}
	p.app.t.Fatalf("the upload of %d bytes is %d bytes now (%d)", len(want), len(got), status)
}

// adopt takes a card in whose making was not acknowledged: it is whole, and the only one that nobody knows.
func (p *person) adopt(ids map[string]bool, change *change) {
	p.app.t.Helper()
	if len(ids) > 1 || len(ids) == 1 && change.card != "" {
		p.app.t.Fatalf("cards that nobody asked for, or that were deleted: %v", ids)
	}
	for id := range ids {
		if err := p.read(id); err != nil {
			p.app.t.Fatal(err)
		}
		if got := p.cards[id].content; !maps.Equal(got, change.want) {
			p.app.t.Fatalf("a new card is there in part: %s", difference(got, change.want))
		}
		p.cards[id].original, p.silent = change.original, true
		p.sameOriginal(id, change.original)
	}
}

// seesNothing checks that the cookie of a session that has ended leads to nothing of it.
func (p *person) seesNothing() {
	p.app.t.Helper()
	token := p.cookie
	if ids := p.listed(); len(ids) > 0 {
		p.app.t.Fatalf("a session that has ended shows %d cards", len(ids))
	}
	for id := range p.cards {
		p.cookie = token
		p.gone(id)
	}
	p.cookie = token
}

func (p *person) gone(id string) {
	p.app.t.Helper()
	for _, path := range []string{"", ".json", "/original", "/history"} {
		if status, _ := p.page("/cards/" + id + path); status != http.StatusNotFound {
			p.app.t.Fatalf("what is erased answers %d", status)
		}
	}
}

// difference names where two cards differ.
func difference(got, want map[string]string) string {
	says := ""
	for key := range want {
		if g, ok := got[key]; !ok || g != want[key] {
			says += " " + key + ": " + short(g) + " instead of " + short(want[key]) + ";"
		}
	}
	for key := range got {
		if _, ok := want[key]; !ok {
			says += " " + short(key) + " too many;"
		}
	}
	return says
}

func short(s string) string { return s[:min(60, len(s))] }

// blank is a new card.
func blank(a *app) map[string]string {
	content := map[string]string{"title": ""}
	for _, s := range model(a.t).New().Sections {
		for _, f := range s.Fields {
			if content[f.Key] = f.Answer; f.Kind == card.List || f.Kind == card.Table {
				content[f.Key] = "[]"
			}
		}
	}
	return content
}
