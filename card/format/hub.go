package format

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"

	"cardstock/card"
)

// hubFormat is the README.md of a repository on the Hugging Face Hub: YAML front matter, which its search reads, and Markdown under
// headings. The body has no schema; the headings of the Hub's own template find their questions here, everything else becomes a
// question of its own. In our exports a comment before each heading names the question, so they come back whole. A card that came
// from a README is written into that README: what was not edited is the same bytes.
var hubFormat = &Format{
	Name: "hub", Label: "Hugging Face README", Use: "For the Hugging Face Hub, and to read as Markdown", Suffix: ".md", MediaType: "text/markdown; charset=utf-8",
	Detect: detectHub, Decode: decodeHub, Encode: encodeHub, Rewrite: rewriteHub,
	Needs:  needsHub,
	KindOf: kindOfReadme, Could: func(d *Document) bool { return d.json != nil && !d.proto && markdownText(d.text) },
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

// datasetHeadings are those of the Hub's templates for datasets, the old one and the present one.
var datasetHeadings = map[string]string{
	"curation rationale": "motivation.purpose", "dataset summary": "motivation.purpose", "dataset curators": "motivation.creators",
	"dataset structure": "composition.contents", "data instances": "composition.contents", "data fields": "composition.contents", "data splits": "composition.splits",
	"data collection and processing": "collection.acquisition", "initial data collection and normalization": "collection.acquisition", "source data": "collection.source",
	"annotation process": "composition.labels", "who are the annotators?": "collection.people_involved", "personal and sensitive information": "composition.sensitive",
	"uses": "uses.other_tasks", "direct use": "uses.other_tasks", "supported tasks and leaderboards": "uses.other_tasks", "out-of-scope use": "uses.unsuitable", "out-of-scope uses": "uses.unsuitable",
	"bias, risks, and limitations": "uses.future_impact", "discussion of biases": "uses.future_impact", "social impact of dataset": "uses.future_impact",
	"licensing information": "distribution.license", "license": "distribution.license", "dataset card contact": "maintenance.contact", "contributions": "maintenance.contributions",
}

// modelMarks are front matter that only models' cards have.
var modelMarks = []string{"pipeline_tag", "base_model", "library_name", "model-index", "model_name"}

// datasetMarks are front matter that only dataset cards have.
var datasetMarks = []string{"task_categories", "size_categories", "annotations_creators", "dataset_info", "pretty_name", "source_datasets", "configs"}

var (
	frontLine     = regexp.MustCompile(`(?m)^---[ \t]*\r?$`)
	headingLine   = regexp.MustCompile(`^(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$`)
	closesHeading = regexp.MustCompile(`(?:^|[ \t])#+$`)
	keyComment    = regexp.MustCompile(`^<!-- cardstock:([a-z0-9][a-z0-9._-]*)( list| lines| code)? -->$`)
	likeComment   = regexp.MustCompile(`(?m)^<!--( +)cardstock:`) // in an answer; it gets one space more
	moreComment   = regexp.MustCompile(`(?m)^<!-- ( +)cardstock:`)
	sectionStart  = "section."
)

// markdownText reports whether a text looks like Markdown: it has front matter, or begins with a heading.
func markdownText(text string) bool {
	start := strings.TrimLeft(text, " \t\r\n")
	first, _, _ := strings.Cut(start, "\n")
	first = strings.TrimRight(first, " \t\r")
	return first == "---" || headingLine.MatchString(first) || keyComment.MatchString(first)
}

func detectHub(d *Document) bool {
	return d.json == nil && (markdownText(d.text) || headedText(d.text))
}

// newlines gives a text the line endings that answers have.
var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// A hubReader remembers besides where in the README each answer came from.
type hubReader struct {
	*builder
	ts     *card.Templates
	readme string // with its line endings
	fenced [2]int // where its front matter lies; empty if there is none
	bodyAt int
	root   yaml.Node
	prose  bool  // what looks like front matter is text
	rest   *part // of the front matter, which is no names with values; nil if there is none
	front  *frontEditor
	pieces []part
	ours   bool               // it is one of our exports, whole
	title  string             // of the page, if it is ours
	page   *part              // the one whose heading is the page's
	within [2]string          // key and title of the section that our export is in
	claims map[string][]claim // by the field's key
}

// A claim says that a part of the README, or a member of its front matter, holds an answer.
type claim struct {
	part   *part
	member int    // index of the name among the nodes of the front matter, if there is no part
	title  bool   // the heading holds it, not what stands below
	empty  bool   // the part is the place for an answer that is not there
	above  string // what the label of the question says of the heading above
	said   string
}

func (r *hubReader) claim(key string, c claim) { r.claims[key] = append(r.claims[key], c) }

func decodeHub(ts *card.Templates, d *Document) (*Result, error) {
	r, err := readHub(ts, d.text, d.kind)
	if err != nil {
		return nil, err
	}
	return r.result(), nil
}

// openHub takes a README apart.
func openHub(ts *card.Templates, text string) (*hubReader, error) {
	r := &hubReader{ts: ts, readme: text, claims: map[string][]claim{}}
	if !strings.Contains(text, "\n") {
		text = strings.ReplaceAll(text, "\r", "\n") // of the same length
	}
	if err := r.openFront(text); err != nil {
		return nil, err
	}
	r.pieces = parts(text, r.bodyAt)
	return r, nil
}

// readHub reads a README, as a card of a kind or, with none, of what it says it is.
func readHub(ts *card.Templates, text string, kind card.Kind) (*hubReader, error) {
	r, err := openHub(ts, text)
	if err != nil {
		return nil, err
	}
	members := mapping(&r.root)
	if kind == "" {
		kind = r.kindOf(members)
	}
	r.front = newFrontEditor(r)
	r.builder = newBuilder(ts, kind)
	r.markdown = true
	for _, note := range keptNote(keptWords(&r.root)) {
		r.note(note)
	}
	r.body()
	r.restOfFront()
	budget := newYAMLBudget(len(text))
	for i := 0; i+1 < len(members) && !r.full(); i += 2 {
		v, err := budget.node(members[i+1], 1)
		if err != nil {
			return nil, err
		}
		r.member(i, members[i].Value, v)
	}
	r.placeholders()
	r.unnamed()
	return r, nil
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

func (r *hubReader) body() {
	var above trail
	comments := 0
	r.ours = r.whole()
	for i := range r.pieces {
		p := &r.pieces[i]
		if p.key == "" {
			comments += len(commentsOf(r.readme[p.textAt:p.end]))
		}
		text := p.visible(r.readme)
		title, _ := card.CleanLine(p.title)
		switch {
		case strings.HasPrefix(p.key, sectionStart):
			r.within = [2]string{strings.TrimPrefix(p.key, sectionStart), title}
		case p.key != "":
			r.own(p, title, text)
		case r.ours:
			if p.level == 1 {
				r.title = titleOf(title).name
				r.claim(r.nameKey, claim{part: p, title: true, said: r.title})
			}
		case p.level == 1 && r.named(p, title):
			r.foreign(p, "", "", text)
			above = nil
		default:
			above = above.until(p.level)
			r.foreign(p, above.words(title), title, text)
			if p.level > 1 || titleOf(title).kind == "" {
				above = append(above, heading{p.level, title})
			}
		}
	}
	if comments > 0 {
		r.note(plural(comments, "comment (<!-- … -->) of the README is for those who write it; it is no answer, and stays in the file.",
			"comments (<!-- … -->) of the README are for those who write it; they are no answers, and stay in the file."))
	}
	if name, _ := r.card.Field(r.nameKey); r.ours && name != nil && r.title != card.DisplayName(r.card.Kind, "", name.Answer) {
		r.card.Title, _ = card.CheckTitle(r.title)
	}
}

// whole reports whether all of the body is our own export: before the first question stands the title alone.
func (r *hubReader) whole() bool {
	titled := false
	for i := range r.pieces {
		p := &r.pieces[i]
		switch {
		case p.key != "":
			return titled
		case p.level == 1 && !titled && titleOf(p.title).before != "" && p.visible(r.readme) == "":
			titled = true
		case p.level > 0 || p.visible(r.readme) != "":
			return false
		}
	}
	return false
}

// own takes an answer of one of our exports.
func (r *hubReader) own(p *part, title, text string) {
	answer := text
	f, _ := r.card.Field(p.key)
	switch {
	case p.code && (f == nil || f.Kind == card.Text):
		answer = withoutMarksOfCode(strings.TrimSpace(text))
	case p.lines && (f == nil || f.Kind == card.Text):
		answer = runTogether(text)
	case f != nil && f.Kind == card.Table:
		answer = strings.TrimSpace(text)
		if rows := readTable(f, answer); rows != nil {
			answer = card.TableAnswer(rows)
		}
	case f == nil && p.list || f != nil && f.Kind == card.List:
		answer = readList(strings.TrimSpace(text))
	}
	answer = moreComment.ReplaceAllString(answer, "<!--${1}cardstock:")
	key := p.key
	switch {
	case f != nil && len(r.parts[key]) > 0:
		r.add(key, answer)
	case !r.set(key, answer):
		at, named := "readme", otherParts
		if card.ValidKey(r.within[0]) && r.within[1] != "" && !strings.Contains(r.within[0], ".") {
			at, named = r.within[0], r.within[1]
		}
		if !card.ValidKey(key) {
			key = "readme.entry"
		}
		key = r.custom(r.section(at, named), key, title, answer)
		r.asList(key, p.list)
	}
	r.claim(key, claim{part: p, said: answer})
}
