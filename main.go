// Cardstock is a login-free web editor for model cards and datasheets. This file wires the rooms
// together, starts them and drains them; config.go holds the settings.
package main

import (
	"bufio"
	"cmp"
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/db"
	"cardstock/handlers"
	"cardstock/limit"
	"cardstock/session"
	"cardstock/sweep"
)

//go:embed schema.sql
var schema string

//go:embed views static
var files embed.FS

// Exit codes besides 0.
const (
	exitFailed = 1
	exitUsage  = 2
	exitHeld   = 3 // the sweeper held back
)

// drainTime is how long running requests get to finish after SIGTERM; all is closed within 10 seconds.
const drainTime = 8 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr))
}

// run is the program: the first argument may be a command, serve if it is none.
func run(ctx context.Context, args []string, env func(string) string, in io.Reader, out, errs io.Writer) int {
	command := "serve"
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		command, args = args[0], args[1:]
	}
	perform := map[string]func(context.Context, *Config, io.Reader, io.Writer) (int, error){
		"serve": serve, "sweep": sweepOnce, "sessions": sessionsCommand, "healthcheck": healthcheck, "lint": lint, "convert": convert, "formats": formatsCommand,
	}[command]
	if command == "help" {
		help(out)
		return 0
	}
	if perform == nil {
		fmt.Fprintf(errs, "cardstock: there is no command %q; see --help\n", command)
		return exitUsage
	}
	c, err := parseConfig(command, args, env)
	if errors.Is(err, flag.ErrHelp) {
		help(out)
		return 0
	}
	if err != nil {
		fmt.Fprintf(errs, "cardstock: %v\n", err)
		return exitUsage
	}
	code, err := perform(ctx, c, in, out)
	if err != nil {
		fmt.Fprintf(errs, "cardstock: %v\n", err)
	}
	return code
}

// Main is a server with everything it is made of. Tests use it as main does.
type Main struct {
	Config *Config
	DB     *db.DB
	Keys   *session.Keys // nil without Redis
	Keeper *session.Keeper
	Sweep  *sweep.Sweeper
	Limits *limit.Limiter // nil: none
	App    *fiber.App

	log     *slog.Logger
	metrics *metrics // nil: off
}

// Open makes a server ready to serve. Its error is one sentence for the operator.
func Open(ctx context.Context, c *Config) (*Main, error) {
	m := &Main{Config: c, log: c.logger(os.Stderr)}
	m.metrics = newMetrics(c.MetricsAddr, m.log)
	var err error
	if m.DB, err = db.Open(ctx, db.Options{Path: c.DB, Schema: schema, Quota: c.SessionQuota}); err != nil {
		return nil, err
	}
	if err = m.open(ctx); err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}

func (m *Main) open(ctx context.Context) (err error) {
	c := m.Config
	if c.RedisURL != "" {
		if m.Keys, err = session.OpenKeys([]string{c.RedisURL}, m.log); err != nil {
			return fmt.Errorf("the setting redis-url: %w", err)
		}
	}
	secure := c.PublicURL != nil && c.PublicURL.Scheme == "https"
	m.Keeper, err = session.New(ctx, m.DB, m.Keys, session.Options{TTL: c.SessionTTL, Secure: secure, Log: m.log})
	if err != nil {
		return err
	}
	grace := cmp.Or(c.SweepGrace, -1) // to the sweeper 0 is its default, and less than that is none
	o := sweep.Options{Interval: c.SweepInterval, Grace: grace, Log: m.log}
	m.metrics.watch(m.DB, m.Keys, &o)
	m.Sweep, err = sweep.New(ctx, m.DB, m.Keys, o)
	return err
}

// openWeb adds the web to an open server.
func (m *Main) openWeb() error {
	c := m.Config
	templates, err := card.LoadTemplates(overlay(c.Templates)...)
	if err != nil {
		return fmt.Errorf("the setting templates: %w", err) // the built-in ones are tested
	}
	views, _ := fs.Sub(files, "views") // both are embedded above, so they are there
	static, _ := fs.Sub(files, "static")
	o := handlers.Options{DB: m.DB, Sessions: m.Keeper, Templates: templates, Views: views, Static: static,
		PublicURL: c.PublicURL, MaxUpload: c.MaxUpload, Limits: m.limits(), Log: m.log, Observe: m.metrics.observe()}
	if c.Pages != "" {
		o.Pages = os.DirFS(c.Pages)
	}
	m.App, err = handlers.New(o)
	return err
}

// limits makes the limiter of the settings. Behind a proxy that is not named all visitors would share one address.
func (m *Main) limits() *limit.Limiter {
	c := m.Config
	if !c.Limits {
		return nil
	}
	blind := c.PublicURL != nil && len(c.Trusted) == 0
	if blind {
		m.log.Warn("visitors' addresses are not known, so only sessions are limited", "do", "name the proxy in front: --trusted-proxies")
	}
	m.Limits = limit.New(limit.Options{Rules: limit.Standard, Trusted: c.Trusted, Blind: blind})
	return m.Limits
}

