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
	Addr string // host:port
	URL  string // redis://host:port/0
	t    testing.TB
	dir  string
	args []string
	cmd  *exec.Cmd
}

// Start starts a server that keeps nothing on disk, with further arguments of redis-server if given.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Fatal("this test needs redis-server: apt-get install redis-server, or make test")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	s := &Server{Addr: addr, URL: "redis://" + addr + "/0", t: t, dir: t.TempDir(), args: args}
	s.Restart()
	t.Cleanup(s.Kill)
	return s
}

// Restart starts the server after a Kill: empty, unless its arguments make it keep its data.
func (s *Server) Restart() {
	s.t.Helper()
	host, port, _ := net.SplitHostPort(s.Addr)
	args := append([]string{"--bind", host, "--port", port, "--dir", s.dir, "--save", "", "--loglevel", "warning"}, s.args...)
	s.cmd = exec.Command("redis-server", args...)
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	for range 200 {
		if s.ready() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.t.Fatal("redis-server did not start")
}

// ready reports whether the server answers and has loaded its data.
func (s *Server) ready() bool {
	c, err := net.Dial("tcp", s.Addr)
	if err != nil {
		return false
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Second))
	fmt.Fprint(c, "PING\r\n")
	reply, err := bufio.NewReader(c).ReadString('\n')
	return err == nil && !strings.HasPrefix(reply, "-LOADING")
}

// Kill ends the server at once, as kill -9 does.
func (s *Server) Kill() {
	if s.cmd.ProcessState == nil {
		s.cmd.Process.Signal(syscall.SIGCONT)
		s.cmd.Process.Kill()
		s.cmd.Wait()
	}
}

// Hang stops the process: connections are accepted and nothing is answered.
func (s *Server) Hang() { s.signal(syscall.SIGSTOP) }

// Resume lets it go on after Hang.
func (s *Server) Resume() { s.signal(syscall.SIGCONT) }

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
	c, err := net.DialTimeout("tcp", s.Addr, time.Second)
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(5 * time.Second))
	fmt.Fprintf(c, "*%d\r\n", len(args))
	for _, a := range args {
		fmt.Fprintf(c, "$%d\r\n%s\r\n", len(a), a)
	}
	reply, err := read(bufio.NewReader(c))
	if err != nil {
		s.t.Fatalf("redis %s: %v", args[0], err)
	}
	return reply
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
