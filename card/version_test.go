package card

import (
	"reflect"
	"strings"
	"testing"
)

func TestRaised(t *testing.T) {
	for was, want := range map[string]string{
		"1": "2", "3.0": "3.1", "1.2.9": "1.2.10", "v2": "v3", "v0.1.0": "v0.1.1", "9999": "10000", " 4 ": "5",
		"": "", "1.2.3-beta": "", "2025-06": "", "2025.06": "", "20250601": "", "one": "", "1.2.3.4": "", "v": "", "1.": "", "-1": "",
	} {
		if got := raised(was); got != want {
			t.Errorf("after %q comes %q, want %q", was, got, want)
		}
	}
}

func TestNextVersion(t *testing.T) {
	ts, err := LoadTemplates()
	if err != nil {
		t.Fatal(err)
	}
	c := ts.Get("model").New()
	set := func(key, answer string) { f, _ := c.Field(key); f.Answer = answer }
	get := func(c *Card, key string) string { f, _ := c.Field(key); return f.Answer }
	for key, answer := range map[string]string{"model_details.name": "Segmenter", "version.name": "3.0", "version.date": "2025-01-02", "version.diff": "all",
		"version.predecessor": "2.9", "governance.status": "approved"} {
		set(key, answer)
	}
	was := c.Clone()
	c.NextVersion(ts.Get("model"))
	for key, want := range map[string]string{"model_details.name": "Segmenter", "version.name": "3.1", "version.date": "", "version.diff": "",
		"version.predecessor": "3.0", "governance.status": "draft"} {
		if got := get(c, key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if get(was, "version.name") != "3.0" {
		t.Error("the card before changed")
	}
	set("version.name", "spring edition")
	c.NextVersion(ts.Get("model"))
	if get(c, "version.name") != "" || get(c, "version.predecessor") != "spring edition" {
		t.Errorf("after a name: %q, %q", get(c, "version.name"), get(c, "version.predecessor"))
	}
	// A template without these questions is left alone.
	bare := &Card{Kind: Model, Sections: []Section{{Key: "a", Fields: []Field{{Key: "a.b", Answer: "1"}}}}}
	bare.NextVersion(&Template{})
	if get(bare, "a.b") != "1" {
		t.Error("a question that is not about versions changed")
	}
}

func TestChangesSince(t *testing.T) {
	field := func(key, answer string) Field { return Field{Key: key, Label: "Q " + key, Answer: answer} }
	was := &Card{Sections: []Section{{Key: "s", Fields: []Field{field("same", "1"), field("other", "1"), field("emptied", "1"), field("filled", ""), field("gone", "1"), field("empty", "")}}}}
	is := &Card{Sections: []Section{{Key: "s", Fields: []Field{field("same", "1"), field("other", "2"), field("emptied", "")}}, {Key: "t", Fields: []Field{field("filled", "1"), field("new", "")}}}}
	want := []Change{{"s", "other", "Q other", Reanswered}, {"s", "emptied", "Q emptied", Emptied}, {"t", "filled", "Q filled", Filled}, {"t", "new", "Q new", NewField},
		{"s", "gone", "Q gone", FieldGone}}
	if got := is.ChangesSince(was); !reflect.DeepEqual(got, want) {
		t.Errorf("%v\nwant\n%v", got, want)
	}
}

func TestRetitleCopy(t *testing.T) {
	c := &Card{}
	c.RetitleCopy("Segmenter")
	if c.Title != "Segmenter (copy)" {
		t.Error(c.Title)
	}
	c.RetitleCopy(strings.Repeat("ü", MaxTitle))
	if title, err := CheckTitle(c.Title); err != nil || !strings.HasSuffix(title, "ü (copy)") {
		t.Errorf("%q, %v", title, err)
	}
}
