package format

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"cardstock/card"
)

// TestSortedHaystack: when a haystack was gone through often enough, the same is found in the same places as before.
func TestSortedHaystack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	words := []string{"a", "é", "No", "aa", "ab", "pea", "peas", "12", "1", "x, y", "“", "日本"}
	c := &card.Card{Sections: []card.Section{{}}}
	for i := range 60 {
		var b strings.Builder
		for range 200 {
			b.WriteString(words[r.IntN(len(words))] + strings.Repeat(" ", r.IntN(2)) + strings.Repeat("\n", r.IntN(9)/8))
		}
		c.Sections[0].Fields = append(c.Sections[0].Fields, card.Field{Key: fmt.Sprint("k", i), Kind: card.Text, Answer: b.String()})
	}
	slow, quick := everything(c), everything(c)
	quick.read = enoughReads * len(quick.text)
	found, nowhere := 0, 0
	for range 20_000 {
		at := r.IntN(len(slow.text))
		s := slow.text[at:min(at+r.IntN(8)+1, len(slow.text))] + strings.Repeat("z", r.IntN(20)/19)
		if card.Blank(s) {
			continue
		}
		slow.read = 0
		want, got := slow.find(s), quick.find(s)
		if (want == nil) != (got == nil) || want != nil && want.field != got.field {
			t.Fatalf("%q: %v, want %v", s, got, want)
		}
		if found++; got == nil {
			nowhere++
		}
	}
	if slow.sorted != nil || quick.sorted == nil || len(quick.common) == 0 || nowhere == 0 || nowhere == found {
		t.Errorf("%v %v, %d common, %d of %d nowhere", slow.sorted != nil, quick.sorted != nil, len(quick.common), nowhere, found)
	}
}

// TestManyCellsAreFoundSoon: what became of 60,000 metrics in a format that has no place for them is known within seconds. It took a minute.
func TestManyCellsAreFoundSoon(t *testing.T) {
	undetected(t)
	c := read(t, manyMetrics(60_000)).Card
	for _, f := range []*Format{hubFormat, mitchellFormat} {
		data, err := f.Write(t.Context(), templates(t), c, nil)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if l, err := Account(t.Context(), templates(t), c, f, data); err != nil || l.Totals[LeftOut] > 0 {
			t.Errorf("%s: %v", f.Name, err)
		}
		took := time.Since(start)
		t.Logf("%s: %v", f.Name, took)
		if took > 25*time.Second {
			t.Errorf("%s takes %v", f.Name, took)
		}
	}
}
