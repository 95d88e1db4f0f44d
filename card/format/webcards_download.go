package format

import (
	"regexp"
	"slices"
	"strings"

	"cardstock/card"
)

// webCardsDownloadFormat is the "JSON" that visitors of the older tool WebCards downloaded: a
// Model Card Toolkit 0.0.2 document with members of its own. It is only read. Everything in
// it is walked through, leaf by leaf, so that what the table does not know is kept as well.
var webCardsDownloadFormat = &Format{
	Name: "webcards-download", Label: "a WebCards download",
	Detect: detectDownload, Decode: decodeDownload,
}

// downloadPlaces says where the texts at a path go. Lists do not count as a level, and a last
// "description" may be left out.
var downloadPlaces = map[string]string{
	"model_details.name":                                        "model_details.name",
	"model_details.overview":                                    "model_details.type",
	"model_details.owners.name":                                 "model_details.owner_name",
	"model_details.owners.contact":                              "model_details.owner_contact",
	"model_details.version.name":                                "version.name",
	"model_details.version.date":                                "version.date",
	"model_details.version.diff":                                "version.diff",
	"model_details.references.reference":                        "model_details.references",
	"model_details.licenses.identifier":                         "model_details.license",
	"model_details.licenses.custom_text":                        "model_details.license",
	"model_details.feedbacks.feedback":                          "model_details.feedback",
	"model_details.path":                                        "quantitative_analyses.notes",
	"model_parameters.data.name":                                "training_data.name",
	"model_parameters.data":                                     "training_data.description",
	"quantitative_analysis.graphics":                            "quantitative_analyses.graph_description",
	"considerations.users":                                      "intended_use.primary_users",
	"considerations.use_cases":                                  "intended_use.primary_uses",
	"considerations.out_of_scope_uses":                          "intended_use.out_of_scope",
	"considerations.limitations":                                "caveats.limitations",
	"considerations.human_life":                                 "ethical_considerations.human_life",
	"considerations.fraught":                                    "ethical_considerations.fraught_uses",
	"considerations.sensitive":                                  "ethical_considerations.sensitive_data",
	"considerations.ethical_considerations.name":                "ethical_considerations.risks",
	"considerations.ethical_considerations.mitigation_strategy": "ethical_considerations.mitigations",
	"factors.salient_factors":                                   "factors.relevant",
	"factors.reported_factors":                                  "factors.evaluation",
	"dataset_details.used_datasets":                             "evaluation_data.datasets",
	"dataset_details.used_datasets.reason_of_use":               "evaluation_data.motivation",
	"dataset_details.preprocessing":                             "evaluation_data.preprocessing",
	"performance_details.reported_metrics":                      "metrics.measures",
	"performance_details.thresholds":                            "metrics.thresholds",
	"performance_details.unitary_results":                       "quantitative_analyses.unitary_results",
	"performance_details.intersectional_results":                "quantitative_analyses.intersectional_results",
	"recommendations.further_testing":                           "caveats.further_testing",
	"recommendations.relevant_groups":                           "caveats.missing_groups",
	"recommendations.additional_recommendations":                "caveats.recommendations",
	"recommendations.ideal_characteristics":                     "caveats.ideal_dataset",
}

// downloadHomes are the sections of ours for what is left over under a top-level member.
var downloadHomes = map[string]string{
	"model_details": "model_details", "model_parameters": "training_data", "quantitative_analysis": "quantitative_analyses",
	"considerations": "intended_use", "factors": "factors", "dataset_details": "evaluation_data",
	"performance_details": "metrics", "recommendations": "caveats",
}

// downloadMarks are members that only the old tool writes; one is enough.
var downloadMarks = []string{
	"model_details.feedbacks", "considerations.out_of_scope_uses", "considerations.human_life", "considerations.fraught",
	"considerations.sensitive", "factors.salient_factors", "factors.reported_factors", "dataset_details.used_datasets",
	"performance_details.reported_metrics", "recommendations.further_testing", "recommendations.ideal_characteristics",
	"extended_section1.extended1_title", "extended_section2.extended2_title",
}

