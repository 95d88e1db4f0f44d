package format

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"cardstock/card"
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

var placedText = regexp.MustCompile(`BT ([0-9.]+) [0-9.]+ Td \(((?:[^\\()]|\\.)*)\) Tj`)

// TestPDFTablesAreAsOnThePage: numbers end where their column does, an attached table has no heading of its own, and the file says its language.
func TestPDFTablesAreAsOnThePage(t *testing.T) {
	c := templates(t).Get("model").New()
	set(t, c, metricsKey, `[{"metric":"accuracy","value":"7"},{"metric":"f1","value":"12345.5"}]`)
	c.Attachments = []card.Attachment{{Section: c.Sections[0].Key, Name: "sizes-of-pods.csv", MediaType: "text/csv", Bytes: []byte("pod,size\na,9\n"), Caption: "Sizes"}}
	data := encode(t, ".pdf", c)
	at := map[string]float64{}
	eachPage(data, func(content []byte) {
		for _, m := range placedText.FindAllSubmatch(content, -1) {
			at[fromUnits(unescapePDF(m[2]))], _ = strconv.ParseFloat(string(m[1]), 64)
		}
	})
	if at["7"] <= at["12345.5"] || at["12345.5"] == 0 || at["accuracy"] != at["f1"] {
		t.Errorf("they begin at %v", at)
	}
	if says := pagesSay(t, data); strings.Contains(says, "sizes-of-pods") || !strings.Contains(says, "Sizes") || !strings.Contains(says, "pod") {
		t.Errorf("it says %.800q", says)
	}
	if !bytes.Contains(data, []byte("/Lang (en)")) {
		t.Error("it does not say its language")
	}
}
