package format

import (
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"cardstock/card"
)

// index changes the metrics of the model-index, which is member i, that are others now where they stand: as many as there were and are change, the rest goes
// or comes in. all says whether the model-index has each cell then; what it has no place for is not in it. It reports false, and changes nothing, if the
// model-index would say something that the rows do not.
func (e *frontEditor) index(i int, was []indexRow, rows card.Rows) (all, ok bool) {
	_, after := common(rowTexts(rowsOf(was)), rowTexts(rows))
	both := min(len(was), len(rows)) - after
	is := make([]map[string]string, len(was)) // nil of those that go
	copy(is, rows[:both])
	copy(is[len(was)-after:], rows[len(rows)-after:])
	kept := len(e.splices)
	ok = true
	for from := 0; from < len(was); {
		to := from + 1
		for to < len(was) && was[to].result == was[from].result {
			to++
		}
		ok = ok && e.result(was[from:to], is[from:to])
		from = to
	}
	if come := rows[both : len(rows)-after]; len(come) > 0 {
		ok = ok && e.insert(was, both, come)
	}
	if ok {
		all, ok = e.says(i, e.splices[kept:], rows)
	}
	if !ok {
		e.splices = e.splices[:kept]
	}
	return all, ok
}

// says reports whether member i, with splices made, is a model-index that says nothing else than the rows, and whether it says all that they do. A dataset
// whose name is another than its type now has a cell for the type that was not needed before.
func (e *frontEditor) says(i int, splices []splice, rows card.Rows) (all, ok bool) {
	moved := slices.Clone(splices)
	for n := range moved {
		moved[n].start, moved[n].end = moved[n].start-e.from, moved[n].end-e.from
	}
	text, ok := apply(e.text[e.from:e.to], moved)
	documents, err := readYAML(text)
	if !ok || err != nil || len(documents) == 0 {
		return false, false
	}
	members := mapping(documents[0])
	if i+1 >= len(members) {
		return false, false
	}
	index, ok := indexRows(members[i+1])
	if !ok || len(index) != len(rows) {
		return false, false
	}
	all = true
	bare := slices.Clone(index)
	for n, row := range rows {
		for column, cell := range row {
			all = all && index[n].row[column] == cell
		}
		if row["dataset"] == "" {
			bare[n].row = maps.Clone(index[n].row)
			delete(bare[n].row, "dataset")
		}
	}
	return all, indexSays(index, rows) || all && indexSays(bare, rows)
}

// result changes what is others of the metrics of one result. is has nil for those that go.
func (e *frontEditor) result(was []indexRow, is []map[string]string) bool {
	first := slices.IndexFunc(is, func(row map[string]string) bool { return row != nil })
	if first < 0 {
		return e.drop(was[0].result)
	}
	shared := make([]map[string]string, len(was)) // cells of the result that are others for a metric
	alike := true
	for i := range was {
		if is[i] == nil {
			if !e.drop(was[i].metric) {
				return false
			}
			continue
		}
		shared[i] = map[string]string{}
		if !e.row(&was[i], is[i], shared[i]) {
			return false
		}
		alike = alike && maps.Equal(shared[i], shared[first])
	}
	if !alike {
		return e.part(was, shared, first)
	}
	return e.cells(&was[first], shared[first])
}

// part makes results of the metrics of one that do not share all of it any more: what stands above its metrics stands above each of them.
func (e *frontEditor) part(was []indexRow, shared []map[string]string, first int) bool {
	result := was[0].result
	_, ok := e.indent(result)
	if n := len(result.Content); !ok || n < 2 || result.Content[n-2].Value != "metrics" {
		return false
	}
	start, end := e.lines[result.Line-1], e.lines[was[0].metric.Line-1]
	for i, last := first+1, first; i < len(was); i++ {
		if shared[i] == nil || maps.Equal(shared[i], shared[last]) {
			continue
		}
		if _, ok := e.indent(was[i].metric); !ok {
			return false
		}
		head := *e
		head.splices = nil
		if !head.cells(&was[i], shared[i]) {
			return false
		}
		for n := range head.splices {
			head.splices[n].start, head.splices[n].end = head.splices[n].start-start, head.splices[n].end-start
		}
		text, ok := apply(e.text[start:end], head.splices)
		if !ok {
			return false
		}
		at := e.lines[was[i].metric.Line-1]
		e.splices = append(e.splices, splice{at, at, text})
		last = i
	}
	return e.cells(&was[first], shared[first])
}

