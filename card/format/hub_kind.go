package format

import (
	"slices"

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
