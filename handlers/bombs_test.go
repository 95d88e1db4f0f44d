package handlers_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestSmallRequestsMakeNoLargePages sends small things that would once have become pages of hundreds of megabytes.
func TestSmallRequestsMakeNoLargePages(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	card := b.newCard("model")
	const key = "quantitative_analyses.metrics"
	table := func(rows int, column func(i int) string) url.Values {
		form := url.Values{}
		for i := range rows {
			form.Set(fmt.Sprintf("answer.%s[%d].%s", key, i, column(i)), "1")
		}
		return form
	}
	for what, form := range map[string]url.Values{
		"columns of one's own": table(2, func(i int) string { return fmt.Sprintf("c%d", i) }),
		"too many rows":        table(2001, func(int) string { return "value" }),
	} {
		for _, path := range []string{card + "/fields/" + key, card + "/sections/quantitative_analyses"} {
			if r := b.put(path, form).is(422); len(r.body) > 50_000 {
				t.Errorf("%s at %s: a reply of %d bytes", what, path, len(r.body))
			}
		}
	}
	crowd := strings.Repeat("a&", 60_000)
	for _, method := range []string{"PUT", "POST"} {
		path := card + "/fields/" + key
		if method == "POST" {
			path = card + "/sections"
		}
		b.do(request{method: method, path: path, body: crowd, contentType: "application/x-www-form-urlencoded"}).is(413)
	}
	bomb := strings.Repeat("|a", 10_000) + "\n" + strings.Repeat("|-", 10_000) + "|\n" + strings.Repeat("a\n", 25_000)
	b.put(card+"/fields/intended_use.primary_uses", form("answer.intended_use.primary_uses", bomb)).is(303)
	begin := time.Now()
	if r := b.get(card + "/preview").is(200); len(r.body) > 2<<20 || time.Since(begin) > 3*time.Second {
		t.Errorf("a preview of %d bytes after %s", len(r.body), time.Since(begin))
	}
}

// TestManyTablesAreShownAsTyped has many answers that are each just small enough to be drawn.
func TestManyTablesAreShownAsTyped(t *testing.T) {
	undetected(t)
	t.Parallel()
	b := common(t).visitor()
	var fields []string
	bomb := strings.Repeat("|a", 100) + `\n` + strings.Repeat("|-", 100) + `|\n` + strings.Repeat(`a\n`, 190)
	for i := range 60 {
		fields = append(fields, fmt.Sprintf(`{"key":"custom.%d","label":"Q","kind":"text","custom":true,"answer":"%s"}`, i, bomb))
	}
	card := b.upload("/cards/import", "c.json", []byte(`{"format":"cardstock/1","kind":"model","template":"model","title":"","sections":[{"key":"s","title":"S","custom":true,"fields":[`+strings.Join(fields, ",")+`]}]}`), nil).is(200)
	path, _, _ := strings.Cut(card.one(`#section-form`).AttrOr("action", ""), "/sections/")
	if r := b.get(path + "/preview").is(200); len(r.body) > 12<<20 {
		t.Errorf("a preview of %d bytes", len(r.body))
	}
}
