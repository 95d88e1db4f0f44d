package format

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"cardstock/card"
)

// hubFormat is the README.md of a repository on the Hugging Face Hub: YAML front matter, which its search reads, and Markdown under
// headings. The body has no schema; the headings of the Hub's own template find their questions here, everything else becomes a
// question of its own. In our exports a comment before each heading names the question, so they come back whole.
var hubFormat = &Format{
	Name: "hub", Label: "Hugging Face README", Use: "For the Hugging Face Hub, and to read as Markdown", Suffix: ".md", MediaType: "text/markdown; charset=utf-8",
	Detect: detectHub, Decode: decodeHub, Encode: encodeHub, Kind: card.Model,
}

// hubHeadings are the headings of the Hub's template for models, in small letters.
var hubHeadings = map[string]string{
	"model description": "model_details.type", "model type": "model_details.type", "model architecture and objective": "model_details.type",
	"direct use": "intended_use.primary_uses", "intended use": "intended_use.primary_uses", "intended uses": "intended_use.primary_uses", "uses": "intended_use.primary_uses",
	"out-of-scope use": "intended_use.out_of_scope", "out of scope use": "intended_use.out_of_scope", "out-of-scope uses": "intended_use.out_of_scope",
	"bias, risks, and limitations": "caveats.limitations", "limitations": "caveats.limitations", "limitations and bias": "caveats.limitations", "recommendations": "caveats.recommendations",
	"training data": "training_data.description", "preprocessing": "training_data.preprocessing",
	"training procedure": "model_details.training_algorithm", "training hyperparameters": "model_details.training_algorithm",
	"testing data": "evaluation_data.datasets", "evaluation data": "evaluation_data.datasets", "factors": "factors.relevant", "metrics": "metrics.measures",
	"results": "quantitative_analyses.notes", "evaluation results": "quantitative_analyses.notes", "evaluation": "quantitative_analyses.notes",
	"ethical considerations": "ethical_considerations.risks", "environmental impact": "energy.consumption", "hardware": "energy.hardware",
	"citation": "model_details.citation", "model card contact": "model_details.owner_contact", "license": "model_details.license",
}

// datasetMarks are front matter that only dataset cards have.
var datasetMarks = []string{"task_categories", "size_categories", "annotations_creators", "dataset_info", "pretty_name", "source_datasets", "configs"}

var (
	frontLine    = regexp.MustCompile(`(?m)^---[ \t]*$`)
	headingLine  = regexp.MustCompile(`^(#{1,6})[ \t]+(.*?)[ \t#]*$`)
	keyComment   = regexp.MustCompile(`^<!-- cardstock:([a-z0-9][a-z0-9._-]*) -->$`)
	likeComment  = regexp.MustCompile(`(?m)^<!--( +)cardstock:`) // in an answer; it gets one space more
	moreComment  = regexp.MustCompile(`(?m)^<!-- ( +)cardstock:`)
	lineComment  = regexp.MustCompile(`(?s)<!--.*?-->`)
	cardTitle    = regexp.MustCompile(`(?i)^(?:model|dataset) card (?:for|of)\s+`)
	moreNeeded   = regexp.MustCompile(`(?i)^\[?more information needed\]?\.?$|^\{\{.*\}\}$`)
	sectionStart = "section."
)

// markdownText reports whether a text looks like Markdown: it has front matter, or begins with a heading.
func markdownText(text string) bool {
	start := strings.TrimLeft(text, " \t\r\n")
	first, _, _ := strings.Cut(start, "\n")
	first = strings.TrimRight(first, " \t\r")
	return first == "---" || headingLine.MatchString(first) || keyComment.MatchString(first)
}

func detectHub(d *Document) bool { return d.json == nil && markdownText(d.text) }

// frontMatter parts the text. Without front matter it is all body.
func frontMatter(text string) (front, body string) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	lines := frontLine.FindAllStringIndex(text, 2)
	if len(lines) < 2 || strings.TrimSpace(text[:lines[0][0]]) != "" {
		return "", text
	}
	return text[lines[0][1]:lines[1][0]], text[lines[1][1]:]
}

type hubReader struct{ *builder }

