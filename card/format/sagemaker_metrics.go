package format

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// evaluations makes one evaluation of the rows of each slice. What the card says of the evaluation besides is with the first.
func (t *taker) evaluations() []value {
	names, groups := t.metricGroups()
	first := &object{}
	if observation := t.fits("quantitative_analyses.notes", 2096); observation != "" {
		first.text("evaluation_observation", observation)
	}
	first.text("evaluation_job_arn", t.fits(sagePrefix+"evaluation_details.evaluation_job_arn", 256))
	if data := t.short("evaluation_data.datasets", 1024); len(data) > 0 && len(data) <= 10 {
		first.list("datasets", data...)
	} else {
		t.leave("evaluation_data.datasets")
	}
	if len(first.members) > 0 {
		if name := t.firstEvaluation(groups); name != "" {
			names = append([]string{name}, names...)
		} else if len(names) == 0 {
			names = []string{sageEvaluation}
		}
	}
	var all []value
	for i, name := range names {
		o := &object{}
		o.text("name", name)
		if i == 0 {
			o.members = append(o.members, first.members...)
		}
		if data := groups[name]; len(data) > 0 {
			o.list("metric_groups", newObject(member{"name", newText(sageGroup)}, member{"metric_data", newList(data)}))
		}
		all = append(all, newObject(o.members...))
	}
	return all
}

// firstEvaluation takes the name of an evaluation without metrics, if it is that of the first: what a further one says has its name before it.
func (t *taker) firstEvaluation(groups map[string][]value) string {
	const key = sagePrefix + "evaluation_details.name"
	name := t.fits(key, sageLongName)
	further := slices.ContainsFunc(t.rest(), func(f carried) bool { return strings.HasPrefix(f.Label, name+": ") })
	if strings.TrimSpace(name) == "" || strings.Contains(name, "\n") || groups[name] != nil || further {
		t.leave(key)
		return ""
	}
	return name
}

// metricGroups makes metrics of all rows, or of none: then the table goes with what has no place.
func (t *taker) metricGroups() (names []string, groups map[string][]value) {
	groups = map[string][]value{}
	size := 0
	for _, row := range t.rows(metricsKey) {
		name := row["slice"]
		if strings.TrimSpace(name) != name || utf8.RuneCountInString(name) > sageLongName || strings.Contains(name, "\n") || strings.HasPrefix(name, sageEvaluation) {
			name = ""
		}
		data, ok := metricOf(row, name == "")
		if groups[name] == nil {
			size += 200
		}
		if size += len(data.compact()) + 80; !ok || size > sageMetrics {
			t.leave(metricsKey)
			return nil, nil
		}
		if name == "" {
			name = sageEvaluation
		}
		if groups[name] == nil {
			names = append(names, name)
		}
		groups[name] = append(groups[name], data)
	}
	return names, groups
}

// metricOf makes a metric of a row; cells that the schema has no place for are its notes.
func metricOf(row map[string]string, noteSlice bool) (v value, ok bool) {
	name := row["metric"]
	if strings.TrimSpace(name) == "" || utf8.RuneCountInString(name) > 255 || strings.Contains(name, "\n") {
		return v, false
	}
	kind, is, ok := metricValue(row)
	if !ok {
		return v, false
	}
	used := []string{"metric", "value", "notes"}
	o := &object{members: []member{{"name", newText(name)}, {"type", newText(kind)}, {"value", is}}}
	if !noteSlice {
		used = append(used, "slice")
	}
	if slices.Contains(sageCharts, kind) {
		used = append(used, "type")
	}
	for _, axis := range []string{"x_axis_name", "y_axis_name"} {
		if of, ok := axisName(row[axis], kind == "matrix" || kind == "bar_chart" && axis[0] == 'x'); ok {
			used = append(used, axis)
			o.members = append(o.members, member{axis, of})
		}
	}
	var notes []string
	if row["notes"] != "" {
		notes = append(notes, row["notes"])
	}
	for _, column := range slices.Sorted(maps.Keys(row)) {
		if cell := row[column]; cell != "" && !slices.Contains(used, column) {
			if !noteOf.MatchString("["+column+"] "+cell) || strings.Contains(cell, "\n") {
				return v, false
			}
			notes = append(notes, "["+column+"] "+cell)
		}
	}
	text := strings.Join(notes, "\n")
	o.text("notes", text)
	return newObject(o.members...), utf8.RuneCountInString(text) <= 1024
}

// axisName is the name of an axis, or those of its points.
func axisName(cell string, list bool) (v value, ok bool) {
	if !list {
		return newText(cell), cell != "" && utf8.RuneCountInString(cell) <= sageLongName
	}
	parsed, _, err := parseJSON(cell, 0)
	if err != nil || parsed.kind != listValue || parsed.compact() != cell {
		return v, false
	}
	return *parsed, !slices.ContainsFunc(parsed.items, func(of value) bool { return of.kind != textValue || utf8.RuneCountInString(of.text) > sageLongName })
}

// metricValue is a cell as the schema types it: a number, true or false, a short text, or the points of a chart.
func metricValue(row map[string]string) (kind string, v value, ok bool) {
	cell := row["value"]
	switch {
	case slices.Contains(sageCharts, row["type"]):
		parsed, _, err := parseJSON(cell, 0)
		if err != nil || !chartShaped(row["type"], parsed) || parsed.compact() != cell {
			return "", v, false
		}
		return row["type"], *parsed, true
	case len(cell) < 300 && numberPattern.MatchString(cell):
		return "number", value{kind: numberValue, text: cell}, true
	case cell == "true" || cell == "false":
		return "boolean", value{kind: boolValue, text: cell}, true
	}
	return "string", newText(cell), utf8.RuneCountInString(cell) <= 63
}

// chartShaped reports whether a value is numbers, pairs of numbers or rows of numbers, as the kind of chart wants.
func chartShaped(kind string, v *value) bool {
	const most = 20 // rows and columns of a matrix
	numbers := func(v *value) bool {
		return v.kind == listValue && len(v.items) > 0 && !slices.ContainsFunc(v.items, func(of value) bool { return of.kind != numberValue })
	}
	if kind == "bar_chart" {
		return numbers(v)
	}
	if v.kind != listValue || len(v.items) == 0 || kind == "matrix" && len(v.items) > most {
		return false
	}
	for i := range v.items {
		n := len(v.items[i].items)
		if !numbers(&v.items[i]) || kind == "linear_graph" && n != 2 || n > most {
			return false
		}
	}
	return true
}
