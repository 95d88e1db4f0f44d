package format

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"cardstock/card"
)

// Limits of the schema, in characters.
const (
	sageMost     = 100_000 // of the content
	sageMetrics  = 30_000  // of it, for metrics; more go with what has no place
	sageDetail   = 1024    // of one custom detail
	sageList     = 4096    // of one list: the schema allows more than the whole may have
	sageLongName = 63

	sageMany       = 15 // texts of a list
	sageTrained    = 50 // metrics of a training
	sageParameters = 100
)

type sagePath struct {
	path, key string
	most      int
}

// sagePaths are the texts of the schema in its order: path, the question that it is the place of or the key that Decode gives it, and
// the most characters. A path that ends in [] is a list of texts.
var sagePaths = []sagePath{
	{"model_overview.model_description", "model_details.type", 1024}, {"model_overview.model_creator", "", 1024}, {"model_overview.model_artifact[]", "", 1024},
	{"model_overview.model_name", "model_details.name", 1024}, {"model_overview.model_id", "", 1024}, {"model_overview.model_owner", "model_details.owner_name", 1024},
	{"model_overview.problem_type", "", 1024}, {"model_overview.algorithm_type", "model_details.training_algorithm", 1024},
	{"model_overview.inference_environment.container_image[]", "", 1024},
	{"intended_uses.purpose_of_model", "", 2048}, {"intended_uses.intended_uses", "intended_use.primary_uses", 2048},
	{"intended_uses.factors_affecting_model_efficiency", "factors.relevant", 2048}, {"intended_uses.risk_rating", "", 7}, {"intended_uses.explanations_for_risk_rating", "", 2048},
	{"business_details.business_problem", "", 2048}, {"business_details.business_stakeholders", "", 2048}, {"business_details.line_of_business", "", 2048},
	{"training_details.objective_function.function.function", "", 8}, {"training_details.objective_function.function.facet", "", 63},
	{"training_details.objective_function.function.condition", "", 63}, {"training_details.objective_function.notes", "", 1024},
	{"training_details.training_observations", "training_data.description", 1024}, {"training_details.training_job_details.training_arn", "", 1024},
	{"training_details.training_job_details.training_datasets[]", "training_data.name", 1024},
	{"training_details.training_job_details.training_environment.container_image[]", "", 1024},
	{"evaluation_details", "", 0},
	{"additional_information.ethical_considerations", "ethical_considerations.risks", 2048}, {"additional_information.caveats_and_recommendations", "caveats.recommendations", 2048},
}

// sageWords are the only words that may stand at a path.
var sageWords = map[string][]string{
	"intended_uses.risk_rating":                             {"High", "Medium", "Low", "Unknown"},
	"training_details.objective_function.function.function": {"Maximize", "Minimize"},
}

// sageVersion is a version as the schema wants it: a number of 1 or more.
var sageVersion = regexp.MustCompile(`^[1-9][0-9]{0,8}(\.[0-9]{1,9})?$`)

// at returns the object at a path, which it makes.
func (o *object) at(path string) *value { return o.in(strings.Split(path, ".")...) }

// in is at for names that may hold dots.
func (o *object) in(names ...string) *value {
	root := &value{kind: objectValue, members: o.members}
	v := root
	for _, name := range names {
		if v.get(name) == nil {
			v.members = append(v.members, member{name, value{kind: objectValue}})
			if v == root {
				o.members = v.members
			}
		}
		v = v.get(name)
	}
	return v
}

// place writes a text at a path.
func (o *object) place(path string, v value) {
	above, name := "", path
	if i := strings.LastIndexByte(path, '.'); i > 0 {
		above, name = path[:i], path[i+1:]
	}
	if above == "" {
		o.members = append(o.members, member{name, v})
		return
	}
	of := o.at(above)
	of.members = append(of.members, member{name, v})
}

func encodeSageMaker(ts *card.Templates, c *card.Card) ([]byte, error) {
	t := newTaker(c)
	root := &object{}
	for _, p := range sagePaths {
		path, list := strings.CutSuffix(p.path, "[]")
		key := p.key
		if key == "" {
			key = sagePrefix + path
		}
		switch {
		case p.most == 0:
			if evaluations := t.evaluations(); len(evaluations) > 0 {
				root.place(path, newList(evaluations))
			}
		case list:
			if items := t.short(key, p.most); len(items) > 0 {
				root.place(path, newList(items))
			}
		default:
			if text := t.fits(key, p.most); text != "" && (sageWords[path] == nil || slices.Contains(sageWords[path], text)) {
				root.place(path, newText(text))
			} else {
				t.leave(key)
			}
		}
	}
	for _, of := range sagePairs {
		if pairs := t.pairs(sagePrefix+of.path, of.pattern, of.most); len(pairs) > 0 {
			root.place(of.path, newList(pairs))
		}
	}
	if version := t.take("version.name"); sageVersion.MatchString(version) {
		root.place("model_overview.model_version", value{kind: numberValue, text: version})
	} else {
		t.leave("version.name")
	}
	t.entitle(root, ts.DisplayName(c))
	return t.details(root), nil
}

