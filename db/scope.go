package db

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// A Scope reads and writes the rows of one session and no other: it puts the session's id into
// every statement. A card, section or field of another session is not found, like one that never was. A visitor's scope lasts as long as the
// token they came with leads to the session: once that is in another browser, what is under way in the old one gets ErrEnded.
type Scope struct {
	db      *DB
	session string
	token   string // hash of the token by which the visitor is here; "" for the scope of nobody's visit
	birth   *Birth // of a visitor who has kept nothing yet; nil once the session is there
	born    *Session
}

// For returns the scope of the session with this id, whatever its token. An empty id has no rows.
func (d *DB) For(sessionID string) *Scope { return &Scope{db: d, session: sessionID} }

// ForVisit returns the scope of a visitor whose token led to this live session.
func (d *DB) ForVisit(s *Session) *Scope {
	return &Scope{db: d, session: s.ID, token: *s.TokenHash}
}

// ForNew returns the scope of a visitor without a session: nothing to read, and the first write makes the
// session row in the same transaction. Born tells whether it did.
func (d *DB) ForNew(b Birth) *Scope { return &Scope{db: d, birth: &b} }

// Session returns the id of the scope's session, "" while there is none.
func (s *Scope) Session() string { return s.session }

// Born returns the session row that a write of this scope found or made for a visitor who came without one, or nil.
func (s *Scope) Born() *Session { return s.born }

// alive returns ErrEnded unless the session can still be reached, by the token that the visitor came with.
func (s *Scope) alive(ctx context.Context, q queryer, now time.Time) error {
	var one int // scanned by hand: this is asked before every write
	err := q.QueryRowxContext(ctx, q.Rebind(`
		SELECT 1
		FROM session
		WHERE id = ? AND token_hash = COALESCE(?, token_hash) AND expires_at > ?`), s.session, s.hash(), now.UnixMilli()).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrEnded
	}
	return err
}

// hash is the token's hash as a statement takes it, NULL where any token will do.
func (s *Scope) hash() any {
	if s.token == "" {
		return nil
	}
	return s.token
}

// write runs fn in a transaction in which the session is alive: an erased session cannot be brought
// back by a save that was under way.
func (s *Scope) write(ctx context.Context, fn func(tx *Tx) error) error {
	if s.db.short.Load() {
		return translate(errShort)
	}
	return s.commit(ctx, fn)
}

// remove is write for what makes room, so it must be possible on a full disk.
func (s *Scope) remove(ctx context.Context, fn func(tx *Tx) error) error {
	return s.db.Urgently(func() error { return s.commit(ctx, fn) })
}

func (s *Scope) commit(ctx context.Context, fn func(tx *Tx) error) error {
	var born *Session
	err := s.db.Write(ctx, func(tx *Tx) error {
		if s.birth != nil {
			row, err := bear(ctx, tx, *s.birth, s.db.Now())
			if err != nil {
				return err
			}
			born, s.session, s.token = &row, row.ID, *row.TokenHash
		} else if err := s.alive(ctx, tx, s.db.Now()); err != nil {
			return err
		}
		return fn(tx)
	})
	if s.birth == nil {
		return err
	}
	if err != nil {
		s.session, s.token = "", ""
		return err
	}
	s.born, s.birth = born, nil
	return nil
}

// read runs fn in one read transaction, so that all it reads is of one moment.
func (s *Scope) read(ctx context.Context, fn func(tx *Tx) error) error {
	tx, err := begin(ctx, s.db.reader, "BEGIN")
	if err != nil {
		return translate(err)
	}
	defer tx.end()
	return translate(fn(tx))
}

// readSession is read for what is of no one card, where no cardRow asks whether the visitor may read.
func (s *Scope) readSession(ctx context.Context, fn func(tx *Tx) error) error {
	return s.read(ctx, func(tx *Tx) error {
		if s.token != "" {
			if err := s.alive(ctx, tx, s.db.Now()); err != nil {
				return err
			}
		}
		return fn(tx)
	})
}
