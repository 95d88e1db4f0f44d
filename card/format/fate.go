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
	same, _ := in.Field(q.Key)
	if same == nil && (q.Custom || s.Custom) {
		same = there.question(s, q)
	}
	if same != nil && withoutBlankLines(same.Answer) == withoutBlankLines(q.Answer) {
		if q.Kind == card.List && same.Kind != card.List && len(card.Items(q.Answer)) > 1 {
			return Changed, "as text with a line for each item, not as a list"
		}
		return Carried, ""
	}
	at, all := spotsOf(q, there)
	if !all {
		return LeftOut, ""
	}
	switch whole := there.find(q.Answer); {
	case same != nil && strings.Contains(flat(same.Answer), flat(q.Answer)):
		if flat(same.Answer) == flat(q.Answer) {
			return Changed, "in its place, with its lines broken otherwise"
		}
		return Changed, "in its place, with more around it"
	case whole != nil && flat(whole.field.Answer) == flat(q.Answer):
		return Changed, "as the answer to " + whole.String()
	case whole != nil:
		return Changed, "within the answer to " + whole.String()
	case len(at) == 0 || len(at) == 1 && at[0].field == same:
		return Changed, "in its place, in another form"
	}
	return Changed, inParts(at)
}

// spotsOf are the places in which the items, lines or cells of an answer are; all is false if one is nowhere.
func spotsOf(q *card.Field, there *haystack) (at []*spot, all bool) {
	pieces := card.Items(q.Answer) // a list may become several answers
	if q.Kind == card.Table {
		if rows := q.ParseRows(); rows != nil {
			pieces = cellTexts(q, rows)
		}
	}
	for _, piece := range pieces {
		if card.Blank(piece) {
			continue
		}
		p := there.find(piece)
		if i := metricIndex(piece); p == nil && q.Kind == card.Table && i >= 0 {
			p = there.find(oldMetricNames[i]) // WebCards calls auc AUC
		}
		if p == nil {
			return nil, false
		}
		if !slices.Contains(at, p) {
			at = append(at, p)
		}
	}
	return at, true
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
func inParts(at []*spot) string {
	const most = 3
	if len(at) == 1 {
		return "in parts, within the answer to " + at[0].String()
	}
	names := make([]string, 0, most)
	for _, p := range at[:min(len(at), most)] {
		names = append(names, p.String())
	}
	if more := len(at) - most; more > 0 {
		return fmt.Sprintf("in parts, in the answers to %s and %d more", strings.Join(names, ", "), more)
	}
	last := len(names) - 1
	return "in parts, in the answers to " + strings.Join(names[:last], ", ") + " and " + names[last]
}

// leftOut reports whether an answer is not in the card that an export is read as.
func leftOut(q *card.Field, in *card.Card, there *haystack) bool {
	if same, _ := in.Field(q.Key); same != nil && withoutBlankLines(same.Answer) == withoutBlankLines(q.Answer) {
		return false
	}
	_, all := spotsOf(q, there)
	return !all
}
