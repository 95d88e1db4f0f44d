package handlers

import (
	"context"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/db"
)

// editorPage is the editor with one section open, and also that section as a fragment.
type editorPage struct {
	frame
	Outline  *db.Outline
	Nav      []navItem
	Total    progressView
	Section  sectionView
	Found    *foundView    // in the open section
	Fragment bool          // the section is swapped in
	Changed  bool          // sections came, went or moved: the navigation is swapped, too
	Saved    *progressView // of the section that was saved: it is swapped, too, and the total
	Arrived  bool          // the visitor has just gone to this section: its heading takes the focus
	Notice   *notice       // the upload that was just taken in
	Problems []*problem    // of a refused save
	Refused  string        // why the server could not save what is in the form
	Attached attachedView  // the pictures and tables of the section
}

// navItem is one line of the navigation.
type navItem struct {
	URL, Key, Title string
	Open, Custom    bool
	Progress        progressView
}

// progressView is how complete a section or the card is; OOB where it is swapped by itself.
type progressView struct {
	Key   string
	Of    card.Progress
	OOB   bool
	Found *foundView // in the whole card, where that is said, too
}

// sectionView is the open section.
type sectionView struct {
	CardID string
	Key    string
	Title  string
	Lede   string
	Source string
	Custom bool
	Fields []fieldView
	Sheets []db.Linked        // of a model card: the datasheets it could use
	Own    []ownField         // its custom fields, for renaming, moving and deleting
	Next   *db.SectionOutline // the section after it
	Before *string            // for moving a custom section one up: the key of the section before it
	After  *string            // for moving it one down: the key of the one after the next, "" for the end
}

// ownField is a custom field with the places it can move to.
type ownField struct {
	Key, Label    string
	Before, After *string
}

// fieldView is one question with its answer box.
type fieldView struct {
	card.Field
	URL       string              // where the answer is saved
	OOB       bool                // its state is swapped by itself
	Help      *card.FieldTemplate // nil for a custom field
	Text      string              // in the box: what is stored, or what was typed and not saved
	RevToken  string
	Rows      []rowView     // of a table or a list; the last one is empty, for the next entry
	ListToken string        // of a list in rows: what the rows stand for
	Columns   []card.Column // of a table, also those only its rows have
	Input     string        // which control: input, date, textarea, choice, list or table; crowded if the page has no room for the table
	Crowded   int           // rows of such a table
	Alone     string        // where it is shown
	Problem   string        // why it was not saved
	Conflict  *conflict
	Both      bool // the box holds two texts, to be made into one
	Cursor    int  // in Both: where the visitor's own text ends, in the units of scripts
	Fresh     bool // it was changed in another tab: it is swapped by itself, and says so
}

// conflict is an answer that was changed here and elsewhere.
type conflict struct {
	Key       string
	URL       string // of the answer
	Theirs    string
	Whole     bool          // it is short enough to be shown whole
	Columns   []card.Column // and Rows, if the answer is a table
	Rows      card.Rows
	TheirsRev string
	SavedAt   time.Time
	Diff      *difference // from theirs to mine
	Both      bool        // the two can be put into one box
}

// problem is one line of the summary of what was not saved.
type problem struct{ Key, Message string }

// typed is what the visitor typed into a box and is not saved: it goes over what is stored when the section is shown again.
type typed struct {
	Text     string
	Rev      string
	Problem  string
	Conflict *conflict
	Both     bool // it is not what was typed, but that and what is stored
}

// place is what the editor is to show.
type place struct {
	card    string
	section string           // key; "" is the first section
	table   string           // key of a table that is shown though the page has not room for all
	over    map[string]typed // by field key, what was typed and not saved
	arrived bool             // the visitor goes to this section with this request
	changed bool             // the card's structure was changed
	saved   string           // key of the section that was saved
	refused string           // why the server could not save it
	attach  *attachForm      // a picture or a table that was refused
	notice  *notice          // what became of an upload; the editor sees to that
}

// editor shows a section of a card, as a page or as a fragment. A long one waits for its turn, and is read again then.
func (a *app) editor(c *fiber.Ctx, status int, at place) (err error) {
	if status == fiber.StatusOK && c.Query("imported") != "" {
		if at.notice, err = a.lastImport(c, at.card); err != nil {
			return err
		}
	}
	o, section, err := rows(c).Page(c.UserContext(), a.Templates, at.card, at.section)
	if err != nil {
		return err
	}
	if at.table == "" {
		at.table = c.Query("table")
	}
	_, size := crowdedOut(section, at.first)
	if size < largeFile {
		return a.drawEditor(c, status, at, o, section)
	}
	return a.inTurn(c, size, func(ctx context.Context) error {
		o, section, err := rows(c).Page(ctx, a.Templates, at.card, at.section)
		if err != nil {
			return err
		}
		return a.drawEditor(c, status, at, o, section)
	})
}

// first reports whether a question is to be shown before others: it is asked for, or what was typed into it is not saved.
func (at *place) first(key string) bool {
	_, typed := at.over[key]
	return typed || key == at.table
}

