package sweep

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// What an operator does with the database file while Redis goes on, and what then becomes of the sessions.

// inWorld runs a test in a world without chance: nothing happens to it but what the test does.
func inWorld(t *testing.T, ttl time.Duration, embedded bool, fn func(w *world)) {
	t.Helper()
	dir := ramDir(t)
	synctest.Test(t, func(t *testing.T) {
		w, err := newWorld(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer w.close()
		w.begin(1)
		w.embedded, w.ttl, w.slice = embedded, ttl, 20_000
		w.restart()
		defer func() {
			for i := range w.apps {
				w.stop(i)
			}
			if f, ok := recover().(failure); ok {
				t.Error(f.what)
			}
		}()
		fn(w)
	})
}

// sweep is a pass that must do as told: "ended, marked, set again, repaired, held by".
func (w *world) sweep(when, want string) {
	r, err := w.apps[0].Pass(context.Background(), PassOptions{})
	w.must(err)
	got := fmt.Sprintf("ended %d, marked %d, set again %d, repaired %d, held %q", r.Ended, r.Marked, r.SetAgain, r.Repaired, held(r))
	if got != want {
		w.fail("%s: %s; want %s", when, got, want)
	}
}

// alive fails unless exactly these people are reached by their cookies.
func (w *world) alive(when string, want ...int) {
	var got []int
	for i, p := range w.people {
		if v, err := w.apps[0].keeper.Visit(context.Background(), p.cookie); err == nil && v.Exists() {
			got = append(got, i)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		w.fail("%s: %v are alive, want %v", when, got, want)
	}
}

func (w *world) days(n float64) { time.Sleep(time.Duration(n * 24 * float64(time.Hour))) }

// Sessions of every fate since the backup: each ends up as Redis knows it.
func TestABackupPutBackWhileRedisWentOn(t *testing.T) {
	inWorld(t, month, false, func(w *world) {
		for range 5 {
			w.arrive()
		}
		visited, erased, deleted, quiet := w.people[0], w.people[1], w.people[2], w.people[3]
		w.sweep("at first", `ended 0, marked 0, set again 5, repaired 0, held ""`)
		w.copyFile()
		w.days(10)
		w.visit(visited)
		w.erase(erased)
		w.deleteKey(deleted)
		w.sweep("a key deleted", `ended 0, marked 1, set again 0, repaired 0, held ""`)
		time.Sleep(time.Minute)
		w.sweep("a minute later", `ended 1, marked 0, set again 0, repaired 0, held ""`)
		w.arrive()

		w.putBack()
		// Born since: the row is not in the backup. What ended since is back, its key is not: it goes after the grace.
		w.sweep("put back", `ended 0, marked 2, set again 0, repaired 0, held ""`)
		time.Sleep(time.Minute)
		w.sweep("a minute later", `ended 2, marked 0, set again 0, repaired 0, held ""`)
		w.days(19.99)
		// The rows say day 30, the keys of the visited day 40.
		w.sweep("day 30", `ended 0, marked 0, set again 0, repaired 0, held ""`)
		time.Sleep(time.Hour)
		w.sweep("an hour later", `ended 2, marked 0, set again 0, repaired 1, held ""`)
		w.alive("day 30", 0)
		_ = quiet
	})
}

// A backup of a time when Redis was away knows of no keys. Visits since then are known by the keys alone.
func TestABackupOfATimeWithoutRedisPutBack(t *testing.T) {
	inWorld(t, month, false, func(w *world) {
		w.arrive()
		w.sweep("at first", `ended 0, marked 0, set again 1, repaired 0, held ""`)
		w.down()
		w.arrive()
		w.arrive()
		w.copyFile()
		w.well()
		w.days(10)
		w.visit(w.people[1])
		w.putBack()
		w.days(20.5)
		w.sweep("day 30", `ended 2, marked 0, set again 0, repaired 1, held ""`)
		w.days(10)
		w.sweep("day 40", `ended 1, marked 0, set again 0, repaired 0, held ""`)
	})
}

// More than twenty sessions ended since the backup: so many missing keys could as well be a loss.
func TestABackupPutBackManySessionsLater(t *testing.T) {
	inWorld(t, month, false, func(w *world) {
		for range 25 {
			w.arrive()
		}
		w.sweep("at first", `ended 0, marked 0, set again 25, repaired 0, held ""`)
		w.copyFile()
		for _, p := range w.people[:21] {
			w.erase(p)
		}
		w.putBack()
		w.sweep("put back", `ended 0, marked 0, set again 21, repaired 0, held "mass"`)
		w.days(30)
		time.Sleep(time.Second)
		w.sweep("30 days later", `ended 25, marked 0, set again 0, repaired 0, held ""`)
	})
}

// Redis lost its keys between the backup and its return: it cannot tell any more what ended since, so nothing is erased and
// the sessions end in their time.
func TestABackupPutBackAfterRedisLostItsKeys(t *testing.T) {
	inWorld(t, month, false, func(w *world) {
		w.arrive()
		w.arrive()
		w.sweep("at first", `ended 0, marked 0, set again 2, repaired 0, held ""`)
		w.copyFile()
		w.flush(false)
		w.sweep("FLUSHALL", `ended 0, marked 0, set again 2, repaired 0, held "lost"`)
		w.erase(w.people[0])
		w.putBack()
		w.sweep("put back", `ended 0, marked 0, set again 2, repaired 0, held "marked"`)
		w.days(30)
		time.Sleep(time.Second)
		w.sweep("30 days later", `ended 2, marked 0, set again 0, repaired 0, held ""`)
	})
}

// A visit that only Redis knows of survives also if Redis is restarted after the backup came back.
func TestABackupPutBackAndRedisRestarted(t *testing.T) {
	inWorld(t, month, false, func(w *world) {
		w.arrive()
		w.sweep("at first", `ended 0, marked 0, set again 1, repaired 0, held ""`)
		w.copyFile()
		w.days(28)
		w.visit(w.people[0]) // the key lives until day 58, the row in the backup until day 30
		w.redis().restart(w.redis().copy())
		w.putBack()
		w.sweep("restarted", `ended 0, marked 0, set again 0, repaired 1, held "restarted"`)
		w.days(29)
		w.sweep("day 57", `ended 0, marked 0, set again 0, repaired 0, held ""`)
		w.alive("day 57", 0)
	})
}

// Without Redis the row is all there is: what ended since the backup is back until its time is over.
func TestABackupPutBackEmbedded(t *testing.T) {
	inWorld(t, month, true, func(w *world) {
		w.arrive()
		w.arrive()
		w.copyFile()
		w.days(10)
		w.visit(w.people[0])
		w.erase(w.people[1])
		w.putBack()
		w.sweep("put back", `ended 0, marked 0, set again 0, repaired 0, held ""`)
		w.days(20.01)
		w.sweep("30 days after the backup", `ended 2, marked 0, set again 0, repaired 0, held ""`)
	})
}

func TestEmbeddedRestartedAfterDays(t *testing.T) {
	inWorld(t, month, true, func(w *world) {
		for range 3 {
			w.arrive()
		}
		w.days(20)
		w.arrive()
		w.visit(w.people[2])
		for i := range w.apps {
			w.stop(i)
		}
		w.days(15) // away: two were last seen 35 days ago, two 15 days ago
		w.restart()
		w.sweep("back", `ended 2, marked 0, set again 0, repaired 0, held ""`)
		w.alive("back", 2, 3)
		if n := len(w.look()); n != 2 {
			w.fail("%d sessions are left", n)
		}
	})
}
