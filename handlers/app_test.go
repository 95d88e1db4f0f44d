package handlers_test

import (
	"bytes"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/db"
	"cardstock/handlers"
	"cardstock/session"
)

var templatesOnce = sync.OnceValues(func() (*card.Templates, error) { return card.LoadTemplates() })

// server is the real application on a real port, with a database of its own.
type server struct {
	t     testing.TB
	app   *fiber.App
	db    *db.DB
	addr  string // host:port
	log   *logBook
	clock *clock
}

// clock is moved by tests.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }
func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// logBook collects what is logged.
type logBook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) { l.mu.Lock(); defer l.mu.Unlock(); return l.b.Write(p) }
func (l *logBook) String() string              { l.mu.Lock(); defer l.mu.Unlock(); return l.b.String() }

// newApp starts the application; with changes its options before.
func newApp(t testing.TB, with ...func(o *handlers.Options)) *server {
	t.Helper()
	schema, err := os.ReadFile("../schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), db.Options{Path: filepath.Join(t.TempDir(), "cards.db"), Schema: string(schema)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	c := &clock{now: time.Now().Truncate(time.Millisecond)}
	d.Now = c.Now
	return serve(t, d, c, with...)
}

// serve starts the application on a database.
func serve(t testing.TB, d *db.DB, c *clock, with ...func(o *handlers.Options)) *server {
	t.Helper()
	s := &server{t: t, db: d, log: &logBook{}, clock: c}
	log := slog.New(slog.NewJSONHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	templates, err := templatesOnce()
	if err != nil {
		t.Fatal(err)
	}
	o := handlers.Options{DB: d, Templates: templates, Views: os.DirFS("../views"), Static: stubs(t),
		MaxUpload: 5 << 20, Log: log}
	for _, f := range with {
		f(&o)
	}
	if o.Sessions == nil {
		secure := o.PublicURL != nil && o.PublicURL.Scheme == "https"
		if o.Sessions, err = session.New(t.Context(), d, nil, session.Options{Secure: secure, Log: log}); err != nil {
			t.Fatal(err)
		}
	}
	if s.app, err = handlers.New(o); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = listener.Addr().String()
	done := make(chan error, 1)
	go func() { done <- s.app.Listener(listener) }()
	t.Cleanup(func() {
		s.app.ShutdownWithTimeout(time.Second)
		listener.Close() // if it was never served
		<-done
	})
	return s
}

// stubs are the static files under their names, but short: packing the real ones for each of many servers takes long under
// the race detector. Tests of the files themselves start with realStatic.
func stubs(t testing.TB) fs.FS {
	t.Helper()
	files, err := fs.Glob(os.DirFS("../static"), "*.*")
	if err != nil || len(files) < 4 {
		t.Fatal(files, err)
	}
	stub := fstest.MapFS{}
	for _, name := range files {
		stub[name] = &fstest.MapFile{Data: []byte("/* " + name + " */")}
	}
	return stub
}

func realStatic(o *handlers.Options) { o.Static = os.DirFS("../static") }

func publicURL(raw string) func(o *handlers.Options) {
	return func(o *handlers.Options) {
		u, err := url.Parse(raw)
		if err != nil {
			panic(err)
		}
		o.PublicURL = u
	}
}

func maxUpload(n int64) func(o *handlers.Options) {
	return func(o *handlers.Options) { o.MaxUpload = n }
}

func withViews(views fs.FS) func(o *handlers.Options) {
	return func(o *handlers.Options) { o.Views = views }
}

// sessions counts the session rows.
func (s *server) sessions() int {
	s.t.Helper()
	n, err := s.db.CountSessions(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return n.Live + n.Due + n.Ended
}

// visitor is somebody with a browser of their own.
func (s *server) visitor() *browser {
	return &browser{t: s.t, server: s, cookies: map[string]string{}, client: &http.Client{
		Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 100},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       20 * time.Second,
	}}
}
