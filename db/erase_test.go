package db

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cardstock/card"
)

func countRows(t testing.TB, d *DB, id string) int {
	t.Helper()
	total := 0
	for _, b := range belongings {
		var n int
		if err := get(t.Context(), d.reader, &n, "SELECT COUNT(*) FROM "+b.table+" WHERE session_id = ?", id); err != nil {
			t.Fatal(err)
		}
		total += n
	}
	return total
}

// A table that erase.go does not know would keep its rows for ever.
func TestEraseKnowsEveryTableOfVisitors(t *testing.T) {
	d, _ := sessionDB(t)
	var tables []string
	err := list(t.Context(), d.reader, &tables, `
		SELECT m.name
		FROM sqlite_schema m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND c.name = 'session_id'`)
	if err != nil {
		t.Fatal(err)
	}
	var known []string
	for _, b := range belongings {
		known = append(known, b.table)
	}
	slices.Sort(tables)
	slices.Sort(known)
	if !slices.Equal(tables, known) {
		t.Errorf("the schema has %v, erase.go knows %v", tables, known)
	}
}

func TestEraseTakesOneSessionAndNoOther(t *testing.T) {
	d, _ := sessionDB(t)
	mine, other := keep(t, d, "mine"), keep(t, d, "other")
	before := countRows(t, d, other.ID)
	d.EndByVisitor(t.Context(), mine.ID, "mine")
	e, err := d.Erase(t.Context(), InServer, []string{mine.ID, other.ID}, false)
	if err != nil {
		t.Fatal(err)
	}
	if e.Sessions != 1 || e.Rows != before || e.Bytes == 0 {
		t.Errorf("erased %+v, want one session of %d rows", e, before)
	}
	if n := countRows(t, d, mine.ID); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	if n := countRows(t, d, other.ID); n != before {
		t.Errorf("the session that lives has %d rows, had %d", n, before)
	}
}

func TestEraseKeepsTheBareRowWhileTheKeyIsNotDeleted(t *testing.T) {
	d, _ := sessionDB(t)
	row := keep(t, d, "token")
	d.EndByVisitor(t.Context(), row.ID, "token")
	if _, err := d.Erase(t.Context(), InServer, []string{row.ID}, true); err != nil {
		t.Fatal(err)
	}
	later := d.Now().Add(time.Minute).UnixMilli()
	with, _ := d.EndedSessions(t.Context(), later, later, true, "", 9)
	bare, err := d.EndedSessions(t.Context(), later, later, false, "", 9)
	if err != nil || countRows(t, d, row.ID) != 0 || len(with) != 0 || len(bare) != 1 || bare[0].Hash() != "token" {
		t.Errorf("with cards %v, bare %v, %v", with, bare, err)
	}
}

func TestALargeSessionGoesInSmallTransactions(t *testing.T) {
	d, _ := sessionDB(t)
	s := d.ForNew(birthOf("large"))
	upload := &Upload{Name: "a.json", Format: "json", Bytes: make([]byte, 5<<20)}
	for range 11 {
		keepCard(t, s, strings.Repeat("words ", 10_000), upload)
	}
	row := s.Born()
	d.EndByVisitor(t.Context(), row.ID, "large")

	// A visitor saves all the while: how long do they wait?
	var waits []time.Duration
	var stop atomic.Bool
	done := make(chan struct{})
	go func() {
		defer close(done)
		v := d.ForNew(birthOf("other"))
		for !stop.Load() {
			began := time.Now()
			if _, err := v.Share(context.Background(), false, time.Hour); err != nil {
				t.Error(err)
				return
			}
			waits = append(waits, time.Since(began))
			time.Sleep(time.Millisecond)
		}
	}()
	began := time.Now()
	e, err := d.Erase(t.Context(), InServer, []string{row.ID}, false)
	took := time.Since(began)
	stop.Store(true)
	<-done
	if err != nil || e.Bytes < 55<<20 {
		t.Fatal(e, err)
	}
	slices.Sort(waits)
	t.Logf("%d MB, %d rows in %s; %d saves beside: median %s, p99 %s, worst %s", e.Bytes>>20, e.Rows, took,
		len(waits), waits[len(waits)/2], waits[len(waits)*99/100], waits[len(waits)-1])
	if len(waits) < 10 {
		t.Errorf("only %d saves got their turn beside an erase of %s", len(waits), took)
	}
}

