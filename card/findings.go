package card

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// A Report is what the rules find in a card, and its score.
type Report struct {
	Findings []Finding // essential ones first, each sort in the order of the card
	Score    int       // of 100, rounded down
	Points   Count     // what the score was computed from, in half points
	Answered Progress  // of the questions that have points
}

// Count is a part of a whole.
type Count struct{ Got, Of int }

// A Finding is what a rule found about one question.
type Finding struct {
	Rule    *Rule
	Section string // key and title of the section that the question is in
	Title   string
	Field   string // key of the question
	Label   string
	Detail  string // what exactly, a sentence; "" if the rule says it all
	Absent  bool   // the card does not have this question, only its template does
}

// Text is the finding in words.
func (f *Finding) Text() string { return strings.TrimSuffix(f.Rule.Says+" "+f.Detail, " ") }

// Essential reports whether a reader cannot judge without it.
func (f *Finding) Essential() bool { return f.Rule.Severity == Essential }

// Essential counts the findings that are essential.
func (r *Report) Essential() (n int) {
	for i := range r.Findings {
		if r.Findings[i].Essential() {
			n++
		}
	}
	return n
}

// In returns the findings in one section.
func (r *Report) In(section string) (found []Finding) {
	for _, f := range r.Findings {
		if f.Section == section && !f.Absent {
			found = append(found, f)
		}
	}
	return found
}

// Absent returns the findings about questions that the card does not have.
func (r *Report) Absent() (found []Finding) {
	for _, f := range r.Findings {
		if f.Absent {
			found = append(found, f)
		}
	}
	return found
}

// Inspect applies the rules to a card, on a day: the same card on the same day gives the same report. A question that its template has
// and the card has not counts as one without an answer. Questions that visitors added are their own affair.
//
// The score is the points of answers of all there could be. A question with an answer has its points, one in which a check found
// something that concerns this answer alone has half, so to answer one more never takes any away.
func (ts *Templates) Inspect(c *Card, day time.Time) *Report {
	in := &inspection{day: day, places: make(map[string]*place, 64), order: make([]*place, 0, 64)}
	in.take(c, ts.templateOf(c))
	for i, r := range ts.rules.Rules {
		if slices.Contains(r.Kinds, c.Kind) {
			in.rule, in.number = r, i
			checks[r.Check].find(in, r)
		}
	}
	return in.report(&ts.rules.Score)
}

// templateOf returns the template a card was made from; nil if the server does not have it: another one's questions say nothing about it.
func (ts *Templates) templateOf(c *Card) *Template {
	if t := ts.byKey[c.Template]; t != nil && t.Kind == c.Kind {
		return t
	}
	return nil
}

// Rules returns the rules that Inspect applies.
func (ts *Templates) Rules() *Rules { return ts.rules }

// An inspection is under way: the questions, and what was found so far.
type inspection struct {
	day    time.Time
	places map[string]*place // by key
	order  []*place
	rule   *Rule // the one at work
	number int   // its place among the rules
	found  []found
}

// A place is a question where something can be found.
type place struct {
	Field
	help     *FieldTemplate
	number   int // in the card
	finding  Finding
	answered bool
	open     Severity // of the finding that says it has no answer
	flawed   bool
	rows     Rows
	parsed   bool
}

type found struct {
	Finding
	at, rule int
}

// take lists the questions to look at: those of the card that are not the visitor's own, and those only its template has.
func (in *inspection) take(c *Card, t *Template) {
	for i := range c.Sections {
		s := &c.Sections[i]
		for _, f := range s.Fields {
			var help *FieldTemplate
			if t != nil {
				help = t.Field(f.Key)
			}
			if !f.Custom || help != nil {
				in.add(f, help, Finding{Section: s.Key, Title: s.Title, Field: f.Key, Label: f.Label})
			}
		}
	}
	if t == nil {
		return
	}
	for i := range t.Sections {
		s := &t.Sections[i]
		for j := range s.Fields {
			if help := &s.Fields[j]; in.places[help.Key] == nil {
				f := Field{Key: help.Key, Label: help.Label, Kind: help.Kind, Essential: help.Essential}
				in.add(f, help, Finding{Section: s.Key, Title: s.Title, Field: f.Key, Label: f.Label, Absent: true})
			}
		}
	}
}

func (in *inspection) add(f Field, help *FieldTemplate, at Finding) {
	if help != nil {
		f.Essential = help.Essential
		if len(f.Columns) == 0 {
			for _, c := range help.Columns {
				f.Columns = append(f.Columns, Column(c))
			}
		}
	}
	p := &place{Field: f, help: help, number: len(in.order), finding: at}
	p.answered = p.Field.Answered()
	in.places[f.Key], in.order = p, append(in.order, p)
}

// note notes a finding of the rule at work about a question.
func (in *inspection) note(p *place, detail string) {
	f := p.finding
	f.Rule, f.Detail = in.rule, detail
	in.found = append(in.found, found{f, p.number, in.number})
}

// missing notes that a question has no answer, unless another rule has said so.
func (in *inspection) missing(p *place, detail string) {
	if p.answered || p.open == Essential || p.open == in.rule.Severity {
		return
	}
	p.open = in.rule.Severity
	switch {
	case p.finding.Absent:
		detail = "The card does not have the question."
	case !Blank(p.Answer) && detail == "" && in.rule.Check != "placeholder":
		detail = "What stands there is only a placeholder."
	}
	in.note(p, detail)
}

// flaw notes what is wrong with an answer by itself.
func (in *inspection) flaw(p *place, detail string) {
	p.flawed = true
	in.note(p, detail)
}

func (in *inspection) report(points *Points) *Report {
	r := &Report{}
	for _, p := range in.order {
		worth := points.of(&p.Field, p.help)
		if worth == 0 {
			continue
		}
		r.Points.Of += 2 * worth
		r.Answered.Add(p.Essential, p.answered)
		switch {
		case p.answered && p.flawed:
			r.Points.Got += worth
		case p.answered:
			r.Points.Got += 2 * worth
		}
	}
	if r.Points.Of > 0 {
		r.Score = 100 * r.Points.Got / r.Points.Of
	}
	slices.SortStableFunc(in.found, func(a, b found) int {
		return cmp.Or(strings.Compare(string(b.Rule.Severity), string(a.Rule.Severity)), cmp.Compare(a.at, b.at), cmp.Compare(a.rule, b.rule))
	})
	for _, f := range in.found {
		r.Findings = append(r.Findings, f.Finding)
	}
	return r
}
