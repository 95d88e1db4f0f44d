package format

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"cardstock/card"
)

// mctFormat is the JSON of TensorFlow's Model Card Toolkit: versions 0.0.1 and 0.0.2 are read, and VerifyML's superset of them; 0.0.2 is
// written. The same is read as YAML. The toolkit refuses members it does not know, so what has no place in its schema stands in its documentation, as
// Markdown from which it is read back.
var mctFormat = &Format{
	Name: "mct", Label: "Model Card Toolkit JSON", Use: "For TensorFlow’s Model Card Toolkit, schema 0.0.2", Suffix: ".mct.json", MediaType: "application/json",
	Detect: detectMCT, Decode: decodeMCT, Encode: encodeMCT, Keeps: keepsMCT, Kind: card.Model,
	Could: func(d *Document) bool { return partsOfMCT(d) > 0 && !d.proto },
}

const mctVersion = "0.0.2"

// mctPlaces says where the texts at a path go, as downloadPlaces does. Version 0.0.1 has plain strings where 0.0.2 has lists, and
// tells training from evaluation data.
var mctPlaces = func() map[string]string {
	places := maps.Clone(downloadPlaces)
	for _, gone := range []string{"model_details.overview", "model_details.path"} {
		delete(places, gone)
	}
	maps.Copy(places, map[string]string{
		"model_details.license":                          "model_details.license",
		"model_details.references":                       "model_details.references",
		"model_details.citation":                         "model_details.citation",
		"model_parameters.model_architecture":            "model_details.type",
		"model_parameters.data.train.name":               "training_data.name",
		"model_parameters.data.train":                    "training_data.description",
		"model_parameters.data.eval.name":                "evaluation_data.datasets",
		"model_parameters.data.eval":                     "evaluation_data.datasets",
		"model_parameters.data.sensitive.sensitive_data": "ethical_considerations.sensitive_data",
	})
	return places
}()

// mctParts are the members that a Model Card Toolkit document has at its top; two of them, or one and the version, make one.
var mctParts = []string{"model_details", "model_parameters", "quantitative_analysis", "considerations"}

func partsOfMCT(d *Document) (n int) {
	for _, name := range mctParts {
		if v := d.json.get(name); v != nil && v.kind == objectValue {
			n++
		}
	}
	return n
}

// detectMCT takes no file for the toolkit's that has sections of the paper and nothing that only the toolkit has: people write those sections by hand, and
// model_details is one of them.
func detectMCT(d *Document) bool {
	n := partsOfMCT(d)
	if d.json.get("model_parameters") == nil && d.json.get("considerations") == nil && detectMitchell(d) {
		return false
	}
	// CompliancePal and Bridge2AI write the same as YAML, at the least a name.
	return n >= 2 || n == 1 && (d.json.get("schema_version") != nil || d.yaml && d.json.get("model_details").get("name") != nil)
}

func decodeMCT(ts *card.Templates, d *Document) (*Result, error) {
	r := &treeReader{extras: extras{fold: d.fold}, shape: mctShape, builder: newBuilder(ts, card.Model), places: mctPlaces, homes: downloadHomes, prefix: mctPrefix, appendix: true}
	r.together = r.toolkit
	for i := range d.json.members {
		if m := &d.json.members[i]; m.name != "schema_version" {
			r.walk(m.name, &m.value)
		}
	}
	r.finish()
	return r.result(), nil
}

const mctPrefix = "mct."

// toolkit takes what the schema of the Model Card Toolkit says in several members: citations and metrics.
func (r *treeReader) toolkit(path string, v *value) map[string]bool {
	switch path {
	case "model_details.citations":
		return r.citation(v)
	case "quantitative_analysis.performance_metrics":
		return r.metric(v)
	}
	return map[string]bool{}
}

// appendixPath is the member in which encodeMCT writes what the schema has no place for.
const appendixPath = "model_details.documentation"

// documentation reads a text to which answers may be appended.
func (r *treeReader) documentation(text string) {
	text, answers := unappend(text)
	if text != "" {
		r.custom(r.homeOf(appendixPath), r.prefix+appendixPath, "Documentation", text)
	}
	for _, a := range answers {
		f, _ := r.card.Field(a.key)
		if f == nil && a.list || f != nil && f.Kind == card.List {
			a.answer = readList(a.answer)
		}
		switch {
		case r.set(a.key, a.answer):
		case f != nil && f.Kind == card.Table:
			r.custom(r.homeOf(appendixPath), r.prefix+"entry", a.label, a.answer)
		default:
			r.asList(r.custom(r.homeOf(appendixPath), keyFor(a.key), a.label, a.answer), a.list)
		}
	}
}

