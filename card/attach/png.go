package attach

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

const pngStart = "\x89PNG\r\n\x1a\n"

// pngKept are the chunks that make the picture: its points, colours, transparency and animation.
var pngKept = map[string]bool{"IHDR": true, "PLTE": true, "IDAT": true, "IEND": true, "tRNS": true, "cHRM": true, "gAMA": true, "iCCP": true, "sBIT": true,
	"sRGB": true, "cICP": true, "mDCV": true, "cLLI": true, "bKGD": true, "hIST": true, "pHYs": true, "acTL": true, "fcTL": true, "fdAT": true}

// pngWords name what the other chunks hold.
var pngWords = map[string]string{"tEXt": texts, "zTXt": texts, "iTXt": texts, "tIME": when}

func cleanPNG(data []byte) (*File, error) {
	f := &File{MediaType: PNG}
	out := bytes.NewBuffer(make([]byte, 0, len(data)))
	out.WriteString(pngStart)
	var points, turn bool
	for rest := data[len(pngStart):]; ; {
		if len(rest) < 12 || uint64(binary.BigEndian.Uint32(rest))+12 > uint64(len(rest)) {
			return nil, broken("PNG")
		}
		size := int(binary.BigEndian.Uint32(rest))
		name, body, whole := string(rest[4:8]), rest[8:8+size], rest[:size+12]
		rest = rest[size+12:]
		if (f.Width == 0) != (name == "IHDR") {
			return nil, broken("PNG")
		}
		switch {
		case name == "IHDR":
			if size != 13 || crc32.ChecksumIEEE(whole[4:8+size]) != binary.BigEndian.Uint32(whole[8+size:]) {
				return nil, broken("PNG")
			}
			f.Width, f.Height = int(binary.BigEndian.Uint32(body)), int(binary.BigEndian.Uint32(body[4:]))
			if f.Width <= 0 || f.Height <= 0 || f.Width > 1<<31-1 || f.Height > 1<<31-1 {
				return nil, broken("PNG")
			}
			out.Write(whole)
		case pngKept[name]:
			points = points || name == "IDAT"
			out.Write(whole)
		case name == "eXIf":
			if keep := f.exif(body); keep != nil && !turn && !points {
				writePNG(out, "eXIf", keep)
				turn = true
			}
		case pngWords[name] != "":
			f.remove(pngWords[name])
		default:
			f.remove(others)
		}
		if name == "IEND" {
			if len(rest) > 0 {
				f.remove(behind)
			}
			if f.Bytes = out.Bytes(); !points {
				return nil, broken("PNG")
			}
			return f, nil
		}
	}
}

func writePNG(out *bytes.Buffer, name string, body []byte) {
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	chunk = append(append(chunk, name...), body...)
	out.Write(binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:])))
}
