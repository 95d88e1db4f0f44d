package format

import (
	"slices"
	"strings"

	"cardstock/card"
)

// bridge2aiFormat are the cards of the Bridge2AI consortium, mostly YAML. A datasheet after its schema (Datasheets for Datasets in LinkML)
// has its questions under the groups of the paper or, without these, at the top. A model card has the shape of the Model Card Toolkit,
// grown by what the Hub and a datasheet ask. It is only read.
var bridge2aiFormat = &Format{
	Name: "bridge2ai", Label: "Bridge2AI card",
	Detect: detectBridge2AI, Decode: decodeBridge2AI, Tree: bridge2aiTree,
}

// bridge2aiMarks are members at the top of its model cards, one of which no toolkit's card has.
var bridge2aiMarks = []string{"framework", "model_category", "pipeline_tag", "bias_model", "bias_output", "mission_relevance", "usage_documentation"}

// bridge2aiGroups are the members in which questions can stand.
var bridge2aiGroups = map[string]bool{
	"motivation": true, "composition": true, "collection": true, "ethics": true, "human_subjects": true, "preprocessing": true, "uses": true,
	"distribution": true, "maintenance": true, "data_governance": true,
}

// bridge2aiPlaces are the questions of the schema and ours.
var bridge2aiPlaces = map[string]string{
	"purposes": "motivation.purpose", "addressing_gaps": "motivation.purpose", "tasks": "uses.other_tasks", "creators": "motivation.creators", "funders": "motivation.funding",
	"instances": "composition.instances", "sampling_strategies": "collection.sampling_strategy", "missing_info": "composition.missing", "missing_data_documentation": "composition.missing",
	"relationships": "composition.relationships", "splits": "composition.splits", "subsets": "composition.splits", "anomalies": "composition.errors", "external_resources": "composition.external_resources",
	"confidentiality": "composition.confidential", "confidential_elements": "composition.confidential", "content_warnings": "composition.offensive",
	"subpopulations": "composition.subpopulations", "is_deidentified": "composition.identifiable", "sensitive_elements": "composition.sensitive",
	"acquisition_methods": "collection.acquisition", "collection_mechanisms": "collection.mechanisms", "data_collectors": "collection.people_involved",
	"collection_timeframes": "collection.timeframe", "ethical_reviews": "collection.ethical_review", "data_protection_impacts": "collection.impact_analysis",
	"collection_notifications": "collection.notification", "collection_consents": "collection.consent", "consent_revocations": "collection.revocation",
	"preprocessing_strategies": "preprocessing.done", "cleaning_strategies": "preprocessing.done", "labeling_strategies": "preprocessing.done", "raw_sources": "preprocessing.raw_data",
	"existing_uses": "uses.existing", "use_repository": "uses.repository", "other_tasks": "uses.other_tasks", "future_use_impacts": "uses.future_impact", "discouraged_uses": "uses.unsuitable",
	"prohibited_uses": "uses.unsuitable", "distribution_formats": "distribution.method", "distribution_dates": "distribution.date", "third_party_sharing": "distribution.third_parties",
	"license_and_use_terms": "distribution.license", "ip_restrictions": "distribution.third_party_restrictions", "regulatory_restrictions": "distribution.export_controls",
	"maintainers": "maintenance.host", "errata": "maintenance.erratum", "updates": "maintenance.updates", "retention_limit": "maintenance.retention", "version_access": "maintenance.older_versions",
	"extension_mechanism": "maintenance.contributions",
}

// bridge2aiTop are members of the dataset itself.
var bridge2aiTop = map[string]string{"name": "motivation.name", "title": "motivation.name", "version": "version.name", "license": "distribution.license"}

// eachQuestion visits the members that stand at the top or in a group, with the group's name.
func eachQuestion(root *value, visit func(group string, m *member)) {
	for i := range root.members {
		m := &root.members[i]
		if !bridge2aiGroups[m.name] || m.value.kind != objectValue {
			visit("", m)
			continue
		}
		for j := range m.value.members {
			visit(m.name, &m.value.members[j])
		}
	}
}

// detectBridge2AI wants three questions under the names that only this schema has, or a model with what only its model cards have.
func detectBridge2AI(d *Document) bool {
	if d.json == nil {
		return false
	}
	if d.json.get("model_details") != nil {
		return detectMCT(d) && slices.ContainsFunc(bridge2aiMarks, func(mark string) bool { return d.json.get(mark) != nil })
	}
	n := 0
	eachQuestion(d.json, func(_ string, m *member) {
		if bridge2aiPlaces[m.name] != "" && strings.Contains(m.name, "_") {
			n++
		}
	})
	return n >= 3
}

func decodeBridge2AI(ts *card.Templates, d *Document) (*Result, error) {
	if d.json.get("model_details") != nil {
		return decodeMCT(ts, d)
	}
	r := &treeReader{extras: extras{fold: d.fold}, builder: newBuilder(ts, card.Datasheet), prefix: "bridge2ai.", homes: map[string]string{"ethics": "collection", "data_governance": "distribution"}}
	for group := range bridge2aiGroups {
		if r.card.Section(group) != nil {
			r.homes[group] = group
		}
	}
	eachQuestion(d.json, func(group string, m *member) {
		key := bridge2aiPlaces[m.name]
		if f, _ := r.card.Field(key); f == nil { // an operator's template may not ask it
			key = ""
		}
		switch {
		case key != "":
			for _, text := range entries(&m.value) {
				r.add(key, text)
			}
		case group == "" && bridge2aiTop[m.name] != "" && m.value.kind <= textValue:
			if text := said(&m.value); text != "" && !r.once(bridge2aiTop[m.name], text) {
				r.walk(m.name, &m.value)
			}
		default:
			r.walk(strings.TrimPrefix(group+"."+m.name, "."), &m.value)
		}
	})
	r.finish()
	return r.result(), nil
}

// once answers a question that has no part of an answer yet.
func (b *builder) once(key, text string) bool {
	if len(b.parts[key]) > 0 {
		return false
	}
	f, _ := b.card.Field(key)
	return f != nil && f.Answer == "" && b.add(key, text)
}

// entries makes a text of each item of a list, for what is said of one thing belongs together.
func entries(v *value) (out []string) {
	if v.kind != listValue {
		if text := entry(v); text != "" {
			return []string{text}
		}
		return nil
	}
	for i := range v.items {
		out = append(out, entries(&v.items[i])...)
	}
	return out
}

// entry is what an object says: its description, and its other members with their names behind it.
func entry(v *value) string {
	if v.kind != objectValue {
		return strings.TrimSpace(said(v))
	}
	var parts []string
	for i := range v.members {
		m := &v.members[i]
		text := strings.Join(entries(&m.value), "; ")
		switch {
		case text == "":
		case m.name == "description" || m.name == "name" || m.value.kind == objectValue:
			parts = append(parts, text)
		default:
			parts = append(parts, words(m.name)+": "+text)
		}
	}
	return strings.Join(parts, ", ")
}