func (a *app) drawEditor(c *fiber.Ctx, status int, at place, o *db.Outline, section *card.Section) (err error) {
	p := editorPage{frame: a.frameFor(c, section.Title+" – "+o.Name), Outline: o, Fragment: wantsFragment(c), Notice: at.notice}
	p.Arrived, p.Changed = p.Fragment && at.arrived, p.Fragment && at.changed
	p.Nav, p.Total = a.nav(o, section.Key), progressView{Of: o.Progress}
	if p.Total.Found, p.Found, err = a.found(c, o.ID, section.Key); err != nil {
		return err
	}
	if so := o.Section(at.saved); p.Fragment && at.saved != "" && so != nil {
		p.Saved, p.Total.OOB = &progressView{Key: so.Key, Of: so.Progress, OOB: true}, true
	}
	p.frame.Card, p.Refused = head(o), at.refused
	p.frame.Card.Unsaved = len(at.over) > 0
	p.Section = a.sectionView(o, section, &at)
	for _, f := range p.Section.Fields {
		if f.Problem != "" {
			p.Problems = append(p.Problems, &problem{f.Key, f.Problem})
		} else if f.Conflict != nil && !p.Fragment {
			p.Problems = append(p.Problems, &problem{f.Key, "“" + f.Label + "” was changed in another tab. Choose which text stays."})
		}
	}
	if p.Attached, err = a.attachedView(c, at.card, section.Key, at.attach); err != nil {
		return err
	}
	if at.arrived || len(p.Problems) > 0 {
		showTop(c)
	}
	return a.respond(c, status, "editor", "section", p)
}

func (a *app) nav(o *db.Outline, open string) []navItem {
	items := make([]navItem, len(o.Sections))
	for i, so := range o.Sections {
		items[i] = navItem{a.url(sectionPath(o.ID, so.Key)), so.Key, so.Title, so.Key == open, so.Custom, progressView{Key: so.Key, Of: so.Progress}}
	}
	return items
}

func (a *app) sectionView(o *db.Outline, s *card.Section, at *place) sectionView {
	t := a.Templates.For(&card.Card{Template: o.Template, Kind: o.Kind})
	v := sectionView{CardID: o.ID, Key: s.Key, Title: s.Title, Custom: s.Custom, Next: o.Next(s.Key)}
	if o.Kind == card.Model {
		v.Sheets = o.Links
	}
	if st := t.Section(s.Key); st != nil {
		v.Lede, v.Source = st.Lede, st.Source
	}
	out, _ := crowdedOut(s, at.first)
	for _, f := range s.Fields {
		v.Fields = append(v.Fields, a.fieldView(o.ID, s.Key, f, t.Field(f.Key), at.over, out[f.Key]))
	}
	var keys []string
	for _, f := range s.Fields {
		keys = append(keys, f.Key)
	}
	for i, f := range s.Fields {
		if f.Custom {
			before, after := places(keys, i)
			v.Own = append(v.Own, ownField{f.Key, f.Label, before, after})
		}
	}
	keys = nil
	n := 0
	for i, so := range o.Sections {
		keys = append(keys, so.Key)
		if so.Key == s.Key {
			n = i
		}
	}
	if s.Custom {
		v.Before, v.After = places(keys, n)
	}
	return v
}

// places returns what the item at i of a list must be put before to move one up and one down; nil where it cannot.
func places(keys []string, i int) (up, down *string) {
	end := ""
	if i > 0 {
		up = &keys[i-1]
	}
	switch {
	case i+2 < len(keys):
		down = &keys[i+2]
	case i+2 == len(keys):
		down = &end
	}
	return up, down
}

// fieldView is a question of a section. crowded says that it is a table for which the page has no room.
func (a *app) fieldView(id, section string, f card.Field, help *card.FieldTemplate, over map[string]typed, crowded bool) fieldView {
	v := fieldView{Field: f, URL: a.url("/cards/" + id + "/fields/" + f.Key), Help: help, Text: f.Answer, RevToken: card.RevOf(f.Rev, f.Answer).String()}
	if t, ok := over[f.Key]; ok {
		v.Text, v.RevToken, v.Problem, v.Conflict, v.Both = t.Text, t.Rev, t.Problem, t.Conflict, t.Both
	}
	if v.Conflict != nil {
		v.Conflict.URL = v.URL
	}
	v.Input = inputFor(f, v.Text)
	if crowded {
		v.Input, v.Crowded, v.Alone = "crowded", len(f.ParseRows()), a.url(sectionPath(id, section))+"?table="+f.Key+"#box-"+f.Key
	}
	switch v.Input {
	case "table":
		v.Columns, v.Rows = tableView(f, v.Text)
	case "list":
		v.Rows, v.ListToken = listView(f, v.Text), listToken(v.Text)
	}
	if v.Both {
		v.resume()
	}
	return v
}

// maxListRows is how many items a list can have to be shown in rows; more are quicker to edit as the lines of one text.
const maxListRows = 100

// inputFor chooses the control that gives the text back unchanged: a one-line box would swallow line breaks, rows would swallow
// empty lines, and a date box whatever is no date.
func inputFor(f card.Field, text string) string {
	switch f.Kind {
	case card.Table, card.Choice:
		return string(f.Kind)
	case card.Date:
		if _, err := time.Parse(time.DateOnly, text); err == nil || text == "" {
			return "date"
		}
	case card.List:
		if items := card.Items(text); len(items) <= maxListRows && !slices.ContainsFunc(items, card.Blank) {
			return "list"
		}
		return "textarea"
	case card.Text:
		return "textarea"
	}
	for _, r := range text {
		if r == '\n' {
			return "textarea"
		}
	}
	return "input"
}

// head is the header of a page about a card.
func head(o *db.Outline) *cardHead {
	h := &cardHead{ID: o.ID, Name: o.Name, Title: o.Title, Kind: o.Kind, Saved: o.ChangedAt, HasOriginal: o.HasOriginal}
	h.Exports = exportLinks(o)
	return h
}
