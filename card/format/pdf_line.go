package format

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// A span is text of one face; a newline in it ends a line.
type span struct {
	text string
	face face
	link string // a web or mail address; "" for none
}

// A cell is what a line cannot break: a character with the marks on it.
type cell struct {
	said   string // what was written
	shown  string // what the page has in its place
	glyph  glyph  // of the first character shown
	face   face
	link   string
	width  float64 // thousandths of the size
	breaks bool    // a line may end after it
	level  int     // of direction
}

// different reports whether the page shows something else than was written. Two letters in one form are not told apart here: programs
// would turn them round.
func (c *cell) different() bool {
	one := utf8.RuneCountInString(c.said) == 1 || c.shown == ""
	return c.said != c.shown && (one || norm.NFKC.String(c.shown) != norm.NFKC.String(c.said))
}

// maxCluster is how many bytes of marks stay with a letter: each takes longer than the one before.
const maxCluster = 64

func plainSpans(f face, text string) []span { return []span{{text: text, face: f}} }

// A typesetter remembers the glyphs of a document.
type typesetter struct{ glyphs map[face]map[rune]glyph }

func (t *typesetter) glyph(f face, r rune) glyph {
	if t.glyphs[f] == nil {
		t.glyphs[f] = map[rune]glyph{}
	}
	g, ok := t.glyphs[f][r]
	if !ok {
		g = glyphOf(f, r)
		t.glyphs[f][r] = g
	}
	return g
}

// cells takes text apart. A character that no font has is shown by its number.
func (t *typesetter) cells(spans []span) []cell {
	var all []cell
	for _, s := range spans {
		for _, r := range strings.ReplaceAll(s.text, "\t", "    ") {
			last := len(all) - 1
			invisible := r != '\n' && unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Zl, unicode.Zp)
			if mark := unicode.In(r, unicode.Mn, unicode.Me); (mark || invisible) && last >= 0 && all[last].said != "\n" && len(all[last].said) < maxCluster {
				all[last].said += string(r)
				if mark && t.glyph(s.face, r).name != "" && t.glyph(s.face, r).name == all[last].glyph.name {
					all[last].shown += string(r)
				}
				continue
			}
			c := cell{said: string(r), shown: string(r), face: s.face, link: s.link}
			if invisible {
				c.shown = ""
			}
			all = append(all, c)
		}
	}
	shape(all)
	all = slices.DeleteFunc(all, func(c cell) bool { return c.said == "" })
	for i := range all {
		t.measure(&all[i])
	}
	return all
}

// measure finds the font of a cell and its width. Marks that are another font's are put together with their letter first, where
// there is a character for both.
func (t *typesetter) measure(c *cell) {
	if c.said == "\n" || c.shown == "" {
		return
	}
	if one := []rune(norm.NFC.String(c.said)); len(one) == 1 && len([]rune(c.said)) > 1 {
		c.shown = string(one)
	}
	r := []rune(c.shown)[0]
	if unicode.IsSpace(r) {
		c.shown, r = " ", ' '
	}
	if c.glyph = t.glyph(c.face, r); c.glyph.name == "" {
		c.shown = numbered(c.said)
		c.glyph = t.glyph(c.face, 'U')
		for _, r := range c.shown {
			c.width += t.glyph(c.face, r).width
		}
	} else {
		c.width = c.glyph.width
	}
	c.breaks = r == ' ' || r == '-' || r == '/' || strings.HasPrefix(c.glyph.name, string(cjk)) || len(c.shown) > 6
}

// numbered names the characters that no font has.
func numbered(s string) string {
	var b strings.Builder
	for _, r := range s {
		fmt.Fprintf(&b, "[%U]", r)
	}
	return b.String()
}

// lines breaks cells into lines of a width, in thousandths of the size.
func lines(cells []cell, width float64) (all [][]cell) {
	start, most, w := 0, 0, 0.0
	for i := 0; i < len(cells); i++ {
		c := &cells[i]
		if c.said == "\n" {
			all = append(all, cells[start:i])
			start, most, w = i+1, i+1, 0
			continue
		}
		if w += c.width; w > width && c.shown != " " && i > start {
			if most <= start { // a word wider than the line
				most = i
			}
			all = append(all, cells[start:most])
			start, i, w = most, most-1, 0
			continue
		}
		if c.breaks {
			most = i + 1
		}
	}
	return append(all, cells[start:])
}

