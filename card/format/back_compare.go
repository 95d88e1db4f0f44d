package format

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"cardstock/card"
)

// A comparison is what the document says beside the card. It is made once for each reading of the document: of a long one it takes as long as that.
type comparison struct {
	is           map[thing]string
	moved, risen map[thing]bool
	there        func() *haystack
}

func (b *backer) compared() *comparison {
	if b.beside == nil {
		is, of := things(b.card), b.card
		b.beside = &comparison{is, sameTwins(is, b.want), b.risen(is, b.want), sync.OnceValue(func() *haystack { return everything(of) })}
	}
	return b.beside
}

// differences are the things that the document does not say as the card does, with what the card says.
func (b *backer) differences() map[thing]string {
	if b.gone() {
		return nil
	}
	all := map[thing]string{}
	for of, text := range b.want {
		if b.lacks(of, text) {
			all[of] = text
		}
	}
	for of, text := range b.compared().is {
		if b.hasBesides(of, text) {
			all[of] = ""
		}
	}
	return all
}

// differs reports whether the document does not say a thing as the card does.
func (b *backer) differs(of thing) bool {
	if b.gone() {
		return false
	}
	want, wanted := b.want[of]
	is, said := b.compared().is[of]
	return wanted && b.lacks(of, want) || said && b.hasBesides(of, is)
}

// lacks reports whether the document does not say what the card says of a thing.
func (b *backer) lacks(of thing, text string) bool {
	by := b.compared()
	now, known := by.is[of]
	switch {
	case now == text, by.moved[twinOf(of)], by.risen[of]:
	case of.what == anAnswer && sameAnswer(b.field(of), now, text) && (b.tries[of] > 0 || sameIndent(b.field(of), now, text)):
	case of.what != anAnswer && (!known || by.moved[thing{anAnswer, twinOf(of).key}] || b.tries[of] > 0): // the words of a question, where the file has none
	case b.placed[of] && card.Blank(now) && !leftOut(b.field(of), b.card, by.there()): // it stands elsewhere
	default:
		return true
	}
	return false
}

// hasBesides reports whether the document says something to which the card does not answer.
func (b *backer) hasBesides(of thing, text string) bool {
	by := b.compared()
	if of.what != anAnswer || card.Blank(text) || !card.Blank(b.want[of]) || by.moved[twinOf(of)] || by.risen[of] {
		return false
	}
	return !card.Blank(b.was[of]) || !b.wanted.holds(text) // or it was put where it can be
}

// risen are the answers that were taken away where another part of the file, which was read as a question of its own beside them, is read as the answer
// now, and those questions: the title of a file without a name is its name.
func (b *backer) risen(is, want map[thing]string) map[thing]bool {
	var all map[thing]bool
	for of, text := range is {
		if of.what != anAnswer || card.Blank(text) || !card.Blank(want[of]) || card.Blank(b.was[of]) || b.was[of] == text {
			continue
		}
		for beside, said := range want {
			if beside.what == anAnswer && said == text && b.was[beside] == text && card.Blank(is[beside]) {
				if all == nil {
					all = map[thing]bool{}
				}
				all[of], all[beside] = true, true
			}
		}
	}
	return all
}

var twinNumber = regexp.MustCompile(`(?:\.more)?(?:-[0-9]+)?$`)

// twinOf is the first of the questions that came with the same name, which are numbered.
func twinOf(of thing) thing {
	if !strings.HasSuffix(of.key, ".more") && !strings.Contains(of.key, "-") {
		return of
	}
	return thing{of.what, twinNumber.ReplaceAllString(of.key, "")}
}

// sameTwins are the questions of one name whose answers are the same one after the other, be the numbers others: those behind one that is gone
// move up, and what is more than an answer can hold is cut elsewhere.
func sameTwins(is, want map[thing]string) map[thing]bool {
	twins := func(all map[thing]string) map[thing][]string {
		said, order := map[thing][]string{}, map[thing][]thing{}
		for of, text := range all {
			if first := twinOf(of); of.what == anAnswer && !card.Blank(text) {
				order[first] = append(order[first], of)
			}
		}
		for first, keys := range order {
			slices.SortFunc(keys, func(a, b thing) int {
				if n := len(a.key) - len(b.key); n != 0 {
					return n
				}
				return strings.Compare(a.key, b.key)
			})
			for _, of := range keys {
				said[first] = append(said[first], strings.TrimSpace(all[of]))
			}
		}
		return said
	}
	had, has := twins(want), twins(is)
	same := map[thing]bool{}
	for of, text := range want {
		first := twinOf(of)
		if _, known := same[first]; known || of.what != anAnswer || sameWords(text, is[of]) {
			continue
		}
		same[first] = len(had[first]) > 0 && len(has[first]) > 0 && joinedTwins(had[first]) == joinedTwins(has[first])
	}
	return same
}

var seams = strings.NewReplacer("]\n[", ", ", "}\n{", ", ")

// joinedTwins are answers as one text, and lists and objects of JSON that were cut in parts as one.
func joinedTwins(texts []string) string { return seams.Replace(strings.Join(texts, "\n")) }

// field is the question of a thing in the card.
func (b *backer) field(of thing) *card.Field {
	f, _ := b.now.Field(of.key)
	return f
}

// sameAnswer reports whether two answers to a question are the same for a reader: of a list, rows without a word do not count, nor does
// space around an item, which readers take off.
func sameAnswer(f *card.Field, a, b string) bool {
	return sameWords(a, b) || f != nil && f.Kind == card.List && slices.Equal(worded(card.Items(a)), worded(card.Items(b)))
}

// sameIndent reports whether the first lines of two answers that are the same otherwise are indented alike. In Markdown that makes code of one; many a
// format takes it off, so it is tried once to write it.
func sameIndent(f *card.Field, a, b string) bool {
	return f == nil || f.Kind != card.Text || card.Blank(a) && card.Blank(b) || withoutBlankLines(a) == withoutBlankLines(b)
}

// worded are the items of a list that say something: a form may have rows without a word.
func worded(items []string) []string {
	items = slices.DeleteFunc(items, card.Blank)
	for i := range items {
		items[i] = strings.TrimSpace(items[i])
	}
	return items
}

// sameWords reports whether two answers are the same for a reader.
func sameWords(a, b string) bool {
	return strings.TrimSpace(a) == strings.TrimSpace(b) || card.Blank(a) && card.Blank(b)
}
