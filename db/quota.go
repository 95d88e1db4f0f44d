package db

import (
	"context"
	"fmt"

	"cardstock/card"
)

// How much a session holds. Each card row has the bytes of all that belongs to the card, kept by the writes that change it: so knowing how much a
// session has is adding up a few numbers, and what is deleted with a card, or erased with a session, needs no bookkeeping at all.

// rowBytes is what a row counts besides its texts, so that many empty ones are not free.
const rowBytes = 100

func (r sectionRow) bytes() int64 { return int64(rowBytes + len(r.Key) + len(r.Title)) }

func (r fieldRow) bytes() int64 {
	return int64(rowBytes + len(r.Key) + len(r.Label) + len(r.Shape) + len(r.Answer))
}

// revisionBytes is what the answer of a field takes among the earlier ones.
func (r fieldRow) revisionBytes() int64 { return int64(rowBytes + len(r.Label) + len(r.Answer)) }

func (u *Upload) bytes() int64 { return int64(rowBytes + len(u.Name) + len(u.Bytes)) }

// attachedBytes is what the pictures and tables of a card take.
func attachedBytes(all []card.Attachment) (n int64) {
	for _, a := range all {
		n += int64(rowBytes+len(a.Name)+len(a.Caption)+len(a.Alt)+len(a.Removed)) + a.Size
	}
	return n
}

func totalBytes[R interface{ bytes() int64 }](rows map[string]R) (n int64) {
	for _, r := range rows {
		n += r.bytes()
	}
	return n
}

// room returns how many bytes more a session may hold that holds so many.
func (d *DB) room(used int64) int64 {
	if d.quota <= 0 {
		return 1 << 60
	}
	return d.quota - used
}

// room returns how many bytes more the session may hold.
func (s *Scope) room(ctx context.Context, tx *Tx) (int64, error) {
	var used int64
	err := get(ctx, tx, &used, "SELECT COALESCE(SUM(bytes), 0) FROM card WHERE session_id = ? AND deleted_at IS NULL", s.session)
	return s.db.room(used), err
}

// fits decides on a change for which there is so much room, that adds so many bytes, and so many more if the answers before it are kept as revisions. A session that is full
// takes nothing more, but what makes it smaller always works: then the answers before are not kept, for that would make it larger.
func (s *Scope) fits(room, more, revisions int64) (keep bool, err error) {
	switch {
	case more+revisions <= max(room, 0):
		return true, nil
	case more <= 0:
		return false, nil
	}
	return false, s.full(room)
}

func (s *Scope) full(room int64) error {
	return card.Errorf(card.OverQuota, "Nothing was saved: your cards, their earlier answers and uploaded files hold %s of the %s there is for one visitor. "+
		"Delete a card, a picture or an uploaded file you no longer need, and save again.", megabytes(s.db.quota-room), megabytes(s.db.quota))
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/(1<<20)) }

// textFits refuses answers that would make a card say more than one can. Most sessions hold less than that with everything, and nothing is added up.
func (s *Scope) textFits(ctx context.Context, tx *Tx, id string, used, more int64) error {
	if more <= 0 || used+more <= card.MaxText {
		return nil
	}
	var text int64
	err := get(ctx, tx, &text, "SELECT COALESCE(SUM(octet_length(answer)), 0) FROM field WHERE session_id = ? AND card_id = ?", s.session, id)
	if err != nil {
		return err
	}
	return card.CheckText(text+more, more)
}

// grow notes that a card holds so many bytes more, or fewer.
func (s *Scope) grow(ctx context.Context, tx *Tx, id string, by int64) error {
	if by == 0 {
		return nil
	}
	return exec(ctx, tx, "UPDATE card SET bytes = bytes + ? WHERE session_id = ? AND id = ?", by, s.session, id)
}

// makeRoom decides on a change of a card's structure, keeps the answers before it, and notes what the card holds afterwards. It
// returns whether the answers before are kept.
func (s *Scope) makeRoom(ctx context.Context, tx *Tx, id string, more int64, before []fieldRow, now int64) (keep bool, err error) {
	room, err := s.room(ctx, tx)
	if err == nil {
		keep, err = s.fits(room, more, revisionBytes(before))
	}
	if err != nil {
		return false, err
	}
	if keep {
		kept, err := s.revise(ctx, tx, id, before, now)
		if err != nil {
			return false, err
		}
		more += kept
	}
	return keep, s.grow(ctx, tx, id, more)
}

func revisionBytes(fields []fieldRow) (n int64) {
	for _, f := range fields {
		n += f.revisionBytes()
	}
	return n
}

// countBytes counts what a card holds anew; the step of upgrade.go that added the column does it for all. What came later than the column is not
// among it: it is counted from its first row on.
const countBytes = `
	UPDATE card
	SET bytes = 100 + octet_length(title)
	          + (SELECT COALESCE(SUM(100 + octet_length(key) + octet_length(title)), 0)
	             FROM section
	             WHERE section.session_id = card.session_id AND section.card_id = card.id)
	          + (SELECT COALESCE(SUM(100 + octet_length(key) + octet_length(label) + octet_length(shape) + octet_length(answer)), 0)
	             FROM field
	             WHERE field.session_id = card.session_id AND field.card_id = card.id)
	          + (SELECT COALESCE(SUM(100 + octet_length(label) + octet_length(before)), 0)
	             FROM revision
	             WHERE revision.session_id = card.session_id AND revision.card_id = card.id)
	          + (SELECT COALESCE(SUM(100 + octet_length(name) + size), 0)
	             FROM file
	             WHERE file.session_id = card.session_id AND file.card_id = card.id);`
