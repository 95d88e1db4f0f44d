package format

import (
	"regexp"
	"strings"

	"cardstock/card"
)

// The heading of a README says what the page is, and of what: "Model Card for Peas", "Datasheet: Peas", "Peas Model Card". The name of the card is Peas.

var (
	titleBefore = regexp.MustCompile(`(?i)^(model card|data(?:set)? card|datasheet)(?:\s+(?:for|of)(?:\s+|$)|\s*[:—–|]\s*|\s*-+\s+|\s*$)`)
	titleAfter  = regexp.MustCompile(`(?i)(?:\s*[:—–|(]\s*|\s+-+\s+|\s+)(model card|data(?:set)? card|datasheet)\)?$`)
)

// A cardTitle is the heading of a page in its parts.
type cardTitle struct {
	before, name, after string
	kind                card.Kind // that it says, "" if it does not
}

func titleOf(heading string) cardTitle {
	t := cardTitle{name: heading}
	if m := titleBefore.FindStringSubmatchIndex(heading); m != nil {
		t.before, t.name, t.kind = heading[:m[1]], heading[m[1]:], kindCalled(heading[m[2]:m[3]])
	} else if m := titleAfter.FindStringSubmatchIndex(heading); m != nil {
		t.name, t.after, t.kind = heading[:m[0]], heading[m[0]:], kindCalled(heading[m[2]:m[3]])
	}
	return t
}

// titleText reports whether the first line of a text stands alone and says what the text is: no mark has to make it a heading.
func titleText(text string, at, end int) bool {
	line := strings.TrimRight(text[at:end], " \t\r")
	if line == "" { // of such there may be millions
		return false
	}
	next, _, _ := strings.Cut(text[min(end+1, len(text)):], "\n")
	return titleLine(line) && titleOf(line).before != "" && !strings.HasSuffix(line, ".") && card.Blank(next)
}

func kindCalled(word string) card.Kind {
	if strings.EqualFold(word, "model card") {
		return card.Model
	}
	return card.Datasheet
}

// called is the heading with another name in it. Without one it says what the page is; a name that would not be read as it is stands behind that.
func (t cardTitle) called(name string, kind card.Kind) string {
	what := strings.TrimSpace(titleBefore.ReplaceAllString(t.before, "$1"))
	if m := titleAfter.FindStringSubmatch(t.after); m != nil {
		what = m[1]
	}
	heading := t.before + name + t.after
	switch {
	case name == "":
		return what
	case t.before != "" && t.name == "":
		heading = what + ": " + name
	}
	if titleOf(heading).name != name {
		heading = titleCalls[kind] + name
	}
	return heading
}

// titleCalls are what our exports put before a name.
var titleCalls = map[card.Kind]string{card.Model: "Model Card for ", card.Datasheet: "Dataset Card for "}

// named takes the title of the page for the card's name, once. A heading without one is the place for it, and no other names the card.
func (r *hubReader) named(p *part, title string) bool {
	f, _ := r.card.Field(r.nameKey)
	if f == nil || r.page != nil || f.Answer != "" || card.Unfilled(titleOf(title).name) {
		return false
	}
	r.page = p
	if f.Answer = titleOf(title).name; f.Answer != "" {
		r.claim(r.nameKey, claim{part: p, title: true, said: f.Answer})
	}
	return true
}

// unnamed makes the heading of the page the place for a name that nothing in the README says.
func (r *hubReader) unnamed() {
	if f, _ := r.card.Field(r.nameKey); f != nil && f.Answer == "" && r.page != nil && len(r.parts[r.nameKey]) == 0 {
		r.claim(r.nameKey, claim{part: r.page, title: true})
	}
}
