package e2e

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cardstock/e2e/soak"
	"cardstock/e2e/testredis"
)

// A fault is something that happens to Redis while visitors come, save and create cards.
type fault struct {
	name  string
	store func(t *testing.T) *store
	begin func(r *run)
	end   func(r *run) // nil: it is over at once
	said  string       // what the log says in all, see said; alternatives are separated by |
}

// store is the Redis of one run, in one of its shapes.
type store struct {
	url      string
	server   *testredis.Server // nil in the other shapes
	sentinel *testredis.Sentinel
	cluster  *testredis.Cluster
	db       string // its number
}

// has reports whether there is such a key.
func (s *store) has(key string) bool {
	switch {
	case s.cluster != nil:
		reply, err := s.cluster.Try("EXISTS", key)
		return err == nil && reply == "1"
	case s.sentinel != nil:
		reply, err := s.sentinel.Current().Try("EXISTS", key)
		return err == nil && reply == "1"
	case s.db != "":
		reply, err := s.server.Try("EVAL", "redis.call('select', ARGV[1]) return redis.call('exists', KEYS[1])", "1", key, s.db)
		return err == nil && reply == "1"
	}
	reply, err := s.server.Try("EXISTS", key)
	return err == nil && reply == "1"
}

// run is one fault happening to one server.
type run struct {
	*testing.T
	fault fault
	store *store
	app   *app
	crowd *crowd
	calm  *crowd // of a server without Redis beside it: what the machine itself does to requests

	idle                     []*regular // have a session and do not come
	quiet, began, ended, end time.Time
	back                     time.Duration
}

// How long things take: a share in CI, longer and with more people in a full run.
var (
	outage   = time.Duration(soak.Share(20_000, 2600)) * time.Millisecond
	before   = time.Duration(soak.Share(5000, 1200)) * time.Millisecond
	interval = time.Duration(soak.Share(2000, 500)) * time.Millisecond
	grace    = time.Duration(soak.Share(5000, 1000)) * time.Millisecond
	people   = soak.Share(8, 2)
	atOnce   = soak.Share(2, 5) // faults side by side; fewer disturb each other less
)

// TestRedisFaults lets each fault happen while people work. Nobody may notice, nothing may be lost, and the keys come back.
func TestRedisFaults(t *testing.T) {
	calm := newCrowd(t, start(t, "--sweep-interval", interval.String(), "--limits", "off")) // in full they are many newcomers from one address
	calm.come(people)
	var mu sync.Mutex
	var table []string
	var wg sync.WaitGroup
	slot := make(chan struct{}, atOnce)
	for _, f := range faults {
		wg.Go(func() {
			slot <- struct{}{}
			defer func() { <-slot }()
			t.Run(f.name, func(t *testing.T) {
				row := f.happens(t, calm)
				mu.Lock()
				defer mu.Unlock()
				table = append(table, row)
			})
		})
	}
	wg.Wait()
	calm.leave()
	slices.Sort(table)
	t.Logf("%-44s %9s %7s %8s %7s %4s %9s  %s", "fault", "worst", "(calm)", "then p99", "requests", "5xx", "keys back", "the log said")
	for _, row := range table {
		t.Log(row)
	}
}

// happens runs the fault and returns its line of the table. What visitors felt, and what the log says of an answer that came too
// late, is judged once more if the machine was so busy that visitors of a server without Redis waited too.
func (f fault) happens(t *testing.T, calm *crowd) string {
	for attempt := 1; ; attempt++ {
		r := &run{T: t, fault: f, calm: calm}
		r.all()
		problems := r.judge()
		disturbed := calm.felt(r.quiet, time.Now()).worst()
		if len(problems) == 0 || disturbed < 80*time.Millisecond || attempt == 4 {
			for _, p := range problems {
				t.Error(p)
			}
			return r.row()
		}
		t.Logf("once more, for without Redis a request took %s: %s", disturbed, problems[0])
	}
}

func (r *run) all() {
	r.store = r.fault.store(r.T)
	r.app = start(r.T, "--redis-url", r.store.url, "--sweep-interval", interval.String(), "--sweep-grace", grace.String(), "--limits", "off")
	r.crowd = newCrowd(r.T, r.app)
	for range 3 {
		r.idle = append(r.idle, r.crowd.join())
	}
	r.crowd.come(people)
	r.keysBack("before the fault")
	r.quiet = time.Now()
	time.Sleep(before)
	r.happen()
	// Long enough to erase what a sweeper that believes too much would erase.
	time.Sleep(grace + 3*interval)
	r.crowd.leave()
	for _, p := range r.crowd.all() {
		p.keptAll()
	}
}

// happen is the fault from its beginning until the keys are back.
func (r *run) happen() {
	r.began = time.Now()
	r.fault.begin(r)
	if r.fault.end == nil {
		r.ended = time.Now()
		r.keysBack("after the fault")
		r.back = time.Since(r.ended)
	}
	time.Sleep(time.Until(r.began.Add(outage)))
	r.end = time.Now()
	if r.fault.end != nil {
		r.fault.end(r)
		r.ended = time.Now()
		r.keysBack("after the fault")
		r.back = time.Since(r.ended)
	}
}

