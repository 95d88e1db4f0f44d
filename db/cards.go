package db

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"github.com/jmoiron/sqlx"

	"cardstock/card"
)

// Summary is a card as the start page lists it.
type Summary struct {
	ID        string
	Kind      card.Kind
	Template  string
	Name      string // its display name
	From      string // the name of the latest file it was made from, if nobody has named it; "" where Cards does not say, or there is none
	Version   string // which version it describes, as its visitor wrote it; "" where Cards does not say, or they did not
	After     string // the name of the card it goes back to as a next version; "" where Cards does not say, or there is none
	Steps     int    // how many versions it is after that one
	ChangedAt time.Time
	Progress  card.Progress
}

type cardRow struct {
	ID        string `db:"id"`
	Kind      string `db:"kind"`
	Template  string `db:"template"`
	Title     string `db:"title"`
	CreatedAt int64  `db:"created_at"`
	ChangedAt int64  `db:"changed_at"`

	Predecessor string  `db:"predecessor"`
	Original    *string `db:"original"` // name of the latest file it was made from; nil for none
}

type sectionRow struct {
	Key      string `db:"key"`
	Position int    `db:"position"`
	Title    string `db:"title"`
	Custom   bool   `db:"custom"`
}

type fieldRow struct {
	Key        string `db:"key"`
	SectionKey string `db:"section_key"`
	Position   int    `db:"position"`
	Label      string `db:"label"`
	Kind       string `db:"kind"`
	Essential  bool   `db:"essential"`
	Custom     bool   `db:"custom"`
	Shape      string `db:"shape"`
	Answer     string `db:"answer"`
	Answered   bool   `db:"answered"`
	Rev        int64  `db:"rev"`
	SavedAt    int64  `db:"saved_at"`
	Kept       bool   `db:"kept"`
}

type countRow struct {
	CardID            string `db:"card_id"`
	SectionKey        string `db:"section_key"`
	Fields            int    `db:"fields"`
	Answered          int    `db:"answered"`
	Essential         int    `db:"essential"`
	EssentialAnswered int    `db:"essential_answered"`
}

func (r countRow) progress() card.Progress {
	return card.Progress{Answered: r.Answered, Fields: r.Fields,
		EssentialAnswered: r.EssentialAnswered, Essential: r.Essential}
}

// Cards lists the session's cards, the one changed last first.
func (s *Scope) Cards(ctx context.Context, ts *card.Templates) ([]Summary, error) {
	var cards []cardRow
	var counts []countRow
	var names []struct {
		CardID string `db:"card_id"`
		Key    string `db:"key"`
		Answer string `db:"answer"`
	}
	err := s.readSession(ctx, func(tx *Tx) error {
		if err := list(ctx, tx, &cards, selectCard+` ORDER BY changed_at DESC, id`, s.session); err != nil {
			return err
		}
		if err := list(ctx, tx, &counts, countFields+` GROUP BY card_id`, s.session); err != nil {
			return err
		}
		query, args, err := sqlx.In(`
			SELECT card_id,
			       key,
			       answer
			FROM field
			WHERE session_id = ? AND key IN (?)`, s.session, append(ts.NameKeys(), card.KeyVersion))
		if err != nil {
			return err
		}
		return list(ctx, tx, &names, query, args...)
	})
	if err != nil {
		return nil, err
	}
	progress, answers := map[string]card.Progress{}, map[[2]string]string{}
	for _, r := range counts {
		progress[r.CardID] = r.progress()
	}
	for _, n := range names {
		answers[[2]string{n.CardID, n.Key}] = n.Answer
	}
	summaries := make([]Summary, len(cards))
	for i, r := range cards {
		name := answers[[2]string{r.ID, ts.NameKey(r.Template, card.Kind(r.Kind))}]
		summaries[i] = r.summary(name, progress[r.ID])
		summaries[i].Version = answers[[2]string{r.ID, card.KeyVersion}]
		if r.Original != nil && r.Title == "" && card.Blank(name) {
			summaries[i].From = *r.Original
		}
	}
	goBack(summaries, cards)
	return summaries, nil
}

// goBack says of each card which one of them it is a next version of: the first in the row.
func goBack(summaries []Summary, cards []cardRow) {
	at := make(map[string]int, len(cards))
	for i, r := range cards {
		at[r.ID] = i
	}
	done := make([]bool, len(cards))
	var back func(i int)
	back = func(i int) {
		before, ok := at[cards[i].Predecessor]
		if done[i] || !ok {
			return
		}
		done[i] = true
		back(before)
		summaries[i].After = cmp.Or(summaries[before].After, summaries[before].Name)
		summaries[i].Steps = summaries[before].Steps + 1
	}
	for i := range cards {
		back(i)
	}
}

// Card returns a whole card.
func (s *Scope) Card(ctx context.Context, id string) (*card.Card, error) {
	var c *card.Card
	err := s.read(ctx, func(tx *Tx) (err error) {
		c, err = s.card(ctx, tx, id)
		return err
	})
	return c, err
}

