package format

import (
	"strings"

	"cardstock/card"
)

// cycloneDXFormat is the card as a component of a CycloneDX 1.6 bill of materials (ECMA-424): what tools for supply chains read of a model. Its
// objects are closed, so what has no place stands in properties, named by the question.
var cycloneDXFormat = &Format{
	Name: "cyclonedx", Label: "CycloneDX ML-BOM 1.6", Use: "For tools that check supply chains", Suffix: ".cdx.json", MediaType: "application/vnd.cyclonedx+json",
	Encode: encodeCycloneDX, Kind: card.Model,
}

// propertyPrefix is the namespace of our properties.
const propertyPrefix = "cardstock:"

func encodeCycloneDX(ts *card.Templates, c *card.Card) ([]byte, error) {
	t := newTaker(c)
	component := &object{members: []member{{"type", newText("machine-learning-model")}, {"bom-ref", newText("model")}}}
	name := t.take("model_details.name")
	if name == "" || c.Title != "" {
		t.leave("model_details.name")
		name = ts.DisplayName(c)
	}
	component.text("publisher", t.take("model_details.owner_name"))
	component.text("name", name)
	component.text("version", t.take("version.name"))
	if licence := t.take("model_details.license"); licence != "" {
		// Under "name" any text is allowed; "id" is a closed list, which differs from version to version.
		component.list("licenses", newObject(member{"license", texts("name", licence)}))
	}
	component.list("externalReferences", t.externalReferences()...)
	component.put("modelCard", t.modelCard())
	root := newObject(
		member{"$schema", newText("http://cyclonedx.org/schema/bom-1.6.schema.json")}, member{"bomFormat", newText("CycloneDX")}, member{"specVersion", newText("1.6")},
		member{"version", value{kind: numberValue, text: "1"}}, member{"components", newList([]value{newObject(component.members...)})})
	return root.document(), nil
}

// externalReferences takes the references if all are addresses.
func (t *taker) externalReferences() (list []value) {
	for _, of := range t.references() {
		list = append(list, texts("type", "documentation", "url", strings.TrimSpace(of.get("reference").text)))
	}
	return list
}

func (t *taker) modelCard() *object {
	parameters, analysis, considerations := &object{}, &object{}, &object{}
	parameters.text("modelArchitecture", t.take("model_details.type"))
	data := texts("name", t.take("training_data.name"), "description", t.take("training_data.description"))
	if sensitive := t.take("ethical_considerations.sensitive_data"); sensitive != "" {
		data.members = append(data.members, member{"sensitiveData", newList([]value{newText(sensitive)})})
	}
	if len(data.members) > 0 {
		data.members = append([]member{{"type", newText("dataset")}}, data.members...)
		parameters.list("datasets", data)
	}
	var metrics []value
	for _, row := range t.rows(metricsKey) {
		m := t.metric(row)
		for i := range m.members {
			if of := &m.members[i]; of.name == "confidence_interval" {
				*of = member{"confidenceInterval", texts("lowerBound", row["lower"], "upperBound", row["upper"])}
			}
		}
		metrics = append(metrics, m)
	}
	analysis.list("performanceMetrics", metrics...)
	analysis.put("graphics", &object{texts("description", t.take("quantitative_analyses.graph_description")).members})
	for _, of := range [][2]string{{"users", "intended_use.primary_users"}, {"useCases", "intended_use.primary_uses"}, {"technicalLimitations", "caveats.limitations"}} {
		if text := t.take(of[1]); text != "" {
			considerations.list(of[0], newText(text))
		}
	}
	considerations.list("ethicalConsiderations", texts("name", t.take("ethical_considerations.risks"), "mitigationStrategy", t.take("ethical_considerations.mitigations")))
	var properties []value
	for _, f := range t.rest() {
		properties = append(properties, texts("name", propertyPrefix+f.Key, "value", f.Answer))
	}
	of := &object{}
	of.put("modelParameters", parameters)
	of.put("quantitativeAnalysis", analysis)
	of.put("considerations", considerations)
	of.list("properties", properties...)
	return of
}
