package format

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"cardstock/card"
)

// The text form of a protocol buffer: name: "text", name { … }, with comments after #. It is read here and not by protobuf's own
// package, because a name that the schema does not have must be kept, and a mistake told with its place.

// protoTextStart is how a model card in the text form begins, behind comments; a colon may be YAML, too.
var protoTextStart = regexp.MustCompile(`\A(?:\s|#[^\n]*\n)*(?:model_details|model_parameters|quantitative_analysis|considerations)\s*(:?)\s*[{<]`)

// parseProtoText reports whether a text is in the text form, and reads it.
func (d *Document) parseProtoText() (bool, error) {
	m := protoTextStart.FindStringSubmatch(d.text)
	if m == nil {
		return false, nil
	}
	p := &protoTextParser{text: d.text, places: d.places}
	root := p.message("", 0)
	if p.err != nil && m[1] == ":" {
		return false, nil
	}
	if p.err != nil {
		return true, p.err
	}
	d.json, d.proto = &root, true
	if p.cut {
		d.cut, d.notes = true, append(d.notes, tooEarly+"; what comes before the end was read.")
	}
	if p.breaks > 0 {
		d.notes = append(d.notes, plural(p.breaks, "text went on over the end of its line, and was read with the line break.", "texts went on over the end of their lines, and were read with the line breaks."))
	}
	return true, nil
}

type protoTextParser struct {
	text   string
	pos    int
	values int
	breaks int  // texts with raw line breaks
	cut    bool // the text ends in the middle of something
	places bool // texts are to say where they stand
	err    error
}

func (p *protoTextParser) fail(reason string) {
	if p.err == nil {
		line, column := position(p.text, p.pos)
		p.err = card.Errorf(card.Invalid, "This is not a valid text proto, at line %d, column %d: %s.", line, column, reason)
	}
}

var (
	protoSpace = regexp.MustCompile(`^(?:[\s,;]|#[^\n]*(?:\n|$))+`)
	protoName  = regexp.MustCompile(`^(?:[A-Za-z_][A-Za-z0-9_]*|\[[A-Za-z0-9_./-]+\])`)
	protoBare  = regexp.MustCompile(`^[-+]?[A-Za-z0-9_.+-]+`)
)

// take returns what matches next, and goes behind it.
func (p *protoTextParser) take(pattern *regexp.Regexp) string {
	s := pattern.FindString(p.text[p.pos:])
	p.pos += len(s)
	return s
}

// next passes spaces, comments and separators, and returns the byte that follows, 0 at the end.
func (p *protoTextParser) next() byte {
	p.take(protoSpace)
	if p.pos >= len(p.text) {
		return 0
	}
	return p.text[p.pos]
}

// message reads fields up to the closing mark, or to the end if there is none to come.
func (p *protoTextParser) message(closing string, depth int) value {
	o := newFieldList()
	if depth > maxDepth {
		p.fail("it is nested deeper than " + strconv.Itoa(maxDepth) + " levels")
	}
	for p.err == nil {
		c := p.next()
		if c == 0 {
			p.cut = p.cut || closing != ""
			break
		}
		if closing != "" && c == closing[0] {
			p.pos++
			break
		}
		name := p.take(protoName)
		if name == "" {
			p.fail("the name of a field is expected")
			break
		}
		p.field(o, name, depth)
	}
	return o.object()
}

func (p *protoTextParser) field(o *fieldList, name string, depth int) {
	c := p.next()
	if c == ':' {
		p.pos++
		c = p.next()
	} else if c != '{' && c != '<' && c != 0 {
		p.fail("a colon or { is missing here")
		return
	}
	if c != '[' {
		p.value(o, name, c, depth)
		return
	}
	for p.pos++; p.err == nil; {
		if c = p.next(); c == ']' || c == 0 {
			p.cut = p.cut || c == 0
			p.pos = min(p.pos+1, len(p.text))
			return
		}
		p.value(o, name, c, depth)
	}
}

func (p *protoTextParser) value(o *fieldList, name string, c byte, depth int) {
	if p.values++; p.values > maxValues {
		p.fail("it holds more values than any card")
		return
	}
	switch c {
	case 0:
		p.cut = true
	case '{', '<':
		p.pos++
		o.add(name, false, p.message(map[byte]string{'{': "}", '<': ">"}[c], depth+1))
	case '"', '\'':
		var b strings.Builder
		at, to := p.pos, p.pos
		for ; c == '"' || c == '\''; c = p.next() { // texts side by side are one
			p.quoted(&b, c)
			to = p.pos
		}
		p.say(o, name, value{kind: textValue, text: strings.ToValidUTF8(b.String(), "\ufffd"), from: p.from(at, to)})
	default:
		bare := p.take(protoBare)
		if bare == "" {
			p.fail("a value is expected")
		}
		p.say(o, name, value{kind: numberValue, text: bare})
	}
}

func (p *protoTextParser) from(at, to int) *origin {
	if !p.places {
		return nil
	}
	return &origin{at: at, to: to}
}

func (p *protoTextParser) say(o *fieldList, name string, v value) {
	clean, err := card.CleanText(v.text)
	if err != nil && p.err == nil {
		p.err = err
	}
	v.text = clean
	o.add(name, false, v)
}

// quoted reads a text up to its closing quote.
func (p *protoTextParser) quoted(b *strings.Builder, quote byte) {
	broken := false
	for p.pos++; p.pos < len(p.text); p.pos++ {
		switch c := p.text[p.pos]; c {
		case quote:
			p.pos++
			return
		case '\\':
			p.escape(b)
		case '\n':
			if !broken {
				broken = true
				p.breaks++
			}
			fallthrough
		default:
			b.WriteByte(c)
		}
	}
	p.cut = true
}

var protoEscapes = map[byte]byte{'n': '\n', 't': '\t', 'r': '\r', 'a': '\a', 'b': '\b', 'f': '\f', 'v': '\v', '\\': '\\', '\'': '\'', '"': '"', '?': '?'}

var protoCode = regexp.MustCompile(`^(?:[0-7]{1,3}|[xX][0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})`)

// escape reads what follows a backslash; the position ends on its last byte. A code is a byte, or with u a character.
func (p *protoTextParser) escape(b *strings.Builder) {
	rest := p.text[p.pos+1:]
	code := protoCode.FindString(rest)
	p.pos += len(code)
	switch {
	case rest == "":
	case code == "" && protoEscapes[rest[0]] != 0:
		b.WriteByte(protoEscapes[rest[0]])
		p.pos++
	case code == "":
		b.WriteByte('\\') // it stands for nothing but itself
	case code[0] == 'u' || code[0] == 'U':
		n, _ := strconv.ParseUint(code[1:], 16, 32)
		b.WriteString(string(rune(min(n, utf8.MaxRune+1))))
	case code[0] == 'x' || code[0] == 'X':
		n, _ := strconv.ParseUint(code[1:], 16, 8)
		b.WriteByte(byte(n))
	default:
		n, _ := strconv.ParseUint(code, 8, 16)
		b.WriteByte(byte(n))
	}
}
