package card

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestEdits(t *testing.T) {
	const start = "one(one.a one.b own.1 own.2) two(two.a) custom(own.3)"
	tests := []struct {
		name string
		do   func(c *Card) error
		want string // outline afterwards
		code Code   // of the refusal; the card must stay as it was
		says string
	}{
		{name: "add a section", do: func(c *Card) error { return c.AddSection("new", " New ") },
			want: "one(one.a one.b own.1 own.2) two(two.a) custom(own.3) new()"},
		{name: "add a section without title", do: func(c *Card) error { return c.AddSection("new", " \n ") }, code: Invalid, says: "needs a title"},
		{name: "add a section, title too long", do: func(c *Card) error { return c.AddSection("new", strings.Repeat("é", MaxTitle+1)) }, code: Invalid, says: "301 characters; 300 is the most"},
		{name: "add a section, title broken", do: func(c *Card) error { return c.AddSection("new", "a\x00") }, code: Invalid, says: "NUL"},
		{name: "add a field", do: func(c *Card) error { return c.AddField("two", "new", "Why?") },
			want: "one(one.a one.b own.1 own.2) two(two.a new) custom(own.3)"},
		{name: "add a field to no section", do: func(c *Card) error { return c.AddField("none", "new", "Why?") }, code: NotFound},
		{name: "add a field without words", do: func(c *Card) error { return c.AddField("two", "new", " ") }, code: Invalid, says: "needs some words"},
		{name: "add a field, too many words", do: func(c *Card) error { return c.AddField("two", "new", strings.Repeat("x", MaxLabel+1)) }, code: Invalid, says: "1000 is the most"},
		{name: "rename a section", do: func(c *Card) error { return c.RenameSection("custom", "Better") }, want: start},
		{name: "rename a section to nothing", do: func(c *Card) error { return c.RenameSection("custom", "") }, code: Invalid, says: "needs a title"},
		{name: "rename a template's section", do: func(c *Card) error { return c.RenameSection("one", "x") }, code: Invalid, says: "One belongs to the template and cannot be renamed"},
		{name: "rename no section", do: func(c *Card) error { return c.RenameSection("none", "x") }, code: NotFound},
		{name: "rename a field", do: func(c *Card) error { return c.RenameField("own.1", "Better") }, want: start},
		{name: "rename a field to nothing", do: func(c *Card) error { return c.RenameField("own.1", " ") }, code: Invalid, says: "needs some words"},
		{name: "rename a template's field", do: func(c *Card) error { return c.RenameField("one.a", "x") }, code: Invalid, says: "question A belongs to the template and cannot be renamed"},
		{name: "rename no field", do: func(c *Card) error { return c.RenameField("none", "x") }, code: NotFound},
		{name: "remove a section", do: func(c *Card) error { return c.RemoveSection("custom") }, want: "one(one.a one.b own.1 own.2) two(two.a)"},
		{name: "remove a template's section", do: func(c *Card) error { return c.RemoveSection("two") }, code: Invalid, says: "cannot be deleted"},
		{name: "remove no section", do: func(c *Card) error { return c.RemoveSection("none") }, code: NotFound},
		{name: "remove a field", do: func(c *Card) error { return c.RemoveField("own.1") }, want: "one(one.a one.b own.2) two(two.a) custom(own.3)"},
		{name: "remove a template's field", do: func(c *Card) error { return c.RemoveField("one.a") }, code: Invalid, says: "cannot be deleted"},
		{name: "remove no field", do: func(c *Card) error { return c.RemoveField("none") }, code: NotFound},
		{name: "section to the front", do: func(c *Card) error { return c.MoveSection("custom", "one") }, want: "custom(own.3) one(one.a one.b own.1 own.2) two(two.a)"},
		{name: "section to the middle", do: func(c *Card) error { return c.MoveSection("custom", "two") }, want: "one(one.a one.b own.1 own.2) custom(own.3) two(two.a)"},
		{name: "section to the end", do: func(c *Card) error { return c.MoveSection("custom", "") }, want: start},
		{name: "section before itself", do: func(c *Card) error { return c.MoveSection("custom", "custom") }, want: start},
		{name: "section before none", do: func(c *Card) error { return c.MoveSection("custom", "none") }, code: NotFound},
		{name: "move a template's section", do: func(c *Card) error { return c.MoveSection("two", "one") }, code: Invalid, says: "cannot be moved"},
		{name: "move no section", do: func(c *Card) error { return c.MoveSection("none", "") }, code: NotFound},
		{name: "field to the front", do: func(c *Card) error { return c.MoveField("own.2", "one.a") }, want: "one(own.2 one.a one.b own.1) two(two.a) custom(own.3)"},
		{name: "field down", do: func(c *Card) error { return c.MoveField("own.1", "") }, want: "one(one.a one.b own.2 own.1) two(two.a) custom(own.3)"},
		{name: "field before itself", do: func(c *Card) error { return c.MoveField("own.1", "own.1") }, want: start},
		{name: "field before one of another section", do: func(c *Card) error { return c.MoveField("own.1", "two.a") }, code: NotFound},
		{name: "move a template's field", do: func(c *Card) error { return c.MoveField("one.b", "one.a") }, code: Invalid, says: "cannot be moved"},
		{name: "move no field", do: func(c *Card) error { return c.MoveField("none", "") }, code: NotFound},
	}
	for _, tt := range tests {
		c := sample()
		err := tt.do(c)
		if tt.code == 0 {
			if err != nil || outline(c) != tt.want {
				t.Errorf("%s: %v, %s; want %s", tt.name, err, outline(c), tt.want)
			}
			continue
		}
		if CodeOf(err) != tt.code || !strings.Contains(fmt.Sprint(err), tt.says) {
			t.Errorf("%s: %v; want code %d and %q", tt.name, err, tt.code, tt.says)
		}
		if !reflect.DeepEqual(c, sample()) {
			t.Errorf("%s: refused, and yet the card changed", tt.name)
		}
	}
}

