package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
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
