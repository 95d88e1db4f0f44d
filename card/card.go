// Package card is the domain: what a model card or a datasheet is made of, how an
// answer is written down, what counts as answered, and which rules a change must
// keep. It imports nothing else of Cardstock; its one library reads YAML.
package card

import "time"

// Kind says what a card documents.
type Kind string

// The two kinds of card.
const (
	Model     Kind = "model"     // a model card, after Mitchell et al. 2019 (arXiv 1810.03993)
	Datasheet Kind = "datasheet" // a datasheet for a dataset, after Gebru et al. 2021 (arXiv 1803.09010)
)

// Word names the kind in a sentence: "model card", "datasheet".
func (k Kind) Word() string {
	if k == Datasheet {
		return "datasheet"
	}
	return "model card"
}

// Valid reports whether k is one of the two kinds.
func (k Kind) Valid() bool { return k == Model || k == Datasheet }

// FieldKind says how an answer is written and shown.
type FieldKind string

// The kinds of field.
const (
	Line   FieldKind = "line"   // one line of text
	Text   FieldKind = "text"   // paragraphs of Markdown
	List   FieldKind = "list"   // one item on each line
	Date   FieldKind = "date"   // a calendar day, 2006-01-02
	Number FieldKind = "number" // a decimal number
	Choice FieldKind = "choice" // one of the field's options
	Table  FieldKind = "table"  // rows of the field's columns
)

// Valid reports whether k is a kind of field.
func (k FieldKind) Valid() bool {
	switch k {
	case Line, Text, List, Date, Number, Choice, Table:
		return true
	}
	return false
}

// A Card is one model card or datasheet: its sections in order, each with its
// fields in order. It holds content only; whose it is and where it is stored is
// the business of package db.
type Card struct {
	ID          string // made by the store; never part of an export
	Kind        Kind
	Template    string // key of the template the card was copied from
	Title       string // as typed by the visitor; may be empty, see Name
	Sections    []Section
	Attachments []Attachment // in order; those of a section in the order in which it shows them
	CreatedAt   time.Time
	ChangedAt   time.Time

	Datasheets []string // names of the datasheets a model card uses, for its page; not part of what a file of it holds
}

// A Section groups fields under one heading.
type Section struct {
	Key    string
	Title  string
	Custom bool // added by the visitor or by an import, not by the template
	Fields []Field
}

// A Field is one question and its answer.
type Field struct {
	Key       string
	Label     string // the standard term, or the visitor's own question
	Kind      FieldKind
	Essential bool
	Custom    bool
	Options   []string  // of a Choice
	Columns   []Column  // of a Table
	Answer    string    // in canonical form, see Canonical
	Rev       int64     // counts the saves of this answer, from 0
	SavedAt   time.Time // of the last save by the visitor; zero before the first
}

// A Column is one column of a table field. Its Kind is Line, Date, Number or Choice.
type Column struct {
	Key     string    `json:"key"`
	Title   string    `json:"title"`
	Kind    FieldKind `json:"kind"`
	Options []string  `json:"options,omitempty"`
}

// TextBytes is how much all answers say, in bytes.
func (c *Card) TextBytes() (n int) {
	for i := range c.Sections {
		for j := range c.Sections[i].Fields {
			n += len(c.Sections[i].Fields[j].Answer)
		}
	}
	return n
}

// Section returns the section with the key, or nil.
func (c *Card) Section(key string) *Section {
	for i := range c.Sections {
		if c.Sections[i].Key == key {
			return &c.Sections[i]
		}
	}
	return nil
}

// Field returns the field with the key and the section it is in, or nil, nil.
func (c *Card) Field(key string) (*Field, *Section) {
	for i := range c.Sections {
		for j := range c.Sections[i].Fields {
			if f := &c.Sections[i].Fields[j]; f.Key == key {
				return f, &c.Sections[i]
			}
		}
	}
	return nil, nil
}

// Progress counts fields and how many of them are answered.
type Progress struct {
	Answered, Fields             int
	EssentialAnswered, Essential int
}

// Add counts one field more.
func (p *Progress) Add(essential, answered bool) {
	p.Fields++
	if answered {
		p.Answered++
	}
	if !essential {
		return
	}
	p.Essential++
	if answered {
		p.EssentialAnswered++
	}
}

// Plus is the sum of two counts.
func (p Progress) Plus(q Progress) Progress {
	return Progress{p.Answered + q.Answered, p.Fields + q.Fields,
		p.EssentialAnswered + q.EssentialAnswered, p.Essential + q.Essential}
}

// Progress counts the fields of one section.
func (s *Section) Progress() Progress {
	var p Progress
	for i := range s.Fields {
		p.Add(s.Fields[i].Essential, s.Fields[i].Answered())
	}
	return p
}

// Progress counts the fields of the whole card.
func (c *Card) Progress() Progress {
	var p Progress
	for i := range c.Sections {
		p = p.Plus(c.Sections[i].Progress())
	}
	return p
}
