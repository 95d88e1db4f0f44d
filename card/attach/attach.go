// Package attach looks at the files that visitors add to a card: what they are, by their bytes alone, and what in
// them tells more than the picture shows. Pictures are never decoded and encoded again: what does not belong to the
// picture is cut out, and every other byte stays.
package attach

import (
	"bytes"
	"slices"

	"cardstock/card"
)

// The media types of what a card can hold.
const (
	PNG  = "image/png"
	JPEG = "image/jpeg"
	WebP = "image/webp"
	GIF  = "image/gif"
	SVG  = "image/svg+xml"
	CSV  = "text/csv"
)

// Limits of one picture. A browser needs four bytes for each point.
const (
	MaxSide   = 12_000     // points in width or height
	MaxPoints = 40_000_000 // width times height
)

// A File is a picture or a table that can be shown to anybody.
type File struct {
	MediaType     string
	Width, Height int // points; 0 for a table, and for a drawing without a size
	Bytes         []byte
	Removed       []string // what was cut out, in plain words; none: the bytes are as they came
}

// IsPicture reports whether something of the media type is shown as a picture.
func IsPicture(mediaType string) bool { return mediaType != CSV }

// What can be cut out, as the page says it.
const (
	exif     = "camera data (EXIF)"
	place    = "the place where it was taken (GPS)"
	xmp      = "editing data (XMP)"
	iptc     = "press data (IPTC)"
	comments = "comments"
	texts    = "text entries"
	when     = "the time of its last change"
	preview  = "a small preview"
	behind   = "data behind the picture"
	others   = "other data of programs"
	scripts  = "scripts"
	outside  = "references to other places"
	metadata = "metadata"
	foreign  = "parts that do not belong in a drawing"
)

// Clean recognises a file and cuts out what is not for its readers. Its error is a *card.Error that says what is
// wrong: Invalid, or TooLarge for a picture of too many points.
func Clean(data []byte) (*File, error) {
	var f *File
	var err error
	switch {
	case bytes.HasPrefix(data, []byte(pngStart)):
		f, err = cleanPNG(data)
	case bytes.HasPrefix(data, []byte("\xFF\xD8\xFF")):
		f, err = cleanJPEG(data)
	case len(data) > 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		f, err = cleanWebP(data)
	case bytes.HasPrefix(data, []byte("GIF87a")), bytes.HasPrefix(data, []byte("GIF89a")):
		f, err = cleanGIF(data)
	case isSVG(data):
		f, err = cleanSVG(data)
	default:
		f, err = cleanCSV(data)
	}
	if err != nil {
		return nil, err
	}
	if f.Width > MaxSide || f.Height > MaxSide || f.Width*f.Height > MaxPoints {
		return nil, card.Errorf(card.TooLarge, "This picture is %d × %d points large; %d on one side, and %d million together, is the most. Make it smaller and send it again.",
			f.Width, f.Height, MaxSide, MaxPoints/1_000_000)
	}
	return f, nil
}

// remove notes that something was cut out.
func (f *File) remove(what string) {
	if !slices.Contains(f.Removed, what) {
		f.Removed = append(f.Removed, what)
	}
}

// broken is the error for a picture that ends too early or contradicts itself.
func broken(kind string) error {
	return card.Errorf(card.Invalid, "This %s picture is broken: it ends too early, or its parts do not fit together. Save it again and send it once more.", kind)
}

// strangers are files people take for a picture or a table; the key is what stands at a place in them.
var strangers = []struct {
	at          int
	magic, what string
}{
	{4, "ftypheic", "a HEIC photograph"}, {4, "ftypmif1", "a HEIF photograph"}, {4, "ftypavif", "an AVIF picture"}, {4, "ftyp", "a film"},
	{0, "II*\x00", "a TIFF picture"}, {0, "MM\x00*", "a TIFF picture"}, {0, "BM", "a BMP picture"}, {0, "%PDF", "a PDF document"},
	{0, "PK\x03\x04", "a zip archive, as Excel and Word write them"}, {0, "\x1F\x8B", "a gzip archive"}, {0, "{", "JSON"}, {0, "<", "a web page or other markup"},
}

// unknown is the error for what is none of what a card can hold.
func unknown(data []byte) error {
	what := "This is neither a picture nor a table that Cardstock can show."
	for _, s := range strangers {
		if len(data) > s.at && bytes.HasPrefix(data[s.at:], []byte(s.magic)) {
			what = "This is " + s.what + "."
			break
		}
	}
	return card.Errorf(card.Invalid, "%s Send a picture as PNG, JPEG, WebP, GIF or SVG, or a table as CSV.", what)
}