// row changes the cells of a metric that are others now, and puts into shared those that its result says.
func (e *frontEditor) row(was *indexRow, is, shared map[string]string) bool {
	columns := maps.Clone(was.row)
	maps.Copy(columns, is)
	for _, column := range slices.Sorted(maps.Keys(columns)) {
		before, now := was.row[column], is[column]
		switch {
		case before == now:
		case was.shared[column] != nil:
			shared[column] = now
		case !e.cell(was.nodes[column], before, now):
			return false
		}
	}
	if name := was.nodes["name"]; name != nil && was.row["name"] == "" && is["name"] == "" && was.row["metric"] != is["metric"] { // it says the same
		return e.cell(name, was.row["metric"], is["metric"])
	}
	return true
}

// cells changes cells of a result.
func (e *frontEditor) cells(of *indexRow, cells map[string]string) bool {
	for _, column := range slices.Sorted(maps.Keys(cells)) {
		if !e.cell(of.shared[column], of.row[column], cells[column]) {
			return false
		}
	}
	return true
}

// cell changes a scalar of the model-index. A cell that it has no place for stays out of it.
func (e *frontEditor) cell(n *yaml.Node, was, is string) bool {
	switch {
	case was == is || n == nil && was == "":
		return true
	case n == nil:
		return false
	}
	start, end, ok := e.token(n)
	switch {
	case !ok:
		return false
	case is == "":
		return e.unsay(n, start)
	}
	e.splices = append(e.splices, splice{start, end, yamlToken(is, n)})
	return true
}

// unsay takes a scalar out with its name, if they are all of their line. A dash before the name is one of the next.
func (e *frontEditor) unsay(n *yaml.Node, at int) bool {
	line, end := e.lines[n.Line-1], e.endOf(n.Line)
	name := strings.TrimLeft(e.text[line:at], " ")
	from := line
	if strings.ContainsAny(name, "{[,") {
		return false
	}
	if bare, dash := strings.CutPrefix(name, "-"); dash {
		from = at - len(strings.TrimLeft(bare, " "))
		end += len(e.text[end:e.to]) - len(strings.TrimLeft(e.text[end:e.to], " "))
	}
	e.splices = append(e.splices, splice{from, end, ""})
	return true
}

// indent is what stands before the dash of an item that begins a line; ok is false for any other node.
func (e *frontEditor) indent(n *yaml.Node) (indent string, ok bool) {
	at := e.offset(n)
	if at < 0 {
		return "", false
	}
	line := e.text[e.lines[n.Line-1]:at]
	return line[:len(line)-len(strings.TrimLeft(line, " "))], strings.TrimSpace(line) == "-"
}

// last is the line on which a node ends, if it holds no text of several lines.
func last(n *yaml.Node) int {
	line := n.Line
	for _, c := range n.Content {
		line = max(line, last(c))
	}
	return line
}

// drop takes an item of a list out.
func (e *frontEditor) drop(n *yaml.Node) bool {
	if _, ok := e.indent(n); !ok {
		return false
	}
	end := e.to
	if line := last(n); line < len(e.lines) {
		end = e.lines[line]
	}
	e.splices = append(e.splices, splice{e.lines[n.Line-1], end, ""})
	return true
}

// insert puts results between others. Metrics of one result are not parted.
func (e *frontEditor) insert(was []indexRow, at int, rows card.Rows) bool {
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

// append adds results behind one.
func (e *frontEditor) append(n *yaml.Node, rows card.Rows) bool {
	indent, ok := e.indent(n)
	line := last(n)
	if !ok || line >= len(e.lines) {
		return false
	}
	e.splices = append(e.splices, splice{e.lines[line], e.lines[line], newlineText(indexResults(rows, indent), e.newline)})
	return true
}
