package format

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"cardstock/card"
)

// frontMatter parts the text, with \n at the ends of lines. Without front matter it is all body.
func frontMatter(text string) (front, body string) {
	start, end, after := frontSpan(text)
	return newlines.Replace(text[start:end]), newlines.Replace(text[after:])
}

// frontSpan finds the front matter, and where the body begins. Without front matter all are 0.
func frontSpan(text string) (start, end, body int) {
	lines := frontLine.FindAllStringIndex(text, 2)
	if len(lines) < 2 || strings.TrimSpace(text[:lines[0][0]]) != "" {
		return 0, 0, 0
	}
	return lines[0][1], lines[1][0], lines[1][1]
}

// documentMark ends a YAML document, or begins another.
var documentMark = regexp.MustCompile(`(?m)^(\.\.\.(?:[ \t].*)?\r?$|---[ \t].*$)`)

// openFront reads the front matter. Text between two lines of --- is none: the body begins above it. A list, and what stands behind the names with values
// as a YAML document of its own, is kept as it is written.
func (r *hubReader) openFront(text string) error {
	start, end, after := frontSpan(text)
	documents, err := readYAML(text[start:end])
	if err != nil {
		if above := strings.Count(text[:start], "\n"); above > 0 { // so that lines are counted as in the file
			_, err = readYAML(strings.Repeat("\n", above) + text[start:end])
		}
		return card.Errorf(card.Invalid, "The front matter between the two --- lines cannot be read. %s Mend it there, or take it out and upload the rest.", err)
	}
	r.fenced, r.bodyAt = [2]int{start, end}, after
	if len(documents) == 0 {
		return nil
	}
	kind := yaml.Kind(0)
	if of := documents[0]; len(of.Content) == 1 && of.Content[0].ShortTag() != "!!null" {
		kind = of.Content[0].Kind
	}
	mark := documentMark.FindStringIndex(text[start:end])
	switch {
	case kind == yaml.ScalarNode:
		r.fenced, r.bodyAt, r.prose = [2]int{}, 0, true
		return nil
	case kind == yaml.SequenceNode:
		r.rest = &part{start: start + 1, textAt: start + 1, end: end} // behind the line's end
	case len(documents) > 1 && mark != nil:
		r.fenced[1] = start + mark[0]
		r.rest = &part{start: r.fenced[1], textAt: r.fenced[1], end: end}
		if text[r.fenced[1]] == '.' {
			r.rest.textAt = start + mark[1]
		}
	}
	r.root = *documents[0]
	return nil
}

// restOfFront keeps what is no names with values, and says so.
func (r *hubReader) restOfFront() {
	if r.prose {
		r.note("What stands between the two --- lines is text, not names with values. It is no front matter, and was read with the text below it.")
	}
	if r.rest == nil {
		return
	}
	if text, _ := card.CleanText(r.rest.visible(r.readme)); text != "" {
		key := r.custom(r.section(hubSection, hubTitle), hubRest, "Front matter", text)
		r.claim(key, claim{part: r.rest, said: text})
		r.note("A part of the front matter is a list, or a YAML document behind another, not names with values. It was kept as it is, and the Hub does not read it.")
	}
}

// memberText is the answer that a value of the front matter makes. Values stay as they are written: "no" is Norwegian.
func memberText(v *yaml.Node) string {
	text := ""
	switch v.Kind {
	case yaml.ScalarNode:
		text = v.Value
	case yaml.SequenceNode:
		var items []string
		for _, item := range v.Content {
			if item.Kind != yaml.ScalarNode {
				items = nil
				break
			}
			items = append(items, item.Value)
		}
		text = strings.Join(items, "\n")
	}
	if text == "" && len(v.Content) > 0 && (v.Kind != yaml.SequenceNode || !simple(v)) {
		out, err := yaml.Marshal(v)
		if err != nil {
			return ""
		}
		text = strings.TrimSpace(string(out))
	}
	text, _ = card.CleanText(text)
	return text
}

// What is said of names with nothing behind them.
const (
	idleNote  = "name in the front matter has nothing behind it, as tags: []. It is no question here, and stays in the file."
	idleNotes = "names in the front matter have nothing behind them, as tags: []. They are no questions here, and stay in the file."
)

