package attach

import (
	"encoding/xml"
	"regexp"
	"strings"
)

// A drawing may refer to its own parts, and these to others. Ten parts of which each uses the next one ten times are drawn as ten thousand
// million, at which every browser stops; so what is drawn in the end is counted, not what is written.

// maxDrawn is how many elements are drawn, those that are referred to as often as they are.
const maxDrawn = 1_000_000

// A drawnPart is the whole drawing, or an element with an id.
type drawnPart struct {
	elements int          // in it, without those of the parts in it
	parts    []*drawnPart // in it
	refers   []string     // ids of parts that are drawn in it, as often as they are
	drawn    int          // elements drawn in the end; 0: not counted yet
	counting bool
}

// drawnParts are the parts of a drawing, as they are read.
type drawnParts struct {
	byID map[string]*drawnPart
	open []*drawnPart // for each open element the part that it is, or is in; first the whole
}

func newDrawnParts() *drawnParts { return &drawnParts{map[string]*drawnPart{}, []*drawnPart{{}}} }

var inner = regexp.MustCompile(`#([A-Za-z0-9_.:-]+)`)

// start takes in an element.
func (d *drawnParts) start(attributes []xml.Attr) {
	part := d.open[len(d.open)-1]
	for _, a := range attributes {
		if a.Name.Local == "id" && d.byID[a.Value] == nil { // the first of a name is what a reference leads to
			of := &drawnPart{}
			d.byID[a.Value], part.parts = of, append(part.parts, of)
			part = of
			break
		}
	}
	part.elements++
	for _, a := range attributes {
		if a.Name.Local == "href" || strings.Contains(a.Value, "url(") {
			for _, m := range inner.FindAllStringSubmatch(a.Value, -1) {
				part.refers = append(part.refers, m[1])
			}
		}
	}
	d.open = append(d.open, part)
}

func (d *drawnParts) end() { d.open = d.open[:len(d.open)-1] }

// all returns how many elements are drawn in the end, or that it is more than maxDrawn.
func (d *drawnParts) all() int { return d.count(d.open[0]) }

func (d *drawnParts) count(p *drawnPart) int {
	if p.counting { // in a circle: no browser draws that
		return 0
	}
	if p.drawn > 0 {
		return p.drawn
	}
	p.counting = true
	n := p.elements
	for _, of := range p.parts {
		n = min(n+d.count(of), maxDrawn+1)
	}
	for _, id := range p.refers {
		if of := d.byID[id]; of != nil {
			n = min(n+d.count(of), maxDrawn+1)
		}
	}
	p.counting, p.drawn = false, n
	return n
}
