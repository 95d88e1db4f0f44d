package format

import (
	"html"
	"regexp"
	"strings"
)

// What stands around a card or in the place of its marks, because another program showed, sent or kept it: looked at only where a file cannot be
// read as it is.

// A rescue makes of a text one that may be read; "" if it has nothing to do there.
type rescue struct {
	note string
	make func(text string) string
}

var rescues = []rescue{
	{"The card stood in a program or a call, behind which it was taken out.", outOfProgram},
	{"The card stood in a cell of a table, with its quotation marks doubled, and was taken out of it.", outOfCell},
	{"The quotation marks were typographic ones (“ ”) and were read as plain ones.", plainQuotes},
	{"Lines began with tabs, which YAML does not know; each was read as two spaces.", spacesForTabs},
	{"The card stood between other lines, which were passed over; they stay in the uploaded original.", outOfLines},
	{"Its marks were written as a web page writes them (&quot;) and were read as they are meant.", withoutEntities},
	{"", func(text string) string {
		if strings.HasPrefix(strings.TrimSpace(text), `{\"`) {
			return `"` + strings.TrimSpace(text) + `"` // which tells by itself
		}
		return ""
	}},
}

// rescued opens a text that cannot be read as it is after what stands in the way was taken off; nil if that is not enough.
func rescued(text string, places bool) *Document {
	for _, r := range rescues {
		made := r.make(text)
		if made == "" || made == text {
			continue
		}
		d := &Document{text: made, source: made, places: places}
		if d.recognise() == nil && d.json != nil {
			if r.note != "" {
				d.notes = append([]string{r.note}, d.notes...)
			}
			return d
		}
	}
	return nil
}

var (
	program   = regexp.MustCompile(`^\s*(?:\)\]\}',?|export\s+default|module\.exports\s*=|(?:const|let|var)\s+[\w$]+\s*=|[\w$.]{1,60}\s*=|[\w$.]{1,60}\s*\()\s*([{\[])`)
	tableCell = regexp.MustCompile(`^(?:[^\n"]{0,200}\n)?[^\n"]{0,200}"(\s*\{\s*""(?s:.*)\})\s*"[^"]{0,200}$`)
)

// outOfProgram takes a card out of an assignment or a call, or from behind the guard that some services put before JSON.
func outOfProgram(text string) string {
	m := program.FindStringSubmatchIndex(text)
	if m == nil {
		if start := strings.TrimSpace(text); !strings.HasPrefix(start, "{") || !strings.HasSuffix(start, "};") {
			return ""
		}
		m = []int{0, 0, 0}
	}
	return strings.TrimRight(text[m[2]:], " \t\r\n;)")
}

// outOfCell takes a card out of a cell of a table that was saved as CSV.
func outOfCell(text string) string {
	m := tableCell.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	return strings.ReplaceAll(m[1], `""`, `"`)
}

var (
	opensText  = regexp.MustCompile(`([{\[,:]\s*|^\s*)[“”„‟«»]`)
	closesText = regexp.MustCompile(`[“”‟«»](\s*(?:[,:}\]]|$))`)
)

// plainQuotes puts plain quotation marks where typographic ones begin and end the texts of JSON.
func plainQuotes(text string) string {
	if start := strings.TrimSpace(text); start == "" || start[0] != '{' && start[0] != '[' || !strings.ContainsAny(text, "“”„‟«»") {
		return ""
	}
	return closesText.ReplaceAllString(opensText.ReplaceAllString(text, `$1"`), `"$1`)
}

var beginsWithTabs = regexp.MustCompile(`(?m)^[ ]*\t[ \t]*`)

// spacesForTabs indents lines with spaces.
func spacesForTabs(text string) string {
	if start := strings.TrimSpace(text); start == "" || strings.IndexByte(`{["<`, start[0]) >= 0 {
		return ""
	}
	return beginsWithTabs.ReplaceAllStringFunc(text, func(s string) string { return strings.ReplaceAll(s, "\t", "  ") })
}

// outOfLines takes JSON that begins and ends with a line from between other lines, or from between the ``` marks of a letter.
func outOfLines(text string) string {
	from, to := strings.Index("\n"+text, "\n{"), strings.LastIndex(text+"\n", "}\n")
	if crlf := strings.LastIndex(text, "}\r\n"); crlf > to {
		to = crlf
	}
	if from < 0 || to < from || from > longFront || strings.Count(text[:from], "\n") > 20 {
		return ""
	}
	return text[from : to+1]
}

// withoutEntities reads what a web page writes for a quotation mark and the like.
func withoutEntities(text string) string {
	if start := strings.TrimSpace(text); !strings.HasPrefix(start, "{") || !strings.Contains(text, "&quot;") && !strings.Contains(text, "&#34;") {
		return ""
	}
	return html.UnescapeString(text)
}

var preformatted = regexp.MustCompile(`(?is)<pre[^>]*>\s*((?:\{|\[).*?)</pre>`)

// outOfPage takes JSON out of the page that a browser makes of it to show it, and that was saved.
func outOfPage(text string) (string, bool) {
	if strings.Contains(text, pageBlock) || !strings.HasPrefix(strings.TrimSpace(text), "<") {
		return text, false
	}
	m := preformatted.FindStringSubmatch(text)
	if m == nil {
		return text, false
	}
	return html.UnescapeString(m[1]), true
}
