package format

import (
	"bytes"
	"strings"

	"cardstock/card"
)

// What a Word is.
const (
	WordTitle      = "title"
	WordSection    = "section"
	WordQuestion   = "question"
	WordUnanswered = "question without an answer" // not there because it has none: most formats hold answers
	WordCaption    = "caption"
	WordAlt        = "alternative text"
)

// A Word is something that the visitor called something, and that an export does not say: answers are in the entries of a Ledger.
type Word struct {
	What    string `json:"what"`
	Section string `json:"section,omitempty"` // key
	Field   string `json:"field,omitempty"`   // key
	Words   string `json:"words"`
}

// wordsLost are the words of a card, beside its answers, for which has reports that they are not in an export.
func wordsLost(c *card.Card, has func(w Word) bool) (lost []Word) {
	look := func(what, section, field, words string) {
		if w := (Word{what, section, field, words}); words != "" && !has(w) {
			lost = append(lost, w)
		}
	}
	look(WordTitle, "", "", c.Title)
	for i := range c.Sections {
		s := &c.Sections[i]
		said := false
		for j := range s.Fields {
			f := &s.Fields[j]
			if said = said || !card.Blank(f.Answer); f.Custom {
				look(WordQuestion, s.Key, f.Key, f.Label)
			}
			if n := len(lost); n > 0 && lost[n-1].What == WordQuestion && lost[n-1].Field == f.Key && card.Blank(f.Answer) {
				lost[n-1].What = WordUnanswered
			}
		}
		if s.Custom && said {
			look(WordSection, s.Key, "", s.Title)
		}
	}
	for i := range c.Attachments {
		a := &c.Attachments[i]
		look(WordCaption, a.Section, a.Name, a.Caption)
		look(WordAlt, a.Section, a.Name, a.Alt)
	}
	return lost
}

// wordsIn tells which words the card that an export is read as has. Attachments that are not there are counted elsewhere.
func wordsIn(ts *card.Templates, c, in *card.Card, there *haystack) func(w Word) bool {
	labels, titles := map[string]bool{}, map[string]bool{in.Title: true, ts.DisplayName(in): true}
	sections := map[string]bool{}
	for i := range in.Sections {
		sections[in.Sections[i].Title], sections[memberName(in.Sections[i].Title)] = true, true
		for _, f := range in.Sections[i].Fields {
			labels[memberName(f.Label)] = true
		}
	}
	return func(w Word) bool {
		switch w.What {
		case WordTitle:
			return titles[w.Words] || there.lines[flat(w.Words)] > 0
		case WordSection:
			return sections[w.Words] || sections[memberName(w.Words)]
		case WordQuestion:
			f, _ := in.Field(w.Field)
			return f != nil && endsAs(f.Label, w.Words) || labels[memberName(w.Words)] || there.holds(w.Words)
		}
		return attachedAs(c, in, w)
	}
}

// endsAs reports whether a question has the words of another, behind what it stands in and but for their marks.
func endsAs(label, words string) bool {
	return strings.HasSuffix("_"+memberName(label), "_"+memberName(words))
}

// attachedAs reports whether an attachment has its words still, if it is there.
func attachedAs(c, in *card.Card, w Word) bool {
	found := false
	for _, a := range c.Attachments {
		if a.Section != w.Section || a.Name != w.Field {
			continue
		}
		for _, b := range in.Attachments {
			if !bytes.Equal(a.Bytes, b.Bytes) {
				continue
			}
			if found = true; w.What == WordCaption && b.Caption == w.Words || w.What == WordAlt && b.Alt == w.Words {
				return true
			}
		}
	}
	return !found
}
