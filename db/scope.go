package db

import (
	"context"
)

// A Scope reads and writes the rows of one session and no other: it puts the session's id into
// every statement. A card, section or field of another session is not found, like one that never was.
type Scope struct {
	db      *DB
	session string
	birth   *Birth // of a visitor who has kept nothing yet; nil once the session is there
	born    *Session
}

// For returns the scope of the session with this id. An empty id has no rows.
func (d *DB) For(sessionID string) *Scope { return &Scope{db: d, session: sessionID} }

// ForNew returns the scope of a visitor without a session: nothing to read, and the first write makes the
// session row in the same transaction. Born tells whether it did.
func (d *DB) ForNew(b Birth) *Scope { return &Scope{db: d, birth: &b} }

// Session returns the id of the scope's session, "" while there is none.
func (s *Scope) Session() string { return s.session }

// Born returns the session row that a write of this scope found or made for a visitor who came without one, or nil.
func (s *Scope) Born() *Session { return s.born }

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
			born, s.session = &row, row.ID
		} else if err := alive(ctx, tx, s.session, s.db.Now()); err != nil {
			return err
		}
		return fn(tx)
	})
	if s.birth == nil {
		return err
	}
	if err != nil {
		s.session = ""
		return err
	}
	s.born, s.birth = born, nil
	return nil
}
