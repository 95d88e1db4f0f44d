package card

import (
	"slices"
	"time"
)

// A relocation takes an answer, and what the visitor made of it, to the question that the file has it at now.
type relocation struct {
	from *Field
	to   Field
	into *Field // the card's question of that key; nil if it has none
}

// displaced makes the moves from questions that something else of the file answers now: a later reader may think otherwise of what answers a question, or
// number those that have no names of their own in another way.
func (l *learning) displaced(read *Card, earlier []Field) {
	came, displaced := l.otherwise(read, earlier)
	var moves []relocation
	leaving := map[*Field]bool{}
	for i := range read.Sections {
		for _, g := range read.Sections[i].Fields {
			text := oneLine(g.Answer)
			from := came[text]
			into, _ := l.c.Field(g.Key)
			room := into == nil || displaced[into] || Blank(into.Answer) && into.asItCame()
			if from == nil || !room || l.earlier[g.Key] && !displaced[into] {
				continue
			}
			delete(came, text)
			leaving[from] = true
			moves = append(moves, relocation{from, g, into})
		}
	}
	for n := -1; n != len(moves); { // what stays where it is leaves no room for another
		n = len(moves)
		moves = slices.DeleteFunc(moves, func(m relocation) bool {
			if m.into != nil && displaced[m.into] && !leaving[m.into] {
				delete(leaving, m.from)
				return true
			}
			return false
		})
	}
	l.make(moves)
}

// otherwise are the questions of the card that the file answers with something else now: all, and by what the file had said there.
func (l *learning) otherwise(read *Card, earlier []Field) (came map[string]*Field, displaced map[*Field]bool) {
	came, displaced = map[string]*Field{}, map[*Field]bool{}
	first, now := map[string]string{}, map[string]string{}
	for _, e := range earlier {
		if _, known := first[e.Key]; !known {
			first[e.Key] = e.Answer
		}
	}
	for i := range read.Sections {
		for _, g := range read.Sections[i].Fields {
			now[g.Key] = oneLine(g.Answer)
		}
	}
	for i := range l.c.Sections {
		for j := range l.c.Sections[i].Fields {
			f := &l.c.Sections[i].Fields[j]
			text := oneLine(f.Answer)
			if !f.asItCame() {
				text = oneLine(first[f.Key])
			}
			if text != "" && now[f.Key] != "" && now[f.Key] != text {
				came[text], displaced[f] = f, true
			}
		}
	}
	return came, displaced
}

// make makes the moves, all at once.
func (l *learning) make(moves []relocation) {
	for i := range moves {
		m := &moves[i]
		m.to.Answer, m.to.Rev, m.to.SavedAt = m.from.Answer, m.from.Rev, m.from.SavedAt
		l.placed[m.to.Key] = true
	}
	for _, m := range moves { // what the file answers these with now is still to come
		m.from.Answer, m.from.Rev, m.from.SavedAt = "", 0, time.Time{}
		delete(l.earlier, m.from.Key)
	}
	for _, m := range moves {
		if m.into != nil {
			*m.into = m.to
		} else if !Blank(m.to.Answer) {
			l.missing = append(l.missing, m.to)
		}
	}
}
