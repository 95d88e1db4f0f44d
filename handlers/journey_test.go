package handlers_test

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"cardstock/card"
	"cardstock/card/format"
)

// The journeys use plain forms only: what a browser without JavaScript, or curl, can do.

func TestJourneyOfACard(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	b := s.visitor()
	start := b.get("/").is(200)
	if s.sessions() != 0 {
		t.Error("a visit alone left a session")
	}
	page := b.press(start, `button[value="model"]`, nil).is(200)
	if !page.has(named("answer.model_details.name")) {
		t.Error("a new card does not open at its first section")
	}
	page = b.press(page, "#save", map[string]string{"answer.model_details.name": " Wound <b>segmenter</b> ", "answer.version.date": "2026-11-24"}).is(200)
	if got := page.answer("model_details.name"); got != " Wound <b>segmenter</b> " {
		t.Errorf("saved name %q", got)
	}
	next := page.one("#save-next").AttrOr("value", "")
	page = b.press(page, "#save-next", map[string]string{"answer.model_details.type": "one\ntwo"}).is(200)
	if !strings.HasSuffix(page.what, "/sections/"+next) || !page.has(`a[aria-current]`) {
		t.Errorf("saved and went on to %s, not %s", page.what, next)
	}
	card := strings.TrimSuffix(strings.TrimPrefix(page.what, "GET "), "/sections/"+next)
	details := card + "/sections/model_details"
	page = b.get(details).is(200)
	if page.answer("model_details.type") != "one\ntwo" || page.answer("version.date") != "2026-11-24" {
		t.Error("an answer saved on the way is not there")
	}
	start = b.get("/").is(200)
	if !strings.Contains(start.one(`a[href="`+card+`"]`).Text(), "Wound <b>segmenter</b>") {
		t.Error("the start page does not call the card by its name")
	}
	// Rename.
	page = b.press(page, formTo(card, "PUT"), map[string]string{"title": " The title "}).is(200)
	if got := page.one("#card-name #rename").Text(); strings.TrimSpace(got) != "The title" {
		t.Errorf("renamed to %q", got)
	}
	// Clear the section, and reset the card.
	page = b.press(b.get(details), formTo(details+"/answers", "DELETE"), nil).is(200)
	if page.answer("model_details.name") != "" {
		t.Error("a cleared section has an answer")
	}
	b.press(page, "#save", map[string]string{"answer.model_details.name": "again"}).is(200)
	page = b.press(b.get(details), formTo(card+"/answers", "DELETE"), nil).is(200)
	if page.answer("model_details.name") != "" || strings.TrimSpace(page.one("#card-name #rename").Text()) != "The title" {
		t.Error("a card set back has an answer, or lost its title")
	}
	if got := b.get(card + "/sections/governance").answer("governance.status"); got != "draft" {
		t.Errorf("the preset answer is %q", got)
	}
	// Delete.
	start = b.press(b.get("/"), formTo(card, "DELETE"), nil).is(200)
	if start.has(`a[href="` + card + `"]`) {
		t.Error("a deleted card is still listed")
	}
	b.get(card).is(404)
}

func TestJourneyOfTheSample(t *testing.T) {
	t.Parallel()
	data, isTheSample := sample(t)
	s := common(t)
	b := s.visitor()
	page := b.upload("/cards/import", `C:\My cards\sample "answers".json`, data, nil).is(200)
	if !page.has(`[role="status"]:contains("recognised")`) || !page.has(`a:contains('sample "answers".json')`) {
		t.Error("the page does not say what happened to the upload")
	}
	path := page.one(`#section-form`).AttrOr("action", "")
	path, _, _ = strings.Cut(path, "/sections/")
	if !bytes.Equal(b.get(path+"/original").is(200).body, data) {
		t.Error("the original does not come back byte by byte")
	}
	on := map[string]string{} // every answer on the pages, by key
	page.find("#outline a[data-section]").Each(func(_ int, a *sel) {
		p := b.get(a.AttrOr("href", "")).is(200)
		p.find("[name^='answer.']").Each(func(_ int, box *sel) { on[strings.TrimPrefix(box.AttrOr("name", ""), "answer.")] = valueOf(box) })
	})
	values := slices.Collect(maps.Values(on))
	for where, text := range webcardsAnswers(t, data) {
		if strings.HasSuffix(where, "/31") { // the metrics table
			continue
		}
		text = strings.ReplaceAll(text, "\r\n", "\n")
		if !slices.Contains(values, text) {
			t.Errorf("the answer %s, %q, is on no page", where, text)
		}
	}
	if isTheSample {
		theSampleItself(t, b, path, on)
	}
	// Saving every section as it is changes nothing.
	before := b.get(path + ".json").body
	b.get(path).find("#outline a[data-section]").Each(func(_ int, a *sel) { b.press(b.get(a.AttrOr("href", "")), "#save", nil).is(200) })
	if after := b.get(path + ".json").body; !bytes.Equal(after, before) {
		t.Errorf("pressing Save without an edit changed the card:\n%s\nwas\n%s", after, before)
	}
	back := webcardsAnswers(t, b.get(path+".webcards.json").is(200).body)
	for where, text := range webcardsAnswers(t, data) {
		if strings.HasSuffix(where, "/31") {
			continue
		}
		if strings.ReplaceAll(back[where], "\r\n", "\n") != strings.ReplaceAll(text, "\r\n", "\n") {
			t.Errorf("exported as WebCards answers, %s is %q, was %q", where, back[where], text)
		}
	}
	// Somebody else sees none of it.
	other := s.visitor()
	for _, p := range []string{"", ".json", ".webcards.json", ".html", "/original", "/preview", "/import", "/sections/model_details", "/fields/model_details.name"} {
		other.get(path + p).is(404)
	}
	if strings.Contains(string(other.get("/").body), "Wound") {
		t.Error("another visitor's start page shows the card")
	}
}

