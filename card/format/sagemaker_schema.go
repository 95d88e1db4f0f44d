package format

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// keepsSageMaker wants the content itself as its schema has it, before an edit and with it.
func keepsSageMaker(d *Document, _ map[string]string) bool {
	return utf8.RuneCountInString(d.text) <= sageMost && isSage(d.json, "")
}

// isSage reports whether all that is below a path is what the schema has there.
func isSage(v *value, path string) bool {
	for i := range v.members {
		m := &v.members[i]
		at := strings.TrimPrefix(path+"."+m.name, ".")
		of := func(path string) int {
			return slices.IndexFunc(sagePaths, func(p sagePath) bool { return p.path == path })
		}
		above := slices.ContainsFunc(sagePaths, func(p sagePath) bool { return strings.HasPrefix(p.path, at+".") })
		ok := false
		switch text, list := of(at), of(at+"[]"); {
		case sageValues[at] != nil:
			ok = sageValues[at](&m.value)
		case above:
			ok = m.value.kind == objectValue && isSage(&m.value, at)
		case text >= 0:
			ok = sageText(sagePaths[text].most)(&m.value)
		case list >= 0:
			ok = sageListOf(sageMany, sageText(sagePaths[list].most))(&m.value)
		}
		if !ok {
			return false
		}
	}
	return true
}

// A sageType reports whether a value is of a type of the schema.
type sageType func(v *value) bool

// sageValues are what the schema has beside texts and lists of them, by path. Of the function for which a model was trained it wants nothing.
var sageValues = func() map[string]sageType {
	const job = "training_details.training_job_details."
	metrics := sageListOf(sageTrained, sageObject(map[string]sageType{"name": sageName(255), "value": sageNumber, "notes": sageText(1024)}, "name", "value"))
	parameters := sageListOf(sageParameters, sageObject(map[string]sageType{"name": sageName(255), "value": sageName(255)}, "name", "value"))
	groups := sageObject(map[string]sageType{"name": sageName(sageLongName), "metric_data": sageListOf(sageMost, sageMetric)}, "name", "metric_data")
	details := sageObject(map[string]sageType{"": sageText(sageDetail)})
	return map[string]sageType{
		"model_overview.model_version": func(v *value) bool {
			n, err := strconv.ParseFloat(v.text, 64)
			return sageNumber(v) && err == nil && n >= 1
		},
		"intended_uses.risk_rating": func(v *value) bool {
			return v.kind == textValue && slices.Contains(sageWords["intended_uses.risk_rating"], v.text)
		},
		"training_details.objective_function": func(v *value) bool { return v.kind == objectValue },
		job + "training_metrics":              metrics, job + "user_provided_training_metrics": metrics,
		job + "hyper_parameters": parameters, job + "user_provided_hyper_parameters": parameters,
		"evaluation_details": sageListOf(sageMost, sageObject(map[string]sageType{"name": sageName(sageLongName), "evaluation_observation": sageText(2096),
			"evaluation_job_arn": sageText(256), "datasets": sageListOf(10, sageText(1024)), "metadata": details, "metric_groups": sageListOf(sageMost, groups)}, "name")),
		"additional_information.custom_details": details,
	}
}()

func sageNumber(v *value) bool { return v.kind == numberValue }

func sageText(most int) sageType {
	return func(v *value) bool { return v.kind == textValue && utf8.RuneCountInString(v.text) <= most }
}

// sageName is a text that says something, on one line.
func sageName(most int) sageType {
	return func(v *value) bool {
		return sageText(most)(v) && v.text != "" && !strings.Contains(v.text, "\n")
	}
}

func sageListOf(most int, of sageType) sageType {
	return func(v *value) bool {
		for i := range v.items {
			if !of(&v.items[i]) {
				return false
			}
		}
		return v.kind == listValue && len(v.items) <= most
	}
}

// sageObject is an object of members by name, or of any if they are under "".
func sageObject(types map[string]sageType, required ...string) sageType {
	return func(v *value) bool {
		for i := range v.members {
			of := types[v.members[i].name]
			if any := types[""]; any != nil {
				of = any
			}
			if of == nil || !of(&v.members[i].value) {
				return false
			}
		}
		return v.kind == objectValue && !slices.ContainsFunc(required, func(name string) bool { return v.get(name) == nil })
	}
}

// sageMetric is a number, a text, true or false, or a chart with its axes.
func sageMetric(v *value) bool {
	kind := said(v.get("type"))
	axis, names := sageText(sageLongName), sageListOf(sageMost, sageText(sageLongName))
	types := map[string]sageType{"name": sageName(255), "notes": sageText(1024), "type": sageText(20), "x_axis_name": axis, "y_axis_name": axis,
		"value": func(v *value) bool { return chartShaped(kind, v) }}
	switch {
	case slices.Contains(sageScalars, kind):
		types["value"] = func(v *value) bool { return v.kind == numberValue || v.kind == boolValue || sageText(sageLongName)(v) }
	case kind == "matrix":
		types["x_axis_name"], types["y_axis_name"] = names, names
	case kind == "bar_chart":
		types["x_axis_name"] = names
	case kind != "linear_graph":
		return false
	}
	return sageObject(types, "name", "type", "value")(v)
}

// sagePairs are lists of names and values, which are read as lines: of numbers, that may have notes, or of texts.
var sagePairs = []struct {
	path    string
	pattern *regexp.Regexp
	most    int
}{
	{"training_details.training_job_details.training_metrics", sageTrainingMetric, sageTrained},
	{"training_details.training_job_details.user_provided_training_metrics", sageTrainingMetric, sageTrained},
	{"training_details.training_job_details.hyper_parameters", sageParameter, sageParameters},
	{"training_details.training_job_details.user_provided_hyper_parameters", sageParameter, sageParameters},
}

var (
	sageTrainingMetric = regexp.MustCompile(`^(.{1,255}?): (-?[0-9][0-9.eE+-]*)(?: \((.*)\))?$`)
	sageParameter      = regexp.MustCompile(`^(.{1,255}?): (.{1,255})$`)
)

// pairs takes an answer whose lines are names and values.
func (t *taker) pairs(key string, pattern *regexp.Regexp, most int) (list []value) {
	text := t.take(key)
	for line := range strings.SplitSeq(text, "\n") {
		m := pattern.FindStringSubmatch(line)
		if m == nil || len(list) == most || pattern == sageTrainingMetric && !numberPattern.MatchString(m[2]) || utf8.RuneCountInString(quote(text)) > sageList {
			t.leave(key)
			return nil
		}
		pair := newObject(member{"name", newText(m[1])}, member{"value", newText(m[2])})
		if pattern == sageTrainingMetric {
			pair.get("value").kind = numberValue
			if m[3] != "" {
				pair.members = append(pair.members, member{"notes", newText(m[3])})
			}
		}
		if pairText(&pair) != line {
			t.leave(key)
			return nil
		}
		list = append(list, pair)
	}
	return list
}
