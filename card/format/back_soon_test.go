package format

import (
	"fmt"
	"strings"
	"testing"

	"cardstock/card"
)

// TestManyEditsCompareLittle: of thirty edits of a long file, for some of which it has no place, each try compares what was edited, and not all of the card
// with all of the file. That took ten gigabytes of memory in all, one after the other, and as many seconds.
func TestManyEditsCompareLittle(t *testing.T) {
	undetected(t)
	var b strings.Builder
	for i := range 1900 {
		fmt.Fprintf(&b, ", \"k%d\": %q", i, strings.Repeat("v w ", 600))
	}
	text := `{"name": "Peas"` + b.String() + "}"
	r := read(t, []byte(text))
	edits := 0
	for i := range r.Card.Sections {
		for j := range min(3, len(r.Card.Sections[i].Fields)) {
			if edits++; edits <= 30 {
				f := &r.Card.Sections[i].Fields[j]
				f.Answer = "An edited answer that is new. " + f.Key
			}
		}
	}
	took, spent := measured(func() { _ = returned(t, r.Card, []byte(text), r.As) })
	if t.Logf("%v, %d MB", took, spent); spent > 5000 {
		t.Errorf("30 edits take %v, and %d MB", took, spent)
	}
}

// TestDiffersAsDifferences: of each thing it is known by itself what is known of all.
func TestDiffersAsDifferences(t *testing.T) {
	for name, text := range sources {
		r := read(t, []byte(text))
		d, f, err := openAs([]byte(text), r.As)
		if err != nil {
			t.Fatal(err)
		}
		c := r.Card.Clone()
		for i := range c.Sections {
			for j := range c.Sections[i].Fields {
				switch f := &c.Sections[i].Fields[j]; (i + j) % 3 {
				case 0:
					f.Answer = "Edited"
				case 1:
					f.Answer = ""
				}
			}
		}
		b, err := newBacker(t.Context(), templates(t), c, f, d)
		if err != nil {
			t.Fatal(err)
		}
		b.was = things(b.card)
		all := b.differences()
		if len(all) == 0 {
			t.Errorf("%s: nothing differs", name)
		}
		for _, of := range []*card.Card{c, r.Card} {
			for of := range things(of) {
				if _, want := all[of]; b.differs(of) != want {
					t.Errorf("%s: %v differs: %v", name, of, !want)
				}
			}
		}
	}
}
