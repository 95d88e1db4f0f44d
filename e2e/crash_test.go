package e2e

import (
	"context"
	order "encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	_ "github.com/mattn/go-sqlite3"

	"cardstock/card"
	"cardstock/e2e/soak"
	"cardstock/e2e/testredis"
)

// TestKill kills the server at random moments while people write, sessions end by the dozen, the log is copied into the
// file, or it is just starting; and looks afterwards at what is there. One database lives through all rounds.
func TestKill(t *testing.T) {
	t.Parallel()
	for _, seed := range soak.Seeds(t) {
		for _, store := range []string{"embedded", "redis"} {
			t.Run(fmt.Sprintf("%s, seed %d", store, seed), func(t *testing.T) {
				w := newWreck(t, seed, store == "redis")
				for range soak.Share(250, 4) {
					w.round()
				}
				w.report()
			})
		}
	}
}

// A wreck is a server that is killed again and again, with the people who use it.
type wreck struct {
	*app
	rng    *rand.Rand
	redis  *testredis.Server // nil: embedded
	people []*person
	dead   []*person // whose session has ended: nothing of it may be seen again
	began  time.Time

	rounds, starts, redisKills, sweptAll int // how often what happened
	inErasing, inCheckpoint              int // kills that cut it
	acked, unanswered                    int
}

func newWreck(t *testing.T, seed uint64, redis bool) *wreck {
	w := &wreck{rng: rand.New(rand.NewPCG(seed, 0)), began: time.Now()}
	settings := []string{"--sweep-interval", "50ms", "--sweep-grace", "1s", "--log-level", "warn", "--limits", "off"}
	if redis {
		w.redis = testredis.Start(t)
		settings = append(settings, "--redis-url", w.redis.URL)
	}
	w.app = start(t, settings...)
	for i := range 6 {
		w.people = append(w.people, newPerson(w.app, rand.New(rand.NewPCG(seed, uint64(i+1)))))
	}
	return w
}

// round lets people write for a while, kills the server at a random moment, starts it again and looks.
func (w *wreck) round() {
	w.t.Helper()
	w.rounds++
	until := time.Duration(w.rng.IntN(250)+30) * time.Millisecond
	masses := w.rng.IntN(3) > 0
	if masses {
		until = w.masses() + time.Duration(w.rng.IntN(100))*time.Millisecond
	}
	up, down := context.WithCancel(w.t.Context())
	var busy sync.WaitGroup
	for _, p := range w.people {
		busy.Go(func() { p.write(up) })
	}
	time.Sleep(until)
	if !masses { // however busy the machine is, there is something to lose
		w.answered(10)
	}
	all := w.rng.IntN(15) == 0
	if all {
		w.sweepAll()
	}
	if w.redis != nil && w.rng.IntN(6) == 0 {
		w.redisKills++
		w.redis.Kill()
		time.Sleep(time.Duration(w.rng.IntN(50)) * time.Millisecond)
	}
	down()
	at := time.Now()
	w.kill()
	busy.Wait()
	if cutCheckpoint(w.dir) {
		w.inCheckpoint++
	}
	w.up()
	w.look(at, all)
}

