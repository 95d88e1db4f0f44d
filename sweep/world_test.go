package sweep

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing/synctest"
	"time"

	"cardstock/db"
	"cardstock/session"
)

// A world is all that one random schedule has: processes of the app on one database, Redis servers they may be
// connected to, people who visit, and the clocks. Time in it is that of its bubble (testing/synctest), which is the true one.
type world struct {
	r      *rand.Rand
	path   string
	schema string
	raw    *sql.DB // for looking, and for what no method of db does
	stores []*db.DB

	embedded bool
	slice    int // of the audit
	ttl      time.Duration
	off      time.Duration // how far the wall clock of the app's host is ahead of the true time
	nodes    []*fakeRedis
	node     int // the one the app is configured for
	number   int // and the number of its database
	apps     []*app
	people   []*person
	backup   *backup
	naive    bool // sweep as one does who never thought of faults

	steps       []string
	onNow       func()                     // called when the app looks at its clock
	skewed      bool                       // the clock of Redis was wrong
	skewSeen    bool                       // and a pass came by
	met         bool                       // a pass has set the keys of this Redis
	resetUnseen bool                       // the counters of Redis were set back since: an eviction may bring them to where they were
	agreed      [2]time.Time               // when the sweepers last saw a right clock
	trusting    bool                       // a process began while the wall clock was wrong
	lossPending bool                       // Redis lost keys and no pass has mended that
	trigger     bool                       // the database refuses some writes
	wrong       time.Duration              // how far the wall clock was off at most
	jumped      time.Time                  // when the wall clock went wrong
	restored    bool                       // a backup was put back
	saved       map[int]map[string]fakeKey // what Redis has on its disk
	checks      int                        // how many times a session had to live, and did
}

// An app is one process of it.
type app struct {
	*Sweeper
	keys   *session.Keys
	keeper *session.Keeper
}

// A failure is what a schedule ends with when a promise is broken.
type failure struct{ what string }

func (w *world) fail(format string, args ...any) {
	panic(failure{fmt.Sprintf(format, args...)})
}

func (w *world) must(err error) {
	if err != nil {
		panic(err)
	}
}

// newWorld opens a database in which many schedules can be played one after the other.
func newWorld(dir string) (*world, error) {
	schema, err := os.ReadFile("../schema.sql")
	if err != nil {
		return nil, err
	}
	w := &world{path: filepath.Join(dir, "cards.db"), schema: string(schema), stores: make([]*db.DB, 2)}
	return w, w.open()
}

// open opens the database for two processes.
func (w *world) open() error {
	for i := range w.stores {
		store, err := db.Open(context.Background(), db.Options{Path: w.path, Schema: w.schema, Readers: 1})
		if err != nil {
			return err
		}
		store.Now = func() time.Time {
			if w.onNow != nil {
				w.onNow()
			}
			return w.wall()
		}
		w.stores[i] = store
	}
	var err error
	w.raw, err = sql.Open("sqlite3", "file:"+w.path+"?_busy_timeout=5000&_foreign_keys=1")
	if err == nil {
		w.raw.SetMaxOpenConns(1)
	}
	return err
}

func (w *world) close() {
	for _, s := range w.stores {
		w.must(s.Close())
	}
	w.must(w.raw.Close())
}

func (w *world) wall() time.Time { return time.Now().Add(w.off) }

func (w *world) exec(query string, args ...any) {
	_, err := w.raw.Exec(query, args...)
	w.must(err)
}

// A source is random numbers for several goroutines: faults of Redis choose while a probe of the app is under way.
type source struct {
	mu  sync.Mutex
	pcg *rand.PCG
}

func (s *source) Uint64() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pcg.Uint64()
}

