package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"cardstock/card"
)

// Erased counts what was erased.
type Erased struct {
	Sessions int   // rows of the session table
	Rows     int   // all other rows
	Bytes    int64 // of answers, titles and files in them
}

// Add adds what another erasing did.
func (e *Erased) Add(o Erased) {
	e.Sessions += o.Sessions
	e.Rows += o.Rows
	e.Bytes += o.Bytes
}

// belongings are the tables that hold a visitor's rows, children before their parents: deleting a parent first would cascade
// to all its children in one statement, which nobody can interrupt.
var belongings = []struct {
	table string
	key   string // its primary key
	bytes string // the column that counts as its bytes
}{
	{"chunk", "session_id, card_id, file_id, n", "bytes"},
	{"file", "session_id, card_id, id", "name"},
	{"revision", "session_id, card_id, id", "before"},
	{"field", "session_id, card_id, key", "answer"},
	{"section", "session_id, card_id, key", "title"},
	{"card", "session_id, id", "title"},
}

// What one statement deletes at most: a few milliseconds' work.
const (
	pieceRows  = 200
	pieceBytes = 512 << 10
)

// Erase deletes all rows of these sessions in small transactions; those that have not ended are left alone. Unless keepRows, the
// session rows go last; a caller keeps them while it has not deleted the keys. It can be repeated after any failure.
func (d *DB) Erase(ctx context.Context, p Pace, ids []string, keepRows bool) (Erased, error) {
	done, err := d.erase(ctx, p, ids, keepRows)
	if card.CodeOf(err) != card.Full {
		return done, err
	}
	// Even a DELETE needs room in the log.
	if !d.GiveUpReserve() {
		return done, err
	}
	more, err := d.erase(ctx, p, ids, keepRows)
	done.Add(more)
	return done, err
}

func (d *DB) erase(ctx context.Context, p Pace, ids []string, keepRows bool) (Erased, error) {
	if len(ids) == 0 {
		return Erased{}, nil
	}
	e := eraser{ids: ids, keepRows: keepRows}
	err := d.paced(ctx, p, e.step)
	return e.done, errors.Join(err, e.left)
}

// An eraser is somewhere in its sessions and their tables.
type eraser struct {
	ids      []string
	table    int // index into belongings; beyond them it is the session row's turn
	keepRows bool
	done     Erased
	left     error // a session that would not go
}

// step deletes one small piece and moves on.
func (e *eraser) step(ctx context.Context, tx *sqlx.Tx) (more bool, err error) {
	if e.table < len(belongings) {
		if err := e.piece(ctx, tx); err != nil {
			return false, err
		}
		return true, nil
	}
	if !e.keepRows {
		if err := e.row(ctx, tx); err != nil {
			return false, err
		}
	}
	e.ids, e.table = e.ids[1:], 0
	return len(e.ids) > 0, nil
}

// piece deletes what it can of one table in one statement, and goes on to the next table when none is left.
func (e *eraser) piece(ctx context.Context, tx *sqlx.Tx) error {
	b := belongings[e.table]
	var sizes []int64
	err := list(ctx, tx, &sizes, `
		SELECT octet_length(`+b.bytes+`)
		FROM `+b.table+`
		WHERE session_id = ? AND EXISTS (SELECT 1 FROM session WHERE id = ? AND token_hash IS NULL)
		ORDER BY `+b.key+`
		LIMIT ?`, e.ids[0], e.ids[0], pieceRows)
	if err != nil {
		return err
	}
	rows, bytes := fitting(sizes)
	if whole := rows == len(sizes) && rows < pieceRows; whole {
		e.table++
		if rows == 0 {
			return nil
		}
		rows = 0
	}
	n, err := deletePiece(ctx, tx, b.table, b.key, e.ids[0], rows)
	e.done.Rows += int(n)
	e.done.Bytes += bytes
	return err
}

// fitting returns how many of the rows of these sizes go into one statement, and their bytes; at least one does.
func fitting(sizes []int64) (rows int, bytes int64) {
	for _, n := range sizes {
		if rows > 0 && bytes+n > pieceBytes {
			break
		}
		rows++
		bytes += n
	}
	return rows, bytes
}

// deletePiece deletes the first rows of an ended session from a table; limit 0 means all, which is four times as fast.
func deletePiece(ctx context.Context, tx *sqlx.Tx, table, key, session string, limit int) (int64, error) {
	if limit == 0 {
		return changed(ctx, tx, `
			DELETE FROM `+table+`
			WHERE session_id = ? AND EXISTS (SELECT 1 FROM session WHERE id = ? AND token_hash IS NULL)`,
			session, session)
	}
	return changed(ctx, tx, `
		DELETE FROM `+table+`
		WHERE (`+key+`) IN (
			SELECT `+key+`
			FROM `+table+`
			WHERE session_id = ? AND EXISTS (SELECT 1 FROM session WHERE id = ? AND token_hash IS NULL)
			ORDER BY `+key+`
			LIMIT ?
		)`, session, session, limit)
}

// row deletes the session row. Foreign keys refuse while anything else of the session is left: then a table is
// missing above, and the other sessions must not wait for it.
func (e *eraser) row(ctx context.Context, tx *sqlx.Tx) error {
	n, err := changed(ctx, tx, `
		DELETE FROM session
		WHERE id = ? AND token_hash IS NULL`, e.ids[0])
	if refused(err) {
		e.left = fmt.Errorf("a session cannot be erased, rows of it are left in a table that erase.go does not know: %w", err)
		return nil
	}
	e.done.Sessions += int(n)
	return err
}
