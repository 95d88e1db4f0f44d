package format

import (
	"strings"

	"go.yaml.in/yaml/v4"

	"cardstock/card"
)

// putMember writes an answer into the member of the front matter that it came from, and reports whether all of it is there.
func (w *hubWriter) putMember(c claim, f *card.Field) bool {
	name := w.front.members[c.member].Value
	repeated := false // the body says it, too
	for _, other := range w.claims[f.Key] {
		repeated = repeated || other.part != nil && !other.title && !other.empty
	}
	switch {
	case f.Key == metricsKey:
		return w.putIndex(c.member, f)
	case repeated && (name == licenceMember || name == licenceNameMember):
		w.putLicence(c.member, f.Answer)
		return false
	}
	return w.front.set(c.member, strings.TrimSpace(f.Answer))
}

// insert writes an answer into a front matter that does not have it, if it is one that the Hub looks for there. It reports whether all
// of the answer is there.
func (w *hubWriter) insert(f *card.Field) bool {
	switch f.Key {
	case "model_details.license", "distribution.license":
		id, name := hubLicence(f.Answer)
		if id == "" || !w.newMember(licenceMember, licenceMember+": "+id+"\n") {
			return false
		}
		if name != "" {
			w.newMember(licenceNameMember, licenceNameMember+": "+scalar(name)+"\n")
		}
		return id == f.Answer
	case metricsKey:
		rows := indexable(f.ParseRows())
		return len(rows) > 0 && w.newMember("model-index", w.newIndex(rows)) && card.TableAnswer(rows) == f.Answer
	}
	return false
}

func (w *hubWriter) newIndex(rows card.Rows) string {
	return "model-index:\n- name: " + scalar(w.ts.DisplayName(w.now)) + "\n  results:\n" + indexResults(rows, "  ")
}

// newMember adds a member at the end of the front matter, and a front matter if there is none. A member that is there without a value
// goes; one with a value is not touched.
func (w *hubWriter) newMember(name, lines string) bool {
	for i := 0; i+1 < len(w.front.members); i += 2 {
		if w.front.members[i].Value == name && (memberText(w.front.members[i+1]) != "" || !w.front.set(i, "")) {
			return false
		}
	}
	if w.front.json != nil {
		return w.front.json.add(lines)
	}
	lines = newlineText(lines, w.newline)
	if w.bodyAt == 0 {
		fence := "---" + w.newline
		for i := range w.front.splices { // there is one already
			w.front.splices[i].text = strings.Replace(w.front.splices[i].text, w.newline+fence+w.newline, w.newline+lines+fence+w.newline, 1)
			return true
		}
		w.front.splices = append(w.front.splices, splice{0, 0, fence + lines + fence + w.newline})
		return true
	}
	if len(w.root.Content) > 0 && (w.root.Content[0].Kind != yaml.MappingNode || w.root.Content[0].Style&yaml.FlowStyle != 0) && memberText(w.root.Content[0]) != "" {
		return false
	}
	w.front.splices = append(w.front.splices, splice{w.fenced[1], w.fenced[1], lines})
	return true
}

// putIndex writes the table of metrics into the model-index, and reports whether it can hold all of it.
func (w *hubWriter) putIndex(i int, f *card.Field) bool {
	rows := withNumbers(f.ParseRows())
	if len(rows) == 0 {
		w.front.set(i, "")
		return false
	}
	if index, ok := indexRows(w.front.members[i+1]); ok {
		if all, ok := w.front.index(i, index, rows); ok {
			return all && card.TableAnswer(rows) == f.Answer
		}
	}
	rows = indexable(rows)
	start, end, ok := w.front.span(i)
	if ok {
		w.note = noteIndex
		w.front.splices = append(w.front.splices, splice{start, end, newlineText(w.newIndex(rows), w.newline)})
	}
	return ok && card.TableAnswer(rows) == f.Answer
}
