package db

import (
	"context"
)

// Usage is what is kept about one session.
type Usage struct {
	Models     int   `db:"models"`
	Datasheets int   `db:"datasheets"`
	Answers    int   `db:"answers"`
	Earlier    int   `db:"earlier"` // earlier versions of answers
	Files      int   `db:"files"`
	Attached   int   `db:"attached"` // pictures and tables in sections
	Bytes      int64 `db:"bytes"`    // of all texts and files, and a little for each row
	Quota      int64 `db:"-"`        // bytes there can be; 0 means no end
}

// Cards is the number of cards of both kinds.
func (u Usage) Cards() int { return u.Models + u.Datasheets }

// Usage counts what the session keeps.
func (s *Scope) Usage(ctx context.Context) (Usage, error) {
	var u Usage
	err := s.readSession(ctx, func(tx *Tx) error {
		return get(ctx, tx, &u, `
			WITH there AS MATERIALIZED (SELECT id, kind, bytes FROM card WHERE session_id = ? AND deleted_at IS NULL)
			SELECT (SELECT COUNT(*) FROM there WHERE kind = 'model')     AS models,
			       (SELECT COUNT(*) FROM there WHERE kind = 'datasheet') AS datasheets,
			       (SELECT COALESCE(SUM(answered), 0)
			        FROM field
			        WHERE session_id = ? AND card_id IN (SELECT id FROM there)) AS answers,
			       (SELECT COUNT(*)
			        FROM revision
			        WHERE session_id = ? AND before <> '' AND card_id IN (SELECT id FROM there)) AS earlier,
			       (SELECT COUNT(*)
			        FROM file
			        WHERE session_id = ? AND card_id IN (SELECT id FROM there)) AS files,
			       (SELECT COUNT(*)
			        FROM attachment
			        WHERE session_id = ? AND card_id IN (SELECT id FROM there)) AS attached,
			       (SELECT COALESCE(SUM(bytes), 0) FROM there) AS bytes`,
			s.session, s.session, s.session, s.session, s.session)
	})
	u.Quota = s.db.quota
	return u, err
}
