package format

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"

	"codeberg.org/go-pdf/fpdf"

	"cardstock/card"
	"cardstock/card/attach"
)

// pdfFormat is the card on paper: to send, print and file. It is only written; what it says can be read back as text, by which the ledger
// measures it.
var pdfFormat = &Format{
	Name: "pdf", Label: "PDF", Use: "To send, print and file; with bookmarks", Suffix: ".pdf", MediaType: "application/pdf",
	Encode:    func(ts *card.Templates, c *card.Card) ([]byte, error) { return encodePDF(context.Background(), ts, c) },
	EncodeFor: encodePDF, Says: textOfPDF,
}

// The page, in points: A4.
const (
	pageWidth, pageHeight = 595.28, 841.89
	margin                = 56.0
	bottom                = pageHeight - 64
	inner                 = pageWidth - 2*margin
	indent                = 16.0
	bodySize              = 10.0
	smallSize             = 8.5
	leading               = 1.4 // of the size
)

// maxPaperLines is how many lines keep their ends; a card beyond is set without, so that an answer of line ends is no book.
const maxPaperLines = 40_000

// A paper is a PDF in the making.
type paper struct {
	typesetter
	drawn  *drawing
	ctx    context.Context // nobody waits for it any more when that ends
	pdf    *fpdf.Fpdf
	y      float64
	set    int // lines
	left   int // cells of attached tables for which there is room
	points int // of pictures that were unpacked
	fonts  map[string]bool
	widths map[float64]int // of pictures: how many have it
	face   string          // in use
	size   float64         // in use
}

// maxPaperText is how much a card may say, in bytes: a book of some hundred pages, which takes one second, or five if it is a list of single letters.
const maxPaperText = 1 << 20

func encodePDF(ctx context.Context, ts *card.Templates, c *card.Card) ([]byte, error) {
	if n := c.TextBytes(); n > maxPaperText {
		return nil, card.Errorf(card.Invalid, "This card says %.1f MB, which is too long for a PDF: 1 MB is the most. HTML and Markdown have room for all of it.", float64(n)/(1<<20))
	}
	data, err := encodeCardstock(ts, c)
	if err != nil {
		return nil, err
	}
	p := newPaper(ctx)
	p.drawn = newDrawing(c)
	s := newSheetHead(ts, c)
	s.Hash = fmt.Sprintf("%x", sha256.Sum256(data))
	p.describe(s, c)
	p.cover(s)
	for i := range c.Sections {
		p.section(c, &c.Sections[i])
	}
	p.frames(s)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	var b bytes.Buffer
	if err := p.pdf.Output(&b); err != nil {
		return nil, fmt.Errorf("the PDF cannot be written: %w", err)
	}
	return timeless(b.Bytes()), nil
}

func newPaper(ctx context.Context) *paper {
	p := &paper{ctx: ctx, left: maxCells, typesetter: typesetter{map[face]map[rune]glyph{}}, pdf: fpdf.New("P", "pt", "A4", ""), fonts: map[string]bool{}, widths: map[float64]int{}}
	p.pdf.SetMargins(margin, margin, margin)
	p.pdf.SetAutoPageBreak(false, 0)
	p.pdf.SetCatalogSort(true)
	p.pdf.SetLang("en") // as the page of the same card
	p.page()
	p.use(p.glyph(sans, 'a'), bodySize) // bookmarks are written as the font is
	return p
}

// describe fills in what programs that file documents look at.
func (p *paper) describe(s *sheet, c *card.Card) {
	p.pdf.SetTitle(bmp(s.Title), true)
	p.pdf.SetSubject(bmp(s.About), true)
	p.pdf.SetCreator("Cardstock", true)
	p.pdf.SetKeywords(c.Kind.Word()+", content SHA-256 "+s.Hash, true)
	for _, key := range []string{"model_details.owner_name", "motivation.creators"} {
		if f, _ := c.Field(key); f != nil && f.Answered() {
			author, _ := card.CleanLine(f.Answer)
			p.pdf.SetAuthor(bmp(brief(author)), true)
		}
	}
}

// bmp replaces characters that the library cannot write outside the text of a page.
func bmp(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xFFFF {
			return '\uFFFD'
		}
		return r
	}, s)
}

// dates are what the library writes of the time. The same card gives the same bytes, whenever, so they become spaces of the same length.
var dates = regexp.MustCompile(`/(?:CreationDate|ModDate) \(D:[0-9+'Z-]*\)`)

func timeless(data []byte) []byte {
	at := bytes.LastIndex(data, []byte("/CreationDate (D:"))
	if at < 0 {
		return data
	}
	end := bytes.Index(data[at:], []byte("endobj")) + at
	info := dates.ReplaceAllFunc(data[at:end], func(m []byte) []byte { return bytes.Repeat([]byte(" "), len(m)) })
	copy(data[at:end], info)
	return data
}

