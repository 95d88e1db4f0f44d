package format

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"cardstock/card"
)

// otherParts is the section of what no question of the template asks.
const otherParts = "Other parts of the README"

// asks reports whether a heading with nothing below it asks for something: it is lost otherwise, for no question is called by it. It does not if it is
// the page's, or a form's, and no card has too many questions for want of text.
func (r *hubReader) asks(p *part, title string) bool {
	return len(r.keys) < card.MaxFields/2 && title != "" && !card.Unfilled(title) && !(p.level == 1 && titleOf(title).kind != "") && !r.leads(p)
}

// leads reports whether headings stand below that of a part.
func (r *hubReader) leads(p *part) bool {
	i := slices.IndexFunc(r.pieces, func(of part) bool { return of.start == p.start && of.level == p.level })
	return i >= 0 && i+1 < len(r.pieces) && r.pieces[i+1].level > p.level
}

// foreign takes what stands under a heading, which its label says with those above.
func (r *hubReader) foreign(p *part, above trail, title, text string) {
	from := above.words(title)
	key := r.question(title, above)
	if text == "" || card.Unfilled(text) || key != "" && !card.Answered(text) {
		if key == "" && text == "" && r.asks(p, title) {
			key = r.custom(r.section("readme", otherParts), "readme.heading", from+title, "")
			r.claim(key, claim{part: p, empty: true, above: from})
		} else if key != "" {
			r.claim(key, claim{part: p, empty: true})
		}
		return
	}
	name := "readme.entry"
	if p.underlined && (title != "" || r.keys[name]) {
		name = "readme.underlined" // the others are called as when these were no headings
	}
	if title == "" {
		title = introduction
	}
	if r.besideIdentifier(key, text) {
		key, name = "", "readme.licence"
	}
	if key != "" && r.fits(key, text) && r.add(key, text) {
		r.claim(key, claim{part: p, said: text})
		return
	}
	key = r.custom(r.section("readme", otherParts), name, from+title, text)
	r.claim(key, claim{part: p, said: text, above: from})
}

// question is the key of the one that a heading asks, "" if it asks none of the template's.
func (r *hubReader) question(title string, above trail) string {
	heading := strings.TrimSpace(strings.ReplaceAll(withoutNumber(strings.ToLower(title)), "[optional]", ""))
	for _, words := range []string{heading, latinWords(heading)} {
		words = strings.TrimSpace(strings.TrimSuffix(words, ":"))
		key := hubHeadings[words]
		if r.card.Kind == card.Datasheet {
			key = cmp.Or(datasetQuestion(words), above.comments(words))
		}
		if key != "" {
			return key
		}
	}
	return ""
}

// latinWords is a heading without what stands beside its words in another script, and without pictures: 引用 Citation.
func latinWords(heading string) string {
	words := strings.Fields(heading)
	return strings.Join(slices.DeleteFunc(words, func(w string) bool {
		return !strings.ContainsFunc(w, func(r rune) bool {
			return unicode.In(r, unicode.Latin) || r < utf8.RuneSelf && !unicode.IsPunct(r) || r == '&'
		})
	}), " ")
}

// fits reports whether a text can be an answer to a question, or a part of one: prose is no number and no date, and could not be edited as one.
func (r *hubReader) fits(key, text string) bool {
	f, _ := r.card.Field(key)
	if f == nil || f.Kind != card.Number && f.Kind != card.Date && f.Kind != card.Choice {
		return true
	}
	return len(r.parts[key]) == 0 && f.CheckAnswer(text) == nil
}

// placeholders are the answers to questions that nothing else in the README answers: somebody may have written "none". What a form says there is none.
func (r *hubReader) placeholders() {
	for key, claims := range r.claims {
		if f, _ := r.card.Field(key); f == nil || f.Answer != "" || len(r.parts[key]) > 0 {
			continue
		}
		for i := range claims {
			c := &claims[i]
			if !c.empty {
				continue
			}
			if text := c.part.visible(r.readme); text != "" && !card.Unfilled(text) && r.fits(key, text) && r.add(key, text) {
				c.empty, c.said = false, text
			}
		}
	}
}
