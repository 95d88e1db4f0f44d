package sweep

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"cardstock/db"
	"cardstock/session"
)

// Evidence that Redis is the one we know: our sentinel key says what we last wrote, the masters are the same processes, they have
// thrown no keys away, and their clocks have not moved against ours. It is kept in the database, so that it
// survives restarts and is shared by all who sweep it.

const maxSkew = time.Minute

// noted returns what was last noted, or nil.
func (s *Sweeper) noted(ctx context.Context) (*session.Identity, error) {
	text, err := s.db.Evidence(ctx)
	if err != nil || text == "" {
		return nil, err
	}
	var id session.Identity
	if json.Unmarshal([]byte(text), &id) != nil {
		return nil, nil // as if there were none: all keys are set again
	}
	return &id, nil
}

func (s *Sweeper) note(ctx context.Context, id session.Identity) error {
	text, err := json.Marshal(id)
	if err != nil {
		return err
	}
	return s.db.NoteEvidence(ctx, string(text))
}

// differs says why the Redis seen is not known to be the one noted, or nil.
func differs(noted *session.Identity, seen session.Identity) *Hold {
	if noted == nil {
		return &Hold{kind: "first", Why: "this Redis is new to the database"}
	}
	h := differsMasters(noted.Masters, seen.Masters)
	switch {
	case seen.Mark == "" && (h == nil || h.kind != "evicted"): // thrown away, the sentinel is no sign of more
		return &Hold{
			kind: "lost",
			Why:  "Redis lost its keys, or is another one or another of its databases",
			Do:   "check the Redis URL if you did not expect this",
		}
	case h == nil && seen.Mark != noted.Mark: // a restarted one, or a replica, may have an older mark
		return &Hold{kind: "marked", Why: "Redis was marked anew, by an older database file or another server", Do: "check that no two databases were made from one file"}
	}
	return h
}

func differsMasters(noted, seen map[string]session.Master) *Hold {
	if len(noted) != len(seen) {
		return &Hold{kind: "masters", Why: fmt.Sprintf("Redis now has %d masters, it had %d", len(seen), len(noted))}
	}
	for run, now := range seen {
		if h := differsMaster(noted, run, now); h != nil {
			return h
		}
	}
	return nil
}

func differsMaster(noted map[string]session.Master, run string, now session.Master) *Hold {
	was, known := noted[run]
	switch {
	case !known:
		return &Hold{kind: "restarted", Why: "Redis was restarted, or a replica has taken over"}
	case now.Evicted > was.Evicted:
		return &Hold{
			kind: "evicted",
			Why:  fmt.Sprintf("Redis threw %d keys away for want of memory", now.Evicted-was.Evicted),
			Do:   "give Redis more memory and set its maxmemory-policy to noeviction",
		}
	case now.Evicted < was.Evicted: // CONFIG RESETSTAT
		return &Hold{kind: "reset", Why: "the counters of Redis were set back; whether it threw keys away since is unknown"}
	case time.Duration(now.Skew-was.Skew)*time.Millisecond > maxSkew || time.Duration(was.Skew-now.Skew)*time.Millisecond > maxSkew:
		return &Hold{kind: "skew", Why: "the clocks of Redis and of this server moved apart", Do: "check both clocks"}
	}
	return nil
}

// doubts says why missing keys prove nothing in this pass, or nil.
func (p *pass) doubts(noted *session.Identity) *Hold {
	if why := differs(noted, p.id); why != nil && (p.doubt == nil || noted != nil) {
		p.doubt = why
	}
	return p.doubt
}

// Meet looks at Redis before anybody is served. A session whose key goes to another Redis than the one noted, which no pass has seen, would
// be missed there once the first is back. While Redis is away it does nothing: no key can be set either.
func (s *Sweeper) Meet(ctx context.Context) error {
	if s.keys == nil || !s.keys.Answering() {
		return nil
	}
	noted, err := s.noted(ctx)
	if err != nil {
		return err
	}
	id, err := s.keys.Identify(ctx, s.instance, s.db.Now)
	if err != nil {
		return nil // away after all
	}
	if noted != nil {
		if s.doubt = differs(noted, id); s.doubt != nil {
			err = s.db.NoteEvidence(ctx, "")
		}
	}
	if err == nil {
		s.keys.Doubt(false)
	}
	return err
}

