package db

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/jmoiron/sqlx"

	"cardstock/card"
)

// Revision is one step in the history of an answer: what it was before a save, or before its question was deleted, and what
// the step made of it.
type Revision struct {
	ID    string
	Field card.Field // with the earlier answer
	After string     // what the next step found, or what is there now
	Gone  bool       // the question is no longer in the card
	Until time.Time  // when a save replaced it
	Place string     // in the history of the card: older steps are listed from here
}

// Revisions lists so many steps of a card's history, the latest first, those older than a place in it; "" is the beginning.
func (s *Scope) Revisions(ctx context.Context, id, from string, most int) ([]Revision, error) {
	at, rev, last, err := parsePlace(from)
	if err != nil {
		return nil, err
	}
	var rows []stepRow
	err = s.read(ctx, func(tx *Tx) error {
		if _, err := s.cardRow(ctx, tx, id); err != nil {
			return err
		}
		return list(ctx, tx, &rows, selectSteps, s.session, id, at, rev, last, most, s.session, id)
	})
	revisions := make([]Revision, len(rows))
	for i, r := range rows {
		f := fieldRow{Key: r.Key, Label: r.Label, Kind: r.Kind, Shape: r.Shape, Answer: r.Before}
		revisions[i] = Revision{r.ID, f.field(), r.After, r.Gone, time.UnixMilli(r.Until), fmt.Sprintf("%d.%d.%s", r.Until, r.Rev, r.ID)}
	}
	return revisions, err
}

// EarlierAnswers returns all answers in a card's history, the oldest first: the questions have no more than their keys, words and answers.
func (s *Scope) EarlierAnswers(ctx context.Context, id string) ([]card.Field, error) {
	var rows []fieldRow
	err := s.read(ctx, func(tx *Tx) error {
		if _, err := s.cardRow(ctx, tx, id); err != nil {
			return err
		}
		return list(ctx, tx, &rows, `
			SELECT field_key AS key,
			       label,
			       before    AS answer,
			       'text'    AS kind
			FROM revision
			WHERE session_id = ? AND card_id = ?
			ORDER BY started_at, rev, id`, s.session, id)
	})
	fields := make([]card.Field, len(rows))
	for i, r := range rows {
		fields[i] = r.field()
	}
	return fields, err
}

type stepRow struct {
	ID     string `db:"id"`
	Key    string `db:"field_key"`
	Label  string `db:"label"`
	Before string `db:"before"`
	After  string `db:"after"`
	Rev    int64  `db:"rev"`
	Until  int64  `db:"started_at"`
	Kind   string `db:"kind"`
	Shape  string `db:"shape"`
	Gone   bool   `db:"gone"`
}

// The texts are fetched for the listed steps only.
const selectSteps = `
	SELECT revision.id,
	       revision.field_key,
	       revision.label,
	       revision.before,
	       COALESCE(following.before, field.answer, '') AS after,
	       revision.rev,
	       revision.started_at,
	       COALESCE(field.kind, 'text') AS kind,
	       COALESCE(field.shape, '')    AS shape,
	       field.key IS NULL            AS gone
	FROM (
	  SELECT session_id,
	         card_id,
	         id,
	         following
	  FROM (
	    SELECT session_id,
	           card_id,
	           id,
	           rev,
	           started_at,
	           LEAD(id) OVER (PARTITION BY field_key ORDER BY started_at, rev, id) AS following
	    FROM revision
	    WHERE session_id = ? AND card_id = ?
	  ) AS every
	  WHERE (started_at, rev, id) < (?, ?, ?)
	  ORDER BY started_at DESC, rev DESC, id DESC
	  LIMIT ?
	) AS step
	JOIN revision ON revision.session_id = step.session_id
	             AND revision.card_id = step.card_id
	             AND revision.id = step.id
	LEFT JOIN revision AS following ON following.session_id = step.session_id
	                               AND following.card_id = step.card_id
	                               AND following.id = step.following
	LEFT JOIN field ON field.session_id = revision.session_id
	               AND field.card_id = revision.card_id
	               AND field.key = revision.field_key
	WHERE revision.session_id = ? AND revision.card_id = ?
	ORDER BY revision.started_at DESC, revision.rev DESC, revision.id DESC`

// parsePlace reads what Revision.Place says; "" is before the first step. It names no row: one that is gone is a place all the same.
func parsePlace(place string) (at, rev int64, id string, err error) {
	if place == "" {
		return math.MaxInt64, 0, "", nil
	}
	if n, err := fmt.Sscanf(place, "%d.%d.%s", &at, &rev, &id); n != 3 || err != nil {
		return 0, 0, "", card.Errorf(card.NotFound, "The history of a card has no such place.")
	}
	return at, rev, id, nil
}

// EarlierAnswer returns what an answer was before a step of its history, whole.
func (s *Scope) EarlierAnswer(ctx context.Context, id, revision string) (text string, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		r, err := s.revision(ctx, tx, id, revision)
		text = r.Before
		return err
	})
	return text, err
}

type revisionRow struct {
	Key       string `db:"field_key"`
	Label     string `db:"label"`
	Before    string `db:"before"`
	Rev       int64  `db:"rev"`
	StartedAt int64  `db:"started_at"`
}

func (s *Scope) revision(ctx context.Context, tx *Tx, id, revision string) (revisionRow, error) {
	if _, err := s.cardRow(ctx, tx, id); err != nil {
		return revisionRow{}, err
	}
	var rows []revisionRow
	err := list(ctx, tx, &rows, `
		SELECT field_key,
		       label,
		       before,
		       rev,
		       started_at
		FROM revision
		WHERE session_id = ? AND card_id = ? AND id = ?`, s.session, id, revision)
	if err == nil && len(rows) == 0 {
		err = card.Errorf(card.NotFound, "There is no such earlier answer here.")
	}
	if err != nil {
		return revisionRow{}, err
	}
	return rows[0], nil
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
	if err == nil && forgotten > 0 {
		err = s.settle(ctx, tx, id)
	}
	return forgotten, err
}
