package format

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"cardstock/card"
)

type jsonParser struct {
	text    string
	pos     int // bytes
	depth   int
	values  int
	places  bool     // values are to say where they stand
	closes  bool     // texts end with their line where the next line is none of theirs
	dropped bool     // the text ends in an element of which nothing was kept
	mending bool     // what makes it JSON as every program reads it is asked for
	mends   []splice // and is this
	// inString says that what is parsed is a string, before which so many were noted.
	inString bool
	before   int
	repairs
}

// parseJSON parses the one value that text holds from offset start on, and says what it repaired. Its error names line and column, in characters from 1.
func parseJSON(text string, start int) (root *value, mended repairs, err error) {
	return (&jsonParser{text: text, pos: start}).parse()
}

// parse is parseJSON. What is broken so may have a text that is not closed: then one that the line after it cannot belong to ends with its line.
func (p *jsonParser) parse() (root *value, mended repairs, err error) {
	start := p.pos
	if root, mended, err = p.whole(); err == nil || !strings.Contains(p.text[start:], "\n") {
		return root, mended, err
	}
	again := &jsonParser{text: p.text, pos: start, places: p.places, closes: true, mending: p.mending}
	if root, mended, wrong := again.whole(); wrong == nil && mended.unclosed > 0 {
		p.mends = again.mends
		return root, mended, nil
	}
	return nil, repairs{}, err
}

func (p *jsonParser) whole() (root *value, mended repairs, err error) {
	v, err := p.value()
	if err != nil {
		return nil, repairs{}, err
	}
	if p.cut && leaves(&v) == 0 {
		return nil, repairs{}, p.fail("")
	}
	if p.space(); p.pos < len(p.text) {
		return nil, repairs{}, p.fail("the card has ended, but more text follows")
	}
	return &v, p.repairs, nil
}

// end notes that the text ends in the middle of something, and reports whether it does.
func (p *jsonParser) end() bool {
	if p.pos < len(p.text) {
		return false
	}
	p.cut = true
	p.line, _ = position(p.text, len(p.text))
	return true
}

func (p *jsonParser) fail(reason string) error {
	line, column := position(p.text, p.pos)
	if p.pos >= len(p.text) && reason == "" {
		reason = "the text ends too early; perhaps the file was cut off"
	}
	return card.Errorf(card.Invalid, "This is not valid JSON, at line %d, column %d: %s.", line, column, reason)
}

// failOr reports that the text ended, or else the reason.
func (p *jsonParser) failOr(reason string) error {
	if p.pos >= len(p.text) {
		reason = ""
	}
	return p.fail(reason)
}

// position turns an offset in bytes into a line and a column in characters, both from 1.
func position(text string, offset int) (line, column int) {
	before := text[:min(offset, len(text))]
	start := strings.LastIndexByte(before, '\n') + 1
	return 1 + strings.Count(before, "\n"), 1 + utf8.RuneCountInString(before[start:])
}

// nulAt refuses a NUL character at the offset; -1 is the end of the text.
func nulAt(text string, offset int) error {
	if offset < 0 {
		offset = len(text) - 1
	}
	line, column := position(text, offset)
	return card.Errorf(card.Invalid, "There is a NUL character at line %d, column %d, which no card can keep. Remove it and try again.", line, column)
}

// space passes over space, and over comments as programs have them.
func (p *jsonParser) space() {
	for p.pos < len(p.text) {
		rest := p.text[p.pos:]
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case strings.ContainsRune(" \t\r\n", r):
		case r > 0x7F && (unicode.IsSpace(r) || r == '\uFEFF' || r == '\u200B'):
			p.spaces++
			p.mend(p.pos, p.pos+size, " ")
		case strings.HasPrefix(rest, "//"), r == '#':
			p.comments++
			size = len(rest)
			if n := strings.IndexByte(rest, '\n'); n >= 0 {
				size = n
			}
			p.mendComment(size)
		case strings.HasPrefix(rest, "/*") && strings.Contains(rest, "*/"):
			p.comments++
			size = strings.Index(rest, "*/") + 2
			p.mendComment(size)
		default:
			return
		}
		p.pos += size
	}
}

