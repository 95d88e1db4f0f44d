package db

import (
	"context"

	"cardstock/card"
)

// Copy makes a new card of one that is there, changed by fn, and returns its id. Answers, sections and questions are copied; earlier
// answers and uploads stay with the card they are of. With next the new one remembers which card it is the next version of.
func (s *Scope) Copy(ctx context.Context, id string, next bool, fn func(c *card.Card)) (string, error) {
	made, predecessor := NewID(), ""
	if next {
		predecessor = id
	}
	err := s.write(ctx, func(tx *Tx) error {
		was, err := s.card(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := s.fill(ctx, tx, id, was.Attachments); err != nil {
			return err
		}
		c := was.Clone()
		c.Untouched()
		fn(c)
		if err := c.Check(); err != nil {
			return err
		}
		if err := s.insert(ctx, tx, made, c, predecessor); err != nil {
			return err
		}
		return s.copyLinks(ctx, tx, id, made)
	})
	return made, err
}

// predecessor says what is known of the card with the id, nil for "".
func (s *Scope) predecessor(ctx context.Context, q queryer, ts *card.Templates, id string) (*Predecessor, error) {
	if id == "" {
		return nil, nil
	}
	r, err := s.cardRow(ctx, q, id)
	if card.CodeOf(err) == card.NotFound {
		return &Predecessor{ID: id, Gone: true}, nil
	}
	if err != nil {
		return nil, err
	}
	names, err := s.nameAnswer(ctx, q, ts, r)
	return &Predecessor{ID: id, Name: card.DisplayName(card.Kind(r.Kind), r.Title, names)}, err
}

// nameAnswer returns the answer to a card's naming question, "" if it has none.
func (s *Scope) nameAnswer(ctx context.Context, q queryer, ts *card.Templates, r cardRow) (string, error) {
	var names []string
	err := list(ctx, q, &names, `
		SELECT answer
		FROM field
		WHERE session_id = ? AND card_id = ? AND key = ?`, s.session, r.ID, ts.NameKey(r.Template, card.Kind(r.Kind)))
	return append(names, "")[0], err
}
