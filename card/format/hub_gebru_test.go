package format

import (
	"strings"
	"testing"

	"cardstock/card"
)

// A datasheet in Markdown, with the paper's questions as headings: each answer finds its question, and goes back below its heading.
func TestADatasheetWithThePapersQuestions(t *testing.T) {
	const file = "# Datasheet for Garden\n\nAfter Gebru et al.\n\n## 1. Motivation\n\n### For what purpose was the dataset created?\n\nTo count peas.\n\n### Who created this dataset (e.g., which team, research group)?\n\nAnn.\n\n" +
		"## 2. Composition\n\n### Is any information missing from individual instances?\n\nNo.\n\n## 3. Collection Process\n\n### Over what timeframe was the data collected?\n\nMay.\n\n" +
		"## 4. Preprocessing/cleaning/labeling\n\n### Was any preprocessing/cleaning/labelling of the data done?\n\nYes.\n\n## 5. Uses\n\n### Are there tasks for which the dataset should not be used?\n\nSoup.\n\n" +
		"## 6. Distribution\n\n### When will the dataset be distributed?\n\nNow.\n\n## 7. Maintenance\n\n### Is there an erratum?\n\nNone yet.\n"
	r := read(t, []byte(file))
	if r.Card.Kind != card.Datasheet {
		t.Fatalf("it is read as a %s", r.Card.Kind)
	}
	for key, want := range map[string]string{"motivation.name": "Garden", "motivation.purpose": "To count peas.", "motivation.creators": "Ann.", "composition.missing": "No.", "collection.timeframe": "May.",
		"preprocessing.done": "Yes.", "uses.unsuitable": "Soup.", "distribution.date": "Now.", "maintenance.erratum": "None yet."} {
		if f, _ := r.Card.Field(key); f == nil || f.Answer != want {
			t.Errorf("%s is %+v, want %q", key, f, want)
		}
	}
	f, _ := r.Card.Field("collection.timeframe")
	f.Answer = "June."
	back, err := Back(t.Context(), templates(t), r.Card, []byte(file), r.As)
	if want := strings.Replace(file, "May.", "June.", 1); err != nil || string(back.Data) != want {
		t.Errorf("%v, it goes back as\n%s", err, back.Data)
	}
}

// A sheet that was taken for a model's card, as it was by an earlier reader, goes back into its file all the same.
func TestASheetTakenForAModelGoesBack(t *testing.T) {
	const file = "# Datasheet for Peas\n\nSoup.\n\n## Uses\n\nMore soup.\n"
	r, err := ReadAs(templates(t), []byte(file), "hub:model")
	if err != nil || r.Card.Kind != card.Model {
		t.Fatal(err)
	}
	for _, as := range []string{"hub", r.As} {
		back, err := Back(t.Context(), templates(t), r.Card, []byte(file), as)
		if err != nil || string(back.Data) != file {
			t.Errorf("unedited: %v, %v", err, back)
		}
		c := CatchUp(templates(t), r.Card.Clone(), []byte(file), as, nil)
		for i := range c.Sections {
			for j := range c.Sections[i].Fields {
				if f := &c.Sections[i].Fields[j]; f.Answer == "More soup." {
					f.Answer = "Less soup."
				}
			}
		}
		back, err = Back(t.Context(), templates(t), c, []byte(file), as)
		if err != nil || string(back.Data) != strings.Replace(file, "More", "Less", 1) {
			t.Errorf("edited: %v, %v", err, back)
		}
	}
}

// What a README is of: its front matter tells, unless it says both; then its title; and a sheet after the paper without front matter by its parts.
func TestKindOfAReadme(t *testing.T) {
	for text, want := range map[string]card.Kind{
		"---\ntask_categories: [a]\n---\n# Peas\n":                                   card.Datasheet,
		"---\npipeline_tag: a\ntask_categories: [a]\n---\n# Peas\n":                  card.Model,
		"---\npipeline_tag: a\ntask_categories: [a]\n---\n# Dataset Card for Peas\n": card.Datasheet,
		"# Datasheet — Peas\n\nx\n":                                                  card.Datasheet,
		"# Datasheet for Peas\n\nx\n":                                                card.Datasheet,
		"# Model Card for Peas\n\nx\n":                                               card.Model,
		"# Peas\n\nx\n":                                                              card.Model,
		"# Peas\n\n## Motivation\n\nx\n\n## Composition\n\nx\n\n## 3. Uses\n\nx\n\n## Maintenance\n\nx\n":     card.Datasheet,
		"# Peas\n\n## Motivation\n\nx\n\n## Uses\n\nx\n":                                                      card.Model,
		"---\nlibrary_name: x\n---\n# P\n\n## Motivation\n\n## Composition\n\n## Uses\n\n## Maintenance\nx\n": card.Model,
	} {
		if got := read(t, []byte(text)).Card.Kind; got != want {
			t.Errorf("%q is read as a %s", text, got)
		}
	}
}

func TestGebruQuestionsHaveAPlace(t *testing.T) {
	sheet := templates(t).For(&card.Card{Kind: card.Datasheet}).New()
	for question, key := range gebruQuestions {
		if f, _ := sheet.Field(key); f == nil {
			t.Errorf("%s is no question of the datasheet", key)
		}
		if got := gebruQuestion(question + " for example, and why"); got != key || plainHeading(question) != question {
			t.Errorf("%q leads to %q", question, got)
		}
	}
}

// A part's other comments are those of that part, and a question with the slip that is copied with it is the paper's.
func TestOtherCommentsAreThoseOfTheirPart(t *testing.T) {
	const file = "# Datasheet for Peas\n\n## Motivation\n\n### Any other comments?\n\nGreen.\n\n## 2. Data collection\n\n### 2.1 Other comments\n\nSlow.\n\n## Uses\n\nSoup.\n\n" +
		"## Distribution\n\n### How will the dataset will be distributed (e.g., tarball)?\n\nBy mail.\n\n## Flowers\n\n### Any other comments?\n\nRed.\n"
	r := read(t, []byte(file))
	for key, want := range map[string]string{"motivation.comments": "Green.", "collection.comments": "Slow.", "uses.comments": "", "distribution.comments": "", "distribution.method": "By mail."} {
		if got := answer(t, r.Card, key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if last := r.Card.Section("readme").Fields; last[len(last)-1].Label != "Flowers – Any other comments?" || last[len(last)-1].Answer != "Red." {
		t.Errorf("what has no part is %+v", last)
	}
}