// cardRow reads the row of a card, and asks whether the visitor may still read of it: all that reads a card begins here, in its own transaction,
// also where somebody waited for their turn before it.
func (s *Scope) cardRow(ctx context.Context, q queryer, id string) (cardRow, error) {
	var rows []cardRow
	query, args := selectCard+` AND id = ?`, []any{s.session, id}
	if s.token != "" { // asked in the same statement, for every page begins with it
		query, args = query+` AND ? = (SELECT token_hash FROM session WHERE id = ?)`, append(args, s.token, s.session)
	}
	err := list(ctx, q, &rows, query, args...)
	if err == nil && len(rows) == 0 && s.token != "" {
		err = s.alive(ctx, q, s.db.Now())
	}
	if err == nil && len(rows) == 0 {
		err = card.Errorf(card.NotFound, "There is no such card in this browser's session. It may have been deleted, or the session has ended.")
	}
	if err != nil {
		return cardRow{}, err
	}
	return rows[0], nil
}

func (s *Scope) card(ctx context.Context, q queryer, id string) (*card.Card, error) {
	r, err := s.cardRow(ctx, q, id)
	if err != nil {
		return nil, err
	}
	var sections []sectionRow
	if err := list(ctx, q, &sections, selectSection, s.session, id); err != nil {
		return nil, err
	}
	var fields []fieldRow
	if err := list(ctx, q, &fields, selectField+` ORDER BY position, key`, s.session, id); err != nil {
		return nil, err
	}
	attached, err := s.attached(ctx, q, id)
	if err != nil {
		return nil, err
	}
	c := &card.Card{ID: r.ID, Attachments: attached, Kind: card.Kind(r.Kind), Template: r.Template, Title: r.Title,
		CreatedAt: time.UnixMilli(r.CreatedAt), ChangedAt: time.UnixMilli(r.ChangedAt)}
	for _, sr := range sections {
		c.Sections = append(c.Sections, card.Section{Key: sr.Key, Title: sr.Title, Custom: sr.Custom})
	}
	for _, fr := range fields {
		if section := c.Section(fr.SectionKey); section != nil {
			section.Fields = append(section.Fields, fr.field())
		}
	}
	return c, nil
}

const selectCard = `
	SELECT id,
	       kind,
	       template,
	       title,
	       created_at,
	       changed_at,
	       predecessor,
	       (
	         SELECT name
	         FROM file
	         WHERE file.session_id = card.session_id AND file.card_id = card.id AND file.role = 'original'
	         ORDER BY file.created_at DESC, file.id
	         LIMIT 1
	       ) AS original
	FROM card
	WHERE session_id = ? AND deleted_at IS NULL`

const selectSection = `
	SELECT key,
	       position,
	       title,
	       custom
	FROM section
	WHERE session_id = ? AND card_id = ?
	ORDER BY position, key`

const selectField = `
	SELECT` + fieldColumns + `
	FROM field
	WHERE session_id = ? AND card_id = ?`

const fieldColumns = `
	       key,
	       section_key,
	       position,
	       label,
	       kind,
	       essential,
	       custom,
	       shape,
	       answer,
	       answered,
	       rev,
	       saved_at,
	       kept`

const countFields = `
	SELECT card_id,
	       section_key,
	       COUNT(*)                  AS fields,
	       SUM(answered)             AS answered,
	       SUM(essential)            AS essential,
	       SUM(essential * answered) AS essential_answered
	FROM field
	WHERE session_id = ?`

func (r cardRow) summary(nameAnswer string, p card.Progress) Summary {
	kind := card.Kind(r.Kind)
	return Summary{ID: r.ID, Kind: kind, Template: r.Template, Name: card.DisplayName(kind, r.Title, nameAnswer),
		ChangedAt: time.UnixMilli(r.ChangedAt), Progress: p}
}

// shape is what a choice and a table have beyond an answer, as the shape column keeps it.
type shape struct {
	Options []string      `json:"options,omitempty"`
	Columns []card.Column `json:"columns,omitempty"`
}

func shapeOf(f *card.Field) string {
	if len(f.Options) == 0 && len(f.Columns) == 0 {
		return ""
	}
	b, err := json.Marshal(shape{f.Options, f.Columns})
	if err != nil {
		panic(err) // strings always encode
	}
	return string(b)
}

func (r fieldRow) field() card.Field {
	var sh shape
	if r.Shape != "" {
		json.Unmarshal([]byte(r.Shape), &sh) // written by shapeOf only
	}
	f := card.Field{Key: r.Key, Label: r.Label, Kind: card.FieldKind(r.Kind), Essential: r.Essential, Custom: r.Custom,
		Options: sh.Options, Columns: sh.Columns, Answer: r.Answer, Rev: r.Rev}
	if r.SavedAt != 0 {
		f.SavedAt = time.UnixMilli(r.SavedAt)
	}
	return f
}
