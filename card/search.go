package card

import (
	"slices"
	"strings"
	"unicode"
)

// A Match is a question in which, or in whose answer, all the words that were looked for are found.
type Match struct {
	Section *Section
	Field   *Field
	Label   []Part // the question
	Excerpt []Part // of the answer, or of the question in plain words if they are found there alone
}

// A Part of a text is one of the words that were looked for, or what stands between them.
type Part struct {
	Text  string
	Found bool
}

// Limits of a search: words beyond the first maxWords are not looked for, and an excerpt has about excerptRunes.
const (
	maxWords     = 12
	excerptRunes = 160
)

// Find returns the questions of a card in which every word of the query is found, in the order of the card. A word is found within
// another one, too, and whether it is written large does not count.
func (ts *Templates) Find(c *Card, query string) (found []Match) {
	words := strings.Fields(strings.ToLower(query))
	words = words[:min(len(words), maxWords)]
	if len(words) == 0 {
		return nil
	}
	t := ts.For(c)
	for i := range c.Sections {
		for j := range c.Sections[i].Fields {
			f := &c.Sections[i].Fields[j]
			hint := ""
			if help := t.Field(f.Key); help != nil {
				hint = help.Hint
			}
			if m, ok := match(f, hint, words); ok {
				m.Section, m.Field = &c.Sections[i], f
				found = append(found, m)
			}
		}
	}
	return found
}

// match looks for words in a question, its hint and its answer.
func match(f *Field, hint string, wanted []string) (m Match, ok bool) {
	answer := f.searched()
	all := strings.ToLower(f.Label + "\n" + hint + "\n" + answer)
	var words [][]rune
	for _, word := range wanted {
		if !strings.Contains(all, word) {
			return m, false
		}
		words = append(words, []rune(word))
	}
	m.Label = parts([]rune(f.Label), words)
	m.Excerpt = excerpt(answer, words)
	if in := excerpt(hint, words); !marked(m.Excerpt) && marked(in) && !marked(m.Label) {
		m.Excerpt = in
	}
	return m, true
}

func marked(parts []Part) bool {
	return slices.ContainsFunc(parts, func(p Part) bool { return p.Found })
}

// searched is the answer as people read it: a table's cells, and not the keys of its columns.
func (f *Field) searched() string {
	if f.Kind != Table {
		return f.Answer
	}
	rows := f.ParseRows()
	if len(rows) == 0 {
		return f.Answer // no rows, which an import may bring
	}
	columns := f.AllColumns(rows)
	var lines []string
	for _, row := range rows {
		var cells []string
		for _, col := range columns {
			if cell := row[col.Key]; cell != "" {
				cells = append(cells, cell)
			}
		}
		lines = append(lines, strings.Join(cells, ", "))
	}
	return strings.Join(lines, "; ")
}

// excerpt is the piece of a text around the first of the words in it, or its beginning.
func excerpt(text string, words [][]rune) []Part {
	runes := []rune(text)
	at := first(lower(runes), words)
	from := max(at-excerptRunes/4, 0)
	for from > 0 && from < at && !unicode.IsSpace(runes[from-1]) {
		from++ // a word that is cut says less than none
	}
	to := min(from+excerptRunes, len(runes))
	out := parts(runes[from:to], words)
	if from > 0 {
		out = append([]Part{{Text: "… "}}, out...)
	}
	if to < len(runes) {
		out = append(out, Part{Text: " …"})
	}
	return out
}

// lower writes a text small, rune by rune, so that what is found in it stands at the same place in the text.
func lower(runes []rune) []rune {
	out := make([]rune, len(runes))
	for i, r := range runes {
		out[i] = unicode.ToLower(r)
	}
	return out
}

// first returns where the first of the words is in a text written small, or 0.
func first(small []rune, words [][]rune) int {
	for i := range small {
		if longest(small[i:], words) > 0 {
			return i
		}
	}
	return 0
}

// longest returns how long the longest of the words is with which a text begins.
func longest(small []rune, words [][]rune) (n int) {
	for _, word := range words {
		if len(word) > n && len(word) <= len(small) && slices.Equal(small[:len(word)], word) {
			n = len(word)
		}
	}
	return n
}

// parts splits a text at the words that are found in it.
func parts(runes []rune, words [][]rune) (out []Part) {
	small, from := lower(runes), 0
	for i := 0; i < len(runes); {
		n := longest(small[i:], words)
		if n == 0 {
			i++
			continue
		}
		if i > from {
			out = append(out, Part{Text: string(runes[from:i])})
		}
		out = append(out, Part{Text: string(runes[i : i+n]), Found: true})
		i += n
		from = i
	}
	if from < len(runes) {
		out = append(out, Part{Text: string(runes[from:])})
	}
	return out
}
