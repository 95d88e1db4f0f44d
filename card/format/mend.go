package format

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"cardstock/card"
)

// What is wrong with a file before its format is known: how its characters are written, how its lines end, what stands around it.

// readable8 makes UTF-8 of a file and says how it was written if it was not.
func readable8(data []byte) ([]byte, []string, error) {
	data, notes := fromUTF16(data)
	if bare := bytes.TrimRight(data, "\x00\x1A"); len(bare) < len(data) && len(bare) > 0 && bytes.IndexByte(bare, 0) < 0 {
		data, notes = bare, append(notes, "Characters that nobody sees stood at the end of the file and were passed over.")
	}
	if err := checkBytes(data); err != nil {
		return nil, nil, err
	}
	if bare, found := bytes.CutPrefix(data, []byte("\uFEFF")); found {
		data, notes = bare, append(notes, "The file began with a byte-order mark, which was passed over.")
	}
	if utf8.Valid(data) {
		return data, notes, nil
	}
	line := 1 + bytes.Count(data[:firstInvalid(data)], []byte("\n"))
	if n := broken(data); n > 0 {
		return bytes.ToValidUTF8(data, []byte("\uFFFD")), append(notes, plural(n, "character is broken, as if half of it had been cut off, and became �: look in line ", "characters are broken, as if half of each had been cut off, and became �: look from line ")+strconv.Itoa(line)+"."), nil
	}
	decoded, err := charmap.Windows1252.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsFunc(data, control) {
		return nil, nil, card.Errorf(card.Invalid, "This file is not UTF-8 text: line %d is written in another encoding. Save it as UTF-8 and try again.", line)
	}
	return decoded, append(notes, "The file is not UTF-8, from line "+strconv.Itoa(line)+" on; it was read as Windows-1252. Look at letters with accents: if they are wrong, save the file as UTF-8 and open it again."), nil
}

// broken counts the places of a text in UTF-8 that are not: few beside its characters of several bytes, or one at its end. It is 0 for a text that
// is in another encoding.
func broken(data []byte) (n int) {
	whole := 0
	for i, within := 0, false; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		bad := r == utf8.RuneError && size == 1
		if bad && !within {
			n++
		}
		if size > 1 {
			whole++
		}
		within, i = bad, i+size
	}
	if at := firstInvalid(data); whole <= n && (n != 1 || len(data)-at >= utf8.UTFMax || utf8.FullRune(data[at:])) {
		return 0
	}
	return n
}

// control reports characters that no text in an encoding of Windows has.
func control(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' }

// fromUTF16 makes UTF-8 of a text in UTF-16, as Windows programs save it: it says so by its byte-order mark, or every second byte of its
// beginning is 0.
func fromUTF16(data []byte) ([]byte, []string) {
	var order binary.ByteOrder
	start := 2
	switch {
	case bytes.HasPrefix(data, []byte("\xFE\xFF")):
		order = binary.BigEndian
	case bytes.HasPrefix(data, []byte("\xFF\xFE")):
		order = binary.LittleEndian
	case len(data) >= 8 && data[0] != 0 && data[2] != 0 && data[4] != 0 && data[1]|data[3]|data[5]|data[7] == 0:
		order, start = binary.LittleEndian, 0
	case len(data) >= 8 && data[1] != 0 && data[3] != 0 && data[5] != 0 && data[0]|data[2]|data[4]|data[6] == 0:
		order, start = binary.BigEndian, 0
	default:
		return data, nil
	}
	units := make([]uint16, 0, len(data)/2)
	for i := start; i+1 < len(data); i += 2 {
		units = append(units, order.Uint16(data[i:]))
	}
	return []byte(string(utf16.Decode(units))), []string{"The file was saved as UTF-16 and was converted to UTF-8."}
}

// firstInvalid is the offset of the first byte that is not UTF-8.
func firstInvalid(data []byte) int {
	i := 0
	for i < len(data) {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		i += size
	}
	return i
}

// fence is what a chat or a page of Markdown puts around JSON.
var fence = regexp.MustCompile("(?s)^\\s*```[a-zA-Z]*\\s*\n(\\s*[{\\[].*?)\n```\\s*$")

// mendText mends what is wrong with a text as a whole.
func mendText(text string) (string, []string) {
	var notes []string
	if !strings.Contains(text, "\n") && strings.Contains(text, "\r") {
		text = strings.ReplaceAll(text, "\r", "\n")
		notes = append(notes, "The lines ended as on an old Macintosh and were given new ends.")
	}
	text, more := mendEnds(text)
	notes = append(notes, more...)
	if inner, ok := outOfPage(text); ok {
		text = inner
		notes = append(notes, "The JSON stood in a web page, as a browser saves it, and was taken out of it.")
	}
	if m := fence.FindStringSubmatch(text); m != nil {
		text = m[1]
		notes = append(notes, "The JSON stood between ``` marks and was taken out of them.")
	}
	if opened, ok := openFrontMatter(text); ok {
		text = opened
		notes = append(notes, "The front matter had no --- at its beginning; one was put before it.")
	}
	if closed, ok := closeFrontMatter(text); ok {
		text = closed
		notes = append(notes, "The front matter had no --- at its end; one was put before the first heading.")
	}
	if indented, ok := indentFront(text); ok {
		text = indented
		notes = append(notes, "Lines began with tabs or wide spaces, which YAML does not know; they were read as spaces.")
	}
	return text, notes
}

// unseen are characters that nobody sees.
const unseen = "\uFEFF\u200B\u200C\u200D\u2060"

var looseReturn = regexp.MustCompile(`\r+\n|\r`)

// mendEnds mends what stands at the ends of a text, and lines of which some end in one way and some in another that no program takes for an end.
func mendEnds(text string) (string, []string) {
	var notes []string
	if bare := strings.TrimLeft(text, unseen); bare != text {
		text = bare
		notes = append(notes, "Characters that nobody sees stood at the beginning of the file and were passed over.")
	}
	if start := strings.TrimSpace(text); start != "" && strings.IndexByte(`{["<`, start[0]) < 0 && strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\r") {
		text = looseReturn.ReplaceAllString(text, "\n")
		notes = append(notes, "Some lines ended as on an old Macintosh and others not; all were given the same ends.")
	}
	return text, notes
}

// sealed gives a text the byte-order mark, the encoding and the ends of lines that the original has.
func sealed(text string, original []byte) []byte {
	if was, _, err := readable8(original); err == nil && !bytes.Contains(was, []byte("\n")) && bytes.Contains(was, []byte("\r")) {
		text = strings.ReplaceAll(text, "\n", "\r")
	}
	var order binary.AppendByteOrder = binary.LittleEndian
	mark := 2
	switch as, _ := fromUTF16(original); {
	case bytes.HasPrefix(original, []byte("\uFEFF")):
		return []byte("\uFEFF" + text)
	case bytes.HasPrefix(original, []byte("\xFE\xFF")):
		order = binary.BigEndian
	case bytes.HasPrefix(original, []byte("\xFF\xFE")):
	case len(as) != len(original): // without a mark
		if mark = 0; original[0] == 0 {
			order = binary.BigEndian
		}
	case !utf8.Valid(original) && broken(original) == 0:
		// With a control character in it such a file would not be read again.
		if out, err := charmap.Windows1252.NewEncoder().String(text); err == nil && !strings.ContainsFunc(text, control) {
			return []byte(out)
		}
		return []byte(text)
	default:
		return []byte(text)
	}
	out := original[:mark:mark]
	for _, unit := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, unit)
	}
	return out
}
