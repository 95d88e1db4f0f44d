package format

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"cardstock/card"
)

// kindOfReadme is what a README says it is; one that was exported here is nothing else.
func kindOfReadme(ts *card.Templates, d *Document) card.Kind {
	r, err := openHub(ts, d.text)
	if err != nil || slices.ContainsFunc(r.pieces, func(p part) bool { return p.key != "" }) {
		return ""
	}
	return r.kindOf(mapping(&r.root))
}

// kindOf tells a dataset's card by its front matter, its title or the questions that our own export names.
func (r *hubReader) kindOf(members []*yaml.Node) card.Kind {
	sheet := r.ts.For(&card.Card{Kind: card.Datasheet}).New()
	model := r.ts.For(&card.Card{Kind: card.Model}).New()
	var names []string
	for i := 0; i+1 < len(members); i += 2 {
		names = append(names, members[i].Value)
	}
	ofModels, ofDatasets := marksAmong(names)
	if ofDatasets > 0 && ofModels == 0 { // with marks of both the title tells
		return card.Datasheet
	}
	headings := make([]string, len(r.pieces))
	for i := range r.pieces {
		headings[i] = r.pieces[i].title
	}
	if ofModels == 0 && isDatasheet(headings) {
		return card.Datasheet
	}
	for i := range r.pieces {
		p := &r.pieces[i]
		if kind := titleOf(p.title).kind; kind != "" && p.level == 1 {
			return kind
		}
		ofSheet, _ := sheet.Field(p.key)
		ofModel, _ := model.Field(p.key)
		if ofSheet != nil && ofModel == nil {
			return card.Datasheet
		}
	}
	if ofModels == 0 && (r.saysDataset() || r.lateMarks() >= enoughMarks) {
		return card.Datasheet
	}
	if ofDatasets >= enoughMarks && ofDatasets > ofModels { // one of the other kind is a stray
		return card.Datasheet
	}
	return card.Model
}

// enoughMarks of one kind outweigh one of the other.
const enoughMarks = 3

// marksAmong counts the names that only front matter of models has, and those that only that of datasets has.
func marksAmong(names []string) (ofModels, ofDatasets int) {
	for _, name := range names {
		if slices.Contains(modelMarks, name) {
			ofModels++
		}
		if slices.Contains(datasetMarks, name) {
			ofDatasets++
		}
	}
	return ofModels, ofDatasets
}

// otherThanDataset are words of a heading that tells of something else with the dataset that it ends with: "Fine-tuned on the Peas dataset".
var otherThanDataset = strings.Fields("model models classifier tuned trained training on for with using in")

// saysDataset reports whether the first heading ends by calling what the README is of a dataset.
func (r *hubReader) saysDataset() bool {
	for i := range r.pieces {
		if p := &r.pieces[i]; p.level == 1 {
			words := strings.Fields(plainHeading(p.title))
			return len(words) > 1 && words[len(words)-1] == "dataset" && !slices.ContainsFunc(words, func(w string) bool { return slices.Contains(otherThanDataset, w) })
		}
	}
	return false
}

// lateName is a line that begins as one of front matter.
var lateName = regexp.MustCompile(`(?m)^([a-z_-]+):`)

// lateMarks counts the names that only front matter of datasets has, in what stands below a title as if it were that. It is 0 if there are names of models, too.
func (r *hubReader) lateMarks() int {
	body := r.lined[r.bodyAt:]
	at := frontLine.FindStringIndex(body)
	if at == nil {
		return 0
	}
	late, _, _ := strings.Cut(body[at[1]:], "\n---")
	if strings.Contains(late, "\n#") || inCode(body, at[0]) || strings.Contains(late, "```") {
		return 0
	}
	var names []string
	for _, m := range lateName.FindAllStringSubmatch(late[:min(len(late), longestLate)], -1) {
		if !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	ofModels, ofDatasets := marksAmong(names)
	if ofModels > 0 {
		return 0
	}
	return ofDatasets
}

// longestLate is more than front matter has, in bytes.
const longestLate = 10_000