// rightToLeft reports whether the first letter says so.
func rightToLeft(cells []cell) bool {
	for i := range cells {
		switch classOf(&cells[i]) {
		case bidi.L:
			return false
		case bidi.R, bidi.AL:
			return true
		}
	}
	return false
}

func classOf(c *cell) bidi.Class {
	p, _ := bidi.LookupString(c.said)
	return p.Class()
}

// visual returns the order in which the cells of a line stand on the page, from the left, and mirrors what is mirrored there. It is
// the algorithm of Unicode (UAX 9) without its explicit embeddings.
func visual(line []cell, rtl bool) []int {
	order := make([]int, len(line))
	for i := range order {
		order[i] = i
	}
	if !rtl && !slices.ContainsFunc(line, func(c cell) bool { k := classOf(&c); return k == bidi.R || k == bidi.AL }) {
		return order
	}
	base := 0
	if rtl {
		base = 1
	}
	levels(line, base)
	for level := 2; level > 0; level-- {
		for i := 0; i < len(order); i++ {
			j := i
			for j < len(order) && line[order[j]].level >= level {
				j++
			}
			slices.Reverse(order[i:j])
			i = max(i, j)
		}
	}
	for i := range line {
		if m := mirrored[line[i].shown]; m != "" && line[i].level == 1 {
			line[i].shown = m
		}
	}
	return order
}

var mirrored = map[string]string{"(": ")", ")": "(", "[": "]", "]": "[", "{": "}", "}": "{", "<": ">", ">": "<", "«": "»", "»": "«"}

// levels resolves directions: letters have one, digits go from left to right inside either, and what has none takes that of both
// neighbours, or the line's.
func levels(line []cell, base int) {
	strong := base // of the last letter
	pending := 0   // where those without a direction begin
	before := base
	settle := func(end, after int) {
		level := base
		if before == after {
			level = after
		}
		for ; pending < end; pending++ {
			line[pending].level = level
		}
	}
	for i := range line {
		var own int
		switch classOf(&line[i]) {
		case bidi.L:
			own, strong = 2*base, 0
		case bidi.R, bidi.AL:
			own, strong = 1, 1
		case bidi.EN, bidi.AN:
			if own = 2 * base; strong == 1 {
				own = 2
			}
		default:
			continue
		}
		side := own % 2
		if own == 2 && strong == 1 { // digits among right-to-left letters count as such
			side = 1
		}
		settle(i, map[bool]int{true: 1, false: 2 * base}[side == 1])
		line[i].level, pending = own, i+1
		before = map[bool]int{true: 1, false: 2 * base}[side == 1]
	}
	settle(len(line), base)
}

// forms are those of an Arabic letter: alone, last, first, in the middle.
var forms, lamAlef = func() (map[rune][]rune, map[rune][]rune) {
	letters, ligatures := map[rune][]rune{}, map[rune][]rune{}
	for _, of := range [][2]rune{{0xFB50, 0xFBB1}, {0xFBD3, 0xFBE9}, {0xFBFC, 0xFBFF}, {0xFE80, 0xFEFC}} {
		for r := of[0]; r <= of[1]; r++ {
			base := []rune(norm.NFC.String(norm.NFKD.String(string(r))))
			switch {
			case len(base) == 1:
				letters[base[0]] = append(letters[base[0]], r)
			case len(base) == 2 && base[0] == 'ل':
				ligatures[base[1]] = append(ligatures[base[1]], r)
			}
		}
	}
	return letters, ligatures
}()

// shape joins Arabic letters: each takes the form for its place in the word.
func shape(cells []cell) {
	joined := false // to the letter before
	for i := range cells {
		c := &cells[i]
		if c.said == "" { // part of the one before
			continue
		}
		r := []rune(c.said)[0]
		f := forms[r]
		if len(f) == 0 || c.shown == "" {
			joined = r == 'ـ'
			continue
		}
		next := rune(0)
		if i+1 < len(cells) {
			next = []rune(cells[i+1].said)[0]
		}
		at := 0
		if joined {
			at = 1
		}
		if l := lamAlef[next]; r == 'ل' && len(l) == 2 && c.said == "ل" {
			c.shown, c.said = string(l[at]), c.said+cells[i+1].said
			cells[i+1].said, cells[i+1].shown = "", ""
			joined = false
			continue
		}
		onward := len(f) >= 4 && (len(forms[next]) >= 2 || next == 'ـ')
		if onward {
			at += 2
		}
		if at < len(f) {
			c.shown = string(f[at]) + strings.TrimPrefix(c.shown, string(r))
		}
		joined = onward
	}
}
