package format

import (
	"cmp"
	"maps"
	"strconv"
	"strings"

	"cardstock/card"
)

// mitchellFormat is the shape of the paper itself as AllenNLP publishes it: the sections of Mitchell et al. (2019), each an object. What the
// paper does not ask stands in its section, under the words of the question.
var mitchellFormat = &Format{
	Name: "mitchell", Label: "AllenNLP model card", Use: "The sections of Mitchell et al. (2019) as JSON", Suffix: ".mitchell.json", MediaType: "application/json",
	Detect: detectMitchell, Decode: decodeMitchell, Encode: encodeMitchell, Tree: mitchellTree, Kind: card.Model,
	Could: func(d *Document) bool { return d.json != nil && partsOfMitchell(d) > 0 },
}

var mitchellPlaces = map[string]string{
	"display_name":                                                  "model_details.name",
	"model_details.description":                                     "model_details.type",
	"model_details.model_type":                                      "model_details.type",
	"model_details.developed_by":                                    "model_details.owner_name",
	"model_details.contact":                                         "model_details.owner_contact",
	"model_details.version":                                         "version.name",
	"model_details.date":                                            "version.date",
	"model_details.license":                                         "model_details.license",
	"model_details.citation":                                        "model_details.citation",
	"model_details.paper.citation":                                  "model_details.citation",
	"model_details.paper.url":                                       "model_details.references",
	"model_details.paper":                                           "model_details.references",
	"intended_use.primary_uses":                                     "intended_use.primary_uses",
	"intended_use.primary_users":                                    "intended_use.primary_users",
	"intended_use.out_of_scope_use_cases":                           "intended_use.out_of_scope",
	"factors.relevant_factors":                                      "factors.relevant",
	"factors.evaluation_factors":                                    "factors.evaluation",
	"metrics.model_performance_measures":                            "metrics.measures",
	"metrics.decision_thresholds":                                   "metrics.thresholds",
	"metrics.variation_approaches":                                  "metrics.variation",
	"evaluation_data.dataset":                                       "evaluation_data.datasets",
	"evaluation_data.dataset.name":                                  "evaluation_data.datasets",
	"evaluation_data.datasets":                                      "evaluation_data.datasets",
	"evaluation_data.datasets.name":                                 "evaluation_data.datasets",
	"evaluation_data.motivation":                                    "evaluation_data.motivation",
	"evaluation_data.preprocessing":                                 "evaluation_data.preprocessing",
	"training_data.dataset":                                         "training_data.description",
	"training_data.dataset.name":                                    "training_data.name",
	"training_data.datasets":                                        "training_data.description",
	"training_data.datasets.name":                                   "training_data.name",
	"training_data.motivation":                                      "training_data.motivation",
	"training_data.preprocessing":                                   "training_data.preprocessing",
	"quantitative_analyses.unitary_results":                         "quantitative_analyses.unitary_results",
	"quantitative_analyses.intersectional_results":                  "quantitative_analyses.intersectional_results",
	"model_caveats_and_recommendations.caveats_and_recommendations": "caveats.recommendations",
	"model_ethical_considerations.ethical_considerations":           "ethical_considerations.risks",
}

var mitchellHomes = map[string]string{
	"model_details": "model_details", "intended_use": "intended_use", "factors": "factors", "metrics": "metrics", "evaluation_data": "evaluation_data",
	"training_data": "training_data", "quantitative_analyses": "quantitative_analyses", "model_caveats_and_recommendations": "caveats",
	"model_ethical_considerations": "ethical_considerations",
}

// paperSections are the sections of the paper that the toolkit has not, by the names that people give them, and ours.
var paperSections = map[string]string{
	"intended use": "intended_use", "intended uses": "intended_use", "factors": "factors", "metrics": "metrics", "evaluation data": "evaluation_data",
	"training data": "training_data", "quantitative analyses": "quantitative_analyses", "quantitative analysis": "quantitative_analyses",
	"model ethical considerations": "ethical_considerations", "ethical considerations": "ethical_considerations",
	"model caveats and recommendations": "caveats", "caveats and recommendations": "caveats", "caveats": "caveats",
}

// paperSection is the section of the paper that has a name. What ends as our names of further sections do is one of those.
func paperSection(name string) string {
	if strings.HasSuffix(name, "_") {
		return ""
	}
	return paperSections[nameWords(name)]
}

// detectMitchell wants three of the paper's sections.
func detectMitchell(d *Document) bool { return partsOfMitchell(d) >= 3 }

// partsOfMitchell counts the paper's sections. Each is an object, or says nothing, but for the last two, which the paper asks no questions in.
func partsOfMitchell(d *Document) int {
	found := map[string]bool{}
	if d.json != nil {
		for i := range d.json.members {
			m := &d.json.members[i]
			key := paperSection(m.name)
			if m.value.kind == objectValue || m.value.kind == nullValue || key == "ethical_considerations" || key == "caveats" {
				found[key] = true
			}
		}
	}
	delete(found, "")
	return len(found)
}

func decodeMitchell(ts *card.Templates, d *Document) (*Result, error) {
	r := &treeReader{extras: extras{fold: d.fold}, builder: newBuilder(ts, card.Model), shape: mitchellShape, places: maps.Clone(mitchellPlaces), homes: map[string]string{}, prefix: "allennlp."}
	r.together, r.unsaid = r.paperParts, map[string]bool{}
	for _, m := range d.json.members { // our exports write other sections than the paper's so
		r.unsaid[m.name] = m.value.kind == objectValue
		r.homes[m.name] = paperSection(m.name)
		if nameWords(m.name) == "model details" {
			r.homes[m.name] = "model_details"
		}
	}
	if name := nameIn(card.Model, d.json); name != "" && !d.json.holds(mitchellTitle) && !d.json.holds(mitchellName) {
		r.places[name] = r.nameKey
	}
	r.placeNames(d.json)
	keys := r.ownSections(d.json)
	for i := range d.json.members {
		m := &d.json.members[i]
		r.under(cmp.Or(r.homes[m.name], keys[m.name]), m)
	}
	r.finish()
	return r.result(), nil
}

