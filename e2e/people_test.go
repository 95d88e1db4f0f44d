package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// A person has a session of their own, does one thing after another in it, and remembers what the server acknowledged.
type person struct {
	app    *app
	rng    *rand.Rand
	client *http.Client
	cookie string

	cards   map[string]*sheet // by id, as acknowledged
	pending *change           // sent, and not answered when the server went
	acked   atomic.Int64      // answers in this round
	cut     error             // an answer that did not come whole
	silent  bool              // the last look found a change that was done and not answered
	mayEnd  atomic.Bool       // somebody is ending all sessions
	said    int               // things said so far: no text comes twice
}

// A change is one thing that was asked for: card with want in it; nil: without it. A card of id "" is a new one.
type change struct {
	card     string
	want     map[string]string
	original string
	end      bool // the whole session
	sure     bool // acknowledged, but what came of it could not be read any more
}

func newPerson(a *app, rng *rand.Rand) *person {
	return &person{app: a, rng: rng, client: &http.Client{
		Timeout:       20 * time.Second,
		Transport:     &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, cards: map[string]*sheet{}}
}

// write does one thing after another until the server is gone, which it may be when up has ended.
func (p *person) write(up context.Context) {
	for p.cut = nil; ; p.acked.Add(1) {
		status, err := p.step()
		switch {
		case err != nil && up.Err() != nil:
			return
		case p.mayEnd.Load() && (status == http.StatusNotFound || errors.Is(err, errNotThere)):
			return
		case err != nil:
			p.app.t.Errorf("while the server ran: %v", err)
			return
		}
		p.pending = nil
	}
}

// step does something at random.
func (p *person) step() (int, error) {
	if len(p.cards) == 0 {
		return p.create()
	}
	ids := slices.Sorted(maps.Keys(p.cards))
	id := ids[p.rng.IntN(len(ids))]
	switch n := p.rng.IntN(100); {
	case n < 50:
		return p.saveField(id)
	case n < 65:
		return p.saveSection(id)
	case n < 70 && len(ids) < 5:
		return p.create()
	case n < 76 && len(ids) < 5:
		return p.importCopy(id)
	case n < 83:
		return p.ask(id)
	case n < 87:
		return p.unask(id)
	case n < 92:
		return p.rename(id)
	case n < 96:
		p.pending = &change{card: id}
		return p.send("DELETE", "/cards/"+id, func(string) error { delete(p.cards, id); return nil })
	case n < 97:
		return p.erase()
	}
	return p.saveField(id)
}

func (p *person) saveField(id string) (int, error) {
	section, keys := p.some(id, 1)
	k, key, text := p.cards[id], keys[0], p.text()
	if status, err := p.know(id, section); err != nil {
		return status, err
	}
	p.intend(id, map[string]string{key: text})
	return p.send("PUT htmx", "/cards/"+id+"/fields/"+key, func(body string) error {
		k.content[key] = text
		maps.Copy(k.revs, revs(body))
		return nil
	}, "answer."+key, text, "rev."+key, k.revs[key])
}

func (p *person) saveSection(id string) (int, error) {
	section, keys := p.some(id, 4)
	k, texts, pairs := p.cards[id], map[string]string{}, []string{}
	if status, err := p.know(id, section); err != nil {
		return status, err
	}
	for _, key := range keys {
		texts[key] = p.text()
		pairs = append(pairs, "answer."+key, texts[key], "rev."+key, k.revs[key])
	}
	p.intend(id, texts)
	return p.send("PUT", "/cards/"+id+"/sections/"+section, func(string) error {
		maps.Copy(k.content, texts)
		for key := range texts {
			delete(k.revs, key)
		}
		return nil
	}, pairs...)
}

func (p *person) create() (int, error) {
	p.pending = &change{want: blank(p.app)}
	return p.send("POST", "/cards", nil, "template", "model")
}

// importCopy sends an export of a card back, sometimes as a large file.
func (p *person) importCopy(id string) (int, error) {
	status, text, _, err := p.do("GET", "/cards/"+id+".json", nil)
	if err != nil || status != http.StatusOK {
		return status, fmt.Errorf("an export: %d, %w", status, err)
	}
	if p.rng.IntN(3) == 0 {
		text += strings.Repeat(" ", p.rng.IntN(600_000))
	}
	p.pending = &change{want: p.cards[id].content, original: text}
	return p.send("POST", "/cards/import", nil, "text", text)
}

func (p *person) ask(id string) (int, error) {
	section, _ := p.some(id, 1)
	words := p.text()
	if len(words) > 900 {
		words = strings.TrimSpace(words[:900])
	}
	p.intend(id, map[string]string{words: ""})
	return p.send("POST", "/cards/"+id+"/sections/"+section+"/fields", func(string) error { return p.read(id) }, "question", words)
}

func (p *person) unask(id string) (int, error) {
	k := p.cards[id]
	if len(k.own) == 0 {
		return p.ask(id)
	}
	words := slices.Sorted(maps.Keys(k.own))[0]
	p.intend(id, nil)
	delete(p.pending.want, words)
	return p.send("DELETE", "/cards/"+id+"/fields/"+k.own[words], func(string) error {
		delete(k.content, words)
		delete(k.own, words)
		return nil
	})
}

func (p *person) rename(id string) (int, error) {
	title := strings.TrimSpace(p.text()[:20])
	p.intend(id, map[string]string{"title": title})
	return p.send("PUT htmx", "/cards/"+id, func(string) error { p.cards[id].content["title"] = title; return nil }, "title", title)
}

func (p *person) erase() (int, error) {
	p.pending = &change{end: true}
	return p.send("DELETE", "/session", func(string) error { clear(p.cards); return nil })
}

// intend notes what the card holds when the request that follows has been done.
func (p *person) intend(id string, with map[string]string) {
	want := maps.Clone(p.cards[id].content)
	maps.Copy(want, with)
	p.pending = &change{card: id, want: want}
}

// send sends a write, "PUT htmx" as the page's script does. The answer's first line is the acknowledgement.
func (p *person) send(method, path string, then func(body string) error, pairs ...string) (int, error) {
	method, htmx := strings.CutSuffix(method, " htmx")
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	status, body, where, err := p.do(method, path, form, htmx)
	if status >= 400 {
		return status, fmt.Errorf("%s %s: %d %s", method, path, status, body)
	}
	if status == 0 {
		return 0, err
	}
	if then == nil { // a new card
		id := strings.TrimPrefix(where, "/cards/")
		id, _, _ = strings.Cut(id, "?")
		p.cards[id] = &sheet{content: p.pending.want, original: p.pending.original}
		then = func(string) error { return p.read(id) }
	}
	p.pending.sure = true
	return status, then(body)
}

// do sends a request. When the first line of the answer has come there is a status, also if the rest is cut.
func (p *person) do(method, path string, form url.Values, htmx ...bool) (status int, body, where string, err error) {
	r, err := http.NewRequest(method, p.app.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, "", "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if len(htmx) > 0 && htmx[0] {
		r.Header.Set("HX-Request", "true")
	}
	if p.cookie != "" {
		r.Header.Set("Cookie", "cardstock="+p.cookie)
	}
	reply, err := p.client.Do(r)
	if err != nil {
		return 0, "", "", err
	}
	defer reply.Body.Close()
	for _, c := range reply.Cookies() {
		p.cookie = c.Value
	}
	data, err := io.ReadAll(reply.Body)
	if err != nil {
		p.cut = err
	}
	return reply.StatusCode, string(data), reply.Header.Get("Location"), err
}

// know asks for the page of a section if the revisions of its answers are not known.
func (p *person) know(id, section string) (int, error) {
	k := p.cards[id]
	for _, key := range k.sections[section] {
		if k.revs[key] != "" {
			continue
		}
		status, page, _, err := p.do("GET", "/cards/"+id+"/sections/"+section, nil)
		if err != nil || status != http.StatusOK {
			return status, fmt.Errorf("a section: %d, %w", status, err)
		}
		maps.Copy(k.revs, revs(page))
	}
	return http.StatusOK, nil
}

// some picks a section of a card and up to n of its plain questions.
func (p *person) some(id string, n int) (string, []string) {
	k := p.cards[id]
	sections := slices.Sorted(maps.Keys(k.sections))
	section := sections[p.rng.IntN(len(sections))]
	keys := slices.Clone(k.sections[section])
	p.rng.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	return section, keys[:min(n, len(keys))]
}

// text is something that nobody said before.
func (p *person) text() string {
	p.said++
	return fmt.Sprintf("thing %d, said %d", p.said, p.rng.Uint64()) + strings.Repeat(" and so on", p.rng.IntN(5)*p.rng.IntN(50))
}
