package format

import (
	"bytes"
	"context"
	"encoding/gob"
	"fmt"
	"image"
	_ "image/gif"  // pictures of cards
	_ "image/jpeg" // likewise
	"image/png"
	"io"

	"codeberg.org/go-pdf/fpdf"
	_ "golang.org/x/image/webp" // likewise

	"cardstock/card"
	"cardstock/card/attach"
)

// maxPaperPoints is how many points of pictures are unpacked for one document: each takes four bytes and about a tenth of a microsecond. A
// JPEG goes in as it is.
const maxPaperPoints = 60_000_000

// picture sets a picture, or returns why it cannot. What the library does not read itself is made a PNG first.
func (p *paper) picture(a *card.Attachment, n int) (why string) {
	const unknown = "a PDF of Cardstock holds PNG, JPEG, GIF and WebP"
	kind, data := "png", a.Bytes
	switch a.MediaType {
	case attach.JPEG:
		kind = "jpg"
	case attach.PNG, attach.GIF, attach.WebP:
		size, _, err := image.DecodeConfig(bytes.NewReader(data))
		if err != nil {
			return unknown
		}
		if size.Width*size.Height > maxPaperPoints-p.points {
			return fmt.Sprintf("the pictures of this card have more than %d million points together", maxPaperPoints/1_000_000)
		}
		p.points += size.Width * size.Height
		picture, _, err := image.Decode(waitedFor{p.ctx, bytes.NewReader(data), nil})
		if err != nil {
			return unknown
		}
		var b bytes.Buffer
		if err := png.Encode(waitedFor{p.ctx, nil, &b}, eightBits(picture)); err != nil {
			return unknown
		}
		data = b.Bytes()
	default:
		return unknown
	}
	name := fmt.Sprint("picture", n)
	options := fpdf.ImageOptions{ImageType: kind}
	info := p.pdf.RegisterImageOptionsReader(name, options, waitedFor{p.ctx, bytes.NewReader(data), nil})
	if p.pdf.Error() != nil || info == nil || info.Width() <= 0 || info.Height() <= 0 {
		p.pdf.ClearError()
		return unknown
	}
	if p.widths[info.Width()]++; p.widths[info.Width()] > 1 {
		if err := widen(info, float64(p.widths[info.Width()])*1e-6); err != nil {
			return unknown
		}
	}
	const tallest = 360.0
	scale := min(1, inner/info.Width(), tallest/info.Height())
	w, h := info.Width()*scale, info.Height()*scale
	p.room(h + 40)
	p.pdf.ImageOptions(name, margin, p.y, w, h, false, options, 0, "")
	p.y += h + 4
	return ""
}

// waitedFor reads or writes a picture as long as somebody waits for it: a large one takes some seconds to unpack.
type waitedFor struct {
	ctx context.Context
	io.Reader
	io.Writer
}

func (w waitedFor) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.Reader.Read(p)
}

func (w waitedFor) Write(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.Writer.Write(p)
}

// widen makes a picture so little wider that its points are still as many. The library writes pictures in the order of their widths, and those
// of one width in any order: the same card would give other bytes. Only its gob encoding gets at the width.
func widen(info *fpdf.ImageInfoType, by float64) error {
	raw, err := info.GobEncode()
	if err != nil {
		return err
	}
	var data, mask, palette []byte
	var n, bits int
	var width, height, scale, dpi float64
	var colours, filter, parms string
	var transparent []int
	fields := []any{&data, &mask, &n, &width, &height, &colours, &palette, &bits, &filter, &parms, &transparent, &scale, &dpi}
	d := gob.NewDecoder(bytes.NewReader(raw))
	for _, f := range fields {
		if err := d.Decode(f); err != nil {
			return err
		}
	}
	width += by
	var out bytes.Buffer
	e := gob.NewEncoder(&out)
	for _, f := range fields {
		if err := e.Encode(f); err != nil {
			return err
		}
	}
	return info.GobDecode(out.Bytes())
}

// eightBits is a picture as the library reads it.
func eightBits(from image.Image) image.Image {
	switch from.(type) {
	case *image.Gray, *image.Paletted, *image.RGBA, *image.NRGBA:
		return from
	}
	to := image.NewNRGBA(from.Bounds())
	for y := from.Bounds().Min.Y; y < from.Bounds().Max.Y; y++ {
		for x := from.Bounds().Min.X; x < from.Bounds().Max.X; x++ {
			to.Set(x, y, from.At(x, y))
		}
	}
	return to
}
