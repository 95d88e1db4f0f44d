package attach

import (
	"bytes"
	"encoding/binary"
)

// The markers of JPEG that matter here.
const (
	soi, eoi, sos, com  = 0xD8, 0xD9, 0xDA, 0xFE
	app0, app1, app2    = 0xE0, 0xE1, 0xE2
	app13, app14, app15 = 0xED, 0xEE, 0xEF
)

const exifStart = "Exif\x00\x00"

func cleanJPEG(data []byte) (*File, error) {
	j := &jpegCleaner{f: &File{MediaType: JPEG}, out: bytes.NewBuffer(make([]byte, 0, len(data)))}
	j.out.Write(data[:2])
	rest := data[2:]
	for {
		for len(rest) > 1 && rest[0] == 0xFF && rest[1] == 0xFF { // filling
			rest = rest[1:]
		}
		if len(rest) < 2 || rest[0] != 0xFF {
			return nil, broken("JPEG")
		}
		marker := rest[1]
		if marker == eoi {
			if len(rest) > 2 {
				j.f.remove(behind)
			}
			j.out.Write(rest[:2])
			break
		}
		if len(rest) < 4 || int(binary.BigEndian.Uint16(rest[2:])) < 2 || int(binary.BigEndian.Uint16(rest[2:]))+2 > len(rest) {
			return nil, broken("JPEG")
		}
		size := int(binary.BigEndian.Uint16(rest[2:])) + 2
		if err := j.segment(marker, rest[:size], rest[4:size]); err != nil {
			return nil, err
		}
		if rest = rest[size:]; marker == sos {
			n := scan(rest)
			j.out.Write(rest[:n])
			j.points = true
			rest = rest[n:]
		}
	}
	if j.f.Bytes = j.out.Bytes(); !j.points || j.f.Width == 0 {
		return nil, broken("JPEG")
	}
	return j.f, nil
}

type jpegCleaner struct {
	f      *File
	out    *bytes.Buffer
	points bool
	turn   bool
}

// segment keeps or cuts out one segment.
func (j *jpegCleaner) segment(marker byte, whole, body []byte) error {
	switch {
	case marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC: // the frame
		if len(body) < 6 {
			return broken("JPEG")
		}
		j.f.Height, j.f.Width = int(binary.BigEndian.Uint16(body[1:])), int(binary.BigEndian.Uint16(body[3:]))
		if j.f.Width == 0 || j.f.Height == 0 {
			return broken("JPEG")
		}
		j.out.Write(whole)
	case marker == app0 && bytes.HasPrefix(body, []byte("JFIF\x00")) && len(body) >= 14:
		j.jfif(whole, body)
	case marker == app2 && bytes.HasPrefix(body, []byte("ICC_PROFILE\x00")), marker == app14 && bytes.HasPrefix(body, []byte("Adobe")) && len(body) == 12:
		j.out.Write(whole)
	case marker == app1 && bytes.HasPrefix(body, []byte(exifStart)):
		if keep := j.f.exif(body[len(exifStart):]); keep != nil && !j.turn {
			j.turn = true
			j.write(app1, append([]byte(exifStart), keep...))
		}
	case marker == app1:
		j.f.remove(xmp)
	case marker == app13:
		j.f.remove(iptc)
	case marker == com:
		j.f.remove(comments)
	case marker == app0:
		j.f.remove(preview)
	case marker > app0 && marker <= app15:
		j.f.remove(others)
	case marker >= 0xC0 && marker < app0:
		j.out.Write(whole)
	default:
		j.f.remove(others)
	}
	return nil
}

// jfif keeps the resolution and cuts out the preview that may follow it.
func (j *jpegCleaner) jfif(whole, body []byte) {
	if len(body) == 14 && body[12] == 0 && body[13] == 0 {
		j.out.Write(whole)
		return
	}
	j.f.remove(preview)
	j.write(app0, append(bytes.Clone(body[:12]), 0, 0))
}

func (j *jpegCleaner) write(marker byte, body []byte) {
	j.out.Write(binary.BigEndian.AppendUint16([]byte{0xFF, marker}, uint16(len(body)+2)))
	j.out.Write(body)
}

// scan returns how many bytes of points there are before the next marker.
func scan(b []byte) int {
	for i := 0; i+1 < len(b); i++ {
		if b[i] == 0xFF && b[i+1] != 0 && (b[i+1] < 0xD0 || b[i+1] > 0xD7) && b[i+1] != 0xFF {
			return i
		}
	}
	return len(b)
}
