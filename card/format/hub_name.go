package format

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"cardstock/card"
)

// The heading of a README says what the page is, and of what: "Model Card for Peas", "Datasheet: Peas", "Peas Model Card". The name of the card is Peas.

var (
	titleBefore = regexp.MustCompile(`(?i)^(?:[^\pL\pN\s]+\s+)?(model card|data(?:set)? card|datasheet)(?:\s+(?:for|of)(?:\s+|$)|\s*[:—–|]\s*|\s*-+\s+|\s*$)`)
	// titleWhat is what the paper's form has before a name: Datasheet for dataset "Peas".
	titleWhat  = regexp.MustCompile(`(?i)^dataset\s+["“„«](.+)["”“»]$`)
	titleAfter = regexp.MustCompile(`(?i)(?:\s*[:—–|(]\s*|\s+-+\s+|\s+)(model card|data(?:set)? card|datasheet)\)?$`)
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
		if q := titleWhat.FindStringSubmatchIndex(t.name); q != nil && strings.EqualFold(heading[m[2]:m[3]], "datasheet") {
			t.before, t.name, t.after = t.before+t.name[:q[2]], t.name[q[2]:q[3]], t.name[q[3]:]
		}
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
	what := ""
	if m := titleBefore.FindStringSubmatchIndex(t.before); m != nil {
		what = t.before[:m[3]]
	}
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
	of := titleOf(title)
	if f == nil || r.page != nil || f.Answer != "" || card.Unfilled(of.name) || of.kind == "" && r.opens != nil {
		return false
	}
	if of.kind == "" && isSectionTitle(title) {
		r.opens = p
		return false
	}
	r.page = p
	if of.kind == "" && r.namedOtherwise(title) {
		key := r.custom(r.section("readme", otherParts), "readme.title", "Heading of the README", title)
		r.claim(key, claim{part: p, title: true, said: title})
		return true
	}
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

// sectionTitles are headings that begin a README without naming what it is of, in small letters, beside those that are of a question.
var sectionTitles = []string{"overview", "model overview", "dataset overview", "introduction", "about", "about the model", "about the dataset", "details", "model details", "dataset details", "description",
	"dataset description", "summary", "model summary", "information", "model information", "dataset information", "usage", "how to use", "getting started", "quick start", "installation",
	"how to get started with the model", "contents", "table of contents", "abstract", "background", "bibtex entry and citation info"}

// isSectionTitle reports whether a heading is a usual one of a part of a README, and no name.
func isSectionTitle(heading string) bool {
	plain := plainHeading(heading)
	return slices.Contains(sectionTitles, plain) || hubHeadings[plain] != "" || datasetHeadings[plain] != "" || gebruChapters[plain] != ""
}

// namedOtherwise reports whether the front matter of a dataset's README has a name for it that its heading does not say.
func (r *hubReader) namedOtherwise(heading string) bool {
	members := mapping(&r.root)
	for i := 0; r.card.Kind == card.Datasheet && i+1 < len(members); i += 2 {
		if v := members[i+1]; members[i].Value == "pretty_name" && v.Kind == yaml.ScalarNode && card.Answered(v.Value) {
			name, words := strings.ReplaceAll(plainHeading(v.Value), " ", ""), strings.ReplaceAll(plainHeading(heading), " ", "")
			return name != "" && words != "" && !strings.Contains(words, name) && !strings.Contains(name, words)
		}
	}
	return false
}
