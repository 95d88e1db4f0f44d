package db

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"cardstock/card"
)

// A card that its visitor deleted is marked first: nothing finds it any more but its way back, which is open for UndoFor. Then
// the sweeper erases its rows.

// UndoFor is how long a deleted card can come back.
const UndoFor = 30 * time.Second

// erasing marks a card that cannot come back because its rows are being erased.
const erasing = 0

// Deleted is a card that can still come back.
type Deleted struct {
	ID    string
	Name  string
	Until time.Time // when it no longer can
}

// DiscardCard deletes a card so that it can come back for UndoFor. Where room is short it is erased at once instead: on a full disk,
// and when the session would hold more than twice what it may. It returns whether it can come back.
func (s *Scope) DiscardCard(ctx context.Context, id string) (back bool, err error) {
	err = s.remove(ctx, func(tx *Tx) error {
		if _, err := s.cardRow(ctx, tx, id); err != nil {
			return err
		}
		if back = !s.db.short.Load(); !back {
			return exec(ctx, tx, "DELETE FROM card WHERE session_id = ? AND id = ?", s.session, id)
		}
		var held int64
		if err := get(ctx, tx, &held, "SELECT COALESCE(SUM(bytes), 0) FROM card WHERE session_id = ?", s.session); err != nil {
			return err
		}
		if s.db.room(held) < 0 {
			if err := exec(ctx, tx, "DELETE FROM card WHERE session_id = ? AND deleted_at IS NOT NULL", s.session); err != nil {
				return err
			}
		}
		return exec(ctx, tx, `
			UPDATE card
			SET deleted_at = ?
			WHERE session_id = ? AND id = ?`, s.db.Now().UnixMilli(), s.session, id)
	})
	return back, err
}

