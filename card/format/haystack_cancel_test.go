package format

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"cardstock/card"
)

// manyMetrics is a file of the Model Card Toolkit with so many metrics.
func manyMetrics(n int) []byte {
	var b strings.Builder
	b.WriteString(`{"schema_version": "0.0.2", "model_details": {"name": "Peas"}, "quantitative_analysis": {"performance_metrics": [`)
	for i := range n {
		fmt.Fprintf(&b, "%s{\"type\": \"t%d\", \"value\": \"%d\", \"slice\": \"s\"}", strings.Repeat(",", min(i, 1)), i, i)
	}
	return []byte(b.String() + "]}}")
}

// TestAccountForNobody: an account ends soon when nobody waits for it any more, be it for many answers or for one that is in many parts; what an export
// needs is not told then, nor that an edited file says all. It went on for a minute, and kept others from exporting.
func TestAccountForNobody(t *testing.T) {
	c := read(t, manyMetrics(9000)).Card
	for _, f := range []*Format{hubFormat, mitchellFormat} {
		data, err := f.Write(t.Context(), templates(t), c, nil)
		if err != nil {
			t.Fatal(err)
		}
		looks := &ending{t.Context(), 1 << 30}
		if _, err := Account(looks, templates(t), c, f, data); err != nil {
			t.Fatal(err)
		}
		all := 1<<30 - looks.left
		if all < 50 {
			t.Errorf("%s: nobody looks more often than %d times who waits", f.Name, all)
		}
		for _, n := range []int{2, 3, all / 2, all - 2} {
			e := &ending{t.Context(), n}
			if l, err := Account(e, templates(t), c, f, data); !errors.Is(err, context.Canceled) || l != nil {
				t.Errorf("%s, after %d looks: %v", f.Name, n, err)
			}
			if more := -e.left; more > all/2 {
				t.Errorf("%s, after %d looks: it goes on for %d more", f.Name, n, more)
			}
		}
	}
	there := everything(&card.Card{Sections: []card.Section{{Fields: []card.Field{{Answer: "some words"}}}}})
	if there.ctx = t.Context(); there.find("word") == nil {
		t.Error("a word is not found")
	}
	if there.ctx = (&ending{t.Context(), 0}); there.find("word") != nil {
		t.Error("a word is found for nobody")
	}
}
