package db

import (
	"context"
	"strings"

	"github.com/jmoiron/sqlx"

	"cardstock/card"
)

// MaxDatasheets is how many datasheets one model card can use. So few rows count in no quota.
const MaxDatasheets = 50

// Linked is a card at the other end of a link between a model card and a datasheet.
type Linked struct {
	ID, Name string
	Used     bool // there is a link; the datasheets that a model card could use are listed too
}

// UseDatasheets says which datasheets a model card uses: those with these ids, and no others.
func (s *Scope) UseDatasheets(ctx context.Context, id string, datasheets []string) error {
	return s.write(ctx, func(tx *Tx) error {
		r, err := s.cardRow(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case card.Kind(r.Kind) != card.Model:
			return card.Errorf(card.Invalid, "Only a model card can use datasheets.")
		case len(datasheets) > MaxDatasheets:
			return card.Errorf(card.Invalid, "One card can use at most %d datasheets.", MaxDatasheets)
		}
		if err := exec(ctx, tx, "DELETE FROM card_datasheet WHERE session_id = ? AND card_id = ?", s.session, id); err != nil {
			return err
		}
		for _, sheet := range datasheets {
			r, err := s.cardRow(ctx, tx, sheet)
			if err == nil && card.Kind(r.Kind) != card.Datasheet {
				err = card.Errorf(card.Invalid, "What a card can use are datasheets, not other model cards.")
			}
			if err != nil {
				return err
			}
			err = exec(ctx, tx, `
				INSERT INTO card_datasheet (session_id, card_id, datasheet_id) VALUES (?, ?, ?)
				ON CONFLICT DO NOTHING`, s.session, id, sheet)
			if err != nil {
				return err
			}
		}
		return exec(ctx, tx, "UPDATE card SET changed_at = ? WHERE session_id = ? AND id = ?", s.db.Now().UnixMilli(), s.session, id)
	})
}

// copyLinks gives a copy the datasheets of the card it is of.
func (s *Scope) copyLinks(ctx context.Context, tx *Tx, from, to string) error {
	return exec(ctx, tx, `
		INSERT INTO card_datasheet (session_id, card_id, datasheet_id)
		SELECT session_id,
		       ?,
		       datasheet_id
		FROM card_datasheet
		WHERE session_id = ? AND card_id = ?`, to, s.session, from)
}

// links returns for a model card all datasheets there are, the oldest first, and for a datasheet the model cards that use it.
func (s *Scope) links(ctx context.Context, q queryer, ts *card.Templates, id string, kind card.Kind) ([]Linked, error) {
	other, mine, theirs, where := "datasheet", "card_id", "datasheet_id", ""
	if kind == card.Datasheet {
		other, mine, theirs, where = "model", "datasheet_id", "card_id", "AND link.session_id IS NOT NULL"
	}
	query, args, err := sqlx.In(strings.NewReplacer("MINE", mine, "THEIRS", theirs, "LINKED", where).Replace(`
		SELECT card.id,
		       card.kind,
		       card.template,
		       card.title,
		       COALESCE(field.key, '')     AS key,
		       COALESCE(field.answer, '')  AS answer,
		       link.session_id IS NOT NULL AS used
		FROM card
		LEFT JOIN card_datasheet AS link ON link.session_id = card.session_id AND link.MINE = ? AND link.THEIRS = card.id
		LEFT JOIN field ON field.session_id = card.session_id AND field.card_id = card.id AND field.key IN (?)
		WHERE card.session_id = ? AND card.kind = ? AND card.deleted_at IS NULL LINKED
		ORDER BY card.created_at, card.id`), id, ts.NameKeys(), s.session, other)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		cardRow
		Key    string `db:"key"`
		Answer string `db:"answer"`
		Used   bool   `db:"used"`
	}
	if err := list(ctx, q, &rows, query, args...); err != nil {
		return nil, err
	}
	var linked []Linked
	for _, r := range rows { // one for each answer that could be the name
		if n := len(linked); n == 0 || linked[n-1].ID != r.ID {
			linked = append(linked, Linked{r.ID, card.DisplayName(card.Kind(r.Kind), r.Title, ""), r.Used})
		}
		if r.Key == ts.NameKey(r.Template, card.Kind(r.Kind)) {
			linked[len(linked)-1].Name = card.DisplayName(card.Kind(r.Kind), r.Title, r.Answer)
		}
	}
	return linked, nil
}

// Linked returns the cards that the outlined one is linked with.
func (o *Outline) Linked() []Linked {
	var linked []Linked
	for _, l := range o.Links {
		if l.Used {
			linked = append(linked, l)
		}
	}
	return linked
}
