package format

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"cardstock/card"
)

// validCroissant checks what the specification of Croissant 1.0 asks of a dataset: the properties that it must have, and their types.
func validCroissant(t *testing.T, name string, data []byte) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(name, err)
	}
	for _, key := range []string{"name", "description", "license", "url", "datePublished"} {
		if s, ok := v[key].(string); !ok || strings.TrimSpace(s) == "" {
			t.Errorf("%s: %s is %v", name, key, v[key])
		}
	}
	context, _ := v["@context"].(map[string]any)
	for key, want := range map[string]string{"@vocab": "https://schema.org/", "sc": "https://schema.org/", "cr": "http://mlcommons.org/croissant/",
		"rai": "http://mlcommons.org/croissant/RAI/", "dct": "http://purl.org/dc/terms/", "conformsTo": "dct:conformsTo", "recordSet": "cr:recordSet"} {
		if context[key] != want {
			t.Errorf("%s: the context has %v for %s", name, context[key], key)
		}
	}
	if v["@type"] != "sc:Dataset" {
		t.Errorf("%s: @type is %v", name, v["@type"])
	}
	if v["conformsTo"] != "http://mlcommons.org/croissant/1.0" { // a text: of a list mlcroissant 1.0 says "conformsTo should be a string"
		t.Errorf("%s: conformsTo is %v", name, v["conformsTo"])
	}
	if u, err := url.Parse(v["url"].(string)); err != nil || !u.IsAbs() {
		t.Errorf("%s: url is %v", name, v["url"])
	}
	if _, err := time.Parse(time.DateOnly, v["datePublished"].(string)); err != nil {
		t.Errorf("%s: datePublished is %v", name, v["datePublished"])
	}
	if creator, _ := v["creator"].(map[string]any); creator["@type"] != "Organization" || creator["name"] == "" {
		t.Errorf("%s: creator is %v", name, v["creator"])
	}
	for key := range v {
		prefix, _, found := strings.Cut(key, ":")
		if _, known := context[prefix]; found && !known {
			t.Errorf("%s: %s has a prefix that the context does not know", name, key)
		}
	}
	return v
}

// TestCroissant: each datasheet, empty and hostile ones too, is valid, and nothing in it is lost.
func TestCroissant(t *testing.T) {
	undetected(t)
	ts := templates(t)
	cards := written(t)
	cards["empty"] = ts.Get("datasheet").New()
	for seed := range uint64(40) {
		cards["random"+string(rune('A'+seed))] = randomCard(t, seed)
	}
	tried := 0
	for name, c := range cards {
		if c.Kind != card.Datasheet {
			continue
		}
		tried++
		data := encode(t, ".croissant.json", c)
		validCroissant(t, name, data)
		l, err := Account(t.Context(), ts, c, croissantFormat, data)
		if err != nil {
			t.Fatal(name, err)
		}
		for _, e := range l.Entries {
			if f, _ := c.Field(e.Field); e.Fate == LeftOut && strings.TrimSpace(f.Answer) != "None" {
				t.Errorf("%s: %s is left out: %.100q", name, e.Field, f.Answer)
			}
		}
	}
	if tried < 5 {
		t.Errorf("only %d datasheets", tried)
	}
}

