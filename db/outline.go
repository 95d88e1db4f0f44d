package db

import (
	"context"

	"cardstock/card"
)

// Outline is a card without its answers: what the editor's frame shows.
type Outline struct {
	Summary
	Title       string // as typed, may be empty
	HasOriginal bool   // whether an upload it was made from is kept
	Before      *Predecessor
	Links       []Linked // the datasheets there are, of a model card; the model cards that use it, of a datasheet
	Sections    []SectionOutline
}

// Predecessor is the card that another one is the next version of.
type Predecessor struct {
	ID, Name string
	Gone     bool // it was deleted: nothing but its id is known
}

// SectionOutline is one line of the section navigation.
type SectionOutline struct {
	Key      string
	Title    string
	Custom   bool
	Progress card.Progress
}

// Page returns what the editor shows: the outline of a card, and one section of it
// with its fields; the first section if key is "".
func (s *Scope) Page(ctx context.Context, ts *card.Templates, id, key string) (*Outline, *card.Section, error) {
	var o *Outline
	var section card.Section
	err := s.read(ctx, func(tx *Tx) (err error) {
		if o, err = s.outline(ctx, tx, ts, id); err != nil {
			return err
		}
		i := o.index(key)
		if i < 0 {
			return card.Errorf(card.NotFound, "There is no such section in this card.")
		}
		so := o.Sections[i]
		section = card.Section{Key: so.Key, Title: so.Title, Custom: so.Custom}
		var fields []fieldRow
		err = list(ctx, tx, &fields, selectField+` AND section_key = ? ORDER BY position, key`, s.session, id, so.Key)
		for _, r := range fields {
			section.Fields = append(section.Fields, r.field())
		}
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return o, &section, nil
}

// Outline returns a card without its answers.
func (s *Scope) Outline(ctx context.Context, ts *card.Templates, id string) (*Outline, error) {
	var o *Outline
	err := s.read(ctx, func(tx *Tx) (err error) {
		o, err = s.outline(ctx, tx, ts, id)
		return err
	})
	return o, err
}

// Progress counts the answers of one section and of the whole card.
func (s *Scope) Progress(ctx context.Context, id, section string) (of, whole card.Progress, err error) {
	var counts []countRow
	err = s.read(ctx, func(tx *Tx) error {
		if _, err := s.cardRow(ctx, tx, id); err != nil {
			return err
		}
		return list(ctx, tx, &counts, countFields+` AND card_id = ? GROUP BY section_key`, s.session, id)
	})
	for _, c := range counts {
		whole = whole.Plus(c.progress())
		if c.SectionKey == section {
			of = c.progress()
		}
	}
	return of, whole, err
}

// Inspect applies the rules to a card as it is stored. It reads no more of it than they look at: this happens with each save.
func (s *Scope) Inspect(ctx context.Context, ts *card.Templates, id string) (*card.Report, error) {
	c := &card.Card{}
	err := s.read(ctx, func(tx *Tx) error {
		r, err := s.cardRow(ctx, tx, id)
		if err != nil {
			return err
		}
		c.Kind, c.Template = card.Kind(r.Kind), r.Template
		rows, err := tx.QueryContext(ctx, tx.Rebind(selectInspected), s.session, id)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var section string
			var f card.Field
			if err := rows.Scan(&section, &f.Key, &f.Label, &f.Kind, &f.Essential, &f.Custom, &f.Answer); err != nil {
				return err
			}
			if c.Section(section) == nil {
				c.Sections = append(c.Sections, card.Section{Key: section})
			}
			own := c.Section(section)
			own.Fields = append(own.Fields, f)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, err
	}
	return ts.Inspect(c, s.db.Now()), nil
}

const selectInspected = `
	SELECT section_key,
	       key,
	       label,
	       kind,
	       essential,
	       custom,
	       answer
	FROM field
	WHERE session_id = ? AND card_id = ?
	ORDER BY section_key, position, key`

func (s *Scope) outline(ctx context.Context, q queryer, ts *card.Templates, id string) (*Outline, error) {
	r, err := s.cardRow(ctx, q, id)
	if err != nil {
		return nil, err
	}
	var sections []sectionRow
	if err := list(ctx, q, &sections, selectSection, s.session, id); err != nil {
		return nil, err
	}
	var counts []countRow
	if err := list(ctx, q, &counts, countFields+` AND card_id = ? GROUP BY section_key`, s.session, id); err != nil {
		return nil, err
	}
	name, err := s.nameAnswer(ctx, q, ts, r)
	if err != nil {
		return nil, err
	}
	o := &Outline{Title: r.Title, HasOriginal: r.Original != nil}
	if o.Links, err = s.links(ctx, q, ts, id, card.Kind(r.Kind)); err != nil {
		return nil, err
	}
	if o.Before, err = s.predecessor(ctx, q, ts, r.Predecessor); err != nil {
		return nil, err
	}
	progress := map[string]card.Progress{}
	for _, c := range counts {
		progress[c.SectionKey] = c.progress()
		o.Progress = o.Progress.Plus(c.progress())
	}
	for _, sr := range sections {
		o.Sections = append(o.Sections, SectionOutline{sr.Key, sr.Title, sr.Custom, progress[sr.Key]})
	}
	o.Summary = r.summary(name, o.Progress)
	return o, nil
}

// index returns the place of the section with the key, the first one's for "", or -1.
func (o *Outline) index(key string) int {
	for i, s := range o.Sections {
		if s.Key == key || key == "" {
			return i
		}
	}
	return -1
}

// Next returns the section after the one with the key, or nil.
func (o *Outline) Next(key string) *SectionOutline {
	if i := o.index(key); i >= 0 && i+1 < len(o.Sections) {
		return &o.Sections[i+1]
	}
	return nil
}

// Section returns the line of the section with the key, or nil.
func (o *Outline) Section(key string) *SectionOutline {
	if i := o.index(key); i >= 0 {
		return &o.Sections[i]
	}
	return nil
}
