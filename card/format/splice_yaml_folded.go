package format

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// A text of YAML that stands folded (>) has its paragraphs on several lines each, and a line without words more between two of them than the text has.

// inFolded changes the lines of a folded text that are others now; "" if they cannot be.
func (e *yamlEditor) inFolded(raw, text string) string {
	i := strings.IndexAny(raw, "\r\n")
	if i < 0 {
		return ""
	}
	body, ok := refolded(newlines.Replace(raw[i:])[1:], text)
	if !ok {
		return ""
	}
	return raw[:i] + e.newline + strings.ReplaceAll(body, "\n", e.newline)
}

// folded changes the lines of a member that stands folded, and reports whether it is one and all of the answer is in it.
func (e *frontEditor) folded(i int, answer string) bool {
	v := e.members[i+1]
	_, end, ok := e.span(i)
	if !ok || v.Style&yaml.FoldedStyle == 0 || v.Anchor != "" {
		return false
	}
	start := e.after(v)
	was := strings.TrimRight(newlines.Replace(e.text[start:end]), "\n")
	is, ok := refolded(was, answer)
	if !ok || !readsAs(">-\n"+is, answer) {
		return false
	}
	was = strings.TrimRight(e.text[start:end], "\r\n")
	is = strings.ReplaceAll(is, "\n", e.newline)
	before, after := common([]byte(was), []byte(is))
	before, after = wholeRunes(was, before, after)
	e.splices = append(e.splices, splice{start + before, start + len(was) - after, is[before : len(is)-after]})
	return true
}

// refolded is a text as it stands folded, given how it stood before: the paragraphs that are the same are the same lines, and of another one the lines that need to
// be are others. ok is false if a line is indented further than the rest, or would have to be, which is not folded.
func refolded(body, text string) (folded string, ok bool) {
	s := source{}
	s.outdent(body)
	was, lines, ok := paragraphs(s.text)
	is := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if !ok || s.indent == "" || is[0] == "" || slices.ContainsFunc(is, func(p string) bool { return p != strings.TrimSpace(p) }) {
		return "", false
	}
	before, after := common(was, is)
	var b strings.Builder
	blanks := 0
	for i, p := range is {
		if p == "" {
			blanks++
			continue
		}
		of := []string{p}
		switch {
		case i < before:
			of = lines[i]
		case i >= len(is)-after:
			of = lines[len(was)-len(is)+i]
		case i < len(was)-after && was[i] != "":
			of = refoldedParagraph(lines[i], was[i], p)
		}
		if i > 0 {
			b.WriteString(strings.Repeat("\n", blanks+2))
		}
		blanks = 0
		b.WriteString(s.indent + strings.Join(of, "\n"+s.indent))
	}
	return b.String(), true
}

// paragraphs are the lines of a folded text as it is read, and those on which each stands. ok is false if some are not folded.
func paragraphs(text string) (all []string, lines [][]string, ok bool) {
	blanks := 0
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		last := len(all) - 1
		switch {
		case line == "":
			blanks++
			continue
		case line != strings.TrimSpace(line) || last < 0 && blanks > 0:
			return nil, nil, false
		case last >= 0 && blanks == 0:
			all[last] += " " + line
			lines[last] = append(lines[last], line)
			continue
		}
		for range blanks - 1 {
			all, lines = append(all, ""), append(lines, nil)
		}
		blanks = 0
		all, lines = append(all, line), append(lines, []string{line})
	}
	return all, lines, len(all) > 0
}

// refoldedParagraph are the lines of a paragraph that says something else now. It is one line where nobody can tell what stands on which.
func refoldedParagraph(lines []string, was, is string) []string {
	raw := strings.Join(lines, "\n")
	before, after := common([]byte(was), []byte(is))
	before, after = wholeRunes(was, before, after)
	start, end := spotIn(was, raw, before), spotIn(was, raw, len(was)-after)
	if start < 0 || end < start {
		return []string{is}
	}
	now := strings.Split(raw[:start]+is[before:len(is)-after]+raw[end:], "\n")
	now = slices.DeleteFunc(now, func(line string) bool { return strings.TrimSpace(line) == "" })
	for i := range now {
		now[i] = strings.TrimSpace(now[i])
	}
	if strings.Join(now, " ") != is {
		return []string{is}
	}
	return now
}
