package handlers_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	_ "github.com/mattn/go-sqlite3"

	"cardstock/e2e/testredis"
	"cardstock/handlers"
	"cardstock/session"
)

// sent makes a request of exactly these bytes, cookie "" for none, and returns the reply. More header lines can be given, a Content-Type
// instead of a form's, too.
func (s *server) sent(method, path, cookie, body string, more ...string) *reply {
	s.t.Helper()
	c, err := s.dial()
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(20 * time.Second))
	if cookie != "" {
		cookie = "Cookie: " + cookie + "\r\n"
	}
	lines := strings.Join(more, "\r\n") + "\r\n"
	for name, value := range map[string]string{"Host": s.addr, "Content-Type": "application/x-www-form-urlencoded"} {
		if !strings.Contains("\r\n"+lines, "\r\n"+name+":") {
			lines += name + ": " + value + "\r\n"
		}
	}
	lines = strings.TrimPrefix(lines, "\r\n")
	fmt.Fprintf(c, "%s %s HTTP/1.1\r\n%s%sContent-Length: %d\r\nConnection: close\r\n\r\n%s", method, path, lines, cookie, len(body), body)
	res, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: method})
	if err != nil {
		s.t.Fatalf("%s %s with %.100q: %v", method, path, cookie, err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return &reply{t: s.t, what: method + " " + path, status: res.StatusCode, header: res.Header, body: data}
}

// cookie returns the value of the one cookie that a reply sets with the right attributes, "" if it sets none.
func (r *reply) cookie(name string, attributes string) string {
	r.t.Helper()
	all := r.header.Values("Set-Cookie")
	if len(all) == 0 {
		return ""
	}
	m := regexp.MustCompile("^" + name + "=([A-Za-z0-9_-]{64}); " + attributes + "$").FindStringSubmatch(all[0])
	if m == nil || len(all) > 1 {
		r.t.Fatalf("%s: sets %q, want one %s; %s", r.what, all, name, attributes)
	}
	return m[1]
}

const (
	lasting = "max-age=2592000; path=/; HttpOnly; SameSite=Lax"
	secure  = "max-age=2592000; path=/; HttpOnly; secure; SameSite=Lax"
	brief   = "path=/; HttpOnly; SameSite=Lax" // ends with the browser
)

// token returns a browser's cookie.
func (b *browser) token() string { return b.cookies["cardstock"] }

// book opens the database file for a second look, beside the application.
func (s *server) book() *sqlx.DB {
	s.t.Helper()
	pool, err := sqlx.Open("sqlite3", "file:"+s.db.Path()+"?mode=ro")
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { pool.Close() })
	pool.SetMaxOpenConns(1)
	return pool
}

// commits returns a function that tells whether anything was committed to the database since it was last called.
func (s *server) commits() func() bool {
	s.t.Helper()
	book := s.book()
	var last int
	ask := func() bool {
		before := last
		if err := book.Get(&last, "PRAGMA data_version"); err != nil {
			s.t.Fatal(err)
		}
		return last != before
	}
	ask()
	return ask
}

// withRedis keeps the keys of an application's sessions in a Redis.
func withRedis(t *testing.T, r *testredis.Server) func(o *handlers.Options) {
	return func(o *handlers.Options) {
		keys, err := session.OpenKeys([]string{r.URL}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { keys.Close() })
		if o.Sessions, err = session.New(context.Background(), o.DB, keys, session.Options{Log: o.Log}); err != nil {
			t.Fatal(err)
		}
	}
}
