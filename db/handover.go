package db

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cardstock/card"
)

// A session moves to another browser by a code that is shown in the one and typed in the other. Only the code's hash is
// kept, one for each session at most, for some minutes.

// againFor is how long the browser that used a code may ask again: a reply that got lost is missed at once.
const againFor = time.Minute

// ErrNoCode is what a code gets that was mistyped, has expired, was used or replaced. Which of these, nobody is told.
var ErrNoCode = errors.New("no such hand-over code")

// ErrOwnCode is what a code gets that is typed in the browser it was made in.
var ErrOwnCode = errors.New("the code leads to the session it is typed in")

// ErrUnseen is what an arrival gets that would erase other cards than the visitor was shown.
var ErrUnseen = errors.New("the cards to be erased have changed since they were shown")

// OfferHandover keeps the hash of a code that leads to the scope's session until the time given. A new code replaces the
// earlier one. It returns ErrEnded if there is no session.
func (s *Scope) OfferHandover(ctx context.Context, codeHash string, until time.Time) error {
	if s.session == "" { // a code for nothing must not make a session
		return ErrEnded
	}
	return s.write(ctx, func(tx *Tx) error {
		return exec(ctx, tx, `
			INSERT INTO handover (session_id, code_hash, expires_at) VALUES (?, ?, ?)
			ON CONFLICT (session_id) DO UPDATE
			SET code_hash = excluded.code_hash, expires_at = excluded.expires_at, used = 0`,
			s.session, codeHash, until.UnixMilli())
	})
}

// State tells one state of the session's cards from another: every change of one makes it another.
func (s *Scope) State(ctx context.Context) (string, error) {
	var state string
	err := s.readSession(ctx, func(tx *Tx) (err error) {
		state, err = stateOf(ctx, tx, s.session)
		return err
	})
	return state, err
}

func stateOf(ctx context.Context, tx *Tx, session string) (string, error) {
	var r struct {
		Cards   int   `db:"cards"`
		Changed int64 `db:"changed"`
	}
	err := get(ctx, tx, &r, `
		SELECT COUNT(*) AS cards, COALESCE(MAX(changed_at), 0) AS changed
		FROM card
		WHERE session_id = ? AND deleted_at IS NULL`, session)
	return fmt.Sprintf("%d.%d", r.Cards, r.Changed), err
}

// Coming is what a code would bring: enough to name it, and no way to read or change it.
type Coming struct {
	Cards  []Summary
	Shared bool // the session was said to be on a shared computer
}

// Coming says what the code with this hash would bring to the visitor of a scope. It returns ErrNoCode or ErrOwnCode if
// it brings nothing.
func (d *DB) Coming(ctx context.Context, codeHash string, to *Scope, ts *card.Templates) (*Coming, error) {
	o, err := d.offer(ctx, d.reader, codeHash)
	switch {
	case err != nil:
		return nil, translate(err)
	case o.Used:
		return nil, ErrNoCode
	case o.ID == to.session:
		return nil, ErrOwnCode
	}
	cards, err := d.For(o.ID).Cards(ctx, ts)
	return &Coming{Cards: cards, Shared: o.Shared}, err
}

// offer is a code with the session it leads to.
type offer struct {
	Session
	Used bool `db:"used"`
}

func (d *DB) offer(ctx context.Context, q queryer, codeHash string) (*offer, error) {
	var rows []offer
	now := d.Now().UnixMilli()
	err := list(ctx, q, &rows, `
		SELECT`+sessionColumns+`, used
		FROM session
		JOIN (
			SELECT session_id, used
			FROM handover
			WHERE code_hash = ? AND expires_at > ?
		) AS code ON code.session_id = session.id
		WHERE token_hash IS NOT NULL AND expires_at > ?`, codeHash, now, now)
	if err == nil && len(rows) == 0 {
		err = ErrNoCode
	}
	if err != nil {
		return nil, err
	}
	return &rows[0], nil
}

// Arrival is a session's move to another browser.
type Arrival struct {
	CodeHash  string
	TokenHash string   // of the token that the arriving browser gets
	Own       *Session // of the arriving browser, which ends; nil if it has none
	Seen      string   // State of the cards of Own that the visitor agreed to lose; "" if they did not look
}

