package format

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cardstock/card"
)

// sageMakerFormat is the content of an Amazon SageMaker model card. Its schema writes names in snake_case; the API's answers and
// CloudFormation write them in PascalCase, generated clients in camelCase, and all are read. What has no place in the schema stands in
// custom_details, under the question's words and its key.
var sageMakerFormat = &Format{
	Name: "sagemaker", Label: "SageMaker model card content", Use: "For Amazon SageMaker Model Cards, as the content of one", Suffix: ".sagemaker.json", MediaType: "application/json",
	Detect: detectSageMaker, Decode: decodeSageMaker, Encode: encodeSageMaker, Keeps: keepsSageMaker, Kind: card.Model,
}

const sagePrefix = "sagemaker."

var sagePlaces = map[string]string{
	"model_overview.model_name": "model_details.name", "model_overview.model_description": "model_details.type", "model_overview.algorithm_type": "model_details.training_algorithm",
	"model_overview.model_owner": "model_details.owner_name", "model_overview.model_version": "version.name",
	"intended_uses.intended_uses": "intended_use.primary_uses", "intended_uses.factors_affecting_model_efficiency": "factors.relevant",
	"training_details.training_observations": "training_data.description", "training_details.training_job_details.training_datasets": "training_data.name",
	"evaluation_details.datasets": "evaluation_data.datasets", "evaluation_details.evaluation_observation": "quantitative_analyses.notes",
	"additional_information.ethical_considerations": "ethical_considerations.risks", "additional_information.caveats_and_recommendations": "caveats.recommendations",
}

var sageHomes = map[string]string{
	"model_overview": "model_details", "intended_uses": "intended_use", "business_details": "business_details", "training_details": "training_data",
	"evaluation_details": "evaluation_data", "additional_information": "caveats",
}

// sageParts are the members at the top of the content.
var sageParts = []string{"model_overview", "intended_uses", "business_details", "training_details", "evaluation_details", "additional_information"}

// A sageReader keeps apart what several evaluations say.
type sageReader struct {
	*treeReader
	evaluations int
}

func decodeSageMaker(ts *card.Templates, d *Document) (*Result, error) {
	content, around := sageContent(d)
	r := &sageReader{treeReader: &treeReader{extras: extras{fold: d.fold}, shape: sageShape, builder: newBuilder(ts, card.Model), places: sagePlaces, homes: sageHomes, prefix: sagePrefix}}
	r.together = r.lists
	for i := range content.members {
		m := &content.members[i]
		switch {
		case m.name == "evaluation_details":
			r.each(&m.value, r.evaluation)
		case m.name == "additional_information" && m.value.kind == objectValue:
			r.additional(&m.value)
		default:
			if m.name == "business_details" {
				r.section("business_details", "Business details")
			}
			r.walk(m.name, &m.value)
		}
	}
	for i := range around {
		r.walk(around[i].name, &around[i].value)
	}
	r.finish()
	return r.result(), nil
}

// each visits the items of a list, or what stands where a list should.
func (r *sageReader) each(v *value, visit func(v *value)) {
	if v.kind != listValue {
		visit(v)
		return
	}
	for i := range v.items {
		r.each(&v.items[i], visit)
	}
}

// lists takes lists of texts, which are one answer, and the pairs of names and values.
func (r *sageReader) lists(path string, v *value) map[string]bool {
	taken := map[string]bool{}
	for i := range v.members {
		m := &v.members[i]
		at := path + "." + m.name
		switch {
		case m.value.kind != listValue || r.places[at] != "":
		case strings.HasSuffix(m.name, "hyper_parameters"), strings.HasSuffix(m.name, "training_metrics"):
			var lines []string
			r.each(&m.value, func(v *value) { lines = append(lines, pairText(v)) })
			r.leaf(at, &value{kind: textValue, text: strings.Join(lines, "\n")})
			taken[m.name] = true
		case !slices.ContainsFunc(m.value.items, func(v value) bool { return v.kind >= listValue }):
			r.leaf(at, &value{kind: textValue, text: m.value.plain()})
			taken[m.name] = true
		}
	}
	return taken
}

// pairText is "name: value", with notes in brackets; anything else is JSON.
func pairText(v *value) string {
	name, is, notes := v.get("name"), v.get("value"), v.get("notes")
	n := 2
	if notes != nil {
		n = 3
	}
	if name == nil || is == nil || len(v.members) != n {
		return v.plain()
	}
	text := name.plain() + ": " + is.plain()
	if notes != nil {
		text += " (" + notes.plain() + ")"
	}
	return text
}

// evaluation makes rows of the metrics of one evaluation. What a further one says besides has its name before it.
func (r *sageReader) evaluation(v *value) {
	const path = "evaluation_details"
	if v.kind != objectValue {
		r.walk(path, v)
		return
	}
	r.evaluations++
	name, rows := said(v.get("name")), len(r.rows)
	if r.evaluations > 1 { // the places of the card are those of the first
		places := r.places
		r.places, r.whose = nil, cmp.Or(name, "Evaluation "+strconv.Itoa(r.evaluations))+": "
		defer func() { r.places, r.whose = places, "" }()
	}
	for i := range v.members {
		m := &v.members[i]
		switch {
		case m.name == "name":
		case m.name == "metric_groups":
			r.each(&m.value, func(group *value) { r.group(name, group) })
		case m.name == "metadata" && m.value.kind == objectValue:
			for j := range m.value.members {
				r.custom(r.homeOf(path), sagePrefix+path+".metadata", r.whose+m.value.members[j].name, m.value.members[j].value.plain())
			}
		default:
			r.object(path, &value{kind: objectValue, members: []member{*m}})
		}
	}
	if name != "" && len(r.rows) == rows && name != sageEvaluation {
		r.custom(r.homeOf(path), sagePrefix+path+".name", "Evaluation", name)
	}
}

