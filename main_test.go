package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"cardstock/card"
)

// environment is an environment of these names and values alone.
func environment(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

// command runs the program with these arguments in this process, with nothing in its environment and nothing typed.
func command(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	return commandIn(t, environment(), "", args...)
}

func commandIn(t *testing.T, env func(string) string, typed string, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), args, env, strings.NewReader(typed), &o, &e)
	return code, o.String(), e.String()
}

// oneSentence checks what an operator gets to read: one line that says whose it is.
func oneSentence(t *testing.T, errs string) {
	t.Helper()
	if !strings.HasPrefix(errs, "cardstock: ") || strings.Count(errs, "\n") != 1 {
		t.Errorf("the message is not one line:\n%s", errs)
	}
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"-h"}, {"help"}, {"serve", "--help"}, {"sweep", "--help"}, {"sessions", "--help"}, {"lint", "--help"}, {"healthcheck", "-h"}} {
		code, out, errs := command(t, args...)
		if code != 0 || errs != "" {
			t.Errorf("%q: exit %d, %s", args, code, errs)
		}
		for _, c := range commands {
			if !strings.Contains(out, "\n  "+c[0]+" ") {
				t.Errorf("%q does not name the command %s", args, c[0])
			}
		}
		for _, s := range settings {
			want := fmt.Sprintf("--%s  %s  default %q (", s.name, s.env(), s.standard)
			if s.flag {
				want = "--" + s.name + " ("
			}
			if !strings.Contains(out, want) || !strings.Contains(out, s.usage) {
				t.Errorf("%q does not say %s", args, want)
			}
		}
	}
}

func TestDefaults(t *testing.T) {
	c, err := parseConfig("serve", nil, environment())
	if err != nil {
		t.Fatal(err)
	}
	want := &Config{Addr: "127.0.0.1:3000", DB: "data/cardstock.db", SessionTTL: 720 * time.Hour, SweepInterval: 2 * time.Second,
		SweepGrace: time.Minute, MaxUpload: 5 << 20, SessionQuota: 50 << 20, Limits: true, LogFormat: "text", LogLevel: slog.LevelInfo}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
}

// TestPrecedence gives every setting a value in the environment and another as a flag.
func TestPrecedence(t *testing.T) {
	here, there := t.TempDir(), t.TempDir()
	values := map[string][2]string{ // in the environment, as a flag
		"addr": {"127.0.0.1:1", "[::1]:2"}, "metrics-addr": {"127.0.0.1:3", "[::1]:4"}, "db": {"a.db", "b.db"}, "redis-url": {"redis://a", "redis://b"},
		"session-ttl": {"1h", "90m"}, "sweep-interval": {"1s", "3s"}, "sweep-grace": {"2m", "0s"}, "max-upload": {"1KB", "2 MB"},
		"session-quota": {"10MB", "20 MB"}, "limits": {"off", "on"}, "trusted-proxies": {"127.0.0.1", "10.0.0.0/8, fd00::/8"},
		"templates": {here, there}, "pages": {here, there}, "public-url": {"http://a.example", "https://b.example/cards/"},
		"log-format": {"json", "text"}, "log-level": {"debug", "error"},
	}
	for _, s := range settings {
		if s.flag {
			continue
		}
		v, ok := values[s.name]
		if !ok {
			t.Errorf("this test has no values for %s", s.name)
			continue
		}
		want := func(value string) *Config {
			c, err := parseConfig("serve", nil, environment())
			if err == nil {
				err = s.set(c, value)
			}
			if err != nil {
				t.Fatal(s.name, err)
			}
			return c
		}
		both := environment(s.env(), v[0])
		if c, err := parseConfig("serve", nil, both); err != nil || !reflect.DeepEqual(c, want(v[0])) {
			t.Errorf("%s=%s gives %+v (%v)", s.env(), v[0], c, err)
		}
		if c, err := parseConfig("serve", []string{"--" + s.name, v[1]}, both); err != nil || !reflect.DeepEqual(c, want(v[1])) {
			t.Errorf("--%s %s gives %+v (%v)", s.name, v[1], c, err)
		}
	}
}

func TestRedisURLNames(t *testing.T) {
	plain, ours := []string{"REDIS_URL", "redis://plain"}, []string{"CARDSTOCK_REDIS_URL", "redis://ours"}
	for _, test := range []struct {
		env  []string
		args []string
		want string
	}{
		{plain, nil, "redis://plain"},
		{ours, nil, "redis://ours"},
		{append(plain, ours...), nil, "redis://ours"},
		{append(plain, ours...), []string{"--redis-url=redis://flag"}, "redis://flag"},
		{append(plain, ours...), []string{"--redis-url="}, ""},
	} {
		for _, command := range []string{"serve", "sweep"} {
			c, err := parseConfig(command, test.args, environment(test.env...))
			if err != nil || c.RedisURL != test.want {
				t.Errorf("%s with %q %q: %q (%v), want %q", command, test.env, test.args, c.RedisURL, err, test.want)
			}
		}
	}
}