// spdxToken is what an SPDX id looks like; whether it is one is the business of the rules.
var spdxToken = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.+-]*$`)

// An object is built member by member; empty texts and lists are left out.
type object struct{ members []member }

func (o *object) text(name, s string) {
	if s != "" {
		o.members = append(o.members, member{name, newText(s)})
	}
}

func (o *object) list(name string, items ...value) {
	items = slices.DeleteFunc(items, func(v value) bool { return v.kind == objectValue && len(v.members) == 0 })
	if len(items) > 0 {
		o.members = append(o.members, member{name, newList(items)})
	}
}

func (o *object) put(name string, in *object) {
	if len(in.members) > 0 {
		o.members = append(o.members, member{name, newObject(in.members...)})
	}
}

// texts makes an object of name, text, name, text ….
func texts(pairs ...string) value {
	o := &object{}
	for i := 0; i < len(pairs); i += 2 {
		o.text(pairs[i], pairs[i+1])
	}
	return newObject(o.members...)
}

func encodeMCT(ts *card.Templates, c *card.Card) ([]byte, error) {
	tree := mctTree(ts, c)
	tree.members = slices.Insert(tree.members, 0, member{"schema_version", newText(mctVersion)})
	return tree.document(), nil
}

// mctTree is a card with the members of the toolkit's schema, which its JSON and its protocol buffer share.
func mctTree(ts *card.Templates, c *card.Card) value { return mctTreeAs(ts, c, false) }

// mctTreeAs is mctTree or, for version 0.0.1, what mctOlderTree makes its shape of.
func mctTreeAs(ts *card.Templates, c *card.Card, older bool) value {
	t := newTaker(c)
	details, parameters, analysis, considerations := &object{}, &object{}, &object{}, &object{}
	own := func(path string) string { return t.take(mctPrefix + path) }

	name := t.take("model_details.name")
	if name == "" || c.Title != "" {
		t.leave("model_details.name")
		name = ts.DisplayName(c)
	}
	details.text("name", name)
	details.text("overview", own("model_details.overview"))
	documentation := own(appendixPath)
	details.list("owners", texts("name", t.take("model_details.owner_name"), "contact", t.take("model_details.owner_contact")))
	version := &object{texts("name", t.take("version.name"), "date", t.day("version.date"), "diff", t.take("version.diff")).members}
	details.put("version", version)
	if licence := t.licence("model_details.license"); spdxToken.MatchString(licence) {
		details.list("licenses", texts("identifier", licence))
	} else {
		details.list("licenses", texts("custom_text", licence))
	}
	details.list("references", t.references()...)
	details.list("citations", texts("citation", t.take("model_details.citation")))
	details.text("path", own("model_details.path"))

	parameters.text("model_architecture", t.take("model_details.type"))
	if older {
		parameters.put("data", t.olderData())
	} else {
		parameters.list("data", t.trainingData(true))
	}
	for _, member := range []string{"input_format", "output_format"} {
		parameters.text(member, own("model_parameters."+member))
	}

	var metrics []value
	for _, row := range t.rows(metricsKey) {
		metrics = append(metrics, t.metric(row))
	}
	analysis.list("performance_metrics", metrics...)
	analysis.put("graphics", t.graphics(t.take("quantitative_analyses.graph_description"), "quantitative_analyses", plainImage))

	for _, of := range [][2]string{{"users", "intended_use.primary_users"}, {"use_cases", "intended_use.primary_uses"}, {"limitations", "caveats.limitations"}, {"tradeoffs", "mct.considerations.tradeoffs.description"}} {
		considerations.list(of[0], texts("description", t.take(of[1])))
	}
	considerations.list("ethical_considerations", texts("name", t.take("ethical_considerations.risks"), "mitigation_strategy", t.take("ethical_considerations.mitigations")))

	if text := appendix(documentation, t.rest()); text != "" {
		details.members = slices.Insert(details.members, 1, member{"documentation", newText(text)})
	}
	root := &object{}
	for i, part := range []*object{details, parameters, analysis, considerations} {
		root.put(mctParts[i], part)
	}
	return newObject(root.members...)
}

// day takes a date that is one; another text stays.
func (t *taker) day(key string) string {
	day := t.take(key)
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		t.leave(key)
		return ""
	}
	return day
}

// references takes the references if all are addresses, which the schema wants.
func (t *taker) references() (list []value) {
	const key = "model_details.references"
	for _, item := range card.Items(t.take(key)) {
		if !areAddresses(item) {
			t.leave(key)
			return nil
		}
		list = append(list, texts("reference", item))
	}
	return list
}

func (t *taker) trainingData(sensitive bool) value {
	data := &object{}
	data.text("name", t.take("training_data.name"))
	data.text("description", t.take("training_data.description"))
	if sensitive {
		if text := t.take("ethical_considerations.sensitive_data"); text != "" {
			data.put("sensitive", &object{[]member{{"sensitive_data", newList([]value{newText(text)})}}})
		}
	}
	data.put("graphics", t.graphics("", "training_data", plainImage))
	return newObject(data.members...)
}

// metric makes a performance metric of a row. Cells of columns that the format does not have stay behind the slice, where they qualify it.
func (t *taker) metric(row map[string]string) value {
	o := &object{}
	o.text("type", row["metric"])
	o.text("value", row["value"])
	slice := row["slice"]
	for _, column := range slices.Sorted(maps.Keys(row)) {
		if !slices.Contains([]string{"metric", "value", "slice", "lower", "upper"}, column) && row[column] != "" {
			slice = strings.TrimPrefix(slice+"; "+column+": "+row[column], "; ")
		}
	}
	o.text("slice", slice)
	o.put("confidence_interval", &object{texts("lower_bound", row["lower"], "upper_bound", row["upper"]).members})
	return newObject(o.members...)
}
