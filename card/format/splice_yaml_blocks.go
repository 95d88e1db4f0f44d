package format

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// place puts a value where there is another, or none behind a name.
func (e *yamlEditor) place(v, is *value, indent int) {
	key, n := v.from.key, v.from.node
	if key == nil || n.Style&yaml.FlowStyle != 0 && n.Kind != yaml.ScalarNode {
		e.exchange(v, is)
		return
	}
	_, at, ok := e.token(key)
	if !ok || !strings.HasPrefix(e.text[at:], ":") {
		e.fail()
		return
	}
	at++
	end := at
	if n.Kind == yaml.ScalarNode {
		if _, to, ok := e.region(n, indent); ok && to > at {
			end = to
		}
	} else if to, ok := e.elementEnd(v, indent); ok {
		end = at + len(strings.TrimRight(e.text[at:to], "\r\n"))
	} else {
		e.fail()
	}
	text, end, ok := e.withRest(e.behindName(is, strings.Repeat(" ", max(indent, 0))), end)
	if !ok {
		e.fail()
	}
	e.splices = append(e.splices, splice{at, end, text})
}

// exchange puts a value on one line in place of one between brackets, or of an item.
func (e *yamlEditor) exchange(v, is *value) {
	start, end := e.offset(v.from.node), -1
	if start >= 0 {
		_, end = e.flowSpan(v)
	}
	if end < start || start < 0 || strings.ContainsAny(e.text[start:end], "\r\n") {
		e.fail()
		return
	}
	e.splices = append(e.splices, splice{start, end, yamlFlow(is)})
}

// behindName is a value as it stands behind a name and a colon, whose line has an indent.
func (e *yamlEditor) behindName(v *value, indent string) string {
	return strings.ReplaceAll(yamlBehind(v, indent), "\n", e.newline)
}

// yamlBehind is behindName with simple ends of lines.
func yamlBehind(v *value, indent string) string {
	switch {
	case v.kind == objectValue && len(v.members) > 0, v.kind == listValue && len(v.items) > 0:
		return "\n" + strings.TrimSuffix(yamlElements(v, indent+"  "), "\n")
	case v.kind == objectValue:
		return " {}"
	case v.kind == listValue:
		return " []"
	case v.kind != textValue:
		return " " + v.text
	case strings.Contains(v.text, "\n"):
		if text := yamlLiteral(v.text, indent+"  ", "\n"); text != "" {
			return " " + text
		}
		return " " + yamlScalar(v.text, '"')
	}
	return " " + yamlScalar(v.text, 0)
}

// yamlElements are the items or members of a value, each on lines of its own.
func yamlElements(v *value, indent string) string {
	var b strings.Builder
	for i := range max(len(v.items), len(v.members)) {
		b.WriteString(yamlElement(v, i, indent) + "\n")
	}
	return b.String()
}

func yamlElement(v *value, i int, indent string) string {
	if v.kind == objectValue {
		return indent + yamlScalar(v.members[i].name, 0) + ":" + yamlBehind(&v.members[i].value, indent)
	}
	item := &v.items[i]
	if item.kind == objectValue && len(item.members) > 0 || item.kind == listValue && len(item.items) > 0 {
		return indent + "- " + strings.TrimPrefix(strings.TrimSuffix(yamlElements(item, indent+"  "), "\n"), indent+"  ")
	}
	return indent + "-" + yamlBehind(item, indent)
}

// yamlDocument is a value as a file of YAML.
func yamlDocument(v *value) string { return yamlElements(v, "") }

// block takes elements out of a list or an object whose elements have lines of their own, and puts others in.
func (e *yamlEditor) block(v *value) {
	n := max(len(v.items), len(v.members))
	if n == 0 {
		e.fail()
		return
	}
	kids := make([]kid, n)
	for i := range kids {
		child := v.child(i)
		start := e.elementStart(v, child)
		end, ok := e.elementEnd(child, e.indentOf(v, child, -1))
		if start < 0 || !ok {
			e.fail()
			return
		}
		kids[i] = kid{start: start, end: end, gone: e.gone[child]}
	}
	for i := 0; i < n; i++ {
		if !kids[i].gone {
			continue
		}
		line := strings.LastIndexAny(e.text[:kids[i].start], "\r\n") + 1
		if strings.TrimSpace(e.text[line:kids[i].start]) == "" {
			e.splices = append(e.splices, splice{line, kids[i].end, ""})
			continue
		}
		next := i + 1 // what stands behind a dash has another in its place
		for next < n && kids[next].gone {
			next++
		}
		if next == n {
			e.fail()
			return
		}
		e.splices = append(e.splices, splice{kids[i].start, kids[next].start, ""})
		i = next - 1
	}
	line := strings.LastIndexAny(e.text[:kids[0].start], "\r\n") + 1
	e.insert(v, kids, strings.Repeat(" ", len([]rune(e.text[line:kids[0].start]))))
}

