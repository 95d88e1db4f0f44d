package handlers_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"cardstock/e2e/testredis"
)

// notOurs are Cookie headers that are not a visitor's, though somebody made them who knows nearly all of hers.
func notOurs(good, elsewhere string) map[string]string {
	bits := []byte(good)
	bits[20] ^= 1
	swapCase := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r - 32
		}
		return r
	}, good)
	raw, _ := base64.RawURLEncoding.DecodeString(good)
	percent := ""
	for _, c := range []byte(good) {
		percent += fmt.Sprintf("%%%02X", c)
	}
	return map[string]string{
		"forged": "cardstock=" + strings.Repeat("A", 64), "of another server": "cardstock=" + elsewhere, "empty": "cardstock=", "no value": "cardstock",
		"truncated": "cardstock=" + good[:63], "half": "cardstock=" + good[:32], "the random part": "cardstock=" + good[:43], "too long": "cardstock=" + good + "A",
		"twice in one": "cardstock=" + good + good, "a bit flipped": "cardstock=" + string(bits), "in capitals": "cardstock=" + swapCase,
		"padded": "cardstock=" + good + "=", "padded twice": "cardstock=" + good + "==", "in the other alphabet": "cardstock=" + strings.NewReplacer("-", "+", "_", "/").Replace(good),
		"as hex": fmt.Sprintf("cardstock=%x", raw), "percent-encoded": "cardstock=" + percent,
		"half quoted": `cardstock="` + good, "quoted twice": `cardstock=""` + good + `""`, "with a backslash": `cardstock=\` + good, "with a space in it": "cardstock=" + good[:30] + " " + good[30:],
		"with a tab in it": "cardstock=" + good[:30] + "\t" + good[31:], "another name": "Cardstock=" + good, "a name that begins so": "cardstock2=" + good,
		"the name of https": "__Host-cardstock=" + good, "the name in the value": "x=cardstock=" + good, "a comma instead of ;": "a=b, cardstock=" + good,
		"8 KB": "cardstock=" + strings.Repeat("A", 8<<10), "8 KB around it": "cardstock=" + strings.Repeat("A", 4<<10) + good + strings.Repeat("A", 4<<10),
		"a hundred": strings.Repeat("cardstock="+strings.Repeat("A", 64)+"; ", 100) + "x=y", "many": strings.Repeat("a=b; ", 2000) + "x=y",
		"only signs": ";;; =; = ;;=;;", "SQL": "cardstock=' OR 1=1 --", "not ASCII": "cardstock=ü\xff\xfe",
	}
}

// Whoever comes with a cookie that is none of ours is a new visitor, as with no cookie. No look-up is made for it.
func TestForgedCookiesAreAnsweredLikeNone(t *testing.T) {
	t.Parallel()
	redis := testredis.Start(t)
	s := newApp(t, withRedis(t, redis))
	f := s.fixture()
	for !strings.ContainsAny(f.token(), "-_") || strings.ToUpper(f.token()) == f.token() {
		f = s.fixture() // so that the other alphabet differs
	}
	elsewhere := newApp(t).fixture().token()
	committed, before := s.commits(), s.keeper.Lookups()
	redis.Do("CONFIG", "RESETSTAT")
	for name, cookie := range notOurs(f.token(), elsewhere) {
		page := s.sent("GET", "/", cookie, "")
		if page.status != 200 {
			t.Errorf("%s: status %d", name, page.status)
			continue
		}
		if c := page.cookie("cardstock", lasting); c == "" || strings.Contains(cookie, c) {
			t.Errorf("%s: the page sets the cookie %q", name, c)
		}
		for _, r := range []*reply{
			page,
			s.sent("GET", f.card, cookie, "").is(404),
			s.sent("GET", f.card+"/sections/"+f.section, cookie, "").is(404),
			s.sent("GET", f.card+".json", cookie, "").is(404),
			s.sent("GET", "/session", cookie, "").is(200),
			s.sent("PUT", f.card, cookie, "title=theirs").is(404),
			s.sent("PUT", f.card+"/fields/"+f.field, cookie, "answer."+f.field+"=theirs").is(404),
			s.sent("DELETE", f.card, cookie, "").is(404),
			s.sent("DELETE", "/session", cookie, "").is(303),
		} {
			if strings.Contains(string(r.body), "mine") || strings.Contains(string(r.body), "My section") || strings.Contains(string(r.body), f.card) {
				t.Errorf("%s: %s shows somebody's data", name, r.what)
			}
		}
	}
	if n := s.keeper.Lookups() - before; n != 0 || committed() {
		t.Errorf("%d look-ups for forged cookies, or something written", n)
	}
	if stats := redis.Do("INFO", "commandstats"); strings.Contains(stats, "cmdstat_get:") || strings.Contains(stats, "cmdstat_set:") || strings.Contains(stats, "cmdstat_del:") {
		t.Errorf("Redis was asked:\n%s", stats)
	}
	if page := f.get(f.card + "/sections/" + f.section).is(200); page.answer(f.field) != "mine" || s.keeper.Lookups() == before {
		t.Error("the visitor's own leads nowhere")
	}
	if stats := redis.Do("INFO", "commandstats"); !strings.Contains(stats, "cmdstat_get:calls=1,") {
		t.Errorf("the visitor's own made other look-ups than one:\n%s", stats)
	}
}

// What HTTP itself forbids is refused before anybody looks for a cookie, and in words.
func TestCookieHeadersThatNoBrowserSends(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	good := s.fixture().token()
	before := s.keeper.Lookups()
	for name, tt := range map[string]struct {
		cookie string
		status int
	}{
		"16 KB":        {"cardstock=" + strings.Repeat("A", 16<<10), 431},
		"16 KB of it":  {strings.Repeat("cardstock="+good+"; ", 250), 431},
		"NUL":          {"cardstock=" + good[:20] + "\x00" + good[21:], 400},
		"control byte": {"cardstock=" + good[:20] + "\x01" + good[21:], 400},
		"DEL":          {"cardstock=" + good[:20] + "\x7f" + good[21:], 400},
		"line feed":    {"cardstock=" + good[:20] + "\n" + good[21:], 400},
	} {
		if r := s.sent("GET", "/", tt.cookie, ""); r.status != tt.status || len(r.header.Values("Set-Cookie")) > 0 || !r.has("h1") {
			t.Errorf("%s: status %d, want %d; sets %q", name, r.status, tt.status, r.header.Values("Set-Cookie"))
		}
	}
	if s.keeper.Lookups() != before {
		t.Error("look-ups were made")
	}
}

// The rule for several cookies of our name: the first that we made counts, and it alone, for the whole request.
func TestTwoCookiesAtOnce(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	a, b := s.fixture(), s.fixture()
	forged := strings.Repeat("A", 64)
	both := func(x, y string) string { return "cardstock=" + x + "; other=1; cardstock=" + y }
	for name, tt := range map[string]struct {
		cookie  string
		is, not *fixture
	}{
		"valid, forged":   {both(a.token(), forged), a, b},
		"forged, valid":   {both(forged, a.token()), a, b},
		"empty, valid":    {both("", a.token()), a, b},
		"A, B":            {both(a.token(), b.token()), a, b},
		"B, A":            {both(b.token(), a.token()), b, a},
		"A, A":            {both(a.token(), a.token()), a, b},
		"forged, B, A":    {both(forged, b.token()) + "; cardstock=" + a.token(), b, a},
		"in two headers":  {"cardstock=" + a.token() + "\r\nCookie: cardstock=" + b.token(), a, b},
		"quoted, then B":  {both(`"`+a.token()+`"`, b.token()), a, b}, // quotes are not part of a value
		"spaces around A": {both("  "+a.token()+"  ", b.token()), a, b},
	} {
		before := s.keeper.Lookups()
		page := s.sent("GET", tt.is.card+"/sections/"+tt.is.section, tt.cookie, "").is(200)
		if page.answer(tt.is.field) != "mine" || page.cookie("cardstock", lasting) != "" {
			t.Errorf("%s: not the page of the first, or another cookie is set", name)
		}
		start := s.sent("GET", "/", tt.cookie, "").is(200)
		if !start.has(`a[href="`+tt.is.card+`"]`) || start.has(`a[href="`+tt.not.card+`"]`) {
			t.Errorf("%s: the cards listed are not those of the first alone", name)
		}
		s.sent("GET", tt.not.card, tt.cookie, "").is(404)
		s.sent("PUT", tt.not.card, tt.cookie, "title=mixed").is(404)
		s.sent("PUT", tt.is.card, tt.cookie, "title="+strings.ReplaceAll(name, " ", "+")).is(303)
		if tt.is.get(tt.is.card).one(`input[name="title"]`).AttrOr("value", "") != name {
			t.Errorf("%s: the write is not in the first's session", name)
		}
		if n := s.keeper.Lookups() - before; n != 6 {
			t.Errorf("%s: %d look-ups for 6 requests", name, n)
		}
	}
	if n := s.sessions(); n != 2 {
		t.Errorf("%d sessions, want 2", n)
	}
}

// On https the cookie has a name that a browser takes from this very host and by TLS only, so another name says nothing.
func TestTheCookieOfHTTPS(t *testing.T) {
	t.Parallel()
	s := newApp(t, publicURL("https://cards.example.org"))
	made := s.sent("POST", "/cards", "", "template=model").is(303)
	card, token := made.header.Get("Location"), made.cookie("__Host-cardstock", secure)
	s.sent("GET", card, "__Host-cardstock="+token, "").is(200)
	for _, cookie := range []string{
		"cardstock=" + token, "__host-cardstock=" + token, "__Secure-cardstock=" + token, " Host-cardstock=" + token, "__Host-cardstock2=" + token,
	} {
		before := s.keeper.Lookups()
		s.sent("GET", card, cookie, "").is(404)
		if c := s.sent("GET", "/", cookie, "").is(200).cookie("__Host-cardstock", secure); c == "" || c == token {
			t.Errorf("%.20s: the page sets %q", cookie, c)
		}
		if s.keeper.Lookups() != before {
			t.Errorf("%.20s: looked up", cookie)
		}
	}
	// A plain one that somebody tossed in changes nothing beside the real one.
	other := s.sent("POST", "/cards", "", "template=model").is(303).cookie("__Host-cardstock", secure)
	s.sent("GET", card, "cardstock="+other+"; __Host-cardstock="+token, "").is(200)
}

// A cookie is the only key there is: in another browser it opens the same session. Once that is erased or has ended, it opens
// nothing, for whoever has it, and is never the key of a new session.
func TestCookiesReplayed(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		rowThere bool // until the sweeper comes; afterwards the token is as good as one never used
		end      func(s *server, f *fixture)
	}{
		"after erasing": {false, func(s *server, f *fixture) { f.do(request{method: "DELETE", path: "/session"}).is(303) }},
		"after its end": {true, func(s *server, f *fixture) { s.clock.add(30*24*time.Hour + time.Second) }},
		"after erasing at a shared computer": {false, func(s *server, f *fixture) {
			f.put("/session", form("shared", "1")).is(303)
			f.do(request{method: "DELETE", path: "/session"}).is(303)
		}},
		"after 12 hours at a shared computer": {true, func(s *server, f *fixture) {
			f.put("/session", form("shared", "1")).is(303)
			s.clock.add(12*time.Hour + time.Second)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newApp(t)
			f := s.fixture()
			old := "cardstock=" + f.token()
			if page := s.sent("GET", f.card+"/sections/"+f.section, old, "").is(200); page.answer(f.field) != "mine" {
				t.Fatal("in another browser it is another session")
			}
			tt.end(s, f)
			committed := s.commits()
			fresh := s.sent("GET", "/", old, "").is(200)
			for _, r := range []*reply{fresh, s.sent("GET", f.card, old, "").is(404), s.sent("GET", f.card+".json", old, "").is(404), s.sent("PUT", f.card, old, "title=x").is(404)} {
				if strings.Contains(string(r.body), "mine") || strings.Contains(string(r.body), f.card) {
					t.Errorf("%s shows what was erased", r.what)
				}
			}
			if committed() {
				t.Error("a replay wrote something")
			}
			// Something kept with the old cookie is a session of its own.
			made := s.sent("POST", "/cards", old, "template=model").is(303)
			now := "cardstock=" + made.cookie("cardstock", lasting)
			if start := s.sent("GET", "/", now, "").is(200); start.find(`#your-cards ~ ul li`).Length() != 1 || strings.Contains(string(start.body), f.card) {
				t.Error("the session that begins with it is not a new one")
			}
			if tt.rowThere && now == old {
				t.Error("the token of a session that ended begins another one")
			}
		})
	}
}