// member keeps one entry of the front matter.
func (r *hubReader) member(i int, name string, v *yaml.Node) {
	key := hubFrontKey(r.card.Kind, name)
	if key == metricsKey && v.Kind != yaml.ScalarNode {
		if r.modelIndex(i, v) {
			return
		}
	}
	text := memberText(v)
	if s, ok := r.front.source(i); ok && !(v.Kind == yaml.SequenceNode && simple(v)) && text != "" {
		text, _ = card.CleanText(s.text)
	}
	if text == "" {
		if key == "" {
			r.idle++
		}
		return
	}
	if was, ok := norwegian(name, text); ok {
		text = was
		r.note(norwegianNote)
	}
	if of := r.repeats(name, v); of != "" {
		r.claim(of, claim{member: i, said: text})
		return
	}
	if key != "" && key != metricsKey && (name != "pretty_name" || !card.Unfilled(text)) {
		body := strings.Join(r.parts[key], "\n")
		if body == "" && r.set(key, text) || name == licenceMember && sameLicence(body, text) {
			r.claim(key, claim{member: i, said: text})
			return
		}
	}
	own := r.custom(r.section(hubSection, hubTitle), hubOwn+keyOfPath(name), words(name), text)
	r.asList(own, v.Kind == yaml.SequenceNode && len(v.Content) == len(card.Items(text)))
	r.claim(own, claim{member: i, said: text})
}

// hubFrontKey is the question that a member of the front matter answers.
func hubFrontKey(kind card.Kind, name string) string {
	return map[string]string{
		"model license": "model_details.license", "model model-index": metricsKey, "datasheet license": "distribution.license", "datasheet pretty_name": "motivation.name",
	}[string(kind)+" "+name]
}

// repeats returns the question whose answer in the body a member repeats, as in our exports; "" if it says anything else.
func (r *hubReader) repeats(name string, v *yaml.Node) string {
	if key := hubOwn + keyOfPath(name); r.inBody(key) { // a question with words of its own
		if f, _ := r.card.Field(key); f != nil && withoutBlankLines(f.Answer) == withoutBlankLines(memberText(v)) {
			return key
		}
	}
	key := hubFrontKey(r.card.Kind, name)
	if name == licenceNameMember {
		key = hubFrontKey(r.card.Kind, licenceMember)
	}
	f, _ := r.card.Field(key)
	if f == nil || !r.inBody(key) && !r.ours {
		return ""
	}
	if key == metricsKey {
		if rows, ok := indexRows(v); !ok || !indexSays(rows, f.ParseRows()) {
			return ""
		}
		return key
	}
	same := name == licenceMember && sameLicence(f.Answer, v.Value) // exports did once what the Hub does not know
	for _, line := range hubFront(r.ts, r.card) {
		same = same || line.name == name && line.text == v.Value
	}
	if !same {
		return ""
	}
	return key
}

// inBody reports whether a comment in the body names a question, as in our exports.
func (r *hubReader) inBody(key string) bool {
	return slices.ContainsFunc(r.claims[key], func(c claim) bool { return c.part != nil && c.part.key != "" })
}

// modelIndex makes rows of the metrics of a model-index, if it has no more in it than rows can hold.
func (r *hubReader) modelIndex(i int, v *yaml.Node) bool {
	rows, ok := indexRows(v)
	if f, _ := r.card.Field(metricsKey); !ok || f == nil || f.Answer != "" {
		return false
	}
	answer := card.TableAnswer(rowsOf(rows))
	if len(rows) == 0 || !r.set(metricsKey, answer) {
		return false
	}
	if rows[0].slim {
		r.note("The model-index is too long for a table with all of it: what it says besides metric, value and dataset stays in the file.")
	}
	if models := items(v); len(models) == 1 {
		if name := pairs(models[0], false)["name"]; name != nil && name.Value != "" && !strings.EqualFold(name.Value, r.ts.DisplayName(r.card)) {
			r.note("The model-index calls the model “" + oneLine(name.Value) + "”; that name stays in the file.")
		}
	}
	r.claim(metricsKey, claim{member: i, said: answer})
	return true
}
