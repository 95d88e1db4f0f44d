// Package artefact reads what a model file says of itself: the header of a safetensors, GGUF or ONNX file, or the config.json of
// a model on the Hub. It makes proposals for answers of a model card.
//
// Nothing in a file is executed, and nothing is believed: sizes and counts are held against the bytes that are there, so
// reading takes time and memory in proportion to them. A file may be cut off after its first part, as the browser sends a large one; what
// is missing then is said in a note. Pickles are refused, as they are programs.
//
// Each kind of file is one file here, with a detect and a read. The package imports package card and a reader of protobuf's wire format.
package artefact

import (
	"strings"
	"unicode/utf8"

	"cardstock/card"
)

// A Proposal is an answer that a model file suggests.
type Proposal struct {
	Field string `json:"field"` // key in the template of model cards
	Text  string `json:"text"`
	From  string `json:"from"` // where in the file it stands: "general.name"
}

// Facts are what a model file says of itself.
type Facts struct {
	Kind      string     `json:"kind"`      // what the file is: "a GGUF file"
	Proposals []Proposal `json:"proposals"` // at most one for a field, in the order of the file
	Notes     []string   `json:"notes"`     // what the visitor should know, each a plain sentence
}

// A kind of file: detect looks at its first bytes, read takes what it says.
type kind struct {
	label  string
	detect func(data []byte) bool
	read   func(g *gathering, data []byte) error
}

var kinds = []kind{
	{"a GGUF file", isGGUF, readGGUF},
	{"a safetensors file", isSafetensors, readSafetensors},
	{"the config.json of a model", isJSON, readConfig},
	{"an ONNX file", isONNX, readONNX},
}

// Readable are the files that Read reads, for a sentence.
const Readable = "safetensors, GGUF and ONNX files and the config.json of a model on the Hub"

// Read reads a model file, or the first part of one. Its error is a *card.Error with code Invalid that says what is wrong without
// quoting the file.
func Read(data []byte) (*Facts, error) {
	if err := refuse(data); err != nil {
		return nil, err
	}
	for _, k := range kinds {
		if !k.detect(data) {
			continue
		}
		g := &gathering{said: map[string]*said{}}
		if err := k.read(g, data); err != nil {
			return nil, err
		}
		f := &Facts{Kind: k.label, Proposals: g.proposals(), Notes: g.notes}
		if len(f.Proposals) == 0 {
			return nil, invalid("This is %s, but it says nothing that belongs in a model card.", k.label)
		}
		return f, nil
	}
	return nil, invalid("This is no model file that Cardstock reads. It reads %s.", Readable)
}

func invalid(message string, args ...any) error { return card.Errorf(card.Invalid, message, args...) }

// gathering collects what a file says, field by field.
type gathering struct {
	order []string
	said  map[string]*said
	notes []string
}

type said struct{ lines, from []string }

const (
	mostText  = 4000 // characters of one statement: a description, not a book
	mostLines = 60   // statements for one field
)

// say adds a line to the proposal for a field. Text that no card could keep is passed over.
func (g *gathering) say(field, text, from string) {
	text, err := card.CleanText(clip(text))
	if text = strings.TrimSpace(text); err != nil || text == "" {
		return
	}
	s := g.said[field]
	if s == nil {
		s = &said{}
		g.said[field], g.order = s, append(g.order, field)
	}
	if len(s.lines) < mostLines {
		s.lines, s.from = append(s.lines, text), append(s.from, clip(from))
	}
}

func (g *gathering) note(sentence string) { g.notes = append(g.notes, sentence) }

// proposals joins the lines of each field; one with a box of one line gets them in it.
func (g *gathering) proposals() []Proposal {
	list := make([]Proposal, 0, len(g.order))
	for _, field := range g.order {
		s := g.said[field]
		text := strings.Join(s.lines, "\n")
		if oneLine[field] {
			text, _ = card.CleanLine(strings.Join(s.lines, "; "))
		}
		list = append(list, Proposal{field, text, strings.Join(unique(s.from), ", ")})
	}
	return list
}

// Fields of the template that proposals are for.
const (
	modelName   = "model_details.name"
	modelType   = "model_details.type"
	versionName = "version.name"
	versionDate = "version.date"
	owner       = "model_details.owner_name"
	licence     = "model_details.license"
	references  = "model_details.references"
	training    = "model_details.training_algorithm"
	dataset     = "training_data.name"
	uses        = "intended_use.primary_uses"
)

var oneLine = map[string]bool{modelName: true, versionName: true, versionDate: true, owner: true, licence: true, dataset: true}

// clip keeps the beginning of a long text.
func clip(s string) string {
	if !utf8.ValidString(s) {
		return ""
	}
	if r := []rune(s[:min(len(s), 4*mostText)]); len(r) > mostText {
		return string(r[:mostText]) + "…"
	}
	return s
}

func unique(list []string) []string {
	seen, kept := map[string]bool{}, make([]string, 0, len(list))
	for _, s := range list {
		if !seen[s] {
			seen[s], kept = true, append(kept, s)
		}
	}
	return kept
}