// insert puts elements behind others.
func (e *yamlEditor) insert(v *value, kids []kid, indent string) {
	for _, a := range e.come[v] {
		of := value{kind: v.kind, members: []member{{a.name, a.value}}, items: []value{a.value}}
		if v.kind == objectValue {
			of.items = nil
		} else {
			of.members = nil
		}
		text := strings.ReplaceAll(yamlElement(&of, 0, indent), "\n", e.newline)
		at := kids[0].start - len(indent)
		if a.after >= 0 {
			at = kids[min(a.after, len(kids)-1)].end
		}
		switch {
		case at < 0 || a.after < 0 && strings.TrimSpace(e.text[at:kids[0].start]) != "":
			e.fail()
		case at > 0 && !strings.ContainsAny(e.text[at-1:at], "\r\n"): // the file ends without an end of its line
			e.splices = append(e.splices, splice{at, at, e.newline + text})
		default:
			e.splices = append(e.splices, splice{at, at, text + e.newline})
		}
	}
}

// elementStart is where an element begins: at its name, or at the dash before it. -1 if that is not known.
func (e *yamlEditor) elementStart(v, child *value) int {
	if child.from == nil || child.from.node == nil {
		return -1
	}
	if v.kind == objectValue {
		if child.from.key == nil {
			return -1
		}
		return e.offset(child.from.key)
	}
	for line := child.from.node.Line; line > 0; line-- {
		at := e.offset(&yaml.Node{Line: line, Column: e.columnOf(v)})
		if at >= 0 && strings.HasPrefix(e.text[at:], "-") {
			return at
		}
		if line < child.from.node.Line-2 {
			break
		}
	}
	return -1
}

// elementEnd is where the line after an element begins.
func (e *yamlEditor) elementEnd(v *value, indent int) (end int, ok bool) {
	n := v.from.node
	count := max(len(v.items), len(v.members))
	switch {
	case n.Kind == yaml.ScalarNode && n.Value == "" && n.Style == 0 && v.from.key != nil:
		_, end, ok = e.token(v.from.key)
	case n.Kind == yaml.ScalarNode || n.Kind == yaml.AliasNode:
		_, end, ok = e.region(n, indent)
	case n.Style&yaml.FlowStyle != 0:
		end = e.shut(n)
		ok = end > 0
	case count > 0:
		last := v.child(count - 1)
		if last.from == nil || last.from.node == nil {
			return 0, false
		}
		return e.elementEnd(last, e.indentOf(v, last, indent))
	}
	if !ok {
		return 0, false
	}
	return len(e.text) - len(afterLine(e.text[end:])), true
}

// shut is where a list or an object between brackets ends.
func (e *yamlEditor) shut(n *yaml.Node) int {
	at := e.offset(n)
	if at < 0 || !strings.HasPrefix(e.text[at:], "[") && !strings.HasPrefix(e.text[at:], "{") {
		return 0
	}
	depth := 0
	for ; at < len(e.text); at++ {
		switch c := e.text[at]; {
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			if depth--; depth == 0 {
				return at + 1
			}
		case (c == '"' || c == '\'') && strings.ContainsRune(" \t\r\n,[{:", rune(e.text[at-1])):
			at += max(closing(e.text[at:], c)-1, 0)
		}
	}
	return 0
}

// brackets takes elements out from between brackets and puts others in.
func (e *yamlEditor) brackets(v *value) {
	n := max(len(v.items), len(v.members))
	open, shut := e.offset(v.from.node), e.shut(v.from.node)-1
	kids := make([]kid, n)
	for i := range kids {
		child := v.child(i)
		start, end := e.flowSpan(child)
		if start < 0 || end < 0 {
			e.fail()
			return
		}
		kids[i] = kid{start: start, end: end, gone: e.gone[child]}
	}
	if open < 0 || shut < open {
		e.fail()
		return
	}
	var first []string
	for _, a := range e.come[v] {
		text := yamlFlow(&a.value)
		if v.kind == objectValue {
			text = yamlScalar(a.name, 0) + ": " + text
		}
		if n == 0 || a.after < 0 {
			first = append(first, text)
			continue
		}
		i := min(a.after, n-1)
		kids[i].come = append(kids[i].come, text)
	}
	e.splices = append(e.splices, between(kids, first, open, shut, "", ", ", "")...)
}

// flowSpan is where an element between brackets stands; -1 if that is not known.
func (e *yamlEditor) flowSpan(child *value) (start, end int) {
	if child.from == nil || child.from.node == nil {
		return -1, -1
	}
	n := child.from.node
	start, end = e.offset(n), -1
	if n.Kind == yaml.ScalarNode || n.Kind == yaml.AliasNode {
		if _, to, ok := e.region(n, len(e.text)); ok {
			end = to
		}
	} else if to := e.shut(n); to > 0 {
		end = to
	}
	if child.from.key != nil {
		start = e.offset(child.from.key)
	}
	return start, end
}

// yamlFlow is a value on one line.
func yamlFlow(v *value) string {
	if v.kind == textValue {
		return yamlScalar(v.text, 0)
	}
	if v.kind < listValue {
		return v.text
	}
	parts := make([]string, max(len(v.items), len(v.members)))
	for i := range parts {
		parts[i] = yamlFlow(v.child(i))
		if v.kind == objectValue {
			parts[i] = yamlScalar(v.members[i].name, 0) + ": " + parts[i]
		}
	}
	parts = slices.Clip(parts)
	if v.kind == objectValue {
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return "[" + strings.Join(parts, ", ") + "]"
}
