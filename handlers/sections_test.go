package handlers_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestJourneyOfOwnSectionsAndQuestions(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	card := b.newCard("model")
	page := b.get(card)
	var sections []string
	for _, title := range []string{"First", "Second", "Third"} {
		page = b.press(page, formTo(card+"/sections", "POST"), map[string]string{"title": title}).is(200)
		if got := page.one("main h1").Text(); got != title {
			t.Errorf("the section opened is %q", got)
		}
		sections = append(sections, last(page.what))
	}
	order := func() string {
		var titles []string
		page.find("#outline li .title").Each(func(_ int, s *sel) { titles = append(titles, s.Text()) })
		return strings.Join(titles[len(titles)-3:], " ")
	}
	own := func(i int) string { return card + "/sections/" + sections[i] }
	page = b.press(b.get(own(2)), formTo(own(2)+"/position", "PUT"), nil).is(200) // the first button is up
	if got := order(); got != "First Third Second" {
		t.Errorf("after moving the third up: %s", got)
	}
	page = b.press(b.get(own(0)), `form[action="`+own(0)+`/position"] button[aria-label^="Move down"]`, nil).is(200)
	if got := order(); got != "Third First Second" {
		t.Errorf("after moving the first down: %s", got)
	}
	page = b.press(page, formTo(own(0)+"/title", "PUT"), map[string]string{"title": "1 & only"}).is(200)
	if got := order(); got != "Third 1 & only Second" {
		t.Errorf("after renaming: %s", got)
	}
	for _, q := range []string{"Why?", "How <much>?"} {
		page = b.press(page, formTo(own(0)+"/fields", "POST"), map[string]string{"question": q}).is(200)
	}
	keys := func() (keys []string) {
		page.find(`div[data-key^="custom."]`).Each(func(_ int, s *sel) { keys = append(keys, s.AttrOr("data-key", "")) })
		return keys
	}
	was := keys()
	if len(was) != 2 {
		t.Fatalf("questions %v", was)
	}
	page = b.press(page, "#save", map[string]string{"answer." + was[0]: "because", "answer." + was[1]: "a lot"}).is(200)
	field := card + "/fields/" + was[0]
	page = b.press(page, `form[action="`+field+`/position"] button[aria-label^="Move down"]`, nil).is(200)
	if got := keys(); got[0] != was[1] || got[1] != was[0] {
		t.Errorf("after moving a question down: %v, were %v", got, was)
	}
	page = b.press(page, formTo(field+"/question", "PUT"), map[string]string{"question": "Why not?"}).is(200)
	if !page.has(`label:contains("Why not?")`) || page.answer(was[0]) != "because" {
		t.Error("a reworded question lost its words or its answer")
	}
	page = b.press(page, formTo(field, "DELETE"), nil).is(200)
	if got := keys(); len(got) != 1 || got[0] != was[1] || page.answer(was[1]) != "a lot" {
		t.Errorf("after deleting one: %v", got)
	}
	page = b.press(page, formTo(own(0), "DELETE"), nil).is(200)
	b.get(own(0)).is(404)
	if page.has(`#outline .title:contains("1 & only")`) {
		t.Error("a deleted section is still there")
	}
}

func TestCapOfSectionsIsToldToTheVisitor(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	card := b.newCard("model")
	added := 0
	for ; added < 200; added++ {
		r := b.do(request{method: "POST", path: card + "/sections", form: form("title", fmt.Sprint("S", added))})
		if r.status == 303 {
			continue
		}
		if r.status != 422 || !strings.Contains(r.text(), "100 sections, which is the most") {
			t.Errorf("%d: %s", r.status, r.text())
		}
		break
	}
	if added < 50 || added > 100 {
		t.Errorf("%d sections could be added", added)
	}
	b.get(card).is(200)
}

// sample returns the answers of the "It shows", or those of our fixture.
func sample(t *testing.T) (data []byte, isTheSample bool) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "shared", "corpus", "webcards", "sample_answers.json"))
	if err != nil {
		t.Log("The corpus (../shared/corpus) is absent; the project's own fixture is taken instead.")
		if data, err = os.ReadFile("../card/format/testdata/webcards-model.json"); err != nil {
			t.Fatal(err)
		}
		return data, false
	}
	return data, true
}

// webcardsAnswers reads the non-empty answers of a WebCards file by section and field id.
func webcardsAnswers(t *testing.T, data []byte) map[string]string {
	t.Helper()
	var file map[string]json.RawMessage
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	answers := map[string]string{}
	for key, raw := range file {
		section, ok := strings.CutPrefix(key, "Section_Data_")
		var entries []map[string]any
		if !ok || json.Unmarshal(raw, &entries) != nil {
			continue
		}
		for _, e := range entries {
			for question, answer := range e {
				id, _, _ := strings.Cut(question, "_")
				if text, _ := answer.(string); text != "" {
					answers[section+"/"+id] = text
				}
			}
		}
	}
	return answers
}

// A question that was added, or moved, is what the page shows after it without scripts: it stands at the end of a long section.
func TestAddedQuestionIsShown(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	section := b.newCard("model") + "/sections/model_details"
	to := b.do(request{method: "POST", path: section + "/fields", form: form("question", "Why?")}).is(303).header.Get("Location")
	path, key, _ := strings.Cut(to, "#field-")
	if page := b.get(path).is(200); path != section || page.find(`[id="field-`+key+`"] label:contains("Why?")`).Length() != 1 {
		t.Errorf("it leads to %s", to)
	}
}
