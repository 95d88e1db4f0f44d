package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cardstock/e2e/testredis"
)

// one is a single server with these arguments.
func one(args ...string) func(t *testing.T) *store {
	return func(t *testing.T) *store {
		s := testredis.Start(t, args...)
		return &store{server: s, url: s.URL}
	}
}

// kept makes a server keep its data.
var kept = []string{"--appendonly", "yes", "--appendfsync", "always"}

// slowLoading takes longer than the outage to load its data, until the delay of a millisecond for each key is taken away.
func slowLoading(t *testing.T) *store {
	s := one("--key-load-delay", "1000", "--loading-process-events-interval-bytes", "1024")(t)
	s.server.Do("EVAL", "for i = 1, ARGV[1] do redis.call('set', 'filler:' .. i, string.rep('x', 500)) end", "0",
		fmt.Sprint(outage.Milliseconds()*2))
	return s
}

func watched(sentinels int, args ...string) func(t *testing.T) *store {
	return func(t *testing.T) *store {
		s := testredis.StartSentinel(t, sentinels, args...)
		return &store{sentinel: s, url: s.URL}
	}
}

func sharded(args ...string) func(t *testing.T) *store {
	return func(t *testing.T) *store {
		c := testredis.StartCluster(t, 3, args...)
		return &store{cluster: c, url: c.URL}
	}
}

// covered makes a Cluster refuse all keys while some have no shard, partial makes it serve the others.
var (
	covered = []string{"--cluster-require-full-coverage", "yes"}
	partial = []string{"--cluster-require-full-coverage", "no"}
)

// settings starts the app again with other settings; nobody comes meanwhile.
func (r *run) settings(old, new string) {
	r.crowd.restart.Lock()
	defer r.crowd.restart.Unlock()
	r.app.kill()
	for i := range r.app.args {
		r.app.args[i] = strings.Replace(r.app.args[i], old, new, 1)
	}
	r.app.again()
}

// squeeze leaves room for so many bytes more than are in use, and fills it while the fault lasts.
func (r *run) squeeze(policy string, room int) {
	s := r.store.server
	s.Do("CONFIG", "SET", "maxmemory-policy", policy)
	used := 0
	for line := range strings.Lines(s.Do("INFO", "memory")) {
		fmt.Sscanf(line, "used_memory:%d", &used)
	}
	s.Do("CONFIG", "SET", "maxmemory", fmt.Sprint(used+room))
	for began := time.Now(); time.Since(began) < outage-time.Second; time.Sleep(20 * time.Millisecond) {
		s.Try("EVAL", "for i = 1, 50 do redis.call('set', 'filler:' .. ARGV[1] .. i, string.rep('x', 1000), 'ex', '9999999') end", "0",
			fmt.Sprint(time.Now().UnixNano()))
	}
}

func (r *run) roomAgain() { r.store.server.Do("CONFIG", "SET", "maxmemory", "0") }

