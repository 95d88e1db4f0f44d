package db

import (
	"context"
	"time"

	"cardstock/card"
)

// Birth is what a session row is made of when a visitor first keeps something.
type Birth struct {
	TokenHash string        // of the token the visitor came with or was given
	SpareHash string        // of a fresh token, used when TokenHash belongs to a session that has ended
	TTL       time.Duration // how long the session lives after a visit
	Shared    bool          // a shared computer: the cookie ends with the browser
}

// Session is a row of the session table. Times are Unix milliseconds.
type Session struct {
	ID           string  `db:"id"`
	TokenHash    *string `db:"token_hash"` // nil once the session has ended
	EndedHash    *string `db:"ended_hash"` // of an ended session, until its key is deleted
	TTL          int64   `db:"ttl"`        // milliseconds
	Shared       bool    `db:"shared"`
	CreatedAt    int64   `db:"created_at"`
	TouchedAt    int64   `db:"touched_at"`
	ExpiresAt    int64   `db:"expires_at"`
	KeyedUntil   int64   `db:"keyed_until"`
	MissingSince *int64  `db:"missing_since"`
}

// Live reports whether a visitor may reach the session at the time now.
func (s *Session) Live(now time.Time) bool {
	return s.TokenHash != nil && s.ExpiresAt > now.UnixMilli()
}

// Hash returns the hash that names the session's key in Redis, also after the session has ended; "" when
// the key is known to be deleted.
func (s *Session) Hash() string {
	switch {
	case s.TokenHash != nil:
		return *s.TokenHash
	case s.EndedHash != nil:
		return *s.EndedHash
	}
	return ""
}

// Keyed reports whether the key in Redis was certainly set with this row's expiry. If it was not, its
// absence says nothing.
func (s *Session) Keyed() bool { return s.KeyedUntil == s.ExpiresAt }

const sessionColumns = `
	id,
	token_hash,
	ended_hash,
	ttl,
	shared,
	created_at,
	touched_at,
	expires_at,
	keyed_until,
	missing_since`

// SessionByToken returns the session with this token hash, live, expired or ended, or nil if there is none.
func (d *DB) SessionByToken(ctx context.Context, tokenHash string) (*Session, error) {
	s, err := byToken(ctx, d.reader, tokenHash)
	return s, translate(err)
}

func byToken(ctx context.Context, q queryer, tokenHash string) (*Session, error) {
	// Two statements, for SQLite plans one with an OR anew each time it runs. The second is rarely needed.
	for _, which := range []string{"token_hash = ?", "token_hash IS NULL AND ended_hash = ? LIMIT 1"} {
		var rows []Session
		err := list(ctx, q, &rows, "SELECT"+sessionColumns+" FROM session WHERE "+which, tokenHash)
		if err != nil {
			return nil, err
		}
		if len(rows) > 0 {
			return &rows[0], nil
		}
	}
	return nil, nil
}

// bear finds or makes the session of a visitor who keeps something for the first time. Another request of the
// same visitor may have been first: then its session is adopted. A token whose session has ended is
// not used again, for a late DEL of its key must never hit a new session.
func bear(ctx context.Context, tx *Tx, b Birth, at time.Time) (Session, error) {
	hash := b.TokenHash
	old, err := byToken(ctx, tx, hash)
	switch {
	case err != nil:
		return Session{}, err
	case old != nil && old.Live(at):
		return *old, nil
	case old != nil:
		hash = b.SpareHash
	}
	var row Session
	now, ttl := at.UnixMilli(), b.TTL.Milliseconds()
	err = get(ctx, tx, &row, `
		INSERT INTO session (id, token_hash, ttl, shared, created_at, touched_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?)
		RETURNING`+sessionColumns, NewID(), hash, ttl, bit(b.Shared), now, now, now+ttl)
	return row, err
}

// bit is how a truth is stored; drivers differ in what they make of a bool.
func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Touch writes down a visit: the session lives its ttl from now on. It returns ErrEnded if the session has
// ended since the row was read.
func (d *DB) Touch(ctx context.Context, id, tokenHash string) (*Session, error) {
	var rows []Session
	now := d.Now().UnixMilli()
	err := d.Write(ctx, func(tx *Tx) error {
		rows = nil
		return list(ctx, tx, &rows, `
			UPDATE session
			SET touched_at = ?, expires_at = ? + ttl, missing_since = NULL
			WHERE id = ? AND token_hash = ?
			RETURNING`+sessionColumns, now, now, id, tokenHash)
	})
	if err == nil && len(rows) == 0 {
		err = ErrEnded
	}
	if err != nil {
		return nil, err
	}
	return &rows[0], nil
}

