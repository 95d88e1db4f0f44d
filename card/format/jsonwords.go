package format

import (
	"regexp"
	"strings"
)

// Words and numbers of JSON, and what other languages write for them.

// roughWords are what Python and JavaScript write. What is no number has none in JSON and is kept as text.
var roughWords = []struct {
	word  string
	value value
}{
	{"None", value{kind: nullValue, text: "null"}}, {"undefined", value{kind: nullValue, text: "null"}}, {"True", value{kind: boolValue, text: "true"}},
	{"False", value{kind: boolValue, text: "false"}}, {"NaN", newText("NaN")}, {"Infinity", newText("Infinity")}, {"-Infinity", newText("-Infinity")},
	{"nan", newText("nan")}, {"inf", newText("inf")}, {"-inf", newText("-inf")},
}

func (p *jsonParser) word() (value, error) {
	for word, kind := range map[string]valueKind{"null": nullValue, "true": boolValue, "false": boolValue} {
		if strings.HasPrefix(p.text[p.pos:], word) {
			p.pos += len(word)
			return value{kind: kind, text: word}, nil
		}
	}
	for _, of := range roughWords {
		if strings.HasPrefix(p.text[p.pos:], of.word) {
			p.pos += len(of.word)
			if of.value.kind == textValue {
				p.nans++
			} else {
				p.words++
			}
			p.mend(p.pos-len(of.word), p.pos, of.value.compact())
			return of.value, nil
		}
	}
	if len(p.text)-p.pos < len("false") && (strings.HasPrefix("false", p.text[p.pos:]) || strings.HasPrefix("true", p.text[p.pos:]) || strings.HasPrefix("null", p.text[p.pos:])) {
		p.pos = len(p.text) // half a word
		p.end()
		return value{kind: nullValue, text: "null"}, nil
	}
	return value{}, p.failOr("a value is expected here: text in double quotes, a number, a list or an object")
}

var numberPattern = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// roughNumber is what other languages take for one.
var roughNumber = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)

// number parses a JSON number and keeps it as it is written: 0.90 stays 0.90.
func (p *jsonParser) number() (value, error) {
	start := p.pos
	for p.pos < len(p.text) && strings.IndexByte("+-.0123456789eE", p.text[p.pos]) >= 0 {
		p.pos++
	}
	s := p.text[start:p.pos]
	if !numberPattern.MatchString(s) {
		if roughNumber.MatchString(s) || p.pos == len(p.text) {
			p.numbers++
			p.mend(start, p.pos, quote(s))
			return newText(s), nil
		}
		p.pos = start
		return value{}, p.fail("this is not a number as JSON writes it")
	}
	return value{kind: numberValue, text: s}, nil
}
