package db

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"cardstock/card"
)

type attachmentRow struct {
	ID         string `db:"id"`
	SectionKey string `db:"section_key"`
	Position   int    `db:"position"`
	Name       string `db:"name"`
	Caption    string `db:"caption"`
	Alt        string `db:"alt"`
	MediaType  string `db:"media_type"`
	Size       int64  `db:"size"`
	Width      int    `db:"width"`
	Height     int    `db:"height"`
	Removed    string `db:"removed"`
	CreatedAt  int64  `db:"created_at"`
}

func (r attachmentRow) attachment() card.Attachment {
	return card.Attachment{ID: r.ID, Section: r.SectionKey, Name: r.Name, Caption: r.Caption, Alt: r.Alt, MediaType: r.MediaType, Size: r.Size,
		Width: r.Width, Height: r.Height, Removed: r.Removed, CreatedAt: time.UnixMilli(r.CreatedAt)}
}

const selectAttachment = `
	SELECT id,
	       section_key,
	       position,
	       name,
	       caption,
	       alt,
	       media_type,
	       size,
	       width,
	       height,
	       removed,
	       created_at
	FROM attachment
	WHERE session_id = ? AND card_id = ?`

// attached returns the attachments of a card in order, without their bytes.
func (s *Scope) attached(ctx context.Context, q queryer, id string) ([]card.Attachment, error) {
	var rows []attachmentRow
	err := list(ctx, q, &rows, selectAttachment+" ORDER BY position, id", s.session, id)
	var all []card.Attachment
	for _, r := range rows {
		all = append(all, r.attachment())
	}
	return all, err
}

// WholeCard returns a card with the bytes of its attachments: what an export needs.
func (s *Scope) WholeCard(ctx context.Context, id string) (*card.Card, error) {
	return s.WholeCardIf(ctx, id, func(*card.Card) bool { return true })
}

// WholeCardIf is WholeCard of a card that its caller wants, who looks at it before the bytes are read; nil for one that is not wanted.
func (s *Scope) WholeCardIf(ctx context.Context, id string, wanted func(c *card.Card) bool) (*card.Card, error) {
	var c *card.Card
	err := s.read(ctx, func(tx *Tx) (err error) {
		if c, err = s.card(ctx, tx, id); err != nil {
			return err
		}
		if !wanted(c) {
			c = nil
			return nil
		}
		return s.fill(ctx, tx, id, c.Attachments)
	})
	return c, err
}

// Attachments returns the attachments of one section in order, tables with their bytes: they are shown as what they say.
func (s *Scope) Attachments(ctx context.Context, id, section string) ([]card.Attachment, error) {
	var shown []card.Attachment
	err := s.read(ctx, func(tx *Tx) error {
		if _, err := s.cardRow(ctx, tx, id); err != nil {
			return err
		}
		all, err := s.attached(ctx, tx, id)
		if err != nil {
			return err
		}
		shown = slices.DeleteFunc(all, func(a card.Attachment) bool { return a.Section != section })
		return s.fillTables(ctx, tx, id, shown)
	})
	return shown, err
}

// ShownCard returns a card as a page of ours shows it: its tables with their bytes, its pictures without, for the browser asks for those itself.
func (s *Scope) ShownCard(ctx context.Context, id string) (*card.Card, error) {
	var c *card.Card
	err := s.read(ctx, func(tx *Tx) (err error) {
		if c, err = s.card(ctx, tx, id); err != nil {
			return err
		}
		return s.fillTables(ctx, tx, id, c.Attachments)
	})
	return c, err
}

