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
			if card.Blank(f.Answer) || !leftOut(f, in, there) && !w.bent(f, in) {
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

// bent reports whether an answer that was edited among indented lines reads otherwise there: its words are found, and its lists or its code are others.
func (w *hubWriter) bent(f *card.Field, in *card.Card) bool {
	if f.Kind != card.Text || w.below[f.Key] || !slices.Contains(w.edited, f.Key) || !slices.ContainsFunc(w.claims[f.Key], func(c claim) bool { return c.part != nil && c.part.indent != "" }) {
		return false
	}
	again, _ := in.Field(f.Key)
	if f.Custom && (again == nil || again.Label != f.Label) { // its key counts those above it
		return false
	}
	return again == nil || withoutRules(strings.TrimSpace(again.Answer)) != withoutRules(strings.TrimSpace(f.Answer))
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
