package card

import (
	"slices"
	"strings"
)

// CatchUp takes into c what its file says now that a later reader has read it again. What the visitor has edited stays; so does what they deleted:
// deleted are questions that are gone, each with what it said. Pictures stay as they are.
func (c *Card) CatchUp(read *Card, deleted []Field) {
	var missing []*Field
	for i := range read.Sections {
		if s := c.Section(read.Sections[i].Key); s != nil && sameName(s.Title, read.Sections[i].Title) {
			s.Title = read.Sections[i].Title
		}
		for j := range read.Sections[i].Fields {
			g := &read.Sections[i].Fields[j]
			f, _ := c.Field(g.Key)
			switch {
			case Blank(g.Answer):
			case f == nil && !slices.ContainsFunc(deleted, func(d Field) bool { return d.Key == g.Key || sameText(d.Answer, g.Answer) }):
				missing = append(missing, g)
			case f != nil && f.asItCame() && strings.Contains(oneLine(g.Answer), oneLine(f.Answer)):
				f.Kind, f.Options, f.Columns, f.Answer = g.Kind, g.Options, g.Columns, g.Answer
			}
			if f != nil && sameName(f.Label, g.Label) {
				f.Label = g.Label
			}
		}
	}
	for i := range c.Sections { // a question may have another key now
		c.Sections[i].Fields = slices.DeleteFunc(c.Sections[i].Fields, func(f Field) bool {
			again, _ := read.Field(f.Key)
			return again == nil && f.Custom && f.asItCame() && slices.ContainsFunc(missing, func(g *Field) bool { return sameText(f.Answer, g.Answer) })
		})
	}
	for _, g := range missing {
		_, s := read.Field(g.Key)
		c.adopt(*s, *g)
	}
}

// sameName reports whether two names differ only in where words begin: a later reader says "Model name" for "ModelName".
func sameName(a, b string) bool {
	return strings.EqualFold(strings.ReplaceAll(a, " ", ""), strings.ReplaceAll(b, " ", ""))
}

// asItCame reports whether an answer was never saved since it came with its card.
func (f *Field) asItCame() bool { return f.Rev == 0 && f.SavedAt.IsZero() }

// oneLine is a text with single spaces.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func sameText(a, b string) bool { return oneLine(a) == oneLine(b) }