// fillTables reads the bytes of those attachments that are tables.
func (s *Scope) fillTables(ctx context.Context, q queryer, id string, all []card.Attachment) error {
	for i := range all {
		if all[i].MediaType != "text/csv" {
			continue
		}
		if err := s.fill(ctx, q, id, all[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// Attachment returns one attachment of a card with its bytes.
func (s *Scope) Attachment(ctx context.Context, id, attachment string) (*card.Attachment, error) {
	var found []card.Attachment
	err := s.read(ctx, func(tx *Tx) error {
		if _, err := s.cardRow(ctx, tx, id); err != nil {
			return err
		}
		var rows []attachmentRow
		if err := list(ctx, tx, &rows, selectAttachment+" AND id = ?", s.session, id, attachment); err != nil {
			return err
		}
		if len(rows) == 0 {
			return card.Errorf(card.NotFound, "There is no such file here.")
		}
		found = []card.Attachment{rows[0].attachment()}
		return s.fill(ctx, tx, id, found)
	})
	if err != nil {
		return nil, err
	}
	return &found[0], nil
}

// fill reads the bytes of attachments.
func (s *Scope) fill(ctx context.Context, q queryer, id string, all []card.Attachment) error {
	for i := range all {
		var chunks [][]byte
		err := list(ctx, q, &chunks, `
			SELECT bytes
			FROM attachment_chunk
			WHERE session_id = ? AND card_id = ? AND attachment_id = ?
			ORDER BY n`, s.session, id, all[i].ID)
		if err != nil {
			return err
		}
		all[i].Bytes = slices.Concat(chunks...)
	}
	return nil
}

// DeleteAttachment erases one attachment. It can be done on a full disk, and there is no way back.
func (s *Scope) DeleteAttachment(ctx context.Context, id, attachment string) error {
	return s.remove(ctx, func(tx *Tx) error {
		if _, err := s.cardRow(ctx, tx, id); err != nil {
			return err
		}
		all, err := s.attached(ctx, tx, id)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(a card.Attachment) bool { return a.ID == attachment })
		if i < 0 {
			return card.Errorf(card.NotFound, "There is no such file here.")
		}
		if err := s.deleteAttached(ctx, tx, id, []string{attachment}); err != nil {
			return err
		}
		err = exec(ctx, tx, `
			UPDATE attachment
			SET position = position - 1
			WHERE session_id = ? AND card_id = ? AND position > ?`, s.session, id, i)
		if err != nil {
			return err
		}
		return s.grow(ctx, tx, id, -attachedBytes(all[i:i+1]))
	})
}

// attachedChange is what an edit does to the attachments of a card.
type attachedChange struct {
	all     []card.Attachment // as they are afterwards, each with an id
	written []any             // rows that are new or different
	bytes   []card.Attachment // of them, those with other bytes
	gone    []string          // ids
}

// newlyAttached compares two states of a card's attachments. One without an id is new, one with bytes has other bytes. A position is
// always the place in the list. A card that was read without bytes cannot be stored as another one: its pictures would be empty.
func (s *Scope) newlyAttached(was, is *card.Card, now int64) (attachedChange, error) {
	ch := attachedChange{all: slices.Clone(is.Attachments)}
	old := map[string]card.Attachment{}
	places := map[string]int{}
	for i, a := range was.Attachments {
		old[a.ID], places[a.ID] = a, i
	}
	for i := range ch.all {
		a := &ch.all[i]
		before, known := old[a.ID]
		if !known && a.Bytes == nil {
			return ch, errors.New("an attachment without its bytes: WholeCard reads them")
		}
		if !known {
			a.ID, a.CreatedAt = NewID(), time.UnixMilli(now)
		}
		delete(old, a.ID)
		if a.Bytes != nil {
			ch.bytes = append(ch.bytes, *a)
			a.CreatedAt = time.UnixMilli(now)
		} else if known && places[a.ID] == i && before.Caption == a.Caption && before.Alt == a.Alt && before.Section == a.Section {
			continue
		}
		ch.written = append(ch.written, s.session, "", a.ID, a.Section, i, a.Name, a.Caption, a.Alt, a.MediaType, a.Size, a.Width, a.Height, a.Removed, a.CreatedAt.UnixMilli())
	}
	for id := range old {
		ch.gone = append(ch.gone, id)
	}
	return ch, nil
}

const attachmentWidth = 14

// storeAttached writes a change of attachments; their sections are there already.
func (s *Scope) storeAttached(ctx context.Context, tx *Tx, id string, ch attachedChange) error {
	for i := 1; i < len(ch.written); i += attachmentWidth {
		ch.written[i] = id
	}
	if err := s.deleteAttached(ctx, tx, id, ch.gone); err != nil {
		return err
	}
	if err := bulk(ctx, tx, upsertAttachment, attachmentWidth, ch.written, onAttachment); err != nil {
		return err
	}
	for _, a := range ch.bytes {
		err := exec(ctx, tx, `
			DELETE FROM attachment_chunk
			WHERE session_id = ? AND card_id = ? AND attachment_id = ?`, s.session, id, a.ID)
		if err != nil {
			return err
		}
		n := 0
		for part := range slices.Chunk(a.Bytes, chunkSize) {
			err := exec(ctx, tx, `
				INSERT INTO attachment_chunk (session_id, card_id, attachment_id, n, bytes)
				VALUES (?, ?, ?, ?, ?)`, s.session, id, a.ID, n, part)
			if err != nil {
				return err
			}
			n++
		}
	}
	return nil
}

func (s *Scope) deleteAttached(ctx context.Context, tx *Tx, id string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	query, args, err := sqlx.In("DELETE FROM attachment WHERE session_id = ? AND card_id = ? AND id IN (?)", s.session, id, ids)
	if err != nil {
		return err
	}
	return exec(ctx, tx, query, args...)
}

const (
	upsertAttachment = `
		INSERT INTO attachment (session_id, card_id, id, section_key, position, name, caption, alt,
		                        media_type, size, width, height, removed, created_at) VALUES `
	onAttachment = `
		ON CONFLICT (session_id, card_id, id) DO UPDATE
		SET section_key = excluded.section_key,
		    position    = excluded.position,
		    name        = excluded.name,
		    caption     = excluded.caption,
		    alt         = excluded.alt,
		    media_type  = excluded.media_type,
		    size        = excluded.size,
		    width       = excluded.width,
		    height      = excluded.height,
		    removed     = excluded.removed,
		    created_at  = excluded.created_at`
)
