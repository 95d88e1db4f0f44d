package format

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestExtras: what is structure and no prose is kept as JSON in a section of its own, comes back from our own file, goes back into the file it
// came from, edited too, and goes when it is deleted.
func TestExtras(t *testing.T) {
	for name, tt := range map[string]struct{ file, was, edited, is string }{
		"mct":       {`{"schema_version": "0.0.1", "model_details": {"name": "Peas"}, "model_parameters": {"confusion": [[1, 2.50], [3, 4]]}}`, "[[1, 2.50], [3, 4]]", "[[1, 2.75], [3, 4]]", "[[1, 2.75], [3, 4]]"},
		"cyclonedx": {`{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "machine-learning-model", "name": "Peas", "odd": [[1], [2]]}]}`, "[[1], [2]]", "[[1], [2], [3]]", "[[1], [2], [3]]"},
		"sagemaker": {`{"model_overview": {"model_name": "Peas", "grid": [[1, 2], [3, 4]]}, "intended_uses": {}}`, "[[1, 2], [3, 4]]", "[[1, 2], [3, 5]]", "[[1, 2], [3, 5]]"},
		"mitchell":  {`{"intended_use": {"primary_uses": "To eat"}, "quantitative_analyses": {}, "metrics": {"model_performance_measures": "x", "roc": [[0, 1], [1, 1]]}}`, "[[0, 1], [1, 1]]", "[[0, 1]]", "[[0, 1]]"},
		"json":      {`{"name": "Peas", "a": {"grid": [[1, {"b": "two"}]]}}`, `[[1, {"b": "two"}]]`, `[[1, {"b": "three", "c": null}]]`, `[[1, {"b": "three", "c": null}]]`},
		"yaml":      {"name: Peas\na:\n  grid:\n  - [1, 2] # one\n  - - 3\n    - 4\n", "[[1, 2], [3, 4]]", "[[1, 2], [3, 5]]", "name: Peas\na:\n  grid:\n  - [1, 2] # one\n  - - 3\n    - 5\n"},
		"numbers":   {`{"name": "Peas", "a": {"curve": [0.10, 0.20, 0.30, 0.40, 0.50, 0.60, 0.70, 0.80, 0.90]}}`, "[0.10, 0.20, 0.30, 0.40, 0.50, 0.60, 0.70, 0.80, 0.90]", "[0.10, 0.25, 0.30, 0.40, 0.50, 0.60, 0.70, 0.80, 0.90]", "0.25"},
	} {
		r := read(t, []byte(tt.file))
		s := r.Card.Section(extrasKey)
		if s == nil || len(s.Fields) != 1 || s.Fields[0].Answer != tt.was || !s.Fields[0].Custom || !strings.Contains(strings.Join(r.Notes, " "), "structure rather than") {
			t.Errorf("%s: %+v, %q", name, s, r.Notes)
			continue
		}
		same(t, read(t, encode(t, ".json", r.Card)).Card, r.Card)
		c := r.Card.Clone()
		c.Section(extrasKey).Fields[0].Answer = tt.edited
		out := returned(t, c, []byte(tt.file), r.As)
		if out.Anew || !strings.Contains(string(out.Data), tt.is) || len(out.Data) > len(tt.file)+20 {
			t.Errorf("%s, edited: %v %q", name, out.Anew, out.Data)
		}
		c.Section(extrasKey).Fields = nil
		out = returned(t, c, []byte(tt.file), r.As)
		if again, err := Read(templates(t), out.Data); out.Anew || err != nil || again.Card.Section(extrasKey) != nil {
			t.Errorf("%s, deleted: %v %v %q", name, out.Anew, err, out.Data)
		}
	}
}

// TestEqualStructures: of structures that say the same the one is changed that the question came from, each time.
func TestEqualStructures(t *testing.T) {
	grid, curve := "[[1, 2], [3, 4]]", strings.TrimSuffix(strings.Repeat("0.10, ", 9), ", ")
	for what, file := range map[string]string{
		"beside": `{"name": "P", "a": {"grid": ` + grid + `}, "b": {"grid": ` + grid + `}, "c": {"x": [` + grid + `, ` + grid + `]}}`,
		"within": `{"name": "P", "a": [` + grid + `], "b": ` + grid + `, "c": [[` + curve + `], ` + grid + `], "d": [` + curve + `]}`,
	} {
		r := read(t, []byte(file))
		all := r.Card.Section(extrasKey).Fields
		for i := range all {
			c := r.Card.Clone()
			f := &c.Section(extrasKey).Fields[i]
			f.Answer = strings.NewReplacer("[3,", "[5,", ", 0.10]", ", 0.25]").Replace(f.Answer)
			first := returned(t, c, []byte(file), r.As)
			for range 8 {
				if out := returned(t, c, []byte(file), r.As); string(out.Data) != string(first.Data) {
					t.Fatalf("%s, %s: once\n%s\nand once\n%s", what, f.Key, first.Data, out.Data)
				}
			}
			again := read(t, first.Data).Card.Section(extrasKey).Fields
			for j := range again {
				if want := c.Section(extrasKey).Fields[j].Answer; first.Anew || again[j].Answer != want {
					t.Errorf("%s, %s edited (anew: %v): %s is %s, want %s in\n%s", what, f.Key, first.Anew, again[j].Key, again[j].Answer, want, first.Data)
				}
			}
		}
	}
}

