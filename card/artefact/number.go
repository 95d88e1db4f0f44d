package artefact

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"cardstock/card"
)

// counted adds up the numbers in tensors, by their type.
type counted struct {
	types    map[string]uint64
	total    uint64
	tensors  int
	overflow bool // a shape is beyond all measure, so none of this is to be believed
}

const mostTypes = 40 // more than there are

func (c *counted) add(kind string, shape []uint64) {
	n := uint64(1)
	for _, d := range shape {
		over, product := bits.Mul64(n, d)
		if n = product; over > 0 {
			c.overflow = true
		}
	}
	sum, carry := bits.Add64(c.total, n, 0)
	if carry > 0 || sum > math.MaxInt64 {
		c.overflow = true
	}
	c.total = sum
	c.tensors++
	if c.types == nil {
		c.types = map[string]uint64{}
	}
	if _, known := c.types[kind]; known || len(c.types) < mostTypes {
		c.types[kind] += n
	}
}

// say proposes the parameters, and their types where those are known.
func (c *counted) say(g *gathering, from string) {
	if c.overflow {
		g.note("The shapes of the tensors make no sense together, so the parameters were not counted.")
		return
	}
	if c.tensors == 0 {
		return
	}
	g.say(modelType, "Parameters: "+amount(c.total)+" in "+plural(c.tensors, "tensor"), from)
	kinds := make([]string, 0, len(c.types))
	for kind := range c.types {
		kinds = append(kinds, kind)
	}
	slices.SortFunc(kinds, func(a, b string) int {
		if c.types[a] != c.types[b] {
			if c.types[a] > c.types[b] {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	for i, kind := range kinds {
		if len(kinds) > 1 {
			kinds[i] = kind + " (" + card.Grouped(c.types[kind]) + ")"
		}
	}
	if text := strings.Join(kinds, ", "); text != "" {
		g.say(modelType, "Number types: "+text, from)
	}
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return card.Grouped(uint64(n)) + " " + noun + "s"
}

// grouped writes a count as all counts are written, and leaves any other text as it is.
func grouped(text string) string {
	if n, err := strconv.ParseUint(text, 10, 64); err == nil {
		return card.Grouped(n)
	}
	return text
}

// amount adds to a large number how it is spoken.
func amount(n uint64) string {
	for _, unit := range []struct {
		size uint64
		name string
	}{{1e12, "trillion"}, {1e9, "billion"}, {1e6, "million"}} {
		if n >= unit.size {
			return card.Grouped(n) + fmt.Sprintf(" (%.3g %s)", float64(n)/float64(unit.size), unit.name)
		}
	}
	return card.Grouped(n)
}
