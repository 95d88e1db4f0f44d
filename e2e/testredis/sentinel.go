package testredis

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Sentinel is a master with a replica, watched by Sentinel processes.
type Sentinel struct {
	Master    *Server // the one that began as master
	Replica   *Server
	Sentinels []*Server
	URL       string // redis://host:port,host:port/0?master=main
	t         testing.TB
}

// downAfter is how long Sentinel waits for a server, in milliseconds. An operator takes longer; it only scales the outage.
const downAfter = 1000

// StartSentinel starts a master, its replica and n Sentinels, and waits until they know each other.
func StartSentinel(t testing.TB, n int, args ...string) *Sentinel {
	t.Helper()
	// In step at once, instead of after the 5 seconds for which a master waits for more replicas.
	args = append([]string{"--repl-diskless-sync-delay", "0"}, args...)
	s := &Sentinel{t: t, Master: Start(t, args...)}
	s.Replica = Start(t, append(args, "--replicaof", "127.0.0.1 "+s.Master.port())...)
	var addrs []string
	for range n {
		w := prepare(t)
		w.watch(s.Master, n/2+1)
		s.Sentinels = append(s.Sentinels, w)
		addrs = append(addrs, w.Addr)
	}
	s.URL = "redis://" + strings.Join(addrs, ",") + "/0?master=main"
	s.ready()
	return s
}

// watch starts the server as a Sentinel of the master.
func (s *Server) watch(master *Server, quorum int) {
	s.t.Helper()
	config := fmt.Sprintf("bind 127.0.0.1\nport %s\ndir %s\nloglevel warning\nsentinel monitor main 127.0.0.1 %s %d\n"+
		"sentinel down-after-milliseconds main %d\nsentinel failover-timeout main 4000\n", s.port(), s.dir, master.port(), quorum, downAfter)
	file := filepath.Join(s.dir, "sentinel.conf")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		s.t.Fatal(err)
	}
	s.run(file, "--sentinel")
	s.await("answer as a Sentinel", func(string) bool { return true })
}

func (s *Sentinel) ready() {
	s.t.Helper()
	s.until("the Sentinels know each other and the replica", func() bool {
		for _, w := range s.Sentinels {
			info, _ := w.Try("INFO", "sentinel")
			if !strings.Contains(info, fmt.Sprintf("status=ok,address=%s,slaves=1,sentinels=%d", s.Master.Addr, len(s.Sentinels))) {
				return false
			}
		}
		info, _ := s.Replica.Try("INFO", "replication")
		return strings.Contains(info, "master_link_status:up")
	})
}

// Cut ends the replication for good: what is written from now on does not reach the replica. Sentinel sees nothing amiss.
func (s *Sentinel) Cut() {
	s.t.Helper()
	s.Replica.Do("CONFIG", "SET", "masterauth", "a password the master does not have")
	s.Master.Do("CLIENT", "KILL", "TYPE", "replica")
	s.until("the replica is cut off", func() bool {
		info, _ := s.Replica.Try("INFO", "replication")
		return strings.Contains(info, "master_link_status:down")
	})
}

// Mend takes Cut back.
func (s *Sentinel) Mend() { s.Replica.Do("CONFIG", "SET", "masterauth", "") }

// Patient makes the Sentinels wait for half a minute before they fail over.
func (s *Sentinel) Patient() {
	for _, w := range s.Sentinels {
		w.Do("SENTINEL", "SET", "main", "down-after-milliseconds", "30000")
	}
}

// FailedOver waits until the replica has taken over.
func (s *Sentinel) FailedOver() {
	s.t.Helper()
	s.until("the replica takes over", func() bool {
		for _, w := range s.Sentinels {
			at, err := w.Try("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main")
			if err == nil && !strings.HasSuffix(at, s.Replica.port()) { // a hung one knows nothing
				return false
			}
		}
		role, _ := s.Replica.Try("ROLE")
		return strings.HasPrefix(role, "master")
	})
}

// Current is the server that is master now.
func (s *Sentinel) Current() *Server {
	if role, _ := s.Replica.Try("ROLE"); strings.HasPrefix(role, "master") {
		return s.Replica
	}
	return s.Master
}

// Asked is the Sentinel that a client listens to.
func (s *Sentinel) Asked() *Server {
	s.t.Helper()
	for _, w := range s.Sentinels {
		for client := range strings.Lines(w.Do("CLIENT", "LIST")) {
			if strings.Contains(client, " sub=2 ") {
				return w
			}
		}
	}
	s.t.Fatal("no client listens to any Sentinel")
	return nil
}

func (s *Sentinel) until(what string, holds func() bool) {
	s.t.Helper()
	until(s.t, what, holds)
}

func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for began := time.Now(); time.Since(began) < 30*time.Second; time.Sleep(20 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("not within 30 seconds: %s", what)
}
