package handlers

import (
	"github.com/gofiber/fiber/v2"

	"cardstock/card"
)

// searchPage is what is found in a card.
type searchPage struct {
	frame
	ID      string // of the card
	Query   string
	Matches []matchView
	More    int // matches that are not shown
}

type matchView struct {
	card.Match
	URL string // of the answer's box
}

// How much is shown of what is found: beside the form, where each key that is pressed may bring it anew, and on a page of its own.
const (
	matchesBeside = 12
	matchesShown  = 500
	maxQuery      = 200 // runes
)

// search finds words in the questions and answers of a card.
func (a *app) search(c *fiber.Ctx) error {
	k, err := rows(c).Card(c.UserContext(), param(c, "id"))
	if err != nil {
		return err
	}
	query, err := card.CleanLine(c.Query("q"))
	if err != nil {
		return err
	}
	if len([]rune(query)) > maxQuery {
		return card.Errorf(card.Invalid, "Look for something shorter: %d characters at most.", maxQuery)
	}
	o, err := rows(c).Outline(c.UserContext(), a.Templates, k.ID)
	if err != nil {
		return err
	}
	p := searchPage{frame: a.frameFor(c, "Find – "+o.Name), ID: k.ID, Query: query}
	p.frame.Card = head(o)
	most := matchesShown
	if wantsFragment(c) {
		most = matchesBeside
	}
	found := a.Templates.Find(k, query)
	for _, m := range found[:min(len(found), most)] {
		p.Matches = append(p.Matches, matchView{m, a.url(sectionPath(k.ID, m.Section.Key) + "#box-" + m.Field.Key)})
	}
	p.More = len(found) - len(p.Matches)
	return a.respond(c, fiber.StatusOK, "search", "matches", p)
}
