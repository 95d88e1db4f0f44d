package db

import (
	"context"
	"time"

	"cardstock/card"
)

// Ways back. Each puts earlier answers into questions that are there, as an edit like any other: what stood there becomes a
// revision, so a way back has a way back.

// Restore gives a question the answer back that it had before a revision, and returns the key of its section.
func (s *Scope) Restore(ctx context.Context, id, revision string) (section string, err error) {
	err = s.write(ctx, func(tx *Tx) error {
		r, err := s.revision(ctx, tx, id, revision)
		if err != nil {
			return err
		}
		return s.edit(ctx, tx, id, func(c *card.Card) error {
			f, in := c.Field(r.Key)
			if f == nil {
				return card.Errorf(card.Invalid, "The question was deleted, so its answer cannot go back. Copy the text from the history instead.")
			}
			f.Answer, section = r.Before, in.Key
			return nil
		})
	})
	return section, err
}

// LastChange is the latest change of answers: one, or those that were changed at the same moment.
type LastChange struct {
	Labels  []string // of the questions whose answers were changed and can go back
	Emptied int      // how many of these had no answer before, and will have none again
	At      time.Time
	Lost    int // how many of the answers before are not kept
}

// LastChange returns the latest change of answers in a card. One that never was has no time.
func (s *Scope) LastChange(ctx context.Context, id string) (LastChange, error) {
	var last LastChange
	err := s.read(ctx, func(tx *Tx) error {
		if _, err := s.cardRow(ctx, tx, id); err != nil {
			return err
		}
		rows, err := s.lastChanged(ctx, tx, id)
		for _, r := range rows {
			last.At = time.UnixMilli(r.At)
			switch {
			case !r.Kept:
				last.Lost++
				continue
			case r.Empty:
				last.Emptied++
			}
			last.Labels = append(last.Labels, r.Label)
		}
		return err
	})
	return last, err
}

type lastRow struct {
	Key   string `db:"key"`
	Label string `db:"label"`
	At    int64  `db:"at"`
	Came  bool   `db:"came"` // with the question, by an import into the card; nothing was there before
	Kept  bool   `db:"kept"`
	Empty bool   `db:"was_empty"` // before, while it is not now
}

// lastChanged returns the fields whose answers were saved last, at the same moment, or came then into a card that was there. What a card is
// made with is no change of it; all of that came at one moment.
func (s *Scope) lastChanged(ctx context.Context, tx *Tx, id string) (rows []lastRow, err error) {
	err = list(ctx, tx, &rows, `
		WITH changed AS (
		  SELECT key,
		         label,
		         position,
		         saved_at = 0 AS came,
		         CASE WHEN saved_at > 0 THEN saved_at ELSE added_at END AS at,
		         kept,
		         answer
		  FROM field
		  WHERE session_id = ? AND card_id = ? AND (saved_at > 0 OR answer <> '' AND added_at > (
		    SELECT MIN(added_at)
		    FROM field
		    WHERE session_id = ? AND card_id = ?))
		)
		SELECT key,
		       label,
		       at,
		       came,
		       kept OR came AS kept,
		       CASE WHEN came OR answer <> '' AND '' = (
		         SELECT before
		         FROM revision
		         WHERE session_id = ? AND card_id = ? AND field_key = changed.key
		         ORDER BY started_at DESC, rev DESC, id DESC
		         LIMIT 1) THEN 1 ELSE 0 END AS was_empty
		FROM changed
		WHERE at = (SELECT MAX(at) FROM changed)
		ORDER BY position, key`, s.session, id, s.session, id, s.session, id)
	return rows, err
}

