package format

import (
	"slices"
	"strings"

	"cardstock/card"
)

// A card as a component of a CycloneDX bill of materials (ECMA-424): what tools for supply chains read of a model. 1.5 to 1.7 are read, and
// written are 1.6, which most tools read, and 1.7; a model card is the same in both. Its objects are closed, so what has no place stands in
// properties, named by the question.
var (
	cycloneDXFormat   = cycloneDX("cyclonedx", "CycloneDX ML-BOM", ".cdx.json", "1.6")
	cycloneDX17Format = cycloneDX("cyclonedx-1.7", "CycloneDX ML-BOM 1.7", ".cdx17.json", newestCycloneDX)
)

const newestCycloneDX = "1.7"

func cycloneDX(name, label, suffix, version string) *Format {
	return &Format{
		Name: name, Label: label, Use: "Version " + version + ", for tools that check supply chains", Suffix: suffix, MediaType: "application/vnd.cyclonedx+json",
		Needs: needsCycloneDX,
		Detect: func(d *Document) bool {
			newest := said(d.json.get("specVersion")) == newestCycloneDX
			return isCycloneDX(d) && newest == (version == newestCycloneDX)
		},
		Decode: decodeCycloneDX,
		Encode: func(ts *card.Templates, c *card.Card) ([]byte, error) { return encodeCycloneDX(ts, c, version) },
		Keeps:  func(d *Document, edited map[string]string) bool { return keepsCycloneDX(d, edited, version) },
		Kind:   card.Model,
		Besides: func(d *Document) string {
			all := []string{othersInBill(d)}
			if n := len(models(d)) - 1; n > 0 {
				all = append([]string{plural(n, "other model", "other models")}, all...)
			}
			if said(d.json.get("serialNumber")) != "" {
				all = append(all, "serialNumber")
			}
			return strings.Join(slices.DeleteFunc(all, func(s string) bool { return s == "" }), ", ")
		},
		Parts: func(d *Document) (names []string) {
			for _, m := range models(d) {
				names = append(names, said(m.get("name")))
			}
			return names
		},
	}
}

var cycloneDXPlaces = map[string]string{
	"name": "model_details.name", "publisher": "model_details.owner_name", "version": "version.name", "licenses.license.name": "model_details.license",
	"licenses.license.id": "model_details.license", "licenses.expression": "model_details.license", "externalReferences.url": "model_details.references",
	"modelCard.modelParameters.modelArchitecture":                       "model_details.type",
	"modelCard.modelParameters.datasets.name":                           "training_data.name",
	"modelCard.modelParameters.datasets.description":                    "training_data.description",
	"modelCard.modelParameters.datasets.sensitiveData":                  "ethical_considerations.sensitive_data",
	"modelCard.quantitativeAnalysis.graphics.description":               "quantitative_analyses.graph_description",
	"modelCard.considerations.users":                                    "intended_use.primary_users",
	"modelCard.considerations.useCases":                                 "intended_use.primary_uses",
	"modelCard.considerations.technicalLimitations":                     "caveats.limitations",
	"modelCard.considerations.ethicalConsiderations.name":               "ethical_considerations.risks",
	"modelCard.considerations.ethicalConsiderations.mitigationStrategy": "ethical_considerations.mitigations",
}

const modelComponent = "machine-learning-model"

// models are the components of a bill of materials that are models, be they inside others, and behind them the one that the bill is of.
func models(d *Document) (found []*value) {
	var look func(v *value)
	look = func(v *value) {
		if said(v.get("type")) == modelComponent {
			found = append(found, v)
		}
		for list, i := v.get("components"), 0; list != nil && i < len(list.items); i++ {
			look(&list.items[i])
		}
	}
	look(d.json)
	look(d.json.get("metadata").get("component"))
	return found
}

func isBill(d *Document) bool { return said(d.json.get("bomFormat")) == "CycloneDX" }

func isCycloneDX(d *Document) bool { return isBill(d) && len(models(d)) > 0 }

// decodeCycloneDX reads one model of a bill of materials; others stay in the uploaded original, and are among its choices.
func decodeCycloneDX(ts *card.Templates, d *Document) (*Result, error) {
	found := models(d)
	r := &treeReader{extras: extras{fold: d.fold}, shape: cycloneDXShape, builder: newBuilder(ts, card.Model), places: cycloneDXPlaces, prefix: cycloneDXPrefix, unsaid: map[string]bool{"modelCard": true}}
	r.together = r.bill
	for i := range found[d.part].members {
		if m := &found[d.part].members[i]; m.name != "type" && m.name != "bom-ref" {
			r.walk(m.name, &m.value)
		}
	}
	r.finish()
	if others := othersInBill(d); others != "" {
		r.note("Of this bill of materials one model was read. It holds besides: " + others + ". That stays in the uploaded original, and in the file when the card goes back into it.")
	}
	return r.result(), nil
}

