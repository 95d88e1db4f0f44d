package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/valyala/fasthttp"

	"cardstock/e2e/testredis"
	"cardstock/sweep"
)

// metricsOf starts a server with metrics and returns the address of both.
func metricsOf(t *testing.T, args ...string) (s *server, metrics string) {
	t.Helper()
	s = start(t, append(args, "--metrics-addr=127.0.0.1:0")...)
	_, metrics, _ = strings.Cut(s.said, "\nMetrics are at ")
	metrics = strings.TrimSuffix(metrics, ".\n")
	if !strings.HasPrefix(metrics, "http://127.0.0.1:") {
		t.Fatalf("it says %q", s.said)
	}
	return s, metrics
}

// scrape returns the values of all series whose name begins with cardstock_, by name and labels as they are written.
func scrape(t *testing.T, url string) map[string]float64 {
	t.Helper()
	status, body := get(t, url)
	if status != http.StatusOK {
		t.Fatalf("%s answers %d: %s", url, status, body)
	}
	values := map[string]float64{}
	for line := range strings.Lines(body) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "} ")
		if i := strings.LastIndex(name, " "); !strings.Contains(name, "{") && i > 0 {
			name, value = name[:i], name[i+1:]
		} else {
			name += "}"
		}
		if n, err := strconv.ParseFloat(value, 64); err == nil && strings.HasPrefix(name, "cardstock_") {
			values[name] = n
		}
	}
	return values
}

// someone is a visitor with cookies.
func someone(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// ask makes a request with a form and returns the status and where it leads.
func ask(t *testing.T, c *http.Client, method, url string, form url.Values) (status int, location, body string) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	reply, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply.StatusCode, reply.Header.Get("Location"), string(text)
}

// TestMetricsCount scrapes before and after known actions and compares what every counter has gained.
func TestMetricsCount(t *testing.T) {
	s, metrics := metricsOf(t, "--sweep-interval=1h")
	before := scrape(t, metrics)
	for before[`cardstock_sweep_passes_total{outcome="idle"}`] == 0 { // the first pass, and the last one here
		time.Sleep(20 * time.Millisecond)
		before = scrape(t, metrics)
	}
	who := someone(t)
	do := func(want int, method, path string, form url.Values) (location string) {
		t.Helper()
		status, location, _ := ask(t, who, method, s.url+strings.TrimPrefix(path, "/"), form)
		if status != want {
			t.Fatalf("%s %s answers %d, want %d", method, path, status, want)
		}
		return location
	}
	card := do(303, "POST", "/cards", url.Values{"template": {"model"}})
	field := card + "/fields/model_details.name"
	do(303, "PUT", field, url.Values{"answer.model_details.name": {"Corduliidae"}})
	do(303, "PUT", field, url.Values{"answer.model_details.name": {"Corduliidae"}}) // what is already there
	do(409, "PUT", field, url.Values{"answer.model_details.name": {"another"}})
	do(422, "PUT", field, url.Values{})
	do(404, "PUT", "/cards/nobodys/fields/model_details.name", url.Values{"answer.model_details.name": {"x"}})
	do(404, "GET", "/Corduliidae?q=Corduliidae", nil)
	do(405, "PATCH", "/cards", nil)
	upload := `["nothing known"]`
	do(422, "POST", "/cards/import", url.Values{"text": {upload}})
	do(303, "DELETE", "/session", nil)

	after := scrape(t, metrics)
	gained := map[string]float64{}
	for name, n := range after {
		if strings.Contains(name, "_total") && n != before[name] && !strings.HasPrefix(name, "cardstock_db_") {
			gained[name] = n - before[name]
		}
	}
	requests := func(method, route, class string) string {
		return fmt.Sprintf(`cardstock_http_requests_total{method="%s",route="%s",status="%s"}`, method, route, class)
	}
	want := map[string]float64{
		requests("POST", "/cards", "3xx"):                 1,
		requests("PUT", "/cards/:id/fields/:key", "3xx"):  2,
		requests("PUT", "/cards/:id/fields/:key", "4xx"):  3,
		requests("GET", "none", "4xx"):                    1,
		requests("other", "none", "4xx"):                  1,
		requests("POST", "/cards/import", "4xx"):          1,
		requests("DELETE", "/session", "3xx"):             1,
		`cardstock_http_refused_total{reason="conflict"}`: 1,
		`cardstock_http_refused_total{reason="invalid"}`:  2,
		`cardstock_saves_total{outcome="saved"}`:          2,
		`cardstock_saves_total{outcome="conflict"}`:       1,
		`cardstock_saves_total{outcome="refused"}`:        2,
		`cardstock_answers_saved_total`:                   1,
		`cardstock_erased_sessions_total`:                 1,
		`cardstock_erased_rows_total`:                     after["cardstock_erased_rows_total"],
		`cardstock_erased_bytes_total`:                    after["cardstock_erased_bytes_total"],
	}
	if !maps.Equal(gained, want) {
		t.Errorf("gained\n%s\nwant\n%s", lines(gained), lines(want))
	}
	if after["cardstock_erased_rows_total"] < 20 || after["cardstock_erased_bytes_total"] < 100 {
		t.Errorf("erasing is not counted:\n%s", lines(gained))
	}
	if n := after[`cardstock_http_request_duration_seconds_count{method="PUT",route="/cards/:id/fields/:key",status="4xx"}`]; n != 3 {
		t.Errorf("the latency of %v requests is known, want 3", n)
	}
	for _, name := range []string{"cardstock_db_file_bytes", "cardstock_db_wal_bytes", "cardstock_sweep_last_pass_timestamp_seconds"} {
		if after[name] == 0 {
			t.Errorf("%s is not there", name)
		}
	}
	if n := after["cardstock_db_commits_total"]; n == 0 || n != after["cardstock_db_commit_batch_size_count"] || after["cardstock_db_commit_batch_size_sum"] > after["cardstock_db_writes_total"] {
		t.Errorf("%v commits of %v writes, %v writes in all", n, after["cardstock_db_commit_batch_size_sum"], after["cardstock_db_writes_total"])
	}
	if text := lines(after); strings.Contains(text, "Corduliidae") || strings.Contains(text, strings.TrimPrefix(card, "/cards/")) {
		t.Errorf("a label tells too much:\n%s", text)
	}
}

