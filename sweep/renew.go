package sweep

import (
	"context"
	"fmt"
	"slices"
	"time"

	"cardstock/db"
	"cardstock/session"
)

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