// entitle writes the title of a card as the name of its model, if that is none of the answers. A card without any has none there, unless
// nothing else tells what the file is.
func (t *taker) entitle(root *object, title string) {
	all := newObject(slices.Clone(root.members)...)
	if len(t.rest()) > 0 && all.get("additional_information") == nil {
		all.members = append(all.members, member{"additional_information", newObject()})
	}
	named := all.get("model_overview").get("model_name") != nil
	if named && t.card.Title == "" || !named && title == card.DisplayName(t.card.Kind, "", "") && sageShaped(&all) {
		return
	}
	overview := root.at("model_overview")
	t.leave("model_details.name")
	overview.members = slices.DeleteFunc(overview.members, func(m member) bool { return m.name == "model_name" })
	title, _ = card.CleanLine(title)
	overview.members = append(overview.members, member{"model_name", newText(title)})
}

// fits takes an answer that is not too long.
func (t *taker) fits(key string, most int) string {
	text := t.take(key)
	if utf8.RuneCountInString(text) > most || utf8.RuneCountInString(quote(text)) > 2*most+2 { // escapes count in the whole
		t.leave(key)
		return ""
	}
	return text
}

// short takes an answer whose lines are a list of texts: at most 15, none of them too long.
func (t *taker) short(key string, most int) (items []value) {
	text := t.take(key)
	lines := card.Items(text)
	if key == "training_data.name" { // Decode joins a line of several parts so
		lines = strings.Split(text, "; ")
	}
	for _, line := range lines {
		if text == "" || line == "" || utf8.RuneCountInString(line) > most || len(lines) > sageMany || utf8.RuneCountInString(quote(text)) > sageList {
			t.leave(key)
			return nil
		}
		items = append(items, newText(line))
	}
	return items
}

// details writes the document with what has no place in its custom details, as far as they fit into the whole. Answers that do not are
// left out, and the ledger says so.
func (t *taker) details(root *object) []byte {
	left := sageMost - utf8.RuneCount(documentWith(root, nil)) - 100
	var details []member
	seen := map[string]bool{}
	for _, f := range t.rest() {
		size, parts := 0, t.detailsOf(f)
		if seen[parts[0].name] {
			parts[0].name = detailOf(f)
		}
		seen[parts[0].name] = true
		for _, m := range parts {
			size += utf8.RuneCountInString(quote(m.name)+quote(m.value.text)) + 10
		}
		if size <= left {
			left -= size
			details = append(details, parts...)
		}
	}
	return documentWith(root, details)
}

func documentWith(root *object, details []member) []byte {
	whole := &object{members: slices.Clone(root.members)}
	if len(details) > 0 {
		of := whole.at("additional_information")
		of.members = append(slices.Clone(of.members), member{"custom_details", newObject(details...)})
	}
	v := newObject(whole.members...)
	return v.document()
}

func detailOf(f carried) string { return fmt.Sprintf("%s [%s]", f.Label, f.Key) }

// detailsOf is an answer as custom details, in parts if it is long.
func (t *taker) detailsOf(f carried) (out []member) {
	if custom, ok := strings.CutPrefix(f.Key, sagePrefix+"detail"); ok && utf8.RuneCountInString(f.Answer) <= sageDetail && !strings.Contains(custom, ".") {
		if _, _, _, ours := ownDetail(t.card, f.Label); !ours {
			return []member{{f.Label, newText(f.Answer)}}
		}
	}
	name := detailOf(f)
	runes := []rune(f.Answer)
	parts := (len(runes) + sageDetail - 1) / sageDetail
	if parts == 1 {
		return []member{{name, newText(f.Answer)}}
	}
	for i := range parts {
		out = append(out, member{fmt.Sprintf("%s %d/%d", name, i+1, parts), newText(string(runes[i*sageDetail : min(len(runes), (i+1)*sageDetail)]))})
	}
	return out
}
