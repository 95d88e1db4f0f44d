package attach

import "encoding/binary"

// tiff is what EXIF holds of interest: how the picture must be turned, and whether it says where it was taken.
type tiff struct {
	orientation int // 1 to 8; 1 is as it lies
	place       bool
}

const (
	tagOrientation = 0x0112
	tagGPS         = 0x8825
)

// readTIFF reads the first directory of EXIF. What is broken in it says nothing.
func readTIFF(b []byte) tiff {
	t := tiff{orientation: 1}
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case len(b) < 8:
		return t
	case string(b[:2]) == "MM":
		order = binary.BigEndian
	}
	at := uint64(order.Uint32(b[4:]))
	if at+2 > uint64(len(b)) {
		return t
	}
	n := int(order.Uint16(b[at:]))
	for i, entry := 0, b[at+2:]; i < n && len(entry) >= 12; i, entry = i+1, entry[12:] {
		switch order.Uint16(entry) {
		case tagOrientation:
			if v := int(order.Uint16(entry[8:])); v >= 1 && v <= 8 {
				t.orientation = v
			}
		case tagGPS:
			t.place = true
		}
	}
	return t
}

// turned is EXIF that says how to turn the picture and nothing else: without it a photograph would lie on its side.
func turned(orientation int) []byte {
	return []byte{'M', 'M', 0, '*', 0, 0, 0, 8, 0, 1, tagOrientation >> 8, tagOrientation & 0xFF, 0, 3, 0, 0, 0, 1, 0, byte(orientation), 0, 0, 0, 0, 0, 0}
}

// exif notes what EXIF is cut out, and returns what must stay in its place, nil for nothing.
func (f *File) exif(b []byte) []byte {
	t := readTIFF(b)
	var keep []byte
	if t.orientation != 1 {
		keep = turned(t.orientation)
	}
	if string(b) == string(keep) {
		return keep
	}
	f.remove(exif)
	if t.place {
		f.remove(place)
	}
	return keep
}
