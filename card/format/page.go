package format

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"cardstock/card"
	"cardstock/card/attach"
)

// pageFormat is the card as one HTML file that asks the network for nothing and prints well.
// A block of data in it holds Cardstock JSON, so it can be uploaded again.
var pageFormat = &Format{
	Name: "html", Label: "Cardstock web page", Use: "To read, print, send, and open here again", Suffix: ".html", MediaType: "text/html; charset=utf-8",
	Detect: detectPage, Decode: decodePage, EncodeFor: encodePage,
	Encode: func(ts *card.Templates, c *card.Card) ([]byte, error) { return encodePage(context.Background(), ts, c) },
}

// pageBlock is the id of the data block.
const pageBlock = "cardstock"

type page struct {
	Title   string
	CSS     template.CSS
	Data    template.JS
	Article template.HTML
}

func encodePage(ctx context.Context, ts *card.Templates, c *card.Card) ([]byte, error) {
	data, err := encodeCardstock(ts, withoutPictures(c))
	if err != nil {
		return nil, err
	}
	article, err := ArticleFrom(ctx, ts, c, dataURL)
	if err != nil {
		return nil, err
	}
	block := template.JS(escapedJSON(data))
	var b bytes.Buffer
	b.Grow(len(block) + len(article) + len(readerCSS) + 4<<10) // it may be some dozen megabytes, which are not to be copied again and again
	err = readerTemplates.ExecuteTemplate(&b, "page", page{Title: ts.DisplayName(c), CSS: template.CSS(readerCSS), Data: block, Article: article})
	return b.Bytes(), err
}

// escapedJSON is JSON in which <, >, & and the line separators are \u escapes: no answer can end the block.
func escapedJSON(data []byte) string {
	var b bytes.Buffer
	b.Grow(len(data) + 5*(bytes.Count(data, []byte("<"))+bytes.Count(data, []byte(">"))+bytes.Count(data, []byte("&"))))
	json.HTMLEscape(&b, data)
	return b.String()
}

// withoutPictures is the card as the data block holds it: its pictures stand in the article already.
func withoutPictures(c *card.Card) *card.Card {
	c = c.Clone()
	for i := range c.Attachments {
		if attach.IsPicture(c.Attachments[i].MediaType) {
			c.Attachments[i].Bytes = nil
		}
	}
	return c
}

// pictureID is how the id of a picture in the article begins; the number of the attachment follows.
const pictureID = "attached-"

// pictures collects the pictures of the article, in the order of the card. Answers cannot make one: what they hold has no ids.
func pictures(page string) (all [][]byte) {
	if !strings.Contains(page, `<img id="`+pictureID) {
		return nil
	}
	found := map[int][]byte{}
	z := html.NewTokenizer(strings.NewReader(page))
	for z.Next() != html.ErrorToken {
		if name, _ := z.TagName(); string(name) != "img" {
			continue
		}
		attributes := attributesOf(z)
		n, err := strconv.Atoi(strings.TrimPrefix(attributes["id"], pictureID))
		_, text, ok := strings.Cut(attributes["src"], ";base64,")
		data, wrong := base64.StdEncoding.DecodeString(text)
		if err == nil && ok && wrong == nil {
			found[n] = data
		}
	}
	for _, n := range slices.Sorted(maps.Keys(found)) {
		all = append(all, found[n])
	}
	return all
}

func detectPage(d *Document) bool {
	_, _, ok := dataBlock(d)
	return ok
}

func decodePage(ts *card.Templates, d *Document) (*Result, error) {
	start, end, _ := dataBlock(d)
	root, mended, err := parseJSON(d.text[:end], start)
	if err != nil {
		return nil, err
	}
	inner := &Document{text: d.text[start:end], json: root, pictures: pictures(d.text[end:])}
	if !detectCardstock(inner) {
		return nil, card.Errorf(card.Invalid, "The data in this web page is not a card. Export the page again.")
	}
	d.notes = append(d.notes, mended.notes()...)
	return decodeCardstock(ts, inner)
}

// dataBlock finds the first data block of a page. Answers cannot make one before it: it stands
// in the head, and in the article they are text.
func dataBlock(d *Document) (start, end int, ok bool) {
	if d.json != nil || !strings.Contains(d.text, pageBlock) {
		return 0, 0, false
	}
	z := html.NewTokenizer(strings.NewReader(d.text))
	for z.Next() != html.ErrorToken {
		start += len(z.Raw())
		if name, _ := z.TagName(); string(name) == "script" && isBlock(z) {
			if z.Next() != html.TextToken {
				return 0, 0, false
			}
			return start, start + len(z.Raw()), true
		}
	}
	return 0, 0, false
}

// isBlock reads the attributes of the tag the tokenizer is at.
func isBlock(z *html.Tokenizer) bool {
	attributes := attributesOf(z)
	return attributes["id"] == pageBlock && attributes["type"] == "application/json"
}

func attributesOf(z *html.Tokenizer) map[string]string {
	attributes := map[string]string{}
	for more := true; more; {
		var name, val []byte
		name, val, more = z.TagAttr()
		attributes[string(name)] = string(val)
	}
	return attributes
}
