package handlers_test

import (
	"bytes"
	"strings"
	"time"
)

// How the guests of the random test ask, and what must be true of every reply.

// ask makes a request of a guest. Whatever it is and whatever comes back, nothing of somebody else's is in it.
func (w *world) ask(g *guest, q question) *direct {
	w.Helper()
	q.cookie = g.cookie
	w.web.ask(&q)
	w.requests++
	due := false
	if k := g.kept; k != nil && w.now-k.touched > min(time.Hour.Milliseconds(), k.ttl/12) {
		due, k.touched, g.rows = true, w.now, ""
	}
	if c := w.web.cookie(); c != "" {
		if c != g.cookie && g.kept != nil && q.path != "/session" {
			w.fail("%s %s: a living session got another cookie", q.method, q.path)
		}
		g.cookie = c
	} else if due {
		w.fail("%s %s: the cookie was not renewed", q.method, q.path)
	}
	for _, part := range [][]byte{w.web.body(), w.web.headers()} {
		if what := w.foreign(g, &q, part); what != "" {
			w.fail("%s %s: the reply (%d) holds %s of another session:\n%s", q.method, q.path, w.web.status(), what, part)
		}
	}
	return w.web
}

// foreign finds a marker or the address of a card that is not the guest's. An address may be there that they asked for.
func (w *world) foreign(g *guest, q *question, b []byte) string {
	for rest := b; ; {
		i := bytes.Index(rest, []byte(markerStart))
		if i < 0 || i+markerLength > len(rest) {
			break
		}
		if owner := w.markers[string(rest[i:i+markerLength])]; owner != nil && owner != g {
			return "the marker " + owner.marker
		}
		rest = rest[i+markerLength:]
	}
	const path, length = "/cards/", 16
	for rest := b; ; {
		i := bytes.Index(rest, []byte(path))
		if i < 0 || i+len(path)+length > len(rest) {
			return ""
		}
		id := rest[i+len(path) : i+len(path)+length]
		if owner := w.owners[string(id)]; owner != nil && owner != g && !strings.Contains(q.path, string(id)) {
			return "the card " + string(id)
		}
		rest = rest[i+len(path):]
	}
}

// born notes that the guest's session was made, and finds its row by the cookie.
func (w *world) born(g *guest) {
	if g.kept != nil {
		return
	}
	g.kept = &kept{ttl: (30 * 24 * time.Hour).Milliseconds(), created: w.now, touched: w.now}
	if err := w.rows.own.QueryRow(hashOf(g.cookie)).Scan(&g.kept.id); err != nil {
		w.fail("the session of the cookie that was sent: %v", err)
	}
}
