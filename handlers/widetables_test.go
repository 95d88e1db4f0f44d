package handlers_test

import (
	"fmt"
	"strings"
	"testing"

	"cardstock/limit"
)

// A table takes place on a page by its cells, its titles and its options, which may say little. These tests have cards of some kilobytes that would be
// pages of many megabytes.

// tables is a card with a section of so many tables of so many rows and columns, almost all cells of which are empty.
func tables(n, rows, columns int, title string, options int) []byte {
	var fields, cols, all, opts []string
	for i := range options {
		opts = append(opts, fmt.Sprintf(`"option number %d"`, i))
	}
	kind := `"line"`
	if options > 0 {
		kind = `"choice","options":[` + strings.Join(opts, ",") + `]`
	}
	for i := range columns {
		cols = append(cols, fmt.Sprintf(`{"key":"c%d","title":"%s %d","kind":%s}`, i, title, i, kind))
	}
	for range rows {
		all = append(all, `{"c0":"option number 0"}`)
	}
	for i := range n {
		fields = append(fields, fmt.Sprintf(`{"key":"custom.t%d","label":"Table %d","kind":"table","custom":true,"columns":[%s],"answer":[%s]}`, i, i, strings.Join(cols, ","), strings.Join(all, ",")))
	}
	return []byte(`{"format":"cardstock/1","kind":"model","template":"model","title":"","sections":[{"key":"big","title":"Big","custom":true,"fields":[` + strings.Join(fields, ",") + `]}]}`)
}

func TestTitlesOfColumnsHaveALength(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	if r := b.upload("/cards/import", "c.json", tables(1, 3, 2, strings.Repeat("t", 1_000), 0), nil).is(422); !strings.Contains(r.text(), "Table 0: the title of column 1 has 1002 characters; 300 is the most.") {
		t.Errorf("%s", r.text())
	}
	long := strings.Replace(string(tables(1, 3, 2, "t", 0)), `{"c0":`, `{"`+strings.Repeat("k", 1_000)+`":`, 1)
	if r := b.upload("/cards/import", "c.json", []byte(long), nil).is(422); !strings.Contains(r.text(), "the name of a column has 1000 bytes; 120 is the most") {
		t.Errorf("%s", r.text())
	}
	if r := b.upload("/cards/import", "c.json", tables(1, 3, 1, "t", 1_001), nil).is(422); !strings.Contains(r.text(), "there are 1001 options; 1000 is the most") {
		t.Errorf("%s", r.text())
	}
}

// TestAPageHasRoomForSoManyCells: beside them, a table says how many rows it has and is shown when it is asked for; the others keep what they say when
// the page is saved.
func TestAPageHasRoomForSoManyCells(t *testing.T) {
	undetected(t)
	t.Parallel()
	b := common(t).visitor()
	page := b.upload("/cards/import", "c.json", tables(10, 390, 50, strings.Repeat("t", 290), 0), nil).is(200)
	path := page.one("#section-form").AttrOr("action", "")
	page = b.get(path).is(200)
	if n := len(page.body); n > 20<<20 {
		t.Errorf("%d bytes", n)
	}
	if n := page.find(`[data-rows]`).Length(); n != 1 {
		t.Errorf("%d tables are shown", n)
	}
	last := page.one(`[id="field-custom.t9"]`)
	if text := strings.Join(strings.Fields(last.Text()), " "); !strings.Contains(text, "390 rows, for which this page has no room") {
		t.Errorf("the last: %s", text)
	}
	link := page.one(`[id="box-custom.t9"]`)
	alone := b.get(strings.Split(link.AttrOr("href", ""), "#")[0]).is(200)
	if n := alone.find(`[id="field-custom.t9"] [data-rows] tr`).Length(); n != 391 || alone.find(`[data-rows]`).Length() != 1 {
		t.Errorf("asked for, it has %d rows", n)
	}
	if r := b.do(request{method: "GET", path: link.AttrOr("hx-get", ""), header: map[string]string{"HX-Request": "true"}}).is(200); r.find(`[data-rows] tr`).Length() != 391 {
		t.Errorf("as a fragment: %.300s", r.body)
	}
	b.put(path, form("rev.custom.t9", last.Find(`[name="rev.custom.t9"]`).AttrOr("value", ""), "rev.custom.t0", page.one(`[name="rev.custom.t0"]`).AttrOr("value", ""), "answer.custom.t0[0].c0", "edited")).is(303)
	card, _, _ := strings.Cut(path, "/sections/")
	if said := string(b.get(card + ".json").is(200).body); strings.Count(said, "option number 0") != 9*390 || strings.Count(said, "edited") != 1 {
		t.Errorf("after a save: %d cells and %d", strings.Count(said, "option number 0"), strings.Count(said, "edited"))
	}
}

