package format

import (
	"cmp"
	"strings"

	"cardstock/card"
)

// best chooses of the empty places for an answer the one where the README asks for it, or else the first.
func (w *hubWriter) best(places []claim) *part {
	for _, c := range places {
		if c.part.visible(w.readme) != "" {
			return c.part
		}
	}
	return places[0].part
}

// texts writes an answer that stands under one heading or several.
func (w *hubWriter) texts(f *card.Field, claims []claim) {
	if len(claims) == 1 {
		w.text(claims[0].part, w.worded(f, claims[0].part))
		return
	}
	parts := make([]string, len(claims))
	for i, c := range claims {
		parts[i] = c.said
	}
	for i, text := range apportion(claims, separatorOf(f, parts, true), f.Answer) {
		if text != claims[i].said {
			w.text(claims[i].part, w.worded(&card.Field{Kind: listOr(f.Kind), Answer: text}, claims[i].part))
		}
	}
}

// apportion parts an answer among the claims that made it: those at both ends that are the same keep theirs.
func apportion(claims []claim, separator, answer string) []string {
	out := make([]string, len(claims))
	first, last := 0, len(claims)-1
	for first < last && strings.HasPrefix(answer, claims[first].said+separator) {
		out[first] = claims[first].said
		answer = answer[len(claims[first].said+separator):]
		first++
	}
	for last > first && (answer == claims[last].said || strings.HasSuffix(answer, separator+claims[last].said)) {
		out[last] = claims[last].said
		answer = strings.TrimSuffix(strings.TrimSuffix(answer, claims[last].said), separator)
		last--
	}
	out[first] = answer
	return out
}

// text changes of a part the lines that are others now. Comments that no answer shows stay.
func (w *hubWriter) text(p *part, answer string) bool {
	if answer = withoutBlankLines(answer); p.key == "" {
		answer = withoutRules(strings.TrimSpace(answer))
	}
	said, at := p.mapped(w.readme)
	if said == "" {
		w.fill(p, answer)
		return true
	}
	was, is := strings.Split(said, "\n"), strings.Split(answer, "\n")
	if answer == "" {
		is = nil
	}
	before, after := common(was, is)
	starts := make([]int, len(was)+1) // of the lines in said
	for i, line := range was {
		starts[i+1] = starts[i] + len(line) + 1
	}
	middle := strings.Join(is[before:len(is)-after], w.newline)
	end := starts[len(was)-after]
	if after == 0 {
		end = len(said) + 1
	}
	start := starts[before]
	switch {
	case end > start && len(is)-after > before: // other lines in place of some
		w.splice(p, at[start], at[end-1], middle)
	case end > start && after > 0: // lines are gone
		w.splice(p, at[start], at[end], "")
	case end > start: // the last lines are gone
		w.splice(p, at[max(start-1, 0)], at[len(said)], "")
	case after > 0: // there are more
		w.splice(p, at[start], at[start], middle+w.newline)
	default:
		w.splice(p, at[len(said)], at[len(said)], w.newline+middle)
	}
	return true
}

// splice replaces a stretch of a part and keeps the comments in it.
func (w *hubWriter) splice(p *part, start, end int, text string) {
	if p.key == "" && end > start {
		for _, c := range commentsOf(w.readme[p.textAt:p.end]) {
			if from, to := p.textAt+c.start, p.textAt+c.end; start <= from && to <= end {
				text += w.newline + w.readme[from:to]
			}
		}
	}
	if p.indent != "" {
		start, end, text = p.indented(w.readme, start, end, text)
	}
	w.splices = append(w.splices, splice{start, end, newlineText(text, w.newline)})
}

// newlineText gives a text the line endings of the README.
func newlineText(text, newline string) string {
	return strings.ReplaceAll(newlines.Replace(text), "\n", newline)
}

// fill writes an answer into a part that says nothing, behind the comments that tell what it is for.
func (w *hubWriter) fill(p *part, answer string) {
	if answer == "" {
		return
	}
	raw := w.readme[p.textAt:p.end]
	at := p.textAt + len(strings.TrimRightFunc(raw, isSpace))
	text := w.newline + w.newline + newlineText(answer, w.newline)
	if p.indent != "" {
		_, _, text = p.indented(w.readme, at, at, text)
		text = newlineText(text, w.newline)
	}
	if rest := newlines.Replace(w.readme[at:p.end]); strings.Count(rest, "\n") < 2 && p.end < len(w.readme) {
		text += w.newline
	}
	w.splices = append(w.splices, splice{at, at, text})
}

// label writes the new words of a question into its heading, or says that it has none.
func (w *hubWriter) label(f *card.Field) {
	for _, c := range w.claims[f.Key] {
		switch {
		case !f.Custom:
		case c.part != nil && (c.part.asked && !boldQuestion(f.Label) || c.part == w.opens && !isSectionTitle(f.Label)): // it would not be read as its words
			w.note = cmp.Or(w.note, noteNames)
		case c.part != nil && c.part.level > 0 && !c.title && !w.titled(c.part):
			w.heading(c.part, strings.TrimPrefix(f.Label, c.above))
		case w.note == "":
			w.note = noteNames
		}
	}
}

// gone takes out what a question that was deleted was made of. A heading with others below it stays.
func (w *hubWriter) gone(key string) {
	for _, c := range w.claims[key] {
		switch {
		case c.part == nil:
			w.front.set(c.member, "")
		case c.title || c.empty:
		case c.part.key == "" && (c.part.level == 1 || w.leads(c.part)):
			w.text(c.part, "")
		default:
			w.splices = append(w.splices, splice{c.part.start, c.part.end, ""})
		}
	}
}

// appended are the answers that have no place in the README, as our own export writes them.
func (w *hubWriter) appended(original string) string {
	var b strings.Builder
	for i := range w.now.Sections {
		writeHubSection(&b, &w.now.Sections[i], func(f *card.Field) bool { return w.added[f.Key] })
	}
	text := b.String()
	if text != "" && !strings.HasSuffix(newlines.Replace(original), "\n") {
		text = "\n" + text
	}
	return newlineText(text, w.newline)
}
