package artefact

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A GGUF file begins with its magic, its version and two counts: of the tensors, and of the pairs of metadata. The pairs come next, then the
// names and shapes of the tensors.

func isGGUF(data []byte) bool { return bytes.HasPrefix(data, []byte("GGUF")) }

// A cursor reads numbers and texts one after the other. Once the data ends too early, or says what cannot be, it reads nothing more.
type cursor struct {
	data  []byte
	order binary.ByteOrder
	wide  bool // counts have 8 bytes; in the first version they had 4
	short bool // the data ended
	wrong bool // it is damaged
}

func (c *cursor) done() bool { return c.short || c.wrong }

func (c *cursor) take(n uint64) []byte {
	if c.done() || n > uint64(len(c.data)) {
		c.short = c.short || !c.wrong
		return make([]byte, min(n, 8))
	}
	b := c.data[:n]
	c.data = c.data[n:]
	return b
}

func (c *cursor) u32() uint32 { return c.order.Uint32(c.take(4)) }
func (c *cursor) u64() uint64 { return c.order.Uint64(c.take(8)) }

func (c *cursor) count() uint64 {
	if c.wide {
		return c.u64()
	}
	return uint64(c.u32())
}

func (c *cursor) text() string {
	n := c.count()
	if n > 1<<30 {
		c.wrong = true
	}
	if b := c.take(n); !c.done() {
		return string(b)
	}
	return ""
}

// ggufSizes are the bytes of a number by its type; text and array have none.
var ggufSizes = map[uint32]uint64{0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}

const (
	ggufText  = 8
	ggufArray = 9
)

// value reads a value as text. Of an array of texts it gives the first, with their number; of others the number alone.
func (c *cursor) value(kind uint32, depth int) (text string, items uint64) {
	switch size, number := ggufSizes[kind], kind != ggufText && kind != ggufArray; {
	case number && size == 0 || depth > 3:
		c.wrong = true
		return "", 0
	case number:
		return c.number(kind, c.take(size)), 1
	case kind == ggufText:
		return c.text(), 1
	}
	return c.array(depth)
}

func (c *cursor) array(depth int) (string, uint64) {
	kind, n := c.u32(), c.count()
	if size := ggufSizes[kind]; size > 0 {
		if n > math.MaxUint64/size {
			c.wrong = true
			return "", 0
		}
		c.take(n * size)
		return "", n
	}
	const shown = 20
	var texts []string
	for i := uint64(0); i < n && !c.done(); i++ { // each takes bytes, so they end
		if text, _ := c.value(kind, depth+1); len(texts) < shown && kind == ggufText && len(text) <= mostText {
			texts = append(texts, text)
		}
	}
	if n > shown {
		texts = nil
	}
	return strings.Join(texts, ", "), n
}

func (c *cursor) number(kind uint32, b []byte) string {
	switch kind {
	case 0, 7:
		return strconv.Itoa(int(b[0]))
	case 1:
		return strconv.Itoa(int(int8(b[0])))
	case 2:
		return strconv.Itoa(int(c.order.Uint16(b)))
	case 3:
		return strconv.Itoa(int(int16(c.order.Uint16(b))))
	case 4:
		return strconv.FormatUint(uint64(c.order.Uint32(b)), 10)
	case 5:
		return strconv.Itoa(int(int32(c.order.Uint32(b))))
	case 6:
		return fmt.Sprint(math.Float32frombits(c.order.Uint32(b)))
	case 10:
		return strconv.FormatUint(c.order.Uint64(b), 10)
	case 11:
		return strconv.FormatInt(int64(c.order.Uint64(b)), 10)
	}
	return fmt.Sprint(math.Float64frombits(c.order.Uint64(b)))
}

func readGGUF(g *gathering, file []byte) error {
	c := &cursor{data: file[4:], order: binary.LittleEndian}
	v := c.u32()
	if v > 0xffff { // written by a machine with the other order of bytes
		c.order = binary.BigEndian
		v = v>>24 | v>>8&0xff00
	}
	c.wide = v >= 2
	if v == 0 || v > 100 {
		return invalid("This file calls itself GGUF, but its version is none that there is.")
	}
	count, pairs := c.count(), c.count()
	m := &ggufMetadata{gathering: g}
	for i := uint64(0); i < pairs && !c.done(); i++ {
		key := c.text()
		text, items := c.value(c.u32(), 0)
		if c.done() {
			break
		}
		m.pair(key, text, items)
	}
	params := &counted{}
	for i := uint64(0); i < count && !c.done(); i++ {
		c.tensor(params)
	}
	if c.wrong {
		return invalid("This GGUF file is damaged: %d bytes from its start something stands that the format does not have.", len(file)-len(c.data))
	}
	if c.short {
		g.note("The part of the file that was read ends before the shapes of its tensors do, so the parameters were not counted. What stands further back is not proposed.")
		return nil
	}
	params.types = nil // those of quantised tensors are many; the file type says it shorter
	params.say(g, "shapes of the tensors")
	return nil
}

func (c *cursor) tensor(params *counted) {
	c.text()
	dims := c.u32()
	if dims > 8 {
		c.wrong = true
		return
	}
	shape := make([]uint64, dims)
	for i := range shape {
		shape[i] = c.count()
	}
	if c.take(4 + 8); !c.done() { // type and place
		params.add("", shape)
	}
}