// overlay is the directory of the operator's own templates, if there is one.
func overlay(dir string) []fs.FS {
	if dir == "" {
		return nil
	}
	return []fs.FS{os.DirFS(dir)}
}

// Close closes what Open opened.
func (m *Main) Close() error {
	if m.Keys != nil {
		m.Keys.Close()
	}
	return m.DB.Close()
}

// serve runs the server until ctx ends, then drains it.
func serve(ctx context.Context, c *Config, _ io.Reader, out io.Writer) (int, error) {
	m, err := Open(ctx, c)
	if err != nil {
		return exitFailed, err
	}
	defer m.Close()
	if err := m.openWeb(); err != nil {
		return exitFailed, err
	}
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return exitFailed, fmt.Errorf("the setting addr: cannot listen on %s: %w", c.Addr, errors.Unwrap(err))
	}
	defer listener.Close() // if it does not come to serving
	metrics, err := m.serveMetrics()
	if err != nil {
		return exitFailed, err
	}
	defer metrics.close()
	fmt.Fprintf(out, "Cardstock is at %s\nSessions are kept %s.\n", c.address(listener.Addr()), m.Keeper.Describe())
	metrics.announce(out)
	if err := m.serve(ctx, listener); err != nil {
		return exitFailed, err
	}
	return 0, nil
}

// serve answers requests and sweeps until ctx ends. Then running requests finish, and the sweeper stops
// between two transactions.
func (m *Main) serve(ctx context.Context, listener net.Listener) error {
	if err := m.Sweep.Meet(ctx); err != nil {
		m.log.Warn("Redis is compared with the one of before only by the first sweep", "err", err)
	}
	var background sync.WaitGroup
	sweeping, stop := context.WithCancel(ctx)
	background.Go(func() { m.Sweep.Run(sweeping) })
	defer background.Wait()
	defer stop()
	failed := make(chan error, 1)
	go func() { failed <- m.App.Listener(m.Limits.Listen(listener)) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	m.log.Info("stopping: no new requests are taken, running ones finish")
	if err := m.App.ShutdownWithTimeout(drainTime); err != nil {
		m.log.Warn("some connections were still open and are cut", "cause", err)
	}
	return nil
}

// sweepOnce is the command sweep.
func sweepOnce(ctx context.Context, c *Config, in io.Reader, out io.Writer) (int, error) {
	if _, err := os.Stat(c.DB); errors.Is(err, fs.ErrNotExist) { // a cron job in another directory, say
		return exitFailed, fmt.Errorf("the setting db: there is no file %s, so nothing was swept", c.DB)
	}
	m, err := Open(ctx, c)
	if err != nil {
		return exitFailed, err
	}
	defer m.Close()
	var report sweep.Report
	if c.All {
		if !c.Yes && !confirmed(in, out) {
			return exitFailed, errors.New("nothing was erased")
		}
		report, err = m.Sweep.All(ctx)
	} else {
		report, err = m.Sweep.Pass(ctx, sweep.PassOptions{DryRun: c.DryRun, Now: c.SkipGrace, Beside: true})
	}
	if err != nil {
		return exitFailed, err
	}
	report.Write(out)
	if len(report.Held) > 0 {
		return exitHeld, nil
	}
	return 0, nil
}

func confirmed(in io.Reader, out io.Writer) bool {
	fmt.Fprint(out, "This erases every session with all its cards. Type \"erase\" to go on: ")
	line, _ := bufio.NewReader(in).ReadString('\n')
	return strings.TrimSpace(line) == "erase"
}

// healthcheck asks the server at the address whether it is ready; a container's health check has no curl.
func healthcheck(ctx context.Context, c *Config, _ io.Reader, out io.Writer) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	host, port, _ := net.SplitHostPort(c.Addr)
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return exitFailed, err
	}
	reply, err := (&http.Transport{}).RoundTrip(r) // never by a proxy that the environment names
	if err != nil {
		return exitFailed, fmt.Errorf("no server answers at %s", c.Addr)
	}
	defer reply.Body.Close()
	io.Copy(out, io.LimitReader(reply.Body, 1024))
	if reply.StatusCode != http.StatusOK {
		return exitFailed, nil
	}
	return 0, nil
}

// address is what to type into a browser.
func (c *Config) address(listening net.Addr) string {
	if c.PublicURL != nil {
		return c.PublicURL.String() + "/ (listening on " + listening.String() + ")"
	}
	return "http://" + listening.String() + "/"
}

// logger writes structured lines in the format and from the level of the settings.
func (c *Config) logger(w io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}
