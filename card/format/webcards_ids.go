package format

import "cardstock/card"

// The old tool's ids are keys of its database. They never change, so the tables below are
// the whole knowledge of it that reading and writing its files needs.

// An oldForm is one kind of card as the old tool asks for it.
type oldForm struct {
	kind     card.Kind
	sections []oldSection
	// Ids from here on are free for what the visitor added.
	freeSection, freeField int
}

// An oldSection is a section of the old tool; home is ours that takes questions its users added.
type oldSection struct {
	id     int
	name   string
	home   string
	fields []oldField
}

// An oldField is a question of the old tool and the key of ours that asks the same.
type oldField struct {
	id       int
	key      string
	question string // as in its files where we have seen it, typing errors included; else in our words
}

// metricsID is the model card's question that holds six numbers as JSON inside a string.
const metricsID = 31

var oldModel = oldForm{kind: card.Model, freeSection: 37, freeField: 59, sections: []oldSection{
	{28, "Model Details", "model_details", []oldField{
		{4, "model_details.name", "Name of the model:"},
		{5, "model_details.type", "Model type:"},
		{6, "model_details.owner_name", "Owner name/s:"},
		{7, "model_details.owner_contact", "Owner contact/s:"},
		{8, "model_details.references", "Where can resources for more information be found?"},
		{9, "model_details.citation", "How should the model be cited?"},
		{10, "model_details.license", "License information:"},
		{11, "model_details.feedback", "How can people give feedback on the model?"},
		{36, "version.date", "What is the version date?"},
	}},
	{30, "Considerations", "intended_use", []oldField{
		{12, "intended_use.primary_uses", "What are the primary intented uses?"},
		{13, "intended_use.primary_users", "What are the primary intented users?"},
		{14, "intended_use.out_of_scope", "Are there any out-of-scope uses?"},
		{15, "ethical_considerations.sensitive_data", "Does the model use any sensitive data (e.g., protected classes)?"},
		{16, "ethical_considerations.human_life", "Is the model intended to inform decision about matters central to human life or flourishing -- e.g., health or safety? Or could it be used in such a way?"},
		{17, "ethical_considerations.mitigations", "What risk mitigation strategies were used during model development?"},
		{18, "ethical_considerations.risks", "What risks may be present in model usage?"},
		{19, "ethical_considerations.fraught_uses", "Are there any known model use cases that are especially fraught?"},
	}},
	{31, "Factors", "factors", []oldField{
		{21, "factors.relevant", "Which salient factors may change model performance, and how were they determined?"},
		{22, "factors.evaluation", "Which factors are reported in the evaluation, and why were they chosen?"},
	}},
	{32, "Dataset Details", "evaluation_data", []oldField{
		{23, "evaluation_data.datasets", "Which datasets were used to evaluate the model?"},
		{24, "evaluation_data.motivation", "Why were these datasets chosen?"},
		{25, "evaluation_data.preprocessing", "How was the data preprocessed for evaluation?"},
	}},
	{33, "Performance Details", "metrics", []oldField{
		{26, "metrics.measures", "Which measures of model performance are reported, and why were they selected?"},
		{27, "metrics.thresholds", "Which decision thresholds are used, and why?"},
		{28, "quantitative_analyses.unitary_results", "How did the model perform with respect to each factor (unitary results)?"},
		{29, "quantitative_analyses.intersectional_results", "How did the model perform with respect to the intersection of factors?"},
	}},
	{34, "Dataset", "training_data", []oldField{
		{38, "training_data.name", "Dataset name:"},
		{40, "training_data.description", "Dataset description:"},
		{41, "training_data.size", "Size of the dataset:"},
		{44, "training_data.train_share", "Split Ratio:"},
	}},
	{35, "Quantitative Analysis", "quantitative_analyses", []oldField{
		{metricsID, "quantitative_analyses.metrics", "Select the metrics you want to include:"},
		{57, "quantitative_analyses.notes", "Description about the performance metrics:"},
		{58, "quantitative_analyses.graph_description", "Graph description:"},
	}},
	{36, "Caveats and Recommendations", "caveats", []oldField{
		{32, "caveats.further_testing", "Do the results suggest any further testing?"},
		{33, "caveats.missing_groups", "Were any relevant groups not represented in the evaluation dataset?"},
		{34, "caveats.recommendations", "Are there additional recommendations for model use?"},
		{35, "caveats.ideal_dataset", "What are the ideal characteristics of an evaluation dataset for this model?"},
	}},
}}

