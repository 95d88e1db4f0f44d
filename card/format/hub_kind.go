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
	ofModels, ofDatasets := false, false
	for i := 0; i+1 < len(members); i += 2 {
		ofModels = ofModels || slices.Contains(modelMarks, members[i].Value)
		ofDatasets = ofDatasets || slices.Contains(datasetMarks, members[i].Value)
	}
	if ofDatasets && !ofModels { // with marks of both the title tells
		return card.Datasheet
	}
	headings := make([]string, len(r.pieces))
	for i := range r.pieces {
		headings[i] = r.pieces[i].title
	}
	if !ofModels && isDatasheet(headings) {
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
	return card.Model
}
