package format

import (
	"strings"
	"testing"
)

// TestATableTooWideForAPage is set as lists: each cell behind the title of its column or, if that is long, its number; the title stands above once, whatever
// the number of rows.
func TestATableTooWideForAPage(t *testing.T) {
	ts := templates(t)
	for _, tt := range []struct {
		name, first string
		columns     int
		before      string // the cells of the first column
	}{
		{"nine columns", "Kind of pea", 9, "Kind of pea: "},
		{"nine columns, a long title", strings.Repeat("kinds of peas ", 700), 9, "Column 1: "},
		{"two columns, a title longer than a page", strings.Repeat("kinds of peas ", 700), 2, ""},
	} {
		c := ts.Get("model").New()
		f, _ := c.Field("caveats.limitations")
		const rows = 1_000
		f.Answer = "|" + strings.TrimSpace(tt.first) + "|" + strings.Repeat("b|", tt.columns-1) + "\n" + strings.Repeat("|-", tt.columns) + "|\n" + strings.Repeat("|wrinkled|green|\n", rows)
		pdf := encode(t, ".pdf", c)
		text, err := pdfFormat.Says(t.Context(), pdf)
		if err != nil {
			t.Fatal(err)
		}
		said := squeezed(text)
		want, times := squeezed(tt.before+"wrinkled"), rows
		if n := strings.Count(said, want); n != times {
			t.Errorf("%s: %q is there %d times, want %d", tt.name, want, n, times)
		}
		if long := squeezed(tt.first); len(long) > 1_000 && strings.Count(said, long) != 1 {
			t.Errorf("%s: the long title is there %d times", tt.name, strings.Count(said, long))
		}
		if len(pdf) > 1<<20 {
			t.Errorf("%s: %d bytes", tt.name, len(pdf))
		}
		l, err := Account(t.Context(), ts, c, pdfFormat, pdf)
		if err != nil || l.Totals[LeftOut] != 0 {
			t.Errorf("%s: %+v, %v", tt.name, l, err)
		}
	}
}
