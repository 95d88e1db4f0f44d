package format

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cardstock/card"
)

//go:embed reader.html
var readerHTML string

//go:embed reader.css
var readerCSS []byte

// readerTemplates holds "article", the card as its reader sees it, and "page", a file of its own around it.
var readerTemplates = template.Must(template.New("reader").Parse(readerHTML))

// ReaderCSS returns the style sheet of Article. It styles .sheet and what is in it, brings its
// own colours for light and dark, and prints; it can stand beside any other style sheet.
func ReaderCSS() []byte { return bytes.Clone(readerCSS) }

// Article returns the card as its reader sees it: <article class="sheet">, with the title, the
// sections that say something, and "Not stated" where an essential answer is missing. Answers
// are Markdown without HTML; nothing in the article runs or is fetched, and pictures are in it. Each section's id is
// "read-" and its key. On paper it says besides how many essentials are answered, its status, and the hash of the
// card's Cardstock JSON, so that a print can be told from another. An error means a broken template of this package.
func Article(ts *card.Templates, c *card.Card) (template.HTML, error) {
	return ArticleFrom(context.Background(), ts, c, dataURL)
}

// ArticleFrom is Article with pictures that come from the addresses that source returns. It ends early with the error of the context if that ends.
func ArticleFrom(ctx context.Context, ts *card.Templates, c *card.Card, source func(*card.Attachment) template.URL) (template.HTML, error) {
	data, err := encodeCardstock(ts, c)
	if err != nil {
		return "", err
	}
	s, err := newSheet(ctx, ts, c, "", source)
	if err != nil {
		return "", err
	}
	s.Hash = fmt.Sprintf("%x", sha256.Sum256(data))
	s.Sections = slices.DeleteFunc(s.Sections, func(of sheetSection) bool { return len(of.Fields)+len(of.Attached) == 0 })
	return draw("article", s)
}

// Growing is Article with a place for every section, hidden while it says nothing, so that a section can be shown as soon as
// something is written in it. Pictures come from the addresses that source returns.
func Growing(ts *card.Templates, c *card.Card, source func(*card.Attachment) template.URL) (template.HTML, error) {
	s, err := newSheet(context.Background(), ts, c, "", source)
	if err != nil {
		return "", err
	}
	return draw("article", s)
}

// GrowingSection is one section of Growing, and its heading, to be swapped out of band. It returns "" if the card has no
// such section.
func GrowingSection(ts *card.Templates, c *card.Card, key string, source func(*card.Attachment) template.URL) (template.HTML, error) {
	s, err := newSheet(context.Background(), ts, c, key, source)
	if err != nil || key == "" || len(s.Sections) == 0 {
		return "", err
	}
	s.Swapped = true
	return draw("growing", s)
}

// Answer is one answer as readers of the card see it, be it stored or not.
func Answer(f *card.Field) (template.HTML, error) {
	d := drawing{left: maxEffort}
	return draw("answer", d.field(f, false))
}

func draw(name string, data any) (template.HTML, error) {
	var b strings.Builder
	err := readerTemplates.ExecuteTemplate(&b, name, data)
	return template.HTML(b.String()), err
}

// A sheet is what the template "article" shows.
type sheet struct {
	Title    string
	About    string // "Model card, version 3.0, 3 November 2025, draft"
	Status   string // what the card says of it, for print; "" if that is nothing
	Draft    bool   // it says that it is a draft: print says so on each page
	Progress card.Progress
	Hash     string // hexadecimal SHA-256 of the card's Cardstock JSON; "" where it is not printed
	Swapped  bool   // the heading is swapped by itself
	Sections []sheetSection

	Datasheets []string
}

type sheetSection struct {
	Key, Title string
	Fields     []sheetField
	Attached   []sheetAttachment
}

// A sheetField shows exactly one of its answers, or that there is none.
type sheetField struct {
	Label string
	HTML  template.HTML   // Markdown
	Items []template.HTML // of a list
	Plain string          // a number, a day, a choice

	Shares *sheetShares // besides
	Table  *sheetTable
}

// A sheetTable has a title for each column that is used, and the cells row by row.
type sheetTable struct {
	Titles  []string
	Numbers []bool // columns of numbers are set flush with one another
	Rows    [][]string
}

// newSheetHead is a sheet without its sections.
func newSheetHead(ts *card.Templates, c *card.Card) *sheet {
	return &sheet{Title: ts.DisplayName(c), About: about(c), Status: statusOf(c), Draft: isDraft(c), Progress: c.Progress(), Datasheets: c.Datasheets}
}

// newSheet draws all sections, or the one that is named. It ends early with the error of the context if that ends.
func newSheet(ctx context.Context, ts *card.Templates, c *card.Card, only string, source func(*card.Attachment) template.URL) (*sheet, error) {
	s, left := newSheetHead(ts, c), maxCells
	d := newDrawing(c)
	for i := range c.Sections {
		from := &c.Sections[i]
		if only != "" && from.Key != only {
			continue
		}
		section := sheetSection{Key: from.Key, Title: from.Title, Attached: sheetAttachments(c, from.Key, source, &left)}
		for j := range from.Fields {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if f := &from.Fields[j]; !card.Blank(f.Answer) || f.Essential {
				field := d.field(f, from.Key == extrasKey)
				if f.Key == shareKey {
					field.Shares = newSheetShares(c)
				}
				section.Fields = append(section.Fields, field)
			}
		}
		s.Sections = append(s.Sections, section)
	}
	return s, nil
}

