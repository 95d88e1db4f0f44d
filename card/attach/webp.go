package attach

import (
	"bytes"
	"encoding/binary"
)

// webpKept are the chunks that make the picture.
var webpKept = map[string]bool{"VP8 ": true, "VP8L": true, "VP8X": true, "ALPH": true, "ANIM": true, "ANMF": true, "ICCP": true}

const (
	webpHasEXIF = 0x08
	webpHasXMP  = 0x04
	frameHead   = 16 // bytes of an animation's frame before its own chunks
)

func cleanWebP(data []byte) (*File, error) {
	w := &webpCleaner{f: &File{MediaType: WebP}}
	size := uint64(binary.LittleEndian.Uint32(data[4:])) + 8
	if size > uint64(len(data)) || size < 20 {
		return nil, broken("WebP")
	}
	if size < uint64(len(data)) {
		w.f.remove(behind)
	}
	out, ok := w.chunks(data[12:size], true)
	if !ok || w.f.Width <= 0 || w.f.Height <= 0 || !w.points {
		return nil, broken("WebP")
	}
	head := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(out)+4))
	w.f.Bytes = append(append(head, "WEBP"...), out...)
	return w.f, nil
}

type webpCleaner struct {
	f      *File
	points bool
}

// chunks keeps those of a list that make the picture. The frames of an animation are such lists, too.
func (w *webpCleaner) chunks(rest []byte, top bool) ([]byte, bool) {
	out := bytes.NewBuffer(make([]byte, 0, len(rest)))
	flags := -1 // where the first chunk says what follows
	var turn []byte
	for len(rest) > 0 {
		if len(rest) < 8 || uint64(binary.LittleEndian.Uint32(rest[4:]))+8 > uint64(len(rest)) {
			return nil, false
		}
		name, body := string(rest[:4]), rest[8:8+binary.LittleEndian.Uint32(rest[4:])]
		rest = rest[min(8+len(body)+len(body)&1, len(rest)):]
		switch {
		case name == "EXIF":
			turn = w.f.exif(bytes.TrimPrefix(body, []byte(exifStart)))
		case name == "XMP ":
			w.f.remove(xmp)
		case !webpKept[name]:
			w.f.remove(others)
		case name == "ANMF":
			if len(body) < frameHead || !top {
				return nil, false
			}
			frame, ok := w.chunks(body[frameHead:], false)
			if !ok {
				return nil, false
			}
			writeWebP(out, name, append(bytes.Clone(body[:frameHead]), frame...))
		default:
			if name == "VP8X" {
				flags = out.Len() + 8
			}
			if !w.measure(name, body) {
				return nil, false
			}
			writeWebP(out, name, body)
		}
	}
	if b := out.Bytes(); flags >= 0 {
		b[flags] &^= webpHasEXIF | webpHasXMP
		if turn != nil {
			b[flags] |= webpHasEXIF
			writeWebP(out, "EXIF", turn)
		}
	}
	return out.Bytes(), true
}

// measure reads the size of the picture from the chunk that has it.
func (w *webpCleaner) measure(name string, b []byte) bool {
	width, height := 0, 0
	switch {
	case name == "VP8X" && len(b) >= 10:
		width, height = 1+(int(b[4])|int(b[5])<<8|int(b[6])<<16), 1+(int(b[7])|int(b[8])<<8|int(b[9])<<16)
	case name == "VP8L" && len(b) >= 5 && b[0] == 0x2F:
		bits := binary.LittleEndian.Uint32(b[1:])
		width, height, w.points = 1+int(bits&0x3FFF), 1+int(bits>>14&0x3FFF), true
	case name == "VP8 " && len(b) >= 10 && string(b[3:6]) == "\x9d\x01\x2a":
		width, height, w.points = int(binary.LittleEndian.Uint16(b[6:])&0x3FFF), int(binary.LittleEndian.Uint16(b[8:])&0x3FFF), true
	default:
		return name[:3] != "VP8"
	}
	w.f.Width, w.f.Height = max(w.f.Width, width), max(w.f.Height, height)
	return true
}

func writeWebP(out *bytes.Buffer, name string, body []byte) {
	out.WriteString(name)
	out.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(body))))
	out.Write(body)
	if len(body)%2 == 1 {
		out.WriteByte(0)
	}
}