// TestLongAnswersGoOn: what is more than an answer or a table can hold is in a further one, and goes back into the file.
func TestLongAnswersGoOn(t *testing.T) {
	undetected(t)
	var b strings.Builder
	b.WriteString(`{"schema_version": "0.0.2", "model_details": {"name": "Peas", "references": [`)
	for i := range 6000 {
		fmt.Fprintf(&b, `%s{"reference": "https://example.org/a/long/path/%d"}`, strings.Repeat(", ", min(i, 1)), i)
	}
	b.WriteString(`]}, "quantitative_analysis": {"performance_metrics": [`)
	for i := range 5000 {
		fmt.Fprintf(&b, `%s{"type": "m%d", "value": "0.%d", "slice": "all"}`, strings.Repeat(",\n", min(i, 1)), i, i)
	}
	b.WriteString("]}}")
	text := b.String()
	r := read(t, []byte(text))
	references, rows := 0, 0
	for _, s := range r.Card.Sections {
		for _, f := range s.Fields {
			switch {
			case strings.HasPrefix(f.Key, "model_details.references"):
				references += strings.Count(f.Answer, "https")
			case f.Key == metricsKey || strings.HasPrefix(f.Key, "mct.metrics"):
				rows += len(f.ParseRows())
			}
		}
	}
	if references != 6000 || rows != 5000 {
		t.Errorf("%d references, %d rows", references, rows)
	}
	for key, edit := range map[string][2]string{"mct.metrics": {`"m4000"`, `"a longer name of 4000"`}, "model_details.references.more": {"/5000", "/five-thousand-and-a-few-more"}} {
		c := r.Card.Clone()
		for i := range c.Sections {
			for j := range c.Sections[i].Fields {
				if f := &c.Sections[i].Fields[j]; strings.HasPrefix(f.Key, key) {
					f.Answer = strings.Replace(f.Answer, edit[0], edit[1], 1)
				}
			}
		}
		if out := returned(t, c, []byte(text), r.As); string(out.Data) != strings.Replace(text, edit[0], edit[1], 1) {
			t.Errorf("%s: anew %v, %d bytes of %d", key, out.Anew, len(out.Data), len(text))
		}
	}
}

// measured is how long something takes, and how many megabytes it asks for in all.
func measured(do func()) (took time.Duration, spent uint64) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	do()
	took = time.Since(start)
	runtime.ReadMemStats(&after)
	return took, (after.TotalAlloc - before.TotalAlloc) >> 20
}

// largeFile is a card of 20,000 texts in 5 MB.
func largeFile(yaml bool) string {
	var b strings.Builder
	words := strings.Repeat("some words and more ", 11)
	first, part, item, between, end, last := `{"model_details": {"name": "Peas"}, "considerations": {}`, ",\n \"part_%d\": [", `{"text_%d": "%s%d"}`, ", ", "]", "\n}\n"
	if yaml {
		first, part, item, between, end, last = "model_details:\n  name: Peas\nconsiderations: {}\n", "part_%d:\n", "  - text_%d: %s%d\n", "", "", ""
	}
	b.WriteString(first)
	for i := range 200 {
		fmt.Fprintf(&b, part, i)
		for j := range 100 {
			b.WriteString(strings.Repeat(between, min(j, 1)))
			fmt.Fprintf(&b, item, j, words, i*j)
		}
		b.WriteString(end)
	}
	return b.String() + last
}

// TestLargeFileIsQuick: 5 MB with 20,000 texts are read within a second, all of them, and go back.
func TestLargeFileIsQuick(t *testing.T) {
	undetected(t)
	for _, yaml := range []bool{false, true} {
		text := largeFile(yaml)
		took, spent := measured(func() {
			r := read(t, []byte(text))
			n := 0
			for _, f := range r.Card.Section(extrasKey).Fields {
				n += leaves(parseStructure(f.Answer))
			}
			if n != 20_000 || r.Card.Check() != nil {
				t.Errorf("%d texts", n)
			}
		})
		if took > 10*time.Second || spent > 300 {
			t.Errorf("YAML %v takes %v and %d MB", yaml, took, spent)
		}
		t.Logf("YAML %v: %d MB, read in %v with %d MB", yaml, len(text)>>20, took, spent)
		c := read(t, []byte(text)).Card
		f, _ := c.Field("model_details.name")
		f.Answer = "Beans"
		took, spent = measured(func() {
			out := returned(t, c, []byte(text), "mct")
			if string(out.Data) != strings.Replace(text, "Peas", "Beans", 1) {
				t.Error("another file")
			}
		})
		t.Logf("YAML %v: written back in %v with %d MB", yaml, took, spent)
	}
}
