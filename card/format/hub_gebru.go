package format

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Datasheets are often Markdown with the questions of the paper as headings, word for word.

// gebruQuestions are how the questions of Gebru et al. 2021 (arXiv 1803.09010) begin, without their marks, and ours.
var gebruQuestions = map[string]string{
	"for what purpose was the dataset created":    "motivation.purpose",
	"who created the dataset":                     "motivation.creators",
	"who funded the creation of the dataset":      "motivation.funding",
	"what support was needed to make the dataset": "motivation.funding",

	"what do the instances that comprise the dataset represent":                "composition.instances",
	"how many instances are there":                                             "composition.count",
	"does the dataset contain all possible instances or is it a sample":        "composition.sampling",
	"what data does each instance consist of":                                  "composition.contents",
	"is there a label or target associated with each instance":                 "composition.labels",
	"is any information missing from individual instances":                     "composition.missing",
	"are relationships between individual instances made explicit":             "composition.relationships",
	"are there recommended data splits":                                        "composition.splits",
	"are there any errors sources of noise or redundancies":                    "composition.errors",
	"is the dataset self contained or does it link to":                         "composition.external_resources",
	"does the dataset contain data that might be considered confidential":      "composition.confidential",
	"does the dataset contain data that if viewed directly might be offensive": "composition.offensive",
	"does the dataset identify any subpopulations":                             "composition.subpopulations",
	"is it possible to identify individuals":                                   "composition.identifiable",
	"does the dataset contain data that might be considered sensitive":         "composition.sensitive",

	"how was the data associated with each instance acquired":                         "collection.acquisition",
	"what mechanisms or procedures were used to collect the data":                     "collection.mechanisms",
	"if the dataset is a sample from a larger set what was the sampling strategy":     "collection.sampling_strategy",
	"who was involved in the data collection process":                                 "collection.people_involved",
	"over what timeframe was the data collected":                                      "collection.timeframe",
	"were any ethical review processes conducted":                                     "collection.ethical_review",
	"did you collect the data from the individuals in question directly":              "collection.source",
	"were the individuals in question notified about the data collection":             "collection.notification",
	"did the individuals in question consent to the collection and use of their data": "collection.consent",
	"if consent was obtained were the consenting individuals provided":                "collection.revocation",
	"has an analysis of the potential impact of the dataset and its use":              "collection.impact_analysis",

	"was any preprocessing cleaning labeling of the data done": "preprocessing.done",
	"was the raw data saved in addition to":                    "preprocessing.raw_data",
	"is the software used to preprocess clean label":           "preprocessing.software",
	"is the software that was used to preprocess clean label":  "preprocessing.software",

	"has the dataset been used for any tasks already":              "uses.existing",
	"is there a repository that links to any or all papers":        "uses.repository",
	"what other tasks could the dataset be used for":               "uses.other_tasks",
	"what tasks could the dataset be used for":                     "uses.other_tasks",
	"is there anything about the composition of the dataset or":    "uses.future_impact",
	"are there tasks for which the dataset should not be used":     "uses.unsuitable",
	"are there any tasks for which the dataset should not be used": "uses.unsuitable",

	"will the dataset be distributed to third parties":              "distribution.third_parties",
	"how will the dataset be distributed":                           "distribution.method",
	"how will the dataset will be distributed":                      "distribution.method", // as much copied
	"when will the dataset be distributed":                          "distribution.date",
	"will the dataset be distributed under a copyright":             "distribution.license",
	"have any third parties imposed ip based or other restrictions": "distribution.third_party_restrictions",
	"do any export controls or other regulatory restrictions apply": "distribution.export_controls",
	"who will be supporting hosting maintaining the dataset":        "maintenance.host",
	"who is supporting hosting maintaining the dataset":             "maintenance.host",
	"how can the owner curator manager of the dataset be contacted": "maintenance.contact",
	"is there an erratum":                                           "maintenance.erratum",
	"will the dataset be updated":                                   "maintenance.updates",
	"if the dataset relates to people are there applicable limits":  "maintenance.retention",
	"will older versions of the dataset continue to be supported":   "maintenance.older_versions",
	"if others want to extend augment build on contribute to the":   "maintenance.contributions",
}

// gebruParts are the parts of the paper's datasheet.
var gebruParts = []string{"motivation", "composition", "collection process", "uses", "distribution", "maintenance"}

// gebruChapters are the sections of our datasheet by the titles that the paper's parts have in strangers'.
var gebruChapters = map[string]string{
	"motivation": "motivation", "composition": "composition", "collection": "collection", "collection process": "collection", "data collection": "collection", "data collection process": "collection",
	"preprocessing": "preprocessing", "preprocessing cleaning labeling": "preprocessing", "preprocessing cleaning and or labeling": "preprocessing", "preprocessing cleaning and labeling": "preprocessing",
	"data preprocessing": "preprocessing", "uses": "uses", "distribution": "distribution", "maintenance": "maintenance",
}

// chapterOf returns the key of the section that a heading is the title of, "" if it is none of the paper's.
func chapterOf(heading string) string { return gebruChapters[plainHeading(heading)] }

// isComments reports whether a heading asks for what the other questions of a part do not.
func isComments(heading string) bool {
	switch plainHeading(heading) {
	case "any other comments", "any additional comments", "other comments":
		return true
	}
	return false
}

// comments returns the key of the question for other comments in the part of the paper's datasheet that a heading stands in, "" if it asks something else.
func (t trail) comments(heading string) string {
	if !isComments(heading) {
		return ""
	}
	for _, of := range slices.Backward(t) {
		if chapter := chapterOf(of.title); chapter != "" {
			return chapter + ".comments"
		}
	}
	return ""
}

var chapterNumber = regexp.MustCompile(`(?i)^(?:\d+(?:\.\d+)*(?:\\?[.):])?|(?:[ivxlc]+|[a-z])[.)]|\((?:\d+|[ivxlc]+|[a-z])\))\s+`)

// withoutNumber is a heading without the number before its words.
func withoutNumber(heading string) string { return chapterNumber.ReplaceAllString(heading, "") }

// plainHeading is a heading without its number and marks, in small letters.
func plainHeading(heading string) string {
	words := strings.FieldsFunc(withoutNumber(strings.ToLower(heading)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.NewReplacer("this dataset", "the dataset", "labelling", "labeling").Replace(strings.Join(words, " "))
}

// gebruQuestion returns the key of the question that a heading asks, "" if it is none of the paper's.
func gebruQuestion(heading string) string {
	heading = plainHeading(heading)
	for end := len(heading); end > 0; end = strings.LastIndexByte(heading[:end], ' ') { // word by word from the end: what follows explains it
		if key := gebruQuestions[heading[:end]]; key != "" {
			return key
		}
	}
	return ""
}

// datasetQuestion returns the key of the question below whose heading an answer stands.
func datasetQuestion(heading string) string {
	if key := datasetHeadings[heading]; key != "" {
		return key
	}
	return gebruQuestion(heading)
}

// isDatasheet reports whether most parts of the paper's datasheet are among the headings.
func isDatasheet(headings []string) bool {
	n := 0
	for _, part := range gebruParts {
		for _, heading := range headings {
			if plainHeading(heading) == part {
				n++
				break
			}
		}
	}
	return n >= 4
}
