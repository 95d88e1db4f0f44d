package format

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"cardstock/card"
	"cardstock/e2e/soak"
)

// returned writes a card back into a file.
func returned(t testing.TB, c *card.Card, data []byte, as string) *Return {
	t.Helper()
	out, err := Back(t.Context(), templates(t), c, data, as)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// everyFile are the files of the corpus and the fixtures.
func everyFile(t testing.TB) map[string][]byte {
	files := map[string][]byte{}
	for _, pattern := range []string{"*/*.json", "*/*.md", "*/*.yaml", "*/*.txt"} {
		for name, data := range corpus(t, pattern) {
			files[name] = data
		}
	}
	for _, name := range []string{"card.json", "webcards-datasheet.json", "webcards-download.json", "webcards-model.json"} {
		files["own "+name] = fixture(t, name)
	}
	return files
}

// linesApart counts the lines that differ between two texts.
func linesApart(was, is []byte) (gone, come int) {
	a, b := strings.Split(string(was), "\n"), strings.Split(string(is), "\n")
	before, after := common(a, b)
	return len(a) - before - after, len(b) - before - after
}

// TestUntouchedFileIsTheSame: whatever a card came from, if it is not edited it goes back as the same bytes.
func TestUntouchedFileIsTheSame(t *testing.T) {
	undetected(t)
	for name, data := range everyFile(t) {
		r, err := Read(templates(t), data)
		if err != nil {
			continue
		}
		if out := returned(t, r.Card, data, r.As); string(out.Data) != string(data) || out.Anew {
			t.Errorf("%s (%s) is another file", name, r.As)
		}
	}
}

// TestOneEditIsOneLineOfEveryFile: whichever answer is edited, it comes back, so do all others, and little else of the file is changed.
func TestOneEditIsOneLineOfEveryFile(t *testing.T) {
	undetected(t)
	files := everyFile(t)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		data := files[name]
		r, err := Read(templates(t), data)
		if err != nil || r.Format == hubFormat || tooLongForAShare(data) {
			continue
		}
		edits, anew, wide := 0, 0, 0
		keys := answeredFields(r.Card)
		for i := 0; i < len(keys); i += max(1, len(keys)/soak.Share(100, 3)) {
			c := r.Card.Clone()
			now, _ := c.Field(keys[i])
			now.Answer = edited(now)
			out := returned(t, c, data, r.As)
			edits++
			if out.Anew {
				anew++
				t.Logf("%s: %s is written anew", name, keys[i])
				continue
			}
			again, err := Read(templates(t), out.Data)
			if err != nil || again.Format != r.Format {
				t.Errorf("%s, %s: %+v, %v", name, keys[i], again, err)
				continue
			}
			if is, _ := again.Card.Field(keys[i]); is == nil || strings.TrimSpace(is.Answer) != strings.TrimSpace(now.Answer) {
				t.Errorf("%s: %s is %+v, not %q", name, keys[i], is, now.Answer)
			}
			mended, _, _ := mendedFile(data)
			if gone, come := linesApart(mended, out.Data); gone != 1 || come != 1 {
				wide++
				t.Logf("%s: %s takes %d lines, gives %d", name, keys[i], gone, come)
			}
		}
		if 5*wide > edits+5 || anew > 0 && r.Format != cardstockFormat && r.Format != webCardsFormat {
			t.Errorf("%s: of %d edits %d change more than a line, %d are written anew", name, edits, wide, anew)
		}
		t.Logf("%-60s %-18s %3d edits, %d anew, %d of more than a line", name, r.As, edits, anew, wide)
	}
}

// TestEditedFileKeepsItsEncoding: a file that goes back with an edit is encoded as it was, and what stands around the card stays.
func TestEditedFileKeepsItsEncoding(t *testing.T) {
	const text = "{\n\t\"name\": \"Peas\",\n\t\"café\": {\"text\": \"Green\"}\n}\n"
	for name, encode := range map[string]func(string) []byte{
		"as it is":              func(s string) []byte { return []byte(s) },
		"mark":                  func(s string) []byte { return []byte("\ufeff" + s) },
		"UTF-16, little":        func(s string) []byte { return units(s, little, "\xff\xfe") },
		"UTF-16, big":           func(s string) []byte { return units(s, great, "\xfe\xff") },
		"UTF-16 without a mark": func(s string) []byte { return units(s, little, "") },
		"UTF-16, big, no mark":  func(s string) []byte { return units(s, great, "") },
		"CR":                    func(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", "\r")) },
		"Windows-1252":          func(s string) []byte { return []byte(strings.ReplaceAll(s, "é", "\xe9")) },
		"between marks":         func(s string) []byte { return []byte("```json\n" + s + "\n```\n") },
		"alone in a list":       func(s string) []byte { return []byte("[" + s + "]") },
	} {
		data := encode(text)
		r := read(t, data)
		c := r.Card.Clone()
		f, _ := c.Field("model_details.name")
		f.Answer = "Beans"
		out := returned(t, c, data, r.As)
		if want := encode(strings.Replace(text, "Peas", "Beans", 1)); out.Anew || string(out.Data) != string(want) {
			t.Errorf("%s: %v\n got %q\nwant %q", name, out.Anew, out.Data, want)
		}
	}
}

func TestStretchOf(t *testing.T) {
	for _, tt := range []struct {
		all, some []int
		want      int
	}{
		{[]int{1, 2, 3}, []int{1, 2, 3}, 0}, {[]int{0, 1, 2}, []int{1, 2}, 1}, {[]int{1, 1, 1, 2}, []int{1, 1, 2}, 1},
		{[]int{1, 2, 1, 2, 1, 3}, []int{1, 2, 1, 3}, 2}, {[]int{1, 2}, []int{2, 1}, -1}, {[]int{1}, []int{1, 1}, -1}, {nil, []int{1}, -1},
	} {
		if got := stretchOf(tt.all, tt.some); got != tt.want {
			t.Errorf("%v in %v: %d, want %d", tt.some, tt.all, got, tt.want)
		}
	}
}
