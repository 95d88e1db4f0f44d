package format

import (
	"context"
	"maps"
	"slices"
	"strings"
	"unicode"

	"cardstock/card"
)

func isSpace(r rune) bool { return unicode.IsSpace(r) }

// A hubWriter writes a card into the README that it came from.
type hubWriter struct {
	*hubReader
	newline string
	now     *card.Card
	splices []splice
	edited  []string        // keys of the answers that are others now
	below   map[string]bool // of those among them that shall stand below the README
	added   map[string]bool // of those that do
	note    string          // what else of the README is not as it was
}

// rewriteHub changes of a README what was edited: the lines of an answer under its heading, the value of a member of the front matter.
// An answer that has no place there comes below it, as in our exports. So does one that would not be read again in its place, because
// there are headings or comments in it.
func rewriteHub(ctx context.Context, ts *card.Templates, c *card.Card, original string) (string, bool) {
	text, _, ok := rewriteReadme(ctx, ts, c, original, false)
	return text, ok
}

// rewriteReadme is rewriteHub; sure says that the card came from the README.
func rewriteReadme(ctx context.Context, ts *card.Templates, c *card.Card, original string, sure bool) (text, note string, ok bool) {
	below := map[string]bool{}
	for range 3 {
		w, text, ok := rewritten(ts, c, original, below, sure)
		if !ok || ctx.Err() != nil {
			return "", "", false
		}
		lost, ok := w.lost(text)
		if ok {
			return text, w.note, true
		}
		if ctx.Err() != nil {
			break
		}
		for _, key := range lost {
			below[key] = true
		}
	}
	return "", "", false
}

func rewritten(ts *card.Templates, c *card.Card, original string, below map[string]bool, sure bool) (w *hubWriter, text string, ok bool) {
	r, err := readHub(ts, original, c.Kind)
	if err != nil || r.card.Kind != c.Kind {
		return nil, "", false
	}
	was := r.result().Card
	w = &hubWriter{hubReader: r, newline: newlineOf(original), now: c, below: below, added: map[string]bool{}}
	if !sure && !w.from(was) {
		return nil, "", false
	}
	for i := range c.Sections {
		for j := range c.Sections[i].Fields {
			w.field(was, &c.Sections[i].Fields[j])
		}
	}
	w.titles()
	for _, key := range slices.Sorted(maps.Keys(r.claims)) {
		if f, _ := c.Field(key); f == nil && key != "" {
			w.gone(key)
		}
	}
	text, _ = apply(original, append(w.splices, w.front.all()...)) // an answer that had no room is lost, and comes below
	return w, text + w.appended(original), true
}

// lost reads what was written again and returns the edited answers that are to come below: those that are not found in it or, if what is
// not found was not edited, all. ok says that all are found.
func (w *hubWriter) lost(text string) (keys []string, ok bool) {
	again, err := readHub(w.ts, text, w.now.Kind)
	if err != nil || again.card.Kind != w.now.Kind {
		return w.edited, false
	}
	in := again.result().Card
	there, all := everything(in), true
	for i := range w.now.Sections {
		for j := range w.now.Sections[i].Fields {
			f := &w.now.Sections[i].Fields[j]
			if card.Blank(f.Answer) || !leftOut(f, in, there) {
				continue
			}
			all = false
			if slices.Contains(w.edited, f.Key) && !w.below[f.Key] {
				keys = append(keys, f.Key)
			}
		}
	}
	if len(keys) == 0 {
		keys = w.edited
	}
	return keys, all
}

// from reports whether the card came from the README: most of its answers are still questions of the card.
func (w *hubWriter) from(was *card.Card) bool {
	all, there := 0, 0
	for i := range was.Sections {
		for j := range was.Sections[i].Fields {
			if f := &was.Sections[i].Fields[j]; !card.Blank(f.Answer) {
				all++
				if now, _ := w.now.Field(f.Key); now != nil && !card.Blank(now.Answer) {
					there++
				}
			}
		}
	}
	return 2*there >= all
}

// newlineOf is how most lines of a text end.
func newlineOf(text string) string {
	crlf := strings.Count(text, "\r\n")
	switch {
	case 2*crlf > strings.Count(text, "\n"):
		return "\r\n"
	case !strings.Contains(text, "\n") && strings.Contains(text, "\r"):
		return "\r"
	}
	return "\n"
}

// field writes an answer that was edited, and a question whose words were.
func (w *hubWriter) field(was *card.Card, f *card.Field) {
	before, _ := was.Field(f.Key)
	if before != nil && before.Label != f.Label {
		w.label(f)
	}
	said := ""
	if before != nil {
		said = before.Answer
	}
	if withoutBlankLines(said) == withoutBlankLines(f.Answer) || card.Blank(said) && card.Blank(f.Answer) || said == withoutRules(strings.TrimSpace(f.Answer)) {
		return
	}
	w.edited = append(w.edited, f.Key)
	if w.swallows(f) {
		w.below[f.Key] = true
	}
	if w.below[f.Key] {
		w.gone(f.Key)
	}
	if (w.below[f.Key] || !w.put(f)) && !card.Blank(f.Answer) {
		w.added[f.Key] = true
	}
}

// put writes an answer to where it came from, or where the README asks for it.
func (w *hubWriter) put(f *card.Field) bool {
	var texts, places []claim
	done := false
	for _, c := range w.claims[f.Key] {
		switch {
		case c.part == nil:
			done = w.putMember(c, f) || done
		case c.title && w.ours: // the card's title, whatever that is
		case c.title && card.Blank(f.Answer):
			w.heading(c.part, titleOf(c.part.title).called("", w.now.Kind))
			done = true
		case c.title:
			if line, _ := card.CleanLine(f.Answer); line != "" {
				w.heading(c.part, titleOf(c.part.title).called(line, w.now.Kind))
				done = done || line == strings.TrimSpace(f.Answer)
			}
		case c.empty:
			places = append(places, c)
		default:
			texts = append(texts, c)
		}
	}
	switch {
	case len(texts) > 0:
		w.texts(f, texts)
		return true
	case !done && len(places) > 0 && !card.Blank(f.Answer):
		return w.text(w.best(places), hubAnswer(f))
	case !done:
		done = w.insert(f)
	}
	return done
}

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