// begin makes everything new for a schedule but the database file, which is emptied.
func (w *world) begin(seed uint64) {
	*w = world{path: w.path, schema: w.schema, raw: w.raw, stores: w.stores, naive: w.naive, r: rand.New(&source{pcg: rand.NewPCG(seed, 0)})}
	w.mend()
	for _, table := range []string{"chunk", "file", "revision", "field", "section", "card", "session", "lease"} {
		w.exec("DELETE FROM " + table)
	}
	w.exec("DELETE FROM meta WHERE key <> 'secret'")
	w.embedded = w.r.IntN(10) == 0
	w.ttl = []time.Duration{2 * time.Hour, 3 * 24 * time.Hour, month}[w.r.IntN(3)]
	if w.slice = 1 + w.r.IntN(10); w.r.IntN(3) > 0 {
		w.slice = 20_000
	}
	w.nodes = []*fakeRedis{newFakeRedis(), newFakeRedis()}
	w.apps = make([]*app, 2)
	for i := range w.apps {
		w.start(i)
	}
}

// start starts a process anew: nothing that it knew is left.
func (w *world) start(i int) {
	w.stop(i)
	w.trusting = w.trusting || w.off != 0
	w.agreed[i] = time.Now()
	w.blind()
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	a := &app{}
	var err error
	if !w.embedded {
		node := w.nodes[w.node]
		url := fmt.Sprintf("redis://redis%d:6379/%d", w.node, w.number)
		a.keys, err = session.OpenKeysBy(node.dial, []string{url}, log)
		w.must(err)
	}
	a.keeper, err = session.New(context.Background(), w.stores[i], a.keys, session.Options{TTL: w.ttl, Log: log})
	w.must(err)
	a.Sweeper, err = New(context.Background(), w.stores[i], a.keys, Options{Log: log, Slice: w.slice})
	w.must(err)
	if err := a.Meet(context.Background()); err != nil && !strings.Contains(err.Error(), "broken") { // by breakDB, perhaps in a backup
		w.fail("the first look at Redis failed: %v", err)
	}
	w.apps[i] = a
}

func (w *world) stop(i int) {
	if a := w.apps[i]; a != nil && a.keys != nil {
		w.must(a.keys.Close())
	}
	w.apps[i] = nil
}

// redis is the server that the app is configured for.
func (w *world) redis() *fakeRedis { return w.nodes[w.node] }

// reachable reports whether that server does what it is told.
func (w *world) reachable() bool {
	f := w.redis()
	return !w.embedded && !f.down && !f.hang && f.says == ""
}

// say notes a step, for the report of a failure.
func (w *world) say(format string, args ...any) {
	at := time.Since(w.began()).Round(time.Second)
	w.steps = append(w.steps, fmt.Sprintf("%s  %s", at, fmt.Sprintf(format, args...)))
}

func (w *world) began() time.Time {
	if len(w.people) > 0 {
		return w.people[0].born
	}
	return time.Now()
}

// story is all that happened, a line for each step.
func (w *world) story() string { return strings.Join(w.steps, "\n") }

// A backup is a copy of the database file, with what was known of the people in it.
type backup struct {
	file     []byte
	people   []person
	moved    bool // the app had another Redis since
	outdated bool // Redis lost keys since it was made, or its counters were set back before that: they cannot tell any more what ended since
}

// copyFile makes a backup, as an operator does. Without what is in the log it would be a broken file.
func (w *world) copyFile() {
	synctest.Wait() // the app's own copying of the log would be in the way, and busy is no error
	var busy, log, copied int
	w.must(w.raw.QueryRow("PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &copied))
	if busy != 0 {
		panic("the log cannot be emptied for a backup")
	}
	b, err := os.ReadFile(w.path)
	w.must(err)
	w.backup = &backup{file: b, outdated: !w.met || w.lossPending || w.resetUnseen}
	for _, p := range w.people {
		w.backup.people = append(w.backup.people, *p)
	}
}

// putBack stops the app, puts the backup in the place of the database and starts the app again.
func (w *world) putBack() {
	for i := range w.apps {
		w.stop(i)
	}
	w.close()
	for _, suffix := range []string{"-wal", "-shm"} {
		os.Remove(w.path + suffix)
	}
	w.must(os.WriteFile(w.path, w.backup.file, 0o600))
	w.must(w.open())
	for i := range w.apps {
		w.start(i)
	}
}
