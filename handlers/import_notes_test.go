package handlers_test

import (
	"strings"
	"testing"
)

// TestATemplateStartsACard: the template of a card, uploaded, starts one with its questions and no title, and says so.
func TestATemplateStartsACard(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	first := b.newCard("datasheet")
	template := b.get(first + ".template.yaml").is(200).body
	page := b.upload("/cards/import", "peas.template.yaml", template, nil).is(200)
	if says := page.text(); !strings.Contains(says, "This is a Cardstock template") {
		t.Errorf("the page says %s", says)
	}
	card, _, _ := strings.Cut(page.one("#section-form").AttrOr("action", ""), "/sections/")
	if again := b.get(card + ".template.yaml").is(200).body; string(again) != string(template) {
		t.Error("its template is another one")
	}
	if says := b.get(card + "/exports").is(200).text(); !strings.Contains(says, "The file is a template, which holds questions and no answers.") {
		t.Errorf("the page of exports says %s", says)
	}
}

// TestADamagedFileIsSaidToBe: the page of exports says of a file that was mended to be read that others may not read it, until an edit has it go back
// mended.
func TestADamagedFileIsSaidToBe(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	const file = `{"name": "Peas", "more": {"text": "Green"},}`
	page := b.upload("/cards/import", "peas.json", []byte(file), nil).is(200)
	card, _, _ := strings.Cut(page.one("#section-form").AttrOr("action", ""), "/sections/")
	for _, step := range []struct{ says, file string }{{"The file is damaged as it came", file}, {"What was mended then is in it now", `{"name": "Beans", "more": {"text": "Green"}}`}} {
		if says := b.get(card + "/exports").is(200).text(); !strings.Contains(says, step.says) {
			t.Errorf("%q is not in %s", step.says, says)
		}
		if is := string(b.get(card + "/original?edits=1").is(200).body); is != step.file {
			t.Errorf("got %q, want %q", is, step.file)
		}
		if step.file == file {
			b.press(page, "#section-form", typed("model_details.name", "Beans"))
		}
	}
}

// TestTheSameFileIsSaidToBe: the file that a card came from and the export of its format may be the same, and the page of exports says so.
func TestTheSameFileIsSaidToBe(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	for file, want := range map[string]bool{"# Peas\n\n## Uses\n\nTo eat.\n": true, `{"name": "Peas", "more": {"text": "Green"}}`: false} {
		page := b.upload("/cards/import", "peas", []byte(file), nil).is(200)
		card, _, _ := strings.Cut(page.one("#section-form").AttrOr("action", ""), "/sections/")
		if says := b.get(card + "/exports").is(200).text(); strings.Contains(says, "This is the same file as Hugging Face README") != want || strings.Count(says, "the same file") > 1 {
			t.Errorf("%q: %s", file, says)
		}
	}
}
