package format

import (
	"slices"
	"strings"

	"cardstock/card"
)

// kindByName tells a dataset's card by the names in it: those of the description that a dataset is published with, those of the Hub's front matter, saved
// alone, or the name of a dataset and none of a model.
func kindByName(root *value) card.Kind {
	var names []string
	named, dataset, counted, ofModel := false, false, 0, false
	for i := range root.members {
		name := nameWords(root.members[i].name)
		if slices.Contains(strings.Fields(name), "model") {
			return card.Model
		}
		names = append(names, root.members[i].name)
		if slices.Contains(dataNames, name) {
			counted++
		}
		ofModel = ofModel || slices.ContainsFunc(strings.Fields(name), func(w string) bool { return slices.Contains(modelWords, w) })
		named = named || name == "name"
		dataset = dataset || name == "dataset name" || name == "pretty name"
	}
	ofModels, ofDatasets := marksAmong(names)
	switch {
	case ofModels > 0:
		return card.Model
	case ofDatasets >= 2, describesFiles(root), dataset && !named, counted >= 2 && !ofModel:
		return card.Datasheet
	}
	return card.Model
}

// dataNames are names of members that count and part what a dataset is made of; two of them tell one, unless a word of modelWords is in the name of another.
var (
	dataNames  = strings.Split("rows,row count,record count,num rows,number of rows,num records,number of records,label map,split distribution,split sizes,columns", ",")
	modelWords = strings.Fields("accuracy precision recall f1 auc loss metric metrics performance evaluation results architecture hyperparameters parameters params framework epochs training trained weights " +
		"checkpoint classifier algorithm estimator features")
)

// describesFiles reports whether an object is a data package of Frictionless, or what Kaggle has beside a dataset: it has a name, and lists files of data, or
// the licences of what Kaggle calls by an owner and a name.
func describesFiles(root *value) bool {
	if list := root.get("resources"); list != nil && list.kind == listValue && len(list.items) > 0 && !slices.ContainsFunc(list.items, func(v value) bool { return !v.isDataFile() }) {
		return said(root.get("name")) != "" || said(root.get("title")) != ""
	}
	licences := root.get("licenses")
	return strings.Count(said(root.get("id")), "/") == 1 && said(root.get("title")) != "" && licences != nil && licences.kind == listValue
}

// isDataFile reports whether an object describes a file of a data package: where it is, or what columns it has.
func (v *value) isDataFile() bool {
	schema := v.get("schema")
	return v.kind == objectValue && (v.get("path") != nil || schema != nil && schema.kind == objectValue)
}
