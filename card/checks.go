package card

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A check looks for one sort of thing. find notes what a rule finds with it; lacks reports whether the rule does not say all that it needs.
type check struct {
	find  func(in *inspection, r *Rule)
	lacks func(r *Rule) bool
}

// checks are all there are, by name. A check that finds a flaw looks at one answer by itself; no other can cost points.
var checks = map[string]check{
	"empty":       {findEmpty, func(r *Rule) bool { return !r.Essential && len(r.Fields) == 0 }},
	"needs":       {findNeeds, func(r *Rule) bool { return len(r.When) == 0 || len(r.Needs) == 0 }},
	"same":        {findSame, func(r *Rule) bool { return len(r.Fields) != 2 }},
	"placeholder": {findPlaceholders, func(*Rule) bool { return false }},
	"short":       {findShort, func(r *Rule) bool { return r.Least < 2 || !r.Essential && len(r.Fields) == 0 }},
	"slices":      {findSlices, func(r *Rule) bool { return len(r.Fields) == 0 || r.Column == "" }},
	"cells":       {findCells, func(r *Rule) bool { return len(r.Fields) == 0 || len(r.Columns) == 0 }},
	"numbers":     {findNumbers, func(r *Rule) bool { return len(r.Fields) == 0 }},
	"interval":    {findInterval, func(r *Rule) bool { return len(r.Fields) == 0 || len(r.Columns) != 3 }},
	"order":       {findOrder, func(r *Rule) bool { return len(r.Fields) == 0 || len(r.Columns) != 2 }},
	"licence":     {findLicence, func(r *Rule) bool { return len(r.Fields) == 0 }},
	"future":      {findFuture, func(r *Rule) bool { return len(r.Fields) == 0 }},
	"contact":     {findContact, func(r *Rule) bool { return len(r.Fields) == 0 }},
}

// about calls fn for the questions a rule is about: its fields, or the essential ones except those it goes without.
func (in *inspection) about(r *Rule, fn func(p *place)) {
	for _, key := range r.Fields {
		if p := in.places[key]; p != nil {
			fn(p)
		}
	}
	for _, p := range in.order {
		if r.Essential && p.Essential && !slices.Contains(r.Without, p.Key) {
			fn(p)
		}
	}
}

// answers calls fn for those of them that have an answer.
func (in *inspection) answers(r *Rule, fn func(p *place)) {
	in.about(r, func(p *place) {
		if p.answered {
			fn(p)
		}
	})
}

// table returns the rows of a table answer.
func (p *place) table() Rows {
	if !p.parsed {
		p.rows, p.parsed = p.ParseRows(), true
	}
	return p.rows
}

// findEmpty finds fields, or essential questions, without an answer.
func findEmpty(in *inspection, r *Rule) {
	in.about(r, func(p *place) { in.missing(p, "") })
}

// findPlaceholders finds questions whose answer says nothing.
func findPlaceholders(in *inspection, _ *Rule) {
	for _, p := range in.order {
		if !p.answered && !Blank(p.Answer) {
			in.missing(p, "")
		}
	}
}

// findNeeds finds that an answer to one of when, which does not begin with one of unless, and mentions one of words if there are
// any, needs an answer to each of needs.
func findNeeds(in *inspection, r *Rule) {
	for _, key := range r.When {
		p := in.places[key]
		if p == nil || !p.answered || slices.Contains(r.Unless, firstWord(p.Answer)) {
			continue
		}
		detail := ""
		if len(r.Words) > 0 {
			word := r.mentioned(p.Answer)
			if word == "" {
				continue
			}
			detail = "“" + p.Label + "” mentions “" + word + "”."
			if p.Kind == Choice {
				detail = ""
			}
		}
		for _, key := range r.Needs {
			if needed := in.places[key]; needed != nil {
				in.missing(needed, detail)
			}
		}
		return
	}
}

// firstWord returns the first word in lower case.
func firstWord(s string) string {
	words := strings.Fields(s[:min(len(s), 100)])
	if len(words) == 0 {
		return ""
	}
	return strings.TrimFunc(strings.ToLower(words[0]), unicode.IsPunct)
}

// mostWords is how much of an answer is searched for words, in bytes.
const mostWords = 20_000

// mentioned returns the first of the rule's words, or rows of words, that a text mentions.
func (r *Rule) mentioned(text string) string {
	text = plainWords(text[:min(len(text), mostWords)])
	for i, w := range r.plain {
		if strings.Contains(text, w) {
			return r.Words[i]
		}
	}
	return ""
}

// plainWords is the words of a text in lower case, a space around each.
func plainWords(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	return " " + strings.Join(words, " ") + " "
}

// findSame finds the same words in two answers.
func findSame(in *inspection, r *Rule) {
	a, b := in.places[r.Fields[0]], in.places[r.Fields[1]]
	if a == nil || b == nil || !a.answered || !b.answered || max(len(a.Answer), len(b.Answer)) > mostWords {
		return
	}
	if words := plainWords(a.Answer); words == plainWords(b.Answer) && len(words) > 2 {
		in.note(b, "“"+a.Label+"” says the same.")
	}
}

