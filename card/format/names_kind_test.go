package format

import (
	"testing"

	"cardstock/card"
)

// TestKindOfDatasets: what a dataset is published with makes a datasheet, be it a data package, Kaggle's description or the Hub's front matter saved alone;
// a stray name makes none of a model's card.
func TestKindOfDatasets(t *testing.T) {
	for file, want := range map[string]card.Kind{
		`{"name": "cats", "resources": [{"name": "list", "path": "cats.csv"}]}`:                                                     card.Datasheet,
		`{"name": "cats", "title": "Cats", "resources": [{"schema": {"fields": []}, "name": "list"}]}`:                              card.Datasheet,
		`{"title": "Cats", "id": "ann/cats", "subtitle": "Of the state", "licenses": [{"name": "CC0-1.0"}]}`:                        card.Datasheet,
		`{"title": "Cats", "id": "ann/cats", "keywords": ["a"], "resources": [{"path": "a.csv"}]}`:                                  card.Datasheet,
		`{"name": "peas", "resources": [{"name": "paper", "url": "https://x.example"}]}`:                                            card.Model,
		`{"name": "peas", "model_type": "tree", "resources": [{"path": "peas.bin"}]}`:                                               card.Model,
		`{"title": "Peas", "id": "ann/peas", "license": "mit"}`:                                                                     card.Model,
		`{"name": "peas", "data": "many"}`:                                                                                          card.Model,
		"license: mit\nlanguage: en\ntask_categories:\n- a\nsize_categories:\n- n<1K\n":                                             card.Datasheet,
		"license: mit\npretty_name: Cats\ntask_categories:\n- a\n":                                                                  card.Datasheet,
		"license: mit\npipeline_tag: a\ntask_categories:\n- a\nsize_categories:\n- n<1K\n":                                          card.Model,
		"name: peas\ntask_categories:\n- a\n":                                                                                       card.Model,
		"---\npipeline_tag: a\ntask_categories: [a]\nsize_categories: [b]\nannotations_creators: [c]\n---\n# Cats\n":                card.Datasheet,
		"---\npipeline_tag: a\ntask_categories: [a]\nsize_categories: [b]\nannotations_creators: [c]\n---\n# Model Card for Peas\n": card.Model,
		"# Fiche descriptive du dataset\n\n## Limites\n\nx\n":                                                                       card.Datasheet,
		"# Sweet Peas Dataset\n\nx\n":                                                                                               card.Datasheet,
		"# Dataset\n\nx\n":                                                                                                          card.Model,
		"# Fine-tuned on the Peas dataset\n\nx\n":                                                                                   card.Model,
		"---\nlibrary_name: x\n---\n# Sweet Peas Dataset\n\nx\n":                                                                    card.Model,
		"# peas\nPods of a garden.\n---\npretty_name: Peas\nsize_categories:\n- a\ntask_categories:\n- b\n---\n# Peas\n\nx\n":       card.Datasheet,
		"# peas\nPods of a garden.\n---\npretty_name: Peas\nsize_categories:\n- a\nlibrary_name: x\n---\n# Peas\n\nx\n":             card.Model,
		"# peas\n\n```yaml\n---\npretty_name: Peas\nsize_categories: a\ntask_categories: b\n---\n```\n":                             card.Model,
		`{"name": "Peas", "record_count": 2800, "split_distribution": {"train": 2235}}`:                                             card.Datasheet,
		`{"title": "Peas", "rows": {"total": 5574}, "label_map": {"ham": 0}}`:                                                       card.Datasheet,
		`{"title": "Peas", "rows": {"total": 5574}, "label_map": {"ham": 0}, "accuracy": 0.9}`:                                      card.Model,
		`{"title": "Peas", "label_map": {"ham": 0}, "notes": "x"}`:                                                                  card.Model,
		"---\npipeline_tag: a\ntask_categories: [a]\n---\n# Peas\n":                                                                 card.Model,
	} {
		if r := read(t, []byte(file)); r.Card.Kind != want {
			t.Errorf("%s is a %s", file, r.Card.Kind)
		}
	}
}
