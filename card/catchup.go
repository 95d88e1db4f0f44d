package card

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CatchUp takes into c what its file says now that a later reader has read it again. What the visitor has edited, emptied or deleted stays so:
// earlier are the questions of the card's history, those that are gone too, each with an answer it had, the oldest first. Questions and sections that
// came with the file get the names they have now: whether their visitor renamed them is not known. Pictures stay as they are.
func (c *Card) CatchUp(read *Card, earlier []Field) {
	l := &learning{c: c, read: read, earlier: slices.Clone(earlier)}
	for i := range read.Sections {
		s := &read.Sections[i]
		if own := c.Section(s.Key); own != nil && own.Custom {
			own.Title = s.Title
		}
		if l.deletedWith(s) {
			continue
		}
		for j := range s.Fields {
			l.question(&s.Fields[j])
		}
	}
	for i := range c.Sections { // a question may have another key now
		c.Sections[i].Fields = slices.DeleteFunc(c.Sections[i].Fields, func(f Field) bool {
			again, _ := read.Field(f.Key)
			return again == nil && f.Custom && f.asItCame() && slices.ContainsFunc(l.missing, func(g Field) bool { return sameText(f.Answer, g.Answer) })
		})
	}
	for _, g := range l.missing {
		_, s := read.Field(g.Key)
		c.adopt(*s, g)
	}
}

// A learning goes through what a file says.
type learning struct {
	c, read *Card
	earlier []Field // of the history, what is not accounted for yet
	missing []Field // what the card is to have
}

// deletedWith reports whether a section of the file was in the card, and is not.
func (l *learning) deletedWith(s *Section) bool {
	return l.c.Section(s.Key) == nil && slices.ContainsFunc(l.earlier, func(e Field) bool {
		return slices.ContainsFunc(s.Fields, func(f Field) bool { return f.Key == e.Key })
	})
}

// question takes in one answer of the file.
func (l *learning) question(g *Field) {
	f, _ := l.c.Field(g.Key)
	if f != nil && f.Custom {
		f.Label = g.Label
	}
	switch {
	case Blank(g.Answer), f != nil && !f.asItCame():
	case f != nil && !Blank(f.Answer):
		if within(f.Answer, g.Answer) {
			f.Kind, f.Options, f.Columns, f.Answer = g.Kind, g.Options, g.Columns, g.Answer
		}
	default:
		now := *g
		if was := l.known(g); was != "" {
			now.Answer = l.moved(was, g.Key)
		}
		if f != nil {
			f.Answer = now.Answer
		} else if !Blank(now.Answer) {
			l.missing = append(l.missing, now)
		}
	}
}

// known returns the key by which the card knew a question of the file when it had that answer, "" if it never did.
func (l *learning) known(g *Field) string {
	i := slices.IndexFunc(l.earlier, func(e Field) bool {
		again, _ := l.read.Field(e.Key)
		return e.Key == g.Key || again == nil && sameText(e.Answer, g.Answer)
	})
	if i < 0 {
		return ""
	}
	key := l.earlier[i].Key
	l.earlier = slices.Delete(l.earlier, i, i+1)
	return key
}

// moved takes the answer that the visitor gave to a question which has another key now; "" if it is gone.
func (l *learning) moved(was, is string) (answer string) {
	if own, s := l.c.Field(was); own != nil && own.Custom && was != is {
		answer = own.Answer
		s.Fields = slices.DeleteFunc(s.Fields, func(f Field) bool { return f.Key == was })
	}
	return answer
}

// asItCame reports whether an answer was never saved since it came with its card.
func (f *Field) asItCame() bool { return f.Rev == 0 && f.SavedAt.IsZero() }

// oneLine is a text with single spaces.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func sameText(a, b string) bool { return oneLine(a) == oneLine(b) }

// within reports whether all words of a text stand in another one after the other, whole.
func within(part, all string) bool {
	part, all = oneLine(part), oneLine(all)
	before, after, ok := strings.Cut(all, part)
	inWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	last, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(after)
	return ok && !inWord(last) && !inWord(first)
}
