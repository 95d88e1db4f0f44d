package handlers

import (
	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/card/format"
	"cardstock/db"
)

// review is what an upload would do to the open card.
type review struct {
	*format.Result
	File                      db.File
	Label                     string          // what it was read as
	Choices                   []format.Choice // the others than the one by which it was
	Fill, Replace             card.Merged
	Kept, Replaced, Questions askedView // that filling leaves out, and that replacing takes away
	Problem                   string    // why it cannot go into this card
	NoFill                    bool      // that would change nothing
	NoReplace                 bool
}

// review tries both modes on copies of the open card.
func (a *app) review(c *fiber.Ctx, id, file string) (*review, error) {
	f, _, result, err := a.stored(c, id, file, c.Query("as"))
	if err != nil {
		return nil, err
	}
	open, err := rows(c).Card(c.UserContext(), id)
	if err != nil {
		return nil, err
	}
	r := &review{Result: result, File: f, Choices: others(result)}
	for _, choice := range result.Choices {
		if choice.Name == r.As {
			r.Label = choice.Label
		}
	}
	if r.Fill, err = open.Clone().Merge(result.Card, card.Fill); err != nil {
		r.Problem = err.Error()
		return r, nil
	}
	r.Replace, err = open.Clone().Merge(result.Card, card.Replace)
	r.NoFill, r.NoReplace = nothing(r.Fill), nothing(r.Replace)
	r.Replace = r.Replace.WithoutPresets(a.Templates.For(open), open, result.Card)
	r.Kept, r.Replaced, r.Questions = asked(id, r.Fill.Kept), asked(id, r.Replace.Replaced), asked(id, r.Replace.Questions)
	return r, err
}

// nothing reports whether an import would leave the card as it is.
func nothing(m card.Merged) bool {
	return m.Filled+m.Added+len(m.Replaced)+len(m.Questions)+m.Attached+m.Detached == 0 && !m.Retitled
}

// askedView names questions of a card.
type askedView struct {
	Number int
	First  []link // those that are named
	More   int    // how many are not
}

// mostAsked is how many questions are named in one list.
const mostAsked = 30

func asked(id string, all []card.Asked) askedView {
	v := askedView{Number: len(all), More: max(len(all)-mostAsked, 0)}
	for _, at := range all[:len(all)-v.More] {
		v.First = append(v.First, link{Path: sectionPath(id, at.Section) + "#box-" + at.Key, Title: at.Label})
	}
	return v
}
