package handlers

import (
	"strings"

	"cardstock/card"
)

// How many bytes of answers are shown beside the form, of one section and of all together, and the least of each answer: what is
// swapped with each save stays small however long an answer is.
const (
	besideSection = 8_000
	besideCard    = 14_000
	besideAnswer  = 120
)

// shorten cuts the answers of a section, or of the whole card if none is named, to what is shown beside the form.
func shorten(k *card.Card, section string) {
	left := besideSection
	if section == "" {
		left = besideCard
	}
	for i := range k.Sections {
		for j := range k.Sections[i].Fields {
			f := &k.Sections[i].Fields[j]
			if section != "" && k.Sections[i].Key != section {
				continue
			}
			if most := max(left, besideAnswer); len(f.Answer) > most {
				f.Answer = begins(f, most)
			}
			left -= len(f.Answer)
		}
	}
}

// begins returns the beginning of an answer, and says that there is more.
func begins(f *card.Field, most int) string {
	if f.Kind == card.Table {
		rows, n, size := f.ParseRows(), 0, 0
		for ; n < len(rows) && size < most; n++ {
			size += len(card.TableAnswer(rows[n : n+1]))
		}
		if n < len(rows) && len(f.Columns) > 0 {
			rows = append(rows[:n:n], map[string]string{f.Columns[0].Key: "… and " + count(len(rows)-n, "more row")})
		}
		return card.TableAnswer(rows)
	}
	at := cutBefore(f.Answer, most)
	return strings.TrimRight(f.Answer[:at], " \n") + " … (" + extent(f.Answer[at:], "more") + ")"
}