// distrust forgets what was noted about Redis, so that no pass of any process believes in a missing key before all keys
// are set again. Things may look as before by then: a clock was set right, a master came back.
func (p *pass) distrust(ctx context.Context, why *Hold) error {
	if p.keys == nil || p.how.DryRun {
		return nil
	}
	if p.doubt == nil {
		p.doubt = why
	}
	if text, err := p.db.Evidence(ctx); text == "" || err != nil {
		return err
	}
	return p.db.NoteEvidence(ctx, "")
}

// same reports whether Redis is still the one this pass began with.
func (p *pass) same(ctx context.Context) (bool, error) {
	id, err := p.keys.Identify(ctx, p.instance, p.db.Now)
	if err != nil {
		return false, err
	}
	if h := differs(&p.id, id); h != nil {
		p.hold(Hold{kind: "midway", Why: h.Why + ", while this pass was under way", Do: "nothing: the next pass looks again"})
		return false, p.distrust(ctx, h)
	}
	return true, nil
}

// renew makes the Redis seen the one we know: it sets the sentinel and the keys of all sessions that live. Nothing is
// erased for the lack of a key that Redis was never given.
func (p *pass) renew(ctx context.Context, why Hold) error {
	if why.kind == "evicted" && p.evicting() {
		p.hold(why) // all keys in each pass would only evict more
		return nil
	}
	if p.how.DryRun {
		return p.wouldRenew(ctx, why)
	}
	if err := p.may(ctx); err != nil {
		return err
	}
	if err := p.db.NoteEvidence(ctx, ""); err != nil { // if this pass fails, the next one begins here again
		return err
	}
	p.keys.Doubt(false)
	// The sentinel first: if Redis loses its keys while they are set, it goes too. What is noted is how Redis was before that, so
	// whatever befell it meanwhile is a difference to the next pass.
	p.id.Mark = db.NewID()
	if err := p.keys.Mark(ctx, p.instance, p.id.Mark); err != nil {
		return err
	}
	n, err := p.setAll(ctx, why.kind != "skew" && why.kind != "clock_past" && inTime(p.id))
	if err != nil {
		return err
	}
	if why.kind == "evicted" {
		p.Sweeper.renewed = time.Now()
	}
	p.holdRenewed(why, n)
	if err := p.note(ctx, p.id); err != nil {
		return err
	}
	p.doubt = nil
	return nil
}

// inTime reports whether the clocks of Redis agree with ours, so that what its keys say of time can be believed.
func inTime(id session.Identity) bool {
	for _, m := range id.Masters {
		if (time.Duration(m.Skew) * time.Millisecond).Abs() > maxSkew {
			return false
		}
	}
	return true
}

// evicting reports whether Redis goes on throwing keys away. When it has stopped, or after half a minute, they are set again.
func (p *pass) evicting() bool {
	var thrown int64
	for _, m := range p.id.Masters {
		thrown += m.Evicted
	}
	more := thrown != p.Sweeper.thrown
	p.Sweeper.thrown = thrown
	since := time.Since(p.renewed)
	return since < 5*time.Second || more && since < 30*time.Second
}

// holdRenewed tells what renew did. A Redis seen for the first time is no reason to hold.
func (p *pass) holdRenewed(why Hold, n int) {
	if why.kind == "first" {
		return
	}
	verb := "are set again"
	if p.how.DryRun {
		verb = "would be set again"
	}
	why.Why = fmt.Sprintf("%s; the keys of %s %s", why.Why, count(n, "session"), verb)
	if n > 0 {
		why.Do = join(why.Do, "to erase those sessions instead: cardstock sweep --all")
	}
	p.hold(why)
}

func (p *pass) wouldRenew(ctx context.Context, why Hold) error {
	c, err := p.db.CountSessions(ctx)
	if err != nil {
		return err
	}
	p.r.SetAgain += c.Live
	p.holdRenewed(why, c.Live)
	return nil
}