func lines(values map[string]float64) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(&b, "%s %v\n", name, values[name])
	}
	return b.String()
}

// watched opens a program with metrics on a database and returns what reads them, never older than they are.
func watched(t *testing.T, path string, args ...string) (*Main, func() map[string]float64) {
	t.Helper()
	m := open(t, path, append(args, "--metrics-addr=127.0.0.1:0")...)
	t.Cleanup(func() { m.Close() })
	m.metrics.store.fresh = 0
	page := httptest.NewServer(promhttp.HandlerFor(m.metrics, promhttp.HandlerOpts{}))
	t.Cleanup(page.Close)
	return m, func() map[string]float64 { t.Helper(); return scrape(t, page.URL) }
}

func wantSeries(t *testing.T, got, want map[string]float64) {
	t.Helper()
	for name, n := range want {
		if v, there := got[name]; !there || v != n {
			t.Errorf("%s is %v, want %v", name, v, n)
		}
	}
}

// TestMetricsOfSweeping: sessions alive, due and waiting, what passes did, and how late a session was erased.
func TestMetricsOfSweeping(t *testing.T) {
	t.Parallel()
	m, read := watched(t, withSession(t, 2*time.Second))
	pass := func() map[string]float64 {
		t.Helper()
		if _, err := m.Sweep.Pass(t.Context(), sweep.PassOptions{}); err != nil {
			t.Fatal(err)
		}
		return read()
	}
	wantSeries(t, pass(), map[string]float64{"cardstock_sessions_alive": 1, "cardstock_sessions_due": 0, "cardstock_sessions_oldest_waiting_seconds": 0,
		`cardstock_sweep_passes_total{outcome="idle"}`: 1, `cardstock_sweep_passes_total{outcome="erased"}`: 0, "cardstock_sweep_duration_seconds_count": 1})
	time.Sleep(2200 * time.Millisecond)
	got := read()
	wantSeries(t, got, map[string]float64{"cardstock_sessions_alive": 0, "cardstock_sessions_due": 1, "cardstock_sweep_lag_seconds_count": 0})
	if waiting := got["cardstock_sessions_oldest_waiting_seconds"]; waiting <= 0 || waiting > 20 {
		t.Errorf("the oldest waits for %v seconds", waiting)
	}
	got = pass()
	wantSeries(t, got, map[string]float64{"cardstock_sessions_due": 0, "cardstock_sessions_oldest_waiting_seconds": 0,
		`cardstock_sweep_passes_total{outcome="erased"}`: 1, `cardstock_sweep_sessions_total{action="ended"}`: 1,
		"cardstock_erased_sessions_total": 1, "cardstock_sweep_lag_seconds_count": 1})
	if late := got["cardstock_sweep_lag_seconds_sum"]; late <= .1 || late > 20 {
		t.Errorf("it was erased %v seconds late", late)
	}
}

