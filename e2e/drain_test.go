package e2e

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"cardstock/e2e/soak"
)

// TestDrainUnderLoad ends the server with SIGTERM while people write, again and again: each answer comes whole, all that was
// acknowledged is there, and nothing was done without an answer.
func TestDrainUnderLoad(t *testing.T) {
	for _, seed := range soak.Seeds(t) {
		a := start(t, "--sweep-interval", "50ms", "--log-level", "warn", "--limits", "off")
		rng := rand.New(rand.NewPCG(seed, 0))
		var people []*person
		for i := range 6 {
			people = append(people, newPerson(a, rand.New(rand.NewPCG(seed, uint64(i+1)))))
		}
		acked, unanswered := 0, 0
		rounds := soak.Share(100, 4)
		for range rounds {
			acked += a.drain(people, time.Duration(rng.IntN(200)+50)*time.Millisecond)
			a.run("127.0.0.1:0")
			for i, p := range people {
				if p.pending != nil {
					unanswered++
				}
				if p.look(false) {
					people[i] = newPerson(a, p.rng)
				}
				if p.silent {
					t.Error("a change was done and its answer never came")
				}
			}
		}
		t.Logf("%d rounds, %d acknowledged answers, all there; %d requests came too late and were not taken", rounds, acked, unanswered)
	}
}

// drain lets people write, sends SIGTERM and waits for the end. It returns how many answers there were.
func (a *app) drain(people []*person, after time.Duration) (acked int) {
	a.t.Helper()
	up, down := context.WithCancel(a.t.Context())
	var busy sync.WaitGroup
	for _, p := range people {
		busy.Go(func() { p.write(up) })
	}
	time.Sleep(after)
	down()
	a.cmd.Process.Signal(syscall.SIGTERM)
	began := time.Now()
	if err := a.cmd.Wait(); err != nil {
		a.t.Fatalf("after SIGTERM: %v %s", err, a.logged())
	}
	busy.Wait()
	if took := time.Since(began); took > 10*time.Second {
		a.t.Errorf("it took %s to stop", took)
	}
	for _, p := range people {
		acked += int(p.acked.Swap(0))
		if p.cut != nil {
			a.t.Errorf("a request under way was cut: %v", p.cut)
		}
	}
	if s := a.logged(); strings.Contains(s, "level=ERROR") || strings.Contains(s, "still open") {
		a.t.Errorf("the log: %s", s)
	}
	return acked
}
