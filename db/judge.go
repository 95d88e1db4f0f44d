package db

import (
	"context"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
)

// What the sweeper reads of sessions, and the changes of session rows it decides. Every change is conditional on what
// it has read, so that a visit in between wins.

// DueSessions lists up to limit sessions that have expired by the time now (Unix milliseconds) and are not yet ended, in
// order of their expiry, after the one given; nil begins.
func (d *DB) DueSessions(ctx context.Context, now int64, after *Session, limit int) ([]Session, error) {
	if after == nil {
		after = &Session{ExpiresAt: -1}
	}
	return d.sessions(ctx, `
		WHERE (expires_at, id) > (?, ?) AND expires_at <= ? AND token_hash IS NOT NULL
		ORDER BY expires_at, id
		LIMIT ?`, after.ExpiresAt, after.ID, now, limit)
}

// LiveSessions lists up to limit sessions that live beyond the time now (Unix milliseconds), in order of their id,
// after the id given; "" begins.
func (d *DB) LiveSessions(ctx context.Context, now int64, afterID string, limit int) ([]Session, error) {
	return d.sessions(ctx, `
		WHERE id > ? AND expires_at > ? AND token_hash IS NOT NULL
		ORDER BY id
		LIMIT ?`, afterID, now, limit)
}

// MissingSessions lists up to limit sessions that live beyond the time now (Unix milliseconds) and whose key the
// sweeper has missed before, longest first.
func (d *DB) MissingSessions(ctx context.Context, now int64, limit int) ([]Session, error) {
	return d.sessions(ctx, `
		WHERE missing_since IS NOT NULL AND expires_at > ? AND token_hash IS NOT NULL
		ORDER BY missing_since
		LIMIT ?`, now, limit)
}

// EndedSessions lists up to limit sessions that have ended and are still to be erased, in order of their hash, after the hash
// given. Those that ended between the two times (Unix milliseconds) are left out: whoever ended them is at work.
// withCards leaves out the bare rows too that only wait for Redis, to have their key deleted.
func (d *DB) EndedSessions(ctx context.Context, from, to int64, withCards bool, afterHash string, limit int) ([]Session, error) {
	return d.sessions(ctx, `
		WHERE token_hash IS NULL AND ended_hash > ?
			AND expires_at NOT BETWEEN ? AND ?
			AND (? = 0 OR EXISTS (SELECT 1 FROM card WHERE card.session_id = session.id))
		ORDER BY ended_hash
		LIMIT ?`, afterHash, from, to, bit(withCards), limit)
}

func (d *DB) sessions(ctx context.Context, where string, args ...any) ([]Session, error) {
	var rows []Session
	err := list(ctx, d.reader, &rows, "SELECT"+sessionColumns+" FROM session"+where, args...)
	return rows, translate(err)
}

// Meanwhile returns what has become of sessions since they were read. gone are those that have ended, been erased or moved to another token: the key
// named by the hash that was read is nobody's any more. moved are those that end at another time, as they are now.
func (d *DB) Meanwhile(ctx context.Context, rows []Session) (gone, moved []Session, err error) {
	for part := range slices.Chunk(rows, 500) {
		hashes := make([]string, len(part))
		for i := range part {
			hashes[i] = part[i].Hash()
		}
		query, args, err := sqlx.In("SELECT"+sessionColumns+" FROM session WHERE token_hash IN (?)", hashes)
		if err != nil {
			return nil, nil, err
		}
		var live []Session
		if err := list(ctx, d.reader, &live, query, args...); err != nil {
			return nil, nil, translate(err)
		}
		now := make(map[string]Session, len(live))
		for _, s := range live {
			now[s.Hash()] = s
		}
		for i, hash := range hashes {
			switch s, there := now[hash]; {
			case !there:
				gone = append(gone, part[i])
			case s.ExpiresAt != part[i].ExpiresAt:
				moved = append(moved, s)
			}
		}
	}
	return gone, moved, nil
}

// EndSessions ends those of the sessions that are still as they were read, and returns them as ended.
func (d *DB) EndSessions(ctx context.Context, p Pace, rows []Session) ([]Session, error) {
	var ended []Session
	err := d.pieces(ctx, p, len(rows), func(ctx context.Context, tx *Tx, i int) error {
		s := rows[i]
		done, err := endOne(ctx, tx, &s, d.Now())
		if done {
			ended = append(ended, s)
		}
		return err
	})
	return ended, err
}

// endOne ends a session if it is still as it was read, and reports whether it was.
func endOne(ctx context.Context, tx *Tx, s *Session, now time.Time) (bool, error) {
	n, err := changed(ctx, tx, `
		UPDATE session
		SET ended_hash = token_hash, token_hash = NULL, expires_at = ?
		WHERE id = ? AND token_hash = ? AND expires_at = ?
			AND COALESCE(missing_since, 0) = COALESCE(?, 0)`,
		min(s.ExpiresAt, now.UnixMilli()), s.ID, s.TokenHash, s.ExpiresAt, s.MissingSince)
	if err != nil || n == 0 {
		return false, err
	}
	s.TokenHash, s.EndedHash = nil, s.TokenHash
	return true, nil
}

// MarkMissing notes that the keys of these sessions were missed at the time given (Unix milliseconds), where the
// rows are still as they were read.
func (d *DB) MarkMissing(ctx context.Context, p Pace, rows []Session, at int64) error {
	return d.pieces(ctx, p, len(rows), func(ctx context.Context, tx *Tx, i int) error {
		return exec(ctx, tx, `
			UPDATE session
			SET missing_since = ?
			WHERE id = ? AND expires_at = ? AND keyed_until = expires_at
				AND token_hash IS NOT NULL AND missing_since IS NULL`, at, rows[i].ID, rows[i].ExpiresAt)
	})
}

