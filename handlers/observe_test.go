package handlers_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cardstock/handlers"
)

// TestObserve: each reply is told of by a method and a route from short lists, whatever was asked for.
func TestObserve(t *testing.T) {
	var mu sync.Mutex
	var told []string
	s := newApp(t, maxUpload(1000), func(o *handlers.Options) {
		o.Observe = func(method, route string, status int, took time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, fmt.Sprint(method, " ", route, " ", status))
		}
	})
	ask := func(method, path, body string) {
		t.Helper()
		r, err := http.NewRequest(method, "http://"+s.addr+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		reply, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		reply.Body.Close()
	}
	for _, test := range []struct{ method, path, body, want string }{
		{"GET", "/?q=secret", "", "GET / 200"},
		{"HEAD", "/about", "", "HEAD /about 200"},
		{"GET", "/cards/secret/sections/secret", "", "GET /cards/:id/sections/:key 404"},
		{"GET", "/secret", "", "GET none 404"},
		{"GET", "/cards/secret/", "", "GET none 404"},
		{"POST", "/", "", "POST / 405"},
		{"PATCH", "/cards", "", "other none 405"},
		{"OPTIONS", "/secret", "", "other none 404"},
		{"POST", "/cards", "template=secret", "POST /cards 422"},
		{"POST", "/cards/secret", "_method=DELETE", "DELETE /cards/:id 404"},
		{"POST", "/cards/import", strings.Repeat("x", 2<<20), "POST none 413"},
	} {
		mu.Lock()
		told = nil
		mu.Unlock()
		ask(test.method, test.path, test.body)
		mu.Lock()
		if !slices.Equal(told, []string{test.want}) {
			t.Errorf("%s %s is told as %q, want %q", test.method, test.path, told, test.want)
		}
		mu.Unlock()
	}
}
