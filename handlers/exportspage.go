package handlers

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/card/format"
	"cardstock/db"
)

// toRead are the ends of the exports that most people want, which come first; behind them comes the file that a card came from, then data.
var toRead = []string{".pdf", ".html", ".md"}

// exportsOf are the formats in which a card of a kind can be had, in the order in which they are offered, and how many of them are to be read.
func exportsOf(kind card.Kind) (all []*format.Format, reading int) {
	for _, suffix := range toRead {
		if f := format.BySuffix(suffix); f != nil && f.Fits(kind) {
			all = append(all, f)
		}
	}
	reading = len(all)
	for _, f := range format.All() {
		if f.Encode != nil && f.Fits(kind) && !slices.Contains(toRead, f.Suffix) {
			all = append(all, f)
		}
	}
	return all, reading
}

// exportLinks are the entries of the menu of exports.
func exportLinks(o *db.Outline) (links []link) {
	all, reading := exportsOf(o.Kind)
	for i, f := range all {
		if i == reading && o.HasOriginal {
			links = append(links, link{originalPath(o.ID), "The file it came from", "With your edits; what you did not edit is the same"})
		}
		links = append(links, link{"/cards/" + o.ID + f.Suffix, f.Label + " (" + f.Suffix + ")", f.Use})
	}
	return links
}

func originalPath(id string) string { return "/cards/" + id + "/original?edits=1" }

// returned says what the file that a card came from holds of it, with its edits; nil if it came from none.
func (a *app) returned(ctx context.Context, c *fiber.Ctx, k *card.Card) (*exportView, error) {
	f, data, err := rows(c).Original(c.UserContext(), k.ID)
	if card.CodeOf(err) == card.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	v := &exportView{Path: originalPath(k.ID), Label: "The file it came from, with your edits", Suffix: f.Name,
		Use: "What you did not edit is the same, byte for byte: its order, its comments, the ends of its lines"}
	now, err := a.caughtUp(c, k, f, data)
	if err != nil {
		return nil, err
	}
	r, err := format.Back(ctx, a.Templates, now, data, f.Format)
	if card.CodeOf(err) == card.Invalid {
		v.Problem = err.Error()
		return v, nil
	}
	if err != nil {
		return nil, err
	}
	if r.Note != "" {
		v.Use = strings.TrimSuffix(r.Note, ".")
	}
	v.sum, v.original = sha256.Sum256(r.Data), true
	a.tally(v, k.ID, r.Account(ctx, a.Templates, k))
	return v, nil
}

// exportsPage says what each format keeps of a card.
type exportsPage struct {
	frame
	Formats []exportView
}

type exportView struct {
	Path, Label, Use, Suffix string
	Problem                  string        // why it cannot be had
	Unread                   string        // why it can be had and not be opened here again, so that nobody knows what is in it
	Kept                     string        // how many answers are in it, and how
	Moved, Left              []exportEntry // answers that are in another place or form, and those that are not there
	Words                    []exportEntry // what the visitor called things, and is not there
	Needs                    []exportEntry // what the format wants and the card does not say
	Unanswered               []exportEntry // questions of the visitor's own that are not there, because they have no answer
	Attachments              []exportEntry // pictures and tables that are not there
	NoAnswers                bool          // it is not meant to have any
	Empty                    bool          // the card has none
	sum                      [sha256.Size]byte
	original                 bool // it is the file that the card came from
}

type exportEntry struct {
	URL, Question string
	How           string // in what other place or form it is there, or why it is wanted; "" if there is nothing to say
}

func (a *app) exports(c *fiber.Ctx) error {
	o, err := rows(c).Outline(c.UserContext(), a.Templates, param(c, "id"))
	if err != nil {
		return err
	}
	p := exportsPage{frame: a.frameFor(c, "Exports – "+o.Name)}
	p.frame.Card = head(o)
	ctx, k, done, err := a.exporter(c, true, true)
	if err != nil {
		return err
	}
	defer done()
	all, reading := exportsOf(k.Kind)
	for i, f := range all {
		if i == reading {
			if v, err := a.returned(ctx, c, k); err != nil {
				return whoLeft(ctx, err)
			} else if v != nil {
				p.Formats = append(p.Formats, *v)
			}
		}
		v, err := a.exportView(ctx, c, k, f)
		if err != nil {
			return whoLeft(ctx, err)
		}
		p.Formats = append(p.Formats, v)
	}
	sayTheSame(p.Formats)
	return a.respond(c, fiber.StatusOK, "exports", "exports-content", p)
}