// setAll sets the keys of all sessions that live. sound: the clocks agree, so what a key says of time is believed.
func (p *pass) setAll(ctx context.Context, sound bool) (int, error) {
	total, after := 0, ""
	for {
		rows, err := p.db.LiveSessions(ctx, p.now, after, batch)
		if err != nil || len(rows) == 0 {
			return total, err
		}
		total += len(rows)
		after = rows[len(rows)-1].ID
		if rows, err = p.heed(ctx, rows, sound); err != nil {
			return total, err
		}
		if err := p.setAgain(ctx, rows); err != nil {
			return total, err
		}
	}
}

// heed finds the rows whose keys know of a visit they do not, as after an older database file was restored while Redis went on, and
// returns the others. With sound clocks the rows are corrected. Else nobody knows which of the two is right: the key is left as it is, for
// a clock that is ahead would cut short what was set while it was right.
func (p *pass) heed(ctx context.Context, rows []db.Session, sound bool) (rest []db.Session, err error) {
	asked := p.wall()
	left, err := p.keys.Expiries(ctx, hashes(rows))
	if err != nil {
		return nil, err
	}
	var later []db.Session
	var until []int64
	for i, s := range rows {
		key := keyUntil(s, left[i], asked)
		if left[i] > 0 && !p.tooLong(s, left[i]) && s.Keyed() && key > s.ExpiresAt+agreement.Milliseconds() {
			later, until = append(later, s), append(until, key)
		} else {
			rest = append(rest, s)
		}
	}
	if !sound {
		return rest, p.trust(ctx, later)
	}
	return rest, p.correct(ctx, later, until, nil)
}

// trust leaves keys as they are, and notes that they are there.
func (p *pass) trust(ctx context.Context, rows []db.Session) error {
	rows = slices.DeleteFunc(rows, func(s db.Session) bool { return s.MissingSince == nil })
	if p.how.DryRun || len(rows) == 0 {
		return nil
	}
	if err := p.may(ctx); err != nil {
		return err
	}
	return p.db.FoundKeys(ctx, p.pace, rows)
}

// setAgain sets the keys of these sessions to the expiry of their rows, and notes it in the rows that do not say so.
func (p *pass) setAgain(ctx context.Context, rows []db.Session) error {
	err := p.set(ctx, rows)
	if err == nil {
		p.r.SetAgain += len(rows)
	}
	return err
}

func (p *pass) set(ctx context.Context, rows []db.Session) error {
	if len(rows) == 0 || p.how.DryRun {
		return nil
	}
	var unsaid []db.Session
	for len(rows) > 0 {
		if err := p.may(ctx); err != nil {
			return err
		}
		asked, keys := p.wall(), make([]session.Key, len(rows))
		for i, s := range rows {
			// Never longer than a visit now would make it: while the clock is behind, rows seem to live long.
			left := min(s.ExpiresAt-asked, s.TTL)
			keys[i] = session.Key{Hash: *s.TokenHash, TTL: time.Duration(left) * time.Millisecond}
			if !s.Keyed() || s.MissingSince != nil {
				unsaid = append(unsaid, s)
			}
		}
		if err := p.keys.SetAll(ctx, keys); err != nil {
			return err
		}
		// A session that was erased meanwhile would leave the key just set behind. One that is erased from now on deletes it. Of one that was
		// visited meanwhile the key was cut back to the time before, and its row believes in the visit's; a visit from now on sets it after us.
		gone, moved, err := p.db.Meanwhile(ctx, rows)
		if err != nil {
			return err
		}
		if err := p.keys.DeleteAll(ctx, hashes(gone)); err != nil {
			return err
		}
		if p.wall()-asked > shortfall.Milliseconds() {
			// This process was stopped on the way: the keys live as much too long. What has moved is found once more.
			moved = without(rows, gone)
		}
		rows = moved
	}
	return p.db.MarkKeyedAll(ctx, p.pace, unsaid)
}

// without returns the rows that are not among the others.
func without(rows, others []db.Session) (rest []db.Session) {
	known := make(map[string]bool, len(others))
	for _, s := range others {
		known[s.ID] = true
	}
	for _, s := range rows {
		if !known[s.ID] {
			rest = append(rest, s)
		}
	}
	return rest
}
