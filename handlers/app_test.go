package handlers_test

import (
	"bytes"
	"context"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
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
	t      testing.TB
	app    *fiber.App
	db     *db.DB
	keeper *session.Keeper
	addr   string // host:port
	dial   func() (net.Conn, error)
	log    *logBook
	clock  *clock
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

// newApp starts an application of the test's own; with changes its options before.
func newApp(t testing.TB, with ...func(o *handlers.Options)) *server {
	t.Helper()
	s, stop, err := start(t.TempDir(), with...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	s.t = t
	return s
}

// common returns the application that tests share: each visitor of it is alone in a session of their own.
func common(t testing.TB) *server {
	t.Helper()
	s, err := commonOnce()
	if err != nil {
		t.Fatal(err)
	}
	own := *s
	own.t = t
	return &own
}

var (
	commonOnce = sync.OnceValues(func() (*server, error) {
		dir, err := os.MkdirTemp("", "cardstock-test")
		if err != nil {
			return nil, err
		}
		s, stop, err := start(dir)
		atEnd = append(atEnd, func() { os.RemoveAll(dir) }, stop)
		return s, err
	})
	atEnd []func() // run after all tests, last first
)

func TestMain(m *testing.M) {
	code := m.Run()
	for _, f := range slices.Backward(atEnd) {
		f()
	}
	os.Exit(code)
}

// start starts the application with its database in a directory, and returns what stops it.
func start(dir string, with ...func(o *handlers.Options)) (s *server, stop func(), err error) {
	ctx := context.Background()
	stop = func() {}
	schema, err := os.ReadFile("../schema.sql")
	if err != nil {
		return nil, stop, err
	}
	s = &server{log: &logBook{}, clock: &clock{now: time.Now().Truncate(time.Millisecond)}}
	if s.db, err = db.Open(ctx, db.Options{Path: filepath.Join(dir, "cards.db"), Schema: string(schema)}); err != nil {
		return nil, stop, err
	}
	stop = func() { s.db.Close() }
	s.db.Now = s.clock.Now
	o := handlers.Options{DB: s.db, Views: os.DirFS("../views"), MaxUpload: 5 << 20,
		Log: slog.New(slog.NewJSONHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	if o.Templates, err = templatesOnce(); err != nil {
		return nil, stop, err
	}
	if o.Static, err = stubs(); err != nil {
		return nil, stop, err
	}
	for _, f := range with {
		f(&o)
	}
	secure := o.PublicURL != nil && o.PublicURL.Scheme == "https"
	if o.Sessions == nil {
		if o.Sessions, err = session.New(ctx, s.db, nil, session.Options{Secure: secure, Log: o.Log}); err != nil {
			return nil, stop, err
		}
	}
	s.keeper = o.Sessions
	if s.app, err = handlers.New(o); err != nil {
		return nil, stop, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, stop, err
	}
	s.addr = listener.Addr().String()
	s.dial = func() (net.Conn, error) { return net.Dial("tcp", s.addr) }
	done := make(chan error, 1)
	go func() { done <- s.app.Listener(o.Limits.Listen(listener)) }()
	return s, func() {
		s.app.ShutdownWithTimeout(time.Second)
		listener.Close() // if it was never served
		<-done
		s.db.Close()
	}, nil
}

// stubs are the static files under their names, but short: packing the real ones for each of many servers takes long under
// the race detector. Tests of the files themselves start with realStatic.
func stubs() (fs.FS, error) {
	files, err := fs.Glob(os.DirFS("../static"), "*.*")
	stub := fstest.MapFS{}
	for _, name := range files {
		stub[name] = &fstest.MapFile{Data: []byte("/* " + name + " */")}
	}
	return stub, err
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
		Timeout:       60 * time.Second,
	}}
}
