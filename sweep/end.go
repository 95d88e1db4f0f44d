package sweep

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"cardstock/card"
	"cardstock/db"
)

// end ends those of the sessions that nobody has visited since they were read, and erases them. keyless says that their keys were found
// to be gone.
func (p *pass) end(ctx context.Context, rows []db.Session, keyless bool) error {
	if len(rows) == 0 {
		return nil
	}
	if p.how.DryRun {
		p.r.Ended += len(rows)
		return nil
	}
	if err := p.may(ctx); err != nil {
		return err
	}
	if keyless || p.keys == nil {
		return p.endKeyless(ctx, rows)
	}
	ended, err := p.db.EndSessions(ctx, p.pace, rows)
	p.r.Ended += len(ended)
	if err != nil {
		return err
	}
	return p.erase(ctx, ended)
}

// endKeyless ends and erases sessions that have no key.
func (p *pass) endKeyless(ctx context.Context, rows []db.Session) error {
	byID := slices.SortedFunc(slices.Values(rows), func(a, b db.Session) int { return strings.Compare(a.ID, b.ID) })
	return p.inParts(ctx, byID, func(part []db.Session) error {
		ended, e, err := p.db.EndAndErase(ctx, p.pace, part)
		p.r.Ended += len(ended)
		p.r.Erased.Add(e)
		p.late(ended)
		return err
	})
}

// erase deletes the keys and all rows of sessions that have ended. While Redis does not take the deletion, their bare
// session rows stay and are resumed later.
func (p *pass) erase(ctx context.Context, ended []db.Session) error {
	if len(ended) == 0 || p.how.DryRun {
		return nil
	}
	if err := p.may(ctx); err != nil {
		return err
	}
	keysStay := p.keys != nil && p.keys.DeleteAll(ctx, hashes(ended)) != nil
	return p.inParts(ctx, ended, func(part []db.Session) error {
		e, err := p.db.Erase(ctx, p.pace, ids(part), keysStay)
		p.r.Erased.Add(e)
		if err == nil && !keysStay {
			p.late(part)
		}
		return err
	})
}

// mostStuck sessions that cannot be erased are looked for in one pass.
const mostStuck = 20

// inParts has the sessions ended or erased some at a time, so that the lease is kept: a mass expiry takes longer than it lasts. If a
// part fails each of its sessions is tried alone, so that one that cannot be erased keeps no other from it; the pass goes on and fails in the end.
func (p *pass) inParts(ctx context.Context, rows []db.Session, fn func(part []db.Session) error) error {
	for part := range slices.Chunk(rows, eraseBatch) {
		if err := p.may(ctx); err != nil {
			return err
		}
		err := fn(part)
		for i := 0; err != nil && i < len(part); i++ {
			if p.general(ctx, err) {
				return err
			}
			if one := fn(part[i : i+1]); p.general(ctx, one) {
				return one
			} else if one != nil {
				p.stuck = append(p.stuck, fmt.Errorf("a session cannot be erased: %w", one))
			}
		}
	}
	return nil
}

// general reports whether an error is none of a single session: no other will fare better in this pass.
func (p *pass) general(ctx context.Context, err error) bool {
	code := card.CodeOf(err)
	return err != nil && (ctx.Err() != nil || code == card.Full || code == card.Unavailable || len(p.stuck) >= mostStuck)
}

// late tells how long after their end sessions were erased. One that was ended before its time, for want of its key, has no
// such time here.
func (p *pass) late(erased []db.Session) {
	if p.o.Erased == nil {
		return
	}
	now := p.wall()
	for _, s := range erased {
		if s.ExpiresAt <= now {
			p.o.Erased(time.Duration(now-s.ExpiresAt) * time.Millisecond)
		}
	}
}

// may takes or keeps the lease before something is written. A pass that finds nothing to do never asks, so an
// idle server writes nothing.
func (p *pass) may(ctx context.Context) error {
	if time.Since(p.leased) < leaseLength/3 {
		return nil
	}
	giveUp := time.Now().Add(leaseLength + time.Second)
	for {
		got, err := p.db.Lease(ctx, leaseName, p.holder, leaseLength)
		if err != nil {
			return err
		}
		if got {
			p.leased = time.Now()
			return nil
		}
		if !p.how.Beside || time.Now().After(giveUp) {
			return errBusy
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
