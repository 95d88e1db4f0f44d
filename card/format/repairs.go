package format

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// What is told of a file besides the repairs of its text: what stands in another shape than its format has, and what other programs would
// have read otherwise.

// shapes count values of the wrong shape.
type shapes struct {
	listed   int // lists where one text belongs
	unlisted int // what stands where a list belongs
}

// A shapeOf says of a path whether a format has a list there; known is false if that is not known, or either may be.
type shapeOf func(path string) (list, known bool)

func (s *shapes) look(of shapeOf, path string, v *value) {
	if of == nil || v.kind == nullValue || said(v) == "" && v.kind < listValue {
		return
	}
	switch list, known := of(path); {
	case known && list && v.kind != listValue:
		s.unlisted++
	case known && !list && v.kind == listValue && len(v.items) > 0:
		s.listed++
	}
}

func (s *shapes) notes() (notes []string) {
	if s.listed > 0 {
		notes = append(notes, plural(s.listed, "list stood where one text belongs, and was read item by item.", "lists stood where one text belongs, and were read item by item."))
	}
	if s.unlisted > 0 {
		notes = append(notes, plural(s.unlisted, "value stood alone where a list belongs, and was read as its one item.", "values stood alone where a list belongs, and were read as its one item."))
	}
	return notes
}

// eitherShape are members of the toolkit that its versions have in other shapes.
var eitherShape = regexp.MustCompile(`^model_details\.(references|license|citation)|^model_parameters\.data|\.(sensitive|graphics)\b`)

// mctShape follows the messages of the toolkit's schema.
func mctShape(path string) (list, known bool) {
	if eitherShape.MatchString(path) {
		return false, false
	}
	message := "ModelCard"
	for name := range strings.SplitSeq(path, ".") {
		found := false
		for _, f := range mctMessages[message] {
			if f.name == name {
				message, list, found = f.message, f.repeated, true
				break
			}
		}
		if !found {
			return false, false
		}
	}
	return list, true
}

// mitchellShape: all of its places are texts, but a data set may be several.
func mitchellShape(path string) (list, known bool) {
	return false, mitchellPlaces[path] != "" && !strings.Contains(path, ".dataset") && !strings.Contains(path, ".paper")
}

var cycloneDXLists = regexp.MustCompile(`^(licenses|externalReferences|modelCard\.modelParameters\.datasets|modelCard\.considerations\.(users|useCases|technicalLimitations|performanceTradeoffs|ethicalConsiderations))$`)

func cycloneDXShape(path string) (list, known bool) {
	return cycloneDXLists.MatchString(path), cycloneDXLists.MatchString(path) || cycloneDXPlaces[path] != "" && !strings.HasSuffix(path, ".sensitiveData")
}

func sageShape(path string) (list, known bool) {
	for _, p := range sagePaths {
		if bare, list := strings.CutSuffix(p.path, "[]"); bare == path && p.most > 0 {
			return list, true
		}
	}
	return false, false
}

// windowsLines says that the ends of lines are others in the answers than in the file.
const windowsLines = "The lines of the file end as on Windows. In the answers they end as everywhere; the file that they go back into keeps its own."

// changedLines reports whether answers are others because lines of the document end as on Windows.
func (d *Document) changedLines(r *Result) bool {
	if d.json != nil && !d.yaml {
		return strings.Contains(d.source, `\r\n`)
	}
	if !strings.Contains(d.text, "\r\n") {
		return false
	}
	for i := range r.Card.Sections {
		for _, f := range r.Card.Sections[i].Fields {
			if strings.Contains(f.Answer, "\n") {
				return true
			}
		}
	}
	return false
}

// shortBool are words that YAML was once read as true or false, so that a card in Norwegian became one in false.
var shortBool = regexp.MustCompile(`^(?i:y|n|yes|no|on|off)$`)

// keptWords counts them where nothing says that they are texts.
func keptWords(n *yaml.Node) (count int) {
	if n.Kind == yaml.ScalarNode && n.Style == 0 && shortBool.MatchString(n.Value) {
		count++
	}
	for i, child := range n.Content {
		if n.Kind != yaml.MappingNode || i%2 == 1 { // names are texts everywhere
			count += keptWords(child)
		}
	}
	return count
}

func keptNote(n int) []string {
	if n == 0 {
		return nil
	}
	return []string{plural(n, "word (no, yes, on or off) is kept as it is, for no is Norwegian; other programs make true or false of it. In quotes it is safe.",
		"words (no, yes, on or off) are kept as they are, for no is Norwegian; other programs make true or false of them. In quotes they are safe.")}
}

// norwegian is what a program left of the language no that took it for false.
func norwegian(name, text string) (string, bool) {
	if name != "language" && name != "languages" {
		return text, false
	}
	lines := strings.Split(text, "\n")
	found := false
	for i, line := range lines {
		if line == "false" || line == "False" {
			lines[i], found = "no", true
		}
	}
	return strings.Join(lines, "\n"), found
}

const norwegianNote = "The language false is Norwegian (no), which a program took for a word of its own; it is read as no."
