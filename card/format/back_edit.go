package format

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"cardstock/card"
)

// The ways to write an answer, in the order in which they are tried.
const (
	placeTry = iota // where it came from, or where the file has an empty place for it
	treeTry         // where the format's own writer puts it
	rootTry         // at the top of the file, under its question
)

// revise finds what has to change in the document so that it says things of the card.
func (b *backer) revise(wanted map[thing]string) *revision {
	r := newRevision()
	is := b.compared().is
	said := map[thing]string{}
	for of := range wanted {
		if !card.Blank(is[of]) {
			said[of] = is[of]
		}
	}
	from := b.trace(said)
	plant := map[thing]string{}
	for _, of := range sortedThings(wanted) {
		if b.gone() {
			return newRevision()
		}
		text := wanted[of]
		f, _ := b.card.Field(of.key)
		switch {
		case of.what == aLabel && from[of] == nil:
			b.rename(r, of.key, is[of], text)
		case card.Blank(text) || b.tries[of] > placeTry:
			b.drop(r, of, from[of])
			if !card.Blank(text) {
				plant[of] = text
			}
		case card.Blank(is[of]):
			plant[of] = text
		case of.what == anAnswer && f.Kind == card.Table:
			b.table(r, from[of], is[of], text)
		default:
			b.words(r, from[of], f, is[of], text)
		}
	}
	b.placed = maps.Clone(b.placed)
	b.fill(r, plant)
	b.plant(r, plant)
	return r
}

// fill writes answers into places of the document that say nothing, and takes them from what is to be planted.
func (b *backer) fill(r *revision, plant map[thing]string) {
	wanted := map[thing]string{}
	for of, text := range plant {
		if f := b.field(of); b.tries[of] == placeTry && (f == nil || f.Kind != card.Table) {
			wanted[of] = text
		}
	}
	if len(wanted) == 0 {
		return
	}
	for of, p := range b.blanks(wanted) {
		r.texts[p.value] = plant[of]
		delete(plant, of)
	}
}

// drop takes out what a thing came from.
func (b *backer) drop(r *revision, of thing, from []stretch) {
	kept, _ := b.now.Field(of.key)
	for _, s := range from {
		p := s.place
		if b.f == webCardsFormat && p.outer != nil { // its metrics are one text
			p = p.outer
		}
		if b.f == webCardsFormat && kept != nil || b.empties && (kept == nil || card.Blank(kept.Answer)) {
			r.texts[p.value] = "" // WebCards has all questions in its files, empty ones too
			continue
		}
		r.dropIn(p, b.tries[of] > placeTry)
	}
}

// drop takes a place out, and what has nothing else in it.
func (r *revision) drop(p *place) { r.dropIn(p, false) }

// dropIn is drop that leaves what is at the top of the document, be it empty: the document may be known by it.
func (r *revision) dropIn(p *place, known bool) {
	if p.up == nil || known && p.up.up == nil && p.kind >= listValue {
		return
	}
	if !r.gone[p.value] {
		r.gone[p.value] = true
		r.less[p.up.value]++
	}
	if p.up.up != nil && r.less[p.up.value] == p.up.size() {
		r.dropIn(p.up, known)
	}
}

// words writes a text whose parts came from places.
func (b *backer) words(r *revision, from []stretch, f *card.Field, was, is string) {
	if len(from) == 0 || r.structure(from, was, is) {
		return
	}
	slices.SortStableFunc(from, func(a, b stretch) int { return a.start - b.start })
	was, is = strings.TrimRightFunc(was, isSpace), strings.TrimRightFunc(is, isSpace) // the end of the last line is of no place
	if b.list(r, from, f, was, is) {
		return
	}
	before, after := common([]byte(was), []byte(is))
	before, after = wholeRunes(was, before, after)
	middle := is[before : len(is)-after]
	start, end := before, len(was)-after
	first := slices.IndexFunc(from, func(s stretch) bool { return s.start <= start && end <= s.end })
	if first >= 0 {
		s := from[first]
		lead, core, trail := without(s.text)
		r.texts[s.value] = lead + core[:start-s.start] + middle + core[end-s.start:] + trail
		return
	}
	// Several places: the first takes all, the others go.
	var over []stretch
	for _, s := range from {
		if s.end >= start && s.start <= end {
			over = append(over, s)
		}
	}
	if len(over) == 0 {
		return
	}
	a, z := over[0], over[len(over)-1]
	text := ""
	if a.start < start {
		text = was[a.start:start]
	}
	text += middle
	if z.end > end {
		text += was[end:z.end]
	}
	r.texts[a.value] = text
	for _, s := range over[1:] {
		r.drop(s.place)
	}
}

