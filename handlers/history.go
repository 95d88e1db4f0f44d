package handlers

import (
	"html/template"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/db"
)

// historyPage lists what was changed in the answers of a card.
type historyPage struct {
	frame
	Last  *db.LastChange // that can be taken back; on the first page
	Steps []step
	Older string // the place from which the next page lists
}

// step is one change of an answer.
type step struct {
	db.Revision
	Diff   *difference
	Moment int64 // just before it, in Unix milliseconds
}

// What a page of the history holds: so many steps, or fewer if they are long.
const (
	pageSteps = 15
	pageBytes = 18_000
	stepBytes = 2_500
)

func (a *app) history(c *fiber.Ctx) error {
	id, before := param(c, "id"), c.Query("before")
	revisions, err := rows(c).Revisions(c.UserContext(), id, before, pageSteps+1)
	if err != nil {
		return err
	}
	o, err := rows(c).Outline(c.UserContext(), a.Templates, id)
	if err != nil {
		return err
	}
	p := historyPage{frame: a.frameFor(c, "Earlier answers – "+o.Name)}
	p.Steps, p.Older = steps(revisions)
	if before == "" {
		last, err := rows(c).LastChange(c.UserContext(), id)
		if err != nil {
			return err
		}
		if len(last.Labels) > 0 {
			p.Last = &last
		}
	}
	p.frame.Card = head(o)
	return a.respond(c, fiber.StatusOK, "history", "history-content", p)
}

// steps compares what fits on a page, and returns the place where the next one begins.
func steps(revisions []db.Revision) (all []step, older string) {
	bytes := 0
	for i, r := range revisions {
		if i == pageSteps || bytes > pageBytes {
			return all, revisions[i-1].Place
		}
		s := step{r, newDifference(&r.Field, r.Field.Answer, r.After, stepBytes), r.Until.UnixMilli() - 1}
		bytes += s.Diff.Bytes + len(template.HTMLEscapeString(r.Field.Label))
		all = append(all, s)
	}
	return all, ""
}

// earlierAnswer is what an answer was before a step, whole.
func (a *app) earlierAnswer(c *fiber.Ctx) error {
	text, err := rows(c).EarlierAnswer(c.UserContext(), param(c, "id"), param(c, "revision"))
	if err != nil {
		return err
	}
	return download(c, "earlier-answer.txt", fiber.MIMETextPlainCharsetUTF8, []byte(text))
}

// restore gives an answer back what it was, takes the last change back, or sets the whole card back to a moment.
func (a *app) restore(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	id, section, done := param(c, "id"), "", "restored"
	switch {
	case f.has("at"):
		return a.restoreAt(c, id, f.get("at"))
	case f.has("last"):
		section, err = rows(c).Undo(c.UserContext(), id)
		done = "undone"
	default:
		section, err = rows(c).Restore(c.UserContext(), id, f.get("revision"))
	}
	if err != nil {
		return err
	}
	return a.goTo(c, sectionPath(id, section)+"?done="+done)
}

func (a *app) restoreAt(c *fiber.Ctx, id, at string) error {
	moment, err := parseMoment(at)
	if err != nil {
		return err
	}
	n, err := rows(c).RestoreAt(c.UserContext(), id, moment)
	if err != nil {
		return err
	}
	done := "then"
	if n == 0 {
		done = "same"
	}
	return a.goTo(c, "/cards/"+id+"/history?done="+done)
}

// parseMoment reads Unix milliseconds, or a time as RFC 3339 writes it.
func parseMoment(s string) (time.Time, error) {
	if ms, err := strconv.ParseInt(s, 10, 64); err == nil {
		return time.UnixMilli(ms), nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, card.Errorf(card.Invalid, "That is no moment this page understands; write it like 2026-11-25T20:15:00Z. Nothing was changed.")
	}
	return t, nil
}

// forgetRevision erases an earlier answer for good.
func (a *app) forgetRevision(c *fiber.Ctx) error {
	id := param(c, "id")
	if err := rows(c).ForgetRevision(c.UserContext(), id, param(c, "revision")); err != nil {
		return err
	}
	return a.goTo(c, "/cards/"+id+"/history?done=forgot")
}

// forgetField erases all that a question said before.
func (a *app) forgetField(c *fiber.Ctx) error {
	id := param(c, "id")
	if err := rows(c).ForgetField(c.UserContext(), id, param(c, "key")); err != nil {
		return err
	}
	return a.goTo(c, "/cards/"+id+"/history?done=purged")
}
