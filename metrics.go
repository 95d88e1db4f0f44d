package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"cardstock/db"
	"cardstock/handlers"
	"cardstock/session"
	"cardstock/sweep"
)

// The metrics are for one operator: what to look at when the server misbehaves. No label holds what a visitor typed, an
// id or an address: each has a short list of values that stands in the code. The other rooms know nothing of Prometheus:
// they count in plain numbers, or call one of the functions here.
type metrics struct {
	*prometheus.Registry
	log      *slog.Logger
	requests *prometheus.CounterVec
	latency  *prometheus.HistogramVec
	refused  *prometheus.CounterVec
	saves    *prometheus.CounterVec
	passes   *prometheus.CounterVec
	holds    *prometheus.CounterVec
	decided  *prometheus.CounterVec
	duration prometheus.Histogram
	late     prometheus.Histogram
	lastPass prometheus.Gauge
	store    *storeCollector
}

// classes name the statuses by their first digit.
var classes = [...]string{1: "1xx", 2: "2xx", 3: "3xx", 4: "4xx", 5: "5xx"}

// refusals are the statuses that say why a request was not done, in a word.
var refusals = map[int]string{403: "cross_site", 408: "slow", 409: "conflict", 413: "too_large", 422: "invalid",
	429: "limited", 431: "too_large", 503: "unavailable", 507: "disk_full"}

// saving are the routes that save answers, by PUT.
var saving = map[string]bool{"/cards/:id/fields/:key": true, "/cards/:id/sections/:key": true}

// newMetrics returns nil, on which nothing is counted, unless there is an address to serve them at.
func newMetrics(addr string, log *slog.Logger) *metrics {
	if addr == "" {
		return nil
	}
	m := &metrics{Registry: prometheus.NewRegistry(), log: log}
	m.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.requests = m.counters("http_requests_total", "Requests answered, by the pattern of their route and the class of their status.", "method", "route", "status")
	m.latency = prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "cardstock_http_request_duration_seconds",
		Help:    "Time from a request's arrival, read whole, to its answer.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5}}, []string{"method", "route", "status"})
	m.refused = m.counters("http_refused_total", "Requests not done as asked, by the reason.", "reason")
	m.saves = m.counters("saves_total", "Requests to save answers, by what became of them.", "outcome")
	m.passes = m.counters("sweep_passes_total", "Passes of the sweeper, by the gravest thing that can be said of each.", "outcome")
	m.holds = m.counters("sweep_holds_total", "Reasons for which passes erased less than they found.", "reason")
	m.decided = m.counters("sweep_sessions_total", "Sessions the sweeper did something about.", "action")
	m.duration = prometheus.NewHistogram(prometheus.HistogramOpts{Name: "cardstock_sweep_duration_seconds", Help: "How long passes took.",
		Buckets: []float64{.001, .005, .01, .05, .1, .5, 1, 5, 10, 60}})
	m.late = prometheus.NewHistogram(prometheus.HistogramOpts{Name: "cardstock_sweep_lag_seconds",
		Help: "How long after their end the sweeper had erased sessions.", Buckets: []float64{1, 2, 5, 10, 30, 60, 300, 900, 3600, 86400}})
	m.lastPass = prometheus.NewGauge(prometheus.GaugeOpts{Name: "cardstock_sweep_last_pass_timestamp_seconds", Help: "When the last pass ended."})
	m.MustRegister(m.latency, m.duration, m.late, m.lastPass)
	m.beginAtZero()
	return m
}

// counters registers counters with labels.
func (m *metrics) counters(name, help string, labels ...string) *prometheus.CounterVec {
	v := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "cardstock_" + name, Help: help}, labels)
	m.MustRegister(v)
	return v
}

// beginAtZero makes the series that alarms look at: of one that begins with its first event, the increase is not seen.
func (m *metrics) beginAtZero() {
	for _, reason := range refusals {
		m.refused.WithLabelValues(reason)
	}
	for _, outcome := range []string{"saved", "conflict", "refused", "failed"} {
		m.saves.WithLabelValues(outcome)
	}
	for _, outcome := range sweep.Outcomes {
		m.passes.WithLabelValues(outcome)
	}
	for _, kind := range sweep.HoldKinds {
		m.holds.WithLabelValues(kind)
	}
	for _, action := range []string{"ended", "resumed", "marked", "repaired", "set_again"} {
		m.decided.WithLabelValues(action)
	}
}

