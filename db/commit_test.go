package db

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cardstock/card"
)

// queued has all the saves wait while the committer is busy, so that they go into one batch in this order, and
// returns their errors.
func queued(t testing.TB, d *DB, saves ...func(tx *Tx) error) []error {
	t.Helper()
	busy, release := make(chan struct{}), make(chan struct{})
	go d.committer.chore(func() error { close(busy); <-release; return nil })
	<-busy
	errs := make([]error, len(saves))
	var wg sync.WaitGroup
	for i, fn := range saves {
		wg.Go(func() { errs[i] = d.Write(context.Background(), fn) })
		for len(d.committer.saves) != i+1 {
			time.Sleep(50 * time.Microsecond)
		}
	}
	close(release)
	wg.Wait()
	return errs
}

// note writes a fact, to be counted afterwards.
func note(key string) func(tx *Tx) error {
	return func(tx *Tx) error {
		return exec(context.Background(), tx, "INSERT INTO meta (key, value) VALUES (?, 'x')", key)
	}
}

// notes returns the facts of a test that are there.
func notes(t testing.TB, d *DB) string {
	t.Helper()
	var keys []string
	if err := list(t.Context(), d.reader, &keys, "SELECT key FROM meta WHERE key LIKE 'n%' ORDER BY key"); err != nil {
		t.Fatal(err)
	}
	return strings.Join(keys, " ")
}

func TestAFailingSaveFailsAlone(t *testing.T) {
	d, _ := sessionDB(t)
	boom := errors.New("boom")
	errs := queued(t, d,
		note("n1"),
		func(tx *Tx) error { note("n2")(tx); return boom },
		note("n3"),
		note("n3"), // breaks a constraint
		func(tx *Tx) error { note("n5")(tx); return card.Errorf(card.Conflict, "changed elsewhere") },
		note("n6"),
	)
	if errs[0] != nil || errs[2] != nil || errs[5] != nil {
		t.Errorf("good saves failed: %v", errs)
	}
	if !errors.Is(errs[1], boom) || errs[3] == nil || card.CodeOf(errs[4]) != card.Conflict {
		t.Errorf("bad saves did not get their own result: %v", errs)
	}
	if got := notes(t, d); got != "n1 n3 n6" {
		t.Errorf("stored are %s", got)
	}
}

// On a full disk SQLite rolls the whole transaction back, those that came before in the batch included.
func TestAFullDiskFailsOnlyWhatHasNoRoom(t *testing.T) {
	d, _ := sessionDB(t)
	var pages int
	if err := d.writer.Get(&pages, "PRAGMA page_count"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.writer.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages+4)); err != nil {
		t.Fatal(err)
	}
	large := func(tx *Tx) error {
		return exec(context.Background(), tx, "INSERT INTO meta (key, value) VALUES ('nlarge', ?)", strings.Repeat("x", 100_000))
	}
	errs := queued(t, d, note("n1"), large, note("n3"))
	if errs[0] != nil || card.CodeOf(errs[1]) != card.Full || errs[2] != nil {
		t.Errorf("got %v", errs)
	}
	if got := notes(t, d); got != "n1 n3" {
		t.Errorf("stored are %s", got)
	}
}

func TestAPanicReachesItsOwnCaller(t *testing.T) {
	d, _ := sessionDB(t)
	var caught any
	var wg sync.WaitGroup
	wg.Go(func() {
		defer func() { caught = recover() }()
		d.Write(t.Context(), func(tx *Tx) error { note("n1")(tx); panic("broken") })
	})
	wg.Wait()
	if p, _ := caught.(*Panic); p == nil || p.What != "broken" || strings.Contains(p.Error(), "broken") || !strings.Contains(p.Error(), "commit_test.go") {
		t.Errorf("caught %v", caught)
	}
	if err := d.Write(t.Context(), note("n2")); err != nil || notes(t, d) != "n2" {
		t.Errorf("afterwards %v, stored are %s", err, notes(t, d))
	}
}

// A request that has given up writes nothing, whether it waited or was at work.
func TestAGivenUpSaveWritesNothing(t *testing.T) {
	d, _ := sessionDB(t)
	ctx, cancel := context.WithCancel(t.Context())
	errs := queued(t, d, note("n1"), func(tx *Tx) error {
		if err := note("n2")(tx); err != nil {
			return err
		}
		cancel()
		return ctx.Err()
	}, note("n4"))
	if errs[0] != nil || !errors.Is(errs[1], context.Canceled) || errs[2] != nil || notes(t, d) != "n1 n4" {
		t.Errorf("%v, stored are %s", errs, notes(t, d))
	}
	if err := d.Write(ctx, note("n5")); !errors.Is(err, context.Canceled) || notes(t, d) != "n1 n4" {
		t.Errorf("%v, stored are %s", err, notes(t, d))
	}
}

// A reply means that the save is committed: another connection sees it.
func TestAnAnsweredSaveIsCommitted(t *testing.T) {
	d, _ := sessionDB(t)
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 50 {
				key := fmt.Sprintf("n%d-%d", w, i)
				if err := d.Write(t.Context(), note(key)); err != nil {
					t.Error(err)
					return
				}
				var n int
				if err := get(t.Context(), d.reader, &n, "SELECT COUNT(*) FROM meta WHERE key = ?", key); err != nil || n != 1 {
					t.Errorf("%s was answered before it was there (%v)", key, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// The sweeper's work gets its turn while saves come without a pause, and saves between its transactions.
func TestChoresAndSavesTakeTurns(t *testing.T) {
	d, _ := sessionDB(t)
	var stop atomic.Bool
	var saves, chores atomic.Int64
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := 0; !stop.Load(); i++ {
				if err := d.Write(t.Context(), note(fmt.Sprintf("n%d-%d", w, i))); err != nil {
					t.Error(err)
					return
				}
				saves.Add(1)
			}
		})
	}
	wg.Go(func() {
		for !stop.Load() {
			if err := d.chore(func(tx *Tx) error { return nil }); err != nil {
				t.Error(err)
				return
			}
			chores.Add(1)
		}
	})
	time.Sleep(300 * time.Millisecond)
	stop.Store(true)
	wg.Wait()
	if saves.Load() < 20 || chores.Load() < 5 {
		t.Errorf("%d saves, %d chores", saves.Load(), chores.Load())
	}
}

// A lock that another process holds is waited for once, not once for each save.
func TestSavesBehindAForeignLockFailTogether(t *testing.T) {
	d, _ := sessionDB(t)
	if _, err := d.writer.Exec("PRAGMA busy_timeout = 200"); err != nil {
		t.Fatal(err)
	}
	other, err := Open(t.Context(), Options{Path: d.Path()})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	tx, err := begin(t.Context(), other.writer, "BEGIN IMMEDIATE")
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	errs := queued(t, d, note("n1"), note("n2"), note("n3"), note("n4"), note("n5"), note("n6"), note("n7"), note("n8"))
	took := time.Since(began)
	tx.end()
	for _, err := range errs {
		if err == nil {
			t.Error("a save succeeded behind a lock")
		}
	}
	if took > 1200*time.Millisecond {
		t.Errorf("eight saves waited %s for a lock that each waits 200 ms for", took)
	}
	if err := d.Write(t.Context(), note("n9")); err != nil || notes(t, d) != "n9" {
		t.Errorf("afterwards %v, stored are %s", err, notes(t, d))
	}
}

func TestWritesAfterClose(t *testing.T) {
	d, _ := sessionDB(t)
	d.Close()
	if err := d.Write(context.Background(), note("n1")); err == nil {
		t.Error("a closed database took a write")
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}
