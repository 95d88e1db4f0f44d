package sweep

import (
	"context"
	"errors"
	"math"
	"time"

	"cardstock/db"
)

// What is left to do when rows are gone: their text is still in the log, in unused pages, and in the middle of used ones.

// tidy gives pages back and empties the write-ahead log, in which the text of erased rows would stay. Visitors
// erase too, so it is also emptied from time to time whatever the pass did. What fails keeps nothing else from being done.
func (p *pass) tidy(ctx context.Context) error {
	atMost := vacuumFor
	if p.how.Beside {
		atMost = time.Minute
	}
	deleted, err := p.db.EraseDeleted(ctx, p.pace)
	p.r.Erased.Add(deleted)
	failed := []error{err}
	s := p.Sweeper
	if p.how.Beside || p.r.Erased.Sessions < manyErased || time.Since(s.vacuumed) > vacuumLater {
		p.r.Freed, err = p.db.Vacuum(ctx, p.pace, atMost)
		failed, s.vacuumed = append(failed, err), time.Now()
	}
	codes, err := p.db.ForgetCodes(ctx)
	failed = append(failed, err)
	s.full = s.full || p.r.Erased.Rows+p.r.Erased.Sessions+p.r.Freed.Pages+int(codes) > 0
	if s.full || time.Since(s.emptied) > logEmptied && p.db.LogBytes() > 0 {
		done, err := p.db.Checkpoint(ctx)
		if failed = append(failed, err); done {
			s.full, s.emptied, s.written = false, time.Now(), true
		}
	}
	p.db.KeepReserve()
	return errors.Join(append(failed, p.db.LimitLog(ctx), p.scrub(ctx))...)
}

// scrub clears the database file of the copies that SQLite leaves of deleted rows, a part of the file in each pass. What is
// written meanwhile needs another round.
func (p *pass) scrub(ctx context.Context) error {
	s, groups := p.Sweeper, scrubBytes/db.ScrubGroup
	if p.how.Beside {
		groups = math.MaxInt32
	}
	if s.scrubbed < 0 {
		if !s.written {
			return nil
		}
		s.scrubbed, s.written = 0, false
	}
	next, _, done, err := p.db.Scrub(ctx, s.scrubbed, groups)
	if s.scrubbed = next; done {
		s.scrubbed = -1
	}
	return err
}
