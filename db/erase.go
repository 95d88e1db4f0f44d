package db

import (
	"context"
	"errors"
	"fmt"
	"strings"

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
	{"handover", "session_id", "code_hash"},
	{"chunk", "session_id, card_id, file_id, n", "bytes"},
	{"file", "session_id, card_id, id", "name"},
	{"revision", "session_id, card_id, id", "before"},
	{"field", "session_id, card_id, key", "answer"},
	{"section", "session_id, card_id, key", "title"},
	{"card", "session_id, id", "title"},
}

// What one statement deletes at most: a few milliseconds' work.
const (
	pieceRows  = 400
	pieceBytes = 512 << 10
	groupSize  = 8 // sessions
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
	d.stats.erased(all)
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

// step deletes one small piece and moves on. Most sessions are small and go several at once.
func (e *eraser) step(ctx context.Context, tx *Tx) (more bool, err error) {
	if e.table == 0 {
		if n, err := e.together(ctx, tx); err != nil || n > 0 {
			return len(e.ids) > 0, err
		}
	}
	if e.table < len(belongings) {
		return true, e.piece(ctx, tx)
	}
	if err := e.rows(ctx, tx, e.ids[:1]); err != nil {
		return false, err
	}
	e.ids, e.table = e.ids[1:], 0
	return len(e.ids) > 0, nil
}

// together deletes the next sessions with all their belongings, a statement for each table, and returns how many. It returns 0 if
// the first of them is too large to go at once.
func (e *eraser) together(ctx context.Context, tx *Tx) (int, error) {
	for n := min(len(e.ids), groupSize); n > 0; n /= 4 {
		ids := e.ids[:n]
		ended, err := endedOf(ctx, tx, ids)
		if err != nil {
			return 0, err
		}
		sizes, small, err := weigh(ctx, tx, ended)
		if err != nil {
			return 0, err
		}
		if !small {
			continue
		}
		for i, b := range belongings {
			if sizes[i].Rows == 0 {
				continue
			}
			if err := deleteFrom(ctx, tx, b.table, "session_id", ended); err != nil {
				return 0, err
			}
			e.done.Add(sizes[i])
		}
		if err := e.rows(ctx, tx, ended); err != nil {
			return 0, err
		}
		e.ids = e.ids[n:]
		return n, nil
	}
	return 0, nil
}

// endedOf returns those of the sessions that have ended.
func endedOf(ctx context.Context, tx *Tx, ids []string) ([]string, error) {
	query, args, err := sqlx.In("SELECT id FROM session WHERE id IN (?) AND token_hash IS NULL", ids)
	if err != nil {
		return nil, err
	}
	var ended []string
	return ended, list(ctx, tx, &ended, query, args...)
}

// weigh counts rows and bytes of the sessions in each table of belongings, and reports whether they are few enough to go at once. It
// reads no more than that many.
func weigh(ctx context.Context, tx *Tx, ids []string) (sizes []Erased, small bool, err error) {
	if len(ids) == 0 {
		return make([]Erased, len(belongings)), true, nil
	}
	parts, args := make([]string, len(belongings)), []any{}
	for i, b := range belongings {
		part, partArgs, err := sqlx.In(fmt.Sprintf(`
			SELECT %d AS place, COUNT(*) AS n, COALESCE(SUM(size), 0) AS bytes
			FROM (
				SELECT octet_length(%s) AS size
				FROM %s
				WHERE session_id IN (?)
				LIMIT ?
			) AS some`, i, b.bytes, b.table), ids, pieceRows)
		if err != nil {
			return nil, false, err
		}
		parts[i], args = part, append(args, partArgs...)
	}
	var counts []struct {
		Place int   `db:"place"`
		N     int   `db:"n"`
		Bytes int64 `db:"bytes"`
	}
	if err := list(ctx, tx, &counts, strings.Join(parts, " UNION ALL")+" ORDER BY place", args...); err != nil {
		return nil, false, err
	}
	var all Erased
	for _, c := range counts {
		sizes = append(sizes, Erased{Rows: c.N, Bytes: c.Bytes})
		all.Add(sizes[c.Place])
	}
	return sizes, all.Rows < pieceRows && all.Bytes <= pieceBytes, nil
}

// deleteFrom deletes the rows of a table whose column has one of these values.
func deleteFrom(ctx context.Context, tx *Tx, table, column string, values []string) error {
	query, args, err := sqlx.In("DELETE FROM "+table+" WHERE "+column+" IN (?)", values)
	if err != nil {
		return err
	}
	return exec(ctx, tx, query, args...)
}

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

// rows deletes session rows, unless they are to be kept. Foreign keys refuse while anything else of a session is left: then a table is
// missing above, and the other sessions must not wait for it.
func (e *eraser) rows(ctx context.Context, tx *Tx, ids []string) error {
	if e.keepRows {
		return nil
	}
	for _, id := range ids {
		n, err := changed(ctx, tx, `
			DELETE FROM session
			WHERE id = ? AND token_hash IS NULL`, id)
		if refused(err) {
			e.left = fmt.Errorf("a session cannot be erased, rows of it are left in a table that erase.go does not know: %w", err)
			continue
		}
		if err != nil {
			return err
		}
		e.done.Sessions += int(n)
	}
	return nil
}