// next skips space and returns the character there, 0 at the end.
func (p *jsonParser) next() byte {
	p.space()
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

func (p *jsonParser) value() (value, error) {
	if p.values++; p.values > maxValues {
		return value{}, card.Errorf(card.Invalid, "This file holds more than %d values; no card is that large.", maxValues)
	}
	c := p.next()
	at := p.pos
	v, err := p.bare(c)
	if p.places {
		v.from = &origin{at: at, to: p.pos}
	}
	return v, err
}

// bare parses a value that begins with the character at the position.
func (p *jsonParser) bare(c byte) (value, error) {
	switch {
	case p.end():
		return value{kind: nullValue, text: "null"}, nil
	case c == '{' || c == '[':
		return p.nested(c)
	case c == '(':
		return p.nested(c)
	case c == '"' || c == '\'':
		s, err := p.str()
		return value{kind: textValue, text: s}, err
	case strings.HasPrefix(p.text[p.pos:], "-Infinity"), strings.HasPrefix(p.text[p.pos:], "-inf"):
		return p.word()
	case strings.IndexByte("+-.0123456789", c) >= 0:
		return p.number()
	}
	return p.word()
}

// nested parses a list or an object; what opens it is at the position.
func (p *jsonParser) nested(open byte) (v value, err error) {
	if p.depth++; p.depth > maxDepth {
		line, column := position(p.text, p.pos)
		return v, card.Errorf(card.Invalid, "The JSON is nested deeper than %d levels, at line %d, column %d; no card is.", maxDepth, line, column)
	}
	p.pos++
	switch v.kind = listValue; open {
	case '{':
		v.kind = objectValue
		err = p.each('}', "a comma or the closing } is missing here", func() error { return p.member(&v) })
	case '(': // of Python
		p.tuples++
		p.mend(p.pos-1, p.pos, "[")
		err = p.each(')', "a comma or the closing ) is missing here", func() error { return p.item(&v) })
	default:
		err = p.each(']', "a comma or the closing ] is missing here", func() error { return p.item(&v) })
	}
	p.depth--
	return v, err
}

// each parses elements with commas between them up to the closing character.
func (p *jsonParser) each(closing byte, missing string, element func() error) error {
	good := p.pos // what is before it is whole
	if p.next() == closing {
		p.shut(closing)
		return nil
	}
	if p.end() {
		p.shutEarly(good, closing)
		return nil
	}
	for {
		if err := element(); err != nil {
			return err
		}
		if !p.dropped {
			good = p.pos
		}
		c := p.next()
		if p.end() {
			p.shutEarly(good, closing)
			return nil
		}
		comma := p.pos
		switch c {
		case closing:
			p.shut(closing)
			return nil
		case ',':
			p.pos++
		case '"', '{', '[': // the next element begins
			p.mend(good, good, ",")
			if p.missing++; p.missing > maxMissing {
				return p.failOr(missing)
			}
			continue
		default:
			return p.failOr(missing)
		}
		if p.next() == closing {
			p.commas++
			p.mend(comma, comma+1, "")
			p.shut(closing)
			return nil
		}
		if p.end() {
			p.dropped = true // the comma goes
			p.shutEarly(good, closing)
			return nil
		}
	}
}

func (p *jsonParser) item(v *value) error {
	item, err := p.value()
	if p.cut && item.kind == nullValue {
		p.dropped = true
		return err
	}
	v.items = append(v.items, item)
	return err
}

func (p *jsonParser) member(v *value) error {
	p.space()
	at := p.pos
	name, err := p.name()
	if err != nil {
		return err
	}
	to := p.pos
	if p.next() != ':' {
		if p.end() { // a name without its value
			p.dropped = true
			return nil
		}
		return p.failOr("a colon is missing after the name")
	}
	p.pos++
	val, err := p.value()
	if p.cut && val.kind == nullValue { // nothing came
		p.dropped = true
		return err
	}
	if p.places {
		val.from.nameAt, val.from.nameTo = at, to
	}
	if len(v.members) < mostNames && v.get(name) != nil {
		p.twice++
	}
	v.members = append(v.members, member{name, val})
	return err
}

// bareName is a name as JavaScript lets it stand without quotes.
var bareName = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*`)

func (p *jsonParser) name() (string, error) {
	if c := p.next(); c == '"' || c == '\'' {
		return p.str()
	}
	name := bareName.FindString(p.text[p.pos:])
	if name == "" {
		return "", p.failOr("a name in double quotes is expected here")
	}
	p.mend(p.pos, p.pos+len(name), quote(name))
	p.pos += len(name)
	p.quotes++
	return name, nil
}
