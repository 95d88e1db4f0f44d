package format

import (
	"strings"
	"unicode"

	"cardstock/card"
)

// keyFor makes the end of a key of what a document says, "entry" where that cannot be one: a prefix and a number have to fit, too.
func keyFor(name string) string {
	if card.ValidKey(name) && len(name) <= card.MaxKey-16 {
		return name
	}
	return "entry"
}

// keyOfPath is keyFor the path of what has no question: where names in it are no keys for their spaces and marks, their words are. Letters that a key cannot
// have are none of these.
func keyOfPath(path string) string {
	names := strings.Split(strings.ToLower(path), ".")
	for i, name := range names {
		if card.ValidKey(name) {
			continue
		}
		names[i] = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }), "_")
	}
	return keyFor(strings.Join(names, "."))
}
