package db

import (
	"context"
	"strings"
	"time"

	"cardstock/card"
)

// Answer is one submitted answer.
type Answer struct {
	Key  string
	Text string // canonical form
	Rev  card.Rev
}

// Outcome is what became of one submitted answer.
type Outcome struct {
	Edit  card.Edit
	Field card.Field // as stored afterwards; on a conflict: theirs
}

// foldFor is how long the saves of one answer count as one step of its history.
const foldFor = 10 * time.Minute

// maxRevisions is how many steps the history of one answer keeps; older ones go.
const maxRevisions = 100

// SaveAnswers writes the edited ones among the answers, all or none. If one is in conflict or invalid,
// nothing is written and the error is a *card.Error; on a conflict the outcomes tell which.
func (s *Scope) SaveAnswers(ctx context.Context, id string, answers []Answer) (map[string]Outcome, error) {
	var outcomes map[string]Outcome
	save := func(tx *Tx) (err error) {
		outcomes, err = s.saveAnswers(ctx, tx, id, answers)
		return err
	}
	err := translate(errShort)
	switch {
	case s.db.short.Load():
	case s.birth != nil: // there is no card yet, which the others who wait need not be held up for
		err = s.commit(ctx, save)
	default:
		err = s.db.writeLight(ctx, save)
	}
	if err == nil {
		s.db.stats.saved(outcomes)
	}
	return outcomes, err
}

// ReplaceAnswer writes an answer as SaveAnswers does, and always as a step of its own: it was not typed, so what was typed just before is kept.
func (s *Scope) ReplaceAnswer(ctx context.Context, id string, a Answer) (Outcome, error) {
	var outcomes map[string]Outcome
	err := s.write(ctx, func(tx *Tx) error {
		err := exec(ctx, tx, "UPDATE field SET kept = 0 WHERE session_id = ? AND card_id = ? AND key = ? AND rev = ?", s.session, id, a.Key, a.Rev.N)
		if err == nil {
			outcomes, err = s.saveAnswers(ctx, tx, id, []Answer{a})
		}
		return err
	})
	if err == nil {
		s.db.stats.saved(outcomes)
	}
	return outcomes[a.Key], err
}

// saveAnswers writes once all that can refuse the answers has been asked, and also asks whether the session is alive: this is what
// visitors do most, and each statement less is a tenth of it.
func (s *Scope) saveAnswers(ctx context.Context, tx *Tx, id string, answers []Answer) (map[string]Outcome, error) {
	now := s.db.Now()
	stored, used, err := s.submitted(ctx, tx, id, answers, now)
	if err != nil {
		return nil, err
	}
	outcomes := make(map[string]Outcome, len(answers))
	var conflict error
	for _, a := range answers {
		r, ok := stored[a.Key]
		if !ok {
			return nil, &card.Error{Code: card.NotFound, Message: "There is no such question in this card.", Field: a.Key}
		}
		f := r.field()
		edit := f.Judge(a.Text, a.Rev)
		outcomes[a.Key] = Outcome{edit, f}
		switch edit {
		case card.Conflicted:
			conflict = &card.Error{Code: card.Conflict, Message: "This answer was changed elsewhere meanwhile.", Field: a.Key}
		case card.Write:
			if err := f.CheckAnswer(a.Text); err != nil {
				return nil, err
			}
		}
	}
	if conflict != nil {
		return outcomes, conflict
	}
	return outcomes, s.writeAnswers(ctx, tx, id, answers, stored, used, now, outcomes)
}

func (s *Scope) writeAnswers(ctx context.Context, tx *Tx, id string, answers []Answer, stored map[string]fieldRow, used int64, now time.Time,
	outcomes map[string]Outcome) error {
	edited, more := edits(answers, outcomes)
	if len(edited) == 0 {
		return nil
	}
	if err := s.textFits(ctx, tx, id, used, more); err != nil {
		return err
	}
	var before []fieldRow // of answers whose step begins
	for _, a := range edited {
		if was := stored[a.Key]; !was.folds(now.UnixMilli()) {
			before = append(before, was)
		}
	}
	keep, err := s.fits(s.db.room(used), more, revisionBytes(before))
	if err != nil {
		return err
	}
	if keep {
		kept, err := s.revise(ctx, tx, id, before, now.UnixMilli())
		if err != nil {
			return err
		}
		more += kept
	}
	for _, a := range edited {
		was := stored[a.Key]
		if err := s.update(ctx, tx, id, a, was, keep || was.folds(now.UnixMilli()), now.UnixMilli()); err != nil {
			return err
		}
		o := outcomes[a.Key]
		o.Field.Answer, o.Field.Rev, o.Field.SavedAt = a.Text, a.Rev.N+1, now
		outcomes[a.Key] = o
	}
	return exec(ctx, tx, "UPDATE card SET changed_at = ?, bytes = bytes + ? WHERE session_id = ? AND id = ?", now.UnixMilli(), more, s.session, id)
}