// sageEvaluation is what the evaluation is called that our export makes for rows without a slice.
const sageEvaluation, sageGroup = "Evaluation", "Metrics"

// group makes rows of a group of metrics. What is none stays, as a name without metrics does.
func (r *sageReader) group(evaluation string, group *value) {
	const path = "evaluation_details.metric_groups"
	if group.kind != objectValue {
		r.walk(path, group)
		return
	}
	rows, name := len(r.rows), said(group.get("name"))
	slice := strings.TrimPrefix(evaluation, sageEvaluation)
	if evaluation != sageEvaluation {
		slice = evaluation
	}
	if name != "" && name != sageGroup {
		slice = strings.TrimPrefix(slice+" / "+name, " / ")
	}
	for i := range group.members {
		m := &group.members[i]
		switch m.name {
		case "name":
		case "metric_data":
			r.each(&m.value, func(v *value) { r.metricData(slice, v) })
		default:
			r.walk(path+"."+m.name, &m.value)
		}
	}
	if name != "" && name != sageGroup && len(r.rows) == rows {
		r.custom(r.homeOf(path), sagePrefix+path+".name", "Metric group", name)
	}
}

// sageScalars are the types that a value shows by itself.
var sageScalars = []string{"number", "string", "boolean"}

// metricData makes a row of a metric. A chart keeps its kind and its axes.
func (r *sageReader) metricData(slice string, v *value) {
	if v.kind != objectValue {
		r.walk("evaluation_details.metric_groups.metric_data", v)
		return
	}
	row := map[string]string{}
	for i := range v.members {
		m := &v.members[i]
		text := m.value.plain()
		switch {
		case text == "":
		case m.name == "name":
			row["metric"] = text
		case m.name == "type" && slices.Contains(sageScalars, unmarked(text)):
		case m.name == "notes":
			readNotes(row, text)
		case m.value.kind >= listValue:
			row[m.name] = m.value.compact()
		default:
			row[m.name] = text
		}
	}
	if row["slice"] == "" {
		row["slice"] = slice
	}
	r.rows = append(r.rows, row)
}

var (
	sageCharts = []string{"linear_graph", "bar_chart", "matrix"}
	noteOf     = regexp.MustCompile(`^\[([a-z0-9_-]+)\] (.*)$`)
)

// readNotes takes the cells that our export wrote into the notes of a metric, one to a line.
func readNotes(row map[string]string, text string) {
	var notes []string
	for _, line := range strings.Split(text, "\n") {
		if m := noteOf.FindStringSubmatch(line); m != nil {
			row[m[1]] = m[2]
		} else {
			notes = append(notes, line)
		}
	}
	if len(notes) > 0 {
		row["notes"] = strings.Join(notes, "\n")
	}
}

var detailName = regexp.MustCompile(`^(?s:(.*)) \[([a-z0-9][a-z0-9._-]*)\](?: ([0-9]+)/[0-9]+)?$`)

// ownDetail takes the name of a detail of ours apart: the words of a question, its key and which part of a long answer it is. Another's may end in
// brackets, too, as with a unit; our keys are those of questions or hold a dot.
func ownDetail(c *card.Card, name string) (label, key, part string, ours bool) {
	m := detailName.FindStringSubmatch(name)
	if m == nil {
		return "", "", "", false
	}
	f, _ := c.Field(m[2])
	return m[1], m[2], m[3], f != nil || strings.Contains(m[2], ".")
}

// additional reads the custom details, in which our exports keep what has no place.
func (r *sageReader) additional(v *value) {
	const path = "additional_information"
	whole := map[string]*strings.Builder{} // of those whose first part is there
	for i := range v.members {
		m := &v.members[i]
		if m.name != "custom_details" || m.value.kind != objectValue {
			r.object(path, &value{kind: objectValue, members: []member{*m}})
			continue
		}
		for j := range m.value.members {
			if _, key, part, ours := ownDetail(r.card, m.value.members[j].name); ours && part == "1" {
				whole[key] = &strings.Builder{}
			}
		}
		for j := range m.value.members { // in the order of their parts, as they are written
			of := &m.value.members[j]
			if _, key, part, ours := ownDetail(r.card, of.name); ours && part != "" && whole[key] != nil {
				whole[key].WriteString(of.value.plain())
			}
		}
		for j := range m.value.members {
			r.detail(&m.value.members[j], whole)
		}
	}
}

func (r *sageReader) detail(m *member, whole map[string]*strings.Builder) {
	label, key, part, ours := ownDetail(r.card, m.name)
	text, further := m.value.plain(), part != "" && part != "1"
	switch {
	case text == "" || ours && further && whole[key] != nil:
		return
	case !ours || further:
		r.custom(r.section("custom_details", "Custom details"), sagePrefix+"detail", m.name, text)
		return
	case part == "1":
		text = whole[key].String()
	}
	if !r.set(key, text) {
		r.custom(r.section("custom_details", "Custom details"), keyFor(key), label, text)
	}
}
