package format

import (
	"strings"
	"testing"

	"cardstock/card"
	"cardstock/card/attach"
)

// TestRenamedGoesBack: what the visitor calls the card, sections, questions and pictures goes into the file it came from, where that has a place
// for it, and changes nothing else there; where not, the account says so.
func TestRenamedGoesBack(t *testing.T) {
	own := withLists(t)
	own.Sections = append(own.Sections, card.Section{Key: "own", Title: "Ours", Custom: true,
		Fields: []card.Field{{Key: "own.why", Label: "Why", Kind: card.Text, Custom: true, Answer: "So"}}})
	own.Title = "Old title"
	f, err := attach.Clean(plot(t, 7))
	if err != nil {
		t.Fatal(err)
	}
	own.Attachments = []card.Attachment{With(card.Attachment{Section: "own", Name: "a.png", Alt: "A plot", Caption: "Old caption"}, f)}
	for name, tt := range map[string]struct {
		file []byte
		swap []string // in the file
		lost string   // kinds of words
	}{
		"Cardstock JSON":    {encode(t, ".json", own), []string{`"Ours"`, `"New section"`, `"label": "Why"`, `"label": "New question"`, "Old title", "New title", "Old caption", "New caption"}, ""},
		"README of ours":    {encode(t, ".md", own), []string{"## Ours", "## New section", "### Why", "### New question", "Old title", "New title"}, ""},
		"WebCards":          {[]byte(sources["webcards"]), []string{`"Extra"`, `"New section"`, "99_Why", "99_New question"}, "title"},
		"WebCards download": {[]byte(`{"schema_version": "0.0.2", "model_details": {"name": "Leaves"}, "extended_section1": {"extended1_title": [{"title": "Ours"}], "extended1_field1": [{"entry1": "So", "question1": "Why"}]}, "considerations": {"human_life": [{"description": "No"}]}}`), []string{`"Ours"`, `"New section"`, `"Why"`, `"New question"`}, "title"},
		"toolkit":           {encode(t, ".mct.json", own), []string{"### Why", "### New question", "Old title", "New title"}, ""},
		"any JSON":          {[]byte(`{"name": "Peas", "ours": {"why": "So"}}`), nil, "title question section"},
		"bill":              {[]byte(`{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "machine-learning-model", "name": "Peas", "why": "So"}]}`), nil, "title question section"},
	} {
		r := read(t, tt.file)
		c := r.Card.Clone()
		c.Title = "New title"
		for i := range c.Sections {
			for j := range c.Sections[i].Fields {
				if f := &c.Sections[i].Fields[j]; f.Answer == "So" {
					f.Label = "New question"
					if c.Sections[i].Custom {
						c.Sections[i].Title = "New section"
					}
				}
			}
		}
		for i := range c.Attachments {
			if c.Attachments[i].Caption != "" {
				c.Attachments[i].Caption = "New caption"
			}
		}
		out := returned(t, c, tt.file, r.As)
		want := strings.NewReplacer(tt.swap...).Replace(string(tt.file))
		if string(out.Data) != want || out.Anew {
			t.Errorf("%s: anew %v\n%s\nwant\n%s", name, out.Anew, clipped(out.Data), clipped([]byte(want)))
		}
		var lost []string
		for _, w := range out.Account(t.Context(), templates(t), c).Words {
			lost = append(lost, w.What)
		}
		if strings.Join(lost, " ") != tt.lost {
			t.Errorf("%s: the account says of %q, want %q", name, lost, tt.lost)
		}
	}
}

func clipped(data []byte) []byte { return data[:min(len(data), 1500)] }

// TestEveryWordIsThereOrTold: of every export it is said which words of the visitor's it does not hold.
func TestEveryWordIsThereOrTold(t *testing.T) {
	c := withLists(t)
	c.Title = "Garden peas of 2024"
	c.Sections = append(c.Sections, card.Section{Key: "own", Title: "Under glass", Custom: true,
		Fields: []card.Field{{Key: "own.q1", Label: "Which lamps?", Kind: card.Text, Custom: true, Answer: "LED"}}})
	f, err := attach.Clean(plot(t, 7))
	if err != nil {
		t.Fatal(err)
	}
	c.Attachments = []card.Attachment{With(card.Attachment{Section: "quantitative_analyses", Name: "a.png", Alt: "A plot", Caption: "By lamp"}, f)}
	for suffix, want := range map[string]string{
		".json": "", ".html": "", ".md": "", ".pdf": "", ".mct.json": "section caption", ".cdx.json": "section caption",
	} {
		f := BySuffix(suffix)
		l, err := Account(t.Context(), templates(t), c, f, encode(t, suffix, c))
		if err != nil {
			t.Fatal(suffix, err)
		}
		var lost []string
		for _, w := range l.Words {
			lost = append(lost, w.What)
		}
		if is := strings.Join(lost, " "); is != want {
			t.Errorf("%s loses %q, want %q: %+v", suffix, is, want, l.Words)
		}
	}
}

// TestMovedAndEmptyQuestionsOfOursGoBack: into Cardstock JSON goes the whole card, also what is no answer.
func TestMovedAndEmptyQuestionsOfOursGoBack(t *testing.T) {
	file := encode(t, ".json", withLists(t))
	c := read(t, file).Card
	c.Sections[0], c.Sections[1] = c.Sections[1], c.Sections[0]
	c.Sections[0].Fields = append(c.Sections[0].Fields, card.Field{Key: "own.empty", Label: "Not answered yet", Kind: card.Text, Custom: true})
	if out := returned(t, c, file, "cardstock"); string(out.Data) != string(encode(t, ".json", c)) || !out.Anew {
		t.Errorf("%v %s", out.Anew, clipped(out.Data))
	}
}

// TestTitleInASentence: a title that only stands in a sentence of an answer is lost all the same.
func TestTitleInASentence(t *testing.T) {
	ts := templates(t)
	c := ts.Get("model").New()
	for text, lost := range map[string]bool{"A Bean sorts beans.": true, "Bean": false, "Of peas.\nBean": false} {
		c.Title = ""
		f, _ := c.Field("model_details.type")
		f.Answer = text
		data, _ := cardstockFormat.Encode(ts, c)
		c.Title = "Bean"
		l, err := Account(t.Context(), ts, c, cardstockFormat, data)
		if err != nil || (len(l.Words) > 0) != lost {
			t.Errorf("%q: %v, %v", text, l.Words, err)
		}
	}
}
