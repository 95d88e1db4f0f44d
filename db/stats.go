package db

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"cardstock/card"
)

// Stats are counts since the database was opened, by this process alone. They cost a few atomic additions for each write.
type Stats struct {
	Writes  int64 // asked for
	Failed  int64 // of them, for a fault of ours: a full disk, a database that is locked or damaged
	Commits int64
	Batch   Histogram // writes in one commit
	Wait    Histogram // seconds a write waited for its turn
	Commit  Histogram // seconds from the beginning of a transaction to the end of its commit
	Answers int64     // saved
	Uploads int64     // bytes of uploads stored
	Erased  Erased    // by visitors and by the sweeper
}

// Stats returns the counts at this moment.
func (d *DB) Stats() Stats {
	s := &d.stats
	return Stats{
		Writes:  s.writes.Load(),
		Failed:  s.failed.Load(),
		Commits: s.batch.count(),
		Batch:   s.batch.read(batchBounds),
		Wait:    s.wait.read(timeBounds),
		Commit:  s.took.read(timeBounds),
		Answers: s.answers.Load(),
		Uploads: s.uploads.Load(),
		Erased:  Erased{int(s.sessions.Load()), int(s.rows.Load()), s.bytes.Load()},
	}
}

// A Histogram says how many of the values seen were at most each bound; those above the last are in N alone.
type Histogram struct {
	Bounds []float64
	Below  []uint64 // values up to the bound, those of the bounds before included
	N      uint64
	Sum    float64
}

var (
	batchBounds = []float64{1, 2, 4, 8, 16, 32, 64, 128, 256}
	timeBounds  = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5}
)

// stats is what Stats is read from.
type stats struct {
	writes, failed        atomic.Int64
	answers, uploads      atomic.Int64
	sessions, rows, bytes atomic.Int64 // erased
	batch, wait, took     buckets
}

// wrote notes how a write went.
func (s *stats) wrote(err error) {
	s.writes.Add(1)
	if failing(err) {
		s.failed.Add(1)
	}
}

// waited notes how long a write waited for its turn.
func (s *stats) waited(d time.Duration) { s.wait.add(timeBounds, d.Seconds()) }

// commit notes a commit of n writes that took so long from the beginning of its transaction.
func (s *stats) commit(n int, took time.Duration) {
	s.batch.add(batchBounds, float64(n))
	s.took.add(timeBounds, took.Seconds())
}

// saved notes what a save of answers changed.
func (s *stats) saved(outcomes map[string]Outcome) {
	for _, o := range outcomes {
		if o.Edit == card.Write {
			s.answers.Add(1)
		}
	}
}

func (s *stats) uploaded(u *Upload) {
	if u != nil {
		s.uploads.Add(int64(len(u.Bytes)))
	}
}

func (s *stats) erased(e Erased) {
	s.sessions.Add(int64(e.Sessions))
	s.rows.Add(int64(e.Rows))
	s.bytes.Add(e.Bytes)
}

// failing reports whether an error is ours and not the visitor's: a conflict or a card that is gone is part of the day.
func failing(err error) bool {
	switch code := card.CodeOf(err); {
	case err == nil, errors.Is(err, ErrEnded), errors.Is(err, context.Canceled):
		return false
	case code != 0:
		return code == card.Full || code == card.Unavailable
	}
	return true
}

// maxBounds is the room in buckets.
const maxBounds = 16

// buckets count values by size; the last one those above all bounds.
type buckets struct {
	n     [maxBounds + 1]atomic.Uint64
	micro atomic.Int64 // the sum, in millionths
}

func (b *buckets) add(bounds []float64, value float64) {
	i := 0
	for i < len(bounds) && value > bounds[i] {
		i++
	}
	b.n[i].Add(1)
	b.micro.Add(int64(value * 1e6))
}

func (b *buckets) read(bounds []float64) Histogram {
	h := Histogram{Bounds: bounds, Below: make([]uint64, len(bounds)), Sum: float64(b.micro.Load()) / 1e6}
	for i := range bounds {
		h.N += b.n[i].Load()
		h.Below[i] = h.N
	}
	h.N += b.n[len(bounds)].Load()
	return h
}

func (b *buckets) count() (n int64) {
	for i := range b.n {
		n += int64(b.n[i].Load())
	}
	return n
}
