package format

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// A revision is what is to change in the values of a document.
type revision struct {
	texts map[*value]string     // scalars that say something else
	names map[*value]string     // members that are called something else
	swaps map[*value]value      // values that another takes the place of
	gone  map[*value]bool       // items and members that go
	less  map[*value]int        // of lists and objects: how many of them go
	come  map[*value][]addition // of lists and objects: what comes into them
}

// An addition is a new item or member.
type addition struct {
	after int    // the index of the one it follows: below 0 it is the first, above all the last
	name  string // "" in a list
	value value
}

func newRevision() *revision {
	return &revision{map[*value]string{}, map[*value]string{}, map[*value]value{}, map[*value]bool{}, map[*value]int{}, map[*value][]addition{}}
}

func (r *revision) empty() bool {
	return len(r.texts)+len(r.names)+len(r.swaps)+len(r.gone)+len(r.come) == 0
}

// revised is what a scalar becomes: a number stays one if its new text is one.
func revised(was *value, text string) value {
	switch {
	case was.kind == numberValue && numberPattern.MatchString(text):
		return value{kind: numberValue, text: text}
	case was.kind == boolValue && (text == "true" || text == "false"):
		return value{kind: boolValue, text: text}
	}
	return newText(text)
}

// A jsonEditor changes values in a text of JSON where they stand.
type jsonEditor struct {
	*revision
	text    string
	newline string
	unit    string // of the indent
	colon   string // between a name and its value
	ascii   bool   // other characters are escaped
	splices []splice
}

func newJSONEditor(r *revision, text string) *jsonEditor {
	e := &jsonEditor{revision: r, text: text, newline: newlineOf(text), unit: "  ", colon: ": "}
	e.ascii = strings.Contains(text, `\u`) && !strings.ContainsFunc(text, func(r rune) bool { return r > '~' })
	for line := range strings.Lines(text) {
		if bare := strings.TrimLeft(line, " \t"); bare != "" && len(bare) < len(line) {
			e.unit = line[:len(line)-len(bare)]
			break
		}
	}
	if strings.Contains(text, `":`) && !strings.Contains(text, `": `) && !strings.Contains(text, "\":\n") {
		e.colon = ":"
	}
	return e
}

// write returns the text with all changes, and whether they are in it.
func (e *jsonEditor) write(root *value) (string, bool) {
	e.visit(root)
	return apply(e.text, e.splices)
}

func (e *jsonEditor) visit(v *value) {
	if name, ok := e.names[v]; ok {
		e.splices = append(e.splices, splice{v.from.nameAt, v.from.nameTo, e.quote(name)})
	}
	if of, ok := e.swaps[v]; ok {
		e.splices = append(e.splices, splice{v.from.at, v.from.to, e.render(&of, e.indentAt(v.from.at))})
		return
	}
	if text, ok := e.texts[v]; ok {
		e.scalar(v, text)
		return
	}
	for i := range v.items {
		if !e.gone[&v.items[i]] {
			e.visit(&v.items[i])
		}
	}
	for i := range v.members {
		if !e.gone[&v.members[i].value] {
			e.visit(&v.members[i].value)
		}
	}
	if v.kind >= listValue {
		e.elements(v)
	}
}

// indentAt is the newline and the space at the start of the line of an offset; "" if the document stands on one line.
func (e *jsonEditor) indentAt(at int) string {
	if !strings.Contains(e.text, "\n") {
		return ""
	}
	start := strings.LastIndexByte(e.text[:at], '\n') + 1
	line := e.text[start:]
	return e.newline + line[:len(line)-len(strings.TrimLeft(line, " \t"))]
}

// A kid is an element between brackets, as it stands in a text.
type kid struct {
	start, end int
	gone       bool
	come       []string // behind it
}

// elements takes elements out of a list or an object and puts others in.
func (e *jsonEditor) elements(v *value) {
	n := max(len(v.items), len(v.members))
	kids := make([]kid, n)
	change := len(e.come[v]) > 0
	for i := range kids {
		of := v.child(i)
		kids[i] = kid{start: of.from.at, end: of.from.to, gone: e.gone[of]}
		if v.kind == objectValue {
			kids[i].start = of.from.nameAt
		}
		change = change || kids[i].gone
	}
	if !change {
		return
	}
	open, shut := v.from.at, v.from.to-1
	indent, separator := e.layout(open, kids)
	var first []string
	for _, a := range e.come[v] {
		text := e.render(&a.value, indent)
		if v.kind == objectValue {
			text = e.quote(a.name) + e.colon + text
		}
		switch {
		case n == 0 || a.after < 0:
			first = append(first, text)
		default:
			i := min(a.after, n-1)
			kids[i].come = append(kids[i].come, text)
		}
	}
	end := ""
	if indent != "" {
		end = e.indentAt(open)
	}
	e.splices = append(e.splices, between(kids, first, open, shut, indent, separator, end)...)
}

// child is the item or member with an index.
func (v *value) child(i int) *value {
	if v.kind == objectValue {
		return &v.members[i].value
	}
	return &v.items[i]
}