// TestMetricsOfRedis: a Redis that loses its keys, and then goes away.
func TestMetricsOfRedis(t *testing.T) {
	t.Parallel()
	redis := testredis.Start(t)
	m, read := watched(t, withSession(t, time.Hour), "--redis-url="+redis.URL)
	pass := func() map[string]float64 {
		t.Helper()
		if _, err := m.Sweep.Pass(t.Context(), sweep.PassOptions{}); err != nil {
			t.Fatal(err)
		}
		return read()
	}
	got := pass() // the key of the one session is set: this Redis is new
	wantSeries(t, got, map[string]float64{"cardstock_redis_up": 1, "cardstock_redis_writable": 1, `cardstock_redis_calls_total{outcome="failed"}`: 0,
		`cardstock_sweep_passes_total{outcome="set_again"}`: 1, `cardstock_sweep_sessions_total{action="set_again"}`: 1})
	calls := got[`cardstock_redis_calls_total{outcome="ok"}`]
	redis.Do("FLUSHALL")
	got = pass()
	wantSeries(t, got, map[string]float64{`cardstock_sweep_passes_total{outcome="held"}`: 1, `cardstock_sweep_holds_total{reason="lost"}`: 1,
		`cardstock_sweep_sessions_total{action="set_again"}`: 2, "cardstock_sessions_alive": 1})
	if now := got[`cardstock_redis_calls_total{outcome="ok"}`]; calls == 0 || now <= calls {
		t.Errorf("%v calls to Redis, then %v", calls, now)
	}
	redis.Kill()
	got = pass()
	wantSeries(t, got, map[string]float64{"cardstock_redis_up": 0, "cardstock_redis_writable": 0, `cardstock_sweep_holds_total{reason="away"}`: 1,
		`cardstock_redis_calls_total{outcome="failed"}`: 1})
}

// TestMetricsAreWellNamed: Prometheus's own linter finds nothing, and every reason and outcome is there from the start.
func TestMetricsAreWellNamed(t *testing.T) {
	redis := testredis.Start(t)
	m, read := watched(t, newDB(t), "--redis-url="+redis.URL)
	m.metrics.request("GET", "/", 200, time.Millisecond)
	problems, err := testutil.GatherAndLint(m.metrics)
	if err != nil || len(problems) > 0 {
		t.Error(problems, err)
	}
	got := read()
	for _, kind := range sweep.HoldKinds {
		wantSeries(t, got, map[string]float64{`cardstock_sweep_holds_total{reason="` + kind + `"}`: 0})
	}
	wantSeries(t, got, map[string]float64{`cardstock_http_refused_total{reason="disk_full"}`: 0, `cardstock_http_refused_total{reason="limited"}`: 0})
	for range 3 {
		m.metrics.request("PUT", "/cards/:id", 429, 0)
	}
	m.metrics.request("PUT", "/cards/:id/sections/:key", 507, 0)
	m.metrics.request("GET", "/cards/:id", 503, 0) // none of these is what an alarm calls broken
	wantSeries(t, read(), map[string]float64{`cardstock_http_refused_total{reason="limited"}`: 3, `cardstock_http_refused_total{reason="disk_full"}`: 1,
		`cardstock_http_refused_total{reason="unavailable"}`: 1, `cardstock_http_requests_total{method="GET",route="/cards/:id",status="5xx"}`: 1,
		`cardstock_saves_total{outcome="failed"}`: 1})
}

