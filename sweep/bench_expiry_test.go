package sweep

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cardstock/card"
	"cardstock/db"
	"cardstock/e2e/soak"
	"cardstock/e2e/testredis"
	"cardstock/session"
)

// A crowd is many sessions, in the database and in Redis, and a server's sweeper at work among them with its default settings.
type crowd struct {
	*Sweeper
	b      *testing.B
	keeper *session.Keeper
	redis  string       // its URL
	log    bytes.Buffer // written by the sweeper's goroutine, read when that has ended
}

func newCrowd(b *testing.B) *crowd {
	b.Helper()
	schema, err := os.ReadFile("../schema.sql")
	if err != nil {
		b.Fatal(err)
	}
	store, err := db.Open(b.Context(), db.Options{Path: filepath.Join(b.TempDir(), "cards.db"), Schema: string(schema)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { store.Close() })
	c := &crowd{b: b}
	log := slog.New(slog.NewTextHandler(&c.log, nil))
	c.redis = testredis.Start(b).URL
	keys, err := session.OpenKeys([]string{c.redis}, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { keys.Close() })
	if c.keeper, err = session.New(b.Context(), store, keys, session.Options{Log: log}); err != nil {
		b.Fatal(err)
	}
	if c.Sweeper, err = New(b.Context(), store, keys, Options{Log: log}); err != nil {
		b.Fatal(err)
	}
	if _, err := c.Pass(b.Context(), PassOptions{}); err != nil { // Redis and the database come to know each other
		b.Fatal(err)
	}
	return c
}

// A filling is many sessions, each with a card of 6 sections and so many fields; session i lives until first + i * step.
type filling struct {
	Path, Redis string
	N, Fields   int
	First       time.Time
	Step        time.Duration
}

// fillingVar is set in the process that fills.
const fillingVar = "CARDSTOCK_FILLING"

func TestMain(m *testing.M) {
	if text := os.Getenv(fillingVar); text != "" {
		if err := fill(text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// add makes sessions. Another process does it, for what that takes is not the server's memory.
func (c *crowd) add(n, fields int, first time.Time, step time.Duration) {
	c.b.Helper()
	text, err := json.Marshal(filling{c.db.Path(), c.redis, n, fields, first, step})
	if err != nil {
		c.b.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), fillingVar+"="+string(text))
	if out, err := cmd.CombinedOutput(); err != nil {
		c.b.Fatalf("filling: %v\n%s", err, out)
	}
}

func fill(text string) error {
	var f filling
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return err
	}
	ctx := context.Background()
	store, err := db.Open(ctx, db.Options{Path: f.Path})
	if err != nil {
		return err
	}
	defer store.Close()
	redis, err := session.OpenKeys([]string{f.Redis}, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer redis.Close()
	for from := 0; from < f.N; from += 2000 {
		to := min(from+2000, f.N)
		keys := make([]session.Key, 0, to-from)
		err := store.Write(ctx, func(tx *db.Tx) error {
			keys = keys[:0]
			for i := from; i < to; i++ {
				id, until := db.NewID(), f.First.Add(f.Step*time.Duration(i))
				hash := "a hash as long as those that are real: " + id
				keys = append(keys, session.Key{Hash: hash, TTL: time.Until(until)})
				if err := addOne(tx, id, hash, f.Fields, until.UnixMilli()); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := redis.SetAll(ctx, keys); err != nil {
			return err
		}
	}
	return nil
}

func addOne(tx *db.Tx, id, hash string, fields int, until int64) error {
	do := func(query string, args ...any) error {
		_, err := tx.ExecContext(context.Background(), query, args...)
		return err
	}
	ttl := (30 * 24 * time.Hour).Milliseconds()
	if err := do(`INSERT INTO session (id, token_hash, ttl, created_at, touched_at, expires_at, keyed_until) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		id, hash, ttl, until-ttl, until-ttl, until, until); err != nil {
		return err
	}
	if err := do(`INSERT INTO card (session_id, id, kind, template, title, created_at, changed_at, bytes) VALUES (?, 'acardofusuallength', 'model', 'model', 'title', 1, 1, 20000)`, id); err != nil {
		return err
	}
	for i := range min(6, fields) {
		if err := do(`INSERT INTO section VALUES (?, 'acardofusuallength', ?, ?, 'A title', 0)`, id, fmt.Sprintf("section_%d", i), i); err != nil {
			return err
		}
	}
	rows, args := make([]string, fields), make([]any, 0, 6*fields)
	for i := range rows {
		rows[i] = "(?, 'acardofusuallength', ?, ?, ?, 'A question of usual length', 'text', 0, 0, '', ?, 1, 1, 1)"
		args = append(args, id, fmt.Sprintf("section_%d.question_%d", i%6, i), fmt.Sprintf("section_%d", i%6), i, strings.Repeat("word ", i*37%100))
	}
	if fields == 0 {
		return nil
	}
	return do(`INSERT INTO field (session_id, card_id, key, section_key, position, label, kind, essential, custom, shape, answer, answered, rev, saved_at) VALUES `+
		strings.Join(rows, ", "), args...)
}

// sweeping runs the sweeper until the returned function is called.
func (c *crowd) sweeping() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { c.Run(ctx) })
	return func() { cancel(); wg.Wait() }
}

// rowsDue counts the session rows that have expired, in whatever state.
func (c *crowd) rowsDue() int {
	n, err := c.db.CountSessions(context.Background())
	if err != nil {
		c.b.Fatal(err)
	}
	return n.Due + n.Ended
}

// memory returns the resident memory of this process in MB.
func memory(b *testing.B) int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	var kB int
	fmt.Sscan(rest, &kB)
	return kB >> 10
}

func percentile(d []time.Duration, p float64) time.Duration {
	if len(d) == 0 {
		return 0
	}
	slices.Sort(d)
	return d[min(int(float64(len(d))*p), len(d)-1)].Round(10 * time.Microsecond)
}

// BenchmarkExpiryLag says how long after its end a session's rows are gone while very many sessions live, and what memory that takes.
func BenchmarkExpiryLag(b *testing.B) {
	live, ending, over := soak.Share(1_000_000, 20_000), soak.Share(3000, 300), time.Duration(soak.Share(60, 6))*time.Second
	c := newCrowd(b)
	c.add(live, 0, time.Now().Add(10*24*time.Hour), time.Millisecond)
	for range b.N {
		first, step := time.Now().Add(10*time.Second).Truncate(time.Millisecond), over/time.Duration(ending)
		ends := func(i int) time.Time { return first.Add(step * time.Duration(i)) }
		c.add(ending, 40, first, step)
		stop := c.sweeping()
		b.ResetTimer()
		lags, most := c.lags(ending, ends)
		b.StopTimer()
		stop()
		b.ReportMetric(percentile(lags, 0.5).Seconds(), "lag-p50-s")
		b.ReportMetric(percentile(lags, 0.99).Seconds(), "lag-p99-s")
		b.ReportMetric(percentile(lags, 1).Seconds(), "lag-max-s")
		b.ReportMetric(float64(most), "MB")
		b.ReportMetric(float64(live), "sessions")
	}
}

// lags watches sessions go, in the order in which they end. A session that is gone is so for each that ended before it.
func (c *crowd) lags(n int, ends func(i int) time.Time) (lags []time.Duration, most int) {
	for len(lags) < n {
		time.Sleep(20 * time.Millisecond)
		now := time.Now()
		due := 0
		for i := len(lags); i < n && !ends(i).After(now); i++ {
			due++
		}
		for gone := due - c.rowsDue(); gone > 0; gone-- {
			lags = append(lags, now.Sub(ends(len(lags))))
		}
		most = max(most, memory(c.b))
		if now.Sub(ends(n-1)) > 5*time.Minute {
			c.b.Fatalf("%d of %d sessions are erased five minutes after their end", len(lags), n)
		}
	}
	return lags, most
}

// BenchmarkMassExpiry says what visitors feel of very many sessions ending in one second, how many are erased in a second, and how much of the
// file is unused afterwards.
func BenchmarkMassExpiry(b *testing.B) {
	ending, visitors := soak.Share(100_000, 3000), soak.Share(200, 50)
	c := newCrowd(b)
	v := c.visitors(visitors)
	for range b.N {
		end := time.Now().Add(time.Duration(soak.Share(150, 10)) * time.Second)
		c.add(ending, 40, end, time.Second/time.Duration(ending))
		stop := c.sweeping()
		b.ResetTimer()
		idle := v.save(func() bool { return time.Until(end) > 0 })
		if len(idle) == 0 {
			b.Fatal("filling took longer than the sessions live")
		}
		began, most := time.Now(), 0
		busy := v.save(func() bool {
			most = max(most, memory(b))
			return time.Since(began) < 2*time.Second || c.rowsDue() > 0
		})
		took := time.Since(began)
		b.StopTimer()
		space := time.Now()
		free, all := c.afterwards(time.Duration(soak.Share(30*60, 5)) * time.Second)
		stop()
		b.ReportMetric(float64(ending)/took.Seconds(), "sessions/s")
		b.ReportMetric(percentile(idle, 0.99).Seconds()*1000, "idle-p99-ms")
		b.ReportMetric(percentile(busy, 0.99).Seconds()*1000, "busy-p99-ms")
		b.ReportMetric(percentile(busy, 1).Seconds()*1000, "busy-max-ms")
		b.ReportMetric(float64(len(busy))/took.Seconds(), "saves/s")
		b.ReportMetric(float64(most), "MB")
		b.ReportMetric(100*float64(free)/float64(all), "%free")
		b.ReportMetric(time.Since(space).Minutes(), "minutes-until-then")
		b.ReportMetric(longestStep(c.log.String()).Seconds()*1000, "vacuum-max-ms")
	}
}

// afterwards waits until the file has given its unused pages back, or for so long.
func (c *crowd) afterwards(atMost time.Duration) (free, all int) {
	for began := time.Now(); ; time.Sleep(time.Second) {
		var err error
		if free, all, err = c.db.FreePages(context.Background()); err != nil {
			c.b.Fatal(err)
		}
		if free*10 <= all && time.Since(began) > 3*time.Second || time.Since(began) > atMost {
			return free, all
		}
	}
}

// longestStep reads from the sweeper's log how long its longest vacuum step was.
func longestStep(log string) (longest time.Duration) {
	for _, part := range strings.Split(log, "vacuum_step=")[1:] {
		word, _, _ := strings.Cut(strings.Fields(part)[0], " ")
		if d, err := time.ParseDuration(word); err == nil {
			longest = max(longest, d)
		}
	}
	return longest
}

// Visitors have a card each and save an answer about once a second.
type savers struct {
	c       *crowd
	cookies []string
	cards   []string
}

const question = "question"

func (c *crowd) visitors(n int) *savers {
	v := &savers{c, make([]string, n), make([]string, n)}
	for i := range n {
		visit, err := c.keeper.Visit(c.b.Context(), "")
		if err != nil {
			c.b.Fatal(err)
		}
		k := &card.Card{Kind: card.Model, Template: "model", Sections: []card.Section{{Key: "s", Title: "S",
			Fields: []card.Field{{Key: question, Label: "Q", Kind: card.Text}}}}}
		if v.cards[i], err = visit.Scope().CreateCard(c.b.Context(), k, nil); err != nil {
			c.b.Fatal(err)
		}
		v.cookies[i] = visit.Settle(c.b.Context(), false).Value
	}
	return v
}

// save has all visitors save while more says so, and returns how long each save took: the visit is looked up and the answer written.
func (v *savers) save(more func() bool) []time.Duration {
	took := make([][]time.Duration, len(v.cookies))
	done := make(chan struct{})
	var wg sync.WaitGroup
	for i := range v.cookies {
		wg.Go(func() {
			time.Sleep(time.Second * time.Duration(i) / time.Duration(len(v.cookies)))
			for {
				began := time.Now()
				if err := v.once(i, began.String()); err != nil {
					v.c.b.Error(err)
					return
				}
				took[i] = append(took[i], time.Since(began))
				select {
				case <-done:
					return
				case <-time.After(time.Until(began.Add(time.Second))):
				}
			}
		})
	}
	for more() {
		time.Sleep(250 * time.Millisecond)
	}
	close(done)
	wg.Wait()
	return slices.Concat(took...)
}

func (v *savers) once(i int, text string) error {
	ctx := context.Background()
	visit, err := v.c.keeper.Visit(ctx, v.cookies[i])
	if err != nil {
		return err
	}
	f, _, err := visit.Scope().Field(ctx, v.cards[i], question)
	if err != nil {
		return err
	}
	_, err = visit.Scope().SaveAnswers(ctx, v.cards[i], []db.Answer{{Key: question, Text: text, Rev: card.RevOf(f.Rev, f.Answer)}})
	return err
}
