package format

import (
	"encoding/json"
	"slices"
	"strings"
)

// What the parser of JSON reads all the same, it also knows how to write: the text with these splices says the same, and any program reads it.

// mostMends is how many are noted in one string, which is written anew if it needs more: one of 5 MB can need one for each byte.
const mostMends = 1000

// noting reports whether somebody asks what has to be mended, and the string that is parsed, if it is one, needs no more than is noted.
func (p *jsonParser) noting() bool {
	return p.mending && (!p.inString || len(p.mends)-p.before <= mostMends)
}

// mend notes what has to stand in the place of a part of the text.
func (p *jsonParser) mend(start, end int, text string) {
	if p.noting() {
		p.mends = append(p.mends, splice{start, end, text})
	}
}

// mendString notes that a string that begins at an offset and ends at the position is written anew, if no program takes its quotes or it needs much.
func (p *jsonParser) mendString(start int, said string) {
	if p.inString = false; p.mending && (p.text[start] != '"' || len(p.mends)-p.before > mostMends) {
		p.mends = append(p.mends[:p.before], splice{start, p.pos, quote(said)})
	}
}

// mendComment takes out a comment at the position, with the space before it, and with its line if nothing else is on that.
func (p *jsonParser) mendComment(size int) {
	start, end := p.pos, p.pos+size
	before := strings.TrimRight(p.text[:start], " \t")
	if rest := strings.TrimLeft(p.text[end:], " \t\r"); strings.HasSuffix(before, "\n") && strings.HasPrefix(rest, "\n") {
		end = len(p.text) - len(rest) + 1
		start = len(before)
	} else if !strings.HasPrefix(p.text[start:], "/*") {
		start = len(before)
		end -= len(p.text[:end]) - len(strings.TrimRight(p.text[:end], "\r"))
	}
	p.mend(start, end, "")
}

// shut passes over the bracket at the position.
func (p *jsonParser) shut(closing byte) {
	if p.pos++; closing == ')' {
		p.mend(p.pos-1, p.pos, "]")
	}
}

// shutEarly closes a list or an object in which the text ends. What is behind good is no whole element if it was dropped.
func (p *jsonParser) shutEarly(good int, closing byte) {
	end := len(p.text)
	if p.dropped {
		p.mends = slices.DeleteFunc(p.mends, func(s splice) bool { return s.start >= good })
		p.mend(good, end, "")
		p.dropped = false
	}
	if closing == ')' {
		closing = ']'
	}
	p.mend(end, end, string(closing))
}

// jsonRepairs are those that a text of JSON needs to be read.
func jsonRepairs(text string) repairs {
	_, mended, _ := parseJSON(text, 0)
	return mended
}

// onlyComments reports whether a text is JSON but for comments, as many programs take it, be it with commas at the ends.
func (r repairs) onlyComments() bool {
	return r == repairs{commas: r.commas, rough: rough{comments: max(r.comments, 1)}}
}

// strictJSON is a text of JSON as every program reads it; ok is false if it cannot be made that.
func strictJSON(text string) (strict string, ok bool) {
	if json.Valid([]byte(text)) {
		return text, true
	}
	p := &jsonParser{text: text, mending: true}
	if _, _, err := p.parse(); err != nil {
		return text, false
	}
	strict, ok = apply(text, p.mends)
	return strict, ok && json.Valid([]byte(strict))
}
