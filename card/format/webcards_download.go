package format

import (
	"slices"
	"strings"

	"cardstock/card"
)

// webCardsDownloadFormat is the "JSON" that visitors of the older tool WebCards downloaded: a
// Model Card Toolkit 0.0.2 document with members of its own. It is only read. Everything in
// it is walked through, leaf by leaf, so that what the table does not know is kept as well.
var webCardsDownloadFormat = &Format{
	Name: "webcards-download", Label: "a WebCards download",
	Detect: detectDownload, Decode: decodeDownload, Tree: downloadTree,
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

// webcardsPrefix begins the keys of questions that came from the old tool.
const webcardsPrefix = "webcards."

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

func decodeDownload(ts *card.Templates, d *Document) (*Result, error) {
	emptyNone(d.json)
	r := &treeReader{extras: extras{fold: d.fold}, shape: mctShape, builder: newBuilder(ts, card.Model), places: downloadPlaces, homes: downloadHomes, prefix: webcardsPrefix, other: "webcards_other", entries: true}
	r.together = func(path string, v *value) map[string]bool {
		if path == "model_details.version" { // it writes the date twice
			return map[string]bool{"name": said(v.get("name")) == said(v.get("date"))}
		}
		return r.toolkit(path, v)
	}
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

// emptyNone empties the texts "None", which is how the old tool writes an empty answer. Elsewhere it is an answer.
func emptyNone(v *value) {
	if v.kind == textValue && strings.TrimSpace(v.text) == "None" {
		v.text = ""
	}
	for i := range max(len(v.items), len(v.members)) {
		emptyNone(v.child(i))
	}
}
