package sweep

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cardstock/db"
	"cardstock/session"
)

// PassOptions of one pass.
type PassOptions struct {
	DryRun bool // say what would be done and do nothing
	Now    bool // a missing key needs no grace; the evidence is needed all the same
	Beside bool // a command beside a running server: small transactions with pauses, and all in one pass
}

// pass is one pass under way.
type pass struct {
	*Sweeper
	how    PassOptions
	pace   db.Pace
	now    int64            // when it began, Unix milliseconds
	id     session.Identity // the Redis it began with
	r      Report
	leased time.Time // when the lease was last taken
	stuck  []error   // sessions that would not go
}

// errBusy stops a pass while another process sweeps.
var errBusy = errors.New("another process is sweeping this database")

// Pass looks for sessions that have ended and erases them. The report says what it did also when it returns an error,
// and why it held back if it did.
func (s *Sweeper) Pass(ctx context.Context, o PassOptions) (Report, error) {
	p := s.start(o)
	err := s.db.Urgently(func() error { return p.sweep(ctx) })
	r, err := p.finish(ctx, p.excuse(err))
	if s.o.Observe != nil && ctx.Err() == nil {
		s.o.Observe(r, err)
	}
	return r, err
}

func (s *Sweeper) start(o PassOptions) *pass {
	p := &pass{Sweeper: s, how: o, pace: db.InServer, now: s.db.Now().UnixMilli()}
	p.r = Report{DryRun: o.DryRun, began: time.Now(), Store: "the database alone"}
	if s.keys != nil {
		p.r.Store = s.keys.Describe()
	}
	if o.Beside {
		p.pace = db.Beside
	}
	return p
}

// wall is what the wall clock says, Unix milliseconds, if it has not jumped since the pass looked at it.
func (p *pass) wall() int64 { return p.now + time.Since(p.r.began).Milliseconds() }

// excuse turns the errors that are nobody's fault into a reason for holding back.
func (p *pass) excuse(err error) error {
	switch {
	case errors.Is(err, errBusy):
		p.r.busy = true
		if p.how.Beside { // a server simply leaves it to the other one
			p.hold(Hold{kind: "busy", Why: err.Error(), Do: "try again in a minute"})
		}
		return nil
	case errors.Is(err, session.ErrRedis):
		why := fmt.Sprintf("Redis failed while this pass was under way (%v)", err)
		if session.Refused(err) {
			p.hold(Hold{kind: "failed", Why: why, Do: session.Advice(err)})
		} else { // the next pass finds the same, and it is said once
			p.hold(Hold{kind: "away", Why: why, Do: session.Advice(err)})
		}
		return nil
	}
	return err
}

// finish tidies up after a pass, whatever came of it.
func (p *pass) finish(ctx context.Context, err error) (Report, error) {
	err = errors.Join(err, errors.Join(p.stuck...))
	if !p.how.DryRun && ctx.Err() == nil {
		err = errors.Join(err, p.tidy(ctx))
	}
	if !p.leased.IsZero() {
		err = errors.Join(err, p.db.Release(context.WithoutCancel(ctx), leaseName, p.holder))
	}
	p.r.Took = time.Since(p.r.began)
	return p.r, err
}

// sweep is the pass itself.
func (p *pass) sweep(ctx context.Context) error {
	sound, err := p.clockSound(ctx)
	if err := errors.Join(err, p.resume(ctx, p.now-coolOff.Milliseconds())); err != nil || !sound {
		return err
	}
	if p.keys == nil {
		return p.byRow(ctx, p.now)
	}
	return p.withRedis(ctx)
}

