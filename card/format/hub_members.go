package format

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"cardstock/card"
)

// Answers that came from the front matter of a README, by whatever format since, go back into one that is written anew: the Hub's search reads them there
// alone. What would not be read there as it is stays in the body.

// The section and the keys of what front matter says that no question asks for.
const hubSection, hubTitle, hubOwn, hubRest = "hub_metadata", "Metadata of the Hub", "hub.", "hub.front-matter"

// A memberShape is what the Hub wants of a member of the front matter. Source: Hugging Face Hub documentation, Model Cards and Dataset Cards.
type memberShape struct {
	list  bool           // it is a list, be it of one
	plain *regexp.Regexp // what each text of it looks like in a file of another format that means the same; nil if none does
}

var (
	plainID       = regexp.MustCompile(`^[\w.-]+(?:/[\w.-]+)?$`)
	plainWord     = regexp.MustCompile(`^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$`)
	plainTag      = regexp.MustCompile(`^[\w][\w.:+/ -]{0,60}$`)
	plainLanguage = regexp.MustCompile(`^[a-z]{2,3}(?:-[A-Za-z]{2,4})?$`)
)

var hubMembers = map[string]memberShape{
	"language": {plain: plainLanguage}, "tags": {list: true, plain: plainTag}, "pipeline_tag": {plain: plainWord}, "library_name": {plain: plainWord},
	"datasets": {list: true, plain: plainID}, "metrics": {list: true, plain: plainWord}, "base_model": {plain: plainID}, "base_model_relation": {}, "license_name": {}, "license_link": {},
	"task_categories": {list: true, plain: plainWord}, "task_ids": {list: true, plain: plainWord}, "size_categories": {list: true}, "annotations_creators": {list: true, plain: plainWord},
	"language_creators": {list: true, plain: plainWord}, "multilinguality": {list: true, plain: plainWord}, "source_datasets": {list: true}, "pretty_name": {}, "thumbnail": {},
}

// frontName is the member of the front matter that an answer is, "" if it is none. asIs says that its words are those that a README with the member
// alone would be read with.
func frontName(s *card.Section, f *card.Field) (name string, asIs bool) {
	if !f.Custom && !s.Custom || f.Kind == card.Table || f.Key == hubRest || card.Blank(f.Answer) {
		return "", false
	}
	if own, ok := strings.CutPrefix(f.Key, hubOwn); ok {
		_, known := hubMembers[own]
		if asIs = f.Label == words(own); !known && !asIs || strings.Contains(own, ".") {
			return "", false
		}
		return own, asIs
	}
	name = strings.ReplaceAll(strings.ToLower(f.Label), " ", "_")
	shape, known := hubMembers[name]
	switch {
	case !known || f.Label != words(name):
	case strings.EqualFold(s.Title, hubTitle):
		return name, true
	case f.Key == "json."+name && shape.plain != nil && !slices.ContainsFunc(card.Items(f.Answer), func(item string) bool { return !shape.plain.MatchString(item) }):
		return name, true
	}
	return "", false
}

// hubMembersOf adds to a front matter the answers that are members of it. here are the keys of those that the body need not say besides.
func hubMembersOf(ts *card.Templates, c *card.Card, front []frontMember) (all []frontMember, here map[string]bool) {
	for i := range c.Sections {
		s := &c.Sections[i]
		for j := range s.Fields {
			if m, ok := memberOf(ts, c.Kind, s, &s.Fields[j]); ok {
				front = placed(front, m, answered(c, "motivation.name"))
			}
		}
	}
	front, here = withoutMarks(c.Kind, front), map[string]bool{}
	for _, m := range front {
		here[m.here] = true
	}
	return front, here
}

// memberOf is an answer as a member of the front matter, if it is one and would be read there as it is.
func memberOf(ts *card.Templates, kind card.Kind, s *card.Section, f *card.Field) (m frontMember, ok bool) {
	name, asIs := frontName(s, f)
	if name == "" {
		return m, false
	}
	m = frontMember{name: name, lines: memberLines(name, f), own: true}
	if asIs {
		m.here = f.Key
	}
	return m, readsAsMember(ts, kind, m, f)
}

