package format

import (
	"archive/zip"
	"bytes"
	"embed"
	"fmt"
	"io"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// The fonts of a PDF lie in the program: what they cover, where they come from and their licences is in fonts/README.md.
//
//go:embed fonts/sans.ttf fonts/bold.ttf fonts/mono.ttf fonts/cjk.zip
var fontFiles embed.FS

// A face is how a piece of text is set.
type face string

const (
	sans face = "sans"
	bold face = "bold"
	mono face = "mono"
	cjk  face = "cjk" // Chinese, Japanese and Korean, for all the others
)

// A typeface is one font file.
type typeface struct {
	data []byte
	font *sfnt.Font
}

func newTypeface(data []byte, err error) *typeface {
	if err != nil {
		return nil
	}
	f, err := sfnt.Parse(data)
	if err != nil {
		return nil
	}
	return &typeface{data, f}
}

// faces are the files that are whole.
var faces = sync.OnceValue(func() map[face]*typeface {
	all := map[face]*typeface{}
	for _, f := range []face{sans, bold, mono} {
		all[f] = newTypeface(fontFiles.ReadFile("fonts/" + string(f) + ".ttf"))
	}
	return all
})

// blocks are the pieces of the font for Chinese, Japanese and Korean, each of 256 characters; a piece is unpacked when it is first asked for.
var blocks = sync.OnceValue(func() map[rune]func() *typeface {
	all := map[rune]func() *typeface{}
	data, err := fontFiles.ReadFile("fonts/cjk.zip")
	if err != nil {
		return all
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return all
	}
	for _, f := range z.File {
		var block rune
		if _, err := fmt.Sscanf(f.Name, "%x.ttf", &block); err != nil {
			continue
		}
		all[block] = sync.OnceValue(func() *typeface { return newTypeface(unzip(f)) })
	}
	return all
})

func unzip(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// A glyph is where a character is found and how wide it is, in thousandths of its size.
type glyph struct {
	name  string // of the font in the document; "" if no font has the character
	from  *typeface
	width float64
}

// glyphOf looks a character up in a face and then in the others. A document gets a font of its own for each 256
// characters: the time that the library takes for one grows with the square of its characters.
func glyphOf(f face, r rune) glyph {
	if r > 0xFFFF {
		return glyph{}
	}
	for _, try := range []face{f, sans, cjk} {
		t := faces()[try]
		if try == cjk {
			if block := blocks()[r>>8]; block != nil {
				t = block()
			}
		}
		if t == nil {
			continue
		}
		i, err := t.font.GlyphIndex(nil, r)
		if err != nil || i == 0 {
			continue
		}
		em := t.font.UnitsPerEm()
		w, err := t.font.GlyphAdvance(nil, i, fixed.I(int(em)), font.HintingNone)
		if err == nil {
			return glyph{fmt.Sprintf("%s%02x", try, r>>8), t, float64(w) / 64 * 1000 / float64(em)}
		}
	}
	return glyph{}
}
