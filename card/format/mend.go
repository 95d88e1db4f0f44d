package format

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"golang.org/x/text/encoding/charmap"

	"cardstock/card"
)

// What is wrong with a file before its format is known: how its characters are written, how its lines end, what stands around it.

// readable8 makes UTF-8 of a file and says how it was written if it was not.
func readable8(data []byte) ([]byte, []string, error) {
	data, notes := fromUTF16(data)
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
	decoded, err := charmap.Windows1252.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsFunc(data, control) {
		return nil, nil, card.Errorf(card.Invalid, "This file is not UTF-8 text: line %d is written in another encoding. Save it as UTF-8 and try again.", line)
	}
	return decoded, append(notes, "The file is not UTF-8, from line "+strconv.Itoa(line)+" on; it was read as Windows-1252. Look at letters with accents: if they are wrong, save the file as UTF-8 and open it again."), nil
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
	if m := fence.FindStringSubmatch(text); m != nil {
		text = m[1]
		notes = append(notes, "The JSON stood between ``` marks and was taken out of them.")
	}
	if closed, ok := closeFrontMatter(text); ok {
		text = closed
		notes = append(notes, "The front matter had no --- at its end; one was put before the first heading.")
	}
	return text, notes
}

var (
	beginsFront = regexp.MustCompile(`^\s*---[ \t]*\r?\n`)
	endsFront   = regexp.MustCompile(`(?m)^(---|\.\.\.)[ \t]*\r?$`)
	anyHeading  = regexp.MustCompile(`(?m)^#{1,6} +\S`)
	prose       = regexp.MustCompile(`(?m)^[A-Za-z*_\[|][^:\n]*\r?$`)
)

// longFront is how much front matter is looked at for this, in bytes.
const longFront = 64 << 10

// closeFrontMatter ends front matter that nothing ends, or nothing before a line across its body does, before the first heading with prose
// under it. Without those it may be YAML all through, where a # begins a comment.
func closeFrontMatter(text string) (string, bool) {
	start := beginsFront.FindStringIndex(text)
	if start == nil {
		return text, false
	}
	rest := text[start[1]:]
	if end := endsFront.FindStringIndex(rest); end != nil && (end[0] > longFront || isMapping(rest[:end[0]])) {
		return text, false
	}
	at := anyHeading.FindStringIndex(rest)
	if at == nil || at[0] > longFront || !prose.MatchString(rest[at[0]:]) || !isMapping(rest[:at[0]]) {
		return text, false
	}
	return text[:start[1]+at[0]] + "---\n" + rest[at[0]:], true
}

// isMapping reports whether a text is entries of YAML, or nothing.
func isMapping(text string) bool {
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(text), &root); err != nil {
		return false
	}
	return len(root.Content) == 0 || root.Content[0].Kind == yaml.MappingNode
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
	case !utf8.Valid(original):
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
