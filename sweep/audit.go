package sweep

import (
	"context"
	"errors"
	"time"

	"cardstock/db"
	"cardstock/session"
)

// agreement is how far key and row may differ and still say the same: a key is set a little later than its row.
const agreement = time.Second

// shortfall is how much earlier than its row a key may go: less than a missing key has to come back.
const shortfall = 30 * time.Second

// due ends the sessions whose row expired by the time given and whose key is gone too. A key that lives on knows of a visit
// the row does not, as after an older database file was restored: then the row is corrected.
func (p *pass) due(ctx context.Context, by int64) error {
	var last *db.Session
	for {
		rows, err := p.db.DueSessions(ctx, by, last, dueBatch)
		if err != nil || len(rows) == 0 {
			return err
		}
		p.r.Looked += len(rows)
		p.r.Due += len(rows)
		if ok, err := p.judgeDue(ctx, rows); !ok || err != nil {
			return err
		}
		last = &rows[len(rows)-1]
	}
}

func (p *pass) judgeDue(ctx context.Context, rows []db.Session) (bool, error) {
	asked := p.wall()
	left, err := p.keys.Expiries(ctx, hashes(rows))
	if err != nil {
		return false, err
	}
	var gone, unkeyed, later, endless []db.Session
	var until []int64
	for i, s := range rows {
		switch key := keyUntil(s, left[i], asked); {
		case left[i] == session.Absent:
			gone = append(gone, s)
		case !s.Keyed() && (left[i] == session.Forever || p.tooLong(s, left[i])): // as one that could not be set when its session got a shorter life
			unkeyed = append(unkeyed, s)
		case left[i] == session.Forever:
			endless = append(endless, s)
		case key > max(s.ExpiresAt, p.now)+agreement.Milliseconds(): // by a visit that the row does not know of, be it from a backup of a time without Redis
			later, until = append(later, s), append(until, key)
			if p.tooLong(s, left[i]) {
				s.ExpiresAt = key
				endless = append(endless, s)
			}
		case !s.Keyed():
			unkeyed = append(unkeyed, s)
		} // else both run out now: the next pass
	}
	if ok, err := p.same(ctx); !ok || err != nil {
		return false, err
	}
	if err := p.correct(ctx, later, until, endless); err != nil {
		return false, err
	}
	return true, errors.Join(p.end(ctx, gone, true), p.end(ctx, unkeyed, false))
}

// keyUntil is when the key says that the session ends, Unix milliseconds; never later than a visit now would make it. It counts from when
// Redis was asked: a process that is stopped after it got the answer would else give the session as much more.
func keyUntil(s db.Session, left session.Expiry, asked int64) int64 {
	return asked + min(time.Duration(left).Milliseconds(), s.TTL)
}

// tooLong reports whether a key lives longer than any visit makes it: the clock of Redis was set back.
func (p *pass) tooLong(s db.Session, left session.Expiry) bool {
	return time.Duration(left) > time.Duration(s.TTL)*time.Millisecond+agreement
}

// tooShort reports whether a key goes well before its session ends, as one does that was set while the clock of Redis was behind. Once it is gone
// nobody could tell it from one that was deleted.
func (p *pass) tooShort(s db.Session, left session.Expiry) bool {
	return time.Duration(left).Milliseconds() < min(s.ExpiresAt-p.wall(), s.TTL)-shortfall.Milliseconds()
}

// correct gives rows the expiry of their keys, and keys that have a wrong one or none that of their rows.
func (p *pass) correct(ctx context.Context, rows []db.Session, until []int64, keys []db.Session) error {
	p.r.Repaired += len(rows) + len(keys)
	if p.how.DryRun || len(rows)+len(keys) == 0 {
		return nil
	}
	if err := p.may(ctx); err != nil {
		return err
	}
	if err := p.db.CorrectExpiry(ctx, p.pace, rows, until); err != nil {
		return err
	}
	return p.set(ctx, keys)
}

// missed looks again at live sessions whose key was missing before, and ends those for which the grace is over.
func (p *pass) missed(ctx context.Context) error {
	rows, err := p.db.MissingSessions(ctx, p.now, batch)
	if err != nil || len(rows) == 0 {
		return err
	}
	left, err := p.keys.Expiries(ctx, hashes(rows))
	if err != nil {
		return err
	}
	if ok, err := p.same(ctx); !ok || err != nil {
		return err
	}
	p.r.Looked += len(rows)
	var back, unsure, ended []db.Session
	for i, s := range rows {
		switch {
		case left[i] != session.Absent:
			back = append(back, s)
		case !s.Keyed():
			unsure = append(unsure, s)
		case p.how.Now || *s.MissingSince+p.o.Grace.Milliseconds() <= p.now:
			ended = append(ended, s)
		default:
			p.mark(*s.MissingSince)
		}
	}
	if err := p.found(ctx, back); err != nil {
		return err
	}
	if err := p.setAgain(ctx, unsure); err != nil {
		return err
	}
	return p.end(ctx, ended, true)
}

