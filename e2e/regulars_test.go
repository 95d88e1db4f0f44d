package e2e

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// regular is a person who comes again and again, and knows what was acknowledged to them.
type regular struct {
	t      *testing.T
	crowd  *crowd
	client *http.Client
	cookie string
	cards  []string
	answer string // acknowledged as saved in the first card
	rev    string // of that answer, as the page has it
}

const answered = "model_details.name"

// request sends one request, notes how it went, and holds what must hold of every one: no failure of the server's, and no
// other cookie than the visitor's own. It returns the body and the address it leads to.
func (r *regular) request(method, path string, form url.Values) (status int, body, where string) {
	r.crowd.restart.RLock()
	defer r.crowd.restart.RUnlock()
	req, _ := http.NewRequest(method, r.crowd.app.base+path, strings.NewReader(form.Encode()))
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if r.cookie != "" {
		req.Header.Set("Cookie", "cardstock="+r.cookie)
	}
	began := time.Now()
	reply, err := r.client.Do(req)
	took := time.Since(began)
	if err != nil {
		r.t.Errorf("%s %s: %v", method, path, err)
		return 0, "", ""
	}
	defer reply.Body.Close()
	data, _ := io.ReadAll(reply.Body)
	r.crowd.note(wait{began, took, method, reply.StatusCode})
	if reply.StatusCode >= 400 {
		r.t.Errorf("%s %s: %d", method, path, reply.StatusCode)
	}
	r.receive(reply.Cookies())
	return reply.StatusCode, string(data), reply.Header.Get("Location")
}

func (r *regular) receive(cookies []*http.Cookie) {
	for _, c := range cookies {
		switch {
		case r.cookie == "":
			r.cookie = c.Value
		case c.Value != r.cookie:
			r.t.Error("answered with a fresh cookie")
		}
	}
}

func (r *regular) create() {
	if _, _, where := r.request("POST", "/cards", url.Values{"template": {"model"}}); where != "" {
		r.cards = append(r.cards, where)
	}
}

func (r *regular) save() {
	text := fmt.Sprintf("Card of %d", rand.Int64())
	form := url.Values{"_method": {"PUT"}, "answer." + answered: {text}, "rev." + answered: {r.rev}}
	if status, _, _ := r.request("POST", r.cards[0]+"/fields/"+answered, form); status == http.StatusSeeOther {
		r.answer = text
	}
	r.visit() // where it leads
}

var revInput = regexp.MustCompile(`name="rev\.` + regexp.QuoteMeta(answered) + `" value="([^"]*)"`)

func (r *regular) visit() {
	_, page, _ := r.request("GET", r.cards[0]+"/sections/model_details", nil)
	rev := revInput.FindStringSubmatch(page)
	if rev == nil || !strings.Contains(page, r.answer) {
		r.t.Errorf("a page without the answer %q that was acknowledged before", r.answer)
		return
	}
	r.rev = rev[1]
}

// act does something at random, mostly looking.
func (r *regular) act() {
	switch n := rand.IntN(20); {
	case n < 13:
		r.visit()
	case n < 19:
		r.save()
	case len(r.cards) < 20:
		r.create()
	}
}

// key is the name of the visitor's key in Redis.
func (r *regular) key() string {
	sum := sha256.Sum256([]byte(r.cookie))
	return "cardstock:session:" + base64.RawURLEncoding.EncodeToString(sum[:])
}

// keptAll asks for everything that was acknowledged.
func (r *regular) keptAll() {
	r.t.Helper()
	for i, card := range r.cards {
		_, text, _ := r.request("GET", card+".json", nil)
		if !json.Valid([]byte(text)) || i == 0 && !strings.Contains(text, r.answer) {
			r.t.Errorf("card %d of %d is not there as it was acknowledged: %.200s", i+1, len(r.cards), text)
		}
	}
}

// crowd is some regulars of one app, newcomers on top, and what they felt.
type crowd struct {
	t       *testing.T
	app     *app
	restart sync.RWMutex // held while the app is started again: nobody comes then
	pause   time.Duration

	mu      sync.Mutex
	people  []*regular
	samples []wait

	leave func() // waits until they have gone
	stop  chan struct{}
	wg    sync.WaitGroup
}

// wait is one request as its visitor felt it.
type wait struct {
	began  time.Time
	took   time.Duration
	method string
	status int
}

func newCrowd(t *testing.T, a *app) *crowd {
	c := &crowd{t: t, app: a, pause: 50 * time.Millisecond, stop: make(chan struct{})}
	c.leave = sync.OnceFunc(func() { close(c.stop); c.wg.Wait() })
	t.Cleanup(c.leave)
	return c
}

func (c *crowd) note(s wait) { c.mu.Lock(); c.samples = append(c.samples, s); c.mu.Unlock() }

// join makes a session with a card.
func (c *crowd) join() *regular {
	r := &regular{t: c.t, crowd: c, client: &http.Client{
		Timeout:       20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	r.request("GET", "/", nil)
	r.create()
	if len(r.cards) == 0 {
		c.t.Error("a newcomer got no card")
		return r
	}
	r.save()
	c.mu.Lock()
	c.people = append(c.people, r)
	c.mu.Unlock()
	return r
}

// come lets n regulars come until the crowd leaves, and newcomers now and then.
func (c *crowd) come(n int) {
	for range n {
		r := c.join()
		c.wg.Go(func() { c.each(c.pause, r.act) })
	}
	c.wg.Go(func() { c.each(8*c.pause, func() { c.join() }) })
}

func (c *crowd) each(pause time.Duration, do func()) {
	for {
		select {
		case <-c.stop:
			return
		case <-time.After(pause/2 + rand.N(pause)):
			do()
		}
	}
}

// all returns everybody who was acknowledged a session by now.
func (c *crowd) all() []*regular {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]*regular{}, c.people...)
}

// felt returns the samples that began between the two times.
func (c *crowd) felt(from, to time.Time) waits {
	c.mu.Lock()
	defer c.mu.Unlock()
	var w waits
	for _, s := range c.samples {
		if !s.began.Before(from) && s.began.Before(to) {
			w = append(w, s)
		}
	}
	return w
}