func TestASaveDuringAnEraseIsRefused(t *testing.T) {
	d, _ := sessionDB(t)
	s := d.ForNew(birthOf("token"))
	for range 30 {
		keepCard(t, s, strings.Repeat("x", 3000), nil)
	}
	row := s.Born()
	d.EndByVisitor(t.Context(), row.ID, "token")
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			default:
				if _, err := d.For(row.ID).Share(context.Background(), true, time.Hour); !errors.Is(err, ErrEnded) {
					t.Errorf("a save got %v", err)
					return
				}
			}
		}
	}()
	_, err := d.Erase(t.Context(), Pace{Tx: time.Millisecond, Pause: time.Millisecond}, []string{row.ID}, false)
	close(stop)
	<-done
	if err != nil || countRows(t, d, row.ID) != 0 {
		t.Error("rows are left", err)
	}
}

// A marker that was kept everywhere must be nowhere in the files after erase, vacuum and checkpoint.
func TestErasedTextIsInNoFile(t *testing.T) {
	d, _ := sessionDB(t)
	keep(t, d, "bystander")
	const marker = "Zyxomma-petiolatum-7741"
	s := d.ForNew(birthOf("token"))
	upload := &Upload{Name: marker + ".json", Format: "json", Bytes: []byte(strings.Repeat(marker+" ", 30_000))}
	id := keepCard(t, s, marker, upload)
	keepCard(t, s, strings.Repeat(marker, 2000), nil)
	if err := s.DeleteCard(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if !inFiles(t, d, marker) {
		t.Fatal("the marker should be there before the erase")
	}
	row := s.Born()
	d.EndByVisitor(t.Context(), row.ID, "token")
	if _, err := d.Erase(t.Context(), InServer, []string{row.ID}, false); err != nil {
		t.Fatal(err)
	}
	freed, err := d.Vacuum(t.Context(), InServer, time.Minute)
	if err != nil || freed.Pages == 0 {
		t.Errorf("freed %+v, %v", freed, err)
	}
	if done, err := d.Checkpoint(t.Context()); !done || err != nil {
		t.Errorf("checkpoint: %v, %v", done, err)
	}
	if inFiles(t, d, marker) {
		t.Error("erased text is still in a file")
	}
	if free, all, _ := d.FreePages(t.Context()); free*10 > all {
		t.Errorf("%d of %d pages are free", free, all)
	}
}

func inFiles(t *testing.T, d *DB, marker string) bool {
	t.Helper()
	for _, suffix := range []string{"", "-wal", "-shm"} {
		b, err := os.ReadFile(d.Path() + suffix)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(marker)) {
			return true
		}
	}
	return false
}

// A slow reader must not stall saves for the time of a busy timeout.
func TestCheckpointBehindASlowReader(t *testing.T) {
	d, _ := sessionDB(t)
	keep(t, d, "one")
	tx, err := d.reader.Beginx()
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := get(t.Context(), tx, &n, "SELECT COUNT(*) FROM session"); err != nil {
		t.Fatal(err)
	}
	row := keep(t, d, "two")
	began := time.Now()
	if done, err := d.Checkpoint(t.Context()); done || err != nil {
		t.Errorf("checkpoint behind a reader: %v, %v", done, err)
	}
	if took := time.Since(began); took > 500*time.Millisecond {
		t.Errorf("it took %s", took)
	}
	tx.Rollback()
	if done, err := d.Checkpoint(t.Context()); !done || err != nil {
		t.Errorf("checkpoint: %v, %v", done, err)
	}
	if d.LogBytes() != 0 {
		t.Errorf("%d bytes of log", d.LogBytes())
	}
	var timeout int
	if err := get(t.Context(), d.writer, &timeout, "PRAGMA busy_timeout"); err != nil || timeout != 5000 {
		t.Errorf("busy timeout %d, %v", timeout, err)
	}
	if _, err := d.Touch(t.Context(), row.ID, "two"); err != nil {
		t.Error(err)
	}
}

