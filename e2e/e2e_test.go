// Package e2e tests the built binary as people and operators use it: started as the README says, in a
// real Chromium, beside a real redis-server, killed and started again.
package e2e

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

var binary string

func TestMain(m *testing.M) {
	flag.Parse()
	// These tests wait for servers, browsers and sweeps more than they compute.
	if err := flag.Set("test.parallel", fmt.Sprint(max(4, runtime.GOMAXPROCS(0)))); err != nil {
		panic(err)
	}
	dir, err := os.MkdirTemp("", "cardstock-e2e")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "cardstock")
	if out, err := exec.Command("go", "build", "-o", binary, "cardstock").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building: %v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// app is a running cardstock on a database of its own.
type app struct {
	t    *testing.T
	dir  string
	args []string
	env  []string // added to the test's own
	base string   // http://127.0.0.1:port
	cmd  *exec.Cmd
	mu   sync.Mutex
	log  strings.Builder
}

// start runs the binary with settings of the test and waits until it says where it is.
func start(t *testing.T, args ...string) *app {
	t.Helper()
	a := &app{t: t, dir: t.TempDir(), args: args}
	a.run("127.0.0.1:0")
	t.Cleanup(a.kill)
	return a
}

func (a *app) run(addr string) {
	a.t.Helper()
	a.cmd = exec.Command(binary, append([]string{"--addr", addr, "--db", filepath.Join(a.dir, "cards.db")}, a.args...)...)
	a.cmd.Env = append(os.Environ(), a.env...)
	out, err := a.cmd.StdoutPipe()
	if err != nil {
		a.t.Fatal(err)
	}
	a.cmd.Stderr = writer(func(p []byte) { a.mu.Lock(); a.log.Write(p); a.mu.Unlock() })
	if err := a.cmd.Start(); err != nil {
		a.t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		a.cmd.Wait()
		a.t.Fatalf("the server did not start: %s", a.logged())
	}
	a.base = strings.TrimSuffix(strings.TrimSpace(strings.TrimPrefix(line, "Cardstock is at ")), "/")
	go io.Copy(io.Discard, out)
}

type writer func([]byte)

func (w writer) Write(p []byte) (int, error) { w(p); return len(p), nil }

func (a *app) logged() string { a.mu.Lock(); defer a.mu.Unlock(); return a.log.String() }

// kill is kill -9.
func (a *app) kill() {
	if a.cmd.ProcessState == nil {
		a.cmd.Process.Signal(syscall.SIGKILL)
		a.cmd.Wait()
	}
}

// again starts the server at the same address after a kill.
func (a *app) again() { a.run(strings.TrimPrefix(a.base, "http://")) }

// command runs another command of the binary on the same database and returns what it printed and its exit code.
func (a *app) command(args ...string) (string, int) {
	a.t.Helper()
	cmd := exec.Command(binary, append(args, "--db", filepath.Join(a.dir, "cards.db"))...)
	out, _ := cmd.CombinedOutput()
	return string(out), cmd.ProcessState.ExitCode()
}

// files returns the bytes of the database file and its log.
func (a *app) files() string {
	var all strings.Builder
	for _, suffix := range []string{"", "-wal"} {
		data, _ := os.ReadFile(filepath.Join(a.dir, "cards.db"+suffix))
		all.Write(data)
	}
	return all.String()
}

// visitor is a person with curl: no scripts, a cookie jar, and forms typed by hand.
type visitor struct {
	t      *testing.T
	base   string
	client *http.Client
}

func (a *app) visitor() *visitor {
	jar, _ := cookiejar.New(nil)
	return &visitor{a.t, a.base, &http.Client{Jar: jar, Timeout: 15 * time.Second}}
}

// get returns the status and body of a page, after redirects.
func (v *visitor) get(path string) (int, string) {
	v.t.Helper()
	return v.read(v.client.Get(v.base + path))
}

// post sends a form and returns the status and body of the page it leads to, and that page's path.
func (v *visitor) post(path string, pairs ...string) (status int, body, where string) {
	v.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	r, err := v.client.PostForm(v.base+path, form)
	if err == nil {
		where = r.Request.URL.Path
	}
	status, body = v.read(r, err)
	return status, body, where
}

func (v *visitor) read(r *http.Response, err error) (int, string) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return r.StatusCode, string(body)
}

// eventually waits until a condition holds.
func eventually(t *testing.T, most time.Duration, what string, holds func() bool) {
	t.Helper()
	for begin := time.Now(); time.Since(begin) < most; time.Sleep(50 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("not within %s: %s", most, what)
}

// sample is the old tool's file that the journeys open: the one of the corpus if it is there, else our own.
func sample(t *testing.T) string {
	t.Helper()
	for _, path := range []string{"../../shared/corpus/webcards/sample_answers.json", "testdata/answers.json"} {
		if abs, err := filepath.Abs(path); err == nil {
			if _, err := os.Stat(abs); err == nil {
				t.Logf("opens %s", path)
				return abs
			}
		}
	}
	t.Fatal("no sample to open")
	return ""
}

func withTimeout(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}
