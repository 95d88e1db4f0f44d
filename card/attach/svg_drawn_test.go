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
}
