package format

import (
	"slices"
	"strings"
)

// Words of the notes that say that a part of a file is not in the card, the gravest first.
const (
	tooEarly     = "The file ends too early"
	became       = "became �" // a character that was broken
	isNone       = "is none; it "
	areNone      = "are none; they "
	pictureStays = "picture stays in the uploaded original."
	picturesStay = "pictures stay in the uploaded original."
)

var graveWords = []string{tooEarly, became, isNone, areNone, pictureStays, picturesStay}

// gravity is the place of a note among those that say that something is missing; len(graveWords) for one that does not.
func gravity(note string) int {
	for i, words := range graveWords {
		if strings.Contains(note, words) {
			return i
		}
	}
	return len(graveWords)
}

// gravestFirst puts the notes first that say that a part of the file is not in the card, and counts them.
func (r *Result) gravestFirst() {
	slices.SortStableFunc(r.Notes, func(a, b string) int { return gravity(a) - gravity(b) })
	for r.Missing = 0; r.Missing < len(r.Notes) && gravity(r.Notes[r.Missing]) < len(graveWords); {
		r.Missing++
	}
}
