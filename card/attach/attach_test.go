package attach

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/webp"

	"cardstock/card"
)

// secret stands in whatever must not get through.
const secret = "SECRET-OF-THE-MAKER"

func drawn() *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, 40, 30))
	for x := range 40 {
		for y := range 30 {
			m.Set(x, y, color.NRGBA{uint8(6 * x), uint8(8 * y), 90, 255})
		}
	}
	return m
}

// exifOf is EXIF with an orientation, the maker's name and a place.
func exifOf(orientation byte) []byte {
	b := []byte("II*\x00\x08\x00\x00\x00\x03\x00")
	entry := func(tag, kind uint16, n, value uint32) {
		b = binary.LittleEndian.AppendUint16(b, tag)
		b = binary.LittleEndian.AppendUint16(b, kind)
		b = binary.LittleEndian.AppendUint32(b, n)
		b = binary.LittleEndian.AppendUint32(b, value)
	}
	entry(tagOrientation, 3, 1, uint32(orientation))
	entry(0x013B, 2, uint32(len(secret)), 50) // artist
	entry(tagGPS, 4, 1, 80)
	b = append(b, 0, 0, 0, 0)
	return append(b, secret+" 48.2082 N 16.3738 E"...)
}

func segmentOf(marker byte, body string) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xFF, marker}, uint16(len(body)+2)), body...)
}

func jpegWith(t *testing.T, orientation byte) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, drawn(), nil); err != nil {
		t.Fatal(err)
	}
	out := bytes.Clone(b.Bytes()[:2])
	for _, s := range [][]byte{
		segmentOf(app0, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x01\x01"+"abc"),
		segmentOf(app1, exifStart+string(exifOf(orientation))),
		segmentOf(app1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>"+secret),
		segmentOf(app2, "ICC_PROFILE\x00\x01\x01profile"),
		segmentOf(app2, "MPF\x00"+secret),
		segmentOf(app13, "Photoshop 3.0\x008BIM"+secret),
		segmentOf(com, secret),
	} {
		out = append(out, s...)
	}
	return append(append(out, b.Bytes()[2:]...), secret+" behind"...)
}

func pngChunk(name, body string) []byte {
	c := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	c = append(append(c, name...), body...)
	return binary.BigEndian.AppendUint32(c, crc32.ChecksumIEEE(c[4:]))
}

func pngWith(t *testing.T) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, drawn()); err != nil {
		t.Fatal(err)
	}
	out := bytes.Clone(b.Bytes()[:33])
	for _, c := range [][]byte{
		pngChunk("gAMA", "\x00\x00\xb1\x8f"), pngChunk("tEXt", "Author\x00"+secret), pngChunk("zTXt", "Comment\x00\x00"+secret),
		pngChunk("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00"+secret), pngChunk("eXIf", string(exifOf(6))), pngChunk("tIME", "\x07\xea\x0b\x19\x00\x00\x00"),
		pngChunk("prVt", secret),
	} {
		out = append(out, c...)
	}
	return append(append(out, b.Bytes()[33:]...), secret...)
}

func gifWith(t *testing.T) []byte {
	frame := image.NewPaletted(image.Rect(0, 0, 40, 30), color.Palette{color.White, color.Black})
	frame.Set(3, 3, color.Black)
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{frame, frame}, Delay: []int{5, 5}}); err != nil {
		t.Fatal(err)
	}
	head := 13 + colours(b.Bytes()[10])
	out := bytes.Clone(b.Bytes()[:head])
	out = append(out, "\x21\xfe\x13"+secret+"\x00"...)
	xmpBody := "\x21\xff\x0bXMP DataXMP<x:xmpmeta>" + secret + "</x:xmpmeta>\x01"
	for i := 255; i >= 0; i-- { // the trailer that leads readers of blocks to the end
		xmpBody += string([]byte{byte(i)})
	}
	out = append(out, xmpBody+"\x00"...)
	out = append(out, "\x21\xff\x0bMGK8BIM0000\x13"+secret+"\x00"...)
	return append(append(out, b.Bytes()[head:]...), secret...)
}

// lossy is a WebP picture of one point.
const lossy = "UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAwA0JaQAA3AA/vuUAAA="