// othersInBill names what a bill of materials holds beside its models, "" for nothing. Other models are among the choices.
func othersInBill(d *Document) string {
	var parts []string
	n := -len(models(d))
	var count func(v *value)
	count = func(v *value) {
		for list, i := v.get("components"), 0; list != nil && i < len(list.items); i++ {
			n++
			count(&list.items[i])
		}
	}
	count(d.json)
	if of := d.json.get("metadata").get("component"); of != nil {
		n++
		count(of)
	}
	if n > 0 {
		parts = append(parts, plural(n, "other component", "other components"))
	}
	for i := range d.json.members {
		m := &d.json.members[i]
		if !slices.Contains([]string{"$schema", "bomFormat", "specVersion", "serialNumber", "version", "components"}, m.name) && leaves(&m.value) > 0 {
			parts = append(parts, brief(m.name))
		}
	}
	return strings.Join(parts, ", ")
}

// bill takes metrics, and the answers that our own exports put into properties.
func (r *treeReader) bill(path string, v *value) map[string]bool {
	switch path {
	case "modelCard.quantitativeAnalysis.performanceMetrics":
		return r.metric(v)
	case "modelCard.modelParameters.datasets":
		return map[string]bool{"type": said(v.get("type")) == "dataset"}
	case "externalReferences":
		return map[string]bool{"type": said(v.get("type")) == "documentation"}
	case "modelCard.properties", "properties":
		return r.billProperty(path, v)
	}
	return map[string]bool{}
}

// billProperty takes a property: the answer of ours goes to its question, another's is a question of its name.
func (r *treeReader) billProperty(path string, v *value) map[string]bool {
	name, answer := said(v.get("name")), said(v.get("value"))
	if r.fold || name == "" || answer == "" || len(v.members) != 2 {
		return map[string]bool{}
	}
	key, label, named := strings.Cut(strings.TrimPrefix(name, propertyPrefix), " ")
	if !named {
		label = words(key)
	}
	switch ours := strings.HasPrefix(name, propertyPrefix); {
	case ours && r.set(key, answer):
	case ours:
		r.custom(r.homeOf(path), keyFor(key), label, answer)
	default:
		r.custom(r.homeOf(path), r.prefix+"property", name, answer)
	}
	return map[string]bool{"name": true, "value": true}
}

// propertyName is what a property is called that holds an answer. The words of a visitor's own question stand behind its key.
func propertyName(f *card.Field) string {
	name := propertyPrefix + f.Key
	if f.Custom && f.Label != words(f.Key) {
		name += " " + f.Label
	}
	return name
}

// propertyPrefix is the namespace of our properties.
const propertyPrefix = "cardstock:"

func encodeCycloneDX(ts *card.Templates, c *card.Card, version string) ([]byte, error) {
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
	if licence := t.licence("model_details.license"); licence != "" {
		of := &object{members: []member{{billLicence(licence), newText(licence)}}}
		if url := t.ownOf(billPlace{path: "licenses.license.url", fits: isAddress}); len(url) > 0 {
			of.text("url", url[0].Answer)
		}
		component.list("licenses", newObject(member{"license", newObject(of.members...)}))
	}
	component.list("externalReferences", t.externalReferences()...)
	component.put("modelCard", t.modelCard())
	t.placeOwn(component)
	if properties := t.billProperties(); len(properties) > 0 {
		component.place("modelCard.properties", newList(properties))
	}
	root := newObject(
		member{"$schema", newText("http://cyclonedx.org/schema/bom-" + version + ".schema.json")}, member{"bomFormat", newText("CycloneDX")}, member{"specVersion", newText(version)},
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
	analysis.put("graphics", t.graphics(t.take("quantitative_analyses.graph_description"), "quantitative_analyses", attachedImage))
	for _, of := range [][2]string{{"users", "intended_use.primary_users"}, {"useCases", "intended_use.primary_uses"}, {"technicalLimitations", "caveats.limitations"}} {
		if text := t.take(of[1]); text != "" {
			considerations.list(of[0], newText(text))
		}
	}
	considerations.list("ethicalConsiderations", texts("name", t.take("ethical_considerations.risks"), "mitigationStrategy", t.take("ethical_considerations.mitigations")))
	of := &object{}
	of.put("modelParameters", parameters)
	of.put("quantitativeAnalysis", analysis)
	of.put("considerations", considerations)
	return of
}