// Arrived is what came of an Arrival.
type Arrived struct {
	Session Session   // under its new token; its key is to be set
	Left    []Session // ended by this; their keys and rows are to be erased
}

// Arrive moves a session to the token of the arriving browser and ends that browser's own one, in one transaction with the use of the
// code. The old token then belongs to a bare ended row, as long as its key may still be in Redis. Asked
// again for the same token within againFor, because a reply got lost, it changes nothing and returns the session.
func (d *DB) Arrive(ctx context.Context, a Arrival) (*Arrived, error) {
	var done Arrived
	err := d.Write(ctx, func(tx *Tx) error {
		done = Arrived{}
		o, err := d.offer(ctx, tx, a.CodeHash)
		switch {
		case err != nil:
			return err
		case o.Used && *o.TokenHash == a.TokenHash:
			done.Session = o.Session
			return nil
		case o.Used:
			return ErrNoCode
		case a.Own != nil && a.Own.ID == o.ID:
			return ErrOwnCode
		}
		shared, ttl := o.Shared, o.TTL
		if a.Own != nil {
			if err := d.leave(ctx, tx, a, &done); err != nil {
				return err
			}
			if a.Own.Shared { // said of this computer, not of those cards
				shared, ttl = true, min(a.Own.TTL, ttl)
			}
		}
		return d.move(ctx, tx, &o.Session, a.TokenHash, shared, ttl, &done)
	})
	return &done, err
}

// leave ends the arriving browser's own session, unless somebody did already.
func (d *DB) leave(ctx context.Context, tx *Tx, a Arrival, done *Arrived) error {
	state, err := stateOf(ctx, tx, a.Own.ID)
	switch {
	case err != nil:
		return err
	case a.Seen != "" && a.Seen != state:
		return ErrUnseen
	}
	return list(ctx, tx, &done.Left, `
		UPDATE session
		SET ended_hash = token_hash, token_hash = NULL, expires_at = ?
		WHERE id = ? AND token_hash = ?
		RETURNING`+sessionColumns, d.Now().UnixMilli(), a.Own.ID, a.Own.TokenHash)
}

// move gives the session its new token, and the old one a row that outlives its key.
func (d *DB) move(ctx context.Context, tx *Tx, s *Session, tokenHash string, shared bool, ttl int64, done *Arrived) error {
	now := d.Now().UnixMilli()
	err := get(ctx, tx, &done.Session, `
		UPDATE session
		SET
			token_hash = ?,
			shared = ?,
			ttl = ?,
			touched_at = ?,
			expires_at = ?,
			keyed_until = 0,
			missing_since = NULL
		WHERE id = ?
		RETURNING`+sessionColumns, tokenHash, bit(shared), ttl, now, now+ttl, s.ID)
	if err != nil {
		return err
	}
	var old Session
	err = get(ctx, tx, &old, `
		INSERT INTO session (id, ended_hash, ttl, created_at, touched_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?)
		RETURNING`+sessionColumns, NewID(), s.TokenHash, s.TTL, now, now, now)
	if err != nil {
		return err
	}
	done.Left = append(done.Left, old)
	return exec(ctx, tx, `
		UPDATE handover
		SET used = 1, expires_at = MIN(expires_at, ?)
		WHERE session_id = ?`, now+againFor.Milliseconds(), s.ID)
}

// ForgetCodes deletes the codes that have expired and returns their number. While there are none it writes nothing.
func (d *DB) ForgetCodes(ctx context.Context) (int64, error) {
	var n int64
	now := d.Now().UnixMilli()
	err := get(ctx, d.reader, &n, "SELECT COUNT(*) FROM handover WHERE expires_at <= ?", now)
	if err != nil || n == 0 {
		return 0, translate(err)
	}
	forget := func(tx *Tx) (err error) {
		n, err = changed(ctx, tx, `
			DELETE FROM handover
			WHERE expires_at <= ?`, now)
		return err
	}
	err = d.Urgently(func() error { return d.Write(ctx, forget) })
	return n, err
}
