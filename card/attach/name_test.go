package attach

import "testing"

func TestANameSaysWhatTheFileIs(t *testing.T) {
	for _, tt := range [][3]string{
		{"a.png", PNG, "a.png"}, {"A.PNG", PNG, "A.PNG"}, {"photo.jpeg", JPEG, "photo.jpeg"}, {"page.html", CSV, "page.html.csv"},
		{"page.html", SVG, "page.html.svg"}, {"table", CSV, "table.csv"}, {"t.tsv", CSV, "t.tsv"}, {"a.csv.exe", CSV, "a.csv.exe.csv"}, {"a.html", "text/x", "a.html"},
	} {
		if got := NameFor(tt[0], tt[1]); got != tt[2] {
			t.Errorf("%s as %s is saved as %s, want %s", tt[0], tt[1], got, tt[2])
		}
	}
}
