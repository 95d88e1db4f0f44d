package card

import (
	"slices"
	"time"
	"unicode/utf8"
)

// Limits of what is attached to one card.
const (
	MaxAttachments = 100
	MaxCaption     = 1_000 // characters in a caption
	MaxAlt         = 1_000 // characters in an alternative text
)

// An Attachment is a picture or a table in a section of a card. Its bytes were cleaned by package attach.
type Attachment struct {
	ID        string // made by the store; never part of an export
	Section   string // key of the section it is in
	Name      string // of the file it came as
	Caption   string // may be empty
	Alt       string // what a picture shows, in words, for those who do not see it; empty for a table
	MediaType string
	Size      int64  // bytes
	Width     int    // points; 0 where there is no such thing
	Height    int    // points
	Removed   string // what was cut out of the file when it came, in words; "" for nothing
	CreatedAt time.Time
	Bytes     []byte // nil where they were not read
}

// Points is how many points the pictures have together.
func (c *Card) Points() (n int) {
	for i := range c.Attachments {
		n += c.Attachments[i].Width * c.Attachments[i].Height
	}
	return n
}

// Attachment returns the attachment with the id, or nil.
func (c *Card) Attachment(id string) *Attachment {
	for i := range c.Attachments {
		if c.Attachments[i].ID == id {
			return &c.Attachments[i]
		}
	}
	return nil
}

// Attach adds an attachment at the end of its section. All of a card together may have most bytes, so that an export
// of the card can be opened again.
func (c *Card) Attach(a Attachment, most int64) error {
	if c.Section(a.Section) == nil {
		return errNoSection
	}
	c.Attachments = append(c.Attachments, a)
	return c.CheckAttached(most)
}

// Exchange puts another file in the place of an attachment; where it is, its caption and its alternative text stay unless the new
// one brings others.
func (c *Card) Exchange(id string, a Attachment, most int64) error {
	old := c.Attachment(id)
	if old == nil {
		return errNoAttachment
	}
	a.ID, a.Section = old.ID, old.Section
	*old = a
	return c.CheckAttached(most)
}

// Describe gives an attachment another caption and another alternative text.
func (c *Card) Describe(id, caption, alt string) error {
	a := c.Attachment(id)
	if a == nil {
		return errNoAttachment
	}
	a.Caption, a.Alt = caption, alt
	return nil
}

// MoveAttachment puts an attachment before another one of its section, or at the section's end if before is "".
func (c *Card) MoveAttachment(id, before string) error {
	a, b := c.Attachment(id), c.Attachment(before)
	if a == nil || before != "" && (b == nil || b.Section != a.Section) {
		return errNoAttachment
	}
	moved, ok := move(c.Attachments, func(a Attachment) string { return a.ID }, id, before)
	if !ok {
		return errNoAttachment
	}
	c.Attachments = moved
	return nil
}

// CheckAttached refuses attachments that are too many, or together larger than most bytes.
func (c *Card) CheckAttached(most int64) error {
	if err := c.checkAttachments(); err != nil {
		return err
	}
	var size int64
	for _, a := range c.Attachments {
		size += a.Size
	}
	if size > most {
		return Errorf(TooLarge, "The pictures and tables of this card would be %.1f MB together; %.1f MB is the most, so that an export of the card can be opened here again. "+
			"Send a smaller file, or remove one first.", float64(size)/(1<<20), float64(most)/(1<<20))
	}
	return nil
}

// checkAttachments refuses too many attachments, and one that is in no section.
func (c *Card) checkAttachments() error {
	if len(c.Attachments) > MaxAttachments {
		return Errorf(Invalid, "A card has at most %d pictures and tables. Remove one first.", MaxAttachments)
	}
	for _, a := range c.Attachments {
		if c.Section(a.Section) == nil {
			return Errorf(Invalid, "A picture or a table is in a section that the card does not have: %.40q.", a.Section)
		}
		if utf8.RuneCountInString(a.Caption) > MaxCaption || utf8.RuneCountInString(a.Alt) > MaxAlt {
			return Errorf(Invalid, "A caption has at most %d characters, and so has the description of a picture. Shorten it.", MaxCaption)
		}
	}
	return nil
}

// dropAttachments removes the attachments of sections that are gone.
func (c *Card) dropAttachments() {
	c.Attachments = slices.DeleteFunc(slices.Clone(c.Attachments), func(a Attachment) bool { return c.Section(a.Section) == nil })
}

// same reports whether two attachments look the same to a reader, as far as can be told without their bytes.
func (a *Attachment) same(b *Attachment) bool {
	return a.Section == b.Section && a.Name == b.Name && a.Caption == b.Caption && a.Alt == b.Alt && a.MediaType == b.MediaType && a.Size == b.Size &&
		a.Width == b.Width && a.Height == b.Height
}

// adoptAttachments takes in those of another card that this one does not have, each with its section.
func (c *Card) adoptAttachments(in *Card) (added int) {
	for _, a := range in.Attachments {
		if slices.ContainsFunc(c.Attachments, func(b Attachment) bool { return a.same(&b) }) {
			continue
		}
		if s := in.Section(a.Section); s != nil && c.Section(a.Section) == nil {
			c.Sections = append(c.Sections, Section{Key: s.Key, Title: s.Title, Custom: true})
		}
		a.ID = ""
		c.Attachments = append(c.Attachments, a)
		added++
	}
	return added
}

var errNoAttachment = Errorf(NotFound, "There is no such file here.")
