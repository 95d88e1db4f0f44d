package handlers_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
)

// plotPNG is a picture of 30 × 20 points, with a text entry that must not reach anybody.
var plotPNG = pngWith(30, 20, "tEXt", "Author\x00secret of the maker")

const metricsCSV = "Metric,Value,Group\nRecall,0.938,all photos\nDice,0.912,\"skin types V–VI\"\n"

// pngWith is a PNG with one more chunk behind its head.
func pngWith(width, height int, name, body string) []byte {
	m := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i := range m.Pix {
		m.Pix[i] = byte(i * 7)
	}
	m.Set(1, 1, color.White)
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	if name == "" {
		return b.Bytes()
	}
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	chunk = append(append(chunk, name...), body...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	const head = 8 + 12 + 13
	return append(append(bytes.Clone(b.Bytes()[:head]), chunk...), b.Bytes()[head:]...)
}

// attach adds a file to a section of a card.
func (b *browser) attach(card, section, name string, content []byte) *reply {
	b.t.Helper()
	return b.do(request{method: "POST", path: card + "/files", form: form("section", section, "alt", "My plot", "caption", "Mine"), file: &upload{name, content}})
}
