package format

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"cardstock/card"
	"cardstock/e2e/soak"
)

// leafTexts counts the texts of a file: of JSON and YAML each with its path, of a README each line.
func leafTexts(t *testing.T, data []byte) map[string]int {
	t.Helper()
	d, err := Open(data)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]int{}
	if d.json == nil {
		for line := range strings.Lines(d.text) {
			all[strings.TrimSpace(line)]++
		}
		return all
	}
	var walk func(path string, v *value)
	walk = func(path string, v *value) {
		for i := range v.items {
			walk(path+"[]", &v.items[i])
		}
		for i := range v.members {
			walk(path+"."+v.members[i].name, &v.members[i].value)
		}
		if v.kind < listValue {
			all[fmt.Sprint(path, " ", v.kind, " ", v.text)]++
		}
	}
	walk("", d.json)
	return all
}

// missing counts the texts of a file that are not in another.
func missing(was, is map[string]int) (n int) {
	for text, count := range was {
		n += max(0, count-is[text])
	}
	return n
}

// TestTableOfEveryFile prints, of each file of the corpus, what it is read as, how many texts it has and how many answers these are, and what becomes of
// it on its way back: not edited it is the same bytes; with an answer edited all texts are there but that one, and most of its lines; a second time it
// is the same file.
func TestTableOfEveryFile(t *testing.T) {
	undetected(t)
	files := everyFile(t)
	t.Logf("%-72s %-18s %6s %8s %6s %6s %9s %5s %4s", "file", "read as", "texts", "answers", "edits", "lines", "texts off", "again", "anew")
	for _, name := range slices.Sorted(maps.Keys(files)) {
		data := files[name]
		r, err := Read(templates(t), data)
		if err != nil {
			t.Logf("%-72s %.100v", name, err)
			continue
		}
		if out := returned(t, r.Card, data, r.As); string(out.Data) != string(data) {
			t.Errorf("%s: not edited it is another file", name)
		}
		was := leafTexts(t, data)
		texts, edits, most, off, again, anew := 0, 0, 0, 0, 0, 0
		for _, n := range was {
			texts += n
		}
		fields := answeredFields(r.Card)
		if tooLongForAShare(data) {
			fields = fields[:1]
		}
		step := max(1, len(fields)/soak.Share(200, 2))
		for i := 0; i < len(fields); i += step {
			c := r.Card.Clone()
			now, _ := c.Field(fields[i])
			now.Answer = edited(now)
			out := returned(t, c, data, r.As)
			edits++
			if out.Anew {
				anew++
				continue
			}
			gone, come := linesApart(data, out.Data)
			most, off = max(most, gone, come), max(off, missing(was, leafTexts(t, out.Data)))
			if off > 2 && r.Format != hubFormat {
				t.Errorf("%s: with %s edited %d texts are missing", name, fields[i], off)
			}
			if back := returned(t, read(t, out.Data).Card, out.Data, r.As); string(back.Data) != string(out.Data) {
				again++
				t.Errorf("%s: with %s edited it is another file the second time", name, fields[i])
			}
		}
		if anew > 0 && r.Format != cardstockFormat && r.Format != webCardsFormat {
			t.Errorf("%s: %d edits had no place", name, anew)
		}
		t.Logf("%-72s %-18s %6d %8d %6d %6d %9d %5d %4d", name, r.As, texts, len(fields), edits, most, off, again, anew)
	}
}

// tooLongForAShare reports whether a file is edited in the full run only.
func tooLongForAShare(data []byte) bool { return !soak.Full() && len(data) > 100_000 }

func answeredFields(c *card.Card) (keys []string) {
	for _, s := range c.Sections {
		for _, f := range s.Fields {
			if !card.Blank(f.Answer) {
				keys = append(keys, f.Key)
			}
		}
	}
	return keys
}
