package format

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"cardstock/card"
)

type jsonParser struct {
	text   string
	pos    int // bytes
	depth  int
	values int
	places bool // values are to say where they stand
	closes bool // texts end with their line where the next line is none of theirs
	repairs
}

// repairs are what was wrong in a JSON text and could be read all the same.
type repairs struct {
	halves   int // of surrogate pairs, which became U+FFFD
	controls int // raw control characters in texts, which were kept
	commas   int // with nothing after them, which were passed over
	missing  int // commas between elements
	twice    int // names in one object
	unclosed int // texts without a quote at their end
	rough
}

// rough is what JSON is not but what programs and people write for it.
type rough struct {
	quotes   int  // texts between single quotes, names without any
	words    int  // True, False, None and the like
	nans     int  // NaN and Infinity
	tuples   int  // lists between round brackets
	numbers  int  // written as JSON does not: 012, .5, +1
	escapes  int  // backslashes that escape nothing, which were kept
	comments int  // which were passed over
	spaces   int  // wide spaces and the like between values
	cut      bool // the text ends too early
	line     int  // where it ends
}

// mostNames of an object are looked at for one that stands twice.
const mostNames = 200

// maxMissing commas are forgotten; where more are missing something else is wrong.
const maxMissing = 10

// notes says each repair in a sentence.
func (r repairs) notes() (notes []string) {
	for _, of := range []struct {
		n         int
		one, many string
	}{
		{r.halves, "character was broken (half of a pair) and became �.", "characters were broken (halves of pairs) and became �."},
		{r.controls, "raw line break, tab or control character stood in a text and was kept.", "raw line breaks, tabs or control characters stood in texts and were kept."},
		{r.missing, "comma was missing between two values and was put there.", "commas were missing between values and were put there."},
		{r.commas, "comma had nothing after it and was passed over.", "commas had nothing after them and were passed over."},
		{r.quotes, "text or name was not between double quotes and was read all the same.", "texts or names were not between double quotes and were read all the same."},
		{r.words, "word such as True or None is not JSON and was read all the same.", "words such as True or None are not JSON and were read all the same."},
		{r.nans, "NaN or Infinity is no number in JSON and was kept as text.", "NaN or Infinity are no numbers in JSON and were kept as texts."},
		{r.tuples, "list stood between round brackets and was read all the same.", "lists stood between round brackets and were read all the same."},
		{r.numbers, "number is not written as JSON has it and was kept as text.", "numbers are not written as JSON has them and were kept as text."},
		{r.escapes, "backslash stood before a character that needs none and was kept.", "backslashes stood before characters that need none and were kept."},
		{r.comments, "comment is not JSON and was passed over; it stays in the uploaded original.", "comments are not JSON and were passed over; they stay in the uploaded original."},
		{r.twice, "name stood twice in one object; both values were kept.", "names stood twice in one object; both values were kept."},
		{r.unclosed, "text had no quote at its end and was ended with its line.", "texts had no quote at their end and were ended with their line."},
		{r.spaces, "space between values was a wide one and was passed over.", "spaces between values were wide ones and were passed over."},
	} {
		if of.n > 0 {
			notes = append(notes, plural(of.n, of.one, of.many))
		}
	}
	if r.cut {
		notes = append(notes, "The file ends too early, in line "+strconv.Itoa(r.line)+"; perhaps it was cut off. What comes before was read.")
	}
	return notes
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
	again := &jsonParser{text: p.text, pos: start, places: p.places, closes: true}
	if root, mended, wrong := again.whole(); wrong == nil && mended.unclosed > 0 {
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
		case strings.HasPrefix(rest, "//"), r == '#':
			p.comments++
			size = len(rest)
			if n := strings.IndexByte(rest, '\n'); n >= 0 {
				size = n
			}
		case strings.HasPrefix(rest, "/*") && strings.Contains(rest, "*/"):
			p.comments++
			size = strings.Index(rest, "*/") + 2
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
		err = p.each(')', "a comma or the closing ) is missing here", func() error { return p.item(&v) })
	default:
		err = p.each(']', "a comma or the closing ] is missing here", func() error { return p.item(&v) })
	}
	p.depth--
	return v, err
}

// each parses elements with commas between them up to the closing character.
func (p *jsonParser) each(closing byte, missing string, element func() error) error {
	if p.next() == closing {
		p.pos++
		return nil
	}
	if p.end() {
		return nil
	}
	for {
		if err := element(); err != nil {
			return err
		}
		c := p.next()
		if p.end() {
			return nil
		}
		switch c {
		case closing:
			p.pos++
			return nil
		case ',':
			p.pos++
		case '"', '{', '[': // the next element begins
			if p.missing++; p.missing > maxMissing {
				return p.failOr(missing)
			}
			continue
		default:
			return p.failOr(missing)
		}
		if p.next() == closing {
			p.commas++
			p.pos++
			return nil
		}
		if p.end() {
			return nil
		}
	}
}

func (p *jsonParser) item(v *value) error {
	item, err := p.value()
	if p.cut && item.kind == nullValue {
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
			return nil
		}
		return p.failOr("a colon is missing after the name")
	}
	p.pos++
	val, err := p.value()
	if p.cut && val.kind == nullValue { // nothing came
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
	p.pos += len(name)
	p.quotes++
	return name, nil
}
