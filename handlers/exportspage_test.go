package handlers_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestExportsInTheOrderOfUse: what is to be read comes first, then the file that the card came from, then data; in the menu, too.
func TestExportsInTheOrderOfUse(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	page := b.upload("/cards/import", "peas.json", []byte(`{"name": "Peas", "ours": {"why": "So"}}`), nil).is(200)
	card, _, _ := strings.Cut(page.one("#section-form").AttrOr("action", ""), "/sections/")
	var menu []string
	page.find(`button:contains("Export") + .pop a[download]`).Each(func(_ int, s *goquery.Selection) { menu = append(menu, s.AttrOr("href", "")) })
	want := []string{card + ".pdf", card + ".html", card + ".md", card + "/original?edits=1", card + ".json"}
	if len(menu) < 6 || strings.Join(menu[:5], " ") != strings.Join(want, " ") {
		t.Errorf("the menu has %q, want first %q", menu, want)
	}
	if first := page.find(`button:contains("Export") + .pop a`).First().AttrOr("href", ""); first != card+"/exports" {
		t.Errorf("the menu begins with %s", first)
	}
	var all []string
	b.get(card + "/exports").is(200).find(`.history > li a[download]`).Each(func(_ int, s *goquery.Selection) { all = append(all, s.AttrOr("href", "")) })
	if strings.Join(all, " ") != strings.Join(menu, " ") {
		t.Errorf("the page has %q, the menu %q", all, menu)
	}
}

// TestExportsSayWhatTheyKeep in words that fit: of an empty card, of a PDF, of a template, and of what has no place.
func TestExportsSayWhatTheyKeep(t *testing.T) {
	undetected(t)
	t.Parallel()
	b := common(t).visitor()
	card := b.newCard("model")
	item := func(label string) string {
		return strings.Join(strings.Fields(b.get(card+"/exports").is(200).find(`.history > li:has(h2:contains("`+label+`"))`).First().Text()), " ")
	}
	b.put(card+"/sections/model_details", form("answer.model_details.name", "Peas")).is(303)
	b.put(card, form("title", "Garden peas of 2024")).is(303)
	for label, want := range map[string]string{"PDF": "2 answers to read, none left out. Download", "Cardstock template": "The questions alone, without answers. Download", "Cardstock JSON": "2 answers carried, none left out."} {
		if says := item(label); !strings.Contains(says, want) {
			t.Errorf("%s: %s", label, says)
		}
	}
	if says := item("Hugging Face README"); !strings.Contains(says, "What it also asks forLicence The Hub lists and filters by") {
		t.Errorf("of what the Hub wants: %s", says)
	}
	if at := b.get(card+"/exports").is(200).find(`.history > li:has(h2:contains("Hugging Face README")) details a`).First().AttrOr("href", ""); b.get(strings.Split(at, "#")[0]).is(200).find(`[id="`+strings.Split(at, "#")[1]+`"]`).Length() != 1 {
		t.Errorf("%s leads to no question", at)
	}
	empty := b.upload("/cards/import", "a.json", []byte(`{"format":"cardstock/1","kind":"model","template":"model","title":"","sections":[{"key":"a","title":"A","fields":[]}]}`), nil).is(200)
	card, _, _ = strings.Cut(empty.one("#section-form").AttrOr("action", ""), "/sections/")
	if says := item("PDF"); !strings.Contains(says, "The card has no answers yet. Download") {
		t.Errorf("of an empty card: %s", says)
	}
	page := b.upload("/cards/import", "out.json", []byte(`{"format":"cardstock/1","kind":"model","template":"model","title":"","sections":[{"key":"own","title":"Our own","custom":true,"fields":[
		{"key":"own.kinds","label":"Kinds","kind":"list","custom":true,"answer":"wrinkled\nsmooth"}]}]}`), nil).is(200)
	card, _, _ = strings.Cut(page.one("#section-form").AttrOr("action", ""), "/sections/")
	if says := item("WebCards answers"); !strings.Contains(says, "In another place or formKinds as text with a line for each item, not as a list") {
		t.Errorf("of a list: %s", says)
	}
	page = b.upload("/cards/import", "peas.json", []byte(`{"name": "Peas", "ours": {"why": "So"}}`), nil).is(200)
	card, _, _ = strings.Cut(page.one("#section-form").AttrOr("action", ""), "/sections/")
	b.put(card, form("title", "Garden peas of 2024")).is(303)
	if says := item("The file it came from"); !strings.Contains(says, "Titles and captions that it has no place forTitle: Garden peas of 2024") {
		t.Errorf("of the file: %s", says)
	}
}

