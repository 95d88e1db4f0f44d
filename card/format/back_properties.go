package format

import (
	"strings"

	"cardstock/card"
)

// property changes the words of a question in the name of a property of CycloneDX that holds its answer.
func (b *backer) property(r *revision, key, was, is string) {
	if p := b.properties()[labelled(key, was)]; p != nil {
		r.texts[p.value] = labelled(key, is)
	}
}

// labelled is the name of a property that holds the answer to a question of these words.
func labelled(key, label string) string {
	return propertyName(&card.Field{Key: key, Custom: true, Label: label})
}

// properties are the names of the properties in a bill of materials that hold answers.
func (b *backer) properties() map[string]*place {
	if b.f != cycloneDXFormat && b.f != cycloneDX17Format {
		return nil
	}
	if b.named == nil {
		b.named = map[string]*place{}
		for _, p := range b.sites.leaves {
			if p.name() == "name" && strings.HasPrefix(p.text, propertyPrefix) {
				b.named[p.text] = p
			}
		}
	}
	return b.named
}