var oldDatasheet = oldForm{kind: card.Datasheet, freeSection: 8, freeField: 52, sections: []oldSection{
	{1, "Motivation", "motivation", []oldField{
		{1, "motivation.purpose", "For what purpose was the dataset created?"},
		{2, "motivation.creators", "Who created the dataset, and for whom?"},
		{3, "motivation.funding", "Who funded the creation of the dataset?"},
	}},
	{2, "Composition", "composition", []oldField{
		{5, "composition.instances", "What do the instances that comprise the dataset represent?"},
		{6, "composition.count", "How many instances are there in total?"},
		{7, "composition.sampling", "Does the dataset contain all possible instances, or is it a sample of a larger set?"},
		{8, "composition.contents", "What data does each instance consist of?"},
		{9, "composition.labels", "Is there a label or target for each instance?"},
		{10, "composition.missing", "Is any information missing from individual instances?"},
		{11, "composition.relationships", "Are relationships between individual instances made explicit?"},
		{12, "composition.splits", "Are there recommended data splits (training, validation, testing)?"},
		{13, "composition.errors", "Are there any errors, sources of noise, or redundancies?"},
		{14, "composition.external_resources", "Is the dataset self-contained, or does it rely on external resources?"},
		{15, "composition.confidential", "Does the dataset contain data that might be considered confidential?"},
		{16, "composition.offensive", "Does the dataset contain data that might be offensive, insulting or threatening, or cause anxiety?"},
		{17, "composition.subpopulations", "Does the dataset identify any subpopulations (by age or gender)?"},
		{18, "composition.identifiable", "Is it possible to identify individuals from the dataset, directly or indirectly?"},
		{19, "composition.sensitive", "Does the dataset contain data that might be considered sensitive in any way?"},
	}},
	{3, "Collection Process", "collection", []oldField{
		{20, "collection.acquisition", "How was the data associated with each instance acquired?"},
		{21, "collection.mechanisms", "What mechanisms or procedures were used to collect the data?"},
		{22, "collection.sampling_strategy", "If the dataset is a sample, what was the sampling strategy?"},
		{23, "collection.people_involved", "Who was involved in the data collection process, and how were they compensated?"},
		{24, "collection.timeframe", "Over what timeframe was the data collected?"},
		{25, "collection.ethical_review", "Were any ethical review processes conducted?"},
		{26, "collection.source", "Was the data collected from the individuals directly, or obtained via third parties or other sources?"},
		{27, "collection.notification", "Were the individuals notified about the data collection?"},
		{28, "collection.consent", "Did the individuals consent to the collection and use of their data?"},
		{29, "collection.revocation", "Can the individuals revoke their consent in the future?"},
		{30, "collection.impact_analysis", "Was the potential impact of the dataset on its data subjects analysed?"},
	}},
	{4, "Preprocessing/cleaning/labeling", "preprocessing", []oldField{
		{31, "preprocessing.done", "Was any preprocessing, cleaning or labeling of the data done?"},
		{32, "preprocessing.raw_data", "Was the raw data saved in addition to the preprocessed, cleaned or labeled data?"},
		{33, "preprocessing.software", "Is the software that was used to preprocess, clean or label the data available?"},
	}},
	{5, "Uses", "uses", []oldField{
		{34, "uses.existing", "Has the dataset been used for any tasks already?"},
		{35, "uses.repository", "Is there a repository that links to papers or systems that use the dataset?"},
		{36, "uses.other_tasks", "What other tasks could the dataset be used for?"},
		{37, "uses.future_impact", "Does the composition, collection, cleaning or labeling of the dataset impact future uses?"},
		{38, "uses.unsuitable", "Are there tasks for which the dataset should not be used?"},
	}},
	{6, "Distribution", "distribution", []oldField{
		{39, "distribution.third_parties", "Will the dataset be distributed to third parties outside of the entity?"},
		{40, "distribution.method", "How will the dataset be distributed?"},
		{41, "distribution.date", "When will the dataset be distributed?"},
		{42, "distribution.license", "Will the dataset be distributed under a copyright, licence (license) or terms of use?"},
		{43, "distribution.third_party_restrictions", "Have any third parties imposed restrictions on the data?"},
		{44, "distribution.export_controls", "Do any export controls or other regulatory restrictions apply?"},
	}},
	{7, "Maintenance", "maintenance", []oldField{
		{45, "maintenance.host", "Who is supporting, hosting and maintaining the dataset?"},
		{46, "maintenance.contact", "How can the owner, curator or manager of the dataset be contacted?"},
		{47, "maintenance.erratum", "Is there an erratum?"},
		{48, "maintenance.updates", "Will the dataset be updated?"},
		{49, "maintenance.retention", "Are there limits on the retention of the data associated with people?"},
		{50, "maintenance.older_versions", "Will older versions of the dataset continue to be supported, hosted and maintained?"},
		{51, "maintenance.contributions", "If others want to extend, augment or contribute to the dataset, is there a mechanism?"},
	}},
}}

// oldHomes maps further sections of ours to the section of the old tool that asks about the same.
var oldHomes = map[string]int{"ethical_considerations": 30}

func (f *oldForm) section(id int) *oldSection {
	for i := range f.sections {
		if f.sections[i].id == id {
			return &f.sections[i]
		}
	}
	return nil
}

// field returns the question with the id, wherever in the form it is, or nil.
func (f *oldForm) field(id int) *oldField {
	for i := range f.sections {
		for j := range f.sections[i].fields {
			if q := &f.sections[i].fields[j]; q.id == id {
				return q
			}
		}
	}
	return nil
}

// asks reports whether the form has a question of ours.
func (f *oldForm) asks(key string) bool {
	for i := range f.sections {
		for j := range f.sections[i].fields {
			if f.sections[i].fields[j].key == key {
				return true
			}
		}
	}
	return false
}

// sectionOf returns the id of the old section that a section of ours goes to, or 0.
func (f *oldForm) sectionOf(key string) int {
	for i := range f.sections {
		if f.sections[i].home == key {
			return f.sections[i].id
		}
	}
	if f.kind == card.Model {
		return oldHomes[key]
	}
	return 0
}
