package format

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"cardstock/card"
)

const unspecified = "unspecified"

// An indexRow is one metric of a model-index, with the nodes that say it.
type indexRow struct {
	row                  map[string]string
	metric, value, slice *yaml.Node // scalars; nil if they are not there
	alone                bool       // its result has no other metric
	result               *yaml.Node
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

// indexRows reads a model-index, and reports whether rows can hold all that it says of tasks and datasets.
func indexRows(v *yaml.Node) (rows []indexRow, ok bool) {
	for _, model := range items(v) {
		for _, result := range items(pairs(model, false)["results"]) {
			of := pairs(result, false)
			task, dataset := pairs(of["task"], true), pairs(of["dataset"], true)
			if len(dataset) > 2 || len(task) > 1 || of["task"] != nil && task == nil || of["dataset"] != nil && dataset == nil {
				return nil, false
			}
			metrics := items(of["metrics"])
			for _, m := range metrics {
				says := pairs(m, false)
				metric, value := says["type"], says["value"]
				if says == nil || metric == nil || metric.Kind != yaml.ScalarNode || value != nil && value.Kind != yaml.ScalarNode {
					return nil, false
				}
				r := indexRow{row: map[string]string{"metric": metric.Value}, metric: metric, value: value, slice: dataset["name"], alone: len(metrics) == 1, result: result}
				if value != nil {
					r.row["value"] = value.Value
				}
				r.row["slice"] = sliceOf(dataset)
				rows = append(rows, r)
			}
		}
	}
	return rows, len(rows) > 0
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

// indexable are the rows that a model-index can hold, with what it can hold of them.
func indexable(rows card.Rows) (out card.Rows) {
	for _, row := range rows {
		if _, err := strconv.ParseFloat(row["value"], 64); err == nil && row["metric"] != "" {
			out = append(out, map[string]string{"metric": row["metric"], "value": row["value"], "slice": row["slice"]})
		}
	}
	return out
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