// field draws an answer, or shows it as it was typed: JSON is no Markdown.
func (d *drawing) field(f *card.Field, json bool) sheetField {
	if !json && !d.typed(f) {
		if field := newSheetField(f); !d.rows(field.Table) {
			return field
		}
	}
	return sheetField{Label: f.Label, Plain: f.Answer}
}

// isDraft reports whether the card's status says that it is a draft.
func isDraft(c *card.Card) bool {
	f, _ := c.Field(statusKey)
	return f != nil && strings.EqualFold(strings.TrimSpace(f.Answer), "draft")
}

// statusOf is the status of a card as a sentence says it.
func statusOf(c *card.Card) string {
	f, _ := c.Field(statusKey)
	if f == nil || !f.Answered() {
		return ""
	}
	if isDraft(c) {
		return "Draft: nobody has approved it yet"
	}
	status, _ := card.CleanLine(f.Answer)
	_, size := utf8.DecodeRuneInString(status)
	return strings.ToUpper(status[:size]) + status[size:]
}

const statusKey = "governance.status"

// about says in one line what the card is, and how old.
func about(c *card.Card) string {
	word := c.Kind.Word()
	parts := []string{strings.ToUpper(word[:1]) + word[1:]}
	for _, key := range []string{"version.name", "version.date", statusKey} {
		f, _ := c.Field(key)
		if f == nil || card.Blank(f.Answer) {
			continue
		}
		answer, _ := card.CleanLine(f.Answer)
		if key == "version.name" && !strings.Contains(strings.ToLower(answer), "version") {
			answer = "version " + answer
		}
		if day, err := time.Parse(time.DateOnly, answer); err == nil {
			answer = day.Format("2 January 2006")
		}
		parts = append(parts, answer)
	}
	return strings.Join(parts, ", ")
}

func newSheetField(f *card.Field) sheetField {
	out := sheetField{Label: f.Label}
	if card.Blank(f.Answer) {
		return out
	}
	switch f.Kind {
	case card.List:
		for _, item := range card.Items(f.Answer) {
			if strings.TrimSpace(item) != "" {
				out.Items = append(out.Items, markdownLine(item))
			}
		}
	case card.Line:
		out.HTML = markdownLine(f.Answer)
	case card.Text:
		out.HTML = markdown(drawnText(f))
	case card.Table:
		if out.Table = newSheetTable(f); out.Table == nil {
			out.Plain = f.Answer
		}
	default:
		out.Plain = f.Answer
	}
	return out
}

// maxCells keeps a table with many columns and few cells from filling the page with empty ones, and is how many cells of attached tables there are.
const maxCells = card.MaxCells

// maxDrawn is how many cells of tables one card can have; the answers beyond are shown as they are stored.
const maxDrawn = 10 * maxCells

// newSheetTable leaves out columns without a cell, and puts cells of columns that the field does
// not have into one more. It returns nil if the answer is not rows, which an import may bring, or
// too large a table: it is then shown as the text it is.
func newSheetTable(f *card.Field) *sheetTable {
	rows := f.ParseRows()
	known, others := usedColumns(f, rows)
	if len(rows)*(len(known)+1) > maxCells || len(known) == 0 && !others {
		return nil
	}
	t := &sheetTable{}
	for _, c := range known {
		t.Titles = append(t.Titles, c.Title)
		t.Numbers = append(t.Numbers, c.Kind == card.Number)
	}
	if others {
		t.Titles, t.Numbers = append(t.Titles, "Other"), append(t.Numbers, false)
	}
	for _, row := range rows {
		t.Rows = append(t.Rows, cells(row, known, others))
	}
	return t
}

// usedColumns returns the field's columns that hold something, and whether there are cells in others.
func usedColumns(f *card.Field, rows card.Rows) (known []card.Column, others bool) {
	used := map[string]bool{}
	for _, row := range rows {
		for key, cell := range row {
			used[key] = used[key] || !card.Blank(cell)
		}
	}
	for _, c := range f.Columns {
		if used[c.Key] {
			known = append(known, c)
		}
		delete(used, c.Key)
	}
	for _, is := range used {
		others = others || is
	}
	return known, others
}

func cells(row map[string]string, known []card.Column, others bool) []string {
	out := make([]string, 0, len(known)+1)
	for _, c := range known {
		out = append(out, row[c.Key])
	}
	if !others {
		return out
	}
	var rest []string
	for _, key := range slices.Sorted(maps.Keys(row)) {
		if !slices.ContainsFunc(known, func(c card.Column) bool { return c.Key == key }) && row[key] != "" {
			rest = append(rest, key+": "+row[key])
		}
	}
	return append(out, strings.Join(rest, "\n"))
}
