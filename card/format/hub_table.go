package format

import (
	"strings"

	"cardstock/card"
)

var cellEscape, cellUnescape = strings.NewReplacer(`\`, `\\`, "|", `\|`, "\n", "<br>"), strings.NewReplacer(`\\`, `\`, `\|`, "|", "<br>", "\n")

// writeTable writes a table as Markdown, and reports whether readTable gives the same rows back.
func writeTable(f *card.Field) (string, bool) {
	rows := f.ParseRows()
	columns := f.AllColumns(rows)
	if len(rows) == 0 || len(rows)*len(columns) > maxCells {
		return "", false
	}
	var b strings.Builder
	line := func(cell func(i int) string) {
		b.WriteString("|")
		for i := range columns {
			b.WriteString(" " + cellEscape.Replace(cell(i)) + " |")
		}
		b.WriteString("\n")
	}
	line(func(i int) string { return columns[i].Title })
	line(func(int) string { return "---" })
	for _, row := range rows {
		line(func(i int) string { return row[columns[i].Key] })
	}
	text := strings.TrimSpace(b.String())
	return text, card.TableAnswer(readTable(f, text)) == f.Answer
}

// readTable reads what writeTable wrote; nil if it is something else.
func readTable(f *card.Field, text string) card.Rows {
	lines := strings.Split(text, "\n")
	if len(lines) < 3 {
		return nil
	}
	var keys []string
	for _, title := range cellsOf(lines[0]) {
		key := title // of a column that only the rows have
		for _, c := range f.Columns {
			if c.Title == title {
				key = c.Key
			}
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil
	}
	var rows card.Rows
	for _, line := range lines[2:] {
		cells := cellsOf(line)
		if len(cells) != len(keys) {
			return nil
		}
		row := map[string]string{}
		for i, cell := range cells {
			if cell != "" {
				row[keys[i]] = cell
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// cellsOf parts a line of a table at its bars.
func cellsOf(line string) (cells []string) {
	line = strings.TrimSpace(line)
	if !strings.HasPrefix(line, "|") || !strings.HasSuffix(line, "|") {
		return nil
	}
	start := 1
	for i := 1; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '|':
			cells = append(cells, cellUnescape.Replace(strings.TrimSpace(line[start:i])))
			start = i + 1
		}
	}
	return cells
}