func TestWrongSettings(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, values := range map[string][]string{
		"addr":            {"3000", "localhost", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:65536", "1:2:3"},
		"metrics-addr":    {"9100", "localhost", "127.0.0.1:", "127.0.0.1:metrics", ":-1"},
		"session-ttl":     {"30", "30d", "-1h", "0s", "900ms", "999999h"},
		"sweep-interval":  {"soon", "1ms"},
		"sweep-grace":     {"-1s", "1"},
		"max-upload":      {"0", "-1", "5GB", "1025MB", "many", "9223372036854775807"},
		"session-quota":   {"0", "none", "5GB"},
		"limits":          {"yes", "1", "some"},
		"trusted-proxies": {"proxy.example.org", "10.0.0.0/33", "10.0.0.1/", "fe80::1%eth0", "::ffff:10.0.0.0/104", "10.0.0.1;10.0.0.2"},
		"templates":       {"/no/such/directory", file},
		"pages":           {"/no/such/directory", file},
		"public-url":      {"cards.example.org", "ftp://cards.example.org", "https://", "https://a.example/?x=1", "https://me@a.example"},
		"log-format":      {"xml"},
		"log-level":       {"loud"},
	} {
		env := "CARDSTOCK_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		for _, value := range values {
			code, _, errs := command(t, "--"+name+"="+value)
			if oneSentence(t, errs); code != exitUsage || !strings.Contains(errs, "--"+name) {
				t.Errorf("--%s=%s: exit %d, %s", name, value, code, errs)
			}
			code, _, errs = commandIn(t, environment(env, value), "")
			if oneSentence(t, errs); code != exitUsage || !strings.Contains(errs, env) {
				t.Errorf("%s=%s: exit %d, %s", env, value, code, errs)
			}
		}
	}
	if code, _, errs := command(t, "--db="); code != exitUsage || !strings.Contains(errs, "--db") {
		t.Errorf("--db=: exit %d, %s", code, errs)
	}
}

func TestWrongRedisURL(t *testing.T) {
	for _, url := range []string{
		"hunter2", "http://user:hunter2@host", "redis://user:hunter2@", "redis://user:hunter2@host:99999", "redis://user:hunter2@host/x",
		"redis://user:hunter2@host?x=1", "redis://user:hunter2@h1,h2/3", "redis://user:%zzhunter2@host", "redis://user:hunter2@/x?y=1",
		// Not percent-encoded, or without its host: a part of the password seems to be something else.
		"redis://user:x/hunter2@host", "redis://user:hunter2/x@host", "redis://user:x?hunter2@host", "redis://user:x?hunter2=@host", "redis://user:hunter2",
	} {
		for _, command := range []string{"serve", "sweep"} {
			env := environment("REDIS_URL", url, "CARDSTOCK_ADDR", "127.0.0.1:0", "CARDSTOCK_DB", newDB(t))
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			var out, errs bytes.Buffer
			code := run(ctx, []string{command}, env, nil, &out, &errs)
			cancel()
			oneSentence(t, errs.String())
			if code != exitFailed || !strings.Contains(errs.String(), "redis-url") {
				t.Errorf("%s with %s: exit %d, %s", command, url, code, errs.String())
			}
			if strings.Contains(out.String()+errs.String(), "hunter2") {
				t.Errorf("%s with %s tells the password: %s%s", command, url, out.String(), errs.String())
			}
		}
	}
}

func TestUnknown(t *testing.T) {
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"server"}, `"server"`},
		{[]string{"serve", "now"}, `"now"`},
		{[]string{"--redis"}, "-redis"},
		{[]string{"--redis-url"}, "-redis-url"}, // without its value
		{[]string{"--dry-run"}, "-dry-run"},     // of another command
		{[]string{"sweep", "--addr", "127.0.0.1:3000"}, "-addr"},
		{[]string{"sweep", "--all=perhaps"}, "--all"},
		{[]string{"sweep", "--all", "--dry-run", "--yes"}, "--dry-run"},
	} {
		code, out, errs := command(t, test.args...)
		if oneSentence(t, errs); code != exitUsage || out != "" || !strings.Contains(errs, test.want) {
			t.Errorf("%q: exit %d, %s%s", test.args, code, out, errs)
		}
	}
}

// newDB makes an empty database and returns its path.
func newDB(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cardstock.db")
	open(t, path).Close()
	return path
}