func (p *pass) found(ctx context.Context, rows []db.Session) error {
	p.r.Repaired += len(rows)
	if p.how.DryRun || len(rows) == 0 {
		return nil
	}
	if err := p.may(ctx); err != nil {
		return err
	}
	return p.db.FoundKeys(ctx, p.pace, rows)
}

// mark adds a session to the report whose key is missing since the time given, Unix milliseconds.
func (p *pass) mark(since int64) {
	t := time.UnixMilli(since)
	p.r.Missing = append(p.r.Missing, Mark{Since: t, Goes: t.Add(p.o.Grace)})
}

// audit looks whether the keys of live sessions are there, slice by slice: all of them while they are few, else as far as
// it comes in its time, and on from there in the next pass.
func (p *pass) audit(ctx context.Context) error {
	began := time.Now()
	for {
		rows, err := p.db.LiveSessions(ctx, p.wall(), p.cursor, p.o.Slice)
		if err != nil {
			return err
		}
		if ok, err := p.auditSlice(ctx, rows); !ok || err != nil {
			return err
		}
		if len(rows) < p.o.Slice {
			p.Sweeper.cursor = ""
			return nil
		}
		p.Sweeper.cursor = rows[len(rows)-1].ID
		if !p.how.Beside && time.Since(began) > p.o.Budget {
			return nil
		}
	}
}

func (p *pass) auditSlice(ctx context.Context, rows []db.Session) (bool, error) {
	var sure, unsure []db.Session
	for _, s := range rows {
		switch {
		case !s.Keyed():
			unsure = append(unsure, s)
		case s.MissingSince == nil: // the others were looked at above
			sure = append(sure, s)
		}
	}
	p.r.Looked += len(sure) + len(unsure)
	left, err := p.keys.Expiries(ctx, hashes(sure))
	if err != nil {
		return false, err
	}
	var absent, unlike []db.Session
	for i, s := range sure {
		switch {
		case left[i] == session.Absent && s.ExpiresAt <= p.wall(): // it has just run out: the next pass
		case left[i] == session.Absent:
			absent = append(absent, s)
		case left[i] == session.Forever, p.tooShort(s, left[i]), p.tooLong(s, left[i]): // as if a visit had made it that the row knows of too
			unlike = append(unlike, s)
		}
	}
	if err := p.correct(ctx, nil, nil, unlike); err != nil {
		return false, err
	}
	if err := p.setAgain(ctx, unsure); err != nil {
		return false, err
	}
	return p.miss(ctx, absent, len(sure))
}

// miss notes the sessions whose key is missing for the first time. Too many of so many at once are no coincidence: they
// are given their keys back.
func (p *pass) miss(ctx context.Context, absent []db.Session, of int) (bool, error) {
	if len(absent) == 0 {
		return true, nil
	}
	if ok, err := p.same(ctx); !ok || err != nil {
		return false, err
	}
	if len(absent) > max(20, of/100) {
		return true, p.tooMany(ctx, absent, of)
	}
	if p.how.Now {
		return true, p.end(ctx, absent, true)
	}
	since := p.wall() // a pass may have taken longer than the grace until it came here
	for range absent {
		p.mark(since)
	}
	if p.how.DryRun {
		return true, nil
	}
	if err := p.may(ctx); err != nil {
		return false, err
	}
	p.r.Marked += len(absent)
	return true, p.db.MarkMissing(ctx, p.pace, absent, since)
}

func (p *pass) tooMany(ctx context.Context, absent []db.Session, of int) error {
	p.hold(Hold{
		kind: "mass",
		Why: "the keys of " + count(len(absent), "session") + " of " + count(of, "") +
			" are missing at once, though Redis seems to be the one we know; they are set again",
		Do: "find out who deletes keys in Redis; to erase all sessions instead: cardstock sweep --all",
	})
	if p.how.DryRun {
		return p.setAgain(ctx, absent)
	}
	if err := p.may(ctx); err != nil {
		return err
	}
	// If setting them fails half-way, the rest would seem few.
	if err := p.db.Unkey(ctx, p.pace, absent); err != nil {
		return err
	}
	for i := range absent {
		absent[i].KeyedUntil = 0 // so that set notes them as keyed in the end
	}
	return p.setAgain(ctx, absent)
}

// hashes are what names the sessions' keys.
func hashes(rows []db.Session) []string {
	h := make([]string, len(rows))
	for i := range rows {
		h[i] = rows[i].Hash()
	}
	return h
}

func ids(rows []db.Session) []string {
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	return ids
}
