package handlers_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/valyala/fasthttp"

	"cardstock/db"
	"cardstock/e2e/soak"
	"cardstock/e2e/testredis"
	"cardstock/handlers"
	"cardstock/limit"
)

// TestVisitsLeaveNothingBehind: a million visits without a cookie, or with one that is not ours, leave no row, no key and no file,
// ask neither the database nor Redis about anybody, and take no memory for good.
func TestVisitsLeaveNothingBehind(t *testing.T) {
	server := testredis.Start(t)
	look := redis.NewClient(&redis.Options{Addr: server.Addr})
	t.Cleanup(func() { look.Close() })
	s := newApp(t, withRedis(t, server), rulesOf(limit.Standard), quietly)
	f := s.fixture() // somebody is there whose card the visits may ask for
	known := []string{"/", "/session", "/about", "/privacy", "/nowhere", "/cards", "/cards/import", "/schema/card.json", "/static/none.css", f.card, f.card + ".json", f.card + "/preview",
		f.card + "/sections/" + f.section, f.card + "/fields/" + f.field, f.card + "/history", f.card + "/import", f.card + "/original", "/cards/aaaaaaaaaaaaaaaa"}
	crowd(t, s, 500, known) // pools and buffers are filled once
	rows, files, lookups, keys := rowCounts(t, s), filesBeside(t, s), s.keeper.Lookups(), look.DBSize(t.Context()).Val()
	commands := redisCommands(t, look)
	heap, goroutines := inUse(), runtime.NumGoroutine()

	n := soak.Share(1_000_000, 5_000)
	begin := time.Now()
	crowd(t, s, n, known)
	took := time.Since(begin)

	if got := rowCounts(t, s); got != rows {
		t.Errorf("rows before:\n%s\nafter:\n%s", rows, got)
	}
	if got := filesBeside(t, s); got != files {
		t.Errorf("files before: %s, after: %s", files, got)
	}
	if got := s.keeper.Lookups() - lookups; got != 0 {
		t.Errorf("%d look-ups", got)
	}
	if got := look.DBSize(t.Context()).Val(); got != keys {
		t.Errorf("%d keys, before %d", got, keys)
	}
	if got := redisCommands(t, look) - commands; got != 0 {
		t.Errorf("Redis was asked %d times", got)
	}
	for wait := time.Now(); runtime.NumGoroutine() > goroutines+20 && time.Since(wait) < 20*time.Second; time.Sleep(100 * time.Millisecond) {
	}
	if got := runtime.NumGoroutine(); got > goroutines+20 {
		t.Errorf("%d goroutines, before %d", got, goroutines)
	}
	grown := inUse() - heap
	t.Logf("%d visits in %s: %.0f a second; the heap grew by %d KB", n, took.Round(time.Second), float64(n)/took.Seconds(), grown>>10)
	if grown > 8<<20 {
		t.Errorf("the heap grew by %d KB", grown>>10)
	}
}

// rulesOf starts with limits for all that come directly.
func rulesOf(r limit.Rules) func(o *handlers.Options) {
	return func(o *handlers.Options) { o.Limits = limit.New(limit.Options{Rules: r}) }
}

// crowd visits so many times, each time as somebody else.
func crowd(t *testing.T, s *server, n int, paths []string) {
	t.Helper()
	var wg sync.WaitGroup
	var next atomic.Int64
	client := &fasthttp.HostClient{Addr: s.addr, MaxConns: 8}
	defer client.CloseIdleConnections()
	for range 4 {
		wg.Go(func() {
			var r fasthttp.Request
			var reply fasthttp.Response
			for i := int(next.Add(1)); i <= n; i = int(next.Add(1)) {
				r.Reset()
				r.SetRequestURI("http://" + s.addr + paths[i%len(paths)])
				stranger(&r, i/len(paths))
				if err := client.Do(&r, &reply); err != nil || reply.StatusCode() >= 500 || reply.StatusCode() == fasthttp.StatusTooManyRequests {
					t.Errorf("visit %d to %s: %d, %v", i, r.URI().Path(), reply.StatusCode(), err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// stranger gives a request what strangers send: nothing, htmx's header, cookies that are not ours.
func stranger(r *fasthttp.Request, i int) {
	if i%2 == 1 {
		r.Header.Set("HX-Request", "true")
	}
	switch i % 5 {
	case 1:
		r.Header.SetCookie("cardstock", fmt.Sprintf("%064d", i))
	case 2:
		r.Header.SetCookie("cardstock", strings.Repeat("A", i%8000))
	case 3:
		r.Header.Set("Cookie", "cardstock=; cardstock=x; other=y; __Host-cardstock=z")
		r.Header.SetMethod([]string{"GET", "HEAD"}[i%2])
	}
}

// rowCounts counts the rows of every table.
func rowCounts(t *testing.T, s *server) string {
	t.Helper()
	var counts strings.Builder
	err := s.db.Write(t.Context(), func(tx *db.Tx) error {
		var tables []string
		err := tx.SelectContext(t.Context(), &tables, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
		for _, table := range tables {
			var n int
			err = errors.Join(err, tx.GetContext(t.Context(), &n, "SELECT COUNT(*) FROM "+table))
			fmt.Fprintf(&counts, "%s %d\n", table, n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return counts.String()
}

// redisCommands counts what Redis was asked about keys.
func redisCommands(t *testing.T, look *redis.Client) (n int) {
	t.Helper()
	info, err := look.Info(t.Context(), "commandstats").Result()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(info) {
		var calls int
		name, rest, _ := strings.Cut(line, ":")
		if _, err := fmt.Sscanf(rest, "calls=%d,", &calls); err == nil && name != "cmdstat_info" && name != "cmdstat_dbsize" {
			n += calls
		}
	}
	return n
}

// inUse is the memory in use after everything that can go has gone.
func inUse() int64 {
	var m runtime.MemStats
	for range 3 { // pools are emptied at the second collection
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// quietly logs into nothing: a book of a million lines would be what the heap grows by.
func quietly(o *handlers.Options) { o.Log = slog.New(slog.NewTextHandler(io.Discard, nil)) }

// filesBeside lists the files beside the database.
func filesBeside(t *testing.T, s *server) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(filepath.Dir(s.db.Path()), "*"))
	if err != nil {
		t.Fatal(err)
	}
	temps, _ := os.ReadDir(os.TempDir())
	for _, f := range temps {
		if strings.HasPrefix(f.Name(), "multipart-") { // what Go's and fasthttp's parsers would spool
			names = append(names, f.Name())
		}
	}
	return strings.Join(names, " ")
}