func webpWith(t *testing.T, orientation byte) []byte {
	plain, err := base64.StdEncoding.DecodeString(lossy)
	if err != nil {
		t.Fatal(err)
	}
	var body bytes.Buffer
	writeWebP(&body, "VP8X", []byte{webpHasEXIF | webpHasXMP, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	body.Write(plain[12:])
	writeWebP(&body, "EXIF", exifOf(orientation))
	writeWebP(&body, "XMP ", []byte("<x:xmpmeta>"+secret))
	writeWebP(&body, "priv", []byte(secret))
	out := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(body.Len()+4))
	return append(append(append(out, "WEBP"...), body.Bytes()...), secret...)
}

// TestWhatTellsOfTheMakerIsCutOut of pictures that have all there can be, and the picture is the same point by point.
func TestWhatTellsOfTheMakerIsCutOut(t *testing.T) {
	for _, tt := range []struct {
		name, mediaType string
		data            []byte
		decode          func([]byte) (image.Image, error)
		removed         []string
	}{
		{"PNG", PNG, pngWith(t), func(b []byte) (image.Image, error) { return png.Decode(bytes.NewReader(b)) }, []string{texts, exif, place, when, others, behind}},
		{"JPEG", JPEG, jpegWith(t, 1), func(b []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(b)) }, []string{preview, exif, place, xmp, others, iptc, comments, behind}},
		{"GIF", GIF, gifWith(t), func(b []byte) (image.Image, error) { return gif.Decode(bytes.NewReader(b)) }, []string{comments, xmp, others, behind}},
		{"WebP", WebP, webpWith(t, 1), func(b []byte) (image.Image, error) { return webp.Decode(bytes.NewReader(b)) }, []string{behind, exif, place, xmp, others}},
	} {
		before, err := tt.decode(tt.data)
		if err != nil {
			t.Fatalf("%s: the picture with everything in it: %v", tt.name, err)
		}
		f, err := Clean(tt.data)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if bytes.Contains(f.Bytes, []byte(secret)) || bytes.Contains(f.Bytes, []byte("48.2082")) || bytes.Contains(f.Bytes, []byte("xmpmeta")) {
			t.Errorf("%s: something of the maker is left", tt.name)
		}
		after, err := tt.decode(f.Bytes)
		if err != nil || !samePoints(before, after) {
			t.Errorf("%s: it is another picture now, %v", tt.name, err)
			continue
		}
		if size := after.Bounds().Size(); f.MediaType != tt.mediaType || f.Width != size.X || f.Height != size.Y {
			t.Errorf("%s: %s of %d × %d", tt.name, f.MediaType, f.Width, f.Height)
		}
		if !slices.Equal(f.Removed, tt.removed) {
			t.Errorf("%s: says it removed %q, want %q", tt.name, f.Removed, tt.removed)
		}
		again, err := Clean(f.Bytes)
		if err != nil || len(again.Removed) > 0 || !bytes.Equal(again.Bytes, f.Bytes) {
			t.Errorf("%s: cleaning what is clean removed %q, %v", tt.name, again.Removed, err)
		}
	}
}

func samePoints(a, b image.Image) bool {
	if a.Bounds() != b.Bounds() {
		return false
	}
	for x := range a.Bounds().Dx() {
		for y := range a.Bounds().Dy() {
			if a.At(x, y) != b.At(x, y) {
				return false
			}
		}
	}
	return true
}

// An animation keeps all its pictures and how often it runs; a profile of colours stays.
func TestWhatMakesThePictureStays(t *testing.T) {
	f, err := Clean(gifWith(t))
	if err != nil {
		t.Fatal(err)
	}
	all, err := gif.DecodeAll(bytes.NewReader(f.Bytes))
	if err != nil || len(all.Image) != 2 || all.LoopCount != 0 || all.Delay[1] != 5 {
		t.Errorf("%+v, %v", all, err)
	}
	if f, err = Clean(jpegWith(t, 1)); err != nil || !bytes.Contains(f.Bytes, []byte("ICC_PROFILE\x00\x01\x01profile")) {
		t.Errorf("the profile is gone, %v", err)
	}
	if f, err = Clean(pngWith(t)); err != nil || !bytes.Contains(f.Bytes, []byte("gAMA")) {
		t.Errorf("the gamma is gone, %v", err)
	}
}

// A photograph that lies on its side is still turned: that, and nothing else, stays of its EXIF.
func TestThePictureIsStillTurned(t *testing.T) {
	for name, data := range map[string][]byte{"JPEG": jpegWith(t, 6), "PNG": pngWith(t), "WebP": webpWith(t, 6)} {
		f, err := Clean(data)
		if err != nil {
			t.Fatal(name, err)
		}
		i := bytes.Index(f.Bytes, turned(6))
		if i < 0 || readTIFF(f.Bytes[i:]) != (tiff{6, false}) || bytes.Contains(f.Bytes, []byte(secret)) {
			t.Errorf("%s: it is not turned, or tells more", name)
		}
	}
	if f, _ := Clean(jpegWith(t, 1)); bytes.Contains(f.Bytes, []byte("Exif")) {
		t.Error("EXIF stays that says nothing")
	}
}

