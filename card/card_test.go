package card

import (
	"fmt"
	"strings"
	"testing"
)

// sample is a small card: two sections of a template and one of the visitor's own.
func sample() *Card {
	return &Card{Kind: Model, Template: "model", Title: "Sample", Sections: []Section{
		{Key: "one", Title: "One", Fields: []Field{
			{Key: "one.a", Label: "A", Kind: Text, Essential: true, Answer: "alpha"},
			{Key: "one.b", Label: "B", Kind: Line, Essential: true},
			{Key: "own.1", Label: "Mine", Kind: Text, Custom: true, Answer: "x"},
			{Key: "own.2", Label: "Mine too", Kind: Text, Custom: true},
		}},
		{Key: "two", Title: "Two", Fields: []Field{{Key: "two.a", Label: "A", Kind: Text, Answer: " "}}},
		{Key: "custom", Title: "Own", Custom: true, Fields: []Field{{Key: "own.3", Label: "Q", Kind: Text, Custom: true}}},
	}}
}

// outline writes a card's structure in one line: one(a b) two(c).
func outline(c *Card) string {
	var b strings.Builder
	for _, s := range c.Sections {
		keys := []string{}
		for _, f := range s.Fields {
			keys = append(keys, f.Key)
		}
		fmt.Fprintf(&b, "%s(%s) ", s.Key, strings.Join(keys, " "))
	}
	return strings.TrimSpace(b.String())
}

func TestProgress(t *testing.T) {
	c := sample()
	if got, want := c.Sections[0].Progress(), (Progress{Answered: 2, Fields: 4, EssentialAnswered: 1, Essential: 2}); got != want {
		t.Errorf("section: %+v, want %+v", got, want)
	}
	if got, want := c.Progress(), (Progress{Answered: 2, Fields: 6, EssentialAnswered: 1, Essential: 2}); got != want {
		t.Errorf("card: %+v, want %+v (an answer of space says nothing)", got, want)
	}
}

func TestKinds(t *testing.T) {
	if Model.Word() != "model card" || Datasheet.Word() != "datasheet" || Kind("recipe").Valid() || FieldKind("").Valid() {
		t.Error("kinds of cards or fields are mixed up")
	}
}

func TestDisplayName(t *testing.T) {
	long := strings.Repeat("é", MaxTitle+50)
	tests := []struct {
		title, answer, want string
		kind                Kind
	}{
		{"Title", "Answer", "Title", Model},
		{"", "Answer", "Answer", Model},
		{"  ", " Answer \nsecond line", "Answer ", Model},
		{"", "", "Untitled model card", Model},
		{"", "\n", "Untitled datasheet", Datasheet},
		{"", long, long[:2*MaxTitle], Model},
	}
	for _, tt := range tests {
		if got := DisplayName(tt.kind, tt.title, tt.answer); strings.TrimSpace(got) != strings.TrimSpace(tt.want) {
			t.Errorf("DisplayName(%q, %q) = %q, want %q", tt.title, tt.answer, got, tt.want)
		}
	}
}

func TestCloneSharesNothing(t *testing.T) {
	c := sample()
	d := c.Clone()
	d.Sections[0].Fields[0].Answer = "changed"
	d.Sections[1].Title = "changed"
	d.Sections = append(d.Sections, Section{Key: "new"})
	if outline(c) != outline(sample()) || c.Sections[0].Fields[0].Answer != "alpha" || c.Sections[1].Title != "Two" {
		t.Error("a change of the clone reached the card")
	}
}
