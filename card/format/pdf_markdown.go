package format

import (
	"bufio"
	"bytes"
	"html"
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	rendererhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"

	"cardstock/card"
)

// A block is a paragraph on paper, or a table.
type block struct {
	spans   []span
	level   int    // of indentation
	mark    string // before the first line: a bullet or a number
	heading bool
	code    bool // lines keep their spaces
	table   [][][]span
	numbers []bool // columns of the table that are set flush with one another, as on the reader's page
}

// A reading takes an answer apart as the reader's page does, block by block.
type reading struct {
	source []byte
	blocks []block
	mark   string
}

// blocks is what the next answer of a card says on paper.
func (d *drawing) blocks(f *card.Field) []block {
	if d.typed(f) {
		return typedBlocks(f.Answer)
	}
	return answerBlocks(f)
}

func typedBlocks(answer string) []block {
	return []block{{spans: plainSpans(mono, answer), code: true}}
}

// answerBlocks is what an answer says on paper that is drawn.
func answerBlocks(f *card.Field) []block {
	switch f.Kind {
	case card.List:
		var all []block
		for _, item := range card.Items(f.Answer) {
			if strings.TrimSpace(item) != "" {
				of := readBlocks(inlineMarkdown, item)
				of[0].mark, of[0].level = "•", 1
				all = append(all, of...)
			}
		}
		return all
	case card.Line:
		return readBlocks(inlineMarkdown, f.Answer)
	case card.Text:
		return readBlocks(blockMarkdown, drawnText(f))
	case card.Table:
		if t := newSheetTable(f); t != nil {
			return []block{sheetBlock(t)}
		}
	}
	return []block{{spans: plainSpans(sans, f.Answer)}}
}

func sheetBlock(t *sheetTable) block {
	var rows [][][]span
	var titles [][]span
	for _, title := range t.Titles {
		titles = append(titles, plainSpans(bold, title))
	}
	rows = append(rows, titles)
	for _, row := range t.Rows {
		var cells [][]span
		for _, cell := range row {
			cells = append(cells, plainSpans(sans, cell))
		}
		rows = append(rows, cells)
	}
	return block{table: rows, numbers: t.Numbers}
}

// readBlocks parses an answer with the reader's parser; what that would not read as Markdown is shown as it was typed.
func readBlocks(m goldmark.Markdown, answer string) []block {
	if tangled(answer) {
		return typedBlocks(answer)
	}
	r := &reading{source: []byte(answer)}
	r.children(m.Parser().Parse(text.NewReader(r.source)), 0)
	for i := range r.blocks {
		for _, s := range r.blocks[i].spans {
			if strings.TrimSpace(s.text) != "" {
				return r.blocks
			}
		}
		if r.blocks[i].table != nil {
			return r.blocks
		}
	}
	return typedBlocks(answer)
}

func (r *reading) children(n ast.Node, level int) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		r.block(c, level)
	}
}

func (r *reading) add(b block) {
	b.mark, r.mark = r.mark, ""
	r.blocks = append(r.blocks, b)
}

func (r *reading) block(n ast.Node, level int) {
	switch n := n.(type) {
	case *ast.Heading:
		r.add(block{spans: r.inline(n, bold, ""), level: level, heading: true})
	case *ast.ThematicBreak:
		r.add(block{spans: plainSpans(sans, "* * *"), level: level})
	case *ast.FencedCodeBlock:
		if n.Info != nil { // names the language; no page shows it, but nothing is dropped
			r.add(block{spans: plainSpans(mono, string(n.Info.Segment.Value(r.source))), level: level + 1})
		}
		r.code(n, level)
	case *ast.CodeBlock:
		r.code(n, level)
	case *ast.List:
		number := n.Start
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			if r.mark += "•"; n.IsOrdered() {
				r.mark = strings.TrimSuffix(r.mark, "•") + strconv.Itoa(number) + string(n.Marker)
			}
			if number++; c.FirstChild() == nil {
				r.add(block{level: level + 1})
			}
			r.children(c, level+1)
		}
	case *ast.Blockquote:
		r.children(n, level+1)
	case *extast.Table:
		r.table(n)
	default:
		if n.Type() == ast.TypeBlock {
			r.add(block{spans: r.inline(n, sans, ""), level: level})
		}
	}
}

func (r *reading) code(n ast.Node, level int) {
	var b strings.Builder
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		b.Write(segment.Value(r.source))
	}
	r.add(block{spans: plainSpans(mono, strings.TrimSuffix(b.String(), "\n")), level: level + 1, code: true})
}

func (r *reading) table(n ast.Node) {
	var rows [][][]span
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		f := sans
		if row.Kind() == extast.KindTableHeader {
			f = bold
		}
		var cells [][]span
		for c := row.FirstChild(); c != nil; c = c.NextSibling() {
			cells = append(cells, r.inline(c, f, ""))
		}
		rows = append(rows, cells)
	}
	r.add(block{table: rows})
}

// inline collects the text in a node. The address of a link follows its text, for those who have the paper only.
func (r *reading) inline(n ast.Node, f face, link string) (all []span) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			all = append(all, span{r.unescaped(c), f, link})
			if c.SoftLineBreak() || c.HardLineBreak() {
				all = append(all, span{"\n", f, ""})
			}
		case *ast.String:
			all = append(all, span{string(c.Value), f, link})
		case *ast.CodeSpan:
			all = append(all, r.inline(c, mono, link)...)
		case *ast.Emphasis:
			within := f
			if c.Level == 2 {
				within = bold
			}
			all = append(all, r.inline(c, within, link)...)
		case *ast.AutoLink:
			all = append(all, span{string(c.Label(r.source)), f, target(c.URL(r.source))})
		case *ast.Link:
			all = append(all, r.reference(r.inline(c, f, target(c.Destination)), c.Destination, c.Title, f)...)
		case *ast.Image:
			all = append(all, r.reference([]span{{description(c, r.source), f, target(c.Destination)}}, c.Destination, c.Title, f)...)
		default:
			all = append(all, r.inline(c, f, link)...)
		}
	}
	return all
}

func (r *reading) reference(shown []span, destination, title []byte, f face) []span {
	var b strings.Builder
	for _, s := range shown {
		b.WriteString(s.text)
	}
	tail := ""
	if d := string(destination); d != "" && d != b.String() {
		tail = " (" + d + ")"
	}
	if len(title) > 0 {
		tail += " “" + string(title) + "”"
	}
	if tail == "" {
		return shown
	}
	return append(shown, span{tail, f, ""})
}

// unescaped is a text without the backslashes and names of characters that Markdown has in it.
func (r *reading) unescaped(t *ast.Text) string {
	value := t.Segment.Value(r.source)
	if t.IsRaw() || t.Parent() != nil && t.Parent().Kind() == ast.KindCodeSpan {
		return string(value)
	}
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	rendererhtml.DefaultWriter.Write(w, value)
	_ = w.Flush()
	return html.UnescapeString(b.String())
}

// target is the address that a link may lead to, as anchor has it; "" for any other.
func target(address []byte) string {
	open, _ := anchor(address)
	href, _, _ := strings.Cut(strings.TrimPrefix(open, `<a href="`), `"`)
	return html.UnescapeString(href)
}
