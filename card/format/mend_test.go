package format

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
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

// TestMendingIsBounded: what a file needs to be read by any program is noted only when that is asked, and a string that needs much is written anew as a
// whole: a file of 5 MB took 700 MB.
func TestMendingIsBounded(t *testing.T) {
	for _, piece := range []string{"\t", `\q`, `\'`} {
		text := `{"a": "` + strings.Repeat("x"+piece, 200_000) + `", "b": "x` + piece + `",}`
		p := &jsonParser{text: text}
		if _, _, err := p.parse(); err != nil || p.mends != nil {
			t.Errorf("%q: reading notes %d, %v", piece, len(p.mends), err)
		}
		p = &jsonParser{text: text, mending: true}
		if _, _, err := p.parse(); err != nil || len(p.mends) != 3 { // the long string, the short one, the comma
			t.Errorf("%q: %d are noted, %v", piece, len(p.mends), err)
		}
		strict, ok := strictJSON(text)
		if !ok || !json.Valid([]byte(strict)) || !strings.HasSuffix(strict, `}`) {
			t.Errorf("%q: %v", piece, ok)
		}
		was, _, _ := parseJSON(text, 0)
		is, _, err := parseJSON(strict, 0)
		if err != nil || is.get("a").text != was.get("a").text || is.get("b").text != was.get("b").text {
			t.Errorf("%q: it says something else", piece)
		}
	}
}

// TestCodeBelowABoldQuestion: code at the margin of an answer that is indented is looked for among all of it once for each line, not one after another:
// a file of 5 MB took minutes.
func TestCodeBelowABoldQuestion(t *testing.T) {
	undetected(t)
	began := time.Now()
	text := "# Datasheet for Peas\n\n## Motivation\n\n1. **For what purpose was the dataset created?**\n\n\tAn answer.\n\n" + strings.Repeat("```\n```\n", 250_000)
	if _, err := Read(templates(t), []byte(text)); err == nil || !strings.Contains(err.Error(), "characters") {
		t.Errorf("an answer of 2 MB is too long: %v", err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it takes %v", took)
	}
}
