package format

import (
	"fmt"
	"slices"

	"cardstock/card"
)

// A reader begins with all that the template asks. Where a file says as much as a card can hold, what is empty of that makes room for it.

// noteRoom says that it did.
var noteRoom = fmt.Sprintf("Questions of the template that the file does not answer are left out: a card has at most %d questions, in %d sections.", card.MaxFields, card.MaxSections)

// makeRoom leaves out of a card that is over a limit what the template asks and nothing answers. Where that is not enough, the name becomes the title,
// which takes no question: our exports write a title where their format wants a name.
func (r *Result) makeRoom(ts *card.Templates) {
	r.Notes = append(r.Notes, noteRoom)
	thinSections(r.Card)
	thinQuestions(r.Card)
	name, _ := r.Card.Field(ts.NameKey(r.Card.Template, r.Card.Kind))
	if !tooLarge(r.Card) || name == nil || r.Card.Title != "" {
		return
	}
	if title, err := card.CheckTitle(name.Answer); err == nil {
		r.Card.Title, name.Answer = title, ""
		thinSections(r.Card)
		thinQuestions(r.Card)
	}
}

// thinSections leaves out sections that say nothing from the end, those with what is essential last.
func thinSections(c *card.Card) {
	for _, essential := range []bool{false, true} {
		for i := len(c.Sections) - 1; i >= 0 && len(c.Sections) > card.MaxSections; i-- {
			if s := &c.Sections[i]; idle(c, s) && essential == slices.ContainsFunc(s.Fields, func(f card.Field) bool { return f.Essential }) {
				c.Sections = slices.Delete(c.Sections, i, i+1)
			}
		}
	}
}

// thinQuestions does the same with questions, and leaves no section that has none any more.
func thinQuestions(c *card.Card) {
	more := -card.MaxFields
	for i := range c.Sections {
		more += len(c.Sections[i].Fields)
	}
	for _, essential := range []bool{false, true} {
		for i := len(c.Sections) - 1; i >= 0 && more > 0; i-- {
			s := &c.Sections[i]
			for j := len(s.Fields) - 1; j >= 0 && more > 0; j-- {
				if f := &s.Fields[j]; !s.Custom && !f.Custom && f.Answer == "" && f.Essential == essential {
					s.Fields = slices.Delete(s.Fields, j, j+1)
					more--
				}
			}
			if len(s.Fields) == 0 && idle(c, s) {
				c.Sections = slices.Delete(c.Sections, i, i+1)
			}
		}
	}
}

// idle reports whether a section is one of the template in which nothing stands.
func idle(c *card.Card, s *card.Section) bool {
	return !s.Custom && !slices.ContainsFunc(s.Fields, func(f card.Field) bool { return f.Custom || f.Answer != "" }) &&
		!slices.ContainsFunc(c.Attachments, func(a card.Attachment) bool { return a.Section == s.Key })
}
