// Package handlers is the web: it turns requests into calls on cards and sessions, and
// what comes back into pages and fragments. routes.go lists every address;
// respond.go alone decides between page and fragment and alone knows htmx's headers; errors.go alone
// turns an error into a reply; each other file is one noun.
package handlers

import (
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"cardstock/card"
	"cardstock/db"
	"cardstock/limit"
	"cardstock/session"
)

// Options are what the web needs from the rest of the program.
type Options struct {
	DB        *db.DB
	Sessions  *session.Keeper
	Templates *card.Templates
	Views     fs.FS          // html templates
	Static    fs.FS          // style sheet, scripts, icons
	Pages     fs.FS          // the operator's Markdown pages; nil for none
	PublicURL *url.URL       // nil: the Host header says where we are
	MaxUpload int64          // bytes
	Limits    *limit.Limiter // nil: nothing is limited but sizes
	Log       *slog.Logger
	Observe   Observe // nil: nobody counts
}

// Observe hears of each reply: the method and the pattern of the route, both from a short list, and never the address itself.
type Observe func(method, route string, status int, took time.Duration)

// app is the receiver of all handlers.
type app struct {
	Options
	views   *views
	assets  *assets
	pages   pages
	prefix  string          // path prefix of the public URL, "" or "/cards"
	roots   map[string]bool // first words of our own addresses: "", cards, session, …
	started time.Time
	trouble trouble

	exporting *limit.Turns // one at once: of the long card that is being exported
	reading   *limit.Turns // of the large files that are read, and the long pages that are made
}

// slack is how much a request may be larger than the upload it carries.
const slack = 1 << 20

// New makes the web application. Its error says which template or page is broken.
func New(o Options) (*fiber.App, error) {
	a := &app{Options: o, started: o.DB.Now(), roots: map[string]bool{}, exporting: limit.NewTurns(1), reading: limit.NewTurns(readAtOnce)}
	if o.PublicURL != nil {
		a.prefix = o.PublicURL.EscapedPath()
	}
	var err error
	if a.assets, err = loadAssets(o.Static); err != nil {
		return nil, err
	}
	if a.pages, err = loadPages(o.Pages); err != nil {
		return nil, err
	}
	if a.views, err = a.loadViews(); err != nil {
		return nil, fmt.Errorf("views: %w", err)
	}
	f := fiber.New(fiber.Config{
		AppName:               "Cardstock",
		Views:                 a.views.engine,
		ErrorHandler:          a.failEarly,
		BodyLimit:             int(o.MaxUpload) + slack,
		ReadBufferSize:        16 << 10,
		ReadTimeout:           headerTime,
		WriteTimeout:          writeTime,
		IdleTimeout:           90 * time.Second,
		ReduceMemoryUsage:     true, // a connection that says nothing has no buffers
		Immutable:             true, // strings outlive the request in logs and stores
		StrictRouting:         true,
		CaseSensitive:         true,
		DisableStartupMessage: true,
		// Parsed early, a large upload would be written to a temporary file; parsed by us it stays in memory.
		DisablePreParseMultipartForm: true,
		ServerHeader:                 "",
	})
	a.routes(f)
	for _, r := range f.GetRoutes(true) {
		first, _, _ := strings.Cut(r.Path[1:], "/")
		a.roots[first] = true
	}
	if err := renderOnce(f); err != nil {
		return nil, fmt.Errorf("views: %w", err)
	}
	f.Server().NoDefaultServerHeader = true
	a.serveBodies(f.Server())
	return f, nil
}

// renderOnce renders something before serving: Fiber makes a list of its own at the first rendering, and two
// first ones at the same moment race.
func renderOnce(f *fiber.App) error {
	c := f.AcquireCtx(&fasthttp.RequestCtx{})
	defer f.ReleaseCtx(c)
	return c.Render("toast", failure{})
}

// kept reports whether what follows the public path prefix shows that the proxy left it on. A proxy may take it off, and
// the prefix may look like an address of ours: /cards/x is then a card, /cards/session a page under the prefix.
func (a *app) kept(rest string) bool {
	if rest == "" {
		return !a.roots[a.prefix[1:]]
	}
	first, _, _ := strings.Cut(rest[1:], "/")
	return rest[0] == '/' && (a.roots[first] || !a.roots[a.prefix[1:]])
}

// front runs before routing: it takes the public path prefix off, sees that each request finds a route or none, and gives a form without
// JavaScript the method it names. Only a POST can become another method, and only by its body: a link never writes.
func (a *app) front(c *fasthttp.RequestCtx) {
	if rest, ok := strings.CutPrefix(string(c.Path()), a.prefix); ok && a.prefix != "" && a.kept(rest) {
		c.URI().SetPath("/" + strings.TrimPrefix(rest, "/"))
		c.Request.Header.SetRequestURIBytes(c.URI().RequestURI())
	}
	// A method that it does not know Fiber answers by itself, without our headers and the log. No route has this one either.
	if !slices.Contains(fiber.DefaultMethods, string(c.Method())) {
		c.Request.Header.SetMethod(fiber.MethodTrace)
	}
	if c.IsPost() && !crowded(c.Request.Body()) {
		switch method := string(c.PostArgs().Peek("_method")); method {
		case fiber.MethodPut, fiber.MethodDelete:
			c.Request.Header.SetMethod(method)
		}
	}
}
