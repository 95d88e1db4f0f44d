package format

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"cardstock/card"
)

// People who write a card by hand, and programs that write down what they know of a model, agree on names rather than on a shape.

// fileNames are names of members whose question is plain, beside those that are headings of a README, too.
var fileNames = map[card.Kind]map[string]string{
	card.Model: keysByName(map[string]string{
		"model_details.type":                           "description, full description, overview, model overview, summary, type, architecture, model architecture, architecture type",
		"model_details.training_algorithm":             "training algorithm",
		"model_details.owner_name":                     "author, authors, model author, owner, owners, model owner, developer, developers, developed by, created by, creator, creators, organization, organisation",
		"model_details.owner_contact":                  "contact, contacts, contact info, contact information, contact details, contact email, owner contact, email",
		"model_details.references":                     "reference, references, paper, papers, links",
		"model_details.citation":                       "citations, citation details, bibtex",
		"model_details.license":                        "licence, model license, model licence",
		"model_details.feedback":                       "feedback",
		"version.name":                                 "version, model version",
		"version.date":                                 "date, version date, model date, release date, last updated, last update",
		"intended_use.primary_uses":                    "intended purpose, primary use, primary uses, primary intended use, primary intended uses, use case, use cases",
		"intended_use.primary_users":                   "users, intended users, primary users, primary intended users, target users",
		"intended_use.out_of_scope":                    "out of scope, out of scope uses, out of scope use case, out of scope use cases",
		"factors.relevant":                             "relevant factors",
		"factors.evaluation":                           "evaluation factors",
		"metrics.measures":                             "evaluation metrics, performance measures, model performance measures",
		"metrics.thresholds":                           "decision threshold, decision thresholds",
		"metrics.variation":                            "variation approaches",
		"evaluation_data.datasets":                     "evaluation dataset, evaluation datasets, eval data, test data, test dataset",
		"training_data.description":                    "training dataset, training datasets, train data",
		"training_data.name":                           "dataset name, training dataset name",
		"quantitative_analyses.unitary_results":        "unitary results",
		"quantitative_analyses.intersectional_results": "intersectional results",
		"ethical_considerations.risks":                 "ethics, risk, risks, harms, risks and harms",
		"ethical_considerations.mitigations":           "mitigation, mitigations, risk mitigation, mitigation strategies",
		"ethical_considerations.sensitive_data":        "sensitive data",
		"ethical_considerations.human_life":            "human life",
		"ethical_considerations.fraught_uses":          "fraught uses, fraught use cases",
		"caveats.limitations":                          "limitation, known limitations, caveats",
		"quantitative_analyses.notes":                  "quantitative analyses, quantitative analysis",
	}),
	card.Datasheet: keysByName(map[string]string{
		"motivation.purpose":     "description, summary, dataset description, purpose, motivation",
		"motivation.creators":    "author, authors, creator, creators, created by, curators, curated by, owner, owners, organization, organisation",
		"motivation.funding":     "funding, funded by, funders",
		"composition.count":      "size, dataset size, number of instances",
		"composition.contents":   "feature, features, fields, columns",
		"composition.labels":     "class, classes, label, labels",
		"composition.splits":     "splits, data splits",
		"composition.errors":     "limitations, known limitations, known issues",
		"collection.acquisition": "collection, data collection, collection process",
		"collection.source":      "source, sources, data source, data sources",
		"preprocessing.done":     "preprocessing",
		"uses.other_tasks":       "uses, intended use, intended uses, use cases, tasks",
		"uses.unsuitable":        "out of scope, out of scope uses, out of scope use cases",
		"uses.future_impact":     "bias, biases, risks, ethical considerations",
		"distribution.license":   "licence, dataset license, dataset licence",
		"distribution.date":      "release date",
		"maintenance.host":       "maintainer, maintainers, maintained by",
		"maintenance.contact":    "contact, contacts, contact info, contact information, contact email, email",
		"version.name":           "version, dataset version",
		"version.date":           "date, version date, last updated, last update",
		"uses.repository":        "paper, papers",
	}),
}

// keysByName are the keys of questions by each of the names in a list with commas.
func keysByName(names map[string]string) map[string]string {
	keys := map[string]string{}
	for key, list := range names {
		for name := range strings.SplitSeq(list, ", ") {
			keys[name] = key
		}
	}
	return keys
}

// longName is more than the name of a question has, in bytes.
const longName = 64

// nameWords is a name as its words in small letters, be they parted by capitals, spaces or other marks: model_type, ModelType and "Model type" are one. It is
// asked of every name of a file.
func nameWords(name string) string {
	if len(name) > longName {
		return ""
	}
	words, of := make([]byte, 0, 2*len(name)), []rune(name)
	for i, c := range of {
		inWord := unicode.IsLetter(c) || unicode.IsDigit(c)
		begins := unicode.IsUpper(c) && i > 0 && (!unicode.IsUpper(of[i-1]) || i+1 < len(of) && unicode.IsLower(of[i+1]))
		if n := len(words); (begins || !inWord) && n > 0 && words[n-1] != ' ' {
			words = append(words, ' ')
		}
		if inWord {
			words = utf8.AppendRune(words, unicode.ToLower(c))
		}
	}
	return strings.TrimRight(string(words), " ")
}

