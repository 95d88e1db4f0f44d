package format

import "cardstock/card"

// Reader counts how often readers learned to take more out of a file, or to call it something else. It is raised with such a change and stored
// with each file: cards live for weeks, and releases do not wait for them.
const Reader = 2

// CatchUp returns a card as it would be if today's readers had read the file that it came from. When it goes back into that file, what an earlier
// reader did not take out of it would look deleted. as says what the file was read as, earlier are the answers in the card's history. The card itself
// is not changed, and is what is returned if the file cannot be read.
func CatchUp(ts *card.Templates, c *card.Card, original []byte, as string, earlier []card.Field) *card.Card {
	d, f, err := openAs(original, asKind(ts, original, as, c.Kind))
	if err != nil {
		return c
	}
	r, err := d.read(ts, f)
	if err != nil || r.Card.Kind != c.Kind {
		return c
	}
	all := c.Clone()
	all.CatchUp(r.Card, earlier)
	return all
}
