package handlers_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"strings"
	"testing"

	"cardstock/limit"
)

// TestLongCardsAreExportedWithinLimits: a card that says much may be exported a few times, and what no PDF can hold is said where the
// exports are listed. A short card is never counted.
func TestLongCardsAreExportedWithinLimits(t *testing.T) {
	t.Parallel()
	s := newApp(t, rules(limit.Rules{limit.Archives: {Session: limit.Rate{Burst: 3}}}))
	b := s.visitor().from("192.0.2.1")
	short := b.newCard("model")
	long := func(answers int) string {
		var fields []string
		for i := range answers {
			fields = append(fields, fmt.Sprintf(`{"key":"custom.%d","label":"Q","kind":"text","custom":true,"answer":"%s"}`, i, strings.Repeat("much ", 9000)))
		}
		page := b.upload("/cards/import", "c.json", []byte(`{"format":"cardstock/1","kind":"model","template":"model","title":"","sections":[{"key":"s","title":"S","custom":true,"fields":[`+strings.Join(fields, ",")+`]}]}`), nil).is(200)
		path, _, _ := strings.Cut(page.one("#section-form").AttrOr("action", ""), "/sections/")
		return path
	}
	some, most := long(6), long(30)
	b.get(some + ".md").is(200) // whatever it is exported as
	if r := b.get(most + ".pdf").is(422); !strings.Contains(r.text(), "1.3 MB") || !strings.Contains(r.text(), "HTML and Markdown") {
		t.Errorf("%s", r.text())
	}
	if r := b.get(most + "/exports").is(200); !strings.Contains(r.text(), "too long for a PDF") || r.has(`#main a[href$=".pdf"]`) {
		t.Errorf("%s", clip(r.body))
	}
	slowed(t, b.do(request{method: "GET", path: some + ".pdf"}))
	for range 5 {
		b.get(short + ".pdf").is(200)
		b.get(short + "/exports").is(200)
	}
}

// TestLargePicturesAreDrawnWithinLimits: a picture of many points counts where it is drawn, and nowhere else.
func TestLargePicturesAreDrawnWithinLimits(t *testing.T) {
	undetected(t)
	t.Parallel()
	s := newApp(t, rules(limit.Rules{limit.Archives: {Session: limit.Rate{Burst: 1}}}))
	b := s.visitor().from("192.0.2.1")
	card := b.newCard("model")
	var large bytes.Buffer
	if err := png.Encode(&large, image.NewGray(image.Rect(0, 0, 2100, 2100))); err != nil {
		t.Fatal(err)
	}
	b.attach(card, "factors", "large.png", large.Bytes()).is(303)
	b.get(card + ".pdf").is(200)
	slowed(t, b.do(request{method: "GET", path: card + ".pdf"}))
	slowed(t, b.do(request{method: "GET", path: card + "/exports"}))
	for _, suffix := range []string{".json", ".html", ".md"} {
		b.get(card + suffix).is(200)
	}
}
