package db

import (
	"context"

	"cardstock/card"
)

// ForgetRevision erases an earlier answer for good.
func (s *Scope) ForgetRevision(ctx context.Context, id, revision string) error {
	return s.remove(ctx, func(tx *Tx) error {
		r, err := s.revision(ctx, tx, id, revision)
		if err != nil {
			return err
		}
		return s.forget(ctx, tx, id, r.Key, " AND id = ?", revision)
	})
}

// ForgetField erases all earlier answers to a question for good, also to one that was deleted.
func (s *Scope) ForgetField(ctx context.Context, id, key string) error {
	return s.remove(ctx, func(tx *Tx) error {
		if _, err := s.cardRow(ctx, tx, id); err != nil {
			return err
		}
		var known bool
		err := get(ctx, tx, &known, `
			SELECT EXISTS (SELECT 1 FROM field WHERE session_id = ? AND card_id = ? AND key = ?)
			    OR EXISTS (SELECT 1 FROM revision WHERE session_id = ? AND card_id = ? AND field_key = ?)`,
			s.session, id, key, s.session, id, key)
		if err != nil {
			return err
		}
		if !known {
			return card.Errorf(card.NotFound, "There is no such question in this card.")
		}
		return s.forget(ctx, tx, id, key, "")
	})
}

// forget deletes revisions of one field. If that of its last step goes, the field says so: the next save must keep what it finds.
func (s *Scope) forget(ctx context.Context, tx *Tx, id, key, which string, args ...any) error {
	var last []string
	err := list(ctx, tx, &last, `
		SELECT id
		FROM revision
		WHERE session_id = ? AND card_id = ? AND field_key = ?
		ORDER BY started_at DESC, rev DESC, id DESC
		LIMIT 1`, s.session, id, key)
	if err != nil || len(last) == 0 {
		return err
	}
	var sizes []int64
	err = list(ctx, tx, &sizes, `
		DELETE FROM revision
		WHERE session_id = ? AND card_id = ? AND field_key = ?`+which+`
		RETURNING octet_length(label) + octet_length(before)`, append([]any{s.session, id, key}, args...)...)
	if err != nil {
		return err
	}
	var forgotten int64
	for _, n := range sizes {
		forgotten += rowBytes + n
	}
	err = exec(ctx, tx, `
		UPDATE field
		SET kept = 0
		WHERE session_id = ? AND card_id = ? AND key = ? AND NOT EXISTS (
			SELECT 1
			FROM revision
			WHERE session_id = ? AND card_id = ? AND id = ?)`, s.session, id, key, s.session, id, last[0])
	if err != nil {
		return err
	}
	if err := s.settle(ctx, tx, id); err != nil {
		return err
	}
	return s.grow(ctx, tx, id, -forgotten)
}
