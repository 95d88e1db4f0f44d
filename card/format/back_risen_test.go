package format

import (
	"strings"
	"testing"
)

// TestNameTakenAway: without its name a file loses that and nothing else, though its title is read as the name then, and another heading of a README
// is not.
func TestNameTakenAway(t *testing.T) {
	for _, tt := range []struct{ file, gone, with, named string }{
		{"{\"name\": \"cats\", \"title\": \"UK Cats\", \"description\": \"Furry\", \"deep\": {\"a\": \"b\"}, \"n\": 1}\n", `"name": "cats", `, "", "UK Cats"},
		{"{\"title\": \"UK Cats\", \"description\": \"Furry\", \"name\": \"cats\"}\n", `, "name": "cats"`, "", "UK Cats"},
		{"title: UK Cats\n# what it is\nname: cats\ndescription: Furry\n", "name: cats\n", "", "UK Cats"},
		{"# cats\n\nFurry.\n\n# Specs\n\nFour legs.\n\n# More\n\nNone of it.\n", "# cats", "# ", ""},
		{"# Model Card for cats\n\nFurry.\n\n# Specs\n\nFour legs.\n", " for cats", "", ""},
	} {
		r := read(t, []byte(tt.file))
		f, _ := r.Card.Field("model_details.name")
		if f.Answer != "cats" {
			t.Fatalf("%q is called %q", tt.file, f.Answer)
		}
		f.Answer = ""
		out := returned(t, r.Card, []byte(tt.file), r.As)
		if want := strings.Replace(tt.file, tt.gone, tt.with, 1); out.Anew || string(out.Data) != want {
			t.Errorf("%q without its name (anew: %v) is %q", tt.file, out.Anew, out.Data)
		}
		if again := read(t, out.Data); answer(t, again.Card, "model_details.name") != tt.named {
			t.Errorf("%q is called %q", out.Data, answer(t, again.Card, "model_details.name"))
		}
	}
	// A text that was moved from one question to another is at the other.
	const file = `{"name": "cats", "title": "UK Cats", "description": "Furry"}`
	r := read(t, []byte(file))
	from, _ := r.Card.Field("json.title")
	to, _ := r.Card.Field("intended_use.primary_uses")
	from.Answer, to.Answer = "", from.Answer
	if out := returned(t, r.Card, []byte(file), r.As); answer(t, read(t, out.Data).Card, to.Key) != "UK Cats" {
		t.Errorf("it is %s", out.Data)
	}
}