// TestCroissantComesBack: the answers of a datasheet go to their questions again, and what was put in for lack of an answer does not.
func TestCroissantComesBack(t *testing.T) {
	c := templates(t).Get("datasheet").New()
	answers := map[string]string{"motivation.name": "Set", "motivation.purpose": "Why\n\nnot", "distribution.license": "CC-BY-4.0", "composition.sensitive": "Faces",
		"maintenance.contact": "a@example.org", "distribution.method": "See https://example.org/data.", "version.date": "2025-11-03", "distribution.date": "Next year"}
	for key, answer := range answers {
		set(t, c, key, answer)
	}
	data := encode(t, ".croissant.json", c)
	if v := validCroissant(t, "answers", data); v["url"] != "https://example.org/data" || v["datePublished"] != "2025-11-03" || v["rai:personalSensitiveInformation"] != "Faces" {
		t.Errorf("%s", data)
	}
	r := read(t, data)
	if r.Format != croissantFormat || r.Custom > 0 {
		t.Errorf("read as %s, %d of its own", r.Format.Name, r.Custom)
	}
	for key, want := range answers {
		if got := answer(t, r.Card, key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	empty := read(t, encode(t, ".croissant.json", templates(t).Get("datasheet").New()))
	for _, key := range []string{"motivation.purpose", "motivation.creators", "distribution.license", "distribution.date"} {
		if got := answer(t, empty.Card, key); got != "" {
			t.Errorf("an empty datasheet comes back with %q for %s", got, key)
		}
	}
}

// TestCroissantOfOthers: a file of the Hub's sort is a datasheet, and what has no place is kept.
func TestCroissantOfOthers(t *testing.T) {
	r := read(t, []byte(`{"@context": {"@vocab": "https://schema.org/", "cr": "http://mlcommons.org/croissant/"}, "@type": "sc:Dataset", "conformsTo": "http://mlcommons.org/croissant/1.1",
		"name": "titanic", "description": "Who lived", "license": ["MIT", "CC0"], "creator": [{"@type": "Person", "name": "Ada"}, {"@type": "Person", "name": "Bo"}], "keywords": ["ships"],
		"distribution": [{"@type": "cr:FileObject", "@id": "t.csv", "name": "t.csv", "contentUrl": "https://example.org/t.csv", "sha256": "00ff"}]}`))
	if r.Format != croissantFormat || answer(t, r.Card, "motivation.name") != "titanic" || answer(t, r.Card, "motivation.creators") != "Ada\nBo" {
		t.Errorf("%s %q", r.Format.Name, answer(t, r.Card, "motivation.creators"))
	}
	all := everything(r.Card)
	for _, want := range []string{"MIT", "CC0", "ships", "t.csv", "https://example.org/t.csv", "00ff"} {
		if !all.holds(want) {
			t.Errorf("%s is lost", want)
		}
	}
}

// TestCroissantPageBesideItsFiles: the page of a dataset is an answer, be it the beginning of another address or of a sentence, and goes back. The page that our
// export took from an answer is none.
func TestCroissantPageBesideItsFiles(t *testing.T) {
	const file = `{"@context": {"@vocab": "https://schema.org/", "cr": "http://mlcommons.org/croissant/"}, "@type": "sc:Dataset", "conformsTo": "http://mlcommons.org/croissant/1.0",
		"name": "titanic", "description": "From https://example.org/set of 1912.", "url": "https://example.org/set",
		"distribution": [{"@type": "cr:FileObject", "@id": "t.csv", "name": "t.csv", "contentUrl": "https://example.org/set/t.csv"}]}`
	r := read(t, []byte(file))
	if got := answer(t, r.Card, "croissant.url"); got != "https://example.org/set" {
		t.Errorf("the page is %q", got)
	}
	if v := validCroissant(t, "page", encode(t, ".croissant.json", r.Card)); v["url"] != "https://example.org/set" {
		t.Errorf("our export has %v", v["url"])
	}
	c := templates(t).Get("datasheet").New()
	set(t, c, "distribution.method", "See https://example.org/set.")
	if f, _ := read(t, encode(t, ".croissant.json", c)).Card.Field("croissant.url"); f != nil {
		t.Errorf("a page that was made is an answer: %q", f.Answer)
	}
}

// TestCroissantSectionsComeBack: an answer to a question of the visitor's own comes back into its section, be that one of the template or their own, and the
// second trip changes nothing. A property of another tool keeps all that it says.
func TestCroissantSectionsComeBack(t *testing.T) {
	c := templates(t).Get("datasheet").New()
	set(t, c, "motivation.name", "Garden")
	own := func(key, label string) card.Field {
		return card.Field{Key: key, Label: label, Kind: card.Text, Custom: true, Answer: "Answer to " + label}
	}
	c.Sections[1].Fields = append(c.Sections[1].Fields, own("own.a", "How green?"))
	for i, title := range []string{"Metadata of the Hub", "Größe", "大きさ", "Motivation!"} {
		key := "s" + string(rune('a'+i))
		c.Sections = append(c.Sections, card.Section{Key: key, Title: title, Custom: true, Fields: []card.Field{own(key+".a", "First"), own(key+".b", "Second")}})
	}
	data := encode(t, ".croissant.json", c)
	validCroissant(t, "sections", data)
	r := read(t, data)
	if l, err := Account(t.Context(), templates(t), c, croissantFormat, data); err != nil || l.Totals[Changed]+l.Totals[LeftOut]+len(l.Words) > 0 {
		t.Errorf("%+v %v", l, err)
	}
	for _, s := range c.Sections {
		for _, f := range s.Fields {
			if _, in := r.Card.Field(f.Key); f.Custom && (in == nil || in.Title != s.Title) {
				t.Errorf("%s of %s is in %+v", f.Key, s.Title, in)
			}
		}
	}
	if again := encode(t, ".croissant.json", r.Card); string(again) != string(data) {
		t.Errorf("the second trip makes of\n%s\n%s", data, again)
	}
	other := strings.Replace(string(data), `"propertyID": "own.a",`, `"propertyID": "own.a", "unitText": "shades",`, 1)
	if all := everything(read(t, []byte(other)).Card); !all.holds("shades") || !all.holds(c.Sections[1].Title) || !all.holds("Answer to How green?") {
		t.Error("a property of another tool lost what it said")
	}
}

// TestCroissantDescribedByIntroduction: a README without an answer about its purpose is described by its introduction, which is no answer about the purpose
// when the file is read again, also after an edit of either.
func TestCroissantDescribedByIntroduction(t *testing.T) {
	ts := templates(t)
	c := read(t, []byte("---\nsize_categories: [n<1K]\nlicense: mit\n---\n# Peas\n\nScores of *peas*,\nper day.\n\n## Rows\n\nMany.\n")).Card
	data := encode(t, ".croissant.json", c)
	v := validCroissant(t, "introduction", data)
	if v["description"] != "Scores of *peas*,\nper day." {
		t.Errorf("%s", data)
	}
	for _, n := range croissantFormat.Needs(ts, c) {
		if n.Field == "motivation.purpose" {
			t.Errorf("it needs %+v", n)
		}
	}
	r := read(t, data)
	if answer(t, r.Card, "motivation.purpose") != "" || answer(t, r.Card, introductionKey) != v["description"] {
		t.Errorf("%v", answeredFields(r.Card))
	}
	if again := encode(t, ".croissant.json", r.Card); string(again) != string(data) {
		t.Errorf("the second trip changes it\n%s", again)
	}
	for _, of := range [][2]string{{"motivation.purpose", "To grow."}, {"motivation.creators", "Ann."}, {introductionKey, "Other words."}, {introductionKey, ""}} {
		edited, key, want := r.Card.Clone(), of[0], of[1]
		set(t, edited, key, want)
		out := returned(t, edited, data, r.As)
		in := read(t, out.Data).Card
		says := func(c *card.Card) (all [3]string) {
			for i, key := range []string{"motivation.purpose", "motivation.creators", introductionKey} {
				if f, _ := c.Field(key); f != nil {
					all[i] = f.Answer
				}
			}
			return all
		}
		if says(in) != says(edited) || out.Anew && want != "" {
			t.Errorf("%s: anew %v, %v\n%s", key, out.Anew, answeredFields(in), out.Data)
		}
		if v := validCroissant(t, key, out.Data); v["purpose"] != nil || v["creators"] != nil {
			t.Errorf("%s: it stands beside its place\n%s", key, out.Data)
		}
	}
}

// TestCroissantPurposeIsTheIntroduction: a purpose in the words of the introduction comes back beside it.
func TestCroissantPurposeIsTheIntroduction(t *testing.T) {
	c := read(t, []byte("---\npretty_name: Peas\ntask_categories: [other]\n---\n# Dataset Card for Peas\n\nSame words.\n")).Card
	set(t, c, "motivation.purpose", "Same words.")
	if answer(t, c, introductionKey) != "Same words." {
		t.Fatal("there is no introduction")
	}
	data := encode(t, ".croissant.json", c)
	r := read(t, data)
	if answer(t, r.Card, "motivation.purpose") != "Same words." || answer(t, r.Card, introductionKey) != "Same words." {
		t.Errorf("%s", data)
	}
}