// open opens the program's parts on a database, for a test to look into it.
func open(t *testing.T, path string, args ...string) *Main {
	t.Helper()
	c, err := parseConfig("serve", append(args, "--db", path, "--log-level=error"), environment())
	if err != nil {
		t.Fatal(err)
	}
	m, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// withSession makes a database with one session, whose one card has an answer, and which ended if ttl is over.
func withSession(t *testing.T, ttl time.Duration) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cardstock.db")
	m := open(t, path, "--session-ttl", ttl.String())
	defer m.Close()
	templates, err := card.LoadTemplates()
	if err != nil {
		t.Fatal(err)
	}
	v, err := m.Keeper.Visit(t.Context(), "")
	if err == nil {
		_, err = v.Scope().CreateCard(t.Context(), templates.Get("model").New(), nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	v.Settle(t.Context(), true)
	return path
}

// sessions returns how many sessions a database holds.
func sessions(t *testing.T, path string) int {
	t.Helper()
	m := open(t, path)
	defer m.Close()
	n, err := m.DB.CountSessions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n.Live + n.Due
}

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

func TestSweep(t *testing.T) {
	t.Parallel()
	path := withSession(t, time.Second)
	sweep := func(args ...string) (int, string) {
		code, out, errs := command(t, append([]string{"sweep", "--db", path, "--log-level=error"}, args...)...)
		if errs != "" {
			t.Errorf("sweep %q: %s", args, errs)
		}
		return code, out
	}
	if code, out := sweep(); code != 0 || !strings.Contains(out, "Ended 0 sessions.") || sessions(t, path) != 1 {
		t.Errorf("with a live session: exit %d\n%s", code, out)
	}
	time.Sleep(1100 * time.Millisecond)
	if code, out := sweep("--dry-run"); code != 0 || !strings.Contains(out, "Would end 1 session.") || sessions(t, path) != 1 {
		t.Errorf("--dry-run: exit %d\n%s", code, out)
	}
	if code, out := sweep(); code != 0 || !strings.Contains(out, "Erased 1 session and ") || sessions(t, path) != 0 {
		t.Errorf("with an ended session: exit %d\n%s", code, out)
	}
}

func TestSweepHoldsWithoutRedis(t *testing.T) {
	t.Parallel()
	path := withSession(t, time.Second)
	time.Sleep(1100 * time.Millisecond)
	for _, more := range [][]string{{}, {"--dry-run"}, {"--now"}} {
		args := append([]string{"sweep", "--db", path, "--redis-url=redis://" + freeAddr(t), "--log-level=error"}, more...)
		code, out, errs := command(t, args...)
		if code != exitHeld || errs != "" || !strings.Contains(out, "Held back: Redis does not answer") || !strings.Contains(out, "What to do: ") {
			t.Errorf("%q: exit %d\n%s%s", more, code, out, errs)
		}
	}
	if n := sessions(t, path); n != 1 {
		t.Errorf("%d sessions are left, want 1: without Redis an expired one waits for a day", n)
	}
}

func TestSweepAllAsks(t *testing.T) {
	path := withSession(t, time.Hour)
	for typed, want := range map[string]int{"": 1, "no\n": 1, "y\n": 1, "yes\n": 1} {
		code, out, errs := commandIn(t, environment(), typed, "sweep", "--all", "--db", path, "--log-level=error")
		if code != exitFailed || !strings.Contains(out, `Type "erase"`) || !strings.Contains(errs, "nothing was erased") || sessions(t, path) != want {
			t.Errorf("typed %q: exit %d\n%s%s", typed, code, out, errs)
		}
	}
	code, out, errs := commandIn(t, environment(), "erase\n", "sweep", "--all", "--db", path, "--log-level=error")
	if code != 0 || errs != "" || sessions(t, path) != 0 {
		t.Errorf("typed erase: exit %d\n%s%s", code, out, errs)
	}
	path = withSession(t, time.Hour)
	code, out, errs = command(t, "sweep", "--all", "--yes", "--db", path, "--log-level=error")
	if code != 0 || errs != "" || strings.Contains(out, "Type") || sessions(t, path) != 0 {
		t.Errorf("--yes: exit %d\n%s%s", code, out, errs)
	}
}

// TestSweepElsewhere: a cron job in the wrong directory must not make a new database and call it clean.
func TestSweepElsewhere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cardstock.db")
	code, out, errs := command(t, "sweep", "--db", path)
	if oneSentence(t, errs); code != exitFailed || out != "" || !strings.Contains(errs, "setting db: there is no file "+path) {
		t.Errorf("exit %d, %s%s", code, out, errs)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("it made one")
	}
}

func TestHealthcheck(t *testing.T) {
	t.Parallel()
	s := start(t)
	_, port, _ := net.SplitHostPort(s.addr)
	for _, addr := range []string{s.addr, "0.0.0.0:" + port, ":" + port, "[::]:" + port} {
		code, out, errs := command(t, "healthcheck", "--addr", addr)
		if code != 0 || errs != "" || !strings.HasPrefix(out, "ready") {
			t.Errorf("%s: exit %d, %s%s", addr, code, out, errs)
		}
	}
	nobody := freeAddr(t)
	code, _, errs := commandIn(t, environment("CARDSTOCK_ADDR", nobody), "", "healthcheck")
	if oneSentence(t, errs); code != exitFailed || !strings.Contains(errs, nobody) {
		t.Errorf("with no server: exit %d, %s", code, errs)
	}
}