func (r *run) lockOut() {
	s := r.store.server
	s.Do("CONFIG", "SET", "requirepass", "another password")
	s.Password = "another password"
	s.Do("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
}

// failOver kills the master after the replica was cut off, and waits for Sentinel to notice.
func (r *run) failOver() {
	s := r.store.sentinel
	s.Cut()
	late := r.crowd.join()
	if reply, err := s.Replica.Try("EXISTS", late.key()); err != nil || reply != "0" {
		r.Errorf("the replica knows the newest key: %s, %v", reply, err)
	}
	s.Master.Kill()
	s.FailedOver()
	s.Mend()
}

const wentAndCame = "away 1, back 1, hold away 1"

var faults = []fault{
	{"killed, restarted empty", one(),
		func(r *run) { r.store.server.Kill() }, func(r *run) { r.store.server.Restart() }, wentAndCame + ", hold lost 1"},
	{"killed, restarted with its data", one(kept...),
		func(r *run) { r.store.server.Kill() }, func(r *run) { r.store.server.Restart() }, wentAndCame + ", hold restarted 1"},
	{"killed, restarted with older data", one(),
		func(r *run) { r.store.server.Save(); r.crowd.join(); r.store.server.Kill() },
		func(r *run) { r.store.server.Restart() }, wentAndCame + ", hold restarted 1"},
	{"killed and restarted empty at once", one(),
		func(r *run) { r.store.server.Kill(); r.store.server.Restart() }, nil, "hold lost 1|" + wentAndCame + ", hold lost 1|away 1, back 1, hold lost 1"},
	{"stopped", one(),
		func(r *run) { r.store.server.Hang() }, func(r *run) { r.store.server.Resume() }, wentAndCame},
	{"black hole", one("--tcp-backlog", "1"),
		func(r *run) { r.store.server.Swallow() }, func(r *run) { r.store.server.Resume() }, wentAndCame},
	{"loading", slowLoading,
		func(r *run) { r.store.server.Save(); r.store.server.Kill(); r.store.server.RestartLoading() },
		func(r *run) { r.store.server.Do("CONFIG", "SET", "key-load-delay", "0"); r.store.server.Loaded() }, wentAndCame + ", hold restarted 1"},
	{"FLUSHALL", one(),
		func(r *run) { r.store.server.Do("FLUSHALL") }, nil, "hold lost 1"},
	{"FLUSHDB", one(),
		func(r *run) { r.store.server.Do("FLUSHDB") }, nil, "hold lost 1"},
	{"wrong database", one(),
		func(r *run) { r.settings("/0", "/5"); r.store.db = "5"; r.began = time.Now() },
		func(r *run) { r.settings("/5", "/0"); r.store.db = "" }, "hold lost 1, hold marked 1"},
	{"wrong password", one(),
		(*run).lockOut, func(r *run) { r.store.server.Do("CONFIG", "SET", "requirepass", ""); r.store.server.Password = "" }, wentAndCame},
	{"evicting, allkeys-lru", one(),
		func(r *run) { r.squeeze("allkeys-lru", 200_000) }, (*run).roomAgain, "hold evicted 1"},
	{"evicting, volatile-ttl", one(),
		func(r *run) { r.squeeze("volatile-ttl", 200_000) }, (*run).roomAgain, "hold evicted 1"},
	{"full", one("--maxmemory-policy", "noeviction"),
		func(r *run) { r.store.server.Do("CONFIG", "SET", "maxmemory", "1") }, (*run).roomAgain, "hold failed 1, refuses 1, stores 1"},
	{"Sentinel, failed over to an older replica", watched(1),
		(*run).failOver, nil, wentAndCame + ", hold restarted 1"},
	{"Sentinel of 3, failed over to an older replica", watched(3),
		(*run).failOver, func(r *run) { r.store.sentinel.Master.Restart() }, wentAndCame + ", hold restarted 1"},
	{"Sentinel, master restarted empty at once", watched(1),
		func(r *run) {
			r.store.sentinel.Patient() // it may take the restart for a failure, and that is another fault
			r.store.sentinel.Master.Kill()
			r.store.sentinel.Master.Restart()
		}, nil,
		"hold lost 1|away 1, back 1, hold lost 1|" + wentAndCame + ", hold lost 1"},
	{"Sentinel of 3, master and a Sentinel stopped", watched(3),
		func(r *run) {
			asked := r.store.sentinel.Asked()
			r.Cleanup(asked.Resume)
			asked.Hang()
			r.store.sentinel.Master.Hang()
			r.store.sentinel.FailedOver()
		}, nil, wentAndCame + ", hold restarted 1"},
	{"Cluster, a shard killed, back empty", sharded(covered...),
		func(r *run) { r.store.cluster.Nodes[1].Kill() }, func(r *run) { r.store.cluster.Nodes[1].Restart() }, wentAndCame + ", hold lost 1"},
	{"partial Cluster, a shard killed, back empty", sharded(partial...),
		func(r *run) { r.store.cluster.Nodes[1].Kill() }, func(r *run) { r.store.cluster.Nodes[1].Restart() }, wentAndCame + ", hold lost 1"},
	{"partial Cluster, a shard killed, back with its data", sharded(append(partial, kept...)...),
		func(r *run) { r.store.cluster.Nodes[1].Kill() }, func(r *run) { r.store.cluster.Nodes[1].Restart() }, wentAndCame + ", hold restarted 1"},
	{"Cluster, a shard stopped", sharded(covered...),
		func(r *run) { r.store.cluster.Nodes[1].Hang() }, func(r *run) { r.store.cluster.Nodes[1].Resume() }, wentAndCame},
	{"partial Cluster, a shard stopped", sharded(partial...),
		func(r *run) { r.store.cluster.Nodes[1].Hang() }, func(r *run) { r.store.cluster.Nodes[1].Resume() }, wentAndCame},
}