func theSampleItself(t *testing.T, b *browser, path string, on map[string]string) {
	t.Helper()
	details := b.get(path + "/sections/model_details")
	if !details.has(`label:contains("Reviewed by the ethics board?")`) {
		t.Error("the custom question is not in model details")
	}
	custom := b.get(path).find(`#outline a[data-section]:contains("Enviromental Impact")`).AttrOr("href", "none")
	env := b.get(custom).is(200)
	for _, text := range []string{"41 kWh on one V100", "38 h"} {
		if !env.has(`:contains("` + text + `")`) {
			t.Errorf("the custom section lacks %q", text)
		}
	}
	var metrics []string
	for i := range 6 {
		metrics = append(metrics, on[fmt.Sprintf("quantitative_analyses.metrics[%d].value", i)])
	}
	if !reflect.DeepEqual(metrics, []string{"0.947", "0.91", "", "0.884", "0.897", "0.973"}) {
		t.Errorf("the metrics table has the values %q", metrics)
	}
	for _, text := range []string{"Under-segmentation on dark skin <b>must</b> be checked", "Open an issue — or write to imaging@example.org",
		"U-Net, image segmentation (wound bed, 512 × 512 RGB)", "Measure wound area over time.\nNot a diagnosis."} {
		if !slices.Contains(slices.Collect(maps.Values(on)), text) {
			t.Errorf("%q did not survive", text)
		}
	}
	preview := b.get(path + "/preview").is(200)
	if preview.has(`b:contains("must")`) || !strings.Contains(preview.text(), "<b>must</b>") {
		t.Error("the <b> of an answer is not shown as text")
	}
}

func TestJourneyOfPasteAndExports(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	page := b.press(b.get("/"), `form:has(#paste) button`, map[string]string{"text": string(ourJSON)}).is(200)
	if page.answer("model_details.name") != "From a file" {
		t.Error("a pasted card is not there")
	}
	card, _, _ := strings.Cut(page.one("#section-form").AttrOr("action", ""), "/sections/")
	for suffix, kind := range map[string]string{".json": "application/json", ".webcards.json": "application/json", ".html": "text/html",
		".pdf": "application/pdf", ".template.yaml": "application/yaml"} {
		r := b.get(card + suffix).is(200)
		disposition := r.header.Get("Content-Disposition")
		if !strings.HasPrefix(disposition, "attachment") || !strings.Contains(disposition, "Imported"+suffix) || !strings.HasPrefix(r.header.Get("Content-Type"), kind) {
			t.Errorf("%s: %q, %q", suffix, disposition, r.header.Get("Content-Type"))
		}
		if csp := r.header.Get("Content-Security-Policy"); csp != "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:" {
			t.Errorf("%s: policy %q", suffix, csp)
		}
		again := b.get(card + suffix)
		if !bytes.Equal(again.body, r.body) {
			t.Errorf("%s: two exports of one card differ", suffix)
		}
		if suffix == ".pdf" || suffix == ".template.yaml" { // they are no cards
			if refused := b.upload("/cards/import", "x"+suffix, r.body, nil); suffix == ".pdf" && refused.status != 422 {
				t.Errorf("a PDF is taken for a card: %d", refused.status)
			}
			continue
		}
		if copied := b.upload("/cards/import", "x"+suffix, r.body, nil); copied.status != 200 || copied.answer("model_details.name") != "From a file" {
			t.Errorf("%s cannot be uploaded again: %d", suffix, copied.status)
		}
	}
}

