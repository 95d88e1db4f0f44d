package format

import "strings"

// A heading of a README.
type heading struct {
	level int
	title string
}

// A trail is the headings that a part of a README stands below, the card's name excepted.
type trail []heading

// until is the trail of a heading of a level.
func (t trail) until(level int) trail {
	for i, h := range t {
		if h.level >= level {
			return t[:i]
		}
	}
	return t
}

// words are the trail before the words of a question. What they repeat is said once.
func (t trail) words(title string) string {
	var b strings.Builder
	for i, h := range t {
		next := title
		if i+1 < len(t) {
			next = t[i+1].title
		}
		if h.title != "" && h.title != next {
			b.WriteString(h.title + " – ")
		}
	}
	return b.String()
}
