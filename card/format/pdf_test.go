package format

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cardstock/card"
	"cardstock/card/attach"
)

// saidByPDF is the text of a card's PDF.
func saidByPDF(t *testing.T, c *card.Card) string {
	t.Helper()
	data := encode(t, ".pdf", c)
	if dir := os.Getenv("CARDSTOCK_PDF_DIR"); dir != "" { // to look at, or to check with other programs
		name := strings.NewReplacer("/", "-", " ", "-").Replace(t.Name())
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text, err := textOfPDF(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func set(t *testing.T, c *card.Card, key, answer string) {
	t.Helper()
	f, _ := c.Field(key)
	if f == nil {
		t.Fatalf("the card has no field %s", key)
	}
	f.Answer = answer
}

// TestPDFSaysEverything: the answers of cards of every sort are in their PDFs, by the ledger.
func TestPDFSaysEverything(t *testing.T) {
	undetected(t)
	ts := templates(t)
	for name, c := range written(t) {
		data := encode(t, ".pdf", c)
		l, err := Account(t.Context(), ts, c, pdfFormat, data)
		if err != nil {
			t.Fatal(name, err)
		}
		if answers := len(allAnswers(c)); l.Totals[Changed] != answers {
			t.Errorf("%s: %v of %d answers", name, l.Totals, answers)
			for _, e := range l.Entries {
				if e.Fate == LeftOut {
					f, _ := c.Field(e.Field)
					t.Logf("left out: %.300q", f.Answer)
				}
			}
		}
		if again := encode(t, ".pdf", c); !bytes.Equal(data, again) {
			t.Errorf("%s: the same card gives other bytes", name)
		}
	}
}

// TestPDFOfPicturesOfOneWidth: the library has no order for them.
func TestPDFOfPicturesOfOneWidth(t *testing.T) {
	undetected(t)
	t.Parallel()
	c := templates(t).Get("model").New()
	for shade := range 5 {
		picture := image.NewGray(image.Rect(0, 0, 9, 9))
		picture.Pix[0] = uint8(shade)
		var b bytes.Buffer
		if err := png.Encode(&b, picture); err != nil {
			t.Fatal(err)
		}
		c.Attachments = append(c.Attachments, card.Attachment{Section: "factors", Name: fmt.Sprint(shade, ".png"), Alt: "A shade", MediaType: attach.PNG, Bytes: b.Bytes()})
	}
	first := encode(t, ".pdf", c)
	for range 10 {
		if !bytes.Equal(encode(t, ".pdf", c), first) {
			t.Fatal("the same card gives other bytes")
		}
	}
	if n := bytes.Count(first, []byte("/Subtype /Image")); n != 5 || bytes.Count(first, []byte("/Width 9\n")) != 5 {
		t.Errorf("%d pictures, %d of their width", n, bytes.Count(first, []byte("/Width 9\n")))
	}
}

// TestPDFLedgerTells: an answer that is not in the PDF is found missing.
func TestPDFLedgerTells(t *testing.T) {
	ts := templates(t)
	c := ts.Get("model").New()
	data := encode(t, ".pdf", c)
	set(t, c, "factors.relevant", "Never printed")
	l, err := Account(t.Context(), ts, c, pdfFormat, data)
	if err != nil || l.Totals[LeftOut] != 1 {
		t.Fatalf("%v %v", l, err)
	}
	for _, e := range l.Entries {
		if e.Field == "factors.relevant" && e.Fate != LeftOut {
			t.Errorf("an answer that is not there is %s", e.Fate)
		}
	}
}

// TestPDFScripts: what is written in the scripts that the fonts cover is text; what they do not cover is named, and still found.
func TestPDFScripts(t *testing.T) {
	undetected(t)
	c := templates(t).Get("model").New()
	for key, answer := range map[string]string{
		"model_details.name": "Übersetzer Жук Ελλάδα", "factors.relevant": "这是一个模型卡。日本語の文章 한국어 문장",
		"factors.evaluation": "עברית 123 (abc) שלום", "caveats.limitations": "مرحبا بالعالم لا بأس 2024", "caveats.recommendations": "👩‍🔬 and 𝒳, ไทย",
		"intended_use.primary_uses": "**Bold** [site](https://example.org/a?b=1&c=2) &amp; \\*star\\*\n\n| a | b |\n|---|---|\n| x y | z |\n\n```python\nprint(\"(hi)\")\n```",
	} {
		set(t, c, key, answer)
	}
	text := saidByPDF(t, c)
	there := squeezed(text)
	for _, want := range []string{"Übersetzer Жук Ελλάδα", "这是一个模型卡。日本語の文章 한국어 문장", "עברית 123 (abc) שלום", "مرحبا بالعالم لا بأس 2024", "👩‍🔬 and 𝒳, ไทย",
		"Bold site (https://example.org/a?b=1&c=2) & *star*", "x yz", `python print("(hi)")`, "Status: Draft"} {
		if !strings.Contains(there, squeezed(want)) {
			t.Errorf("%q is not in the PDF", want)
		}
	}
}

// TestVisualOrder: a line with both directions stands as the algorithm of Unicode has it.
func TestVisualOrder(t *testing.T) {
	for in, want := range map[string]string{
		"abc": "abc", "אבג": "גבא", "ab אב cd": "ab בא cd", "אב 12 גד": "דג 12 בא", "אב (cd)": "(cd) בא", "12 אב": "בא 12", "ab אב, גד cd": "ab דג ,בא cd",
	} {
		p := typesetter{map[face]map[rune]glyph{}}
		l := p.cells(plainSpans(sans, in))
		got := ""
		for _, i := range visual(l, rightToLeft(l)) {
			got += l[i].shown
		}
		if got != want {
			t.Errorf("%q stands as %q, want %q", in, got, want)
		}
	}
	p := typesetter{map[face]map[rune]glyph{}}
	got := ""
	for _, c := range p.cells(plainSpans(sans, "سلام لا")) {
		got += c.shown
	}
	if want := "\ufeb3\ufefc\ufee1 \ufefb"; got != want {
		t.Errorf("Arabic is shaped as %+q, want %+q", got, want)
	}
}

func drawn(t *testing.T, mediaType string) []byte {
	picture := image.NewPaletted(image.Rect(0, 0, 40, 30), color.Palette{color.White, color.Black})
	var b bytes.Buffer
	var err error
	switch mediaType {
	case attach.PNG:
		err = png.Encode(&b, image.NewNRGBA64(picture.Rect))
	case attach.JPEG:
		err = jpeg.Encode(&b, picture, nil)
	case attach.GIF:
		err = gif.Encode(&b, picture, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestPDFPictures: pictures are in the PDF; a broken one is named and breaks nothing.
func TestPDFPictures(t *testing.T) {
	c := templates(t).Get("model").New()
	for _, mediaType := range []string{attach.PNG, attach.JPEG, attach.GIF} {
		c.Attachments = append(c.Attachments, card.Attachment{Section: "factors", Name: "plot", MediaType: mediaType, Bytes: drawn(t, mediaType), Alt: "A plot", Caption: "Fig"})
	}
	for _, mediaType := range []string{attach.PNG, attach.JPEG, attach.SVG} {
		c.Attachments = append(c.Attachments, card.Attachment{Section: "factors", Name: "broken", MediaType: mediaType, Bytes: []byte("no picture"), Alt: "Nothing"})
	}
	c.Attachments = append(c.Attachments, card.Attachment{Section: "factors", Name: "t.csv", MediaType: attach.CSV, Bytes: []byte("year,size\n2024,77\n")})
	text := saidByPDF(t, c)
	if n := bytes.Count(encode(t, ".pdf", c), []byte("/Subtype /Image")); n < 3 {
		t.Errorf("%d pictures are in the PDF", n)
	}
	if strings.Count(squeezed(text), "Thepicturebrokenisnot") != 3 || !strings.Contains(squeezed(text), "yearsize202477") {
		t.Errorf("the PDF says %.2000s", text)
	}
}

// TestPDFFrame: bookmarks, title, and DRAFT if the card says that it is one.
func TestPDFFrame(t *testing.T) {
	c := templates(t).Get("model").New()
	set(t, c, "model_details.name", "Frame")
	data := encode(t, ".pdf", c)
	if !bytes.Contains(data, []byte("/Outlines")) || bytes.Contains(data, []byte("(D:20")) {
		t.Error("the PDF has no bookmarks, or a time")
	}
	marked := pagesSay(t, data)
	if !strings.Contains(marked, "DRAFT") || !strings.Contains(marked, "Page 1 of ") {
		t.Errorf("frames say %.500q", marked)
	}
	for status, says := range map[string]string{"Approved": "Status: Approved", "in review": "Status: In review", "": ""} {
		set(t, c, "governance.status", status)
		marked := pagesSay(t, encode(t, ".pdf", c))
		if strings.Contains(strings.ToLower(marked), "draft") || !strings.Contains(marked, says) || status == "" && strings.Contains(marked, "Status:") {
			t.Errorf("a card of the status %q says %.500q", status, marked)
		}
	}
}

// pagesSay is all text on the pages, frames too.
func pagesSay(t *testing.T, data []byte) string {
	var b strings.Builder
	eachPage(data, func(content []byte) {
		for _, m := range shownText.FindAllSubmatch(content, -1) {
			b.WriteString(fromUnits(unescapePDF(m[2])))
		}
	})
	return b.String()
}

// TestPDFIsBounded: cards made to be large or slow are set in seconds.
func TestPDFIsBounded(t *testing.T) {
	undetected(t)
	var every strings.Builder
	for r := rune(0x3000); r < 0xD800; r++ {
		every.WriteRune(r)
	}
	for name, answer := range map[string]string{
		"line ends": strings.Repeat("x\n", 50_000), "one word": strings.Repeat("x", 100_000), "brackets": strings.Repeat("[", 100_000), "every character": every.String(),
		"quotes": strings.Repeat("> ", 50_000), "table": "|a|b|\n|-|-|\n" + strings.Repeat("|x|y|\n", 9_000), "marks": "x" + strings.Repeat("\u0301", 99_000),
		"arabic": strings.Repeat("لا", 50_000), "code": "```\n" + strings.Repeat("\n", 90_000) + "x\n```",
	} {
		c := templates(t).Get("model").New()
		set(t, c, "factors.relevant", answer)
		began := time.Now()
		data := encode(t, ".pdf", c)
		took := time.Since(began)
		t.Logf("%s: %v, %d bytes", name, took.Round(time.Millisecond), len(data))
		if took > 15*time.Second || len(data) > 20<<20 {
			t.Errorf("%s takes %v and %d bytes", name, took, len(data))
		}
	}
}

// TestPDFOfTheMostIsBounded sets as much as a PDF holds.
func TestPDFOfTheMostIsBounded(t *testing.T) {
	undetected(t)
	for name, of := range map[string]string{"items": "- a\n", "Arabic": "لا ", "table": "|x|y|\n", "words": "word *em* `c` "} {
		c := templates(t).Get("model").New()
		s := &card.Section{Key: "own", Title: "Own", Custom: true}
		for size := maxPaperText; size > 0; size -= 90_000 {
			n := min(size, 90_000) / len(of)
			answer := strings.TrimSpace(strings.Repeat(of, n))
			if name == "table" {
				answer = "|a|b|\n|-|-|\n" + answer[:len(answer)-20]
			}
			s.Fields = append(s.Fields, card.Field{Key: fmt.Sprint("custom.", size), Label: "Q", Kind: card.Text, Custom: true, Answer: answer})
		}
		c.Sections = append(c.Sections, *s)
		began := time.Now()
		data := encode(t, ".pdf", c)
		took := time.Since(began)
		t.Logf("%s: %v, %d bytes", name, took.Round(time.Millisecond), len(data))
		if took > 30*time.Second || len(data) > 20<<20 {
			t.Errorf("%s takes %v and %d bytes", name, took, len(data))
		}
	}
}

// TestPDFPointsAreBounded: a small file can be a picture of very many points. What is too much is named, with its words, and all else is there.
func TestPDFPointsAreBounded(t *testing.T) {
	undetected(t)
	c := templates(t).Get("model").New()
	var large, small bytes.Buffer
	for _, of := range []struct {
		b    *bytes.Buffer
		side int
	}{{&large, 5500}, {&small, 20}} {
		if err := png.Encode(of.b, image.NewGray(image.Rect(0, 0, of.side, of.side))); err != nil {
			t.Fatal(err)
		}
	}
	for i, b := range []*bytes.Buffer{&large, &large, &large, &small} {
		c.Attachments = append(c.Attachments, card.Attachment{Section: "factors", Name: fmt.Sprintf("picture%d.png", i), Alt: fmt.Sprintf("words %d", i), MediaType: attach.PNG, Bytes: b.Bytes()})
	}
	began := time.Now()
	data := encode(t, ".pdf", c)
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	text, err := textOfPDF(t.Context(), data)
	for i := range c.Attachments {
		if err != nil || !strings.Contains(text, fmt.Sprintf("words %d", i)) {
			t.Errorf("the words of picture %d are not there: %v", i, err)
		}
		missing := strings.Contains(squeezed(text), squeezed(fmt.Sprintf("picture%d.png is not on this page: the pictures of this card have more than 60 million points", i)))
		if missing != (i == 1 || i == 2) {
			t.Errorf("picture %d is missing: %t", i, missing)
		}
	}
}
