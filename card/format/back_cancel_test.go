package format

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"cardstock/card"
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
	if n := len(out.Account(t.Context(), templates(t), r.Card).Words); n < 200 {
		t.Errorf("it is told of %d questions", n)
	}
}

// A watch is a context that notes for how long nobody looked whether it ended.
type watch struct {
	context.Context
	last    time.Time
	longest time.Duration
}

func (w *watch) Err() error {
	w.longest = max(w.longest, time.Since(w.last))
	w.last = time.Now()
	return nil
}

// TestWhoLeavesIsNoticedSoon: while a long file is written, of whatever sort and however it was edited, it is looked often whether somebody still
// waits. It took 47 seconds from one look to the next where a file had hundreds of parts of one name.
func TestWhoLeavesIsNoticedSoon(t *testing.T) {
	undetected(t)
	words := strings.Repeat("word ", 50)
	entries := func(n int, head, tail string, entry string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, entry+",", i, words)
		}
		return head + strings.TrimSuffix(b.String(), ",") + tail
	}
	aliases := "name: Peas\nall: [" + strings.Repeat("&b {x: Green, y: Round}, *b, ", 100) + strings.Repeat("*b, ", 9_000) + "z]\n"
	for name, text := range map[string]string{
		"parts of one name": entries(17_000, `{"name":"Peas",`, `}`, `"part": {"text %d": %q}`),
		"aliases":           aliases,
		"README":            "---\nmodel-index:\n- name: x\n  results:\n" + strings.Repeat("  - {task: {type: a}, dataset: {name: b, type: c}, metrics: [{type: acc, value: 0.9}]}\n", 1500) + "---\n# Peas\n" + strings.Repeat("## Uses\n\n"+words+"\n\n", 4000),
		"properties":        entries(17_000, `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"machine-learning-model","name":"Peas","properties":[`, `]}]}`, `{"name":"r%d","value":%q}`),
	} {
		r := read(t, []byte(text))
		for i := range r.Card.Sections {
			for j := range r.Card.Sections[i].Fields {
				if f := &r.Card.Sections[i].Fields[j]; f.Answered() {
					f.Answer = edited(f)
				}
			}
		}
		start := time.Now()
		w := &watch{Context: t.Context(), last: start}
		_, err := Back(w, templates(t), r.Card, []byte(text), r.As)
		_ = w.Err()
		t.Logf("%s: %v, longest without a look %v", name, time.Since(start).Round(time.Millisecond), w.longest.Round(time.Millisecond))
		if err != nil || w.longest > 10*time.Second {
			t.Errorf("%s: %v; nobody looked for %v", name, err, w.longest)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if out, err := r.Format.Write(gone, templates(t), r.Card, []byte(text)); r.Format.Encode != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %d bytes, %v", name, len(out), err)
		}
	}
	if texts := freed(&ending{t.Context(), 100}, aliases); len(texts) > 0 {
		t.Errorf("aliases were written out %d times for nobody", len(texts))
	}
}

// TestPDFForNobody: a PDF, and the search in one, end early too.
func TestPDFForNobody(t *testing.T) {
	c := templates(t).Get("model").New()
	for i := range 4 {
		c.Sections[0].Fields = append(c.Sections[0].Fields, card.Field{Key: fmt.Sprint("own.", i), Label: "Q", Kind: card.Text, Custom: true, Answer: strings.Repeat("word ", 500)})
	}
	data := encode(t, ".pdf", c)
	for n := range 5 {
		if out, err := pdfFormat.Write(&ending{t.Context(), n}, templates(t), c, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("after %d looks: %d bytes, %v", n, len(out), err)
		}
		if l, err := Account(&ending{t.Context(), min(n, 2)}, templates(t), c, pdfFormat, data); !errors.Is(err, context.Canceled) {
			t.Errorf("after %d looks: %+v, %v", n, l, err)
		}
	}
}
