package attach

import (
	"fmt"
	"strings"
	"testing"

	"cardstock/card"
)

// drawing is an SVG of parts, each of which draws the next one so many times.
func drawing(parts, times int, refer string) string {
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9"><defs>`)
	for i := range parts {
		fmt.Fprintf(&b, `<g id="p%d"><g id="inner%d">%s</g></g>`, i, i, strings.Repeat(fmt.Sprintf(refer, i+1), times))
	}
	fmt.Fprintf(&b, `<path id="p%d" d="M0 0"/></defs><use xlink:href="#p0"/></svg>`, parts)
	return b.String()
}

// TestADrawingThatRepeatsItself: what refers to its parts and these to others is counted as it is drawn.
func TestADrawingThatRepeatsItself(t *testing.T) {
	for _, refer := range []string{`<use xlink:href="#p%d"/>`, `<use href="#p%d"/>`, `<path mask="url(#p%d)"/>`, `<path style="fill: red; mask: url('#p%d')"/>`} {
		if _, err := Clean([]byte(drawing(10, 10, refer))); card.CodeOf(err) != card.TooLarge || !strings.Contains(err.Error(), "1000000") {
			t.Errorf("%s ten times in ten parts: %v", refer, err)
		}
		if f, err := Clean([]byte(drawing(4, 10, refer))); err != nil || f.MediaType != SVG {
			t.Errorf("%s ten times in four parts: %v", refer, err)
		}
		if _, err := Clean([]byte(drawing(500, 1, refer))); err != nil {
			t.Errorf("%s one after the other: %v", refer, err)
		}
	}
	circle := `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><g id="a"><use href="#b"/></g><g id="b"><use href="#a"/><use href="#gone"/></g></svg>`
	if _, err := Clean([]byte(circle)); err != nil {
		t.Errorf("in a circle: %v", err)
	}
	many := `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><linearGradient id="g"><stop/><stop/></linearGradient>` + strings.Repeat(`<path fill="url(#g)" d="M0 0"/>`, 100_000) + `</svg>`
	if _, err := Clean([]byte(many)); err != nil {
		t.Errorf("a hundred thousand points of one colour: %v", err)
	}
	// An id that is not kept is none, and one in a foreign name space hides no other.
	decoy := strings.ReplaceAll(strings.Replace(drawing(10, 10, `<use xlink:href="#p%d"/>`), "<svg ", `<svg xmlns:q="urn:q" `, 1), `<g id="p`, `<g q:id="z" id="p`)
	if _, err := Clean([]byte(decoy)); card.CodeOf(err) != card.TooLarge {
		t.Errorf("behind other ids: %v", err)
	}
	// Each part draws all others: none of these circles is drawn, and still there are more ways through them than there is time.
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">`)
	for i := range 14 {
		fmt.Fprintf(&b, `<g id="c%d"><path d="M0 0"/>`, i)
		for j := range 14 {
			if i != j {
				fmt.Fprintf(&b, `<use href="#c%d"/>`, j)
			}
		}
		b.WriteString("</g>")
	}
	if _, err := Clean([]byte(b.String() + "</svg>")); card.CodeOf(err) != card.TooLarge {
		t.Errorf("in many circles: %v", err)
	}
	self := `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><g id="a">` + strings.Repeat(`<use href="#a"/>`, 90_000) + `</g></svg>`
	if _, err := Clean([]byte(self)); err != nil {
		t.Errorf("ninety thousand times in itself: %v", err)
	}
}