func decodeHub(ts *card.Templates, d *Document) (*Result, error) {
	front, body := frontMatter(d.text)
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(front), &root); err != nil {
		return nil, card.Errorf(card.Invalid, "The front matter between the two --- lines is not YAML. Mend it there, or take it out and upload the rest.")
	}
	members := mapping(&root)
	kind := card.Model
	for i := 0; i+1 < len(members); i += 2 {
		if slices.Contains(datasetMarks, members[i].Value) {
			kind = card.Datasheet
		}
	}
	r := &hubReader{newBuilder(ts, kind)}
	r.body(body, ts.NameKey(r.card.Template, kind))
	for i := 0; i+1 < len(members); i += 2 {
		r.member(members[i].Value, members[i+1])
	}
	return r.result(), nil
}

// mapping returns keys and values of the document's map in turn, none if it is no map.
func mapping(n *yaml.Node) []*yaml.Node {
	if n.Kind == yaml.DocumentNode && len(n.Content) == 1 {
		n = n.Content[0]
	}
	if n.Kind != yaml.MappingNode {
		return nil
	}
	return n.Content
}

// member keeps one entry of the front matter. Values stay as they are written: "no" is Norwegian.
func (r *hubReader) member(name string, v *yaml.Node) {
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
	if text == "" && len(v.Content) > 0 {
		if name == "model-index" && r.modelIndex(v) {
			return
		}
		out, err := yaml.Marshal(v)
		if err != nil {
			return
		}
		text = strings.TrimSpace(string(out))
	}
	if text, _ = card.CleanText(text); text == "" {
		return
	}
	if name == "license" && r.card.Kind == card.Model {
		f, _ := r.card.Field("model_details.license")
		if len(r.parts[f.Key]) > 0 || r.set(f.Key, text) {
			return // the body has said it in more words
		}
	}
	r.custom(r.section("hub_metadata", "Metadata of the Hub"), "hub."+keyFor(strings.ToLower(name)), words(name), text)
}

// modelIndex makes rows of the metrics of a model-index, if it has no more in it than rows can hold.
func (r *hubReader) modelIndex(v *yaml.Node) bool {
	var models []struct {
		Name    string `yaml:"name"`
		Results []struct {
			Task    map[string]yaml.Node `yaml:"task"`
			Dataset map[string]yaml.Node `yaml:"dataset"`
			Metrics []struct {
				Type  string `yaml:"type"`
				Value string `yaml:"value"`
				Name  string `yaml:"name"`
			} `yaml:"metrics"`
		} `yaml:"results"`
	}
	if f, _ := r.card.Field(metricsKey); f == nil || f.Answer != "" || v.Decode(&models) != nil {
		return false
	}
	var rows card.Rows
	for _, m := range models {
		for _, result := range m.Results {
			dataset, name := result.Dataset["type"], result.Dataset["name"]
			if len(result.Dataset) > 2 || len(result.Task) > 1 {
				return false
			}
			for _, metric := range result.Metrics {
				slice := name.Value
				if slice == "" || slice == unspecified {
					slice = dataset.Value
				}
				if slice == unspecified {
					slice = ""
				}
				rows = append(rows, map[string]string{"metric": metric.Type, "value": metric.Value, "slice": slice})
			}
		}
	}
	return len(rows) > 0 && r.set(metricsKey, card.TableAnswer(rows))
}

// A part is what stands under one heading.
type part struct {
	key   string // of the question, in our own exports
	level int
	title string
	lines []string
}

// parts cuts a body at its headings, outside of code; one of our own exports at its comments, for an answer may hold headings too.
func parts(body string) []part {
	lines := strings.Split(body, "\n")
	own := slices.ContainsFunc(lines, keyComment.MatchString)
	all := []part{{}}
	fence, key := "", ""
	for _, line := range lines {
		bare := strings.TrimSpace(line)
		if m := keyComment.FindStringSubmatch(line); m != nil && own {
			key = m[1]
			continue
		}
		if fence == "" && (strings.HasPrefix(bare, "```") || strings.HasPrefix(bare, "~~~")) {
			fence = bare[:3]
		} else if fence != "" && strings.HasPrefix(bare, fence) {
			fence = ""
		}
		if m := headingLine.FindStringSubmatch(line); m != nil && (own && key != "" || !own && fence == "") {
			all = append(all, part{key: key, level: len(m[1]), title: m[2]})
			key = ""
			continue
		}
		last := &all[len(all)-1]
		last.lines = append(last.lines, line)
	}
	return all
}