// update writes one answer. Counted as answered or not as before, it leaves the index that counts alone, which is half the work.
func (s *Scope) update(ctx context.Context, tx *Tx, id string, a Answer, was fieldRow, kept bool, now int64) error {
	count := ""
	if is := (&card.Field{Kind: card.FieldKind(was.Kind), Answer: a.Text}); is.Answered() != was.Answered {
		count = "answered = 1 - answered,"
	}
	n, err := changed(ctx, tx, `
		UPDATE field
		SET answer   = ?,
		    `+count+`
		    rev      = rev + 1,
		    saved_at = ?,
		    kept     = ?
		WHERE session_id = ? AND card_id = ? AND key = ? AND rev = ?`,
		a.Text, now, kept, s.session, id, a.Key, a.Rev.N)
	if err == nil && n != 1 {
		err = card.Errorf(card.Conflict, "This answer was changed elsewhere meanwhile.")
	}
	return err
}

// edits returns the answers that are to be written and how many bytes longer they are than what they replace.
func edits(answers []Answer, outcomes map[string]Outcome) (edited []Answer, more int64) {
	for _, a := range answers {
		if o := outcomes[a.Key]; o.Edit == card.Write {
			edited, more = append(edited, a), more+int64(len(a.Text)-len(o.Field.Answer))
		}
	}
	return edited, more
}

// submitted returns the stored fields the answers are for, by key, and how many bytes the session holds. A session that has ended and
// a card that is not there are errors.
func (s *Scope) submitted(ctx context.Context, tx *Tx, id string, answers []Answer, now time.Time) (map[string]fieldRow, int64, error) {
	stored := make(map[string]fieldRow, len(answers))
	var used, there, until int64
	if len(answers) > 0 {
		args := append(make([]any, 0, len(answers)+7), s.session, s.session, id, s.session, s.hash(), s.session, id)
		for _, a := range answers {
			args = append(args, a.Key)
		}
		rows, err := tx.QueryContext(ctx, tx.Rebind(selectSubmitted+strings.Repeat(", ?", len(answers)-1)+")"), args...)
		if err != nil {
			return nil, 0, err
		}
		defer rows.Close()
		for len(stored) < len(answers) && rows.Next() { // scanned by hand, for sqlx takes longer than SQLite
			var r fieldRow
			err := rows.Scan(&r.Key, &r.SectionKey, &r.Position, &r.Label, &r.Kind, &r.Essential, &r.Custom, &r.Shape, &r.Answer, &r.Answered,
				&r.Rev, &r.SavedAt, &r.Kept, &used, &there, &until)
			if err != nil {
				return nil, 0, err
			}
			stored[r.Key] = r
		}
		if err := rows.Err(); err != nil {
			return nil, 0, err
		}
	}
	if until <= now.UnixMilli() {
		if err := s.alive(ctx, tx, now); err != nil {
			return nil, 0, err
		}
	}
	if there == 0 { // or no field was found that could say so
		if _, err := s.cardRow(ctx, tx, id); err != nil {
			return nil, 0, err
		}
	}
	return stored, used, nil
}

// Not a join nor an EXISTS: SQLite plans those anew each time values are bound, which takes longer than everything else.
const selectSubmitted = `
	SELECT` + fieldColumns + `,
	       (SELECT COALESCE(SUM(bytes), 0) FROM card WHERE session_id = ? AND deleted_at IS NULL) AS used,
	       (SELECT COUNT(*) FROM card WHERE session_id = ? AND id = ? AND deleted_at IS NULL) AS there,
	       COALESCE((SELECT expires_at FROM session WHERE id = ? AND token_hash = COALESCE(?, token_hash)), 0) AS until
	FROM field
	WHERE session_id = ?
	  AND card_id = ?
	  AND key IN (?`

// Field returns one field of a card and the key of its section.
func (s *Scope) Field(ctx context.Context, id, key string) (*card.Field, string, error) {
	var rows []fieldRow
	err := s.read(ctx, func(tx *Tx) error {
		if _, err := s.cardRow(ctx, tx, id); err != nil {
			return err
		}
		return list(ctx, tx, &rows, selectField+" AND key = ?", s.session, id, key)
	})
	if err != nil {
		return nil, "", err
	}
	if len(rows) == 0 {
		return nil, "", card.Errorf(card.NotFound, "There is no such question in this card.")
	}
	f := rows[0].field()
	return &f, rows[0].SectionKey, nil
}
