package format

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// longFile is a file of many texts.
func longFile(leaves int) []byte {
	var b strings.Builder
	b.WriteString(`{"name": "Peas"`)
	for i := range leaves {
		fmt.Fprintf(&b, ",\n \"part %d\": {\"text\": \"what %d says\"}", i%200, i)
	}
	return []byte(b.String() + "}\n")
}

// An ending is a context that ends when it was asked so many times.
type ending struct {
	context.Context
	left int
}

func (e *ending) Err() error {
	if e.left--; e.left < 0 {
		return context.Canceled
	}
	return nil
}

// TestNobodyWaits: what goes back into a file stops soon when nobody waits for it any more.
func TestNobodyWaits(t *testing.T) {
	file := []byte(sources["mct"])
	r := read(t, file)
	f, _ := r.Card.Field("model_details.name")
	f.Answer = "Beans"
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if out, err := Back(gone, templates(t), r.Card, file, r.As); !errors.Is(err, context.Canceled) {
		t.Errorf("%+v, %v", out, err)
	}
	for n := range 4 {
		out, err := Back(&ending{t.Context(), n}, templates(t), r.Card, file, r.As)
		if err == nil && string(out.Data) != strings.Replace(string(file), `Pe\u00e4s`, "Beans", 1) || err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("after %d looks: %+v, %v", n, out, err)
		}
	}
}

// TestManyRenamedQuestionsDoNotCostTheFile: words that have no place in a file do not make it be written anew.
func TestManyRenamedQuestionsDoNotCostTheFile(t *testing.T) {
	file := longFile(400)
	r := read(t, file)
	for i := range r.Card.Sections {
		for j := range r.Card.Sections[i].Fields {
			if f := &r.Card.Sections[i].Fields[j]; f.Custom {
				f.Label = fmt.Sprint("Other ", i, j)
			}
		}
	}
	f, _ := r.Card.Field("model_details.name")
	f.Answer = "Beans"
	out := returned(t, r.Card, file, r.As)
	if want := strings.Replace(string(file), "Peas", "Beans", 1); string(out.Data) != want || out.Anew {
		t.Errorf("anew %v: %s", out.Anew, clipped(out.Data))
	}
	if n := len(out.Account(templates(t), r.Card).Words); n < 200 {
		t.Errorf("it is told of %d questions", n)
	}
}