// placed puts a member into a front matter that does not have its name. What a dataset is called there may be other words than its name, if that stands
// in the body.
func placed(front []frontMember, m frontMember, named bool) []frontMember {
	at := slices.IndexFunc(front, func(is frontMember) bool { return is.name == m.name })
	switch {
	case at < 0:
		return append(front, m)
	case m.name == "pretty_name" && !front[at].own && named:
		front[at] = m
	}
	return front
}

// withoutMarks leaves out of the front matter of a model what would make it one of a dataset, if nothing in it says that it is one of a model.
func withoutMarks(kind card.Kind, front []frontMember) []frontMember {
	names := make([]string, len(front))
	for i := range front {
		names[i] = front[i].name
	}
	if ofModels, _ := marksAmong(names); kind != card.Model || ofModels > 0 {
		return front
	}
	return slices.DeleteFunc(front, func(m frontMember) bool { return slices.Contains(datasetMarks, m.name) })
}

// memberLines are a member of the front matter as it is written there.
func memberLines(name string, f *card.Field) string {
	answer := strings.TrimSpace(f.Answer)
	shape, known := hubMembers[name]
	documents, err := readYAML(answer)
	switch {
	case shape.list || f.Kind == card.List || name == "language" && strings.Contains(answer, "\n"):
		var b strings.Builder
		for _, item := range card.Items(answer) {
			if !card.Blank(item) {
				b.WriteString("\n- " + yamlScalar(item, 0))
			}
		}
		return name + ":" + b.String() + "\n"
	case !known && err == nil && structured(name, documents, answer):
		return name + ":\n  " + strings.ReplaceAll(strings.ReplaceAll(answer, "\n", "\n  "), "\n  \n", "\n\n") + "\n"
	case !known && ownWord.MatchString(answer):
		return name + ": " + answer + "\n"
	case strings.Contains(answer, "\n"):
		if block := yamlBlock(answer); block != "" {
			return name + ": " + block + "\n"
		}
		return name + ": " + yamlScalar(answer, '"') + "\n"
	}
	return name + ": " + yamlScalar(answer, 0) + "\n"
}

// ownWord are values that YAML has a kind of its own for; in front matter few write them between quotes.
var ownWord = regexp.MustCompile(`^(?:true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?)$`)

// notTexts are members that are never texts, be they short.
var notTexts = []string{"extra_gated_fields", "co2_eq_emissions", "dataset_info", "configs", "widget", "model-index"}

// structured reports whether a text is names with values, or a list of them, as YAML writes it: of most members over several lines or between brackets, for
// a sentence may have a colon.
func structured(name string, documents []*yaml.Node, text string) bool {
	if len(documents) != 1 || len(documents[0].Content) != 1 || documents[0].Content[0].Kind == yaml.ScalarNode {
		return false
	}
	return slices.Contains(notTexts, name) || !strings.HasPrefix(name, "extra_gated_") && (strings.Contains(text, "\n") || strings.IndexByte("[{", text[0]) >= 0)
}

// readsAsMember reports whether a README with the member says the answer there, as a list if it is one.
func readsAsMember(ts *card.Templates, kind card.Kind, m frontMember, f *card.Field) bool {
	r, err := readHub(ts, "---\n"+m.lines+"---\n\n# "+titleCalls[kind]+"x\n\n<!-- cardstock:motivation.name -->\n### Name\n\nx\n", kind)
	if err != nil {
		return false
	}
	is, _ := r.card.Field(hubOwn + keyOfPath(m.name))
	switch {
	case is == nil || f.Kind == card.List && is.Kind != card.List:
		return false
	case f.Kind == card.List:
		return withoutBlankLines(is.Answer) == withoutBlankLines(f.Answer)
	}
	return is.Answer == strings.TrimSpace(f.Answer)
}
