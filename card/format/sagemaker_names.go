package format

import (
	"regexp"
	"slices"
	"strings"
)

// The content of a SageMaker card is found by the names of its members, in snake, Pascal or camel case, alone or in the API's answer.

var camelHump, capitals = regexp.MustCompile(`([a-z0-9])([A-Z])`), regexp.MustCompile(`([A-Z])([A-Z][a-z])`)

// snake is a name as the schema writes it.
func snake(name string) string {
	if strings.ToLower(name) == name {
		return name
	}
	return strings.ToLower(camelHump.ReplaceAllString(capitals.ReplaceAllString(name, "${1}_${2}"), "${1}_${2}"))
}

// snaked copies a value with its names as the schema writes them; those that the user gave stay.
func snaked(v *value) value {
	out := *v
	out.items = make([]value, len(v.items))
	for i := range v.items {
		out.items[i] = snaked(&v.items[i])
	}
	out.members = make([]member, len(v.members))
	for i := range v.members {
		m := v.members[i]
		if m.name = snake(m.name); m.name != "custom_details" && m.name != "metadata" {
			m.value = snaked(&m.value)
		}
		out.members[i] = m
	}
	return out
}

// sageContent is the content of a document as the schema writes it, which the API's answer holds as a text; nil if there is none.
func sageContent(d *Document) (content *value, around []member) {
	of, around := sageSource(d)
	if of == nil {
		return nil, nil
	}
	v := snaked(of)
	return &v, around
}

// sageSource is the content as it is written. It copies nothing, for every document is asked.
func sageSource(d *Document) (content *value, around []member) {
	if d.json == nil {
		return nil, nil
	}
	for i := range d.json.members {
		m := &d.json.members[i]
		if !strings.EqualFold(m.name, "content") {
			continue
		}
		inner := &m.value
		if inner.kind == textValue && strings.HasPrefix(strings.TrimSpace(inner.text), "{") {
			if parsed, _, err := parseJSON(inner.text, 0); err == nil {
				inner = parsed
			}
		}
		if sageShaped(inner) {
			return inner, append(slices.Clone(d.json.members[:i]), d.json.members[i+1:]...)
		}
	}
	if sageShaped(d.json) {
		return d.json, nil
	}
	return nil, nil
}

// sageMember is a member by its name in the schema, however it is written.
func (v *value) sageMember(name string) *value {
	if v == nil {
		return nil
	}
	for i := range v.members {
		if of := v.members[i].name; of == name || (len(of) == len(name) || len(of) == len(name)-strings.Count(name, "_")) && snake(of) == name {
			return &v.members[i].value
		}
	}
	return nil
}

// sageShaped wants two of the parts, or one that has a member which only this schema has.
func sageShaped(v *value) bool {
	n := 0
	for _, part := range sageParts {
		if of := v.sageMember(part); of != nil && (of.kind == objectValue || part == "evaluation_details" && of.kind == listValue) {
			n++
		}
	}
	overview, uses := v.sageMember("model_overview"), v.sageMember("intended_uses")
	has := func(of *value, names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return of.sageMember(name) != nil })
	}
	return n >= 2 || has(overview, "model_description", "model_owner", "model_name", "algorithm_type") || has(uses, "risk_rating", "purpose_of_model")
}

func detectSageMaker(d *Document) bool {
	content, _ := sageSource(d)
	return content != nil
}
