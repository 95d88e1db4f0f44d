package format

import (
	"slices"
	"strings"
)

// billSchema is what the schema of CycloneDX says of a model card, in 1.6 and 1.7 alike: of each object the names of its members. What has an object behind it
// is one, what has words behind it is one of them, # is a number, ? is not looked into, and what has nothing is a text; * is a list, ! has to be there.
const billSchema = `
ModelCard: bom-ref modelParameters=Parameters quantitativeAnalysis=Analysis considerations=Considerations properties*=Property
Parameters: approach=Approach task architectureFamily modelArchitecture datasets*=Dataset inputs*=Format outputs*=Format
Approach: type=supervised|unsupervised|reinforcement-learning|semi-supervised|self-supervised
Dataset: bom-ref type!=source-code|configuration|dataset|definition|other name contents=Contents classification sensitiveData* graphics=Graphics description governance=Governance
DatasetElsewhere: ref
Contents: attachment=Attachment url properties*=Property
Attachment: contentType encoding=base64| content!
Property: name! value
Graphics: description collection*=Graphic
Graphic: name image=Attachment
Governance: custodians*=Party stewards*=Party owners*=Party
Party: organization=Organization contact=Contact
Organization: bom-ref name address=Address url* contact*=Contact
Address: bom-ref country region locality postOfficeBoxNumber postalCode streetAddress
Contact: bom-ref name email phone
Format: format
Analysis: performanceMetrics*=Metric graphics=Graphics
Metric: type value slice confidenceInterval=Interval
Interval: lowerBound upperBound
Considerations: users* useCases* technicalLimitations* performanceTradeoffs* ethicalConsiderations*=Risk environmentalConsiderations=Environment fairnessAssessments*=Fairness
Risk: name mitigationStrategy
Fairness: groupAtRisk benefits harms mitigationStrategy
Environment: energyConsumptions*=Consumption properties*=Property
Consumption: activity!=design|data-collection|data-preparation|training|fine-tuning|validation|deployment|inference|other energyProviders*!=Provider activityEnergyCost!=Energy co2CostEquivalent=Carbon co2CostOffset=Carbon properties*=Property
Provider: bom-ref description organization!=Organization energySource!=coal|oil|natural-gas|nuclear|wind|solar|geothermal|hydropower|biofuel|unknown|other energyProvided!=Energy externalReferences=?
Energy: value!=# unit!=kWh|
Carbon: value!=# unit!=tCO2eq|
`

// A billMember is one member of an object of a model card.
type billMember struct {
	is             string // what it holds
	list, required bool
}

var billObjects = func() map[string]map[string]billMember {
	objects := map[string]map[string]billMember{}
	for line := range strings.Lines(strings.TrimSpace(billSchema)) {
		object, members, _ := strings.Cut(line, ":")
		objects[object] = map[string]billMember{}
		for _, word := range strings.Fields(members) {
			m := billMember{}
			word, m.is, _ = strings.Cut(word, "=")
			word, m.required = strings.CutSuffix(word, "!")
			word, m.list = strings.CutSuffix(word, "*")
			objects[object][word] = m
		}
	}
	return objects
}()

// isBillObject reports whether a value is an object of the schema, with all that is in it.
func isBillObject(v *value, object string) bool {
	if v.kind != objectValue {
		return false
	}
	for i := range v.members {
		m := &v.members[i]
		of, known := billObjects[object][m.name]
		if !known || of.list != (m.value.kind == listValue) && of.is != "?" {
			return false
		}
		items := []value{m.value}
		if of.list {
			items = m.value.items
		}
		if slices.ContainsFunc(items, func(item value) bool { return !isBillValue(&item, of.is) }) {
			return false
		}
	}
	for name, m := range billObjects[object] {
		if m.required && v.get(name) == nil {
			return false
		}
	}
	return object != "Party" || len(v.members) == 1
}

// isBillValue reports whether a value is what a member holds.
func isBillValue(v *value, is string) bool {
	switch {
	case is == "":
		return v.kind == textValue
	case is == "?":
		return true
	case is == "#":
		return v.kind == numberValue
	case strings.Contains(is, "|"):
		return v.kind == textValue && v.text != "" && slices.Contains(strings.Split(is, "|"), v.text)
	case is == "Dataset" && v.get("ref") != nil:
		return isBillObject(v, "DatasetElsewhere")
	}
	return isBillObject(v, is)
}
