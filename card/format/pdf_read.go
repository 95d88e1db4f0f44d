package format

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/hex"
	"io"
	"regexp"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"
)

// pageStream begins the content of a page as the library writes it.
var pageStream = regexp.MustCompile(`<<(?:/Filter /FlateDecode )?/Length \d+>>\nstream\n`)

// shownText is what a page shows, or says that it shows, or leaves to its frame.
var shownText = regexp.MustCompile(`(?s)/Artifact BMC|/ActualText <FEFF([0-9A-F]*)>|\nEMC|Td \(((?:[^\\()]|\\.)*)\) Tj`)

// textOfPDF reads a PDF of ours back: the text of its pages in the order in which it was written, without their frames. Where a page
// tells what is meant by what it shows, that is the text.
func textOfPDF(ctx context.Context, data []byte) (string, error) {
	var b strings.Builder
	eachPage(data, func(content []byte) {
		if ctx.Err() == nil {
			pageText(&b, content)
		}
	})
	return b.String(), ctx.Err()
}

// eachPage unpacks the contents of the pages, in their order.
func eachPage(data []byte, do func(content []byte)) {
	for _, at := range pageStream.FindAllIndex(data, -1) {
		z, err := zlib.NewReader(bytes.NewReader(data[at[1]:])) // which ends where the stream does
		if err != nil {
			continue // a stream of another sort
		}
		if content, err := io.ReadAll(z); err == nil && bytes.Contains(content, []byte(") Tj ET")) {
			do(content)
		}
	}
}

func pageText(b *strings.Builder, content []byte) {
	depth := 0 // in a frame, or where the text has been told already
	for _, m := range shownText.FindAllSubmatchIndex(content, -1) {
		switch {
		case m[2] >= 0:
			units, _ := hex.DecodeString(string(content[m[2]:m[3]]))
			if depth == 0 {
				b.WriteString(fromUnits(units))
			}
			depth++
		case m[4] >= 0:
			if depth == 0 {
				b.WriteString(letters(fromUnits(unescapePDF(content[m[4]:m[5]]))))
			}
		case content[m[0]] == '/':
			depth++
		default:
			depth--
		}
	}
	b.WriteByte('\n')
}

// letters undoes the forms that Arabic letters take on a page.
func letters(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= 0xFB50 && r <= 0xFDFF || r >= 0xFE70 && r <= 0xFEFC {
			b.WriteString(norm.NFKC.String(string(r)))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func unescapePDF(s []byte) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			if i++; s[i] == 'r' {
				out = append(out, '\r')
				continue
			}
		}
		out = append(out, s[i])
	}
	return out
}

func fromUnits(data []byte) string {
	units := make([]uint16, 0, len(data)/2)
	for i := 0; i+1 < len(data); i += 2 {
		units = append(units, uint16(data[i])<<8|uint16(data[i+1]))
	}
	return string(utf16.Decode(units))
}
