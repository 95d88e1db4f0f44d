package format

import "cardstock/card"

// unequal changes metrics of which there are more or fewer now, with others before and after: as many as there were and are where they stand, the
// rest goes or comes in.
func (e *frontEditor) unequal(was []indexRow, rows card.Rows, before, after int) bool {
	gone, come := len(was)-after, len(rows)-after
	both := min(gone, come)
	switch {
	case both > before && !e.index(was[:both], rows[:both]):
		return false
	case gone > both:
		return e.index(was[both:], rows[both:])
	}
	return e.insert(was, both, rows[both:come])
}

// insert puts results between others. Metrics of one result are not parted.
func (e *frontEditor) insert(was []indexRow, at int, rows card.Rows) bool {
	if card.TableAnswer(indexable(rows)) != card.TableAnswer(rows) {
		return false
	}
	switch {
	case at > 0 && at < len(was) && was[at-1].result == was[at].result:
		return false
	case at > 0:
		return e.append(was[at-1].result, rows)
	}
	first := was[0].result
	indent, ok := e.indent(first)
	if ok {
		start := e.lines[first.Line-1]
		e.splices = append(e.splices, splice{start, start, newlineText(indexResults(rows, indent), e.newline)})
	}
	return ok
}