// TestOptionsStandOnceForAColumn of many rows, and can be chosen as before.
func TestOptionsStandOnceForAColumn(t *testing.T) {
	undetected(t)
	t.Parallel()
	b := common(t).visitor()
	page := b.upload("/cards/import", "c.json", tables(1, 1_000, 9, "t", 100), nil).is(200)
	path := page.one("#section-form").AttrOr("action", "")
	page = b.get(path).is(200)
	if n := len(page.body); n > 8<<20 {
		t.Errorf("%d bytes", n)
	}
	list := page.one(`[name="answer.custom.t0[7].c3"]`).AttrOr("list", "")
	if n := page.find(`datalist[id="` + list + `"] option`).Length(); list == "" || n != 100 || page.find("datalist").Length() != 9 {
		t.Errorf("list %q has %d options", list, n)
	}
	rev := page.one(`[name="rev.custom.t0"]`).AttrOr("value", "")
	if r := b.put(path, form("rev.custom.t0", rev, "answer.custom.t0[0].c0", "no option")).is(422); !strings.Contains(r.text(), "in row 1") {
		t.Errorf("%s", r.text())
	}
	b.put(path, form("rev.custom.t0", rev, "answer.custom.t0[0].c0", "option number 9")).is(303)
	few := b.upload("/cards/import", "c.json", tables(1, 3, 2, "t", 100), nil).is(200)
	if few.find(`select[name="answer.custom.t0[0].c0"] option`).Length() != 101 || few.find("datalist").Length() != 0 {
		t.Error("a short table has no boxes to choose from")
	}
}

// TestAttachedTablesCount: where they are shown, by their cells; where they are exported, as the text that they are.
func TestAttachedTablesCount(t *testing.T) {
	undetected(t)
	t.Parallel()
	s := newApp(t, rules(limit.Rules{limit.Archives: {Session: limit.Rate{Burst: 2}}}))
	b := s.visitor().from("192.0.2.1")
	card := b.newCard("model")
	wide := strings.Repeat(strings.TrimSuffix(strings.Repeat("1,", 200), ",")+"\n", 25)
	for i := range 60 {
		b.attach(card, "factors", fmt.Sprintf("wide%d.csv", i), []byte(wide)).is(303)
	}
	page := b.get(card + "/sections/factors").is(200)
	if n := page.find("#attached td").Length(); n == 0 || n > 10_000 {
		t.Errorf("%d cells are shown", n)
	}
	if text := page.one("#attached li:last-child").Text(); !strings.Contains(text, "24 rows, 200 columns; the page has no room for them") {
		t.Errorf("the last: %.200s", text)
	}
	read := b.get(card + "/preview").is(200)
	if n := read.find("#main td").Length(); n == 0 || n > 20_000 || !strings.Contains(read.text(), "and 24 more rows") {
		t.Errorf("%d cells are shown to a reader", n)
	}
	b.get(card + ".html").is(200)
	b.get(card + ".pdf").is(200)
	slowed(t, b.do(request{method: "GET", path: card + ".pdf"}))
}