// MarkKeyed notes that the key of a session was set with the expiry expiresAt (Unix milliseconds). If the row
// has moved on meanwhile nothing is certain any more, and the sweeper will set the key again. It
// returns ErrEnded if the session has ended meanwhile: the key just set must go.
func (d *DB) MarkKeyed(ctx context.Context, id, tokenHash string, expiresAt int64) error {
	var n int64
	err := d.Write(ctx, func(tx *Tx) (err error) {
		n, err = markKeyed(ctx, tx, id, tokenHash, expiresAt)
		return err
	})
	if err == nil && n == 0 {
		err = ErrEnded
	}
	return err
}

func markKeyed(ctx context.Context, tx *Tx, id, tokenHash string, expiresAt int64) (int64, error) {
	return changed(ctx, tx, `
		UPDATE session
		SET
			keyed_until = CASE WHEN expires_at = ? THEN ? ELSE 0 END,
			missing_since = NULL
		WHERE id = ? AND token_hash = ?`, expiresAt, expiresAt, id, tokenHash)
}

// Share says whether the scope's visitor sits at a shared computer and how long the session lives after a
// visit from now on. For a visitor who has kept nothing yet it makes the session row. It
// returns the row as it is now.
func (s *Scope) Share(ctx context.Context, shared bool, ttl time.Duration) (*Session, error) {
	var row Session
	now := s.db.Now().UnixMilli()
	err := s.write(ctx, func(tx *Tx) error {
		return get(ctx, tx, &row, `
			UPDATE session
			SET shared = ?, ttl = ?, touched_at = ?, expires_at = ?, missing_since = NULL
			WHERE id = ?
			RETURNING`+sessionColumns, bit(shared), ttl.Milliseconds(), now, now+ttl.Milliseconds(), s.session)
	})
	if err != nil {
		return nil, err
	}
	return &row, nil
}

// EndByVisitor ends the session because its visitor asked: from then on no token leads to it and no write
// reaches it. It reports whether this call ended it. If the session has moved to another browser meanwhile it is not ended.
func (d *DB) EndByVisitor(ctx context.Context, id, tokenHash string) (bool, error) {
	var n int64
	end := func(tx *Tx) (err error) {
		n, err = changed(ctx, tx, `
			UPDATE session
			SET ended_hash = token_hash, token_hash = NULL, expires_at = ?
			WHERE id = ? AND token_hash = ?`, d.Now().UnixMilli(), id, tokenHash)
		if err == nil && n == 0 && d.For(id).alive(ctx, tx, d.Now()) == nil {
			err = card.Errorf(card.Conflict, "Nothing was erased: these cards have just moved to another browser. Erase them there.")
		}
		return err
	}
	err := d.Urgently(func() error { return d.Write(ctx, end) })
	return n == 1, err
}

// SessionCounts says how many sessions there are.
type SessionCounts struct {
	Live    int `db:"live"`
	Due     int `db:"due"`     // expired, not yet ended
	Missing int `db:"missing"` // live, but the key is missing
	Ended   int `db:"ended"`   // ended, rows not yet erased or key not yet deleted
}

// CountSessions counts the sessions of the database at this moment.
func (d *DB) CountSessions(ctx context.Context) (SessionCounts, error) {
	var c struct {
		SessionCounts
		All int `db:"everyone"`
		Off int `db:"off"` // ended, though their time was not over: the clock went back
	}
	now := d.Now().UnixMilli()
	// Each part is answered by an index alone: a million rows take milliseconds.
	err := get(ctx, d.reader, &c, `
		SELECT
			(SELECT COUNT(*) FROM session)                                                             AS everyone,
			(SELECT COUNT(*) FROM session WHERE expires_at <= ?)                                       AS due,
			(SELECT COUNT(*) FROM session WHERE missing_since IS NOT NULL AND token_hash IS NOT NULL)  AS missing,
			(SELECT COUNT(*) FROM session WHERE token_hash IS NULL)                                    AS ended,
			(SELECT COUNT(*) FROM session WHERE token_hash IS NULL AND expires_at > ?)                 AS off`, now, now)
	c.Due -= c.Ended - c.Off
	c.Live = c.All - c.Due - c.Ended
	return c.SessionCounts, translate(err)
}
