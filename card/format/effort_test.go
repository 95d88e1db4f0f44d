package format

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"cardstock/card"
)

// filled is a card that says the same in so many answers.
func filled(t testing.TB, kind card.FieldKind, n int, answer string) *card.Card {
	t.Helper()
	c := templates(t).Get("model").New()
	s := card.Section{Key: "s", Title: "S", Custom: true}
	for i := range n {
		s.Fields = append(s.Fields, card.Field{Key: fmt.Sprintf("custom.%d", i), Label: "Q", Kind: kind, Custom: true, Answer: answer})
	}
	c.Sections = append(c.Sections, s)
	return c
}

// asMarkdown is how many answers of a card are not shown as they were typed, and the effort of these.
func asMarkdown(c *card.Card) (n, effort int) {
	d := newDrawing(c)
	most := d.left
	for _, f := range c.Sections[len(c.Sections)-1].Fields {
		if !d.typed(&f) {
			n++
		}
	}
	return n, most - d.left
}

// ordinary is an answer as people write it where they write much.
const ordinary = "## Data\n\nTrained on [C4](https://example.org/c4) with `lr=1e-4` and *no* warm-up; see https://example.org/a or ask a@example.org.\n\n" +
	"- one\n- two **three**\n  - more of [it](https://example.org/b)\n\n> quoted\n> words\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nf(x)[0] * 2\n```\n\n1. first\n2. second\n\n" +
	"Some sentences that say something, and go on for a while without a mark in them, as most do, until there is one, which ends them.\n"

// TestOrdinaryCardsAreDrawn: however many answers are Markdown, all of them are read as such.
func TestOrdinaryCardsAreDrawn(t *testing.T) {
	many := strings.Repeat(ordinary, 4)
	if n, effort := asMarkdown(filled(t, card.Text, card.MaxFields, many)); n != card.MaxFields || len(many)*n < 3<<20 {
		t.Errorf("%d of 2,000 answers, %d bytes each, effort %d", n, len(many), effort)
	}
	if n, _ := asMarkdown(filled(t, card.Text, 50, strings.Repeat("A sentence of some length that says nothing much.\n", 2000))); n != 50 {
		t.Errorf("%d of 50 long answers", n)
	}
	if n, _ := asMarkdown(filled(t, card.List, 500, strings.Repeat("one [thing](https://example.org/a)\n", 50))); n != 500 {
		t.Errorf("%d of 500 lists", n)
	}
}

// TestWhatTakesLongIsShownAsTyped: what a parser of Markdown takes long for is drawn as far as the effort for a card reaches.
func TestWhatTakesLongIsShownAsTyped(t *testing.T) {
	undetected(t)
	ticks := ""
	for n := range 80 {
		ticks += strings.Repeat("`", n+1) + "a"
	}
	for what, tt := range map[string]struct {
		kind   card.FieldKind
		answer string
		most   int // answers that may be drawn
	}{
		"lists in lists":         {card.Text, strings.Repeat(strings.Repeat("- ", 39)+"a\n", 29), 400},
		"quotes in quotes":       {card.Text, strings.Repeat(strings.Repeat(">", 79)+"a\n\n", 29), 200},
		"links without an end":   {card.Text, strings.Repeat("[a](", 590), 700},
		"far ends":               {card.Text, strings.Repeat("![a](<", 600) + strings.Repeat(" word", 17_000), 25},
		"long addresses":         {card.Text, strings.Repeat("[a](", 900) + strings.Repeat("a", 90_000), 25},
		"backticks without ends": {card.Text, ticks + strings.Repeat("a\n", 40_000), 5},
		"emphasis":               {card.Line, strings.Repeat("_a*", 1300), 200},
		"strikes":                {card.Text, strings.Repeat("~a", 1190), 800},
		"addresses":              {card.Text, strings.Repeat("www.a.b ", 10_000), 15},
		"lines":                  {card.Text, strings.Repeat("a\n", 45_000), 20},
		"items":                  {card.List, strings.Repeat("a\n", 45_000), 5},
		"lines far in":           {card.Text, strings.Repeat("- ", 39) + strings.Repeat("a\n"+strings.Repeat("  ", 39), 1200), 80},
		"empty lines in lists":   {card.Text, strings.Repeat("- ", 20) + "a" + strings.Repeat("\n", 30_000) + "b", 3},
		"empty lines, quoted":    {card.Text, "> " + strings.Repeat("- ", 38) + "a\n" + strings.Repeat(">\n", 15_000) + "> b", 3},
	} {
		c := filled(t, tt.kind, min(card.MaxFields, card.MaxText/len(tt.answer)), tt.answer)
		if n, effort := asMarkdown(c); n == 0 || n > tt.most || effort > maxEffort {
			t.Errorf("%s: %d answers are drawn, with an effort of %d", what, n, effort)
		}
	}
}