// TestExportsNameWhatHasNoPlace: a picture that an export lacks is named, and a question that is not there for want of an answer is no lost title.
func TestExportsNameWhatHasNoPlace(t *testing.T) {
	t.Parallel()
	f := common(t).fixture()
	f.put(f.card+"/fields/"+f.field, form("answer."+f.field, "", "rev."+f.field, f.get(f.card+"/sections/"+f.section).rev(f.field))).is(303)
	page := f.get(f.card + "/exports").is(200)
	list := func(suffix, summary string) *goquery.Selection {
		return page.find(`.history > li:has(a[href="` + f.card + suffix + `"]) details:has(summary:contains("` + summary + `")) a`)
	}
	left := list(".md", "Pictures and tables that it has no place for")
	if left.Length() != 2 || left.First().Text() != "plot.png" || left.First().AttrOr("href", "") != f.card+"/sections/"+f.section+"#attached" {
		t.Errorf("of the pictures: %s", left.Text())
	}
	for _, suffix := range []string{".pdf", ".md"} {
		if empty := list(suffix, "as they have no answer"); empty.Text() != "My question?" || strings.Contains(list(suffix, "Titles and captions").Text(), "My question") {
			t.Errorf("%s: of the question without an answer: %s", suffix, page.text())
		}
	}
	if kept := list(".json", ""); kept.Length() != 0 {
		t.Errorf("Cardstock JSON lacks %s", kept.Text())
	}
}

// TestExportsOfOneOfSeveralModels: a bill of materials with other models goes back as it was, and an export that has the one model alone says so.
func TestExportsOfOneOfSeveralModels(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	const text = `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"machine-learning-model","name":"First"},{"type":"machine-learning-model","name":"Second","description":"Peas"}]}`
	first := b.upload("/cards/import", "bom.json", []byte(text), nil).is(200)
	second := b.get(first.one(`.notice a[href*="&as=cyclonedx%3A2"]`).AttrOr("href", "")).is(200)
	page := b.press(second, `button:contains("Open as a new card")`, nil).is(200)
	card, _, _ := strings.Cut(page.one("#section-form").AttrOr("action", ""), "/sections/")
	if got := b.get(card + ".cdx.json").is(200).body; string(got) != text {
		t.Errorf("it is %s", got)
	}
	list := b.get(card + "/exports").is(200)
	for path, want := range map[string]string{".cdx.json": "2 answers carried, none left out", ".cdx17.json": "The file that it came from holds besides: 1 other model."} {
		if says := list.one(`.history > li:has(a[href="` + card + path + `"])`).Text(); !strings.Contains(says, want) {
			t.Errorf("%s: %s", path, says)
		}
	}
}

// TestExportsOfAFullCard: the page lists the exports of a card as large as one can be, and of each what it keeps; of one that could not be opened here
// again it says so, and has the others. It was refused as a whole.
func TestExportsOfAFullCard(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	for first, want := range map[string]string{"own.0": "101 answers carried, none left out.", "model_details.name": "This file cannot be opened here again. The card has 101 sections; 100 is the most."} {
		var sections []string
		for i := range 100 {
			sections = append(sections, fmt.Sprintf(`{"key":"s%d","title":"Part %d","custom":true,"fields":[{"key":%q,"label":"Q","kind":"text","custom":true,"answer":"what %d says"}]}`, i, i, first, i))
			first = fmt.Sprint("own.", i+1)
		}
		sections[0] = strings.Replace(sections[0], `"fields":[`, `"fields":[{"key":"own.more","label":"M","kind":"text","custom":true,"answer":"one more"},`, 1)
		page := b.upload("/cards/import", "full.json", []byte(`{"format":"cardstock/1","kind":"model","template":"model","title":"Full","sections":[`+strings.Join(sections, ",")+`]}`), nil).is(200)
		card, _, _ := strings.Cut(page.one("#section-form").AttrOr("action", ""), "/sections/")
		list := b.get(card + "/exports").is(200)
		if says := list.one(`.history > li:has(h2:contains("Hugging Face README"))`).Text(); !strings.Contains(says, want) || !strings.Contains(says, "Download") {
			t.Errorf("%s, want %s", says, want)
		}
		if says := list.one(`.history > li:has(h2:contains("Cardstock JSON"))`).Text(); !strings.Contains(says, "101 answers carried, none left out") {
			t.Errorf("of the others: %s", says)
		}
	}
}
