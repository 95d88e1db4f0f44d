package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A server runs in this process until its test ends or stop is called.
type server struct {
	url  string
	addr string
	said string // what it printed when it was ready
	stop context.CancelFunc
	done chan int // its exit code
}

func start(t *testing.T, args ...string) *server {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	s := &server{stop: cancel, done: make(chan int, 1)}
	args = append([]string{"serve", "--addr=127.0.0.1:0", "--db=" + filepath.Join(t.TempDir(), "new", "cardstock.db"), "--log-level=error"}, args...)
	var errs bytes.Buffer
	go func() {
		code := run(ctx, args, environment(), nil, w, &errs)
		w.Close()
		s.done <- code
	}()
	lines := bufio.NewReader(r)
	for range 2 + strings.Count(strings.Join(args, " "), "--metrics-addr=") {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("the server did not start: %s", errs.String())
		}
		s.said += line
	}
	go io.Copy(io.Discard, r)
	s.url, _, _ = strings.Cut(strings.TrimPrefix(s.said, "Cardstock is at "), "\n")
	s.addr = strings.Trim(strings.TrimPrefix(s.url, "http://"), "/")
	t.Cleanup(func() {
		if cancel(); len(s.done) == 0 {
			select {
			case <-s.done:
			case <-time.After(12 * time.Second):
				t.Error("the server does not stop")
			}
		}
	})
	return s
}

func TestServeStarts(t *testing.T) {
	t.Parallel()
	s := start(t)
	if !strings.Contains(s.said, "Sessions are kept in the database alone (embedded;") {
		t.Errorf("it does not say how sessions are kept:\n%s", s.said)
	}
	for path, want := range map[string]string{"healthz": "alive", "readyz": "ready", "": "<h1"} {
		status, body := get(t, s.url+path)
		if status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("/%s answers %d %q", path, status, body)
		}
	}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(body)
}

// TestServeWithoutItsRedis: it starts and serves while Redis is away.
func TestServeWithoutItsRedis(t *testing.T) {
	t.Parallel()
	away := freeAddr(t)
	s := start(t, "--redis-url=redis://user:hunter2@"+away+"/3")
	if !strings.Contains(s.said, "Redis at "+away+", database 3") || strings.Contains(s.said, "hunter2") {
		t.Errorf("it says:\n%s", s.said)
	}
	if status, body := get(t, s.url+"readyz"); status != http.StatusOK {
		t.Errorf("/readyz answers %d %q", status, body)
	}
}

func TestAddressInUse(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	addr := l.Addr().String()
	code, out, errs := command(t, "--addr", addr, "--db", newDB(t), "--log-level=error")
	if oneSentence(t, errs); code != exitFailed || out != "" || !strings.Contains(errs, "setting addr") || !strings.Contains(errs, addr) || !strings.Contains(errs, "in use") {
		t.Errorf("exit %d, %s%s", code, out, errs)
	}
}

func TestWrongTemplates(t *testing.T) {
	t.Parallel()
	const good = "key: robot\nkind: model\ntitle: Robot card\nsections:\n  - key: about\n    title: About\n    fields:\n"
	for text, want := range map[string]string{
		good + "      - key: about.name\n        label: Name\n        kind: lime\n": "line 8: field about.name: kind is \"lime\"",
		good + "      - key: about.name\n        lable: Name\n":                     "line 9: ",
		"key: [robot\n": "line ",
		"key: datasheet\nkind: model\ntitle: X\nsections: [{key: a, title: A}]\n": "line 1: ",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "robot.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		code, out, errs := command(t, "--addr=127.0.0.1:0", "--db", newDB(t), "--templates", dir, "--log-level=error")
		if oneSentence(t, errs); code != exitFailed || out != "" || !strings.Contains(errs, "setting templates: template robot.yaml, "+want) {
			t.Errorf("%s\nexit %d, %s%s", text, code, out, errs)
		}
	}
	// One that cannot be read, whoever reads it.
	dir := t.TempDir()
	if err := os.Symlink("nowhere", filepath.Join(dir, "robot.yaml")); err != nil {
		t.Fatal(err)
	}
	code, _, errs := command(t, "--addr=127.0.0.1:0", "--db", newDB(t), "--templates", dir, "--log-level=error")
	if oneSentence(t, errs); code != exitFailed || !strings.Contains(errs, "setting templates") || !strings.Contains(errs, "robot.yaml") {
		t.Errorf("exit %d, %s", code, errs)
	}
}

// TestDrain stops a server in the middle of an upload: it finishes, new requests are not taken, and idle connections
// do not hold the server up.
func TestDrain(t *testing.T) {
	t.Parallel()
	s := start(t)
	slow := beginUpload(t, s.addr)
	idle := dial(t, s.addr)
	fmt.Fprintf(idle, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
	if _, err := idle.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	s.stop()
	time.Sleep(500 * time.Millisecond)
	if c, err := net.Dial("tcp", s.addr); err == nil {
		c.Close()
		t.Error("a new connection is taken while the server stops")
	}
	slow.finish(t)
	select {
	case code := <-s.done:
		if code != 0 {
			t.Errorf("exit %d", code)
		}
		s.done <- code
	case <-time.After(3 * time.Second):
		t.Error("the last request is answered and the server still runs")
	}
}

func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(20 * time.Second))
	return c
}

// upload is a request of which the second half is still to be sent.
type upload struct {
	net.Conn
	rest string
}

func beginUpload(t *testing.T, addr string) *upload {
	t.Helper()
	const body = "template=model"
	u := &upload{dial(t, addr), body[5:]}
	fmt.Fprintf(u, "POST /cards HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", addr, len(body), body[:5])
	time.Sleep(200 * time.Millisecond) // until the server has read it
	return u
}

func (u *upload) finish(t *testing.T) {
	t.Helper()
	io.WriteString(u, u.rest)
	reply, err := http.ReadResponse(bufio.NewReader(u), nil)
	if err != nil || reply.StatusCode != http.StatusSeeOther {
		t.Errorf("the request under way got %v (%v), want 303", reply, err)
	}
}

// binary builds the program once.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "cardstock")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "cardstock")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := binary(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// TestSIGTERM sends the signals that end a process to the real program, while a request never finishes.
func TestSIGTERM(t *testing.T) {
	t.Parallel()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	for _, sig := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		cmd := exec.Command(path, "--addr=127.0.0.1:0", "--db", filepath.Join(t.TempDir(), "cardstock.db"))
		cmd.Env = []string{}
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { cmd.Process.Kill() })
		line, _ := bufio.NewReader(out).ReadString('\n')
		addr := strings.Trim(strings.TrimPrefix(strings.TrimSpace(line), "Cardstock is at http://"), "/")
		if sig == syscall.SIGTERM {
			beginUpload(t, addr) // and never ends it
			dial(t, addr)        // says nothing, as a browser's spare connection
		}
		cmd.Process.Signal(sig)
		began := time.Now()
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v", sig, err)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%s: it took %s to stop, more than 10 s", sig, took)
		}
	}
}
