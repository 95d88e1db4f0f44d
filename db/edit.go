package db

import (
	"context"
	"strings"

	"github.com/jmoiron/sqlx"

	"cardstock/card"
)

// MaxCards is how many cards one session can hold.
const MaxCards = 500

// CreateCard stores a new card, with the upload it was made from if upload is not nil, and returns its id.
func (s *Scope) CreateCard(ctx context.Context, c *card.Card, upload *Upload) (string, error) {
	if err := c.Check(); err != nil {
		return "", err
	}
	id := NewID()
	err := s.write(ctx, func(tx *Tx) error {
		if err := s.insert(ctx, tx, id, c, ""); err != nil || upload == nil {
			return err
		}
		_, err := s.putFile(ctx, tx, id, roleOriginal, upload)
		return err
	})
	if err == nil {
		s.db.stats.uploaded(upload)
	}
	return id, err
}

// insert stores a new card under an id.
func (s *Scope) insert(ctx context.Context, tx *Tx, id string, c *card.Card, predecessor string) error {
	if err := s.roomForCard(ctx, tx); err != nil {
		return err
	}
	now := s.db.Now().UnixMilli()
	err := exec(ctx, tx, `
		INSERT INTO card (session_id, id, kind, template, title, created_at, changed_at, bytes, predecessor)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, s.session, id, c.Kind, c.Template, c.Title, now, now, rowBytes, predecessor)
	if err != nil {
		return err
	}
	return s.store(ctx, tx, id, &card.Card{}, c)
}

// roomForCard returns an error if the session has as many cards as it can.
func (s *Scope) roomForCard(ctx context.Context, tx *Tx) error {
	var cards int
	err := get(ctx, tx, &cards, "SELECT COUNT(*) FROM card WHERE session_id = ? AND deleted_at IS NULL", s.session)
	if err == nil && cards >= MaxCards {
		err = card.Errorf(card.Invalid, "You have %d cards, which is the most a session can hold. Delete one first.", cards)
	}
	return err
}

// Edit changes a card in one transaction: fn gets the whole card as it is stored and changes it; what is
// different afterwards is written. An answer that fn changed gets a revision. If fn fails, nothing changes.
func (s *Scope) Edit(ctx context.Context, id string, fn func(c *card.Card) error) error {
	return s.write(ctx, func(tx *Tx) error { return s.edit(ctx, tx, id, fn) })
}

func (s *Scope) edit(ctx context.Context, tx *Tx, id string, fn func(c *card.Card) error) error {
	was, err := s.card(ctx, tx, id)
	if err != nil {
		return err
	}
	c := was.Clone()
	if err := fn(c); err != nil {
		return err
	}
	if err := c.Check(); err != nil {
		return err
	}
	err = exec(ctx, tx, `
		UPDATE card
		SET template = ?, title = ?, changed_at = ?
		WHERE session_id = ? AND id = ?`, c.Template, c.Title, s.db.Now().UnixMilli(), s.session, id)
	if err != nil {
		return err
	}
	return s.store(ctx, tx, id, was, c)
}

// Empty is Edit for a change that empties questions, be they answered or not: in its file they are to be empty too.
func (s *Scope) Empty(ctx context.Context, id string, fn func(c *card.Card) error) error {
	return s.write(ctx, func(tx *Tx) error {
		if err := s.edit(ctx, tx, id, fn); err != nil {
			return err
		}
		return s.settle(ctx, tx, id)
	})
}

// DeleteCard erases a card with everything in it, at once and for good; also one that was deleted and could come back.
func (s *Scope) DeleteCard(ctx context.Context, id string) error {
	return s.remove(ctx, func(tx *Tx) error {
		n, err := changed(ctx, tx, "DELETE FROM card WHERE session_id = ? AND id = ?", s.session, id)
		if err == nil && n == 0 {
			_, err = s.cardRow(ctx, tx, id)
		}
		return err
	})
}

// TakeBack erases a card that was just made, unless its visitor has changed or deleted it since.
func (s *Scope) TakeBack(ctx context.Context, id string) error {
	return s.remove(ctx, func(tx *Tx) error {
		return exec(ctx, tx, "DELETE FROM card WHERE session_id = ? AND id = ? AND changed_at = created_at AND deleted_at IS NULL", s.session, id)
	})
}

// DeleteCards erases all cards of one kind at once, those that could come back too, and returns how many there were.
func (s *Scope) DeleteCards(ctx context.Context, kind card.Kind) (int64, error) {
	var n int64
	err := s.remove(ctx, func(tx *Tx) (err error) {
		n, err = changed(ctx, tx, "DELETE FROM card WHERE session_id = ? AND kind = ?", s.session, kind)
		return err
	})
	return n, err
}

// store writes the difference between two states of a card's sections, fields and attachments.
func (s *Scope) store(ctx context.Context, tx *Tx, id string, was, is *card.Card) error {
	if err := card.CheckText(int64(is.TextBytes()), int64(is.TextBytes()-was.TextBytes())); err != nil {
		return err
	}
	oldSections, oldFields := rowsOf(was)
	newSections, newFields := rowsOf(is)
	now := s.db.Now().UnixMilli()
	var sections, fields []any
	var revised, written []fieldRow
	for _, r := range newSections {
		if old, ok := oldSections[r.Key]; !ok || old != r {
			sections = append(sections, s.session, id, r.Key, r.Position, r.Title, r.Custom)
		}
	}
	for _, r := range newFields {
		old, ok := oldFields[r.Key]
		if ok && old.Answer != r.Answer {
			revised = append(revised, old)
			r.Rev, r.SavedAt = old.Rev+1, now
		} else if ok {
			r.Rev, r.SavedAt = old.Rev, old.SavedAt
		}
		if !ok || old != r {
			written = append(written, r)
		}
	}
	for _, key := range missing(oldFields, newFields) {
		if old := oldFields[key]; !card.Blank(old.Answer) {
			revised = append(revised, old)
		}
	}
	attached, err := s.newlyAttached(was, is, now)
	if err != nil {
		return err
	}
	more := attachedBytes(attached.all) - attachedBytes(was.Attachments) + totalBytes(newSections) - totalBytes(oldSections) + totalBytes(newFields) - totalBytes(oldFields) + int64(len(is.Title)-len(was.Title))
	keep, err := s.makeRoom(ctx, tx, id, more, revised, now)
	if err != nil {
		return err
	}
	for _, r := range written {
		_, old := oldFields[r.Key]
		fields = append(fields, s.session, id, r.Key, r.SectionKey, r.Position, r.Label, r.Kind, r.Essential,
			r.Custom, r.Shape, r.Answer, r.Answered, r.Rev, r.SavedAt, old && keep, now)
	}
	if err := bulk(ctx, tx, upsertSection, 6, sections, onSection); err != nil {
		return err
	}
	if err := bulk(ctx, tx, upsertField, 16, fields, onField); err != nil {
		return err
	}
	if err := s.storeAttached(ctx, tx, id, attached); err != nil {
		return err
	}
	if err := s.deleteKeys(ctx, tx, "field", id, missing(oldFields, newFields)); err != nil {
		return err
	}
	return s.deleteKeys(ctx, tx, "section", id, missing(oldSections, newSections))
}

const (
	upsertSection = `
		INSERT INTO section (session_id, card_id, key, position, title, custom) VALUES `
	onSection = `
		ON CONFLICT (session_id, card_id, key) DO UPDATE
		SET position = excluded.position,
		    title    = excluded.title,
		    custom   = excluded.custom`
	upsertField = `
		INSERT INTO field (session_id, card_id, key, section_key, position, label, kind, essential,
		                   custom, shape, answer, answered, rev, saved_at, kept, added_at) VALUES `
	onField = `
		ON CONFLICT (session_id, card_id, key) DO UPDATE
		SET section_key = excluded.section_key,
		    position    = excluded.position,
		    label       = excluded.label,
		    kind        = excluded.kind,
		    essential   = excluded.essential,
		    custom      = excluded.custom,
		    shape       = excluded.shape,
		    answer      = excluded.answer,
		    answered    = excluded.answered,
		    rev         = excluded.rev,
		    saved_at    = excluded.saved_at,
		    kept        = CASE WHEN field.rev = excluded.rev THEN field.kept ELSE excluded.kept END`
)

// rowsOf returns the rows a card is stored as, by key.
func rowsOf(c *card.Card) (map[string]sectionRow, map[string]fieldRow) {
	sections, fields := map[string]sectionRow{}, map[string]fieldRow{}
	for i, s := range c.Sections {
		sections[s.Key] = sectionRow{s.Key, i, s.Title, s.Custom}
		for j := range s.Fields {
			f := &s.Fields[j]
			r := fieldRow{Key: f.Key, SectionKey: s.Key, Position: j, Label: f.Label, Kind: string(f.Kind),
				Essential: f.Essential, Custom: f.Custom, Shape: shapeOf(f), Answer: f.Answer, Answered: f.Answered(), Rev: f.Rev}
			if !f.SavedAt.IsZero() {
				r.SavedAt = f.SavedAt.UnixMilli()
			}
			fields[f.Key] = r
		}
	}
	return sections, fields
}

// missing returns the keys of was that is lacks.
func missing[T any](was, is map[string]T) []string {
	var keys []string
	for key := range was {
		if _, ok := is[key]; !ok {
			keys = append(keys, key)
		}
	}
	return keys
}

// deleteKeys deletes rows of section or field by key.
func (s *Scope) deleteKeys(ctx context.Context, tx *Tx, table, id string, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	query, args, err := sqlx.In("DELETE FROM "+table+" WHERE session_id = ? AND card_id = ? AND key IN (?)", s.session, id, keys)
	if err != nil {
		return err
	}
	return exec(ctx, tx, query, args...)
}

// bulk inserts rows of width values each with few statements; an engine limits the number of values in one.
func bulk(ctx context.Context, tx *Tx, insert string, width int, values []any, onConflict string) error {
	const most = 200 // rows in one statement
	row := "(" + strings.TrimSuffix(strings.Repeat("?, ", width), ", ") + "), "
	for len(values) > 0 {
		n := min(len(values)/width, most)
		query := insert + strings.TrimSuffix(strings.Repeat(row, n), ", ") + onConflict
		if err := exec(ctx, tx, query, values[:n*width]...); err != nil {
			return err
		}
		values = values[n*width:]
	}
	return nil
}
