package format

import (
	"index/suffixarray"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// To go through a large card for each cell of its tables takes minutes. When that was done often enough, the text is sorted, and what is looked for is
// found at once.

const (
	enoughReads = 100   // of the whole text, which take as long as it takes to sort it
	mostPlaces  = 1_000 // of a text that stands in more of them, the first is not far
)

// An index is the sorted text of a haystack, once there is one.
type index struct {
	read   int // bytes gone through so far
	sorted *suffixarray.Index
	common map[string]int // where texts begin that stand in many places
}

// first is where in the text of the haystack another stands first, alone if it has to; -1 if it does nowhere.
func (h *haystack) first(s string, alone bool) int {
	if h.sorted == nil {
		if h.read < enoughReads*len(h.text) {
			at := h.goThrough(s, alone)
			if h.read += at; at < 0 {
				h.read += len(h.text)
			}
			return at
		}
		h.sorted, h.common = suffixarray.New([]byte(h.text)), map[string]int{}
	}
	if at, known := h.common[s]; known {
		return at
	}
	places := h.sorted.Lookup([]byte(s), mostPlaces)
	if len(places) == mostPlaces {
		h.common[s] = h.goThrough(s, alone)
		return h.common[s]
	}
	slices.Sort(places)
	for _, at := range places {
		if !alone || h.standsAlone(at, at+len(s)) {
			return at
		}
	}
	return -1
}

// goThrough is first, from the beginning of the text on.
func (h *haystack) goThrough(s string, alone bool) int {
	for at := 0; ; {
		i := strings.Index(h.text[at:], s)
		if i < 0 {
			return -1
		}
		at += i + len(s)
		if !alone || h.standsAlone(at-len(s), at) {
			return at - len(s)
		}
	}
}

// standsAlone reports whether what is between two offsets of the text is no part of a word.
func (h *haystack) standsAlone(from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(strings.TrimRight(h.text[:from], " "))
	after, _ := utf8.DecodeRuneInString(strings.TrimLeft(h.text[to:], " "))
	return !isWordRune(before) && !isWordRune(after)
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
