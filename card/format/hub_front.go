package format

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"cardstock/card"
)

// memberText is the answer that a value of the front matter makes. Values stay as they are written: "no" is Norwegian.
func memberText(v *yaml.Node) string {
	text := ""
	switch v.Kind {
	case yaml.ScalarNode:
		text = v.Value
	case yaml.SequenceNode:
		var items []string
		for _, item := range v.Content {
			if item.Kind != yaml.ScalarNode {
				items = nil
				break
			}
			items = append(items, item.Value)
		}
		text = strings.Join(items, "\n")
	}
	if text == "" && len(v.Content) > 0 && (v.Kind != yaml.SequenceNode || !simple(v)) {
		out, err := yaml.Marshal(v)
		if err != nil {
			return ""
		}
		text = strings.TrimSpace(string(out))
	}
	text, _ = card.CleanText(text)
	return text
}

// member keeps one entry of the front matter.
func (r *hubReader) member(i int, name string, v *yaml.Node) {
	key := hubFrontKey(r.card.Kind, name)
	if key == metricsKey && v.Kind != yaml.ScalarNode {
		if r.modelIndex(i, v) {
			return
		}
	}
	text := memberText(v)
	if s, ok := r.front.source(i); ok && !(v.Kind == yaml.SequenceNode && simple(v)) && text != "" {
		text, _ = card.CleanText(s.text)
	}
	if text == "" {
		return
	}
	if was, ok := norwegian(name, text); ok {
		text = was
		r.note(norwegianNote)
	}
	if r.repeats(name, v) {
		r.claim(key, claim{member: i, said: text})
		return
	}
	if key != "" && key != metricsKey && (name != "pretty_name" || !moreNeeded.MatchString(text)) {
		body := strings.Join(r.parts[key], "\n")
		if body == "" && r.set(key, text) || name == "license" && sameLicence(body, text) {
			r.claim(key, claim{member: i, said: text})
			return
		}
	}
	own := r.custom(r.section("hub_metadata", "Metadata of the Hub"), "hub."+keyFor(strings.ToLower(name)), words(name), text)
	r.asList(own, v.Kind == yaml.SequenceNode && len(v.Content) == len(card.Items(text)))
	r.claim(own, claim{member: i, said: text})
}

// sameLicence reports whether the body names the licence of the front matter and says no more: where it tells more, as where to find the licence, both
// are kept.
func sameLicence(body, front string) bool {
	return body == front || hubLicence(body) != "" && hubLicence(body) == hubLicence(front)
}

// hubFrontKey is the question that a member of the front matter answers.
func hubFrontKey(kind card.Kind, name string) string {
	return map[string]string{
		"model license": "model_details.license", "model model-index": metricsKey, "datasheet license": "distribution.license", "datasheet pretty_name": "motivation.name",
	}[string(kind)+" "+name]
}

// repeats reports whether a member says only what our export repeats from the body.
func (r *hubReader) repeats(name string, v *yaml.Node) bool {
	key := hubFrontKey(r.card.Kind, name)
	if key == "" || !slices.ContainsFunc(r.claims[key], func(c claim) bool { return c.part != nil && c.part.key != "" }) && !r.ours {
		return false
	}
	if key == metricsKey {
		rows, ok := indexRows(v)
		f, _ := r.card.Field(metricsKey)
		return ok && card.TableAnswer(rowsOf(rows)) == card.TableAnswer(indexable(f.ParseRows()))
	}
	for _, line := range hubFront(r.ts, r.card) {
		if line.name == name {
			return line.text == v.Value
		}
	}
	return false
}

// modelIndex makes rows of the metrics of a model-index, if it has no more in it than rows can hold.
func (r *hubReader) modelIndex(i int, v *yaml.Node) bool {
	rows, ok := indexRows(v)
	if f, _ := r.card.Field(metricsKey); !ok || f == nil || f.Answer != "" {
		return false
	}
	answer := card.TableAnswer(rowsOf(rows))
	if len(rows) == 0 || !r.set(metricsKey, answer) {
		return false
	}
	r.claim(metricsKey, claim{member: i, said: answer})
	return true
}
