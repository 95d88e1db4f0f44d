package format

import (
	"slices"
	"strings"

	"cardstock/card"
)

// A tableEditor writes the rows of a table to where they came from.
type tableEditor struct {
	*backer
	r    *revision
	was  card.Rows
	from []map[string]stretch // of the cells that are one place, row by row
	all  [][]stretch
}

// table writes a table whose cells came from places.
func (b *backer) table(r *revision, from []stretch, was, is string) {
	e := &tableEditor{backer: b, r: r}
	if len(from) == 0 || !e.locate(from, was) {
		return
	}
	f := card.Field{Kind: card.Table, Answer: is}
	rows := f.ParseRows()
	a, z := rowTexts(e.was), rowTexts(rows)
	before, after := common(a, z)
	gone, come := e.was[before:len(a)-after], rows[before:len(z)-after]
	for i := range min(len(gone), len(come)) {
		e.row(before+i, come[i])
	}
	for i := len(come); i < len(gone); i++ {
		e.dropRow(before + i)
	}
	if len(come) > len(gone) {
		e.insert(before+len(gone)-1, come[len(gone):])
	}
}

func rowTexts(rows card.Rows) []string {
	out := make([]string, len(rows))
	for i := range rows {
		out[i] = card.TableAnswer(card.Rows{rows[i]})
	}
	return out
}

// locate finds the places of each cell: the answer is JSON, so what came from where can be told by where its cells are.
func (e *tableEditor) locate(from []stretch, was string) bool {
	root, _, err := (&jsonParser{text: was, places: true}).parse()
	if err != nil || root.kind != listValue {
		return false
	}
	for i := range root.items {
		row, cells := map[string]string{}, map[string]stretch{}
		var all []stretch
		for j := range root.items[i].members {
			m := &root.items[i].members[j]
			row[m.name] = m.value.text
			for _, s := range from {
				if o := m.value.from; s.start > o.at && s.end < o.to {
					all = append(all, s)
					if s.start == o.at+1 && s.end == o.to-1 {
						cells[m.name] = s
					}
				}
			}
		}
		e.was, e.from, e.all = append(e.was, row), append(e.from, cells), append(e.all, all)
	}
	return true
}

// row writes the cells of a row that are others now.
func (e *tableEditor) row(i int, is map[string]string) {
	for column, text := range e.was[i] {
		s, ok := e.from[i][column]
		switch {
		case !ok || is[column] == text:
		case is[column] == "":
			e.r.drop(s.place)
		default:
			e.r.say(s.place, is[column])
		}
	}
	more := map[string]string{}
	for column, text := range is {
		if e.was[i][column] == "" && text != "" {
			more[column] = text
		}
	}
	if into := e.item(i); len(more) > 0 && into != nil && into.kind == objectValue {
		for _, v := range e.rowsAsItems(into, card.Rows{is}) {
			e.r.lacks(into, &v)
		}
	}
}

// lacks adds to an object the members of another that it lacks, and to the objects in it as well.
func (r *revision) lacks(p *place, v *value) {
	for _, m := range v.members {
		have := p.get(m.name)
		switch {
		case have == nil:
			r.come[p.value] = append(r.come[p.value], addition{len(p.members), m.name, m.value})
		case have.kind == objectValue:
			i := slices.IndexFunc(p.members, func(of member) bool { return of.name == m.name })
			r.lacks(p.at(i), &m.value)
		}
	}
}

// item is the item of a list that a row came from, nil if none is of it alone.
func (e *tableEditor) item(i int) *place {
	var at *place
	for _, s := range e.all[i] {
		if at == nil {
			for at = s.place; at.up != nil && at.up.kind != listValue; at = at.up {
			}
		}
		if !under(s.place, at) {
			return nil
		}
	}
	if at == nil || at.up == nil {
		return nil
	}
	for j := range e.all {
		if j != i && slices.ContainsFunc(e.all[j], func(s stretch) bool { return under(s.place, at) }) {
			return nil
		}
	}
	return at
}

// under reports whether a place is in another or is it.
func under(p, of *place) bool {
	for ; p != nil; p = p.up {
		if p.value == of.value {
			return true
		}
	}
	return false
}

func (e *tableEditor) dropRow(i int) {
	if at := e.item(i); at != nil {
		e.r.drop(at)
		return
	}
	for _, s := range e.all[i] {
		e.r.drop(s.place)
	}
}

// insert puts rows behind one.
func (e *tableEditor) insert(behind int, rows card.Rows) {
	near := max(behind, 0)
	if near >= len(e.was) {
		return
	}
	at := e.item(near)
	if at == nil {
		return
	}
	after := at.index
	if behind < 0 {
		after = at.index - 1
	}
	for _, v := range e.rowsAsItems(at, rows) {
		e.r.come[at.up.value] = append(e.r.come[at.up.value], addition{after, "", v})
	}
}

// rowsAsItems are rows as the format writes them, as items of the list that a row is in.
func (e *tableEditor) rowsAsItems(like *place, rows card.Rows) []value {
	c := emptied(e.now)
	f, _ := c.Field(metricsKey)
	if f == nil {
		return nil
	}
	f.Answer = card.TableAnswer(rows)
	tree, err := treeOf(e.ts, c, e.f, e.d)
	if err != nil {
		return nil
	}
	into, what := e.graft(&tree)
	var path []string
	for p := like.up; p != nil && p.value != into.value; p = p.up {
		path = append(path, p.name())
	}
	list := []*value{what}
	for _, name := range slices.Backward(path) {
		if name == "" {
			continue
		}
		var next []*value
		for _, v := range list {
			for i := range max(1, len(v.items)) {
				of := v
				if v.kind == listValue {
					if i >= len(v.items) {
						break
					}
					of = &v.items[i]
				}
				for j := range of.members {
					if strings.EqualFold(snake(of.members[j].name), snake(name)) {
						next = append(next, &of.members[j].value)
					}
				}
			}
		}
		list = next
	}
	var items []value
	for _, v := range list {
		items = append(items, v.items...)
	}
	return items
}

// emptied is a card with the questions of another and without its answers.
func emptied(c *card.Card) *card.Card {
	out := c.Clone()
	out.Attachments = nil
	for i := range out.Sections {
		for j := range out.Sections[i].Fields {
			out.Sections[i].Fields[j].Answer = ""
		}
	}
	return out
}
