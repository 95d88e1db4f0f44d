package handlers_test

import (
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"

	"cardstock/e2e/soak"
	"cardstock/e2e/testredis"
)

// tabs are the windows of one browser: they share its cookies, which change with each reply in the order these arrive.
type tabs struct {
	*server
	jar    http.CookieJar
	client *http.Client
}

func (s *server) tabs() *tabs {
	jar, _ := cookiejar.New(nil)
	return &tabs{s, jar, &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 32}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// ask sends a request with the cookies of this moment. Its reply, cookies and all, arrives when arrive is called.
func (b *tabs) ask(method, path, body string) (arrive func() string) {
	b.t.Helper()
	r, err := http.NewRequest(method, "http://"+b.addr+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, c := range b.jar.Cookies(r.URL) {
		r.AddCookie(c)
	}
	res, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode >= 400 {
		b.t.Errorf("%s %s: %d", method, path, res.StatusCode)
	}
	return func() string {
		b.jar.SetCookies(r.URL, res.Cookies())
		return res.Header.Get("Location")
	}
}

// at once makes n requests in parallel, all of them before any reply arrives, which they do in random order. It returns where the replies lead.
func (b *tabs) atOnce(n int, random *rand.Rand, method, path, body string) []string {
	arrivals := make([]func() string, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { arrivals[i] = b.ask(method, path, body) })
	}
	wg.Wait()
	random.Shuffle(n, func(i, j int) { arrivals[i], arrivals[j] = arrivals[j], arrivals[i] })
	var places []string
	for _, arrive := range arrivals {
		places = append(places, arrive())
	}
	return places
}

// all fails unless the browser's session has exactly these cards.
func (b *tabs) all(cards []string) {
	b.t.Helper()
	visitor := b.visitor()
	here, _ := url.Parse("http://" + b.addr + "/")
	for _, c := range b.jar.Cookies(here) {
		visitor.cookies[c.Name] = c.Value
	}
	start := visitor.get("/").is(200)
	for _, card := range cards {
		if !start.has(`a[href="` + card + `"]`) {
			b.t.Errorf("a card whose making was acknowledged is not in the session: %s", card)
		}
	}
	if n := start.find(`#your-cards ~ ul li`).Length(); n != len(cards) {
		b.t.Errorf("%d cards, want %d", n, len(cards))
	}
}

// Several windows open at once, each without a cookie, and each is sent another. Whichever the browser ends up with: what is kept
// from then on, from all windows at once, is one session.
func TestFirstVisitsAtOnceEndInOneSession(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*server{"embedded": newApp(t), "redis": newApp(t, withRedis(t, testredis.Start(t)))} {
		t.Run(name, func(t *testing.T) {
			for _, seed := range soak.Seeds(t) {
				random := rand.New(rand.NewPCG(seed, 0))
				for round := range soak.Share(300, 10) {
					s.t = t
					b, before := s.tabs(), s.sessions()
					b.atOnce(2+random.IntN(7), random, "GET", "/", "")
					cards := b.atOnce(1+random.IntN(8), random, "POST", "/cards", "template=model")
					cards = append(cards, b.atOnce(2, random, "POST", "/cards", "template=datasheet")...)
					b.atOnce(3, random, "GET", "/", "")
					b.all(cards)
					if n := s.sessions() - before; n != 1 {
						t.Fatalf("seed %d, round %d: %d sessions of one browser", seed, round, n)
					}
				}
			}
		})
	}
}

// Whichever of the cookies of its first visits a window still sends, what it keeps is found again under that one.
func TestEachCookieOfAFirstVisitIsGood(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	var all []string
	for range 4 {
		all = append(all, s.sent("GET", "/", "", "").is(200).cookie("cardstock", lasting))
	}
	for i, token := range all {
		made := s.sent("POST", "/cards", "cardstock="+token, "template=model").is(303)
		if c := made.cookie("cardstock", lasting); c != token {
			t.Errorf("%d: the first write sets %q, came with %q", i, c, token)
		}
		s.sent("GET", made.header.Get("Location"), "cardstock="+token, "").is(200)
		if c := s.sent("GET", "/", "cardstock="+token, "").cookie("cardstock", lasting); c != "" {
			t.Errorf("%d: the next page sets another cookie", i)
		}
	}
}
