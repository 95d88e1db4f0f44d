package card

import (
	"fmt"
	"strings"
	"testing"
)

func TestValidKey(t *testing.T) {
	for key, want := range map[string]bool{
		"a": true, "intended_use.primary_users": true, "custom-1": true, "0": true, "a.b.c": true, strings.Repeat("a", MaxKey): true,
		"": false, ".": false, "a.": false, ".a": false, "a..b": false, "A": false, "ä": false, "a b": false, "a/b": false,
		"-a": false, "_a": false, "a\n": false, "a[0]": false, "../a": false, strings.Repeat("a", MaxKey+1): false,
	} {
		if ValidKey(key) != want {
			t.Errorf("ValidKey(%q) = %v", key, !want)
		}
	}
}

func TestCheckTitle(t *testing.T) {
	for in, want := range map[string]string{"": "", "  ": "", " a\n b ": "a  b", strings.Repeat("👍", MaxTitle): strings.Repeat("👍", MaxTitle)} {
		if got, err := CheckTitle(in); err != nil || got != want {
			t.Errorf("CheckTitle(%q) = %q, %v", in, got, err)
		}
	}
	for _, in := range []string{strings.Repeat("👍", MaxTitle+1), "a\x00", "\xff"} {
		if _, err := CheckTitle(in); CodeOf(err) != Invalid {
			t.Errorf("CheckTitle(%.20q): %v", in, err)
		}
	}
}

func TestCheck(t *testing.T) {
	if err := sample().Check(); err != nil {
		t.Fatalf("the sample: %v", err)
	}
	many := func(n int, each func(c *Card, i int)) func(*Card) {
		return func(c *Card) {
			for i := range n {
				each(c, i)
			}
		}
	}
	tests := []struct {
		name, says string
		change     func(c *Card)
	}{
		{"kind", "model or datasheet", func(c *Card) { c.Kind = "recipe" }},
		{"title", "300 is the most", func(c *Card) { c.Title = strings.Repeat("x", MaxTitle+1) }},
		{"section title", "300 is the most", func(c *Card) { c.Sections[0].Title = strings.Repeat("x", MaxTitle+1) }},
		{"section key", "is not a key", func(c *Card) { c.Sections[0].Key = "No key" }},
		{"section twice", "twice", func(c *Card) { c.Sections[1].Key = "one" }},
		{"field key", "is not a key", func(c *Card) { c.Sections[0].Fields[0].Key = "x/y" }},
		{"field twice in two sections", "twice", func(c *Card) { c.Sections[1].Fields[0].Key = "one.a" }},
		{"field kind", "no kind", func(c *Card) { c.Sections[0].Fields[0].Kind = "picture" }},
		{"label", "1000 is the most", func(c *Card) { c.Sections[0].Fields[0].Label = strings.Repeat("x", MaxLabel+1) }},
		{"answer", "100000 is the most", func(c *Card) { c.Sections[0].Fields[0].Answer = strings.Repeat("ü", MaxAnswer+1) }},
		{"title of a column", "column 2 has 301 characters; 300 is the most", func(c *Card) {
			f := &c.Sections[0].Fields[0]
			f.Kind, f.Answer, f.Columns = Table, "", []Column{{Key: "a", Title: "A"}, {Key: "b", Title: strings.Repeat("ü", MaxTitle+1)}}
		}},
		{"name of a column", "121 bytes; 120 is the most", func(c *Card) {
			f := &c.Sections[0].Fields[0]
			f.Kind, f.Answer = Table, `[{"`+strings.Repeat("a", MaxKey+1)+`":"x"}]`
		}},
		{"option", "an option has 301 characters; 300 is the most", func(c *Card) {
			f := &c.Sections[0].Fields[0]
			f.Kind, f.Answer, f.Options = Choice, "", []string{strings.Repeat("ü", MaxTitle+1)}
		}},
		{"options", "1001 options; 1000 is the most", func(c *Card) {
			f := &c.Sections[0].Fields[0]
			f.Kind, f.Answer, f.Columns = Table, "", []Column{{Key: "a", Title: "A", Options: make([]string, MaxOptions+1)}}
		}},
		{"sections", "103 sections; 100 is the most", many(MaxSections, func(c *Card, i int) {
			c.Sections = append(c.Sections, Section{Key: fmt.Sprint("k", i)})
		})},
		{"fields", "2000 is the most", many(MaxFields, func(c *Card, i int) {
			c.Sections[0].Fields = append(c.Sections[0].Fields, Field{Key: fmt.Sprint("k", i), Kind: Text})
		})},
	}
	for _, tt := range tests {
		c := sample()
		tt.change(c)
		if err := c.Check(); CodeOf(err) != Invalid || !strings.Contains(fmt.Sprint(err), tt.says) {
			t.Errorf("%s: %v; want %q", tt.name, err, tt.says)
		}
	}
	c := sample()
	c.Sections[0].Fields[0].Answer = strings.Repeat("ü", MaxAnswer)
	if err := c.Check(); err != nil {
		t.Errorf("an answer of the greatest length, counted in characters: %v", err)
	}
}
