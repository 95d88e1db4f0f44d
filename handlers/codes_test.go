package handlers_test

import (
	"fmt"
	"strings"
	"testing"

	"cardstock/handlers"
	"cardstock/limit"
)

// wrongCodes are what somebody may send who tries codes: none leads anywhere, and each counts.
var wrongCodes = []string{
	"0000-0000-0000-0000-0000-0000-00", "", " ", "x", "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZ", "UUUU-UUUU", "кодъ", "\u202e123",
	strings.Repeat("0", 201), strings.Repeat("-", 150), strings.Repeat("9", 100_000), "0000-0000-0000-0000-0000-0000-00' OR 1=1",
}

// wrong types wrong codes until there is a 429, and returns how many were let through.
func (b *browser) wrong(most int) int {
	b.t.Helper()
	for i := range most {
		f := form("code", wrongCodes[i%len(wrongCodes)])
		if i%3 == 0 {
			f = form("code", wrongCodes[i%len(wrongCodes)], "confirm", "1")
		}
		switch r := b.post("/session/arrival", f); r.status {
		case 422:
		case 429:
			slowed(b.t, r)
			return i
		default:
			b.t.Errorf("%.40q: %d", wrongCodes[i%len(wrongCodes)], r.status)
		}
	}
	return most
}

// As the README says: a session can try ten wrong codes, an address thirty, whatever is wrong with them and whatever it says of itself.
func TestEachWrongCodeCounts(t *testing.T) {
	t.Parallel()
	direct := newApp(t, func(o *handlers.Options) { o.Limits = limit.New(limit.Options{Rules: limit.Standard}) })
	proxied := newApp(t, rules(limit.Standard))
	many := func(s *server, from func(i int) string) (n int) {
		for i := range 40 {
			n += s.visitor().from(from(i)).wrong(1)
		}
		return n
	}
	for name, tt := range map[string]struct{ got, want int }{
		"a visitor who has nothing":         {proxied.visitor().from("192.0.2.1").wrong(40), 30},
		"many of them, from one address":    {many(proxied, func(int) string { return "192.0.2.2" }), 30},
		"from one /64":                      {many(proxied, func(i int) string { return fmt.Sprintf("2001:db8::%x:1", i) }), 30},
		"from many networks":                {many(proxied, func(i int) string { return fmt.Sprintf("2001:db8:1:%x::1", i) }), 40},
		"what is left of the address":       {many(proxied, func(i int) string { return fmt.Sprintf("198.51.100.%d, 192.0.2.3", i) }), 30},
		"nobody's word is believed, direct": {many(direct, func(i int) string { return fmt.Sprintf("192.0.2.%d", i) }), 30},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %d let through, want %d", name, tt.got, tt.want)
		}
	}
	owner := proxied.visitor().from("192.0.2.9")
	owner.newCard("model")
	if n := owner.wrong(40); n != 10 {
		t.Errorf("a session: %d let through, want 10", n)
	}
	n := 0
	for range 4 { // others at that address have 20 left
		b := proxied.visitor().from("192.0.2.9")
		b.newCard("model")
		n += b.wrong(9)
	}
	if n != 20 {
		t.Errorf("many sessions of one address: %d more let through, want 20", n)
	}
}
