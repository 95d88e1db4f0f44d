package format

import (
	"strings"

	"cardstock/card"
)

// bullets are how an item of a list may begin in Markdown; the first is ours.
var bullets = []string{"- ", "* ", "+ "}

// writeList writes a list as Markdown, each item behind a bullet: without, its lines run together into one paragraph.
func writeList(answer, bullet string) string {
	lines := card.Items(answer)
	for i, line := range lines {
		if !card.Blank(line) {
			lines[i] = bullet + line
		}
	}
	return strings.Join(lines, "\n")
}

// readList reads what writeList wrote; a text that is not all bullets of one sort is a list without them.
func readList(text string) string {
	bullet := bulletOf(text)
	lines := card.Items(text)
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, bullet)
	}
	return card.ListAnswer(lines)
}

// bulletOf is what all lines of a text begin with that say something; "" if that is no bullet.
func bulletOf(text string) string {
	for _, bullet := range bullets {
		said, all := 0, true
		for line := range strings.SplitSeq(text, "\n") {
			if !card.Blank(line) {
				said++
				all = all && strings.HasPrefix(line, bullet)
			}
		}
		if said > 0 && all {
			return bullet
		}
	}
	return ""
}

// listMark stands in a comment behind the key of a list whose question no template has.
const listMark = " list"

// markOf is what the comment that names a question says of it besides.
func markOf(f *card.Field, s *card.Section) string {
	if f.Kind == card.List && (f.Custom || s.Custom) {
		return listMark
	}
	return ""
}

// listOr is the kind of a part of an answer: text, if it is no list.
func listOr(kind card.FieldKind) card.FieldKind {
	if kind == card.List {
		return kind
	}
	return card.Text
}

// worded is an answer as it stands below a heading: a list behind the bullets that are there.
func (w *hubWriter) worded(f *card.Field, p *part) string {
	said := p.visible(w.readme)
	if f.Kind != card.List || said == "" {
		if p.code && f.Kind != card.List {
			return betweenMarks(strings.Trim(hubAnswer(f), "\n"))
		}
		if p.lines && f.Kind != card.List {
			return keptApart(hubAnswer(f))
		}
		return hubAnswer(f)
	}
	bullet := ""
	if p.key != "" { // elsewhere they are part of the answer
		bullet = bulletOf(strings.TrimSpace(said))
	}
	return writeList(likeComment.ReplaceAllString(f.Answer, "<!-- ${1}cardstock:"), bullet)
}
