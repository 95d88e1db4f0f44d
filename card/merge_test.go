package card

import (
	"reflect"
	"strings"
	"testing"
)

// incoming has one answer of each fate.
func incoming() *Card {
	return &Card{Kind: Model, Template: "model", Title: "Incoming", Sections: []Section{
		{Key: "one", Title: "One", Fields: []Field{
			{Key: "one.a", Label: "A", Kind: Text, Answer: "another alpha"}, // in the way of one that is there
			{Key: "one.b", Label: "B", Kind: Line, Answer: "beta"},          // into an empty question
			{Key: "own.1", Label: "Mine", Kind: Text, Custom: true, Answer: "x"},
			{Key: "in.1", Label: "Theirs", Kind: Text, Custom: true, Answer: "y", Rev: 7},
			{Key: "in.2", Label: "Not answered", Kind: Text, Custom: true},
		}},
		{Key: "far", Title: "Far", Custom: true, Fields: []Field{{Key: "far.1", Label: "Q", Kind: Text, Answer: "z"}, {Key: "far.2", Label: "Q", Kind: Text, Answer: "z"}}},
	}}
}

func TestMergeFill(t *testing.T) {
	c := sample()
	m, err := c.Merge(incoming(), Fill)
	if want := (Merged{Filled: 1, Added: 3, Kept: []Asked{{"one", "one.a", "A"}}, Same: 1}); err != nil || !reflect.DeepEqual(m, want) {
		t.Fatalf("%+v, %v; want %+v", m, err, want)
	}
	if got, want := outline(c), "one(one.a one.b own.1 own.2 in.1) two(two.a) custom(own.3) far(far.1 far.2)"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if answerOf(c, "one.a") != "alpha" || answerOf(c, "one.b") != "beta" || c.Title != "Sample" {
		t.Error("filling overwrote something or did not fill")
	}
	f, _ := c.Field("in.1")
	if !f.Custom || f.Rev != 0 || f.Answer != "y" || !c.Section("far").Custom {
		t.Errorf("what was added: %+v", f)
	}
	untitled := sample()
	untitled.Title = ""
	if _, err := untitled.Merge(incoming(), Fill); err != nil || untitled.Title != "Incoming" {
		t.Errorf("an empty title stays %q (%v)", untitled.Title, err)
	}
}

func TestMergeReplace(t *testing.T) {
	c := sample()
	m, err := c.Merge(incoming(), Replace)
	// alpha is different afterwards; own.2, two.a and own.3 said nothing.
	gone := []Asked{{"one", "own.2", "Mine too"}, {"two", "two.a", "A"}, {"custom", "own.3", "Q"}}
	if want := (Merged{Filled: 1, Added: 3, Same: 1, Replaced: []Asked{{"one", "one.a", "A"}}, Questions: gone, Retitled: true}); err != nil || !reflect.DeepEqual(m, want) {
		t.Fatalf("%+v, %v; want %+v", m, err, want)
	}
	in := incoming()
	if !reflect.DeepEqual(c.Sections, in.Sections) || c.Title != "Incoming" {
		t.Errorf("after replacing: %s", outline(c))
	}
	in.Sections[0].Fields[0].Answer = "changed"
	if answerOf(c, "one.a") == "changed" {
		t.Error("the card shares fields with the imported one")
	}
}

// What a card of the template begins with nobody has typed, so it is not among what is replaced.
func TestMergeDoesNotReplaceAPreset(t *testing.T) {
	tmpl := templates(t).Get("model")
	open, in := tmpl.New(), tmpl.New()
	answer(open, "model_details.name", "Mine")
	answer(in, "model_details.name", "Theirs")
	status, _ := in.Field("governance.status")
	status.Answer = "approved"
	m, err := open.Clone().Merge(in, Replace)
	own := m.WithoutPresets(tmpl, open, in)
	if name := []Asked{{"model_details", "model_details.name", "Name"}}; err != nil || len(m.Replaced) != 2 || !reflect.DeepEqual(own.Replaced, name) || own.Filled != m.Filled+1 {
		t.Errorf("%+v, %v; without presets %+v", m, err, own)
	}
	status.Answer = ""
	m, _ = open.Clone().Merge(in, Replace)
	if own = m.WithoutPresets(tmpl, open, in); len(own.Replaced) != 1 || own.Filled != m.Filled {
		t.Errorf("%+v; without presets %+v", m, own)
	}
}

// The counts are shown to the visitor before they choose: every answer must be in one of them.
func TestMergeCountsAddUp(t *testing.T) {
	model := templates(t).Get("model").New()
	answer(model, "model_details.name", "A")
	answer(model, "caveats.limitations", "B")
	cards := map[string]*Card{"sample": sample(), "incoming": incoming(), "empty": {Kind: Model}, "model": model, "template": templates(t).Get("model").New()}
	for openName, open := range cards {
		for inName, in := range cards {
			mine, theirs, different := open.Progress().Answered, in.Progress().Answered, 0
			for _, s := range open.Sections {
				for _, f := range s.Fields {
					if g, _ := in.Field(f.Key); g != nil && f.Answered() && g.Answered() && f.Answer != g.Answer {
						different++
					}
				}
			}
			c := open.Clone()
			m, err := c.Merge(in, Fill)
			if err != nil {
				t.Fatal(err)
			}
			if m.Filled+m.Added+len(m.Kept)+m.Same != theirs || len(m.Replaced) != 0 || c.Progress().Answered != mine+m.Filled+m.Added {
				t.Errorf("fill %s with %s: %+v of %d answers", openName, inName, m, theirs)
			}
			c = open.Clone()
			m, _ = c.Merge(in, Replace)
			if m.Same+len(m.Replaced) != mine || m.Filled+m.Added+m.Same+different != theirs || len(m.Kept) != 0 || c.Progress().Answered != theirs {
				t.Errorf("replace %s by %s: %+v; %d answers here, %d there, %d different", openName, inName, m, mine, theirs, different)
			}
		}
	}
}

func TestMergeTwiceChangesNothingMore(t *testing.T) {
	c := sample()
	if _, err := c.Merge(incoming(), Fill); err != nil {
		t.Fatal(err)
	}
	once := c.Clone()
	m, err := c.Merge(incoming(), Fill)
	if err != nil || m.Filled+m.Added+len(m.Replaced) != 0 || !reflect.DeepEqual(c, once) {
		t.Errorf("a second time: %+v, %v", m, err)
	}
}

func TestMergeRefuses(t *testing.T) {
	c, sheet := sample(), &Card{Kind: Datasheet}
	_, err := c.Merge(sheet, Fill)
	if CodeOf(err) != Invalid || !strings.Contains(err.Error(), "datasheet") || !strings.Contains(err.Error(), "model card") {
		t.Errorf("another kind: %v", err)
	}
	many := &Card{Kind: Model}
	for i := range MaxSections {
		key := "m" + itoa(i)
		many.Sections = append(many.Sections, Section{Key: key, Title: "x", Fields: []Field{{Key: key + ".f", Label: "x", Kind: Text, Answer: "x"}}})
	}
	if _, err := sample().Merge(many, Fill); CodeOf(err) != Invalid {
		t.Errorf("filling over the cap of sections: %v", err)
	}
}
