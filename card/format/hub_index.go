package format

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"cardstock/card"
)

const unspecified = "unspecified"

// An indexRow is one metric of a model-index, with the nodes that say it.
type indexRow struct {
	row    map[string]string
	nodes  map[string]*yaml.Node // scalars by column
	shared map[string]*yaml.Node // those of its result, which say it of its other metrics, too
	result *yaml.Node
	metric *yaml.Node
	slim   bool // it says more, which is too much for a table
}

// pairs returns the values of a mapping by name; nil if it is none, or if one of its values is no scalar where scalars says so.
func pairs(n *yaml.Node, scalars bool) map[string]*yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	of := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if scalars && n.Content[i+1].Kind != yaml.ScalarNode {
			return nil
		}
		of[n.Content[i].Value] = n.Content[i+1]
	}
	return of
}

// items returns the items of a list.
func items(n *yaml.Node) []*yaml.Node {
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

// indexRows reads a model-index, and reports whether rows hold all that it says. A model alone is the card, which has its name already.
func indexRows(v *yaml.Node) (rows []indexRow, ok bool) {
	models := items(v)
	for _, model := range models {
		says := pairs(model, false)
		if !onlyPairs(says, "name", "results") {
			return nil, false
		}
		for _, result := range items(says["results"]) {
			of, ok := indexResult(result)
			for i := range of {
				if len(models) > 1 {
					ok = of[i].put("model", says["name"]) && ok
					delete(of[i].nodes, "model")
				}
			}
			if !ok {
				return nil, false
			}
			rows = append(rows, of...)
		}
	}
	if !fitTable(rows) {
		slim(rows)
	}
	return rows, len(rows) > 0
}

// slim leaves of rows what every table of metrics has.
func slim(rows []indexRow) {
	for i := range rows {
		maps.DeleteFunc(rows[i].row, func(column, _ string) bool { return column != "metric" && column != "value" && column != "slice" })
		rows[i].slim = true
	}
}

// fitTable reports whether rows are no more than a table can have.
func fitTable(rows []indexRow) bool {
	columns := map[string]bool{"metric": true, "value": true, "slice": true, "lower": true, "upper": true}
	for _, r := range rows {
		for column := range r.row {
			if len(column) > card.MaxKey {
				return false
			}
			columns[column] = true
		}
	}
	return len(columns) <= card.MaxColumns && len(rows)*len(columns) <= card.MaxCells && sizeOf(card.TableAnswer(rowsOf(rows))) <= card.MaxAnswer
}

// indexResult makes rows of the metrics of a result, and reports whether they hold all of it.
func indexResult(result *yaml.Node) (rows []indexRow, ok bool) {
	of := pairs(result, false)
	metrics := items(of["metrics"])
	ok = onlyPairs(of, "task", "dataset", "metrics", "source") && len(metrics) > 0
	for _, m := range metrics {
		r := indexRow{row: map[string]string{}, nodes: map[string]*yaml.Node{}, result: result, metric: m}
		ok = r.dataset(of["dataset"]) && r.about("task", "type", of["task"], "other") && r.about("source", "name", of["source"]) && ok
		r.shared, r.nodes = r.nodes, map[string]*yaml.Node{}
		ok = r.measure(m) && ok
		rows = append(rows, r)
	}
	return rows, ok
}

// dataset puts what is measured on into a row: what it is called is the slice.
func (r *indexRow) dataset(n *yaml.Node) bool {
	says := pairs(n, true)
	slice := sliceOf(says)
	if name := says["name"]; name != nil {
		r.nodes["slice"] = name
	}
	if slice != "" {
		r.row["slice"] = slice
	}
	delete(says, "name")
	return r.each("dataset", "type", says, unspecified, slice) && (n == nil || says != nil)
}

// about puts what a part of a result says into a row: its main member under the name of the part.
func (r *indexRow) about(part, main string, n *yaml.Node, fillers ...string) bool {
	says := pairs(n, true)
	return r.each(part, main, says, fillers...) && (n == nil || says != nil)
}

func (r *indexRow) each(part, main string, says map[string]*yaml.Node, fillers ...string) bool {
	all := true
	for name, n := range says {
		if name == main {
			all = r.put(part, n, fillers...) && all
		} else {
			all = r.put(part+"_"+strings.ToLower(name), n) && all
		}
	}
	return all
}

// measure puts a metric into a row.
func (r *indexRow) measure(n *yaml.Node) bool {
	says := pairs(n, true)
	all := says["type"] != nil && r.put("metric", says["type"])
	for name, n := range says {
		switch name {
		case "type":
		case "name":
			all = r.put("name", n, r.row["metric"]) && all
			r.nodes["name"] = n
		default:
			all = r.put(strings.ToLower(name), n) && all
		}
	}
	return all
}

// put makes a cell of a scalar, unless it is a filler that says nothing, and reports whether nothing is lost.
func (r *indexRow) put(column string, n *yaml.Node, fillers ...string) bool {
	if n == nil || n.Value == "" && n.Kind == yaml.ScalarNode || n.ShortTag() == "!!null" {
		return true
	}
	if slices.ContainsFunc(fillers, func(filler string) bool { return strings.EqualFold(filler, n.Value) }) {
		return true
	}
	if n.Kind != yaml.ScalarNode || r.row[column] != "" || !card.ValidKey(column) {
		return false
	}
	r.row[column], r.nodes[column] = n.Value, n
	return true
}

// onlyPairs reports whether a mapping has no other names than these.
func onlyPairs(of map[string]*yaml.Node, names ...string) bool {
	for name := range of {
		if !slices.Contains(names, name) {
			return false
		}
	}
	return of != nil
}

// sliceOf is what a dataset is called.
func sliceOf(dataset map[string]*yaml.Node) string {
	for _, name := range []string{"name", "type"} {
		if n := dataset[name]; n != nil && n.Value != "" && n.Value != unspecified {
			return n.Value
		}
	}
	return ""
}

func rowsOf(index []indexRow) (rows card.Rows) {
	for _, r := range index {
		rows = append(rows, r.row)
	}
	return rows
}

// indexable are the rows that a model-index can hold, with what we write of them.
func indexable(rows card.Rows) (out card.Rows) {
	for _, row := range withNumbers(rows) {
		out = append(out, map[string]string{"metric": row["metric"], "value": row["value"], "slice": row["slice"]})
	}
	return out
}

// withNumbers are the rows that have a metric and a number.
func withNumbers(rows card.Rows) (out card.Rows) {
	for _, row := range rows {
		if _, err := strconv.ParseFloat(row["value"], 64); err == nil && row["metric"] != "" {
			out = append(out, row)
		}
	}
	return out
}

// indexSays reports whether all that a model-index says is in a table, and no row with a number is missing from it.
func indexSays(index []indexRow, table card.Rows) bool {
	rows := withNumbers(table)
	if len(rows) != len(index) {
		return false
	}
	for i, row := range rows {
		for column, cell := range index[i].row {
			if row[column] != cell {
				return false
			}
		}
		if index[i].row["slice"] != row["slice"] {
			return false
		}
	}
	return true
}

// indexResults writes rows as results of a model-index, each line behind an indent.
func indexResults(rows card.Rows, indent string) string {
	var b strings.Builder
	for _, row := range rows {
		name := row["slice"]
		if name == "" {
			name = unspecified
		}
		for _, line := range []string{"- task:", "    type: other", "  dataset:", "    type: " + unspecified, "    name: " + scalar(name),
			"  metrics:", "  - type: " + scalar(row["metric"]), "    value: " + row["value"]} {
			b.WriteString(indent + line + "\n")
		}
	}
	return b.String()
}