// observe returns what counts the replies of the web, nil for nothing.
func (m *metrics) observe() handlers.Observe {
	if m == nil {
		return nil
	}
	return m.request
}

// request counts a reply.
func (m *metrics) request(method, route string, status int, took time.Duration) {
	class := classes[min(max(status/100, 1), 5)]
	m.requests.WithLabelValues(method, route, class).Inc()
	m.latency.WithLabelValues(method, route, class).Observe(took.Seconds())
	if reason, ok := refusals[status]; ok {
		m.refused.WithLabelValues(reason).Inc()
	}
	if method == http.MethodPut && saving[route] {
		m.saves.WithLabelValues(saveOutcome(status)).Inc()
	}
}

func saveOutcome(status int) string {
	switch {
	case status < 400:
		return "saved"
	case status == http.StatusConflict:
		return "conflict"
	case status < 500:
		return "refused"
	}
	return "failed"
}

// pass counts a pass of the sweeper.
func (m *metrics) pass(r sweep.Report, err error) {
	m.passes.WithLabelValues(r.Outcome(err)).Inc()
	for _, h := range r.Held {
		m.holds.WithLabelValues(h.Kind()).Inc()
	}
	for action, n := range map[string]int{"ended": r.Ended, "resumed": r.Resumed, "marked": r.Marked, "repaired": r.Repaired, "set_again": r.SetAgain} {
		m.decided.WithLabelValues(action).Add(float64(n))
	}
	m.duration.Observe(r.Took.Seconds())
	m.lastPass.SetToCurrentTime()
}

// erased counts a session that the sweeper erased.
func (m *metrics) erased(late time.Duration) { m.late.Observe(late.Seconds()) }

// watch adds what the sweeper tells, and what is read from the database and from Redis, which may be nil, when somebody asks.
func (m *metrics) watch(store *db.DB, keys *session.Keys, o *sweep.Options) {
	if m == nil {
		return
	}
	o.Observe, o.Erased = m.pass, m.erased
	m.store = &storeCollector{db: store, fresh: 15 * time.Second, log: m.log}
	m.MustRegister(m.store)
	if keys != nil {
		m.MustRegister(keysCollector{keys})
	}
}

// A metricsPage serves /metrics, and nothing else, on an address of its own.
type metricsPage struct {
	addr   string
	server *http.Server
	done   sync.WaitGroup
}

// serveMetrics begins to serve the metrics, or returns nil if they are off.
func (m *Main) serveMetrics() (*metricsPage, error) {
	if m.metrics == nil {
		return nil, nil
	}
	listener, err := net.Listen("tcp", m.Config.MetricsAddr)
	if err != nil {
		return nil, fmt.Errorf("the setting metrics-addr: cannot listen on %s: %w", m.Config.MetricsAddr, errors.Unwrap(err))
	}
	quiet := slog.NewLogLogger(m.log.Handler(), slog.LevelDebug)
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.metrics, promhttp.HandlerOpts{ErrorLog: quiet, Timeout: 10 * time.Second, MaxRequestsInFlight: 4}))
	p := &metricsPage{addr: listener.Addr().String(), server: &http.Server{Handler: mux, ErrorLog: quiet, ReadTimeout: 5 * time.Second,
		WriteTimeout: 15 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10}}
	p.done.Go(func() {
		if err := p.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			m.log.Error("metrics are no longer served", "err", err)
		}
	})
	return p, nil
}

func (p *metricsPage) announce(out io.Writer) {
	if p != nil {
		fmt.Fprintf(out, "Metrics are at http://%s/metrics.\n", p.addr)
	}
}

// close lets a scrape under way finish, for a second at most.
func (p *metricsPage) close() {
	if p == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if p.server.Shutdown(ctx) != nil {
		p.server.Close()
	}
	p.done.Wait()
}