// cover is the head of the first page, with what the page's own print says there.
func (p *paper) cover(s *sheet) {
	p.pdf.Bookmark(bmp(s.Title), 0, -1)
	p.text(plainSpans(bold, s.Title), 20, 0)
	p.text(plainSpans(sans, s.About), bodySize, 0)
	if len(s.Datasheets) > 0 {
		p.text(plainSpans(sans, "Uses the datasheets: "+strings.Join(s.Datasheets, ", ")), bodySize, 0)
	}
	p.y += 6
	said := []string{fmt.Sprintf("Essential questions answered: %d of %d", s.Progress.EssentialAnswered, s.Progress.Essential)}
	if s.Status != "" {
		said = append(said, "Status: "+s.Status)
	}
	for _, line := range append(said, "Content (SHA-256 of its Cardstock JSON): "+s.Hash) {
		p.text(plainSpans(sans, line), smallSize, 0)
	}
}

// section sets a section that says something.
func (p *paper) section(c *card.Card, s *card.Section) {
	var fields []*card.Field
	for j := range s.Fields {
		if f := &s.Fields[j]; f.Answered() || f.Essential || !card.Blank(f.Answer) {
			fields = append(fields, f)
		}
	}
	attached := false
	for i := range c.Attachments {
		attached = attached || c.Attachments[i].Section == s.Key
	}
	if len(fields) == 0 && !attached {
		return
	}
	p.y += 14
	p.room(80)
	p.pdf.Bookmark(bmp(s.Title), 1, p.y)
	p.text(plainSpans(bold, s.Title), 14, 0)
	for _, f := range fields {
		p.y += 6
		p.room(40)
		p.text(plainSpans(bold, f.Label), smallSize, 0)
		if card.Blank(f.Answer) {
			p.text(plainSpans(sans, "Not stated"), bodySize, 0)
			continue
		}
		for _, b := range p.drawn.blocks(f) {
			if p.ctx.Err() != nil {
				return
			}
			p.block(b)
		}
	}
	for i := range c.Attachments {
		if a := &c.Attachments[i]; a.Section == s.Key {
			p.attachment(a, i)
		}
	}
}

// attachment sets a picture, or what there is in its place, and the words that go with it.
func (p *paper) attachment(a *card.Attachment, n int) {
	p.y += 8
	if attach.IsPicture(a.MediaType) {
		if why := p.picture(a, n); why != "" {
			p.text(plainSpans(sans, "The picture "+a.Name+" is not on this page: "+why+"."), smallSize, 0)
		}
		p.text(plainSpans(sans, "What it shows: "+a.Alt), smallSize, 0)
	} else if t, err := attach.ReadTable(a.Bytes); err == nil {
		shown := firstRows(t, &p.left)
		p.block(sheetBlock(&sheetTable{Titles: t.Columns, Rows: shown}))
		if more := len(t.Rows) - len(shown); more > 0 {
			p.text(plainSpans(sans, fmt.Sprintf("and %d more rows", more)), smallSize, 0)
		}
	}
	if a.Caption != "" {
		p.text(plainSpans(sans, a.Caption), smallSize, 0)
	}
}

// frames writes what stands on each page besides the card.
func (p *paper) frames(s *sheet) {
	count := p.pdf.PageCount()
	for n := 1; n <= count; n++ {
		p.pdf.SetPage(n)
		p.face = "" // each page sets its own
		p.pdf.RawWriteStr("/Artifact BMC")
		foot := fmt.Sprintf("Page %d of %d", n, count)
		p.label(foot, pageWidth-margin-p.widthOf(foot, smallSize), pageHeight-36)
		p.label(p.fitting(s.Title, inner-120), margin, pageHeight-36)
		if s.Draft {
			p.label("DRAFT", pageWidth-margin-p.widthOf("DRAFT", smallSize), 36)
		}
		p.pdf.RawWriteStr("EMC")
	}
	p.pdf.SetPage(count)
}

// fitting is a text cut to a width.
func (p *paper) fitting(s string, width float64) string {
	cells := p.cells(plainSpans(sans, s))
	first := lines(cells, width/smallSize*1000)[0]
	out := ""
	for _, c := range first {
		out += c.said
	}
	if len(first) < len(cells) {
		out += "…"
	}
	return out
}

func (p *paper) widthOf(s string, size float64) float64 {
	w := 0.0
	for _, c := range p.cells(plainSpans(sans, s)) {
		w += c.width
	}
	return w * size / 1000
}

func (p *paper) label(s string, x, y float64) {
	p.line(p.cells(plainSpans(sans, s)), x, y, smallSize, false)
}