// ForgetMissing takes all notes of missed keys back: after a break in the observation of Redis they prove nothing.
// It returns their number.
func (d *DB) ForgetMissing(ctx context.Context) (int, error) {
	var n int64
	err := d.Write(ctx, func(tx *Tx) error {
		var err error
		n, err = changed(ctx, tx, `
			UPDATE session
			SET missing_since = NULL
			WHERE missing_since IS NOT NULL`)
		return err
	})
	return int(n), err
}

// FoundKeys takes back that the keys of these sessions were missed: they are there again.
func (d *DB) FoundKeys(ctx context.Context, p Pace, rows []Session) error {
	return d.pieces(ctx, p, len(rows), func(ctx context.Context, tx *Tx, i int) error {
		return exec(ctx, tx, `
			UPDATE session
			SET missing_since = NULL
			WHERE id = ?`, rows[i].ID)
	})
}

// CorrectExpiry gives the sessions the expiry their keys have, until[i] in Unix milliseconds, where the rows are
// still as they were read: the key knows of a visit the row does not, as after an older database file was restored.
func (d *DB) CorrectExpiry(ctx context.Context, p Pace, rows []Session, until []int64) error {
	return d.pieces(ctx, p, len(rows), func(ctx context.Context, tx *Tx, i int) error {
		return exec(ctx, tx, `
			UPDATE session
			SET expires_at = ?, keyed_until = ?, touched_at = ? - ttl, missing_since = NULL
			WHERE id = ? AND expires_at = ? AND token_hash IS NOT NULL`,
			until[i], until[i], until[i], rows[i].ID, rows[i].ExpiresAt)
	})
}

// MarkKeyedAll is MarkKeyed for many.
func (d *DB) MarkKeyedAll(ctx context.Context, p Pace, rows []Session) error {
	return d.pieces(ctx, p, len(rows), func(ctx context.Context, tx *Tx, i int) error {
		_, err := markKeyed(ctx, tx, rows[i].ID, *rows[i].TokenHash, rows[i].ExpiresAt)
		return err
	})
}

// Unkey notes that the keys of these sessions are not there although they should be: until they are set again their absence
// says nothing.
func (d *DB) Unkey(ctx context.Context, p Pace, rows []Session) error {
	return d.pieces(ctx, p, len(rows), func(ctx context.Context, tx *Tx, i int) error {
		return exec(ctx, tx, `
			UPDATE session
			SET keyed_until = 0
			WHERE id = ? AND token_hash IS NOT NULL`, rows[i].ID)
	})
}

// CutShort gives sessions whose last visit is later than a time the life of one at now; both are Unix milliseconds. It returns how many there were.
func (d *DB) CutShort(ctx context.Context, later, now int64) (n int, err error) {
	err = d.chore(func(tx *Tx) error {
		cut, err := changed(ctx, tx, `
			UPDATE session
			SET touched_at = ?,
			    expires_at = ? + ttl
			WHERE token_hash IS NOT NULL AND touched_at > ?`, now, now, later)
		n = int(cut)
		return err
	})
	return n, err
}

// Pace says how hard background work may press on the one writer connection.
type Pace struct {
	Tx    time.Duration // about how long a transaction lasts, its commit included
	Pause time.Duration // between transactions
}

// The paces of the two ways to sweep. In the server users' saves wait in the same queue and get their turn after each
// transaction, so the shorter one is the less they wait; with 5 ms no fewer sessions are erased in a second than with 10. A command
// beside it has to leave the lock free on purpose.
var (
	InServer = Pace{Tx: 5 * time.Millisecond}
	Beside   = Pace{Tx: 5 * time.Millisecond, Pause: 20 * time.Millisecond}
)

// pieces calls do for 0 ... n-1 in transactions of about the pace's length.
func (d *DB) pieces(ctx context.Context, p Pace, n int, do func(ctx context.Context, tx *Tx, i int) error) error {
	if n == 0 {
		return nil
	}
	i := 0
	return d.paced(ctx, p, func(ctx context.Context, tx *Tx) (bool, error) {
		err := do(ctx, tx, i)
		i++
		return i < n, err
	})
}

// paced repeats step until it says there is no more to do, in transactions sized by time: how much fits into one
// depends on the disk and on what else the machine does, so it is measured all the while. It stops between two
// transactions when ctx ends; the steps get a context that does not, for watching one costs the driver more than a
// short statement does.
func (d *DB) paced(ctx context.Context, p Pace, step func(ctx context.Context, tx *Tx) (more bool, err error)) error {
	steady := context.WithoutCancel(ctx)
	work := p.Tx / 3 // of a transaction; the rest is its commit
	for more := true; more; {
		var began time.Time
		if err := ctx.Err(); err != nil {
			return err
		}
		err := d.chore(func(tx *Tx) (err error) {
			for began = time.Now(); more && err == nil; {
				more, err = step(steady, tx)
				if time.Since(began) >= work {
					break
				}
			}
			return err
		})
		if err != nil {
			return err
		}
		work = adapt(work, time.Since(began), p.Tx)
		if more {
			rest(ctx, p.Pause)
		}
	}
	return nil
}

// adapt changes the working time of the next transaction by how long the last one took in all.
func adapt(work, took, target time.Duration) time.Duration {
	switch {
	case took > target:
		return max(work/2, target/50)
	case took < target*2/3:
		return min(work*5/4, target*2/3)
	}
	return work
}

// rest waits, or less if ctx ends.
func rest(ctx context.Context, pause time.Duration) {
	if pause <= 0 { // the shortest timer takes a millisecond while the processors are busy
		return
	}
	t := time.NewTimer(pause)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
