package db

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"cardstock/card"
)

// Erased counts what was erased.
type Erased struct {
	Sessions int   // rows of the session table
	Rows     int   // all other rows
	Bytes    int64 // of answers, titles and files in them, about
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
	card  string // the column that says which card a row belongs to; "" if it belongs to none
}{
	{"handover", "session_id", "code_hash", ""},
	{"card_datasheet", "session_id, card_id, datasheet_id", "datasheet_id", "card_id"},
	{"chunk", "session_id, card_id, file_id, n", "bytes", "card_id"},
	{"file", "session_id, card_id, id", "name", "card_id"},
	{"attachment_chunk", "session_id, card_id, attachment_id, n", "bytes", "card_id"},
	{"attachment", "session_id, card_id, id", "caption", "card_id"},
	{"revision", "session_id, card_id, id", "before", "card_id"},
	{"field", "session_id, card_id, key", "answer", "card_id"},
	{"section", "session_id, card_id, key", "title", "card_id"},
	{"card", "session_id, id", "title", "id"},
}

// What one statement deletes at most: a few milliseconds' work.
const (
	pieceRows  = 400
	pieceBytes = 512 << 10
	groupSize  = 8         // sessions
	groupBytes = 256 << 10 // as their cards count them: what has many rows counts many bytes too
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

// EndAndErase ends those of the sessions that are still as they were read, and erases them. Most go in the transaction that ends them, which
// writes half as much as EndSessions and Erase. It is for sessions without a key: nothing is left of them to delete a key by.
// It returns those it ended, or none with an error; then it can be repeated. Quickest is the order of ids: so lie the entries of indexes,
// and neighbours share pages.
func (d *DB) EndAndErase(ctx context.Context, p Pace, rows []Session) ([]Session, Erased, error) {
	var all Erased
	var ended []Session
	err := d.Urgently(func() error {
		e := eraser{ids: make([]string, len(rows)), ending: make(map[string]Session, len(rows)), now: d.Now}
		for i, s := range rows {
			e.ids[i], e.ending[s.ID] = s.ID, s
		}
		err := d.paced(ctx, p, e.step)
		ended = append(ended, e.ended...)
		all.Add(e.done)
		return errors.Join(err, e.left)
	})
	d.stats.erased(all)
	if err != nil {
		ended = nil
	}
	return ended, all, err
}

// Urgently does what must be possible on a full disk too: even a DELETE needs room in the write-ahead log. If there
// is none the reserve is given up and fn is called a second time. If others have used that up for their erasing, the log is emptied.
func (d *DB) Urgently(fn func() error) error {
	err := fn()
	if card.CodeOf(err) != card.Full {
		return err
	}
	if !d.GiveUpReserve() {
		if emptied, e := d.Checkpoint(context.Background()); e != nil || !emptied {
			return err
		}
	}
	return fn()
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
	ending   map[string]Session // those that are to be ended first
	ended    []Session
	now      func() time.Time
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
	n := min(len(e.ids), groupSize)
	if err := e.end(ctx, tx, e.ids[:n]); err != nil {
		return 0, err
	}
	ended, err := endedOf(ctx, tx, e.ids[:n])
	if err != nil {
		return 0, err
	}
	sizes := make(map[string]int64, len(ended))
	for _, s := range ended {
		sizes[s.ID] = s.Bytes
	}
	var ids []string
	var bytes int64
	for i, id := range e.ids[:n] {
		size, there := sizes[id]
		if !there { // it has not ended, or is erased already
			continue
		}
		if bytes += size; bytes > groupBytes {
			if n, bytes = i, bytes-size; n == 0 {
				return 0, nil
			}
			break
		}
		ids = append(ids, id)
	}
	e.ids = e.ids[n:]
	if len(ids) == 0 {
		return n, nil
	}
	for _, b := range belongings {
		rows, err := deleteFrom(ctx, tx, b.table, "session_id", ids)
		if err != nil {
			return 0, err
		}
		e.done.Rows += int(rows)
	}
	e.done.Bytes += bytes
	return n, e.rows(ctx, tx, ids)
}

// end ends those of the sessions that are to be.
func (e *eraser) end(ctx context.Context, tx *Tx, ids []string) error {
	for _, id := range ids {
		s, ok := e.ending[id]
		if !ok {
			continue
		}
		delete(e.ending, id)
		ended, err := endOne(ctx, tx, &s, e.now())
		if err != nil {
			return err
		}
		if ended {
			e.ended = append(e.ended, s)
		}
	}
	return nil
}

type endedSession struct {
	ID    string `db:"id"`
	Bytes int64  `db:"bytes"` // of all its cards
}

// endedOf returns those of the sessions that have ended.
func endedOf(ctx context.Context, tx *Tx, ids []string) ([]endedSession, error) {
	// Asked for plainly, token_hash would have SQLite walk through the index of all ended sessions.
	query, args, err := sqlx.In(`
		SELECT id,
		       COALESCE((SELECT SUM(bytes) FROM card WHERE card.session_id = session.id), 0) AS bytes
		FROM session
		WHERE id IN (?) AND COALESCE(token_hash, '') = ''`, ids)
	if err != nil {
		return nil, err
	}
	var ended []endedSession
	return ended, list(ctx, tx, &ended, query, args...)
}

// deleteFrom deletes the rows of a table whose column has one of these values, and returns how many there were.
func deleteFrom(ctx context.Context, tx *Tx, table, column string, values []string) (int64, error) {
	query, args, err := sqlx.In("DELETE FROM "+table+" WHERE "+column+" IN (?)", values)
	if err != nil {
		return 0, err
	}
	return changed(ctx, tx, query, args...)
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