// ownSections are the keys of the sections that objects of no name of the paper's become: the one of the template that is called so, or one
// of their own.
func (r *treeReader) ownSections(root *value) map[string]string {
	keys := sectionKeys(root, "allennlp_")
	for name := range keys {
		if words(name) == otherTitle || r.fold {
			keys[name] = ""
		}
		for i := range r.card.Sections {
			if s := &r.card.Sections[i]; s.Key == name || s.Title == words(name) {
				keys[name] = s.Key
			}
		}
	}
	return keys
}

func encodeMitchell(ts *card.Templates, c *card.Card) ([]byte, error) {
	tree := mitchellTree(ts, c, nil)
	return tree.document(), nil
}

// mitchellTree is a card in the sections of the paper.
func mitchellTree(ts *card.Templates, c *card.Card, _ *Document) value {
	t, root := newTaker(c), &object{}
	if c.Title != "" { // it is what the card is called; the name stands beside it
		root.place(mitchellTitle, newText(c.Title))
		if name := t.take(ts.NameKey(c.Template, c.Kind)); name != "" && name != c.Title {
			root.place(mitchellName, newText(name))
		}
	}
	for _, known := range []string{"intended_use", "quantitative_analyses", "model_caveats_and_recommendations"} { // the shape is known by these
		root.at(known)
	}
	t.fillPlaces(root, mitchellPlaces, func(path string) bool {
		return path == mitchellTitle && c.Title != "" || strings.HasSuffix(path, ".paper.url") || strings.HasSuffix(path, ".paper.citation") || strings.HasSuffix(path, ".dataset.name") || strings.HasSuffix(path, ".datasets.name")
	}, nil)
	if rows := t.rowObjects(metricsKey); len(rows) > 0 {
		root.at("quantitative_analyses").members = append(root.at("quantitative_analyses").members, member{mitchellRows, newList(rows)})
	}
	homes := mitchellNames(c)
	for _, f := range t.rest() {
		home := homes[f.Section.Key]
		name := memberName(f.Label)
		for n, first := 2, name; mitchellPlaces[home+"."+name] != "" || home+"."+name == mitchellName || root.at(home).get(name) != nil; n++ {
			name = first + "_" + strconv.Itoa(n)
		}
		root.place(home+"."+name, newText(f.Answer))
	}
	return newObject(root.members...)
}

// mitchellTitle is what a card is called, mitchellName where its name stands if it has a title, too.
const mitchellTitle, mitchellName = "display_name", "model_details.name"

// mitchellRows is the member that holds the table of metrics, of which the paper has none, row by row.
const mitchellRows = "performance_metrics"

// paperParts takes the name beside a title, and the table of metrics.
func (r *treeReader) paperParts(path string, v *value) map[string]bool {
	if name := v.get("name"); path+".name" == mitchellName && name != nil && name.kind < listValue && r.set(r.nameKey, said(name)) {
		return map[string]bool{"name": true}
	}
	return r.paperRows(path, v)
}

func (r *treeReader) paperRows(path string, v *value) map[string]bool {
	list := v.get(mitchellRows)
	if path != "quantitative_analyses" || list == nil || list.kind != listValue || len(list.items) == 0 || len(r.rows) > 0 {
		return nil
	}
	var rows card.Rows
	for i := range list.items {
		row := map[string]string{}
		for _, m := range list.items[i].members {
			if m.value.kind >= listValue || keyFor(m.name) != m.name {
				return nil
			}
			row[m.name] = said(&m.value)
		}
		if row["metric"] == "" && row["value"] == "" {
			return nil
		}
		rows = append(rows, row)
	}
	r.rows = rows
	return map[string]bool{mitchellRows: true}
}

// rowObjects are rows as objects, the cells of which have the order of the table's columns.
func (t *taker) rowObjects(key string) (list []value) {
	rows := t.rows(key)
	f, _ := t.card.Field(key)
	for _, row := range rows {
		o := &object{}
		for _, c := range f.AllColumns(rows) {
			o.text(c.Key, row[c.Key])
		}
		list = append(list, newObject(o.members...))
	}
	return list
}

// mitchellNames are the names of the objects that the sections of a card become, by their keys: those of the paper, and for one of the
// visitor's own the words of its title, as often as they are free.
func mitchellNames(c *card.Card) map[string]string {
	names, taken := map[string]string{}, map[string]bool{}
	for path := range mitchellPlaces {
		top, _, _ := strings.Cut(path, ".")
		taken[top] = true
	}
	for top, key := range mitchellHomes {
		names[key] = top
	}
	for i := range c.Sections {
		if s := &c.Sections[i]; !s.Custom && names[s.Key] == "" {
			names[s.Key], taken[s.Key] = s.Key, true
		}
	}
	for i := range c.Sections {
		if s := &c.Sections[i]; names[s.Key] == "" {
			name := memberName(s.Title)
			for taken[name] || paperSection(name) != "" {
				name += "_"
			}
			names[s.Key], taken[name] = name, true
		}
	}
	return names
}
