package format

import (
	"slices"
	"testing"

	"cardstock/card"
)

// TestLedgerAddsUpForEveryFile: every card in every format: each answer has one entry, and nothing is left out of the formats that promise to hold all.
func TestLedgerAddsUpForEveryFile(t *testing.T) {
	undetected(t)
	ts := templates(t)
	for name, c := range written(t) {
		answers := len(allAnswers(c))
		for _, f := range All() {
			if f.Encode == nil || !f.Fits(c.Kind) {
				continue
			}
			data, err := f.Encode(ts, c)
			if err != nil {
				t.Fatal(name, f.Name, err)
			}
			l, err := Account(t.Context(), ts, c, f, data)
			if err != nil {
				t.Errorf("%s as %s: %v", name, f.Name, err)
				continue
			}
			if n := l.Totals[Carried] + l.Totals[Changed] + l.Totals[LeftOut]; n != answers || len(l.Entries) != n {
				t.Errorf("%s as %s: %d entries for %d answers", name, f.Name, n, answers)
			}
			if f == cardstockFormat && l.Totals[Carried] != answers {
				t.Errorf("%s: Cardstock JSON loses something: %v", name, l.Totals)
			}
			for _, e := range l.Entries {
				if e.Fate == LeftOut && name != "hostile" && f != webCardsFormat && f != templateFormat && (f != sageMakerFormat || c.TextBytes() < sageMost*2/3) { // the old tool has six metrics and no more; a template has no answers
					t.Errorf("%s as %s: %s is left out", name, f.Name, e.Field)
				}
			}
		}
	}
}

// TestLedgerTells: an answer that is not in an export is found missing, and one that moved is told from one that stayed.
func TestLedgerTells(t *testing.T) {
	ts := templates(t)
	c := ts.Get("model").New()
	for key, answer := range map[string]string{"model_details.name": "Stays", "factors.relevant": "Is gone", "caveats.limitations": "Moves", "model_details.references": "one\ntwo"} {
		f, _ := c.Field(key)
		f.Answer = answer
	}
	other := c.Clone()
	for key, answer := range map[string]string{"factors.relevant": "", "caveats.limitations": "", "caveats.recommendations": "It Moves on", "model_details.references": "two\nand one"} {
		f, _ := other.Field(key)
		f.Answer = answer
	}
	data, err := cardstockFormat.Encode(ts, other)
	if err != nil {
		t.Fatal(err)
	}
	l, err := Account(t.Context(), ts, c, cardstockFormat, data)
	if err != nil {
		t.Fatal(err)
	}
	fates := map[string]string{}
	for _, e := range l.Entries {
		fates[e.Field] = e.Fate + e.How
	}
	for key, want := range map[string]string{"model_details.name": Carried, "factors.relevant": LeftOut, "caveats.limitations": Changed + "within the answer to “Recommendations” (Caveats and recommendations)", "model_details.references": Changed + "in its place, in another form"} {
		if fates[key] != want {
			t.Errorf("%s is %s, want %s", key, fates[key], want)
		}
	}
}

// TestTitleBesideAName: a card may be called something that its name is not. Each format that is read gives both back, or the ledger tells what it does
// not.
func TestTitleBesideAName(t *testing.T) {
	ts := templates(t)
	for _, kind := range []string{"model", "datasheet"} {
		c := ts.Get(kind).New()
		c.Title = "Garden"
		name, _ := c.Field(ts.NameKey(c.Template, c.Kind))
		name.Answer = "Peas v2"
		for _, f := range All() {
			if f.Encode == nil || f.Detect == nil || !f.Fits(c.Kind) {
				continue
			}
			data := encode(t, f.Suffix, c)
			l, err := Account(t.Context(), ts, c, f, data)
			if err != nil {
				t.Fatal(f.Name, err)
			}
			in, err := ReadAs(ts, data, f.Name)
			if err != nil {
				t.Fatal(f.Name, err)
			}
			fate := ""
			for _, e := range l.Entries {
				if e.Field == name.Key {
					fate = e.Fate
				}
			}
			is, told := in.Card, len(l.Words) == 1 && l.Words[0].What == WordTitle
			got := answer(t, is, name.Key)
			if at := slices.IndexFunc(is.Sections, func(s card.Section) bool { return s.Title == "Motivation" }); f == webCardsFormat && at >= 0 { // it has no place for the name: there it is one of the visitor's questions, under the same words
				for _, q := range is.Sections[at].Fields {
					if q.Label == name.Label {
						got = or(got, q.Answer)
					}
				}
			}
			if (got == "Peas v2") != (fate == Carried) || fate != Carried && f.Kind != "" || is.Title != "Garden" && !told {
				t.Errorf("%s %s: title %q (told: %v), name %q (%s)", kind, f.Name, is.Title, told, got, fate)
			}
		}
	}
}

// TestShortAnswersAreNotFoundInOthers: a word as short as No is there where it stands alone, not where another answer has it among its words.
func TestShortAnswersAreNotFoundInOthers(t *testing.T) {
	c := templates(t).Get("model").New()
	f, _ := c.Field("factors.relevant")
	f.Answer = "None known. No light\nkind: no; size: 12 cm"
	there := everything(c)
	for text, want := range map[string]bool{"No": false, "no": true, "12": false, "No light": true, "kind": true, "": true} {
		if there.holds(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

// TestLedgerSaysHow: of an answer that is in another place or form a report says in which.
func TestLedgerSaysHow(t *testing.T) {
	ts := templates(t)
	c := ts.Get("model").New()
	for key, answer := range map[string]string{"factors.relevant": "Light\n\nand water", "intended_use.primary_users": "Gardeners\nCooks", "caveats.limitations": "Peas only", "model_details.references": "one\ntwo\nthree\nfour\nfive"} {
		f, _ := c.Field(key)
		f.Answer = answer
	}
	text, _ := c.Field("caveats.limitations")
	text.Kind, text.Answer = card.List, "Peas\nBeans"
	in := ts.Get("model").New()
	for key, answer := range map[string]string{"factors.relevant": "Light and water", "intended_use.primary_uses": "Gardeners\nCooks", "caveats.limitations": "Peas\nBeans",
		"model_details.owner_contact": "one, two", "model_details.citation": "three", "model_details.license": "four", "model_details.type": "five"} {
		f, _ := in.Field(key)
		f.Answer = answer
	}
	there := everything(in)
	there.pair(c)
	for key, want := range map[string]string{
		"factors.relevant":           "in its place, with its lines broken otherwise",
		"intended_use.primary_users": "as the answer to “Primary uses” (Intended use)",
		"caveats.limitations":        "as text with a line for each item, not as a list",
		"model_details.references":   "in parts, in “Owner contact” (Model details), “Citation” (Model details), “Licence” (Model details) and 1 more",
	} {
		f, s := c.Field(key)
		if fate, how := fateOf(s, f, in, there); fate != Changed || how != want {
			t.Errorf("%s is %s, %q", key, fate, how)
		}
	}
	pdf := encode(t, ".pdf", c)
	l, err := Account(t.Context(), ts, c, pdfFormat, pdf)
	if err != nil || len(l.Entries) == 0 {
		t.Fatal(err)
	}
	for _, e := range l.Entries {
		if e.Fate == Changed && e.How != toRead {
			t.Errorf("PDF: %+v", e)
		}
	}
}