// TestReadmeMetrics: each metric that the README tells operators to look at is there, with the labels it names.
func TestReadmeMetrics(t *testing.T) {
	redis := testredis.Start(t)
	m, read := watched(t, newDB(t), "--redis-url="+redis.URL)
	m.metrics.request("PUT", "/cards/:id/fields/:key", 500, time.Millisecond)
	all := lines(read())
	named := regexp.MustCompile(`(cardstock_[a-z_]+)(?:\{([^}]*)\})?`).FindAllStringSubmatch(readText(t, "README.md"), -1)
	if len(named) < 8 {
		t.Fatalf("the README names %d metrics", len(named))
	}
	for _, n := range named {
		found := false
		for line := range strings.Lines(all) {
			found = found || strings.HasPrefix(line, n[1]+"{") && hasAll(line, n[2]) || n[2] == "" && (strings.HasPrefix(line, n[1]+" ") || strings.HasPrefix(line, n[1]+"_count"))
		}
		if !found {
			t.Errorf("there is no %s", n[0])
		}
	}
}

// hasAll reports whether a series has all labels that are named with = in a selector.
func hasAll(series, selector string) bool {
	for label := range strings.SplitSeq(selector, ",") {
		if !strings.Contains(label, "~") && !strings.Contains(label, "!") && !strings.Contains(series, strings.TrimSpace(label)) {
			return false
		}
	}
	return true
}

// BenchmarkMetrics is a section as a page, with metrics and without.
func BenchmarkMetrics(b *testing.B) {
	for name, addr := range map[string]string{"off": "", "on": "127.0.0.1:0"} {
		b.Run(name, func(b *testing.B) { benchmarkPage(b, addr) })
	}
}

func benchmarkPage(b *testing.B, metricsAddr string) {
	c, err := parseConfig("serve", []string{"--db", filepath.Join(b.TempDir(), "cards.db"), "--log-level=error", "--metrics-addr=" + metricsAddr}, environment())
	if err != nil {
		b.Fatal(err)
	}
	m, err := Open(b.Context(), c)
	if err == nil {
		defer m.Close()
		err = m.openWeb()
	}
	listener, lerr := net.Listen("tcp", "127.0.0.1:0")
	if err := errors.Join(err, lerr); err != nil {
		b.Fatal(err)
	}
	go m.App.Listener(listener)
	defer m.App.ShutdownWithTimeout(time.Second)
	client := &fasthttp.HostClient{Addr: listener.Addr().String()}
	request, reply := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	request.SetRequestURI("http://" + client.Addr + "/cards")
	request.Header.SetMethod("POST")
	request.Header.SetContentType("application/x-www-form-urlencoded")
	request.SetBodyString("template=model")
	if err := client.Do(request, reply); err != nil {
		b.Fatal(err)
	}
	var cookie fasthttp.Cookie
	cookie.SetKey("cardstock")
	reply.Header.Cookie(&cookie)
	request.Reset()
	request.SetRequestURI("http://" + client.Addr + string(reply.Header.Peek("Location")))
	request.Header.SetCookie("cardstock", string(cookie.Value()))
	b.ReportAllocs()
	for b.Loop() {
		if err := client.Do(request, reply); err != nil || reply.StatusCode() != 200 {
			b.Fatal(err, reply.StatusCode())
		}
	}
}

// BenchmarkObserve is what one request more costs with metrics.
func BenchmarkObserve(b *testing.B) {
	m := newMetrics("on", slog.Default())
	b.ReportAllocs()
	for b.Loop() {
		m.request("GET", "/cards/:id/sections/:key", 200, time.Millisecond)
	}
}
