package db

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"cardstock/card"
)

// Revision is what an answer was before a save, or before its question was deleted.
type Revision struct {
	ID    string
	Field card.Field // with the earlier answer
	Gone  bool       // the question is no longer in the card
	Until time.Time  // when a save replaced it
}

// maxListed is how many revisions the history of a card lists.
const maxListed = 500

// Revisions lists the earlier answers of a card that were not empty, the latest change first.
func (s *Scope) Revisions(ctx context.Context, id string) ([]Revision, error) {
	var rows []struct {
		ID     string `db:"id"`
		Key    string `db:"field_key"`
		Label  string `db:"label"`
		Before string `db:"before"`
		Until  int64  `db:"started_at"`
		Kind   string `db:"kind"`
		Shape  string `db:"shape"`
		Gone   bool   `db:"gone"`
	}
	err := s.read(ctx, func(tx *Tx) error {
		if _, err := s.cardRow(ctx, tx, id); err != nil {
			return err
		}
		return list(ctx, tx, &rows, `
			SELECT revision.id,
			       revision.field_key,
			       revision.label,
			       revision.before,
			       revision.started_at,
			       COALESCE(field.kind, 'text') AS kind,
			       COALESCE(field.shape, '')    AS shape,
			       field.key IS NULL            AS gone
			FROM revision
			LEFT JOIN field ON field.session_id = revision.session_id
			               AND field.card_id = revision.card_id
			               AND field.key = revision.field_key
			WHERE revision.session_id = ? AND revision.card_id = ? AND revision.before <> ''
			ORDER BY revision.started_at DESC, revision.id
			LIMIT ?`, s.session, id, maxListed)
	})
	revisions := make([]Revision, len(rows))
	for i, r := range rows {
		f := fieldRow{Key: r.Key, Label: r.Label, Kind: r.Kind, Shape: r.Shape, Answer: r.Before}
		revisions[i] = Revision{r.ID, f.field(), r.Gone, time.UnixMilli(r.Until)}
	}
	return revisions, err
}

// Restore gives a question the answer back that it had before a revision, and returns the key of its section. What it
// has now becomes a revision itself, so restoring can be taken back.
func (s *Scope) Restore(ctx context.Context, id, revision string) (section string, err error) {
	err = s.write(ctx, func(tx *Tx) error {
		var rows []struct {
			Key    string `db:"field_key"`
			Before string `db:"before"`
		}
		if _, err := s.cardRow(ctx, tx, id); err != nil {
			return err
		}
		err := list(ctx, tx, &rows, `
			SELECT field_key,
			       before
			FROM revision
			WHERE session_id = ? AND card_id = ? AND id = ?`, s.session, id, revision)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return card.Errorf(card.NotFound, "There is no such earlier answer here.")
		}
		return s.edit(ctx, tx, id, func(c *card.Card) error {
			f, in := c.Field(rows[0].Key)
			if f == nil {
				return card.Errorf(card.Invalid, "The question was deleted, so its answer cannot go back. Copy the text from the history instead.")
			}
			f.Answer, section = rows[0].Before, in.Key
			return nil
		})
	})
	return section, err
}

// folds reports whether a save at this moment, in Unix milliseconds, belongs to the same step as the last one of the same answer,
// so that the text before it is kept already.
func (r fieldRow) folds(now int64) bool { return r.Kept && r.SavedAt > now-foldFor.Milliseconds() }

// revise keeps what answers were before a change, forgets the oldest of those with too many, and returns how many bytes more that takes.
func (s *Scope) revise(ctx context.Context, tx *Tx, id string, were []fieldRow, now int64) (int64, error) {
	if len(were) == 0 {
		return 0, nil
	}
	values := make([]any, 0, 9*len(were))
	for _, was := range were {
		values = append(values, s.session, id, NewID(), was.Key, was.Label, was.Answer, was.Rev, now, was.SavedAt)
	}
	err := bulk(ctx, tx, `
		INSERT INTO revision (session_id, card_id, id, field_key, label, before, rev, started_at, saved_at) VALUES `,
		9, values, "")
	if err != nil {
		return 0, err
	}
	forgotten, err := s.prune(ctx, tx, id, were)
	return revisionBytes(were) - forgotten, err
}

// prune forgets the oldest steps of those answers that have too many, and returns how many bytes they took. Each step raised its answer's
// revision, so most answers cannot have.
func (s *Scope) prune(ctx context.Context, tx *Tx, id string, were []fieldRow) (forgotten int64, err error) {
	keys := make([]string, 0, len(were))
	for _, was := range were {
		if was.Rev >= maxRevisions {
			keys = append(keys, was.Key)
		}
	}
	if len(keys) == 0 {
		return 0, nil
	}
	query, args, err := sqlx.In(`
		DELETE FROM revision
		WHERE session_id = ? AND card_id = ? AND id IN (
			SELECT id
			FROM (
				SELECT id,
				       ROW_NUMBER() OVER (PARTITION BY field_key ORDER BY started_at DESC, id) AS age
				FROM revision
				WHERE session_id = ? AND card_id = ? AND field_key IN (?)
			) AS aged
			WHERE age > ?)
		RETURNING octet_length(label) + octet_length(before)`,
		s.session, id, s.session, id, keys, maxRevisions)
	if err != nil {
		return 0, err
	}
	var sizes []int64
	err = list(ctx, tx, &sizes, query, args...)
	for _, n := range sizes {
		forgotten += rowBytes + n
	}
	return forgotten, err
}
