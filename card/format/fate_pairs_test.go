package format

import (
	"context"
	"fmt"
	"testing"

	"cardstock/card"
)

// howOf is what a report says of each answer of a file in another format, by key, "" for what is carried.
func howOf(t *testing.T, file string, f *Format) (said map[string]string, l *Ledger) {
	t.Helper()
	r := read(t, []byte(file))
	l, err := Account(t.Context(), templates(t), r.Card, f, encode(t, f.Suffix, r.Card))
	if err != nil {
		t.Fatal(err)
	}
	said = map[string]string{}
	for _, e := range l.Entries {
		said[e.Field] = e.How
	}
	if n := l.Totals[Carried] + l.Totals[Changed] + l.Totals[LeftOut]; n != len(allAnswers(r.Card)) {
		t.Errorf("%d answers are %v", len(allAnswers(r.Card)), l.Totals)
	}
	return said, l
}

// TestEqualAnswersKeepApart: of equal answers each is found under its own question, and one that comes back under the same words in the same section has
// not moved.
func TestEqualAnswersKeepApart(t *testing.T) {
	const file = `{"name": "Peas", "more": [{"@id": "x.csv", "name": "x.csv", "unit": "%"}, {"@id": "y.csv", "name": "y.csv", "unit": "%"}], "version": "1"}`
	said, l := howOf(t, file, webCardsFormat)
	if l.Totals[Changed] != 0 || l.Totals[LeftOut] != 0 || len(said) < 8 {
		t.Errorf("%v %v", l.Totals, said)
	}
}

// TestSameWordsElsewhereSayTheSection: an answer that has kept the words of its question and not its section says that one, as the card calls it.
func TestSameWordsElsewhereSayTheSection(t *testing.T) {
	c := &card.Card{Kind: card.Model, Sections: []card.Section{
		{Key: "a", Title: "Other parts of the README", Custom: true, Fields: []card.Field{{Key: "a.one", Label: "Colour, of the pod", Kind: card.Line, Answer: "Green"}, {Key: "a.two", Label: "Size", Kind: card.Line, Answer: "9"}, {Key: "a.three", Label: "Kinds", Kind: card.List, Answer: "x\ny"}}},
		{Key: "b", Title: "Garden", Custom: true, Fields: []card.Field{{Key: "b.one", Label: "Weight", Kind: card.Line, Answer: "9"}}},
	}}
	in := &card.Card{Kind: card.Model, Sections: []card.Section{
		{Key: "x", Title: "Other parts of the readme", Custom: true, Fields: []card.Field{{Key: "x.one", Label: "Colour of the pod", Kind: card.Line, Answer: "Green"}, {Key: "x.two", Label: "Weight", Kind: card.Line, Answer: "9"}}},
		{Key: "y", Title: "Elsewhere", Custom: true, Fields: []card.Field{{Key: "y.one", Label: "Pounds", Kind: card.Line, Answer: "9"}, {Key: "y.two", Label: "Kinds", Kind: card.Text, Answer: "x\ny"}}},
	}}
	there := everything(in)
	there.pair(c)
	for key, want := range map[string]string{"a.one": "", "a.two": "as the answer to “Pounds” (Elsewhere)", "b.one": "in the section “Other parts of the README”", "a.three": "in the section “Elsewhere”, as text with a line for each item"} {
		q, s := c.Field(key)
		if fate, how := fateOf(s, q, in, there); how != want || fate == LeftOut || (fate == Carried) != (want == "") {
			t.Errorf("%s is %s, %q", key, fate, how)
		}
	}
}

// sayingTheSame is a card of so many sections that all say the same to questions of the same words, and what an export may make of it.
func sayingTheSame(sections, questions int) (c, in *card.Card) {
	made := func(key, title string) *card.Card {
		c := &card.Card{Kind: card.Model}
		for i := range sections {
			s := card.Section{Key: fmt.Sprint(key, i), Title: fmt.Sprintf(title, i), Custom: true}
			for j := range questions {
				s.Fields = append(s.Fields, card.Field{Key: fmt.Sprintf("%s%d.%d", key, i, j), Label: "Size", Kind: card.Line, Answer: "9"})
			}
			c.Sections = append(c.Sections, s)
		}
		return c
	}
	return made("a", "Part %d, of many"), made("x", "Part %d of many")
}

// TestAlikeAnswersAreLookedAtOnce: however many answers are the same, a place is looked at a few times and not for each of them.
func TestAlikeAnswersAreLookedAtOnce(t *testing.T) {
	c, in := sayingTheSame(40, 20)
	there := everything(in)
	if looked := there.pair(c); looked > 8*800 {
		t.Errorf("800 places are looked at %d times", looked)
	}
	for i := range c.Sections {
		for j := range c.Sections[i].Fields {
			if p := there.pairs[&c.Sections[i].Fields[j]]; p.near != bySection || p.spot == nil || p.field != &in.Sections[i].Fields[j] {
				t.Fatalf("question %d of section %d is %v", j, i, p)
			}
		}
	}
	in.Sections[0].Title, in.Sections[39].Title = "Other", "Another" // and where not all are found at the first try
	there = everything(in)
	if looked := there.pair(c); looked > 8*800 || len(there.pairs) != 800 {
		t.Errorf("800 places are looked at %d times, for %d pairs", looked, len(there.pairs))
	}
}

// TestNobodyWaitsForPairs: when nobody waits, none is looked for.
func TestNobodyWaitsForPairs(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	leave()
	c, in := sayingTheSame(2, 2)
	there := everything(in)
	there.ctx = ctx
	if looked := there.pair(c); looked != 0 || len(there.pairs) != 0 {
		t.Errorf("%d are looked at, %d pairs", looked, len(there.pairs))
	}
}
