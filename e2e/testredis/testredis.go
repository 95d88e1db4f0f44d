// Package testredis starts real redis-servers for tests, and does to them what happens to servers: they are killed, stopped,
// restarted empty. Only tests import it. Without redis-server in the path a test fails.
package testredis

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Server is a redis-server on a port of its own, ended with its test.
type Server struct {
	Addr     string // host:port
	URL      string // redis://host:port/0
	Password string // what Do says first, if the server wants one
	t        testing.TB
	dir      string
	args     []string
	cmd      *exec.Cmd
	plugs    []net.Conn
}

// Start starts a server that keeps nothing on disk, with further arguments of redis-server if given.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	s := prepare(t, args...)
	s.Restart()
	return s
}

// prepare is Start without starting.
func prepare(t testing.TB, args ...string) *Server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Fatal("this test needs redis-server: apt-get install redis-server, or make test")
	}
	addr := "127.0.0.1:" + freePort(t)
	s := &Server{Addr: addr, URL: "redis://" + addr + "/0", t: t, dir: t.TempDir(), args: args}
	t.Cleanup(s.Kill)
	return s
}

func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

func (s *Server) port() string { _, port, _ := net.SplitHostPort(s.Addr); return port }

// Restart starts the server after a Kill: empty, unless its arguments make it keep its data.
func (s *Server) Restart() {
	s.t.Helper()
	s.launch()
	s.Loaded()
}

// Loaded waits until the server has loaded its data.
func (s *Server) Loaded() {
	s.t.Helper()
	s.await("answer", func(reply string) bool { return !strings.HasPrefix(reply, "-LOADING") })
}

// RestartLoading is Restart that returns as soon as the server says that it is loading its data.
func (s *Server) RestartLoading() {
	s.t.Helper()
	s.launch()
	s.await("load", func(reply string) bool { return strings.HasPrefix(reply, "-LOADING") })
}

func (s *Server) launch() {
	s.t.Helper()
	host, port, _ := net.SplitHostPort(s.Addr)
	s.run(append([]string{"--bind", host, "--port", port, "--dir", s.dir, "--save", "", "--loglevel", "warning"}, s.args...)...)
}

func (s *Server) run(args ...string) {
	s.t.Helper()
	s.cmd = exec.Command("redis-server", args...)
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
}

// await waits until the server answers a PING as wished.
func (s *Server) await(what string, wished func(reply string) bool) {
	s.t.Helper()
	for range 1000 {
		if reply := s.ping(); reply != "" && wished(reply) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.t.Fatalf("redis-server does not %s", what)
}

// ping returns the reply to a PING, "" if there is none.
func (s *Server) ping() string {
	c, err := net.Dial("tcp", s.Addr)
	if err != nil {
		return ""
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Second))
	fmt.Fprint(c, "PING\r\n")
	reply, _ := bufio.NewReader(c).ReadString('\n')
	return reply
}

// Kill ends the server at once, as kill -9 does.
func (s *Server) Kill() {
	if s.cmd != nil && s.cmd.ProcessState == nil {
		s.cmd.Process.Signal(syscall.SIGCONT)
		s.cmd.Process.Kill()
		s.cmd.Wait()
	}
}

// Hang stops the process: connections are accepted and nothing is answered.
func (s *Server) Hang() { s.signal(syscall.SIGSTOP) }

// Swallow makes a black hole of the server: as with Hang nothing is answered, and new connections neither succeed nor
// fail, for the queue of those that nobody accepts is full. The server needs the argument --tcp-backlog 1.
func (s *Server) Swallow() {
	s.Hang()
	for {
		c, err := net.DialTimeout("tcp", s.Addr, 200*time.Millisecond)
		if err != nil {
			return
		}
		s.plugs = append(s.plugs, c)
	}
}

// Resume lets it go on after Hang or Swallow.
func (s *Server) Resume() {
	for _, c := range s.plugs {
		c.Close()
	}
	s.plugs = nil
	s.signal(syscall.SIGCONT)
}

func (s *Server) signal(sig syscall.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}

// Do sends one command, as redis-cli would, and returns the reply: a string, a number as text, the items of a
// list joined by line breaks, "" for nil. An error reply fails the test.
func (s *Server) Do(args ...string) string {
	s.t.Helper()
	reply, err := s.Try(args...)
	if err != nil {
		s.t.Fatalf("redis %s: %v", args[0], err)
	}
	return reply
}

// Save has Redis write all its keys to its file, after a save that it began by itself.
func (s *Server) Save() {
	s.t.Helper()
	for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		_, err := s.Try("SAVE")
		if err == nil {
			return
		}
		if !strings.Contains(err.Error(), "in progress") || time.Since(began) > 20*time.Second {
			s.t.Fatalf("redis SAVE: %v", err)
		}
	}
}

// Try is Do that returns an error.
func (s *Server) Try(args ...string) (string, error) {
	c, err := net.DialTimeout("tcp", s.Addr, time.Second)
	if err != nil {
		return "", err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(5 * time.Second))
	replies := bufio.NewReader(c)
	if s.Password != "" {
		send(c, "AUTH", s.Password)
		if _, err := read(replies); err != nil {
			return "", err
		}
	}
	send(c, args...)
	return read(replies)
}

func send(w io.Writer, args ...string) {
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(args))
	for _, a := range args {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(a), a)
	}
	io.WriteString(w, b.String())
}

func read(r *bufio.Reader) (string, error) {
	line, err := r.ReadString('\n')
	if err != nil {
		return "", err
	}
	kind, rest := line[0], strings.TrimSpace(line[1:])
	switch kind {
	case '-':
		return "", fmt.Errorf("%s", rest)
	case '$':
		n, _ := strconv.Atoi(rest)
		if n < 0 {
			return "", nil
		}
		b := make([]byte, n+2)
		_, err := io.ReadFull(r, b)
		return string(b[:n]), err
	case '*':
		n, _ := strconv.Atoi(rest)
		items := make([]string, n)
		for i := range items {
			if items[i], err = read(r); err != nil {
				return "", err
			}
		}
		return strings.Join(items, "\n"), nil
	}
	return rest, nil
}