// sayTheSame says of the file that a card came from which format's export is the same file.
func sayTheSame(all []exportView) {
	for i := range all {
		for j := range all {
			if all[i].original && !all[j].original && all[j].Problem == "" && all[i].sum == all[j].sum {
				all[i].Use += ". This is the same file as " + all[j].Label
			}
		}
	}
}

func (a *app) exportView(ctx context.Context, c *fiber.Ctx, k *card.Card, f *format.Format) (exportView, error) {
	v := exportView{Path: "/cards/" + k.ID + f.Suffix, Label: f.Label, Use: f.Use, Suffix: f.Suffix}
	w, err := a.written(ctx, c, k, f)
	if card.CodeOf(err) == card.Invalid { // it cannot hold this card, and says why
		v.Problem = err.Error()
		return v, nil
	}
	if err != nil {
		return v, err
	}
	v.sum = sha256.Sum256(w.data)
	if w.note != "" {
		v.Use += ". " + strings.TrimSuffix(w.note, ".")
	}
	l, err := format.AccountAs(ctx, a.Templates, k, f, w.data, w.as)
	if card.CodeOf(err) == card.Invalid {
		v.Unread = err.Error()
		return v, nil
	}
	if err != nil {
		return v, err
	}
	a.tally(&v, k.ID, l)
	if !f.Returns() { // all of them are in another form
		v.Moved = nil
	}
	if v.NoAnswers = !f.Returns() && f.Says == nil; v.NoAnswers {
		v.Kept, v.Left = "The questions alone, without answers", nil
	}
	return v, nil
}

// tally fills in what becomes of each answer.
func (a *app) tally(v *exportView, id string, l *format.Ledger) {
	v.Kept, v.Empty = kept(l), len(l.Entries) == 0
	for _, at := range l.Which {
		v.Attachments = append(v.Attachments, exportEntry{a.url(sectionPath(id, at.Section) + "#attached"), at.Name, ""})
	}
	for _, w := range l.Words {
		at := a.url("/cards/" + id)
		if w.Section != "" {
			at = a.url(sectionPath(id, w.Section))
		}
		if w.What == format.WordQuestion || w.What == format.WordUnanswered {
			at += "#box-" + w.Field
		}
		if w.What == format.WordUnanswered {
			v.Unanswered = append(v.Unanswered, exportEntry{at, w.Words, ""})
			continue
		}
		v.Words = append(v.Words, exportEntry{at, strings.ToUpper(w.What[:1]) + w.What[1:] + ": " + w.Words, ""})
	}
	for _, n := range l.Needs {
		at := a.url("/cards/" + id)
		if n.Field != "" {
			at = a.url(sectionPath(id, n.Section) + "#box-" + n.Field)
		}
		v.Needs = append(v.Needs, exportEntry{at, n.Question, n.Why})
	}
	for _, e := range l.Entries {
		entry := exportEntry{a.url(sectionPath(id, e.Section) + "#box-" + e.Field), e.Question, e.How}
		switch e.Fate {
		case format.Changed:
			v.Moved = append(v.Moved, entry)
		case format.LeftOut:
			v.Left = append(v.Left, entry)
		}
	}
}

// kept says how many answers an export has.
func kept(l *format.Ledger) string {
	carried, changed := l.Totals[format.Carried], l.Totals[format.Changed]
	f := format.ByName(l.Format)
	switch {
	case len(l.Entries) == 0:
		return "The card has no answers yet"
	case f != nil && !f.Returns():
		return count(changed, "answer") + " to read"
	case changed == 0:
		return count(carried, "answer") + " carried"
	case carried == 0:
		return count(changed, "answer") + " in another form"
	}
	return count(carried, "answer") + " carried, " + count(changed, "answer") + " in another form"
}