// layout is how the elements of a list stand: each on a line of its own with an indent, or behind each other.
func (e *jsonEditor) layout(open int, kids []kid) (indent, separator string) {
	if len(kids) == 0 {
		if indent = e.indentAt(open); indent != "" {
			return indent + e.unit, "," + indent + e.unit
		}
		return "", ", "
	}
	gap := e.text[open+1 : kids[0].start]
	if i := strings.LastIndexByte(gap, '\n'); i >= 0 && strings.TrimSpace(gap[i:]) == "" {
		return e.newline + gap[i+1:], "," + e.newline + gap[i+1:]
	}
	if len(kids) > 1 && kids[1].start == kids[0].end+1 {
		return "", ","
	}
	return "", ", "
}

// between takes elements out from between brackets and puts others in.
func between(kids []kid, first []string, open, shut int, indent, separator, end string) (all []splice) {
	last := -1 // of those that stay
	for i := 0; i < len(kids); i++ {
		text := strings.Join(kids[i].come, separator)
		switch {
		case text != "" && kids[i].gone && last < 0:
			first = append(first, text)
		case text != "":
			all = append(all, splice{kids[i].end, kids[i].end, separator + text})
		}
		if !kids[i].gone && last < 0 && len(first) > 0 {
			all = append(all, splice{kids[i].start, kids[i].start, strings.Join(first, separator) + separator})
			first = nil
		}
		if !kids[i].gone {
			last = i
			continue
		}
		next := i + 1
		switch {
		case last >= 0:
			all = append(all, splice{max(kids[last].end, kids[i-1].end), kids[i].end, ""})
		case next < len(kids):
			all = append(all, splice{kids[i].start, kids[next].start, ""})
		}
	}
	switch {
	case last < 0 && len(first) > 0:
		all = []splice{{open + 1, shut, indent + strings.Join(first, separator) + end}}
	case last < 0 && len(kids) > 0:
		all = []splice{{open + 1, shut, ""}}
	}
	return all
}

// render writes a new value; indent begins its line, "" if all is on one line.
func (e *jsonEditor) render(v *value, indent string) string {
	switch v.kind {
	case textValue:
		return e.quote(v.text)
	case listValue, objectValue:
		n := max(len(v.items), len(v.members))
		deeper := ""
		if indent != "" && n > 0 {
			deeper = indent + e.unit
		}
		parts := make([]string, n)
		for i := range parts {
			parts[i] = e.render(v.child(i), deeper)
			if v.kind == objectValue {
				parts[i] = e.quote(v.members[i].name) + e.colon + parts[i]
			}
		}
		separator, brackets := ", ", "[]"
		if deeper != "" {
			separator = "," + deeper
		}
		if v.kind == objectValue {
			brackets = "{}"
		}
		if n == 0 {
			indent = ""
		}
		return brackets[:1] + deeper + strings.Join(parts, separator) + indent + brackets[1:]
	}
	return v.text
}

// quote writes a text as the document does.
func (e *jsonEditor) quote(s string) string {
	s = quote(s)
	if !e.ascii {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if r < utf8.RuneSelf {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			const hex = "0123456789abcdef"
			b.WriteString(`\u` + string([]byte{hex[unit>>12], hex[unit>>8&15], hex[unit>>4&15], hex[unit&15]}))
		}
	}
	return b.String()
}

// scalar changes of a value what is another now: of a text the characters.
func (e *jsonEditor) scalar(v *value, text string) {
	now := revised(v, text)
	token := e.text[v.from.at:v.from.to]
	if now.kind != textValue || v.kind != textValue || !strings.HasPrefix(token, `"`) {
		e.splices = append(e.splices, splice{v.from.at, v.from.to, e.render(&now, "")})
		return
	}
	was, at := characters(token)
	is := []rune(text)
	if string(was) != v.text {
		e.splices = append(e.splices, splice{v.from.at, v.from.to, e.quote(text)})
		return
	}
	before, after := common(was, is)
	middle := e.quote(string(is[before : len(is)-after]))
	middle = middle[1 : len(middle)-1]
	if strings.Contains(token, `\r\n`) {
		middle = strings.ReplaceAll(middle, `\n`, `\r\n`)
	}
	e.splices = append(e.splices, splice{v.from.at + at[before], v.from.at + at[len(was)-after], middle})
}

// characters takes a text apart as it is written: what each character is, and where it begins, the end too.
func characters(token string) (all []rune, at []int) {
	p := &jsonParser{text: token, pos: 1}
	for p.pos < len(token)-1 {
		start := p.pos
		var b strings.Builder
		if token[p.pos] == '\\' {
			if p.escape(&b) != nil {
				return nil, nil
			}
		} else {
			_, size := utf8.DecodeRuneInString(token[p.pos:])
			p.pos += size
			b.WriteString(token[start:p.pos])
		}
		for _, r := range b.String() {
			switch {
			case r == '\n' && len(all) > 0 && all[len(all)-1] == '\r':
				all[len(all)-1] = '\n' // one end of a line
			default:
				all, at = append(all, r), append(at, start)
			}
		}
	}
	for i, r := range all {
		if r == '\r' {
			all[i] = '\n'
		}
	}
	return all, append(at, p.pos)
}
