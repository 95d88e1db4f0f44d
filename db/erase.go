package db

import (
	"context"
	"errors"
	"fmt"
	"strings"

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
	var all Erased
	err := d.Urgently(func() error {
		done, err := d.erase(ctx, p, ids, keepRows)
		all.Add(done)
		return err
	})
	return all, err
}

// Urgently does what must be possible on a full disk too: even a DELETE needs room in the write-ahead log. If there
// is none the reserve is given up and fn is called a second time.
func (d *DB) Urgently(fn func() error) error {
	err := fn()
	if card.CodeOf(err) == card.Full && d.GiveUpReserve() {
		return fn()
	}
	return err
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

// step deletes one small piece and moves on. Most sessions are small and go in one step.
func (e *eraser) step(ctx context.Context, tx *Tx) (more bool, err error) {
	if e.table == 0 {
		if err := e.small(ctx, tx); err != nil {
			return false, err
		}
	}
	if e.table < len(belongings) {
		return true, e.piece(ctx, tx)
	}
	if !e.keepRows {
		if err := e.row(ctx, tx); err != nil {
			return false, err
		}
	}
	e.ids, e.table = e.ids[1:], 0
	return len(e.ids) > 0, nil
}

// small deletes all belongings of a session at once if they are few, and only from the tables that have some.
func (e *eraser) small(ctx context.Context, tx *Tx) error {
	var sizes []struct {
		Place int   `db:"place"`
		N     int   `db:"n"`
		Bytes int64 `db:"bytes"`
	}
	args := make([]any, 0, 3*len(belongings))
	for range belongings {
		args = append(args, e.ids[0], e.ids[0], pieceRows)
	}
	if err := list(ctx, tx, &sizes, weigh, args...); err != nil {
		return err
	}
	var all Erased
	for _, s := range sizes {
		all.Rows += s.N
		all.Bytes += s.Bytes
	}
	if all.Rows >= pieceRows || all.Bytes > pieceBytes {
		return nil
	}
	for i, b := range belongings {
		if sizes[i].N == 0 {
			continue
		}
		if _, err := deletePiece(ctx, tx, b.table, b.key, e.ids[0], 0); err != nil {
			return err
		}
	}
	e.done.Add(all)
	e.table = len(belongings)
	return nil
}

// weigh counts rows and bytes of an ended session in each table of belongings, as far as they matter here.
var weigh = func() string {
	parts := make([]string, len(belongings))
	for i, b := range belongings {
		parts[i] = fmt.Sprintf(`
			SELECT %d AS place, COUNT(*) AS n, COALESCE(SUM(size), 0) AS bytes
			FROM (
				SELECT octet_length(%s) AS size
				FROM %s
				WHERE session_id = ? AND EXISTS (SELECT 1 FROM session WHERE id = ? AND token_hash IS NULL)
				LIMIT ?
			) AS some`, i, b.bytes, b.table)
	}
	return strings.Join(parts, " UNION ALL") + " ORDER BY place"
}()

// piece deletes what it can of one table in one statement, and goes on to the next table when none is left.
func (e *eraser) piece(ctx context.Context, tx *Tx) error {
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
func deletePiece(ctx context.Context, tx *Tx, table, key, session string, limit int) (int64, error) {
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
func (e *eraser) row(ctx context.Context, tx *Tx) error {
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
