package format

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// simple reports whether all items of a list are scalars.
func simple(v *yaml.Node) bool {
	return !slices.ContainsFunc(v.Content, func(n *yaml.Node) bool { return n.Kind != yaml.ScalarNode })
}

// list changes the items of a list that are others now, each where it stands.
func (e *frontEditor) list(v *yaml.Node, answer []string) bool {
	if !simple(v) || len(v.Content) == 0 {
		return false
	}
	if v.Style&yaml.FlowStyle != 0 {
		return e.flow(v, answer)
	}
	was := make([]string, len(v.Content))
	starts := make([]int, len(v.Content))
	for i, n := range v.Content {
		at, _, ok := e.token(n)
		dash := strings.TrimSpace(e.text[e.lines[n.Line-1]:max(at, e.lines[n.Line-1])])
		if !ok || dash != "-" {
			return false
		}
		was[i], starts[i] = n.Value, e.lines[n.Line-1]
	}
	before, after := common(was, answer)
	middle, wanted := v.Content[before:len(was)-after], answer[before:len(answer)-after]
	for i, n := range middle {
		if i < len(wanted) {
			from, to, _ := e.token(n)
			e.splices = append(e.splices, splice{from, to, yamlToken(wanted[i], n)})
			continue
		}
		e.splices = append(e.splices, splice{starts[before+i], e.after(n), ""})
	}
	if len(wanted) > len(middle) {
		at := starts[0]
		if n := before + len(middle); n > 0 {
			at = e.after(v.Content[n-1])
		}
		first, _, _ := e.token(v.Content[0])
		var b strings.Builder
		for _, item := range wanted[len(middle):] {
			b.WriteString(e.text[starts[0]:first] + yamlScalar(item, 0) + e.newline)
		}
		e.splices = append(e.splices, splice{at, at, b.String()})
	}
	return true
}

// after is the offset of the line after that of a node.
func (e *frontEditor) after(n *yaml.Node) int {
	return e.endOf(n.Line)
}

// longFlow items are more than anybody writes on one line. Each is looked for from the start of the line.
const longFlow = 500

// flow writes a list between brackets anew, if it stands on one line.
func (e *frontEditor) flow(v *yaml.Node, answer []string) bool {
	if len(v.Content) > longFlow {
		return false
	}
	start := e.offset(v)
	_, end, ok := e.token(v.Content[len(v.Content)-1])
	if start < 0 || !ok || e.text[start] != '[' || strings.ContainsAny(e.text[start:end], "\r\n") {
		return false
	}
	rest := strings.TrimLeft(e.text[end:e.to], " \t,")
	if !strings.HasPrefix(rest, "]") {
		return false
	}
	tokens := make([]string, len(answer))
	for i, item := range answer {
		tokens[i] = yamlScalar(item, 0)
		if i < len(v.Content) {
			if tokens[i] = yamlToken(item, v.Content[i]); item == v.Content[i].Value {
				from, to, _ := e.token(v.Content[i])
				tokens[i] = e.text[from:to]
			}
		}
	}
	e.splices = append(e.splices, splice{start, e.to - len(e.text[end:e.to]) + strings.IndexByte(e.text[end:e.to], ']') + 1, "[" + strings.Join(tokens, ", ") + "]"})
	return true
}

// common counts the lines that are the same at both ends.
func common[T comparable](a, b []T) (before, after int) {
	for before < min(len(a), len(b)) && a[before] == b[before] {
		before++
	}
	for after < min(len(a), len(b))-before && a[len(a)-1-after] == b[len(b)-1-after] {
		after++
	}
	return before, after
}