// questionNamed is the key of the question that a member answers by its name, "" if that is not plain.
func questionNamed(kind card.Kind, name string) string {
	name = nameWords(name)
	headings := hubHeadings
	if kind == card.Datasheet {
		headings = datasetHeadings
	}
	if key := fileNames[kind][name]; key != "" {
		return key
	}
	return headings[name]
}

// naming are the names of members that name a card.
var naming = map[card.Kind][]string{
	card.Model:     {"name", "model name", "title"},
	card.Datasheet: {"dataset name", "pretty name", "name", "title"},
}

// ofItself are objects at the top that say what the card is of: what stands in them could as well stand beside them.
var ofItself = map[card.Kind][]string{
	card.Model:     {"model", "model details", "model info", "model information", "model metadata", "ai model", "metadata", "general", "general info", "general information"},
	card.Datasheet: {"dataset", "dataset details", "dataset info", "dataset information", "dataset metadata", "metadata", "general", "general info", "general information"},
}

// nameIn is the path of the member that names a card: at the top, or in an object that says what the card is of. Another one, as a title beside a name,
// is a question.
func nameIn(kind card.Kind, root *value) string {
	for _, name := range naming[kind] {
		if m := root.saying(name); m != nil {
			return m.name
		}
	}
	for i := range root.members {
		m := &root.members[i]
		if m.value.kind != objectValue || !slices.Contains(ofItself[kind], nameWords(m.name)) {
			continue
		}
		for _, name := range naming[kind] {
			if of := m.value.saying(name); of != nil {
				return m.name + "." + of.name
			}
		}
	}
	return ""
}

// saying is the first member of a plain name that says something on its own.
func (v *value) saying(name string) *member {
	for i := range v.members {
		if m := &v.members[i]; m.value.kind < listValue && nameWords(m.name) == name && said(&m.value) != "" {
			return m
		}
	}
	return nil
}

// placeNames finds places for texts and lists of them by their names: at the top first, then in the objects there. An answer of one line is that of the
// first member by its name.
func (r *treeReader) placeNames(root *value) {
	taken := map[string]bool{}
	for path, key := range r.places {
		taken[key] = taken[key] || root.holds(path)
	}
	place := func(path, key string, v *value) {
		if key == "" || r.places[path] != "" {
			return
		}
		f, _ := r.card.Field(key)
		if f == nil || f.Kind != card.Text && f.Kind != card.List && taken[key] || !v.answers(f) {
			return
		}
		r.places[path], taken[key] = key, true
	}
	for i := range root.members {
		m := &root.members[i]
		place(m.name, questionNamed(r.card.Kind, m.name), &m.value)
	}
	for i := range root.members {
		m := &root.members[i]
		top := nameWords(m.name)
		for j := range m.value.members {
			of := &m.value.members[j]
			place(m.name+"."+of.name, questionIn(r.card.Kind, top, of.name), &of.value)
		}
	}
}

// questionIn is the key of the question that a member answers by its name in an object at the top, whose own name has the words top: one that the paper has
// there or, if the object is that section or says what the card is of, one of its name.
func questionIn(kind card.Kind, top, name string) string {
	key := questionNamed(kind, name)
	if paperSections[top] != "" && kind == card.Model {
		key = cmp.Or(mitchellPlaces[strings.ReplaceAll(top+"."+nameWords(name), " ", "_")], key)
	}
	section, _, _ := strings.Cut(key, ".")
	if slices.Contains(ofItself[kind], top) || top == nameWords(section) || kind == card.Model && paperSections[top] == section {
		return key
	}
	return ""
}

// answers reports whether a value is what a question asks for: a text, a list of them, or a number.
func (v *value) answers(f *card.Field) bool {
	switch {
	case v.kind == listValue:
		return !slices.ContainsFunc(v.items, func(of value) bool { return of.kind == listValue || !of.answers(f) })
	case f.Kind == card.Number:
		return v.kind == numberValue
	case f.Kind == card.Date:
		return v.kind == textValue && f.CheckAnswer(unmarked(v.text)) == nil
	case f.Kind == card.Line && strings.Contains(strings.TrimSpace(v.text), "\n"), f.Kind == card.Choice, f.Kind == card.Table:
		return false
	}
	return v.kind == textValue || v.kind == numberValue
}

// holds reports whether a text stands at a path of names.
func (v *value) holds(path string) bool {
	for name := range strings.SplitSeq(path, ".") {
		v = v.get(name)
	}
	return v != nil && v.kind < listValue && said(v) != ""
}