func TestAddedPartsAreCustomAndTrimmed(t *testing.T) {
	c := sample()
	if err := c.AddSection("new", "  A\nB "); err != nil {
		t.Fatal(err)
	}
	if err := c.AddField("new", "new.q", " Why\r\nnot? "); err != nil {
		t.Fatal(err)
	}
	s := c.Section("new")
	if !s.Custom || s.Title != "A B" || !s.Fields[0].Custom || s.Fields[0].Label != "Why not?" || s.Fields[0].Kind != Text {
		t.Errorf("%+v", s)
	}
	if err := c.RenameField("new.q", " Because "); err != nil || c.Section("new").Fields[0].Label != "Because" {
		t.Errorf("rename: %v, %q", err, c.Section("new").Fields[0].Label)
	}
	if err := c.RenameSection("new", " C "); err != nil || s.Title != "C" {
		t.Errorf("rename: %v, %q", err, s.Title)
	}
}

func TestCapsSayWhatToDo(t *testing.T) {
	c := &Card{Kind: Model}
	for i := range MaxSections {
		if err := c.AddSection(fmt.Sprint("s", i), "x"); err != nil {
			t.Fatalf("section %d: %v", i+1, err)
		}
	}
	err := c.AddSection("more", "x")
	if CodeOf(err) != Invalid || !strings.Contains(err.Error(), "100 sections, which is the most") || !strings.Contains(err.Error(), "Delete one") {
		t.Errorf("section over the cap: %v", err)
	}
	for i := range MaxFields {
		if err := c.AddField(fmt.Sprint("s", i%MaxSections), fmt.Sprint("f", i), "x"); err != nil {
			t.Fatalf("field %d: %v", i+1, err)
		}
	}
	err = c.AddField("s0", "more", "x")
	if CodeOf(err) != Invalid || !strings.Contains(err.Error(), "2000 questions, which is the most") || !strings.Contains(err.Error(), "Delete one") {
		t.Errorf("field over the cap: %v", err)
	}
	if err := c.Check(); err != nil {
		t.Errorf("a full card does not pass: %v", err)
	}
}

func TestClearAndReset(t *testing.T) {
	tmpl := templates(t).Get("model")
	c := tmpl.New()
	c.Title = "Kept"
	answer(c, "governance.status", "retired")
	answer(c, "model_details.name", "X")
	if err := c.AddField("governance", "own.q", "Mine?"); err != nil {
		t.Fatal(err)
	}
	answer(c, "own.q", "yes")
	if err := c.Clear("governance", tmpl); err != nil {
		t.Fatal(err)
	}
	if got := answerOf(c, "governance.status"); got != "draft" {
		t.Errorf("a cleared choice with a preset is %q", got)
	}
	if f, _ := c.Field("own.q"); f == nil || f.Answer != "" {
		t.Errorf("clearing emptied answers and did more: %+v", f)
	}
	if answerOf(c, "model_details.name") != "X" {
		t.Error("clearing reached another section")
	}
	if err := c.Clear("none", tmpl); CodeOf(err) != NotFound {
		t.Errorf("clearing no section: %v", err)
	}
	if err := c.AddSection("own", "Own"); err != nil {
		t.Fatal(err)
	}
	c.Reset(tmpl)
	if c.Title != "Kept" || !reflect.DeepEqual(c.Sections, tmpl.New().Sections) {
		t.Errorf("after a reset: title %q, %s", c.Title, outline(c))
	}
}

func answer(c *Card, key, text string) {
	f, _ := c.Field(key)
	f.Answer = text
}

func answerOf(c *Card, key string) string {
	f, _ := c.Field(key)
	return f.Answer
}

// TestTheOnlySectionStays: a card without one could not be opened.
func TestTheOnlySectionStays(t *testing.T) {
	c := &Card{Kind: Model, Template: "model", Sections: []Section{{Key: "a", Title: "A", Custom: true}, {Key: "b", Title: "B", Custom: true}}}
	if err := c.RemoveSection("a"); err != nil {
		t.Fatal(err)
	}
	if err := c.RemoveSection("b"); CodeOf(err) != Invalid || !strings.Contains(err.Error(), "B is the only section") || len(c.Sections) != 1 {
		t.Errorf("%v, %d sections", err, len(c.Sections))
	}
}
