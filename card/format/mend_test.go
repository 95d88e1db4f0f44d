package format

import (
	"strings"
	"testing"
)

// TestOneEnd: returns before a line feed are one end of a line, those alone one each; a long run of them takes no longer than any text.
func TestOneEnd(t *testing.T) {
	for text, want := range map[string]string{"": "", "a": "a", "a\r": "a\n", "a\r\nb": "a\nb", "a\r\r\nb\rc": "a\nb\nc", "\r\r\ra\n\r": "\n\n\na\n\n"} {
		if is := oneEnd(text); is != want {
			t.Errorf("%q became %q", text, is)
		}
	}
	if is := oneEnd("a\n" + strings.Repeat("\r", 4<<20) + "b"); len(is) != 4<<20+3 || strings.Contains(is, "\r") {
		t.Errorf("of 4 MB are %d bytes", len(is))
	}
}
