package attach

import (
	"bytes"
	"encoding/binary"
)

// gifKept are the applications whose blocks make the picture: how often an animation runs, and its colours.
var gifKept = map[string]bool{"NETSCAPE2.0": true, "ANIMEXTS1.0": true, "ICCRGBG1012": true}

func cleanGIF(data []byte) (*File, error) {
	g := &gifCleaner{f: &File{MediaType: GIF}, out: bytes.NewBuffer(make([]byte, 0, len(data))), rest: data}
	if len(data) < 13 {
		return nil, broken("GIF")
	}
	g.f.Width, g.f.Height = int(binary.LittleEndian.Uint16(data[6:])), int(binary.LittleEndian.Uint16(data[8:]))
	ok := g.take(13+colours(data[10]), true) && g.f.Width > 0 && g.f.Height > 0
	for ok && len(g.rest) > 0 {
		switch g.rest[0] {
		case 0x3B: // the end
			if len(g.rest) > 1 {
				g.f.remove(behind)
			}
			g.out.WriteByte(0x3B)
			if g.f.Bytes = g.out.Bytes(); !g.points {
				return nil, broken("GIF")
			}
			return g.f, nil
		case 0x2C: // a picture
			ok = len(g.rest) > 10 && g.take(10+colours(g.rest[9])+1, true) && g.blocks(true)
			g.points = true
		case 0x21:
			ok = g.extension()
		default:
			ok = false
		}
	}
	return nil, broken("GIF")
}

// colours is how many bytes of colours follow, as a byte of flags says.
func colours(flags byte) int {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (flags&7 + 1)
}

type gifCleaner struct {
	f      *File
	out    *bytes.Buffer
	rest   []byte
	points bool
}

// take goes on by n bytes, and keeps them or not.
func (g *gifCleaner) take(n int, keep bool) bool {
	if n > len(g.rest) {
		return false
	}
	if keep {
		g.out.Write(g.rest[:n])
	}
	g.rest = g.rest[n:]
	return true
}

// blocks goes over a list of blocks, each of which says how long it is.
func (g *gifCleaner) blocks(keep bool) bool {
	for len(g.rest) > 0 {
		n := int(g.rest[0])
		if !g.take(1+n, keep) {
			return false
		}
		if n == 0 {
			return true
		}
	}
	return false
}

func (g *gifCleaner) extension() bool {
	if len(g.rest) < 3 {
		return false
	}
	keep := g.rest[1] == 0xF9
	switch g.rest[1] {
	case 0xF9: // how a picture of the animation is shown
	case 0xFE:
		g.f.remove(comments)
	case 0xFF:
		application := ""
		if len(g.rest) > 14 && g.rest[2] == 11 {
			application = string(g.rest[3:14])
		}
		if keep = gifKept[application]; application == "XMP DataXMP" {
			g.f.remove(xmp)
		} else if !keep {
			g.f.remove(others)
		}
	case 0x01:
		g.f.remove(texts)
	default:
		g.f.remove(others)
	}
	return g.take(2, keep) && g.blocks(keep)
}
