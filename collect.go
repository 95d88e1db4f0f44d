package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"cardstock/db"
	"cardstock/session"
)

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("cardstock_"+name, help, labels, nil)
}

// storeCollector reads the database when it is asked. Counting sessions takes up to a second if there are millions, so that is
// done once in a while.
type storeCollector struct {
	db    *db.DB
	fresh time.Duration // how long a count of sessions is good for
	log   *slog.Logger

	mu    sync.Mutex
	known *db.SessionCounts
	asked time.Time
}

var (
	descAlive   = desc("sessions_alive", "Sessions a visitor can reach; counted every 15 seconds at most.")
	descDue     = desc("sessions_due", "Sessions that have expired and have not been ended yet.")
	descEnded   = desc("sessions_ended", "Sessions that have ended and are not yet erased, or whose key in Redis is not yet deleted.")
	descMissing = desc("sessions_key_missing", "Sessions whose key in Redis is missing and may come back.")
	descWaiting = desc("sessions_oldest_waiting_seconds", "How long the oldest session that expired or ended has been waiting to be erased; 0 if none is.")
	descFile    = desc("db_file_bytes", "Size of the database file.")
	descFree    = desc("db_free_bytes", "Of the database file, what holds nothing.")
	descLog     = desc("db_wal_bytes", "Size of the write-ahead log.")
	descWrites  = desc("db_writes_total", "Writes asked for.")
	descFailed  = desc("db_writes_failed_total", "Writes that failed for a fault of the server: a full disk, a locked or damaged database.")
	descCommits = desc("db_commits_total", "Transactions committed.")
	descBatch   = desc("db_commit_batch_size", "Writes in one commit.")
	descWait    = desc("db_write_wait_seconds", "How long writes waited for their turn.")
	descCommit  = desc("db_commit_duration_seconds", "How long transactions took, with their commits.")
	descAnswers = desc("answers_saved_total", "Answers that visitors changed.")
	descUploads = desc("upload_bytes_total", "Bytes of uploads stored.")
	descGone    = desc("erased_sessions_total", "Sessions erased, by their visitors or by the sweeper.")
	descRows    = desc("erased_rows_total", "Rows erased with sessions.")
	descBytes   = desc("erased_bytes_total", "Bytes of texts and files erased with sessions.")
)

// Describe names nothing, so that what cannot be read now can be left out.
func (s *storeCollector) Describe(chan<- *prometheus.Desc) {}

func (s *storeCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	s.sessions(ctx, out)
	s.sizes(ctx, out)
	t := s.db.Stats()
	count(out, descWrites, t.Writes)
	count(out, descFailed, t.Failed)
	count(out, descCommits, t.Commits)
	histogram(out, descBatch, t.Batch)
	histogram(out, descWait, t.Wait)
	histogram(out, descCommit, t.Commit)
	count(out, descAnswers, t.Answers)
	count(out, descUploads, t.Uploads)
	count(out, descGone, int64(t.Erased.Sessions))
	count(out, descRows, int64(t.Erased.Rows))
	count(out, descBytes, t.Erased.Bytes)
}

func (s *storeCollector) sessions(ctx context.Context, out chan<- prometheus.Metric) {
	if n := s.counts(ctx); n != nil {
		gauge(out, descAlive, float64(n.Live))
		gauge(out, descDue, float64(n.Due))
		gauge(out, descEnded, float64(n.Ended))
		gauge(out, descMissing, float64(n.Missing))
	}
	waiting, err := s.db.OldestWaiting(ctx)
	if err != nil {
		s.log.Warn("metrics: the database does not answer", "err", err)
		return
	}
	gauge(out, descWaiting, waiting.Seconds())
}

// counts returns the number of sessions, as it was a moment ago, or nil.
func (s *storeCollector) counts(ctx context.Context) *db.SessionCounts {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known != nil && time.Since(s.asked) < s.fresh {
		return s.known
	}
	n, err := s.db.CountSessions(ctx)
	if s.known, s.asked = &n, time.Now(); err != nil {
		s.log.Warn("metrics: sessions cannot be counted", "err", err)
		s.known = nil
	}
	return s.known
}

func (s *storeCollector) sizes(ctx context.Context, out chan<- prometheus.Metric) {
	size, err := s.db.Size(ctx)
	if err != nil {
		s.log.Warn("metrics: the database cannot be measured", "err", err)
		return
	}
	gauge(out, descFile, float64(size.File))
	gauge(out, descFree, float64(size.Free))
	gauge(out, descLog, float64(size.Log))
}

// keysCollector says how Redis is; nobody asks Redis for it.
type keysCollector struct{ keys *session.Keys }

var (
	descUp       = desc("redis_up", "1 if Redis answered when it was last asked.")
	descWritable = desc("redis_writable", "1 if Redis answers and took what was last written.")
	descCalls    = desc("redis_calls_total", "Calls to Redis, a pipeline being one: ok; refused: answered with an error; failed: not answered; skipped: not made, because the last one failed.", "outcome")
)

func (k keysCollector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descUp, descWritable, descCalls} {
		out <- d
	}
}

func (k keysCollector) Collect(out chan<- prometheus.Metric) {
	t := k.keys.Stats()
	gauge(out, descUp, bit(t.Up))
	gauge(out, descWritable, bit(t.Writes))
	count(out, descCalls, t.OK, "ok")
	count(out, descCalls, t.Refused, "refused")
	count(out, descCalls, t.Failed, "failed")
	count(out, descCalls, t.Skipped, "skipped")
}

func bit(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func gauge(out chan<- prometheus.Metric, d *prometheus.Desc, v float64, labels ...string) {
	out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}

func count(out chan<- prometheus.Metric, d *prometheus.Desc, n int64, labels ...string) {
	out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), labels...)
}

func histogram(out chan<- prometheus.Metric, d *prometheus.Desc, h db.Histogram) {
	below := make(map[float64]uint64, len(h.Bounds))
	for i, bound := range h.Bounds {
		below[bound] = h.Below[i]
	}
	out <- prometheus.MustNewConstHistogram(d, h.N, h.Sum, below)
}