// keysBack waits until everybody has their key.
func (r *run) keysBack(when string) {
	r.Helper()
	eventually(r.T, 20*time.Second, "all keys are there "+when, func() bool {
		return !slices.ContainsFunc(r.crowd.all(), func(p *regular) bool { return !r.store.has(p.key()) })
	})
}

// What a wait of 250 ms may look like, and what noise may, on a machine that does other things too.
const (
	once  = 250 * time.Millisecond
	noise = 150 * time.Millisecond
)

func (r *run) during() waits { return r.crowd.felt(r.began, r.end) }

// then are the requests of the outage without its first second.
func (r *run) then() waits { return r.crowd.felt(r.began.Add(time.Second), r.end) }

// judge says what is wrong with what visitors felt and what the log said.
func (r *run) judge() (problems []string) {
	wrong := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	calm := r.calm.felt(r.began, r.end).worst()
	during, then, was := r.during(), r.then(), r.crowd.felt(r.quiet, r.began)
	if len(during) < 10 || len(then) == 0 {
		wrong("only %d requests in the fault, %d after its first second", len(during), len(then))
	}
	if worst := during.worst(); worst > once+noise+calm {
		wrong("a request took %s while the worst without Redis took %s", worst, calm)
	}
	if n := during.over(once*4/5 + calm); n > people+1 {
		wrong("%d requests waited, more than were under way when it began", n)
	}
	if a, b := was.at(.5), then.at(.5); b > 2*a+20*time.Millisecond {
		wrong("after the first second half of the requests take over %s, before %s", b, a)
	}
	if n := then.over(once*4/5 + calm); n > 0 {
		wrong("%d requests waited after the first second", n)
	}
	if n := r.crowd.felt(time.Time{}, time.Now()).failed(); n > 0 {
		wrong("%d requests failed", n)
	}
	if got := said(r.app.logged()); !slices.Contains(strings.Split(r.fault.said, "|"), got) {
		wrong("the log said: %s\nwant: %s\n%s", got, r.fault.said, loud(r.app.logged()))
	}
	return problems
}

// row is the fault's line in the table.
func (r *run) row() string {
	calm, during := r.calm.felt(r.began, r.end), r.during()
	ms := func(d time.Duration) string { return fmt.Sprintf("%.0f ms", d.Seconds()*1000) }
	usual := r.crowd.felt(r.quiet, r.began).at(.5)
	return fmt.Sprintf("%-44s %9s %7s %8s %7d %4d %9s  %s", r.fault.name, "+"+ms(during.worst()-usual), ms(calm.worst()), ms(r.then().at(.99)),
		len(during), during.failed(), fmt.Sprintf("%.1f s", r.back.Seconds()), said(r.app.logged()))
}

// words is what lines of the log are called here.
var words = []struct {
	line *regexp.Regexp
	word string
}{
	{regexp.MustCompile(`level=WARN msg="Redis does not answer; `), "away"},
	{regexp.MustCompile(`level=INFO msg="Redis answers again`), "back"},
	{regexp.MustCompile(`level=WARN msg="Redis refuses to store`), "refuses"},
	{regexp.MustCompile(`level=INFO msg="Redis stores session keys again`), "stores"},
	{regexp.MustCompile(`level=WARN msg="sweep holds: Redis does not answer`), "hold away"},
	{regexp.MustCompile(`level=WARN msg="sweep holds: Redis failed`), "hold failed"},
	{regexp.MustCompile(`level=WARN msg="sweep holds: Redis refuses`), "hold refused"},
	{regexp.MustCompile(`level=WARN msg="sweep holds: Redis lost its keys`), "hold lost"},
	{regexp.MustCompile(`level=WARN msg="sweep holds: Redis was restarted`), "hold restarted"},
	{regexp.MustCompile(`level=WARN msg="sweep holds: Redis was marked`), "hold marked"},
	{regexp.MustCompile(`level=WARN msg="sweep holds: Redis now has`), "hold masters"},
	{regexp.MustCompile(`level=WARN msg="sweep holds: Redis threw`), "hold evicted"},
	{regexp.MustCompile(`level=WARN msg="sweep holds: the keys of .* are missing at once`), "hold mass"},
	{regexp.MustCompile(`level=(WARN|ERROR)`), "other"},
	{regexp.MustCompile(`ended=[1-9]|missing=[1-9]`), "judged"},
}

// said counts what the log says, in alphabetical order. Of each pass that only set keys again it says nothing.
func said(log string) string {
	count := map[string]int{}
	for line := range strings.Lines(log) {
		for _, w := range words {
			if w.line.MatchString(line) {
				count[w.word]++
				break
			}
		}
	}
	var all []string
	for _, word := range slices.Sorted(maps.Keys(count)) {
		all = append(all, fmt.Sprintf("%s %d", word, count[word]))
	}
	return strings.Join(all, ", ")
}

// loud are the lines of the log that are not about requests.
func loud(log string) string {
	var b strings.Builder
	for line := range strings.Lines(log) {
		if !strings.Contains(line, "msg=request") {
			b.WriteString(line)
		}
	}
	return b.String()
}
