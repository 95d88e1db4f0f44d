package db

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

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
	err := s.write(ctx, func(tx *Tx) (err error) {
		outcomes, err = s.saveAnswers(ctx, tx, id, answers)
		return err
	})
	if err == nil {
		s.db.stats.saved(outcomes)
	}
	return outcomes, err
}

func (s *Scope) saveAnswers(ctx context.Context, tx *Tx, id string, answers []Answer) (map[string]Outcome, error) {
	stored, err := s.fields(ctx, tx, id, answers)
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
	return outcomes, s.writeAnswers(ctx, tx, id, answers, stored, outcomes)
}

func (s *Scope) writeAnswers(ctx context.Context, tx *Tx, id string, answers []Answer, stored map[string]fieldRow, outcomes map[string]Outcome) error {
	edited, more := edits(answers, outcomes)
	if len(edited) == 0 {
		return nil
	}
	var before []fieldRow
	for _, a := range edited {
		before = append(before, stored[a.Key])
	}
	keep, err := s.fits(ctx, tx, more, revisionBytes(before))
	if err != nil {
		return err
	}
	now := s.db.Now()
	for _, a := range edited {
		if keep {
			kept, err := s.step(ctx, tx, id, stored[a.Key], now.UnixMilli())
			if err != nil {
				return err
			}
			more += kept
		}
		if err := s.update(ctx, tx, id, a, stored[a.Key].Answered, now.UnixMilli()); err != nil {
			return err
		}
		o := outcomes[a.Key]
		o.Field.Answer, o.Field.Rev, o.Field.SavedAt = a.Text, a.Rev.N+1, now
		outcomes[a.Key] = o
	}
	return exec(ctx, tx, "UPDATE card SET changed_at = ?, bytes = bytes + ? WHERE session_id = ? AND id = ?", now.UnixMilli(), more, s.session, id)
}

// update writes one answer. Counted as answered or not as before, it leaves the index that counts alone, which is half the work.
func (s *Scope) update(ctx context.Context, tx *Tx, id string, a Answer, answered bool, now int64) error {
	count := ""
	if card.Answered(a.Text) != answered {
		count = "answered = 1 - answered,"
	}
	n, err := changed(ctx, tx, `
		UPDATE field
		SET answer   = ?,
		    `+count+`
		    rev      = rev + 1,
		    saved_at = ?
		WHERE session_id = ? AND card_id = ? AND key = ? AND rev = ?`,
		a.Text, now, s.session, id, a.Key, a.Rev.N)
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

// fields returns the stored fields the answers are for, by key; a card that is not there is an error.
func (s *Scope) fields(ctx context.Context, tx *Tx, id string, answers []Answer) (map[string]fieldRow, error) {
	stored := make(map[string]fieldRow, len(answers))
	if len(answers) > 0 {
		keys := make([]string, len(answers))
		for i, a := range answers {
			keys[i] = a.Key
		}
		query, args, err := sqlx.In(selectField+" AND key IN (?)", s.session, id, keys)
		if err != nil {
			return nil, err
		}
		var rows []fieldRow
		if err := list(ctx, tx, &rows, query, args...); err != nil {
			return nil, err
		}
		for _, r := range rows {
			stored[r.Key] = r
		}
	}
	if len(stored) == 0 { // a field that is there says that its card is
		if _, err := s.cardRow(ctx, tx, id); err != nil {
			return nil, err
		}
	}
	return stored, nil
}

// Field returns one field of a card and the key of its section.
func (s *Scope) Field(ctx context.Context, id, key string) (*card.Field, string, error) {
	var rows []fieldRow
	err := s.read(ctx, func(tx *Tx) error {
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
