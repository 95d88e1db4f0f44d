package format

import (
	"bytes"
	"fmt"
	"html/template"
	"image"
	"image/png"
	"strings"
	"testing"

	"cardstock/card"
	"cardstock/card/attach"
)

// plot is a small picture.
func plot(t testing.TB, width int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, 4))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withAttachments is a card with pictures and tables in two sections, in an order of its own.
func withAttachments(t testing.TB) *card.Card {
	t.Helper()
	c := smallCard()
	last := c.Sections[len(c.Sections)-1].Key
	table := "metric,value\n"
	for i := range sheetRows + 5 {
		table += fmt.Sprintf("m%d,<b>%d</b>\n", i, i)
	}
	for _, a := range []struct {
		card.Attachment
		data []byte
	}{
		{card.Attachment{Section: last, Name: "a.png", Alt: `A "plot" & <more>`, Caption: "First"}, plot(t, 7)},
		{card.Attachment{Section: c.Sections[0].Key, Name: "ä.csv", Caption: "The numbers"}, []byte(table)},
		{card.Attachment{Section: c.Sections[0].Key, Name: "b.svg", Alt: "A circle"}, []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>`)},
		{card.Attachment{Section: last, Name: "c.png", Alt: "Another"}, plot(t, 9)},
	} {
		f, err := attach.Clean(a.data)
		if err != nil {
			t.Fatal(err)
		}
		c.Attachments = append(c.Attachments, With(a.Attachment, f))
	}
	return c
}

// TestAttachmentsAreLossless in both formats that carry them, and fit the schema.
func TestAttachmentsAreLossless(t *testing.T) {
	c := withAttachments(t)
	for _, suffix := range []string{".json", ".html"} {
		data := encode(t, suffix, c)
		r := read(t, data)
		same(t, r.Card, c)
		for i, a := range r.Card.Attachments {
			if w := c.Attachments[i]; !bytes.Equal(a.Bytes, w.Bytes) || a.Section != w.Section || a.Name != w.Name || a.Alt != w.Alt || a.Caption != w.Caption ||
				a.MediaType != w.MediaType || a.Width != w.Width || a.Size != w.Size {
				t.Errorf("%s: attachment %d is %+v", suffix, i, a)
			}
		}
		if len(r.Card.Attachments) != 4 || len(r.Notes) != 0 || !bytes.Equal(encode(t, suffix, r.Card), data) {
			t.Errorf("%s: %d attachments, notes %q, or two exports differ", suffix, len(r.Card.Attachments), r.Notes)
		}
	}
	if err := checkSchema(t, cardSchema(t), encode(t, ".json", c)); err != nil {
		t.Error(err)
	}
}

// TestAPictureStandsOnceInAPage: twice, the export of a card could be larger than an upload may be.
func TestAPictureStandsOnceInAPage(t *testing.T) {
	c := smallCard()
	f, err := attach.Clean(plot(t, 5000))
	if err != nil {
		t.Fatal(err)
	}
	f.Bytes = append(f.Bytes, bytes.Repeat([]byte("x"), 90_000)...)
	bare := len(encode(t, ".html", c))
	c.Attachments = []card.Attachment{With(card.Attachment{Section: c.Sections[0].Key, Name: "a.png", Alt: "x"}, f)}
	if more := len(encode(t, ".html", c)) - bare; more > 130_000 {
		t.Errorf("a picture of 90 KB takes %d bytes", more)
	}
}

// TestAnArticleShowsAttachments below the answers of their section; words in them are text.
func TestAnArticleShowsAttachments(t *testing.T) {
	c := withAttachments(t)
	html, err := Article(templates(t), c)
	if err != nil {
		t.Fatal(err)
	}
	text := string(html)
	for _, part := range []string{`alt="A &#34;plot&#34; &amp; &lt;more&gt;"`, `src="data:image/png;base64,`, `src="data:image/svg&#43;xml;base64,`, `<figcaption dir="auto">First</figcaption>`,
		"&lt;b&gt;19&lt;/b&gt;", "and 5 more rows"} {
		if !strings.Contains(text, part) {
			t.Errorf("no %s in\n%s", part, text)
		}
	}
	if strings.Contains(text, "m20") || strings.Contains(text, "<b>1") {
		t.Error("too many rows, or a cell is HTML")
	}
	from, err := ArticleFrom(t.Context(), templates(t), c, func(a *card.Attachment) template.URL { return template.URL("/files/" + a.Name) })
	if err != nil || !strings.Contains(string(from), `src="/files/a.png"`) || strings.Contains(string(from), "data:") {
		t.Errorf("from addresses: %v\n%s", err, from)
	}
}

// TestAnswersAreNoPictures: what looks like one in an answer is text, and changes nothing in what is read.
func TestAnswersAreNoPictures(t *testing.T) {
	c := withAttachments(t)
	c.Sections[0].Fields[0].Kind = card.Text
	c.Sections[0].Fields[0].Answer = `<img id="attached-0" src="data:image/png;base64,AAAA"> ![x](data:image/png;base64,AAAA)`
	r := read(t, encode(t, ".html", c))
	if len(r.Card.Attachments) != 4 || !bytes.Equal(r.Card.Attachments[0].Bytes, c.Attachments[0].Bytes) {
		t.Error("an answer was taken for a picture")
	}
}

func TestTooManyAttachments(t *testing.T) {
	c := withAttachments(t)
	for len(c.Attachments) <= card.MaxAttachments {
		c.Attachments = append(c.Attachments, c.Attachments[0])
	}
	if err := c.Check(); card.CodeOf(err) != card.Invalid {
		t.Errorf("the card: %v", err)
	}
	if _, err := Read(templates(t), encode(t, ".json", c)); card.CodeOf(err) != card.Invalid || !strings.Contains(err.Error(), "attachments[100] is one too many") {
		t.Errorf("the file: %v", err)
	}
}
