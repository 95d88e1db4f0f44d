package main

import (
	"bufio"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMetricsAddress: it serves the metrics and nothing of the app, the app serves none, and it is closed with the server.
func TestMetricsAddress(t *testing.T) {
	t.Parallel()
	s, metrics := metricsOf(t)
	root := strings.TrimSuffix(metrics, "metrics")
	for _, path := range []string{"", "healthz", "readyz", "cards", "session", "metrics/", "metrics/x", "debug/pprof/", "static/app.css"} {
		if status, body := get(t, root+path); status != http.StatusNotFound || strings.Contains(body, "<") {
			t.Errorf("/%s of the metrics' address answers %d %q", path, status, body)
		}
	}
	if status, _, _ := ask(t, http.DefaultClient, "POST", metrics, nil); status != http.StatusMethodNotAllowed {
		t.Errorf("a POST answers %d", status)
	}
	if status, body := get(t, s.url+"metrics"); status != http.StatusNotFound || strings.Contains(body, "cardstock_") {
		t.Errorf("the app answers /metrics with %d %q", status, body)
	}
	_, body := get(t, metrics)
	for _, name := range []string{"go_goroutines", "go_memstats_heap_alloc_bytes", "process_resident_memory_bytes"} {
		if !strings.Contains(body, "\n"+name+" ") {
			t.Errorf("%s is not there", name)
		}
	}
	s.stop()
	if code := <-s.done; code != 0 {
		t.Errorf("exit %d", code)
	}
	s.done <- 0
	if _, err := http.Get(metrics); err == nil {
		t.Error("metrics are served by a server that stopped")
	}
}

// TestMetricsSlowClient: one who sends nothing is sent away, and does not keep the server from stopping.
func TestMetricsSlowClient(t *testing.T) {
	t.Parallel()
	s, metrics := metricsOf(t)
	c := dial(t, strings.TrimSuffix(strings.TrimPrefix(metrics, "http://"), "/metrics"))
	io.WriteString(c, "GET /metrics HTTP/1.1\r\nHost: x\r\n")
	if _, err := bufio.NewReader(c).ReadByte(); err != io.EOF {
		t.Errorf("half a request gets %v, want to be cut", err)
	}
	dial(t, c.RemoteAddr().String())
	s.stop()
	select {
	case code := <-s.done:
		s.done <- code
	case <-time.After(5 * time.Second):
		t.Error("an idle connection to the metrics holds the server up")
	}
}

func TestMetricsAddressInUse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "cardstock.db")
	s := start(t)
	code, out, errs := command(t, "--addr=127.0.0.1:0", "--metrics-addr="+s.addr, "--db", path, "--log-level=error")
	if oneSentence(t, errs); code != exitFailed || out != "" || !strings.Contains(errs, "setting metrics-addr") || !strings.Contains(errs, "in use") {
		t.Errorf("exit %d, %s%s", code, out, errs)
	}
}