func TestEraseOnAFullDisk(t *testing.T) {
	d, _ := sessionDB(t)
	d.KeepReserve()
	info, err := os.Stat(d.reservePath())
	if err != nil || info.Size() != reserveSize {
		t.Fatal(info, err)
	}
	if err := os.Truncate(d.reservePath(), 3<<20); err != nil { // killed while it was made
		t.Fatal(err)
	}
	if d.GiveUpReserve() {
		t.Error("a part of a reserve was given up as a whole one")
	}
	if err := os.WriteFile(d.reservePath(), make([]byte, 3<<20+1), 0o600); err != nil {
		t.Fatal(err)
	}
	d.KeepReserve()
	if n := d.reserved(); n != reserveSize {
		t.Errorf("a part of a reserve has become one of %d bytes", n)
	}
	if !d.GiveUpReserve() || d.GiveUpReserve() {
		t.Error("there was one reserve to give up")
	}
	if err := d.Ready(t.Context()); card.CodeOf(err) != card.Full {
		t.Errorf("no visitor can save, and a load balancer hears of %v", err)
	}
	d.KeepReserve()
	if err := d.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(d.reservePath()); err != nil {
		t.Error("it is not made again", err)
	}
}

// Others have used up the reserve for their erasing: what it is in, the log, is emptied, and that makes room.
func TestUrgentlyWithoutReserve(t *testing.T) {
	d, _ := sessionDB(t)
	if d.LogBytes() == 0 || d.GiveUpReserve() {
		t.Fatal("the log is empty, or there is a reserve")
	}
	calls := 0
	err := d.Urgently(func() error {
		if calls++; d.LogBytes() > 0 {
			return card.Errorf(card.Full, "no room")
		}
		return nil
	})
	if err != nil || calls != 2 {
		t.Errorf("%v after %d calls", err, calls)
	}
}

// TestEndAndErase: of sessions read some time ago those go that nobody has visited since, a large one in pieces.
func TestEndAndErase(t *testing.T) {
	d, now := cardsDB(t)
	quiet, visited, large, other := visitor(t, d, "quiet"), visitor(t, d, "visited"), visitor(t, d, "large"), visitor(t, d, "other")
	for _, s := range []*Scope{quiet, visited, large, other} {
		someCard(t, s)
	}
	if _, err := large.CreateCard(t.Context(), sampleCard(), &Upload{Bytes: make([]byte, 1<<20)}); err != nil {
		t.Fatal(err)
	}
	var rows []Session
	for _, token := range []string{"quiet", "visited", "large"} {
		s, err := d.SessionByToken(t.Context(), "hash of "+token)
		if s == nil || err != nil {
			t.Fatal(token, err)
		}
		rows = append(rows, *s)
	}
	*now = now.Add(time.Hour)
	if _, err := d.Touch(t.Context(), visited.Session(), "hash of visited"); err != nil {
		t.Fatal(err)
	}
	ended, e, err := d.EndAndErase(t.Context(), InServer, rows)
	if err != nil || len(ended) != 2 || e.Sessions != 2 || e.Bytes < 1<<20 {
		t.Errorf("%d ended, %+v, %v", len(ended), e, err)
	}
	for _, s := range ended {
		if s.TokenHash != nil || s.Hash() == "" {
			t.Errorf("%+v is not as it ended", s)
		}
	}
	for s, want := range map[*Scope]int{quiet: 0, large: 0, visited: 1, other: 1} {
		if got := rowsIn(t, d, s.Session()); got["card"] != want || (got["field"] > 0) != (want > 0) {
			t.Errorf("%v, want %d cards", got, want)
		}
	}
	if ended, e, err = d.EndAndErase(t.Context(), InServer, rows); err != nil || len(ended) != 0 || e != (Erased{}) {
		t.Errorf("again: %v, %+v, %v", ended, e, err)
	}
}
