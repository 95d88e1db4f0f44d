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
	l := newLearning(c, read, earlier)
	l.displaced(read, earlier)
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
	said := map[string]bool{}
	for _, g := range l.missing {
		said[oneLine(g.Answer)] = true
	}
	for i := range c.Sections { // a question may have another key now, or be a part of the template's
		c.Sections[i].Fields = slices.DeleteFunc(c.Sections[i].Fields, func(f Field) bool {
			return !l.asked[f.Key] && f.Custom && f.asItCame() && (said[oneLine(f.Answer)] || l.filledWith(f.Answer))
		})
	}
	for _, g := range l.missing {
		_, s := read.Field(g.Key)
		c.adopt(*s, g)
	}
}

// A learning goes through what a file says. A card may have some hundred questions and a hundred earlier answers to each, so these are not gone
// through for each question.
type learning struct {
	c       *Card
	asked   map[string]bool     // keys of the file's questions
	earlier map[string]bool     // keys of the history
	moved   map[string][]string // keys of the history that the file has no longer, by what was answered; each accounts for one question
	missing []Field             // what the card is to have
	placed  map[string]bool     // keys of those that it had at another question
	filled  []string            // what questions of the card have been answered with
}

func newLearning(c, read *Card, earlier []Field) *learning {
	l := &learning{c: c, asked: map[string]bool{}, earlier: map[string]bool{}, moved: map[string][]string{}, placed: map[string]bool{}}
	for i := range read.Sections {
		for j := range read.Sections[i].Fields {
			l.asked[read.Sections[i].Fields[j].Key] = true
		}
	}
	for _, e := range earlier {
		l.earlier[e.Key] = true
		if text := oneLine(e.Answer); !l.asked[e.Key] && !slices.Contains(l.moved[text], e.Key) {
			l.moved[text] = append(l.moved[text], e.Key)
		}
	}
	return l
}

// filledWith reports whether a question of the card has been answered with a text, alone or among others.
func (l *learning) filledWith(text string) bool {
	return slices.ContainsFunc(l.filled, func(answer string) bool { return within(text, answer) })
}

// deletedWith reports whether a section of the file was in the card, and is not.
func (l *learning) deletedWith(s *Section) bool {
	return l.c.Section(s.Key) == nil && slices.ContainsFunc(s.Fields, func(f Field) bool { return l.earlier[f.Key] })
}

// question takes in one answer of the file.
func (l *learning) question(g *Field) {
	f, _ := l.c.Field(g.Key)
	if f != nil && f.Custom {
		f.Label = g.Label
	}
	switch {
	case Blank(g.Answer), l.placed[g.Key], f != nil && !f.asItCame():
	case f != nil && !Blank(f.Answer) && Answered(f.Answer): // a placeholder stands back behind what else the file says
		if within(f.Answer, g.Answer) || leaves(f.Answer, g.Answer) {
			f.Kind, f.Options, f.Columns, f.Answer = g.Kind, g.Options, g.Columns, g.Answer
		}
	default:
		now := *g
		if was := l.known(g); was != "" {
			now.Answer = l.present(was, g.Key)
		}
		if f != nil {
			f.Answer = now.Answer
			l.filled = append(l.filled, now.Answer)
		} else if !Blank(now.Answer) {
			l.missing = append(l.missing, now)
		}
	}
}

// known returns the key by which the card knew a question of the file when it had that answer, "" if it never did.
func (l *learning) known(g *Field) string {
	if l.earlier[g.Key] {
		return g.Key
	}
	text := oneLine(g.Answer)
	keys := l.moved[text]
	if len(keys) == 0 {
		return ""
	}
	l.moved[text] = keys[1:]
	return keys[0]
}

// present takes the answer that the visitor gave to a question which has another key now; "" if it is gone.
func (l *learning) present(was, is string) (answer string) {
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

// leaves reports whether lines of a text are another: what else stood among them is in other answers now, or is none.
func leaves(all, lines string) bool {
	rest := strings.Split(all, "\n")
	for line := range strings.SplitSeq(lines, "\n") {
		i := slices.Index(rest, line)
		if i < 0 {
			return false
		}
		rest = rest[i+1:]
	}
	return true
}

// within reports whether all words of a text stand in another one after the other, whole.
func within(part, all string) bool {
	part, all = oneLine(part), oneLine(all)
	before, after, ok := strings.Cut(all, part)
	inWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	last, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(after)
	return ok && !inWord(last) && !inWord(first)
}
