package format

import (
	"fmt"
	"slices"
	"strings"

	"cardstock/card"
)

// fateOf says what has become of an answer of a section in the card that an export is read as, and how that has it if it is not the same. A question of
// the visitor's own is the same by its words: many formats have no place for a key.
func fateOf(s *card.Section, q *card.Field, in *card.Card, there *haystack) (fate, how string) {
	whole, paired := there.pairs[q]
	if paired {
		if fate, how = whole.fate(q); fate != "" {
			return fate, how
		}
	}
	same, _ := in.Field(q.Key)
	if same == nil && (q.Custom || s.Custom) {
		same = there.question(s, q)
	}
	if same != nil && same.Answer == card.SPDXLicence(q.Answer) {
		return Changed, "in its place, as SPDX writes it"
	}
	at, all := spotsOf(q, same, there)
	if !all {
		return LeftOut, ""
	}
	within := wholeOf(q, at, there)
	switch {
	case same != nil && strings.Contains(flat(same.Answer), flat(q.Answer)):
		if flat(same.Answer) == flat(q.Answer) {
			return Changed, "in its place, with its lines broken otherwise"
		}
		return Changed, "in its place, with more around it"
	case paired:
		return Changed, "as the answer to " + whole.String()
	case within != nil && within.said == flat(q.Answer):
		return Changed, "as the answer to " + within.String()
	case within != nil:
		return Changed, "within the answer to " + within.String()
	case len(at) == 0 || len(at) == 1 && at[0].field == same:
		return Changed, "in its place, in another form"
	}
	return Changed, inParts(at, same)
}

// spotsOf are the places in which the items, lines or cells of an answer are, best in the answer to the same question; all is false if one is nowhere.
func spotsOf(q, same *card.Field, there *haystack) (at []*spot, all bool) {
	pieces := card.Items(q.Answer) // a list may become several answers
	if q.Kind == card.Table {
		if rows := q.ParseRows(); rows != nil {
			pieces = cellTexts(q, rows)
		}
	}
	own := ""
	if same != nil {
		own = flat(same.Answer)
	}
	for _, piece := range pieces {
		if card.Blank(piece) || ruleLine.MatchString(piece) { // a rule says nothing
			continue
		}
		p := there.find(piece)
		if p != nil && p.field != same && own != "" && strings.Contains(own, flat(piece)) {
			p = &spot{field: same, said: own}
		}
		if i := metricIndex(piece); p == nil && q.Kind == card.Table && i >= 0 {
			p = there.find(oldMetricNames[i]) // WebCards calls auc AUC
		}
		if p == nil {
			return nil, false
		}
		if !slices.ContainsFunc(at, func(o *spot) bool { return o.field == p.field }) {
			at = append(at, p)
		}
	}
	return at, true
}

// wholeOf is the place in which a whole answer is whose pieces are in others; nil if it is in none. One whose pieces are all in one is looked for
// nowhere else: to go through a large card for each of its answers takes seconds.
func wholeOf(q *card.Field, at []*spot, there *haystack) *spot {
	text := flat(q.Answer)
	for _, p := range at {
		if strings.Contains(p.said, text) {
			return p
		}
	}
	if len(at) == 1 {
		return nil
	}
	return there.find(text)
}

// cellTexts are the cells of a table, row by row.
func cellTexts(q *card.Field, rows card.Rows) (cells []string) {
	columns := q.AllColumns(rows)
	for _, row := range rows {
		for _, c := range columns {
			cells = append(cells, row[c.Key])
		}
	}
	return cells
}

// inParts names the places of an answer that is in several of them.
func inParts(at []*spot, same *card.Field) string {
	if len(at) == 1 {
		return "in parts, within the answer to " + at[0].String()
	}
	var names []string
	for _, p := range at {
		if p.field == same {
			names = slices.Insert(names, 0, "its place")
		} else {
			names = append(names, p.String())
		}
	}
	const most = 3
	if more := len(names) - most; more > 0 {
		names = append(names[:most], fmt.Sprintf("%d more", more))
	}
	last := len(names) - 1
	return "in parts, in " + strings.Join(names[:last], ", ") + " and " + names[last]
}

// leftOut reports whether an answer is not in the card that an export is read as.
func leftOut(q *card.Field, in *card.Card, there *haystack) bool {
	if same, _ := in.Field(q.Key); same != nil && (withoutBlankLines(same.Answer) == withoutBlankLines(q.Answer) || same.Answer == card.SPDXLicence(q.Answer)) {
		return false
	}
	_, all := spotsOf(q, nil, there)
	return !all
}