// TestJourneyOfADatasheetAway: a datasheet goes out as PDF and Croissant, a model card not as Croissant; the page says what a PDF and a template cost.
func TestJourneyOfADatasheetAway(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	sheet, model := b.newCard("datasheet"), b.newCard("model")
	b.put(sheet+"/fields/motivation.name", form("answer.motivation.name", "Birds")).is(303)
	if r := b.get(sheet + ".pdf").is(200); !bytes.HasPrefix(r.body, []byte("%PDF-")) || !bytes.HasSuffix(bytes.TrimSpace(r.body), []byte("%%EOF")) {
		t.Errorf("the PDF begins with %.20q", r.body)
	}
	croissant := b.get(sheet + ".croissant.json").is(200)
	if kind := croissant.header.Get("Content-Type"); kind != "application/ld+json" || !bytes.Contains(croissant.body, []byte(`"name": "Birds"`)) {
		t.Errorf("%s %.300s", kind, croissant.body)
	}
	b.get(model + ".croissant.json").is(404)
	page := b.get(sheet + "/exports").is(200)
	for label, says := range map[string]string{"PDF": "none left out", "Croissant": "none left out", "Cardstock template": "The questions alone, without answers"} {
		if text := page.one(`li:has(h2:contains("` + label + `"))`).Text(); !strings.Contains(text, says) {
			t.Errorf("%s: %.300q", label, text)
		}
	}
}

// The open card's exports survive what only our own format can hold: odd tables and choices that came in by import.
func TestSavingAnImportedCardUneditedChangesNothing(t *testing.T) {
	t.Parallel()
	odd := []byte(`{"format":"cardstock/1","kind":"model","title":"Odd","sections":[{"key":"model_details","title":"Model details","fields":[
		{"key":"a.line","label":"L","kind":"line","answer":"two\nlines"},
		{"key":"a.date","label":"D","kind":"date","answer":"last spring"},
		{"key":"a.number","label":"N","kind":"number","answer":"about 5"},
		{"key":"a.choice","label":"C","kind":"choice","options":["draft"],"answer":"not  an   option"},
		{"key":"a.list","label":"I","kind":"list","answer":["","a"," b ",""]},
		{"key":"a.text","label":"T","kind":"text","answer":"\n\n leading\n"},
		{"key":"a.table","label":"R","kind":"table","columns":[{"key":"one","title":"One","kind":"line"},{"key":"day","title":"Day","kind":"date"},
			{"key":"pick","title":"Pick","kind":"choice","options":["x"]}],
			"answer":[{"one":" 1 ","extra":"e"},{"day":"some day"},{"pick":"odd  one"}]}]}]}`)
	b := common(t).visitor()
	page := b.upload("/cards/import", "odd.json", odd, nil).is(200)
	card, _, _ := strings.Cut(page.one("#section-form").AttrOr("action", ""), "/sections/")
	before := string(b.get(card + ".json").body)
	b.press(page, "#save", nil).is(200)
	if after := string(b.get(card + ".json").body); after != before {
		t.Errorf("pressing Save without an edit changed the card:\n%s\nwas\n%s", after, before)
	}
}

// A line break in a table's cell, and a column whose key no form can carry.
func TestSavingAnImportedTableUneditedChangesNothing(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]string{"line break": `{"one":"two\nlines"}`, "capitals": `{"One Two":"x"}`, "dotted": `{"a.b":"x"}`, "empty key": `{"":"x"}`, "quotes": `{"\"><b>":"x"}`} {
		b := common(t).visitor()
		page := b.upload("/cards/import", "odd.json", []byte(`{"format":"cardstock/1","kind":"model","title":"Odd","sections":[{"key":"s","title":"S","fields":[`+
			`{"key":"t","label":"T","kind":"table","columns":[{"key":"one","title":"One","kind":"line"}],"answer":[`+row+`]}]}]}`), nil)
		if page.status == 422 { // refused with a reason is honest, too
			continue
		}
		card, _, _ := strings.Cut(page.one("#section-form").AttrOr("action", ""), "/sections/")
		before := string(b.get(card + ".json").body)
		b.press(page, "#save", nil).is(200)
		if after := string(b.get(card + ".json").body); after != before {
			t.Errorf("%s: pressing Save without an edit changed the card:\n%s\nwas\n%s", name, after, before)
		}
	}
}

func TestExportsAreTheCard(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	path := b.newCard("model")
	b.put(path+"/fields/model_details.name", form("answer.model_details.name", "N")).is(303)
	templates, _ := templatesOnce()
	result, err := format.Read(templates, b.get(path+".json").body)
	if err != nil {
		t.Fatal(err)
	}
	want := templates.Get("model").New()
	f, _ := want.Field("model_details.name")
	f.Answer = "N"
	if !reflect.DeepEqual(strip(result.Card), strip(want)) {
		t.Error("the export read again is another card")
	}
}

func strip(c *card.Card) *card.Card {
	c = c.Clone()
	for i := range c.Sections {
		for j := range c.Sections[i].Fields {
			f := &c.Sections[i].Fields[j]
			if len(f.Options) == 0 {
				f.Options = nil
			}
			f.Rev = 0
		}
	}
	return c
}
