package format

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

func (p *paper) page() {
	p.pdf.AddPage()
	p.y, p.face = margin, ""
}

// room begins a page if there is less left on this one.
func (p *paper) room(height float64) {
	if p.y+height > bottom {
		p.page()
	}
}

// text sets a paragraph at an indentation.
func (p *paper) text(spans []span, size, left float64) {
	p.paragraph(p.cells(spans), size, margin+left, inner-left)
}

func (p *paper) paragraph(cells []cell, size, x, width float64) {
	if p.set > maxPaperLines {
		for i := range cells {
			if cells[i].said == "\n" {
				cells[i].said, cells[i].shown = " ", ""
			}
		}
	}
	rtl := rightToLeft(cells)
	blank := 0
	for _, l := range lines(cells, width/size*1000) {
		if blank++; len(l) > 0 {
			blank = 0
		}
		if blank > 1 { // one empty line is as good as many
			continue
		}
		p.room(size * leading)
		p.y += size * leading
		p.set++
		at := x
		if rtl {
			at = x + width - widthOfCells(l)*size/1000
		}
		p.line(l, at, p.y-size*0.35, size, rtl)
	}
}

func widthOfCells(l []cell) (w float64) {
	for i := range l {
		w += l[i].width
	}
	return w
}

// line sets a line. The cells are written in the order in which they are read, wherever they stand: that is what programs copy.
func (p *paper) line(l []cell, x, y, size float64, rtl bool) {
	at := make([]float64, len(l))
	for _, i := range visual(l, rtl) {
		at[i] = x
		x += l[i].width * size / 1000
	}
	for i := 0; i < len(l); {
		j := i + 1
		for j < len(l) && l[i].level%2 == 0 && joins(&l[i], &l[j]) {
			j++
		}
		p.run(l[i:j], at[i], y, size)
		i = j
	}
}

// joins reports whether two cells can be written as one.
func joins(a, b *cell) bool {
	return a.glyph.name == b.glyph.name && a.link == b.link && a.level == b.level && a.different() == b.different()
}

// run sets cells of one font. Where the page shows other characters than were written it says which were, so that what is copied or
// searched is what was written.
func (p *paper) run(cells []cell, x, y, size float64) {
	var said, shown strings.Builder
	for i := range cells {
		said.WriteString(cells[i].said)
		shown.WriteString(cells[i].shown)
	}
	other := cells[0].different()
	if other {
		p.pdf.RawWriteStr("/Span <</ActualText <FEFF" + utf16Hex(said.String()) + ">>> BDC")
	}
	if shown.Len() > 0 && cells[0].glyph.name != "" {
		p.use(cells[0].glyph, size)
		p.pdf.Text(x, y, shown.String())
	}
	if cells[0].link != "" {
		p.pdf.LinkString(x, y-size, widthOfCells(cells)*size/1000, size*leading, cells[0].link)
	}
	if other {
		p.pdf.RawWriteStr("EMC")
	}
}

func utf16Hex(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	return b.String()
}

// use makes a font that of the page.
func (p *paper) use(g glyph, size float64) {
	if !p.fonts[g.name] {
		p.pdf.AddUTF8FontFromBytes(g.name, "", g.from.data)
		p.fonts[g.name] = true
	}
	if p.face != g.name || p.size != size {
		p.face, p.size = g.name, size
		p.pdf.SetFont(g.name, "", size)
	}
}

func (p *paper) block(b block) {
	left := float64(min(b.level, 8)) * indent
	size := bodySize
	switch {
	case b.table != nil:
		p.table(b.table, b.numbers)
		return
	case b.heading:
		size = bodySize + 1
		p.room(3 * size * leading)
	case b.code:
		size = smallSize
	}
	if b.mark != "" {
		p.room(size * leading)
		mark := p.cells(plainSpans(sans, b.mark))
		p.line(mark, margin+left-widthOfCells(mark)*size/1000-4, p.y+size*(leading-0.35), size, false)
	}
	if len(b.spans) == 0 {
		p.y += size * leading
		return
	}
	p.text(b.spans, size, left)
	p.y += 3
}

// Limits of what is set as a table; beyond, each row is a list.
const (
	maxTableColumns = 8
	maxCellLines    = 30
)

func (p *paper) table(rows [][][]span, numbers []bool) {
	columns := 0
	for _, r := range rows {
		columns = max(columns, len(r))
	}
	if columns == 0 {
		return
	}
	before := beforeCells(rows[0])
	if columns > maxTableColumns {
		p.titles(rows[0])
		p.records(before, rows[1:])
		return
	}
	width := inner / float64(columns)
	for i, r := range rows {
		switch {
		case p.ctx.Err() != nil:
			return
		case p.row(r, width, numbers):
		case i == 0:
			p.titles(r)
		default:
			p.records(before, rows[i:i+1])
		}
	}
	p.y += 4
}

// row sets a row of a table, unless a cell is too long for one. Cells of columns of numbers end where the column does.
func (p *paper) row(row [][]span, width float64, numbers []bool) bool {
	const pad = 6.0
	var set [][][]cell
	most := 1
	for _, of := range row {
		l := lines(p.cells(of), (width-pad)/smallSize*1000)
		most = max(most, len(l))
		set = append(set, l)
	}
	if most > maxCellLines {
		return false
	}
	height := float64(most)*smallSize*leading + 4
	p.room(height)
	for i, l := range set {
		for j := range l {
			rtl := rightToLeft(l[j])
			at := margin + float64(i)*width
			if rtl || i < len(numbers) && numbers[i] {
				at += width - pad - widthOfCells(l[j])*smallSize/1000
			}
			p.line(l[j], at, p.y+float64(j+1)*smallSize*leading, smallSize, rtl)
		}
	}
	p.y += height
	p.set += most
	p.pdf.RawWriteStr("/Artifact BMC")
	p.pdf.SetLineWidth(0.3)
	p.pdf.Line(margin, p.y, margin+inner, p.y)
	p.pdf.RawWriteStr("EMC")
	return true
}

// longTitle is how many characters a column's title has to stand before each of its cells; before those of a longer one stands its number, as many
// times a long one is a book.
const longTitle = 60

// titles sets the titles of columns as a list.
func (p *paper) titles(row [][]span) {
	for i, title := range row {
		if isLongTitle(title) {
			title = append([]span{{columnNumber(i) + ": ", sans, ""}}, title...)
		}
		p.text(title, smallSize, indent)
	}
	p.y += 6
}

// records sets rows as lists, each cell after what stands before those of its column.
func (p *paper) records(before [][]span, rows [][][]span) {
	for _, r := range rows {
		if p.ctx.Err() != nil {
			return
		}
		for i, cell := range r {
			if len(cell) == 0 || len(cell) == 1 && cell[0].text == "" {
				continue
			}
			if i < len(before) {
				cell = append(append(append([]span{}, before[i]...), span{": ", sans, ""}), cell...)
			}
			p.text(cell, smallSize, indent)
		}
		p.y += 6
	}
}

// beforeCells is what stands before the cells of columns with these titles.
func beforeCells(titles [][]span) [][]span {
	before := slices.Clone(titles)
	for i, title := range titles {
		if isLongTitle(title) {
			before[i] = plainSpans(sans, columnNumber(i))
		}
	}
	return before
}

func isLongTitle(title []span) bool {
	n := 0
	for _, s := range title {
		n += utf8.RuneCountInString(s.text)
	}
	return n > longTitle
}

func columnNumber(i int) string { return "Column " + strconv.Itoa(i+1) }
