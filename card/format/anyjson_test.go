package format

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"cardstock/card"
)

// TestSectionsOfNamesThatAreNoKeys: each object at the top is a section under its own name, be that no key or the key of another; the same file
// makes the same keys, and what is edited or new in a section goes back to its own place.
func TestSectionsOfNamesThatAreNoKeys(t *testing.T) {
	const file = "{\n  \"Model Details\": {\"text\": \"Green\"},\n  \"Intended Use\": {\"text\": \"To eat\", \"more\": \"x\"},\n  \"éthique\": {\"текст\": \"Good\"},\n" +
		"  \"(\": {\"a\": \"b\"},\n  \"/\": {\"a\": \"c\"},\n  \"A.b\": {\"a\": \"d\"},\n  \"a_b\": {\"a\": \"e\"},\n  \"a/b.c\": {\"a\": \"f\"},\n  \"Empty one\": {}\n}\n"
	want := map[string]string{"json_entry": "Model Details", "json_entry-2": "Intended Use", "json_entry-3": "Éthique", "json_entry-4": "(", "json_entry-5": "/",
		"json_a_b": "A, b", "json_a_b-2": "A b", "json_entry-6": "A/b, c"}
	r := read(t, []byte(file))
	for range 5 {
		titles := map[string]string{}
		for _, s := range read(t, []byte(file)).Card.Sections {
			if s.Custom {
				titles[s.Key] = s.Title
			}
		}
		if !maps.Equal(titles, want) {
			t.Fatalf("sections %v, want %v", titles, want)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(want)) {
		c := r.Card.Clone()
		s := c.Section(key)
		s.Fields[0].Answer = "Edited"
		s.Fields = append(s.Fields, card.Field{Key: "custom.1", Label: "Who?", Kind: card.Text, Custom: true, Answer: "New here"})
		out := returned(t, c, []byte(file), r.As)
		again := read(t, out.Data).Card
		is := again.Section(key)
		if out.Anew || is == nil || is.Fields[0].Answer != "Edited" || !everything(again).holds("New here") {
			t.Errorf("%s (anew: %v) comes back as %+v from\n%s", key, out.Anew, is, out.Data)
		}
		// What stands in the middle would make another question of each one below that has no key of its own, and so comes last.
		last := strings.HasPrefix(key, "json_a") || key == "json_entry-6"
		if gone, come := linesApart([]byte(file), out.Data); last && (gone != 1 || come != 1 || is.Fields[len(is.Fields)-1].Answer != "New here") {
			t.Errorf("%s: %d lines are %d:\n%s", key, gone, come, out.Data)
		}
	}
}

// TestWords: a label of a path keeps its first letter, whatever the script.
func TestWords(t *testing.T) {
	for path, want := range map[string]string{"": "Entry", "data.text": "Data, text", "été_2": "Été 2", "данные": "Данные", "模型.名": "模型, 名", "ßa": "ßa", "1": "1"} {
		if got := words(path); got != want {
			t.Errorf("%q is %q, want %q", path, got, want)
		}
	}
	r := read(t, []byte(`{"é": {"à propos": "x"}, "model": {"日本": "y"}}`))
	labels := ""
	for _, s := range r.Card.Sections {
		if s.Custom {
			labels += s.Title + ": " + s.Fields[0].Label + "; "
		}
	}
	if strings.TrimSpace(labels) != "É: À propos; Model: 日本;" {
		t.Errorf("%s", labels)
	}
}

// TestNameBesideTitle: a file's name is the card's, its title beside it a question; alone it is the name.
func TestNameBesideTitle(t *testing.T) {
	for file, want := range map[string][2]string{
		`{"title":"My BERT","name":"bert"}`: {"bert", "My BERT"}, `{"name":"","title":"My BERT","a":"b"}`: {"My BERT", ""}, `{"model_name":"bert","title":"My BERT"}`: {"bert", "My BERT"},
	} {
		r := read(t, []byte(file))
		title := ""
		if f, _ := r.Card.Field("json.title"); f != nil {
			title = f.Answer
		}
		name, _ := r.Card.Field("model_details.name")
		if name.Answer != want[0] || title != want[1] {
			t.Errorf("%s: %q and %q", file, name.Answer, title)
		}
		name.Answer = "Peas"
		if out := returned(t, r.Card, []byte(file), r.As); string(out.Data) != strings.Replace(file, `"`+want[0]+`"`, `"Peas"`, 1) {
			t.Errorf("renamed: %s", out.Data)
		}
	}
}

// TestTableInAFileOfAnyShape: a table of metrics comes into a file of another shape as rows, not as a text of JSON, and is read as the table again.
func TestTableInAFileOfAnyShape(t *testing.T) {
	const rows = `[{"metric":"accuracy","slice":"all","value":"0.5"},{"metric":"f1","value":"0.6"}]`
	for file, want := range map[string]string{
		"{\n  \"model_name\": \"peas\",\n  \"accuracy\": 0.8\n}\n": `"metric": "accuracy",`,
		"model_name: peas\naccuracy: 0.8 # of ten\n":               "metric: accuracy\n",
	} {
		r := read(t, []byte(file))
		set(t, r.Card, metricsKey, rows)
		out := returned(t, r.Card, []byte(file), r.As)
		if out.Anew || !strings.Contains(string(out.Data), want) || answer(t, read(t, out.Data).Card, metricsKey) != rows {
			t.Errorf("anew %v\n%s", out.Anew, out.Data)
		}
		again := read(t, out.Data).Card
		set(t, again, metricsKey, strings.Replace(rows, "0.6", "0.7", 1))
		second := returned(t, again, out.Data, r.As)
		if want := strings.Replace(string(out.Data), "0.6", "0.7", 1); second.Anew || string(second.Data) != want {
			t.Errorf("anew %v\n%s\nwant\n%s", second.Anew, second.Data, want)
		}
	}
}
