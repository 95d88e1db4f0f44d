package attach

import (
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
	drawn    int          // elements drawn in the end; 0: not counted yet, or in a circle
	counting bool
}

// drawnParts are the parts of a drawing, as they are read.
type drawnParts struct {
	byID map[string]*drawnPart
	open []*drawnPart // for each open element the part that it is, or is in; first the whole
}

func newDrawnParts() *drawnParts { return &drawnParts{map[string]*drawnPart{}, []*drawnPart{{}}} }

var inner = regexp.MustCompile(`#([A-Za-z0-9_.:-]+)`)

// start takes in an element with the attributes that are kept of it.
func (d *drawnParts) start(attributes map[string]string) {
	part := d.open[len(d.open)-1]
	if id := attributes["id"]; id != "" && d.byID[id] == nil { // the first of a name is what a reference leads to
		of := &drawnPart{}
		d.byID[id], part.parts = of, append(part.parts, of)
		part = of
	}
	part.elements++
	for name, value := range attributes {
		if name == "xlink:href" || strings.Contains(value, "url(") {
			for _, m := range inner.FindAllStringSubmatch(value, -1) {
				part.refers = append(part.refers, m[1])
			}
		}
	}
	d.open = append(d.open, part)
}

func (d *drawnParts) end() { d.open = d.open[:len(d.open)-1] }

// all returns how many elements are drawn in the end, or that it is more than maxDrawn.
func (d *drawnParts) all() int {
	n, _ := d.count(d.open[0])
	return n
}

// count returns how many elements a part draws, and whether that is because it is being counted already: a part in a circle is not drawn in itself. What
// such a part draws depends on what it is drawn in, and is counted each time; that ends at maxDrawn, as every one draws at least itself.
func (d *drawnParts) count(p *drawnPart) (n int, circular bool) {
	if p.counting {
		return 0, true
	}
	if p.drawn > 0 {
		return p.drawn, false
	}
	p.counting = true
	n = p.elements
	take := func(of *drawnPart) {
		if of != nil && n <= maxDrawn {
			more, around := d.count(of)
			n, circular = n+more, circular || around
		}
	}
	for _, of := range p.parts {
		take(of)
	}
	for _, id := range p.refers {
		take(d.byID[id])
	}
	if p.counting = false; !circular {
		p.drawn = n
	}
	return n, circular
}
