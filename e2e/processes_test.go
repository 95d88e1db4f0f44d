package e2e

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"cardstock/e2e/testredis"
)

// twin starts one more process on the same database, with the same settings.
func (a *app) twin() *app {
	a.t.Helper()
	b := &app{t: a.t, dir: a.dir, args: a.args}
	b.run("127.0.0.1:0")
	a.t.Cleanup(b.kill)
	return b
}

// swept adds up a figure of the sweeper's lines in the log.
func (a *app) swept(figure string) int {
	sum := 0
	for _, m := range regexp.MustCompile(`"`+figure+`":(\d+)`).FindAllStringSubmatch(a.logged(), -1) {
		n, _ := strconv.Atoi(m[1])
		sum += n
	}
	return sum
}

// TestProcessesShareTheWork runs three servers on one database and a fourth on another, all on one Redis, and sweeps by hand
// beside them: each session that ends is erased once, and none of the other database.
func TestProcessesShareTheWork(t *testing.T) {
	t.Parallel()
	redis := testredis.Start(t)
	settings := []string{"--redis-url", redis.URL, "--sweep-interval", "100ms", "--log-format", "json"}
	one := start(t, append([]string{"--session-ttl", "8s"}, settings...)...)
	apps := []*app{one, one.twin(), one.twin()}
	other := start(t, settings...)
	theirs, card := keep(t, other)

	const sessions = 60
	began := time.Now()
	for i := range sessions {
		v, card := keep(t, apps[i%3])
		v.base = apps[(i+1)%3].base // the next request comes to another process
		if status, page := v.get(card); status != 200 || !strings.Contains(page, marker) {
			t.Fatalf("the card answers %d in another process", status)
		}
	}
	t.Logf("%d sessions made in %s", sessions, time.Since(began).Round(time.Millisecond))
	sum := func(figure string) (n int) {
		for _, a := range apps {
			n += a.swept(figure)
		}
		return n
	}
	byHand := 0
	eventually(t, 60*time.Second, "the marker is gone", func() bool {
		out, code := one.command("sweep", "--redis-url", redis.URL, "--session-ttl", "8s")
		if code != 0 && code != 3 {
			t.Fatalf("sweep: exit %d\n%s", code, out)
		}
		if m := regexp.MustCompile(`Erased (\d+) session`).FindStringSubmatch(out); m != nil {
			n, _ := strconv.Atoi(m[1])
			byHand += n
		}
		return sum("erased_sessions")+byHand >= sessions && !strings.Contains(one.files(), marker)
	})
	time.Sleep(time.Second)
	if n := sum("erased_sessions") + byHand; n != sessions {
		t.Errorf("%d sessions were erased, of %d", n, sessions)
	}
	t.Logf("erased by the three servers %d, %d and %d, by hand %d", apps[0].swept("erased_sessions"), apps[1].swept("erased_sessions"),
		apps[2].swept("erased_sessions"), byHand)
	for _, a := range append(apps, other) {
		if strings.Contains(a.logged(), "sweep failed") || strings.Contains(a.logged(), "sweep holds") {
			t.Errorf("%s", a.logged())
		}
	}
	if n := other.swept("erased_sessions") + other.swept("ended"); n != 0 {
		t.Errorf("the other database lost %d sessions", n)
	}
	if status, page := theirs.get(card); status != 200 || !strings.Contains(page, marker) {
		t.Errorf("a card of the other database answers %d", status)
	}
	if keys := strings.Fields(redis.Do("KEYS", "cardstock:session:*")); len(keys) != 1 {
		t.Errorf("Redis has %d keys, of one session that lives", len(keys))
	}
}

// TestAKilledProcessLeavesItsWorkToAnother kills servers while they erase. The one that is left goes on when the lease has run out.
func TestAKilledProcessLeavesItsWorkToAnother(t *testing.T) {
	t.Parallel()
	one := start(t, "--session-ttl", "5s", "--sweep-interval", "50ms", "--log-format", "json")
	two := one.twin()
	for range 40 {
		keep(t, two)
	}
	eventually(t, 30*time.Second, "one of them begins to erase", func() bool {
		return one.swept("ended")+two.swept("ended") > 0
	})
	one.kill()
	eventually(t, 60*time.Second, "the marker is gone", func() bool { return !strings.Contains(two.files(), marker) })
	if n := one.swept("erased_sessions") + two.swept("erased_sessions"); n > 40 {
		t.Errorf("%d sessions were erased, of 40", n)
	}
}
