package format

import (
	"slices"
	"strings"

	"cardstock/card"
)

// The old tool's six metrics are one answer: a JSON text {"selected metrics": [["0.947"], …]}
// with a list for each, in this order, of the number and, if its box was ticked, its name.
var oldMetricNames = []string{"Accuracy", "Precision", "Brier score", "Recall", "F1", "AUC"}

// selectedMetrics is the one member of that JSON.
const selectedMetrics = "selected metrics"

// metricIndex returns which of the six a name means, or -1. "F1 score" and "F1" are the same.
func metricIndex(name string) int {
	bare := func(s string) string {
		return strings.TrimSpace(strings.TrimSuffix(strings.ToLower(strings.TrimSpace(s)), "score"))
	}
	return slices.IndexFunc(oldMetricNames, func(m string) bool { return bare(m) == bare(name) })
}

// parseOldMetrics returns the number and the ticked name, if any, of each metric of the answer; false if
// the answer has any other shape, since it is then kept as it is.
func parseOldMetrics(answer string) (numbers, ticked []string, ok bool) {
	root, mended, err := parseJSON(answer, 0)
	if err != nil || mended.rough != (rough{}) || root.kind != objectValue || len(root.members) != 1 {
		return nil, nil, false
	}
	lists := root.get(selectedMetrics)
	if lists == nil || lists.kind != listValue || len(lists.items) > len(oldMetricNames) {
		return nil, nil, false
	}
	for i := range lists.items {
		parts := lists.items[i].items
		if len(parts) < 1 || len(parts) > 2 || parts[0].kind > textValue {
			return nil, nil, false
		}
		name := ""
		if len(parts) == 2 {
			name = parts[1].plain()
			if parts[1].kind != textValue || metricIndex(name) != i || strings.Contains(name, "\n") {
				return nil, nil, false
			}
		}
		numbers, ticked = append(numbers, parts[0].plain()), append(ticked, name)
	}
	return numbers, ticked, true
}

// metrics makes rows of the old tool's metrics, in their order, those without a number too.
// Which boxes were ticked has no place in the table and becomes a question of its own.
func (r *oldReader) metrics(answer string) bool {
	if answer == "" {
		return true
	}
	numbers, ticked, ok := parseOldMetrics(answer)
	if !ok || !r.setMetrics(numbers, ticked) {
		r.note("The metrics are not written as WebCards writes them; they are kept as they are in a question of their own.")
		return false
	}
	names := slices.DeleteFunc(ticked, func(s string) bool { return s == "" })
	if len(names) > 0 {
		_, s := r.card.Field(metricsKey)
		r.custom(s, tickedKey, "Metrics ticked in WebCards", card.ListAnswer(names))
		s.Fields[len(s.Fields)-1].Kind = card.List
	}
	return true
}

// setMetrics fills the table unless nothing at all was entered: six bare names are no answer.
func (r *oldReader) setMetrics(numbers, ticked []string) bool {
	f, _ := r.card.Field(metricsKey)
	if f == nil || f.Kind != card.Table || f.Answer != "" {
		return false
	}
	if strings.Join(numbers, "")+strings.Join(ticked, "") == "" {
		return true
	}
	rows := make(card.Rows, 0, len(numbers))
	for i, number := range numbers {
		rows = append(rows, map[string]string{"metric": oldMetricNames[i], "value": number})
	}
	f.Answer = card.TableAnswer(rows)
	return true
}

// appendMetrics puts rows that our export wrote as a further question back into the table.
func (r *oldReader) appendMetrics(answer string) bool {
	f, _ := r.card.Field(metricsKey)
	if r.further || f == nil || f.Kind != card.Table || answer == "" {
		return false
	}
	r.further = true
	further := card.Field{Kind: card.Table, Answer: answer}
	rows := further.ParseRows()
	if card.TableAnswer(rows) != answer {
		return false
	}
	f.Answer = card.TableAnswer(append(f.ParseRows(), rows...))
	return true
}

// oldMetrics is the inverse of parseOldMetrics: the answer that holds those rows which are one
// of the six with nothing but a number, and the other rows. Rows without any number would not be
// read as an answer, so they are others, too.
func oldMetrics(rows card.Rows, ticked map[int]string) (answer string, further card.Rows) {
	numbers := map[int]string{}
	said := len(ticked) > 0
	last := -1
	for i := range ticked {
		last = max(last, i)
	}
	for _, row := range rows {
		i := metricIndex(row["metric"])
		if _, twice := numbers[i]; i < 0 || twice || !onlyNumber(row) {
			further = append(further, row)
			continue
		}
		numbers[i] = row["value"]
		said = said || row["value"] != ""
		last = max(last, i)
	}
	if !said {
		return "", rows
	}
	root := newObject(member{selectedMetrics, newList(oldLists(last+1, numbers, ticked))})
	return root.compact(), further
}

// oldLists makes the list of each of the first n metrics.
func oldLists(n int, numbers, ticked map[int]string) []value {
	lists := make([]value, 0, n)
	for i := range n {
		parts := []value{newText(numbers[i])}
		if ticked[i] != "" {
			parts = append(parts, newText(ticked[i]))
		}
		lists = append(lists, newList(parts))
	}
	return lists
}

// onlyNumber reports whether a row says nothing but a metric and its number.
func onlyNumber(row map[string]string) bool {
	for column := range row {
		if column != "metric" && column != "value" {
			return false
		}
	}
	return true
}

// tickedMetrics returns the names in the answer about ticked boxes by index; nil if the
// visitor wrote something else there, which is then a question like others.
func tickedMetrics(f *card.Field) map[int]string {
	if f == nil {
		return nil
	}
	ticked := map[int]string{}
	for _, name := range card.Items(f.Answer) {
		i := metricIndex(name)
		if i < 0 || ticked[i] != "" {
			return nil
		}
		ticked[i] = name
	}
	return ticked
}
