package handlers

import (
	"github.com/gofiber/fiber/v2"

	"cardstock/card"
)

// findingsPage says what the rules find in a card: what is missing, and what readers would stumble over.
type findingsPage struct {
	frame
	Report   *card.Report
	Advice   int // findings that are not essential
	Points   card.Points
	Sections []foundSection
	Absent   []findingView // about questions that the card does not have
}

// foundSection is a section in which something was found.
type foundSection struct {
	Key, Title, URL string
	Found           []findingView
}

type findingView struct {
	card.Finding
	URL  string // of the answer's box
	Hint string // the question in plain words
}

// foundView is how much was found, in the whole card or in one section of it.
type foundView struct {
	Card, Section string
	Number        int
	OOB           bool
}

func (a *app) findings(c *fiber.Ctx) error {
	k, err := rows(c).Card(c.UserContext(), param(c, "id"))
	if err != nil {
		return err
	}
	o, err := rows(c).Outline(c.UserContext(), a.Templates, k.ID)
	if err != nil {
		return err
	}
	p := findingsPage{frame: a.frameFor(c, "What is missing – "+o.Name), Report: a.Templates.Inspect(k, a.DB.Now()), Points: a.Templates.Rules().Score}
	p.frame.Card = head(o)
	p.Advice = len(p.Report.Findings) - p.Report.Essential()
	for _, s := range k.Sections {
		path := sectionPath(k.ID, s.Key)
		if found := a.findingViews(k, p.Report.In(s.Key), path); found != nil {
			p.Sections = append(p.Sections, foundSection{s.Key, s.Title, a.url(path), found})
		}
	}
	p.Absent = a.findingViews(k, p.Report.Absent(), "")
	return a.respond(c, fiber.StatusOK, "findings", "findings-content", p)
}

// findingViews shows findings in the section at a path, "" for those that are in none.
func (a *app) findingViews(k *card.Card, found []card.Finding, path string) (views []findingView) {
	t := a.Templates.For(k)
	for _, f := range found {
		v := findingView{Finding: f}
		if path != "" {
			v.URL = a.url(path) + "#box-" + f.Field
		}
		if help := t.Field(f.Field); help != nil {
			v.Hint = help.Hint
		}
		views = append(views, v)
	}
	return views
}

// found counts what is found in a card and in one of its sections.
func (a *app) found(c *fiber.Ctx, id, section string) (whole, here *foundView, err error) {
	r, err := rows(c).Inspect(c.UserContext(), a.Templates, id)
	if err != nil {
		return nil, nil, err
	}
	return &foundView{Card: id, Number: len(r.Findings)}, &foundView{Card: id, Section: section, Number: len(r.In(section))}, nil
}
