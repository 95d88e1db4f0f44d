package format

import (
	"strings"

	"cardstock/card"
)

// encodeHub writes the answers into the body. The front matter repeats what the Hub's search reads, and has what came from one.
func encodeHub(ts *card.Templates, c *card.Card) ([]byte, error) {
	var b strings.Builder
	front, here := hubMembersOf(ts, c, hubFront(ts, c))
	if len(front) > 0 {
		b.WriteString("---\n")
		for _, m := range front {
			b.WriteString(m.lines)
		}
		b.WriteString("---\n\n")
	}
	title, _ := card.CleanLine(ts.DisplayName(c))
	b.WriteString("# " + titleCalls[c.Kind] + asHeading(title) + "\n")
	for i := range c.Sections {
		writeHubSection(&b, &c.Sections[i], func(f *card.Field) bool { return !card.Blank(f.Answer) && !here[f.Key] })
	}
	return []byte(b.String()), nil
}

// writeHubSection writes the answers of a section that are wanted.
func writeHubSection(b *strings.Builder, s *card.Section, wanted func(f *card.Field) bool) {
	begun := false
	for j := range s.Fields {
		f := &s.Fields[j]
		if !wanted(f) {
			continue
		}
		if !begun {
			b.WriteString("\n<!-- cardstock:" + sectionStart + s.Key + " -->\n## " + asHeading(s.Title) + "\n")
			begun = true
		}
		mark, answer := markOf(f, s), hubAnswer(f)
		switch {
		case f.Kind == card.Text && plainCode(f.Answer):
			mark, answer = codeMark, betweenMarks(strings.Trim(answer, "\n"))
		case runOn(f):
			mark, answer = linesMark, keptApart(answer)
		}
		b.WriteString("\n<!-- cardstock:" + f.Key + mark + " -->\n### " + asHeading(f.Label) + "\n\n" + answer + "\n")
	}
}

// asHeading are words as they stand in a heading: a # behind a space at its end would close it, and is closed by another.
func asHeading(words string) string {
	if closesHeading.MatchString(words) {
		return words + " #"
	}
	return words
}

func hubAnswer(f *card.Field) string {
	if f.Kind == card.Table {
		if text, ok := writeTable(f); ok {
			return text
		}
	}
	answer := likeComment.ReplaceAllString(f.Answer, "<!-- ${1}cardstock:")
	if f.Kind == card.List {
		return writeList(answer, bullets[0])
	}
	return answer
}

// A frontMember is an entry of the front matter.
type frontMember struct {
	name, text, lines string
	own               bool   // a question of the visitor's own says it
	here              string // key of the question that nothing in the body has to say besides; "" if something has
}

// hubFront is the front matter: what the Hub's search reads and the card says.
func hubFront(ts *card.Templates, c *card.Card) (front []frontMember) {
	add := func(name, text string) {
		if text != "" {
			front = append(front, frontMember{name: name, text: text, lines: name + ": " + scalar(text) + "\n"})
		}
	}
	licence := func(key string) {
		if f, _ := c.Field(key); f != nil && f.Answered() {
			id, name := hubLicence(f.Answer)
			add(licenceMember, id)
			add(licenceNameMember, name)
		}
	}
	if c.Kind == card.Datasheet {
		licence("distribution.license")
		add("pretty_name", oneLine(ts.DisplayName(c)))
		return front
	}
	licence("model_details.license")
	if f, _ := c.Field(metricsKey); f != nil {
		if results := indexResults(indexable(f.ParseRows()), "  "); results != "" {
			front = append(front, frontMember{name: "model-index", lines: "model-index:\n- name: " + scalar(ts.DisplayName(c)) + "\n  results:\n" + results})
		}
	}
	return front
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// scalar writes a text as YAML on one line.
func scalar(s string) string { return yamlScalar(oneLine(s), '"') }
