package sweep

import (
	"context"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"cardstock/db"
)

// A fakeRedis is a Redis that a test has wholly in its hand: its clock, its memory, and what becomes of each command. It
// answers within the caller's Write, so a schedule of faults runs without waiting and always in the same order.
type fakeRedis struct {
	mu      sync.Mutex
	dbs     map[int]map[string]fakeKey
	run     string        // run_id
	evicted int64         // evicted_keys
	skew    time.Duration // its clock is ahead of the true time
	down    bool          // connections are refused
	hang    bool          // connections are made, nothing is answered
	says    string        // error that answers every command, or every write if it is one of the three below
	late    []lateCommand // sent, never answered, not yet done
	nap     bool          // answers probes although it is down
	conns   map[*fakeConn]bool
	n       int // commands so far

	// before is called before each command, outside the lock, and decides what becomes of it.
	before func(n int, args []string) fate
}

type fakeKey struct {
	value string
	until int64 // by its own clock, Unix milliseconds; 0: for ever
}

type lateCommand struct {
	db   int
	args []string
}

// A fate is what becomes of one command.
type fate int

const (
	done      fate = iota
	lost           // not done; the connection breaks
	unheard        // done; the connection breaks before the reply
	overtaken      // done later, after others; the connection breaks
)

func newFakeRedis() *fakeRedis {
	return &fakeRedis{dbs: map[int]map[string]fakeKey{}, run: db.NewID(), conns: map[*fakeConn]bool{}}
}

func (f *fakeRedis) dial(context.Context, string, string) (net.Conn, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down && !f.nap {
		return nil, &net.OpError{Op: "dial", Err: fmt.Errorf("connection refused")}
	}
	c := &fakeConn{f: f, gone: make(chan struct{})}
	f.conns[c] = true
	return c, nil
}

// drop breaks all connections.
func (f *fakeRedis) drop() {
	f.mu.Lock()
	conns := slices.Collect(maps.Keys(f.conns))
	f.mu.Unlock()
	for _, c := range conns {
		c.Close()
	}
}

func (f *fakeRedis) now() int64 { return time.Now().Add(f.skew).UnixMilli() }

// data returns a database without the keys that have run out.
func (f *fakeRedis) data(n int) map[string]fakeKey {
	if f.dbs[n] == nil {
		f.dbs[n] = map[string]fakeKey{}
	}
	for k, v := range f.dbs[n] {
		if v.until != 0 && v.until <= f.now() {
			delete(f.dbs[n], k)
		}
	}
	return f.dbs[n]
}

// do does a command and returns the reply, "" if there is none.
func (f *fakeRedis) do(c *fakeConn, args []string) (reply string, cut bool) {
	what := done
	if before, n := f.counted(args); before != nil {
		what = before(n, args)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.nap:
		return f.answer(c, args), false
	case f.down || what == lost || !f.conns[c]:
		return "", true
	case f.hang:
		return "", false
	case what == overtaken:
		f.late = append(f.late, lateCommand{c.db, args})
		return "", true
	}
	reply = f.answer(c, args)
	return reply, what == unheard
}

// counted counts a command, and returns what is to decide about it. Those that only probe or greet are left alone: they
// come beside the test.
func (f *fakeRedis) counted(args []string) (before func(int, []string) fate, n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch strings.ToUpper(args[0]) {
	case "PING", "HELLO", "CLIENT", "SELECT":
		return nil, 0
	}
	f.n++
	return f.before, f.n
}

// set changes the server, which others are connected to meanwhile.
func (f *fakeRedis) set(fn func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fn()
}

// catchUp does the commands that were overtaken.
func (f *fakeRedis) catchUp() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, l := range f.late {
		f.command(l.db, l.args)
	}
	f.late = nil
}

func (f *fakeRedis) answer(c *fakeConn, args []string) string {
	name := strings.ToUpper(args[0])
	switch name {
	case "HELLO":
		return "-ERR unknown command 'HELLO'\r\n"
	case "CLIENT":
		return "+OK\r\n"
	case "SELECT":
		c.db, _ = strconv.Atoi(args[1])
		return "+OK\r\n"
	}
	write := name == "SET" || name == "DEL"
	refusal := strings.HasPrefix(f.says, "OOM ") || strings.HasPrefix(f.says, "READONLY ") || strings.HasPrefix(f.says, "MISCONF ")
	if f.says != "" && !f.nap && (!refusal || write && !(name == "DEL" && strings.HasPrefix(f.says, "OOM "))) {
		return "-" + f.says + "\r\n"
	}
	return f.command(c.db, args)
}

// command does what redis-server does for the commands we use, and refuses all others.
func (f *fakeRedis) command(db int, args []string) string {
	data := f.data(db)
	switch strings.ToUpper(args[0]) {
	case "PING":
		return "+PONG\r\n"
	case "INFO":
		return bulk(fmt.Sprintf("# Server\r\nrun_id:%s\r\nserver_time_usec:%d\r\nevicted_keys:%d\r\n", f.run, f.now()*1000, f.evicted))
	case "GET":
		if k, ok := data[args[1]]; ok {
			return bulk(k.value)
		}
		return "$-1\r\n"
	case "PTTL":
		return fmt.Sprintf(":%d\r\n", f.pttl(data, args[1]))
	case "DEL":
		_, there := data[args[1]]
		delete(data, args[1])
		if there {
			return ":1\r\n"
		}
		return ":0\r\n"
	case "SET":
		return f.store(data, args)
	}
	return fmt.Sprintf("-ERR unknown command '%s'\r\n", args[0])
}

func (f *fakeRedis) pttl(data map[string]fakeKey, name string) int64 {
	k, ok := data[name]
	switch {
	case !ok:
		return -2
	case k.until == 0:
		return -1
	}
	return k.until - f.now()
}

func (f *fakeRedis) store(data map[string]fakeKey, args []string) string {
	k := fakeKey{value: args[2]}
	for i := 3; i < len(args); i++ {
		switch strings.ToUpper(args[i]) {
		case "NX":
			if _, there := data[args[1]]; there {
				return "$-1\r\n"
			}
		case "PX", "EX":
			n, _ := strconv.ParseInt(args[i+1], 10, 64)
			if strings.EqualFold(args[i], "EX") {
				n *= 1000
			}
			k.until = f.now() + n
			i++
		default:
			return "-ERR syntax error\r\n"
		}
	}
	data[args[1]] = k
	return "+OK\r\n"
}

func bulk(s string) string { return fmt.Sprintf("$%d\r\n%s\r\n", len(s), s) }
