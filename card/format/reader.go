package format

import (
	"bytes"
	_ "embed"
	"html/template"
	"slices"
	"strings"
	"time"

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
// are Markdown without HTML; nothing in the article runs or is fetched. Each section's id is
// "read-" and its key. An error means a broken template of this package.
func Article(ts *card.Templates, c *card.Card) (template.HTML, error) { return Preview(ts, c, "") }

// Preview is Article for the editor: the section with the key editing has the class "now".
func Preview(ts *card.Templates, c *card.Card, editing string) (template.HTML, error) {
	var b bytes.Buffer
	if err := readerTemplates.ExecuteTemplate(&b, "article", newSheet(ts, c, editing)); err != nil {
		return "", err
	}
	return template.HTML(b.String()), nil
}

// A sheet is what the template "article" shows.
type sheet struct {
	Title    string
	About    string // "Model card, version 3.0, 3 November 2025, draft"
	Sections []sheetSection
}

type sheetSection struct {
	Key, Title string
	Now        bool // being edited
	Fields     []sheetField
}

// A sheetField shows exactly one of its answers, or that there is none.
type sheetField struct {
	Label string
	HTML  template.HTML   // Markdown
	Items []template.HTML // of a list
	Plain string          // a number, a day, a choice
	Table *sheetTable
}

// A sheetTable has a title for each column that is used, and the cells row by row.
type sheetTable struct {
	Titles  []string
	Numbers []bool // columns of numbers are set flush with one another
	Rows    [][]string
}

func newSheet(ts *card.Templates, c *card.Card, editing string) *sheet {
	s := &sheet{Title: ts.DisplayName(c), About: about(c)}
	for i := range c.Sections {
		from := &c.Sections[i]
		section := sheetSection{Key: from.Key, Title: from.Title, Now: from.Key == editing}
		for j := range from.Fields {
			if f := &from.Fields[j]; f.Answered() || f.Essential {
				section.Fields = append(section.Fields, newSheetField(f))
			}
		}
		if len(section.Fields) > 0 {
			s.Sections = append(s.Sections, section)
		}
	}
	return s
}

// about says in one line what the card is, and how old.
func about(c *card.Card) string {
	word := c.Kind.Word()
	parts := []string{strings.ToUpper(word[:1]) + word[1:]}
	for _, key := range []string{"version.name", "version.date", "governance.status"} {
		f, _ := c.Field(key)
		if f == nil || !f.Answered() {
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
	if !f.Answered() {
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
		out.HTML = markdown(f.Answer)
	case card.Table:
		if out.Table = newSheetTable(f); out.Table == nil {
			out.Plain = f.Answer
		}
	default:
		out.Plain = f.Answer
	}
	return out
}

// newSheetTable leaves out columns without a cell and adds those a row has but the field does
// not; it returns nil if the answer is not rows, which an import may bring.
func newSheetTable(f *card.Field) *sheetTable {
	rows := f.ParseRows()
	columns := usedColumns(f, rows)
	if len(columns) == 0 {
		return nil
	}
	t := &sheetTable{}
	for _, c := range columns {
		t.Titles = append(t.Titles, c.Title)
		t.Numbers = append(t.Numbers, c.Kind == card.Number)
	}
	for _, row := range rows {
		cells := make([]string, 0, len(columns))
		for _, c := range columns {
			cells = append(cells, row[c.Key])
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

func usedColumns(f *card.Field, rows card.Rows) (columns []card.Column) {
	used := map[string]bool{}
	for _, row := range rows {
		for key, cell := range row {
			used[key] = used[key] || card.Answered(cell)
		}
	}
	for _, c := range f.Columns {
		if used[c.Key] {
			columns = append(columns, c)
		}
		delete(used, c.Key)
	}
	var others []card.Column
	for key, is := range used {
		if is {
			others = append(others, card.Column{Key: key, Title: key, Kind: card.Line})
		}
	}
	slices.SortFunc(others, func(a, b card.Column) int { return strings.Compare(a.Key, b.Key) })
	return append(columns, others...)
}