// RecoverCard brings a deleted card back, as it was. When UndoFor is over it is not found, like one that never was.
func (s *Scope) RecoverCard(ctx context.Context, id string) error {
	return s.write(ctx, func(tx *Tx) error {
		var sizes []int64
		err := list(ctx, tx, &sizes, `
			SELECT bytes
			FROM card
			WHERE session_id = ? AND id = ? AND deleted_at > ?`, s.session, id, s.undoSince())
		if err != nil {
			return err
		}
		if len(sizes) == 0 {
			_, err := s.cardRow(ctx, tx, id)
			return err // nil: it is there, which is what was asked for
		}
		if err := s.roomForCard(ctx, tx); err != nil {
			return err
		}
		room, err := s.room(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := s.fits(room, sizes[0], 0); err != nil {
			return err
		}
		return exec(ctx, tx, `
			UPDATE card
			SET deleted_at = NULL
			WHERE session_id = ? AND id = ?`, s.session, id)
	})
}

// Discarded lists the session's cards that can still come back, the one deleted last first.
func (s *Scope) Discarded(ctx context.Context, ts *card.Templates) ([]Deleted, error) {
	var deleted []Deleted
	err := s.readSession(ctx, func(tx *Tx) error {
		var rows []struct {
			cardRow
			DeletedAt int64 `db:"deleted_at"`
		}
		err := list(ctx, tx, &rows, `
			SELECT id,
			       kind,
			       template,
			       title,
			       deleted_at
			FROM card
			WHERE session_id = ? AND deleted_at > ?
			ORDER BY deleted_at DESC, id`, s.session, s.undoSince())
		if err != nil {
			return err
		}
		for _, r := range rows {
			answer, err := s.nameAnswer(ctx, tx, ts, r.cardRow)
			if err != nil {
				return err
			}
			deleted = append(deleted, Deleted{r.ID, card.DisplayName(card.Kind(r.Kind), r.Title, answer), time.UnixMilli(r.DeletedAt).Add(UndoFor)})
		}
		return nil
	})
	return deleted, err
}

// undoSince is when a card that can still come back was deleted at the earliest, Unix milliseconds.
func (s *Scope) undoSince() int64 { return max(s.db.Now().Add(-UndoFor).UnixMilli(), erasing) }

// EraseDeleted erases the rows of deleted cards that can no longer come back, in small transactions; all deleted ones while the disk is
// full. While there are none it writes nothing. It can be repeated after any failure, and by several processes at once.
func (d *DB) EraseDeleted(ctx context.Context, p Pace) (Erased, error) {
	until := d.Now().Add(-UndoFor).UnixMilli()
	if d.short.Load() {
		until = d.Now().UnixMilli()
	}
	var all Erased
	defer func() { d.stats.erased(all) }()
	erase := func(cards ...deletedCard) error {
		return d.Urgently(func() error {
			e := deletedEraser{cards: cards, until: until}
			err := d.paced(ctx, p, e.step)
			all.Add(e.done)
			return err
		})
	}
	var stuck []error
	stay := map[deletedCard]bool{} // for they cannot be erased
	for {
		var cards []deletedCard
		err := list(ctx, d.reader, &cards, `
			SELECT session_id,
			       id
			FROM card
			WHERE deleted_at <= ?
			LIMIT ?`, until, deletedBatch+len(stay))
		cards = slices.DeleteFunc(cards, func(c deletedCard) bool { return stay[c] })
		if err != nil || len(cards) == 0 {
			return all, errors.Join(append(stuck, translate(err))...)
		}
		if err := erase(cards...); err == nil {
			continue
		}
		for _, c := range cards { // one that cannot be erased keeps no other from it
			err := erase(c)
			switch code := card.CodeOf(err); {
			case err == nil:
			case ctx.Err() != nil || code == card.Full || code == card.Unavailable || len(stay) >= mostStay:
				return all, errors.Join(append(stuck, err)...)
			default:
				stay[c] = true
				stuck = append(stuck, fmt.Errorf("a deleted card cannot be erased: %w", err))
			}
		}
	}
}

// mostStay is how many cards that cannot be erased are passed over at once.
const mostStay = 20

// deletedBatch is how many deleted cards are looked up at once.
const deletedBatch = 100

// A deletedEraser is somewhere in its cards and their tables.
type deletedEraser struct {
	cards []deletedCard
	table int // index into belongings
	until int64
	done  Erased
}

type deletedCard struct {
	Session string `db:"session_id"`
	ID      string `db:"id"`
}

// step deletes one small piece and moves on. The first thing is to close the card's way back, lest half of it came back.
func (e *deletedEraser) step(ctx context.Context, tx *Tx) (more bool, err error) {
	c := e.cards[0]
	if e.table == 0 {
		n, err := changed(ctx, tx, `
			UPDATE card
			SET deleted_at = ?
			WHERE session_id = ? AND id = ? AND deleted_at <= ?`, erasing, c.Session, c.ID, e.until)
		if err != nil {
			return false, err
		}
		if n == 0 { // it has come back, or is erased already
			e.cards = e.cards[1:]
			return len(e.cards) > 0, nil
		}
	}
	if err := e.piece(ctx, tx, c); err != nil {
		return false, err
	}
	if e.table == len(belongings) {
		e.cards, e.table = e.cards[1:], 0
	}
	return len(e.cards) > 0, nil
}

// piece deletes what it can of one table in one statement, and goes on to the next table when none is left.
func (e *deletedEraser) piece(ctx context.Context, tx *Tx, c deletedCard) error {
	b := belongings[e.table]
	if b.card == "" {
		e.table++
		return nil
	}
	var sizes []int64
	err := list(ctx, tx, &sizes, `
		SELECT octet_length(`+b.bytes+`)
		FROM `+b.table+`
		WHERE session_id = ? AND `+b.card+` = ?
		ORDER BY `+b.key+`
		LIMIT ?`, c.Session, c.ID, pieceRows)
	if err != nil {
		return err
	}
	rows, bytes := fitting(sizes)
	if rows == len(sizes) && rows < pieceRows {
		e.table++
	}
	n, err := changed(ctx, tx, `
		DELETE FROM `+b.table+`
		WHERE (`+b.key+`) IN (
			SELECT `+b.key+`
			FROM `+b.table+`
			WHERE session_id = ? AND `+b.card+` = ?
			ORDER BY `+b.key+`
			LIMIT ?
		)`, c.Session, c.ID, rows)
	e.done.Rows += int(n)
	e.done.Bytes += bytes
	return err
}