// Each picture cut off anywhere is refused or taken, and never a panic; so is each with a byte changed.
func TestBrokenPictures(t *testing.T) {
	for name, data := range map[string][]byte{"PNG": pngWith(t), "JPEG": jpegWith(t, 6), "GIF": gifWith(t), "WebP": webpWith(t, 6)} {
		whole, err := Clean(data)
		if err != nil {
			t.Fatal(name, err)
		}
		for n := range whole.Bytes {
			if _, err := Clean(whole.Bytes[:n]); card.CodeOf(err) != card.Invalid {
				t.Errorf("%s cut off at %d: %v", name, n, err)
			}
			flipped := bytes.Clone(data)
			flipped[n] ^= 0xFF
			if _, err := Clean(flipped); err != nil && card.CodeOf(err) == 0 {
				t.Errorf("%s with byte %d changed: %v", name, n, err)
			}
		}
	}
}

func FuzzClean(f *testing.F) {
	t := &testing.T{}
	for _, seed := range [][]byte{pngWith(t), jpegWith(t, 6), gifWith(t), webpWith(t, 6), []byte(plot), []byte("a,b\n1,2\n")} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Clean(data)
		if err != nil {
			if card.CodeOf(err) == 0 {
				t.Fatalf("an error without a sentence: %v", err)
			}
			return
		}
		again, err := Clean(c.Bytes)
		if err != nil || again.MediaType != c.MediaType || !bytes.Equal(again.Bytes, c.Bytes) {
			t.Fatalf("what is clean is cleaned to something else (%v):\n%q\n%+v", err, c.Bytes, again)
		}
	})
}

func TestFilesThatAreNothingOfThese(t *testing.T) {
	huge := pngChunk("IHDR", "\x00\x01\x00\x00\x00\x00\x00\x01\x08\x06\x00\x00\x00")
	for name, tt := range map[string]struct {
		data string
		code card.Code
		says string
	}{
		"nothing":          {"", card.Invalid, "neither a picture nor a table"},
		"a word":           {"hello", card.Invalid, "neither a picture nor a table"},
		"a web page":       {"<!doctype html><script>alert(1)</script>", card.Invalid, "web page"},
		"JSON":             {`{"a": 1, "b": 2}` + "\n" + `{"a": 1, "b": 2}`, card.Invalid, "JSON"},
		"a PDF":            {"%PDF-1.7\n", card.Invalid, "PDF"},
		"HEIC":             {"\x00\x00\x00\x18ftypheic\x00\x00", card.Invalid, "HEIC"},
		"a zip":            {"PK\x03\x04\x00\xff", card.Invalid, "Excel"},
		"one column":       {"a\nb\nc\n", card.Invalid, "neither"},
		"a head alone":     {"a,b\n", card.Invalid, "neither"},
		"uneven rows":      {"a,b\n1,2\n1,2,3\n", card.Invalid, "line 3 has not 2 cells"},
		"a quotation mark": {"a,b\n1,\"2\n3,4\n", card.Invalid, "quotation mark"},
		"too many rows":    {strings.Repeat("a,b\n", MaxRows+2), card.TooLarge, "rows"},
		"Latin-1":          {"a,b\n\xe4,2\n", card.Invalid, "neither"},
		"too many points":  {pngStart + string(huge) + string(pngChunk("IDAT", "x")) + string(pngChunk("IEND", "")), card.TooLarge, "65536 × 1 points"},
	} {
		_, err := Clean([]byte(tt.data))
		if card.CodeOf(err) != tt.code || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v, want one that says %q", name, err, tt.says)
		}
	}
}

func TestTables(t *testing.T) {
	for name, text := range map[string]string{
		"commas": "Metric,Value\nRecall,0.9\n\"Dice, mean\",0.8\n", "semicolons": "Metric;Value\nRecall;0.9\nDice, mean;0.8\n",
		"tabs": "Metric\tValue\nRecall\t0.9\nDice, mean\t0.8\n", "a mark in front": "\uFEFFMetric;Value\r\nRecall;0.9\r\nDice, mean;0.8\r\n",
	} {
		f, err := Clean([]byte(text))
		if err != nil || f.MediaType != CSV || f.Width != 0 {
			t.Errorf("%s: %+v, %v", name, f, err)
			continue
		}
		table, err := ReadTable(f.Bytes)
		if err != nil || !slices.Equal(table.Columns, []string{"Metric", "Value"}) || len(table.Rows) != 2 || table.Rows[1][0] != "Dice, mean" {
			t.Errorf("%s: %+v, %v", name, table, err)
		}
		if len(table.First(1)) != 1 || len(table.First(9)) != 2 {
			t.Errorf("%s: the first rows", name)
		}
	}
}
