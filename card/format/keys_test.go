package format

import (
	"strings"
	"testing"

	"cardstock/card"
)

// TestKeysOfWords: a question of a file is called by the words of its name where these make a key, be there spaces and marks in it. A card of an earlier
// reader, which numbered these, goes back into its file as it was, and an edit of it to its place.
func TestKeysOfWords(t *testing.T) {
	const file = `{"@type": "Tree", "@kind": "Bush", "file format": "CSV", "Größe": "7", "file_format": "text", "Länge": "8", "cr:note": "Green", "@": "at", "deep": {"Own Words": ["a", "b"]}}`
	r := read(t, []byte(file))
	for key, want := range map[string]string{"model_details.type": "Tree", "json.kind": "Bush", "json.file_format": "CSV", "json.file_format-2": "text", "json.entry": "7", "json.entry-2": "8", "json.cr_note": "Green",
		"json.entry-3": "at", "json.deep.own_words": "a\nb"} {
		if f, _ := r.Card.Field(key); f == nil || f.Answer != want {
			t.Errorf("%s: %+v, want %q", key, f, want)
		}
	}
	earlier := newBuilder(templates(t), card.Model).card
	custom := func(key, answer string) card.Field {
		return card.Field{Key: "json." + key, Kind: card.Text, Custom: true, Answer: answer}
	}
	earlier.Sections = append(earlier.Sections, card.Section{Key: "other", Custom: true, Fields: []card.Field{custom("entry", "Tree"), custom("entry-2", "Bush"), custom("entry-3", "CSV"), custom("entry-4", "7"),
		custom("file_format", "text"), custom("entry-5", "8"), custom("entry-6", "Green"), custom("entry-7", "at")}},
		card.Section{Key: "json_deep", Custom: true, Fields: []card.Field{{Key: "json.entry-8", Kind: card.List, Custom: true, Answer: "a\nb"}}})
	for i := -1; i < len(earlier.Section("other").Fields); i++ {
		c, want := earlier.Clone(), file
		var history []card.Field
		if i >= 0 {
			f := &c.Section("other").Fields[i]
			history = append(history, *f)
			want = strings.Replace(file, `"`+f.Answer+`"`, `"new"`, 1)
			f.Answer, f.Rev = "new", 1
		}
		out, err := Back(t.Context(), templates(t), CatchUp(templates(t), c, []byte(file), "json", history), []byte(file), "json")
		if err != nil || string(out.Data) != want {
			t.Errorf("%d: %v\n%s, want\n%s", i, err, out.Data, want)
		}
	}
}