func detectDownload(d *Document) bool {
	return slices.ContainsFunc(downloadMarks, func(mark string) bool {
		top, name, _ := strings.Cut(mark, ".")
		return d.json.get(top).get(name) != nil
	})
}

// A downloadReader walks one download.
type downloadReader struct {
	*builder
	places   map[string]string // where the texts at a path go
	prefix   string            // of the keys of what has no place
	rows     card.Rows
	pictures int
}

func decodeDownload(ts *card.Templates, d *Document) (*Result, error) {
	r := &downloadReader{builder: newBuilder(ts, card.Model), places: downloadPlaces, prefix: "webcards."}
	for i := range d.json.members {
		m := &d.json.members[i]
		switch {
		case m.name == "schema_version":
		case extendedName.MatchString(m.name):
			r.extended(m.name, &m.value)
		default:
			r.walk(m.name, &m.value)
		}
	}
	r.finish()
	r.note("WebCards leaves licence, recall, F1, AUC and risks without a mitigation out of its downloads; fill them in again.")
	return r.result(), nil
}

// finish puts the metrics into their table and says where the pictures are.
func (r *downloadReader) finish() {
	if answer := card.TableAnswer(r.rows); answer != "" && !r.set(metricsKey, answer) {
		r.custom(r.section("quantitative_analyses", "Quantitative analyses"), r.prefix+"metrics", "Metrics", answer)
	}
	if r.pictures > 0 {
		r.note(plural(r.pictures, "picture stays in the uploaded original.", "pictures stay in the uploaded original."))
	}
}

// said returns the text of a leaf; the old tool writes "None" for an empty answer.
func said(v *value) string {
	if v == nil {
		return ""
	}
	if s := v.plain(); strings.TrimSpace(s) != "" && strings.TrimSpace(s) != "None" {
		return s
	}
	return ""
}

var entryName = regexp.MustCompile(`^(entry|question)([0-9]+)$`)

// walk visits the value at a path of names.
func (r *downloadReader) walk(path string, v *value) {
	switch v.kind {
	case listValue:
		for i := range v.items {
			r.walk(path, &v.items[i])
		}
	case objectValue:
		r.object(path, v)
	default:
		r.leaf(path, v)
	}
}

// object takes the members that only make sense together and walks the others.
func (r *downloadReader) object(path string, v *value) {
	taken := map[string]bool{}
	switch path {
	case "model_details.citations":
		taken = r.citation(v)
	case "quantitative_analysis.performance_metrics":
		taken = r.metric(v)
	case "model_details.version":
		taken["name"] = said(v.get("name")) == said(v.get("date")) // it writes the date twice
	}
	for i := range v.members {
		m := &v.members[i]
		switch {
		case taken[m.name]:
			delete(taken, m.name) // the first is taken; one of the same name is not
		case entryName.MatchString(m.name) && m.value.kind < listValue:
			r.question(v, i, r.homeOf(path))
		default:
			r.walk(path+"."+m.name, &m.value)
		}
	}
}

func (r *downloadReader) leaf(path string, v *value) {
	answer := said(v)
	switch {
	case answer == "":
	case strings.HasSuffix(path, ".image"):
		r.pictures++
	case r.add(r.places[path], answer):
	case r.add(r.places[strings.TrimSuffix(path, ".description")], answer):
	case path == appendixPath && r.prefix == "mct.":
		r.documentation(answer)
	case r.prefix == "mct.":
		_, below, _ := strings.Cut(path, ".")
		r.custom(r.homeOf(path), r.prefix+keyFor(path), words(below), answer)
	default:
		_, below, _ := strings.Cut(path, ".")
		if below == "" {
			below = path
		}
		r.custom(r.homeOf(path), "webcards.entry", words(below), answer)
	}
}

// homeOf is the section for what has no place of its own.
func (r *downloadReader) homeOf(path string) *card.Section {
	top, _, _ := strings.Cut(path, ".")
	if key := downloadHomes[top]; key != "" {
		return r.section(key, words(top))
	}
	return r.section("webcards_other", "Other data of the file")
}

// words makes a label of a path: "data.graphics.description" is "Data, graphics, description".
func words(path string) string {
	s := strings.NewReplacer(".", ", ", "_", " ").Replace(path)
	if s == "" {
		return "Entry"
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
