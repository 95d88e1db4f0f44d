package format

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"cardstock/card"
)

// A builder fills the empty card of a template with what a foreign document says, and
// makes custom questions and sections for what the template does not ask.
//
// Once a card is over a limit it will be refused, and nothing more is added to it: a
// document with a hundred thousand entries must not keep the server busy.
type builder struct {
	card    *card.Card
	help    *card.Template
	nameKey string // of the question for the name
	notes   []string
	keys    map[string]bool     // of all fields
	twins   map[string]int      // how often a custom key was wanted
	parts   map[string][]string // of answers given in several parts, joined at the end

	asked, parted int // questions and sections of the template; those that stay empty make room for others

	markdown bool // the parts are Markdown: two of several lines are two paragraphs
}

// newBuilder starts with the built-in template of the kind, without its presets: a
// document that says nothing about the status of a card does not say "draft".
func newBuilder(ts *card.Templates, kind card.Kind) *builder {
	t := ts.For(&card.Card{Kind: kind})
	b := &builder{card: t.New(), help: t, nameKey: t.Name, keys: map[string]bool{}, twins: map[string]int{}, parts: map[string][]string{}}
	for i := range b.card.Sections {
		fields := b.card.Sections[i].Fields
		for j := range fields {
			fields[j].Answer = ""
			b.keys[fields[j].Key] = true
		}
	}
	b.asked, b.parted = len(b.keys), len(b.card.Sections)
	return b
}

func (b *builder) result() *Result {
	for _, key := range slices.Sorted(maps.Keys(b.parts)) {
		f, s := b.card.Field(key)
		whole := pieces(b.parts[key], separatorOf(f, b.parts[key], b.markdown))
		if f.Answer != "" {
			whole = append([]string{f.Answer}, b.displaced(f, whole)...)
		}
		f.Answer = whole[0]
		label := f.Label
		for _, more := range whole[1:] {
			b.custom(s, key+".more", label+", continued", more)
		}
	}
	// Our exports write so where their format wants a name.
	if f, _ := b.card.Field(b.nameKey); f != nil && unmarked(f.Answer) == card.DisplayName(b.card.Kind, "", "") {
		f.Answer = ""
	}
	return &Result{Card: b.card, Notes: b.notes, Pictures: len(b.card.Attachments)}
}

// displaced is what stands at the place of a question whose answer is known, beside that. At the place of a name our exports write the title of the card.
func (b *builder) displaced(f *card.Field, whole []string) []string {
	switch title, err := card.CheckTitle(whole[0]); {
	case len(whole) > 1:
	case unmarked(whole[0]) == unmarked(f.Answer):
		return nil
	case f.Key == b.nameKey && b.card.Title == "" && err == nil:
		b.card.Title = title
		return nil
	}
	return whole
}

// separatorOf is what stands between the parts of an answer. On the line after a table or a list, Markdown would be part of that.
func separatorOf(f *card.Field, parts []string, markdown bool) string {
	switch {
	case f.Kind == card.Line:
		return "; "
	case markdown && f.Kind == card.Text && slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(strings.TrimSpace(part), "\n") }):
		return "\n\n"
	}
	return "\n"
}

// pieces joins parts of an answer; what is more than an answer can be goes into a further one.
func pieces(parts []string, separator string) []string {
	var whole []string
	from, size := 0, 0
	for i, part := range parts {
		n := sizeOf(part) + len(separator)
		if size+n > card.MaxAnswer && i > from {
			whole = append(whole, strings.Join(parts[from:i], separator))
			from, size = i, 0
		}
		size += n
	}
	return append(whole, strings.Join(parts[from:], separator))
}

// full reports whether the card is over the limit of fields already, whatever makes room.
func (b *builder) full() bool { return len(b.keys) > card.MaxFields+b.asked }

// set answers a question, whatever parts of an answer there are. It reports false, and changes nothing, if the card does not have
// it or it is answered already; the caller then keeps the answer elsewhere.
func (b *builder) set(key, answer string) bool {
	f, _ := b.card.Field(key)
	switch {
	case f == nil:
		return false
	case answer == "":
		return true
	case f.Answer != "":
		return false
	}
	f.Answer = answer
	return true
}

// add is set for a question that may be answered in several parts.
func (b *builder) add(key, answer string) bool {
	if key == "" {
		return false
	}
	f, _ := b.card.Field(key)
	if f != nil && answer != "" {
		b.parts[key] = append(b.parts[key], answer)
	}
	return f != nil
}

// section returns the section with the key; if there is none it is added as a custom one.
func (b *builder) section(key, title string) *card.Section {
	if s := b.card.Section(key); s != nil {
		return s
	}
	if last := len(b.card.Sections) - 1; last >= card.MaxSections+b.parted {
		return &b.card.Sections[last]
	}
	b.card.Sections = append(b.card.Sections, card.Section{Key: key, Custom: true})
	s := &b.card.Sections[len(b.card.Sections)-1]
	b.entitle(s, title)
	return s
}

// custom adds a question to a section. A key that is taken gets a number: a document may
// use one id twice, and both answers are kept. It returns the key, "" if the card is over its limit.
func (b *builder) custom(s *card.Section, key, label, answer string) string {
	if b.full() {
		return ""
	}
	label, _ = card.CleanLine(label)
	if label == "" {
		label = "Question without words"
	}
	key = unique(b.keys, b.twins, key)
	short := shortened(label, card.MaxLabel)
	s.Fields = append(s.Fields, card.Field{Key: key, Label: short, Kind: card.Text, Custom: true, Answer: answer})
	if short != label {
		b.custom(s, keyFor(key+".words"), "All words of the question before", label)
	}
	return key
}

// unique takes a key or, if that is taken, the first of those with a number behind it. twins counts how often a key was wanted.
func unique(taken map[string]bool, twins map[string]int, key string) string {
	is := key
	for taken[is] {
		twins[key]++
		is = key + "-" + strconv.Itoa(twins[key]+1)
	}
	taken[is] = true
	return is
}

// asList makes a question of the document one that is answered by a list, if its answer is one.
func (b *builder) asList(key string, is bool) {
	if f, _ := b.card.Field(key); f != nil && is && f.Custom {
		f.Kind = card.List
	}
}

// note adds a sentence for the visitor, once.
func (b *builder) note(sentence string) {
	if !slices.Contains(b.notes, sentence) {
		b.notes = append(b.notes, sentence)
	}
}

// plural is "1 one" or "n many".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// sameQuestion reports whether a question could be the one that the texts ask: they share
// a word that means something. One with no such word is taken to be the same, since only a
// question that is clearly another one must not be mistaken.
func sameQuestion(asked string, texts ...string) bool {
	known := map[string]bool{}
	for _, t := range texts {
		for _, w := range meaningfulWords(t) {
			known[w] = true
		}
	}
	words := meaningfulWords(asked)
	for _, w := range words {
		if known[w] {
			return true
		}
	}
	return len(words) == 0
}

// meaningfulWords are the stems of the longer words of a text.
func meaningfulWords(s string) (stems []string) {
	const shortest, stem = 4, 5
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r < 'a' || r > 'z' }) {
		if len(w) >= shortest && !commonWords[w] {
			stems = append(stems, w[:min(len(w), stem)])
		}
	}
	return stems
}

// commonWords stand in too many questions to tell one from another.
var commonWords = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`what which where when were with will would could should does have been being there
		their them they this that these those from into than then such some other your about only also more most please
		model models data dataset datasets`) {
		m[w] = true
	}
	return m
}()