// Undo takes the latest change of answers back, and returns the key of a section in which it did.
func (s *Scope) Undo(ctx context.Context, id string) (section string, err error) {
	err = s.write(ctx, func(tx *Tx) error {
		if _, err := s.cardRow(ctx, tx, id); err != nil {
			return err
		}
		rows, err := s.lastChanged(ctx, tx, id)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return card.Errorf(card.Invalid, "No answer of this card has been changed yet, so there is nothing to take back.")
		}
		before := map[string]string{}
		for _, r := range rows {
			switch {
			case r.Came:
				before[r.Key] = ""
			case r.Kept:
				if err := s.beforeLast(ctx, tx, id, r.Key, before); err != nil {
					return err
				}
			}
		}
		if len(before) == 0 {
			return card.Errorf(card.Invalid, "What stood there before the last change is not kept, so it cannot be taken back.")
		}
		var n int
		if section, n, err = s.putBack(ctx, tx, id, before); err == nil && n == 0 {
			err = card.Errorf(card.Invalid, "The last change left every answer as it had been, so there is nothing to take back.")
		}
		return err
	})
	return section, err
}

// beforeLast notes what an answer was before its last step.
func (s *Scope) beforeLast(ctx context.Context, tx *Tx, id, key string, before map[string]string) error {
	var rows []string
	err := list(ctx, tx, &rows, `
		SELECT before
		FROM revision
		WHERE session_id = ? AND card_id = ? AND field_key = ?
		ORDER BY started_at DESC, rev DESC, id DESC
		LIMIT 1`, s.session, id, key)
	if err == nil && len(rows) > 0 {
		before[key] = rows[0]
	}
	return err
}

// putBack gives questions these answers. It returns the key of the section of one that got another, and how many did.
func (s *Scope) putBack(ctx context.Context, tx *Tx, id string, answers map[string]string) (section string, n int, err error) {
	err = s.edit(ctx, tx, id, func(c *card.Card) error {
		for i := range c.Sections {
			for j := range c.Sections[i].Fields {
				f := &c.Sections[i].Fields[j]
				text, ok := answers[f.Key]
				if !ok || text == f.Answer {
					continue
				}
				if f.Answer = text; section == "" {
					section = c.Sections[i].Key
				}
				n++
			}
		}
		return nil
	})
	return section, n, err
}

// RestoreAt gives every question the answer it had at a moment, as near as the history has it: an answer that was being typed
// goes to what it was when that step ended. Sections and questions stay as they are, and so do the answers of questions that
// came later. It returns how many answers changed.
func (s *Scope) RestoreAt(ctx context.Context, id string, moment time.Time) (n int, err error) {
	at := moment.UnixMilli()
	err = s.write(ctx, func(tx *Tx) error {
		c, err := s.cardRow(ctx, tx, id)
		if err != nil {
			return err
		}
		if at < c.CreatedAt {
			return card.Errorf(card.Invalid, "This card was begun later than that, so there is nothing to go back to. Nothing was changed.")
		}
		before, err := s.answersAt(ctx, tx, id, at)
		if err != nil || len(before) == 0 {
			return err
		}
		_, n, err = s.putBack(ctx, tx, id, before)
		return err
	})
	return n, err
}

// answersAt returns what answers were at a moment, in Unix milliseconds, by key: of those that are different now.
func (s *Scope) answersAt(ctx context.Context, tx *Tx, id string, at int64) (map[string]string, error) {
	var rows []struct {
		Key    string `db:"field_key"`
		Before string `db:"before"`
	}
	err := list(ctx, tx, &rows, `
		SELECT first.field_key,
		       revision.before
		FROM (
		  SELECT id,
		         field_key,
		         ROW_NUMBER() OVER (PARTITION BY field_key ORDER BY started_at, rev, id) AS n
		  FROM revision
		  WHERE session_id = ? AND card_id = ? AND started_at > ?
		) AS first
		JOIN revision ON revision.session_id = ? AND revision.card_id = ? AND revision.id = first.id
		JOIN field ON field.session_id = revision.session_id
		          AND field.card_id = revision.card_id
		          AND field.key = revision.field_key
		WHERE first.n = 1 AND field.added_at <= ? AND field.answer <> revision.before`, s.session, id, at, s.session, id, at)
	before := make(map[string]string, len(rows))
	for _, r := range rows {
		before[r.Key] = r.Before
	}
	return before, err
}