// clockSound reports whether the wall clock has not jumped.
func (p *pass) clockSound(ctx context.Context) (bool, error) {
	d := p.clock.drift(time.UnixMilli(p.now), p.o.Uptime())
	if d == 0 {
		return true, p.afterAhead(ctx)
	}
	p.ahead = d > 0
	p.hold(Hold{
		kind: "clock",
		Why:  fmt.Sprintf("the clock of this server jumped by %s", d.Round(time.Second)),
		Do:   "set it right; if it is right now, restart Cardstock. After a day it is taken for right",
	})
	// Redis on the same machine jumped too: by a clock that was ahead it has thrown keys away that still had time.
	return false, p.distrust(ctx, &Hold{kind: "clock_past", Why: "the clock of this server was wrong for a while"})
}

// afterAhead gives sessions that were visited while the clock was ahead the time they have from now on. With Redis their keys do.
func (p *pass) afterAhead(ctx context.Context) error {
	if !p.ahead || p.keys != nil || p.how.DryRun {
		return nil
	}
	n, err := p.db.CutShort(ctx, p.now+maxDrift.Milliseconds(), p.now)
	p.r.Repaired += n
	p.ahead = err != nil
	return err
}

func (p *pass) withRedis(ctx context.Context) error {
	id, err := p.keys.Identify(ctx, p.instance, p.db.Now)
	if err != nil {
		return p.withoutAnswer(ctx, err)
	}
	noted, err := p.noted(ctx)
	if err != nil {
		return err
	}
	p.id = id
	why := p.doubts(noted)
	p.keys.Doubt(why != nil)
	if why != nil {
		if err := p.renew(ctx, *why); err != nil {
			return err
		}
		if len(p.r.Held) > 0 {
			return p.due(ctx, p.now-patience.Milliseconds())
		}
	}
	if !p.how.DryRun {
		if err := p.forget(ctx); err != nil {
			return err
		}
	}
	if err := p.due(ctx, p.now); err != nil {
		return err
	}
	if err := p.missed(ctx); err != nil {
		return err
	}
	return p.audit(ctx)
}

// withoutAnswer is a pass while Redis is away: nothing is known of keys. Sessions that expired a day ago go all the same.
func (p *pass) withoutAnswer(ctx context.Context, cause error) error {
	p.hold(Hold{
		kind: "away",
		Why:  fmt.Sprintf("Redis does not answer (%v); sessions that have expired wait for it for a day", cause),
		Do:   session.Advice(cause),
	})
	if !p.how.DryRun {
		p.unseen = true
		if err := p.forget(ctx); err != nil {
			return err
		}
	}
	return p.byRow(ctx, p.now-patience.Milliseconds())
}

// forget takes the marks of missing keys back if Redis was away since they were made. A database that refuses it now is asked again
// before the marks count.
func (p *pass) forget(ctx context.Context) error {
	if !p.unseen {
		return nil
	}
	rows, err := p.db.MissingSessions(ctx, p.now, 1)
	if err == nil && len(rows) > 0 {
		_, err = p.db.ForgetMissing(ctx)
	}
	p.unseen = err != nil
	return err
}

// byRow ends the sessions that expired by the time given, by their rows alone.
func (p *pass) byRow(ctx context.Context, by int64) error {
	var last *db.Session
	for {
		rows, err := p.db.DueSessions(ctx, by, last, batch)
		if err != nil || len(rows) == 0 {
			return err
		}
		p.r.Looked += len(rows)
		p.r.Due += len(rows)
		if err := p.end(ctx, rows, false); err != nil {
			return err
		}
		last = &rows[len(rows)-1]
	}
}

// resume goes on with sessions that ended earlier: a crash came in between, or Redis was away and their key is
// still to be deleted.
func (p *pass) resume(ctx context.Context, before int64) error {
	after := ""
	for {
		withCards := p.keys != nil && !p.keys.Answering()
		rows, err := p.db.EndedSessions(ctx, before, p.now, withCards, after, batch)
		if err != nil || len(rows) == 0 {
			return err
		}
		p.r.Resumed += len(rows)
		if err := p.erase(ctx, rows); err != nil {
			return err
		}
		after = *rows[len(rows)-1].EndedHash
	}
}
