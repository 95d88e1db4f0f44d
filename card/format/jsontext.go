package format

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"cardstock/card"
)

// afterText is what stands behind a text that has ended: a bracket that closes, or the next name.
var afterText = regexp.MustCompile(`^\s*(?:[}\]]\s*(?:[,}\]\n]|$)|"[^"\n]{1,100}"\s*:)`)

// maxLook is how far that is looked for.
const maxLook = 300

// str parses a string; its opening quote is at the position.
func (p *jsonParser) str() (string, error) {
	closing := rune(p.text[p.pos])
	var b strings.Builder
	if closing != '"' {
		p.quotes++
	}
	start := p.pos
	p.inString, p.before = true, len(p.mends)
	defer func() { p.mendString(start, b.String()) }()
	p.pos++
	for p.pos < len(p.text) {
		run := strings.IndexFunc(p.text[p.pos:], func(r rune) bool { return r == closing || r == '\\' || r < ' ' })
		if run < 0 {
			b.WriteString(p.text[p.pos:])
			p.pos = len(p.text)
			break
		}
		b.WriteString(p.text[p.pos : p.pos+run])
		p.pos += run
		switch c := p.text[p.pos]; {
		case rune(c) == closing:
			p.pos++
			return card.CleanText(b.String())
		case p.closes && c == '\n' && afterText.MatchString(p.text[p.pos:min(p.pos+maxLook, len(p.text))]):
			p.unclosed++
			p.mend(p.pos, p.pos, `"`)
			return card.CleanText(b.String())
		case c < ' ':
			if p.controls++; p.noting() {
				p.mend(p.pos, p.pos+1, strings.Trim(quote(string(c)), `"`))
			}
			b.WriteByte(c)
			p.pos++
			continue
		}
		if err := p.escape(&b); err != nil {
			return "", err
		}
	}
	p.end()
	p.mend(p.pos, p.pos, `"`)
	return card.CleanText(b.String())
}

func (p *jsonParser) escape(b *strings.Builder) error {
	rest := p.text[p.pos+1:]
	if rest == "" {
		p.mend(p.pos, p.pos+1, "")
		p.pos = len(p.text)
		return nil
	}
	if i := strings.IndexByte(`"\/bfnrt`, rest[0]); i >= 0 {
		b.WriteByte("\"\\/\b\f\n\r\t"[i])
		p.pos += 2
		return nil
	}
	r, ok := hex4(rest)
	if rest[0] == '\'' {
		b.WriteByte('\'')
		p.mend(p.pos, p.pos+1, "")
		p.pos += 2
		return nil
	}
	if !ok {
		p.escapes++
		p.mend(p.pos, p.pos, `\`)
		b.WriteByte('\\')
		p.pos++
		return nil
	}
	if r == 0 {
		return nulAt(p.text, p.pos)
	}
	p.pos += 6
	if utf16.IsSurrogate(r) {
		r = p.pair(r)
	}
	b.WriteRune(r)
	return nil
}

// pair joins a surrogate with the one that follows; one alone becomes U+FFFD and is counted.
func (p *jsonParser) pair(first rune) rune {
	if strings.HasPrefix(p.text[p.pos:], `\`) {
		if second, ok := hex4(p.text[p.pos+1:]); ok {
			if r := utf16.DecodeRune(first, second); r != utf8.RuneError {
				p.pos += 6
				return r
			}
		}
	}
	p.halves++
	return utf8.RuneError
}

// hex4 reads the u and the four digits of an escape.
func hex4(s string) (rune, bool) {
	if len(s) < 5 || s[0] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[1:5], 16, 16)
	return rune(n), err == nil
}
