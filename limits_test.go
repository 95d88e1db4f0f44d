package main

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
)

// poster sends forms with a cookie jar, from the address it says, and does not follow redirects.
type poster struct {
	t      *testing.T
	client *http.Client
	from   string
}

func newPoster(t *testing.T) *poster {
	jar, _ := cookiejar.New(nil)
	return &poster{t: t, client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (p *poster) post(to string, form url.Values) *http.Response {
	p.t.Helper()
	r, err := http.NewRequest(http.MethodPost, to, strings.NewReader(form.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if p.from != "" {
		r.Header.Set("X-Forwarded-For", p.from)
	}
	reply, err := p.client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	reply.Body.Close()
	return reply
}

// begin begins so many sessions, and returns how many there are then and what the first refusal was.
func begin(t *testing.T, s *server, n int, from func(i int) string) (made int, refused *http.Response) {
	t.Helper()
	for i := range n {
		p := newPoster(t)
		p.from = from(i)
		reply := p.post(s.url+"session", url.Values{"_method": {"PUT"}, "shared": {"1"}})
		if reply.StatusCode == http.StatusSeeOther {
			made++
		} else if refused == nil {
			refused = reply
		}
	}
	return made, refused
}

// TestLimitsSetting: 640 new sessions from one address are too many, unless limits are off or the address says nothing.
func TestLimitsSetting(t *testing.T) {
	t.Parallel()
	everywhere := func(i int) string { return fmt.Sprintf("192.0.%d.%d", i/250, i%250) }
	one := func(int) string { return "198.51.100.1, 192.0.2.1" }
	for name, tt := range map[string]struct {
		args    []string
		from    func(int) string
		limited bool
	}{
		"by default":                     {nil, everywhere, true}, // and nobody believes X-Forwarded-For
		"off":                            {[]string{"--limits=off"}, one, false},
		"a proxy for many":               {[]string{"--trusted-proxies=127.0.0.0/8"}, everywhere, false},
		"a proxy that is not named":      {[]string{"--public-url=http://cards.example.org"}, one, false},
		"a proxy that is named, for one": {[]string{"--public-url=http://cards.example.org", "--trusted-proxies=127.0.0.1"}, one, true},
	} {
		s := start(t, tt.args...)
		if _, at, ok := strings.Cut(s.said, "listening on "); ok {
			at, _, _ = strings.Cut(at, ")")
			s.url = "http://" + at + "/"
		}
		made, refused := begin(t, s, 640, tt.from)
		if refused == nil && tt.limited || refused != nil && (!tt.limited || refused.StatusCode != http.StatusTooManyRequests || refused.Header.Get("Retry-After") == "") {
			t.Errorf("%s: %d made, then %v", name, made, refused)
		}
		if tt.limited && (made < 600 || made > 635) {
			t.Errorf("%s: %d made, want about 600", name, made)
		}
		s.stop()
	}
}

// TestSessionQuotaSetting: a full session is told so, and sees how full it is.
func TestSessionQuotaSetting(t *testing.T) {
	t.Parallel()
	s := start(t, "--session-quota=64KB", "--limits=off")
	p := newPoster(t)
	text := url.Values{"text": {`{"format":"cardstock/1","kind":"model","template":"model","title":"` + strings.Repeat("x", 300) + `","sections":[]}` + strings.Repeat(" ", 9000)}}
	var reply *http.Response
	made := 0
	for reply = p.post(s.url+"cards/import", text); reply.StatusCode == http.StatusSeeOther; reply = p.post(s.url+"cards/import", text) {
		made++
	}
	if reply.StatusCode != http.StatusRequestEntityTooLarge || made < 3 || made > 6 {
		t.Errorf("%d cards, then %d", made, reply.StatusCode)
	}
	page, err := p.client.Get(s.url + "session")
	if err != nil {
		t.Fatal(err)
	}
	defer page.Body.Close()
	body := new(strings.Builder)
	page.Write(body)
	if !strings.Contains(body.String(), " KB of the 64 KB there is for one visitor") {
		t.Errorf("it does not say how full the session is:\n%s", body)
	}
	if reply := p.post(s.url+"session", url.Values{"_method": {"DELETE"}, "kind": {"model"}}); reply.StatusCode != http.StatusSeeOther {
		t.Errorf("erasing: %d", reply.StatusCode)
	}
	if reply := p.post(s.url+"cards/import", text); reply.StatusCode != http.StatusSeeOther {
		t.Errorf("with room again: %d", reply.StatusCode)
	}
}