// wholeRunes makes of counts of bytes that are the same counts of characters.
func wholeRunes(was string, before, after int) (int, int) {
	cont := func(i int) bool { return i < len(was) && was[i]&0xC0 == 0x80 }
	for before > 0 && cont(before) {
		before--
	}
	for after > 0 && cont(len(was)-after) {
		after--
	}
	return before, after
}

// list writes a text whose parts are items of one list, one to an item, and reports whether it is such a text.
func (b *backer) list(r *revision, from []stretch, f *card.Field, was, is string) bool {
	separator := "\n"
	if len(from) > 1 {
		separator = was[from[0].end:from[1].start]
	} else if f == nil || f.Kind != card.List {
		return false
	}
	if separator != "\n" && separator != "; " || from[0].start != 0 || from[len(from)-1].end != len(was) {
		return false
	}
	var items []*place
	texts := make([]string, len(from))
	for i, s := range from {
		texts[i] = was[s.start:s.end]
		if i > 0 && was[from[i-1].end:s.start] != separator || strings.Contains(texts[i], separator) {
			return false
		}
		items = append(items, itemOf(s.place))
		if items[i] == nil || items[i].up.value != items[0].up.value || i > 0 && items[i].index <= items[i-1].index {
			return false
		}
	}
	wanted := strings.Split(is, separator)
	if f != nil && f.Kind == card.List {
		wanted = worded(wanted)
	}
	if slices.ContainsFunc(wanted, card.Blank) {
		return false
	}
	before, after := common(texts, wanted)
	middle := wanted[before : len(wanted)-after]
	for i, text := range middle {
		if n := before + i; n < len(texts)-after {
			r.say(from[n].place, text)
			continue
		}
		at, behind := 0, items[0].index-1 // with nothing of it before them, they come in front
		if n := len(texts) - after - 1; n >= 0 {
			at, behind = n, items[n].index
		}
		r.come[items[0].up.value] = append(r.come[items[0].up.value], addition{behind, "", itemLike(from[at].place, text)})
	}
	for n := before + len(middle); n < len(texts)-after; n++ {
		r.drop(items[n])
	}
	return true
}

// say changes what a place says, but not the space around it.
func (r *revision) say(p *place, text string) {
	lead, _, trail := without(p.text)
	r.texts[p.value] = lead + text + trail
}

// itemOf is the item of a list that a place is, or whose only text it is.
func itemOf(p *place) *place {
	switch {
	case p.up == nil:
		return nil
	case p.up.kind == listValue:
		return p
	case len(p.up.members) == 1 && p.up.up != nil && p.up.up.kind == listValue:
		return p.up
	}
	return nil
}

// itemLike is another item like the one that a place is in.
func itemLike(p *place, text string) value {
	if name := p.name(); name != "" {
		return newObject(member{name, like(p.value, text)})
	}
	return like(p.value, text)
}

// rename changes the words of a question where they are not a text of their own: WebCards has them in the name of a member, behind its number,
// the toolkit as a heading of its documentation.
func (b *backer) rename(r *revision, key, was, is string) {
	b.heading(r, key, was, is)
	b.property(r, key, was, is)
	id := numberIn(ownField, key)
	if b.f != webCardsFormat || id == 0 {
		return
	}
	for _, p := range b.sites.leaves {
		if m := oldEntry.FindStringSubmatch(p.name()); m != nil && m[2] == was && strings.TrimLeft(m[1], "0") == strconv.Itoa(id) {
			r.names[p.value] = m[1] + "_" + is
			return
		}
	}
}

// heading changes the words of a question above an answer that the toolkit's documentation holds.
func (b *backer) heading(r *revision, key, was, is string) {
	if b.d.json == nil || !b.f.keepsAppendix() {
		return
	}
	for _, mark := range []string{"", listMark} {
		above := "<!-- " + key + mark + " -->\n### "
		for _, p := range b.sites.leaves {
			if p.kind == textValue && strings.Contains(p.text, above+was+"\n") {
				r.texts[p.value] = strings.Replace(p.text, above+was+"\n", above+is+"\n", 1)
			}
		}
	}
}

// keepsAppendix reports whether the format writes what has no place in it as an appendix.
func (f *Format) keepsAppendix() bool {
	return f == mctFormat || f == mctProtoFormat || f == bridge2aiFormat
}