func (r *hubReader) body(body, nameKey string) {
	above := ""
	for _, p := range parts(body) {
		text := strings.TrimSpace(strings.Join(p.lines, "\n"))
		if p.key == "" {
			text = strings.TrimSpace(lineComment.ReplaceAllString(text, ""))
		}
		title, _ := card.CleanLine(p.title)
		switch {
		case strings.HasPrefix(p.key, sectionStart):
		case p.key != "":
			r.own(p.key, title, text)
		case p.level == 1 && r.named(nameKey, title):
			r.foreign("", "Introduction", text)
		default:
			if p.level == 2 {
				above = title
			}
			r.foreign(above, title, text)
		}
	}
}

// named takes the title of the page for the card's name, once.
func (r *hubReader) named(key, title string) bool {
	f, _ := r.card.Field(key)
	name := cardTitle.ReplaceAllString(title, "")
	if f == nil || f.Answer != "" || name == "" || moreNeeded.MatchString(name) {
		return false
	}
	f.Answer = name
	return true
}

// own takes an answer of one of our exports.
func (r *hubReader) own(key, title, text string) {
	if f, _ := r.card.Field(key); f != nil && f.Kind == card.Table {
		if rows := readTable(f, text); rows != nil {
			text = card.TableAnswer(rows)
		}
	}
	if text = moreComment.ReplaceAllString(text, "<!--${1}cardstock:"); !r.set(key, text) {
		r.custom(r.section("readme", "Other parts of the README"), key, title, text)
	}
}

func (r *hubReader) foreign(above, title, text string) {
	if text == "" || moreNeeded.MatchString(text) {
		return
	}
	if title == "" {
		title = "Introduction"
	}
	heading := strings.TrimSpace(strings.ReplaceAll(strings.ToLower(title), "[optional]", ""))
	if key := hubHeadings[heading]; key != "" && r.card.Kind == card.Model && r.add(key, text) {
		return
	}
	if above != "" && above != title {
		title = above + " – " + title
	}
	r.custom(r.section("readme", "Other parts of the README"), "readme.entry", title, text)
}

const unspecified = "unspecified"

// encodeHub writes every answer into the body; the front matter repeats what the Hub's search reads.
func encodeHub(ts *card.Templates, c *card.Card) ([]byte, error) {
	var b strings.Builder
	b.WriteString(hubFront(ts, c))
	b.WriteString("# Model Card for " + ts.DisplayName(c) + "\n")
	for i := range c.Sections {
		s := &c.Sections[i]
		begun := false
		for j := range s.Fields {
			f := &s.Fields[j]
			if !f.Answered() {
				continue
			}
			if !begun {
				b.WriteString("\n<!-- cardstock:" + sectionStart + s.Key + " -->\n## " + s.Title + "\n")
				begun = true
			}
			b.WriteString("\n<!-- cardstock:" + f.Key + " -->\n### " + f.Label + "\n\n" + hubAnswer(f) + "\n")
		}
	}
	return []byte(b.String()), nil
}

func hubAnswer(f *card.Field) string {
	if f.Kind == card.Table {
		if text, ok := writeTable(f); ok {
			return text
		}
	}
	return likeComment.ReplaceAllString(f.Answer, "<!-- ${1}cardstock:")
}

// hubFront is the front matter, "" if there is nothing to say.
func hubFront(ts *card.Templates, c *card.Card) string {
	var b strings.Builder
	if f, _ := c.Field("model_details.license"); f != nil && f.Answered() {
		if licence := strings.ToLower(strings.TrimSpace(f.Answer)); spdxToken.MatchString(licence) {
			b.WriteString("license: " + scalar(licence) + "\n")
		}
	}
	if f, _ := c.Field(metricsKey); f != nil {
		results := ""
		for _, row := range f.ParseRows() {
			if _, err := strconv.ParseFloat(row["value"], 64); err != nil || row["metric"] == "" {
				continue
			}
			name := row["slice"]
			if name == "" {
				name = unspecified
			}
			results += "  - task:\n      type: other\n    dataset:\n      type: " + unspecified + "\n      name: " + scalar(name) + "\n    metrics:\n    - type: " + scalar(row["metric"]) + "\n      value: " + row["value"] + "\n"
		}
		if results != "" {
			b.WriteString("model-index:\n- name: " + scalar(ts.DisplayName(c)) + "\n  results:\n" + results)
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "---\n" + b.String() + "---\n\n"
}

// scalar writes a text as YAML on one line.
func scalar(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return strconv.Quote(s)
}

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
