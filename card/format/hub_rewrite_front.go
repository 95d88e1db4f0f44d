package format

import (
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"cardstock/card"
)

// putMember writes an answer into the member of the front matter that it came from, and reports whether all of it is there.
func (w *hubWriter) putMember(c claim, f *card.Field) bool {
	name := w.front.members[c.member].Value
	repeated := false // the body says it, too
	for _, other := range w.claims[f.Key] {
		repeated = repeated || other.part != nil && !other.title && !other.empty
	}
	switch {
	case f.Key == metricsKey:
		return w.putIndex(c.member, f)
	case repeated && (name == licenceMember || name == licenceNameMember):
		w.putLicence(c.member, f.Answer)
		return false
	}
	return w.front.set(c.member, strings.TrimSpace(f.Answer))
}

// insert writes an answer into a front matter that does not have it, if it is one that the Hub looks for there. It reports whether all
// of the answer is there.
func (w *hubWriter) insert(f *card.Field) bool {
	switch f.Key {
	case "model_details.license", "distribution.license":
		id, name := hubLicence(f.Answer)
		if id == "" || !w.newMember(licenceMember, licenceMember+": "+id+"\n") {
			return false
		}
		if name != "" {
			w.newMember(licenceNameMember, licenceNameMember+": "+scalar(name)+"\n")
		}
		return id == f.Answer
	case metricsKey:
		rows := indexable(f.ParseRows())
		return len(rows) > 0 && w.newMember("model-index", w.newIndex(rows)) && card.TableAnswer(rows) == f.Answer
	}
	return false
}

func (w *hubWriter) newIndex(rows card.Rows) string {
	return "model-index:\n- name: " + scalar(w.ts.DisplayName(w.now)) + "\n  results:\n" + indexResults(rows, "  ")
}

// newMember adds a member at the end of the front matter, and a front matter if there is none. A member that is there without a value
// goes; one with a value is not touched.
func (w *hubWriter) newMember(name, lines string) bool {
	for i := 0; i+1 < len(w.front.members); i += 2 {
		if w.front.members[i].Value == name && (memberText(w.front.members[i+1]) != "" || !w.front.set(i, "")) {
			return false
		}
	}
	if w.front.json != nil {
		return w.front.json.add(lines)
	}
	lines = newlineText(lines, w.newline)
	if w.bodyAt == 0 {
		fence := "---" + w.newline
		for i := range w.front.splices { // there is one already
			w.front.splices[i].text = strings.Replace(w.front.splices[i].text, w.newline+fence+w.newline, w.newline+lines+fence+w.newline, 1)
			return true
		}
		w.front.splices = append(w.front.splices, splice{0, 0, fence + lines + fence + w.newline})
		return true
	}
	if len(w.root.Content) > 0 && (w.root.Content[0].Kind != yaml.MappingNode || w.root.Content[0].Style&yaml.FlowStyle != 0) && memberText(w.root.Content[0]) != "" {
		return false
	}
	w.front.splices = append(w.front.splices, splice{w.fenced[1], w.fenced[1], lines})
	return true
}

// putIndex writes the table of metrics into the model-index, and reports whether it can hold all of it.
func (w *hubWriter) putIndex(i int, f *card.Field) bool {
	rows := withNumbers(f.ParseRows())
	if len(rows) == 0 {
		w.front.set(i, "")
		return false
	}
	if index, ok := indexRows(w.front.members[i+1]); ok && w.front.index(index, rows) {
		return card.TableAnswer(rows) == f.Answer
	}
	rows = indexable(rows)
	start, end, ok := w.front.span(i)
	if ok {
		w.note = noteIndex
		w.front.splices = append(w.front.splices, splice{start, end, newlineText(w.newIndex(rows), w.newline)})
	}
	return ok && card.TableAnswer(rows) == f.Answer
}

// index changes the metrics that are others now where they stand. It reports false, and changes nothing, if they cannot be, or not all of them.
func (e *frontEditor) index(was []indexRow, rows card.Rows) bool {
	a, b := make([]string, len(was)), make([]string, len(rows))
	for i := range was {
		a[i] = card.TableAnswer(card.Rows{was[i].row})
	}
	for i := range rows {
		b[i] = card.TableAnswer(card.Rows{rows[i]})
	}
	before, after := common(a, b)
	gone, come := was[before:len(was)-after], rows[before:len(rows)-after]
	kept := len(e.splices)
	ok := true
	switch {
	case len(gone) == len(come):
		for i := range gone {
			ok = ok && e.row(gone[i], come[i])
		}
	case len(come) == 0:
		for i := range gone {
			ok = ok && gone[i].alone && e.drop(gone[i].result)
		}
	case len(gone) == 0 && after == 0:
		ok = card.TableAnswer(indexable(come)) == card.TableAnswer(come) && e.append(was[len(was)-1].result, come)
	default:
		ok = e.unequal(was, rows, before, after)
	}
	if !ok {
		e.splices = e.splices[:kept]
	}
	return ok
}

// row changes the cells of a metric that are others now.
func (e *frontEditor) row(was indexRow, is map[string]string) bool {
	ok := true
	for _, column := range slices.Sorted(maps.Keys(was.row)) {
		ok = ok && e.cell(was.nodes[column], was.row[column], is[column])
	}
	for column, cell := range is {
		ok = ok && (was.row[column] != "" || e.cell(was.nodes[column], "", cell))
	}
	return ok
}

// cell changes a scalar of the model-index.
func (e *frontEditor) cell(n *yaml.Node, was, is string) bool {
	if was == is {
		return true
	}
	if n == nil || is == "" {
		return false
	}
	start, end, ok := e.token(n)
	if ok {
		e.splices = append(e.splices, splice{start, end, yamlToken(is, n)})
	}
	return ok
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