// TestEmptyLinesInLists: an empty line counts once, and once more for each list that is open over it, until a line ends all of them.
func TestEmptyLinesInLists(t *testing.T) {
	undetected(t)
	const empty = 1000
	for answer, lists := range map[string]int{
		"a": 0, "- a": 1, "- - - a": 3, "> - - a": 3, "- a\n  - b\n    - c": 3, "- a\n\n  b": 1, "1. 1. a": 3, "-\t- a": 3,
		"- - - a\nb":       3, // which goes on with the item
		"- - - a\n\nb":     0,
		"- - - a\n\n- b":   1,
		"- - - a\n\n  - b": 3,
	} {
		n := (effort(answer+strings.Repeat("\n", 1+empty)) - effort(answer+"\n")) / empty
		if n != lineEffort/3*(1+lists) {
			t.Errorf("%q: an empty line counts %d, which are not %d lists", answer, n, lists)
		}
		is := 0
		for n := blockMarkdown.Parser().Parse(text.NewReader([]byte(answer))); n != nil; n = n.LastChild() {
			if n.Kind() == ast.KindList {
				is++
			}
		}
		if is > lists {
			t.Errorf("%q has %d lists, and %d are counted", answer, is, lists)
		}
	}
	// and as a whole card
	if n, _ := asMarkdown(filled(t, card.Text, 6, strings.Repeat("- ", 40)+"a"+strings.Repeat("\n", 95_000)+"b")); n != 0 {
		t.Errorf("%d of 6 are drawn", n)
	}
	loose := strings.Repeat("- one thing\n\n  - and another in it\n\n    - and a third\n\n", 700)
	if n, _ := asMarkdown(filled(t, card.Text, 100, loose)); n != 100 {
		t.Errorf("%d of 100 lists with empty lines", n)
	}
}

// TestHeavyCard: the page of a card that is nothing but nested lists is not many times as long as the card, and says all of it.
func TestHeavyCard(t *testing.T) {
	undetected(t)
	nested := strings.Repeat(strings.Repeat("- ", 39)+"a\n", 29)
	c := filled(t, card.Text, 2000, nested)
	html, err := Article(templates(t), c)
	if err != nil {
		t.Fatal(err)
	}
	typed, items := strings.Count(string(html), `<p class="answer plain" dir="auto">`+nested+"</p>"), strings.Count(string(html), "<li>")
	if typed < 1600 || typed == 2000 || items > 400_000 || len(html) > 16_000_000 {
		t.Errorf("%d answers as they were typed, %d items, %d bytes", typed, items, len(html))
	}
	n, _ := asMarkdown(c)
	if n+typed != 2000 || items != n*29*39 {
		t.Errorf("%d answers are drawn and %d are not, with %d items", n, typed, items)
	}
	d := newDrawing(c) // on paper the same ones
	for i, f := range c.Sections[len(c.Sections)-1].Fields {
		if i < n {
			d.typed(&f)
		} else if b := d.blocks(&f); len(b) != 1 || !b[0].code {
			t.Fatalf("answer %d is %d blocks on paper", i, len(b))
		}
	}
}

// TestHeavyShortCard: a card that says little may take less.
func TestHeavyShortCard(t *testing.T) {
	answer := strings.Repeat(strings.Repeat("- ", 39)+"a\n", 29)
	if n, effort := asMarkdown(filled(t, card.Text, 100, answer)); n == 0 || n == 100 || effort > maxEffort/4 {
		t.Errorf("%d of 100 short answers are drawn, with an effort of %d", n, effort)
	}
	if n, _ := asMarkdown(filled(t, card.List, 500, strings.Repeat("a short thing\n", 40))); n != 500 {
		t.Errorf("%d of 500 lists", n)
	}
	if n, _ := asMarkdown(filled(t, card.Text, 100, strings.Repeat("- somebody@example.org\n", 100))); n != 100 {
		t.Errorf("%d of 100 lists of addresses", n)
	}
}

// TestNobodyWaitsForAnArticle: it is not drawn to the end.
func TestNobodyWaitsForAnArticle(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	leave()
	c := filled(t, card.Text, 2, "a")
	if html, err := ArticleFrom(ctx, templates(t), c, dataURL); !errors.Is(err, context.Canceled) || html != "" {
		t.Errorf("%q, %v", html, err)
	}
	if data, err := pageFormat.Write(ctx, templates(t), c, nil); !errors.Is(err, context.Canceled) || data != nil {
		t.Errorf("%q, %v", data, err)
	}
}
