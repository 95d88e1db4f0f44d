package format

import (
	"regexp"
	"strings"

	"cardstock/card"
)

// A taker hands the answers of a card to a foreign format and remembers which were taken, so that the rest can be carried in another
// form and nothing is left behind without a word.
type taker struct {
	card  *card.Card
	taken map[string]bool
}

func newTaker(c *card.Card) *taker { return &taker{c, map[string]bool{}} }

// take returns an answer, "" if the card does not have it, and counts it as carried.
func (t *taker) take(key string) string {
	f, _ := t.card.Field(key)
	if f == nil || card.Blank(f.Answer) {
		return ""
	}
	t.taken[key] = true
	return f.Answer
}

// licence takes a licence as SPDX writes it.
func (t *taker) licence(key string) string { return card.SPDXLicence(t.take(key)) }

// leave takes it back: the answer does not fit where it was to go.
func (t *taker) leave(key string) { delete(t.taken, key) }

// rows takes a table. Rows that are none, as an import may bring, stay.
func (t *taker) rows(key string) card.Rows {
	f, _ := t.card.Field(key)
	if f == nil || f.Kind != card.Table || card.Blank(f.Answer) || card.TableAnswer(f.ParseRows()) != f.Answer {
		return nil
	}
	t.taken[key] = true
	return f.ParseRows()
}

// A carried answer has no place of its own in a format.
type carried struct {
	Section *card.Section
	*card.Field
}

// rest returns the answers that were not taken, in the order of the card.
func (t *taker) rest() []carried {
	var rest []carried
	for i := range t.card.Sections {
		s := &t.card.Sections[i]
		for j := range s.Fields {
			if f := &s.Fields[j]; !card.Blank(f.Answer) && !t.taken[f.Key] {
				rest = append(rest, carried{s, f})
			}
		}
	}
	return rest
}

// appendix writes answers as Markdown behind a text. A comment before each names its question, so that they find their way back.
func appendix(text string, rest []carried) string {
	if len(rest) == 0 {
		return text
	}
	var b strings.Builder
	b.WriteString(likeAppended.ReplaceAllString(text, "<!-- $1$2"))
	for _, f := range rest {
		if b.Len() > 0 {
			b.WriteString("\n\n")
		}
		answer := f.Answer
		if f.Kind == card.List {
			answer = writeList(answer, bullets[0])
		}
		b.WriteString("<!-- " + f.Key + markOf(f.Field, f.Section) + " -->\n### " + f.Label + "\n\n" + likeAppended.ReplaceAllString(answer, "<!-- $1$2"))
	}
	return b.String()
}

var appended = regexp.MustCompile(`(?m)(?:^|\n\n)<!-- (\S+)( list)? -->\n### (.*)\n\n`)

// likeAppended is what an answer has that looks like the beginning of another one; it gets one space more.
var (
	likeAppended = regexp.MustCompile(`(?m)^<!--( +)(\S+(?: list)? -->\n### )`)
	wasAppended  = regexp.MustCompile(`(?m)^<!-- ( +)(\S+(?: list)? -->\n### )`)
)

// An answer that came in an appendix.
type appendedAnswer struct {
	key, label, answer string
	list               bool
}

// unappend takes an appendix apart.
func unappend(text string) (before string, answers []appendedAnswer) {
	found := appended.FindAllStringSubmatchIndex(text, -1)
	if len(found) == 0 {
		return text, nil
	}
	for i, m := range found {
		end := len(text)
		if i+1 < len(found) {
			end = found[i+1][0]
		}
		answers = append(answers, appendedAnswer{text[m[2]:m[3]], text[m[6]:m[7]], wasAppended.ReplaceAllString(text[m[1]:end], "<!--$1$2"), m[4] >= 0})
	}
	return wasAppended.ReplaceAllString(text[:found[0][0]], "<!--$1$2"), answers
}
