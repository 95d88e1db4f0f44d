package format

import (
	"mime"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFileName(t *testing.T) {
	tests := []struct{ name, want string }{
		{"Wound segmenter v3", "Wound segmenter v3.json"},
		{"", "card.json"}, {" ... ", "card.json"}, {"///", "card.json"},
		{"../../etc/passwd", "etc-passwd.json"}, {`C:\temp\x`, "C-temp-x.json"}, {"a/b", "a-b.json"},
		{".hidden", "hidden.json"}, {"-rf", "rf.json"}, {"name. ", "name.json"},
		{"CON", "card-CON.json"}, {"nul", "card-nul.json"}, {"aux.txt", "card-aux.txt.json"}, {"lpt1 .x", "card-lpt1 .x.json"}, {"console", "console.json"},
		{"a\r\nSet-Cookie: b", "a-Set-Cookie- b.json"}, {"a\x00b\x1bc", "a-b-c.json"}, {"<b>\"x\"|y?*", "b-x-y.json"},
		{"evil\u202etxt.exe", "evil-txt.exe.json"}, {"Wundsegmentierung für Füße", "Wundsegmentierung für Füße.json"}, {"伤口分割 v3", "伤口分割 v3.json"},
		{"قياس الجرح", "قياس الجرح.json"}, {"bad \xff byte", "bad - byte.json"},
		{strings.Repeat("ü", 100), strings.Repeat("ü", 40) + ".json"},
		{strings.Repeat("a", 79) + "🍃", strings.Repeat("a", 79) + ".json"},
	}
	for _, tt := range tests {
		if got := FileName(tt.name, ".json"); got != tt.want {
			t.Errorf("FileName(%q) = %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestDisposition(t *testing.T) {
	for _, name := range append(hostile, "Füße 100%.json", `a"b\c;d=e'f`) {
		name = FileName(name, ".json")
		header := Disposition(name)
		if strings.ContainsAny(header, "\r\n") || !utf8.ValidString(header) || strings.ContainsFunc(header, func(r rune) bool { return r > '~' }) {
			t.Errorf("%q is no header", header)
		}
		kind, params, err := mime.ParseMediaType(header)
		if err != nil || kind != "attachment" || params["filename"] != name {
			t.Errorf("%s is read as %q %q %v, want %q", header, kind, params["filename"], err, name)
		}
	}
	if got, want := Disposition("Füße.json"), `attachment; filename="F__e.json"; filename*=UTF-8''F%C3%BC%C3%9Fe.json`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