// answered waits until so many answers have come in this round, for a while.
func (w *wreck) answered(least int64) {
	for range 300 {
		n := int64(0)
		for _, p := range w.people {
			n += p.acked.Load()
		}
		if n >= least {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// up starts Redis and the server again, often killing it while it starts.
func (w *wreck) up() {
	w.t.Helper()
	if s := w.logged(); strings.Contains(s, "level=ERROR") || strings.Contains(s, "panic") {
		w.t.Fatalf("the server complains: %s", s)
	}
	w.mu.Lock()
	w.log.Reset()
	w.mu.Unlock()
	if w.redis != nil && w.rng.IntN(3) > 0 {
		w.redis.Kill()
		w.redis.Restart()
	}
	for w.rng.IntN(4) == 0 {
		w.starts++
		cmd := exec.Command(binary, append([]string{"--addr", "127.0.0.1:0", "--db", filepath.Join(w.dir, "cards.db")}, w.args...)...)
		if err := cmd.Start(); err != nil {
			w.t.Fatal(err)
		}
		time.Sleep(time.Duration(w.rng.IntN(40_000)) * time.Microsecond)
		cmd.Process.Kill()
		cmd.Wait()
	}
	w.run("127.0.0.1:0")
}

// look is what everything is about. It looks beside the running server, which is the one to mend the file.
func (w *wreck) look(killed time.Time, all bool) {
	w.t.Helper()
	beside := beside(w.t, w.dir)
	defer beside.Close()
	var ended int
	if err := beside.Get(&ended, "SELECT COUNT(*) FROM session WHERE token_hash IS NULL AND expires_at > ?", killed.Add(-2*time.Second).UnixMilli()); err != nil {
		w.t.Fatal(err)
	}
	if ended > 0 {
		w.inErasing++
	}
	sound(w.t, beside)
	for i, p := range w.people {
		w.acked += int(p.acked.Swap(0))
		if p.pending != nil {
			w.unanswered++
		}
		if p.look(all) {
			w.dead = append(w.dead, p)
			w.people[i] = newPerson(w.app, p.rng)
		}
	}
	for _, p := range w.dead {
		p.seesNothing()
	}
	w.dead = w.dead[max(0, len(w.dead)-12):]
	if w.rounds%50 == 0 {
		w.finished(beside)
	}
}

// finished waits until what ended before is erased to the last row. Whoever was killed while erasing keeps the lease for 30 seconds.
func (w *wreck) finished(beside *sqlx.DB) {
	w.t.Helper()
	before := time.Now().UnixMilli()
	if w.redis != nil {
		w.redis.Kill()
		w.redis.Restart()
	}
	eventually(w.t, 60*time.Second, "the sweeper goes on where it was killed", func() bool {
		var left int
		err := beside.Get(&left, "SELECT COUNT(*) FROM session WHERE expires_at < ?", before)
		return err == nil && left == 0
	})
	sound(w.t, beside)
}

// beside opens the database of a server by another way than the server's.
func beside(t *testing.T, dir string) *sqlx.DB {
	t.Helper()
	c, err := sqlx.Open("sqlite3", "file:"+filepath.Join(dir, "cards.db")+"?mode=ro&_busy_timeout=5000")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// sound checks that the database is one piece.
func sound(t *testing.T, beside *sqlx.DB) {
	t.Helper()
	var says []string
	if err := beside.Select(&says, "PRAGMA integrity_check"); err != nil || len(says) != 1 || says[0] != "ok" {
		t.Fatalf("integrity_check: %q, %v", says, err)
	}
	rows, err := beside.Query("PRAGMA foreign_key_check")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if rows.Next() || rows.Err() != nil {
		t.Fatalf("foreign_key_check is not clean (%v)", rows.Err())
	}
}

// masses makes sessions that all end in a moment, and returns how long that is from now. The lease of a sweeper that
// was killed is cut short, for a round must not last as long as it does.
func (w *wreck) masses() time.Duration {
	w.t.Helper()
	c, err := sqlx.Open("sqlite3", "file:"+filepath.Join(w.dir, "cards.db")+"?_busy_timeout=5000")
	if err == nil {
		_, err = c.Exec("DELETE FROM lease")
		c.Close()
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return max(0, time.Until(ended(w.t, w.app, 30, 200*time.Millisecond)))
}

// sweepAll ends every session by hand, and is killed at some moment of it, too.
func (w *wreck) sweepAll() {
	w.sweptAll++
	args := []string{"sweep", "--all", "--yes", "--db", filepath.Join(w.dir, "cards.db")}
	if w.redis != nil {
		args = append(args, "--redis-url", w.redis.URL)
	}
	for _, p := range w.people {
		p.mayEnd.Store(true)
	}
	cmd := exec.Command(binary, args...)
	if err := cmd.Start(); err != nil {
		w.t.Error(err)
		return
	}
	time.Sleep(time.Duration(w.rng.IntN(120)) * time.Millisecond)
	cmd.Process.Signal(syscall.SIGKILL)
	cmd.Wait()
}

func (w *wreck) report() {
	took := time.Since(w.began)
	w.t.Logf("%d rounds in %s (%.0f a minute): %d acknowledged answers, all there; %d requests cut; %d kills in the middle of erasing, %d of a checkpoint, "+
		"%d of a start; Redis killed %d times, sweep --all killed %d times", w.rounds, took.Round(time.Second), float64(w.rounds)/took.Minutes(),
		w.acked, w.unanswered, w.inErasing, w.inCheckpoint, w.starts, w.redisKills, w.sweptAll)
	if soak.Full() && (w.inErasing < w.rounds/50 || w.acked < w.rounds) {
		w.t.Error("the kills did not come where they should")
	}
}

// cutCheckpoint reports whether the process died while it copied the log into the file: the index of the log then says
// that more frames were begun (at 128) than are done (at 96).
func cutCheckpoint(dir string) bool {
	shm, err := os.ReadFile(filepath.Join(dir, "cards.db-shm"))
	return err == nil && len(shm) > 132 && order.NativeEndian.Uint32(shm[128:]) > order.NativeEndian.Uint32(shm[96:])
}

var templates = sync.OnceValues(func() (*card.Templates, error) { return card.LoadTemplates() })

func model(t *testing.T) *card.Template {
	t.Helper()
	all, err := templates()
	if err != nil {
		t.Fatal(err)
	}
	return all.Get("model")
}

func schemaText(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
