package e2e

import (
	"strings"
	"testing"
	"time"

	"cardstock/e2e/testredis"
)

const marker = "zebra-crossing-4711"

// keep makes a visitor with a card that holds the marker.
func keep(t *testing.T, a *app) (*visitor, string) {
	t.Helper()
	v := a.visitor()
	_, _, card := v.post("/cards", "template", "model")
	v.post(card+"/fields/model_details.name", "_method", "PUT", "answer.model_details.name", marker)
	if _, page := v.get("/"); !strings.Contains(page, marker) {
		t.Fatal("the card was not saved")
	}
	return v, card
}

// TestEndedSessionsAreErased lets a session end in each way there is, and looks for its bytes afterwards.
func TestEndedSessionsAreErased(t *testing.T) {
	t.Parallel()
	gone := func(a *app) func() bool { return func() bool { return !strings.Contains(a.files(), marker) } }

	t.Run("its time ran out, embedded", func(t *testing.T) {
		t.Parallel()
		a := start(t, "--session-ttl", "2s", "--sweep-interval", "200ms")
		v, card := keep(t, a)
		eventually(t, 15*time.Second, "the marker is out of the database file and its log", gone(a))
		if status, _ := v.get(card); status != 404 {
			t.Errorf("the card answers %d", status)
		}
	})
	t.Run("its time ran out, Redis", func(t *testing.T) {
		t.Parallel()
		redis := testredis.Start(t)
		a := start(t, "--redis-url", redis.URL, "--session-ttl", "2s", "--sweep-interval", "200ms")
		keep(t, a)
		eventually(t, 15*time.Second, "the marker is gone", gone(a))
		if keys := redis.Do("KEYS", "cardstock:session:*"); keys != "" {
			t.Errorf("Redis still has %q", keys)
		}
	})
	t.Run("its key was deleted", func(t *testing.T) {
		t.Parallel()
		redis := testredis.Start(t)
		a := start(t, "--redis-url", redis.URL, "--sweep-interval", "200ms", "--sweep-grace", "2s")
		keep(t, a)
		time.Sleep(time.Second) // a pass has seen it alive
		redis.Do("DEL", redis.Do("KEYS", "cardstock:session:*"))
		begin := time.Now()
		eventually(t, 15*time.Second, "the marker is gone", gone(a))
		if took := time.Since(begin); took < 2*time.Second {
			t.Errorf("erased after %s, within the grace", took)
		}
	})
	t.Run("the visitor erased it", func(t *testing.T) {
		t.Parallel()
		a := start(t, "--sweep-interval", "200ms")
		v, card := keep(t, a)
		v.post("/session", "_method", "DELETE")
		if status, _ := v.get(card); status != 404 {
			t.Errorf("the card answers %d", status)
		}
		// The rows go at once; the write-ahead log, which still has their text, is emptied every 20 seconds.
		eventually(t, 45*time.Second, "the marker is gone", gone(a))
	})
}

// TestNothingIsErasedByMistake empties Redis under living sessions.
func TestNothingIsErasedByMistake(t *testing.T) {
	t.Parallel()
	redis := testredis.Start(t)
	a := start(t, "--redis-url", redis.URL, "--sweep-interval", "200ms", "--sweep-grace", "500ms")
	v, card := keep(t, a)
	time.Sleep(time.Second)
	alive := func(when string) {
		t.Helper()
		time.Sleep(2500 * time.Millisecond)
		if status, page := v.get(card); status != 200 || !strings.Contains(page, marker) {
			t.Fatalf("after %s the card answers %d", when, status)
		}
	}
	redis.Do("FLUSHALL")
	eventually(t, 10*time.Second, "the key is back", func() bool { return redis.Do("KEYS", "cardstock:session:*") != "" })
	alive("FLUSHALL")
	redis.Kill()
	alive("a killed Redis")
	redis.Restart()
	eventually(t, 15*time.Second, "the key is back after a restart", func() bool { return redis.Do("KEYS", "cardstock:session:*") != "" })
	alive("an empty restart")
	redis.Hang()
	begin := time.Now()
	v.get(card)
	if took := time.Since(begin); took > time.Second {
		t.Errorf("a hung Redis held a page for %s", took)
	}
	alive("a hung Redis")
	redis.Resume()
	alive("its return")
}

// TestSweepCommand runs the sweeper by hand: beside a running server, without one, and when Redis does not answer.
func TestSweepCommand(t *testing.T) {
	t.Parallel()
	redis := testredis.Start(t)
	settings := []string{"--redis-url", redis.URL, "--sweep-grace", "0s"}
	a := start(t, append([]string{"--sweep-interval", "1h"}, settings...)...)
	keep(t, a)
	sweep := func(want int, more ...string) string {
		t.Helper()
		out, code := a.command(append(append([]string{"sweep"}, more...), settings...)...)
		if code != want {
			t.Fatalf("sweep %v: exit %d, want %d\n%s", more, code, want, out)
		}
		return out
	}
	sweep(0) // knows this Redis now
	redis.Do("DEL", redis.Do("KEYS", "cardstock:session:*"))
	t.Log(sweep(0, "--dry-run"))
	if !strings.Contains(a.files(), marker) {
		t.Fatal("a dry run erased something")
	}
	eventually(t, 10*time.Second, "beside the running server the rows go", func() bool {
		sweep(0)
		return !strings.Contains(a.files(), marker)
	})
	keep(t, a)
	a.kill()
	redis.Kill()
	t.Log(sweep(3))
	if !strings.Contains(a.files(), marker) {
		t.Fatal("erased without evidence")
	}
}
