package format

import "cardstock/card"

// Words of a document that are longer than those of a question or a section can be: a card has their beginning, and all of them as an answer.

// entitle names a section.
func (b *builder) entitle(s *card.Section, title string) {
	title, _ = card.CleanLine(title)
	if s.Title = shortened(title, card.MaxTitle); s.Title != title {
		b.custom(s, keyFor(s.Key+".words"), "All words of the section’s title", title)
	}
}

// shortened is the beginning of words that are too long, with a sign that they go on.
func shortened(words string, most int) string {
	if sizeOf(words) <= most {
		return words
	}
	n := 0
	for i, r := range words {
		if !isMark(r) {
			n++
		}
		if n == most {
			return words[:i] + "…"
		}
	}
	return words
}