// findShort finds paragraphs of fewer words than the least. A language without spaces between words counts by its letters.
func findShort(in *inspection, r *Rule) {
	in.answers(r, func(p *place) {
		if p.Kind == Text && len(p.Answer) < 100*r.Least && len(strings.Fields(p.Answer)) < r.Least && utf8.RuneCountInString(p.Answer) < 6*r.Least {
			in.flaw(p, "")
		}
	})
}

// findSlices finds tables with no two different entries in a column that says which part of the data a row is for.
func findSlices(in *inspection, r *Rule) {
	in.answers(r, func(p *place) {
		parts := map[string]bool{}
		for _, row := range p.table() {
			parts[strings.ToLower(strings.TrimSpace(row[r.Column]))] = true
		}
		if len(parts) < 2 {
			in.flaw(p, "")
		}
	})
}

// findCells finds the first row of a table without an entry in one of the columns.
func findCells(in *inspection, r *Rule) {
	in.answers(r, func(p *place) {
		for i, row := range p.table() {
			for _, c := range r.Columns {
				if !Answered(row[c]) {
					in.flaw(p, "It is row "+strconv.Itoa(i+1)+".")
					return
				}
			}
		}
	})
}

// findNumbers finds the first row of a table with an entry in a column of numbers that has no digit.
func findNumbers(in *inspection, r *Rule) {
	in.answers(r, func(p *place) {
		if p.help == nil {
			return
		}
		for i, row := range p.table() {
			for _, c := range p.help.Columns {
				if entry := row[c.Key]; c.Kind == Number && Answered(entry) && !strings.ContainsFunc(entry, unicode.IsNumber) {
					in.flaw(p, "It is row "+strconv.Itoa(i+1)+".")
					return
				}
			}
		}
	})
}

// findInterval finds the first row of a table with a value that is not between the ends of its interval. The columns are value, lower end, upper end.
// Between ends that are the wrong way round is nothing: that is for findOrder to say.
func findInterval(in *inspection, r *Rule) {
	in.answers(r, func(p *place) {
		for i, row := range p.table() {
			value, ok := measured(row[r.Columns[0]])
			lower, low := measured(row[r.Columns[1]])
			upper, up := measured(row[r.Columns[2]])
			if ok && !(low && up && lower > upper) && (low && value < lower || up && value > upper) {
				in.flaw(p, "It is row "+strconv.Itoa(i+1)+".")
				return
			}
		}
	})
}

// findOrder finds the first row of a table with a number in the first column that is above the one in the second.
func findOrder(in *inspection, r *Rule) {
	in.answers(r, func(p *place) {
		for i, row := range p.table() {
			lower, low := measured(row[r.Columns[0]])
			upper, up := measured(row[r.Columns[1]])
			if low && up && lower > upper {
				in.flaw(p, "It is row "+strconv.Itoa(i+1)+".")
				return
			}
		}
	})
}

// measured reads a number as people write measured ones: "94.7 %".
func measured(s string) (float64, bool) {
	n, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "%")), 64)
	return n, err == nil
}

// findLicence finds texts that neither name a known licence nor link to one.
func findLicence(in *inspection, r *Rule) {
	in.answers(r, func(p *place) {
		if len(p.Answer) > mostWords || namesLicence(p.Answer) {
			return
		}
		detail := ""
		if like := likeLicence(p.Answer); like != "" {
			detail = "Do you mean " + like + "?"
		}
		in.flaw(p, detail)
	})
}

// findFuture finds days after tomorrow: where the reader is, tomorrow may have begun. In a table all columns of days count.
func findFuture(in *inspection, r *Rule) {
	yet := func(day string) bool {
		t, err := time.Parse(time.DateOnly, strings.TrimSpace(day))
		return err == nil && t.After(in.day.UTC().Add(24*time.Hour))
	}
	in.answers(r, func(p *place) {
		if p.Kind == Date && yet(p.Answer) {
			in.flaw(p, "")
		}
		if p.Kind != Table || p.help == nil {
			return
		}
		for i, row := range p.table() {
			for _, c := range p.help.Columns {
				if c.Kind == Date && yet(row[c.Key]) {
					in.flaw(p, "It is in row "+strconv.Itoa(i+1)+".")
					return
				}
			}
		}
	})
}

var (
	mailAddress = regexp.MustCompile(`[^\s@]+@[^\s@]+\.[^\s@]`)
	siteAddress = regexp.MustCompile(`(?i)\b[a-z0-9-]+\.[a-z]{2,}\b`)
	telephone   = regexp.MustCompile(`\d([\s()./-]*\d){5}`)
	handle      = regexp.MustCompile(`(^|\s)@\w`)
	nowhere     = regexp.MustCompile(`(?i)\.(example|invalid|test)\b|\bexample\.(com|org|net)\b`)
)

// findContact finds contacts without an address: of mail, of a site, a telephone number, a name on a platform.
func findContact(in *inspection, r *Rule) {
	in.answers(r, func(p *place) {
		text := p.Answer[:min(len(p.Answer), mostWords)]
		reaches := mailAddress.MatchString(text) || siteAddress.MatchString(text) || telephone.MatchString(text) || handle.MatchString(text)
		switch {
		case !reaches:
			in.flaw(p, "")
		case nowhere.MatchString(text):
			in.flaw(p, "Addresses like this one are for examples and lead nowhere.")
		}
	})
}
