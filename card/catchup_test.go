package card

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A later reader finds more in the file of a card; what the visitor did since stands.
func TestCatchUp(t *testing.T) {
	day := time.UnixMilli(1)
	one := func(fields ...Field) *Card {
		return &Card{Kind: Model, Sections: []Section{{Key: "one", Title: "One", Fields: fields}}}
	}
	text := func(key, answer string) Field { return Field{Key: key, Label: key, Kind: Text, Answer: answer} }
	own := func(key, answer string) Field { f := text(key, answer); f.Custom = true; return f }
	saved := func(f Field) Field { f.Rev, f.SavedAt = 1, day; return f }
	for name, of := range map[string]struct {
		is, read *Card
		earlier  []Field
		want     string
	}{
		"a question it did not know": {one(text("a", "x")), one(text("a", "x"), own("licence", "mit")), nil, "a=x licence=mit"},
		"one deleted since":          {one(text("a", "x")), one(text("a", "x"), own("b", "y")), []Field{own("b", "y")}, "a=x"},
		"deleted under another key":  {one(text("a", "x")), one(text("a", "x"), own("c", "y")), []Field{own("b", "y\n")}, "a=x"},
		"another of the same words":  {one(text("a", "x")), one(text("a", "x"), own("b", "y"), own("c", "y")), []Field{own("b", "y")}, "a=x c=y"},
		"edited under another key":   {one(text("a", ""), saved(own("b", "z"))), one(text("a", "y")), []Field{own("b", "y"), own("b", "yz")}, "a=z"},
		"emptied under another key":  {one(text("a", ""), saved(own("b", ""))), one(text("a", "y")), []Field{own("b", "y")}, "a="},
		"a part of a word":           {one(text("a", "en")), one(text("a", "French")), nil, "a=en"},
		"a whole word of it":         {one(text("a", "en")), one(text("a", "fr, en")), nil, "a=fr, en"},
		"more of an answer":          {one(text("a", "x")), one(text("a", "x and y")), nil, "a=x and y"},
		"in paragraphs now":          {one(text("a", "x\ny")), one(text("a", "x\n\ny")), nil, "a=x\n\ny"},
		"an answer at all":           {one(text("a", "")), one(text("a", "x")), nil, "a=x"},
		"an answer that was edited":  {one(saved(text("a", "x"))), one(text("a", "x and y")), nil, "a=x"},
		"an answer that was emptied": {one(saved(text("a", ""))), one(text("a", "x")), nil, "a="},
		"another file's answer":      {one(text("a", "mine")), one(text("a", "x and y")), nil, "a=mine"},
		"another key":                {one(own("b", "y")), one(own("c", "y")), nil, "c=y"},
		"an edited one stays beside": {one(saved(own("b", "z"))), one(own("c", "y")), nil, "b=z c=y"},
		"a placeholder":              {one(text("a", "[Needs More Information]"), own("b", "y")), one(text("a", "y")), nil, "a=y"},
		"changed places":             {one(text("a", "x y"), own("b", "z")), one(text("a", "z"), own("c", "x y")), nil, "a=z c=x y"},
		"places, one edited":         {one(saved(text("a", "new")), own("b", "z")), one(text("a", "z"), own("c", "x y")), []Field{text("a", "x y")}, "a=z c=new"},
		"places, one emptied":        {one(saved(text("a", "")), own("b", "z")), one(text("a", "z"), own("c", "x y")), []Field{text("a", "x y")}, "a=z"},
		"places, the other edited":   {one(text("a", "x y"), saved(own("b", "new"))), one(text("a", "z"), own("c", "x y")), []Field{own("b", "z")}, "a=new c=x y"},
		"places, the other deleted":  {one(text("a", "x y")), one(text("a", "z"), own("c", "x y")), []Field{own("b", "z")}, "a= c=x y"},
		"numbers moved up":           {one(own("e", "1"), own("e-2", "2"), own("e-3", "3")), one(own("a", "1"), own("e", "2"), own("e-2", "3")), nil, "e=2 e-2=3 a=1"},
		"moved up, one edited":       {one(own("e", "1"), saved(own("e-2", "new")), own("e-3", "3")), one(own("a", "1"), own("e", "2"), own("e-2", "3")), []Field{own("e-2", "2")}, "e=new e-2=3 a=1"},
		"moved up to the template":   {one(text("a", ""), own("e", "1"), saved(own("e-2", "new"))), one(text("a", "1"), own("e", "2")), []Field{own("e-2", "2")}, "a=1 e=new"},
		"moved down":                 {one(own("b", "2")), one(own("b", "1"), own("b-2", "2")), nil, "b=1 b-2=2"},
		"no room":                    {one(text("a", "x"), own("b", "y")), one(text("a", "y"), own("b", "z")), nil, "a=x b=y"},
		"nothing said":               {one(text("a", "x")), one(text("a", ""), own("b", " ")), nil, "a=x"},
	} {
		of.is.CatchUp(of.read, of.earlier)
		got := ""
		for _, s := range of.is.Sections {
			for _, f := range s.Fields {
				if got != "" {
					got += " "
				}
				got += f.Key + "=" + f.Answer
			}
		}
		if got != of.want {
			t.Errorf("%s: %s, want %s", name, got, of.want)
		}
	}
	named, again := one(own("a", "x")), one(own("a", "x"))
	again.Sections[0].Fields[0].Label = "Results, a"
	named.CatchUp(again, nil)
	if f, _ := named.Field("a"); f.Label != "Results, a" {
		t.Errorf("it is called %s", f.Label)
	}
	c := one(text("a", "x"))
	read := one(text("a", "x"))
	read.Sections = append(read.Sections, Section{Key: "more", Custom: true, Fields: []Field{own("m.1", "y"), own("m.2", "z")}})
	c.CatchUp(read, []Field{own("m.1", "y")})
	if len(c.Sections) != 1 {
		t.Error("a section that was deleted is there again, with what an earlier reader had missed of it")
	}
}

// TestCatchUpIsQuick: a long history is not gone through for each question of a long file.
func TestCatchUpIsQuick(t *testing.T) {
	c, read := &Card{Kind: Model}, &Card{Kind: Model, Sections: []Section{{Key: "one", Custom: true}}}
	var earlier []Field
	for i := range 1000 {
		key := fmt.Sprint("q", i)
		read.Sections[0].Fields = append(read.Sections[0].Fields, Field{Key: key, Label: key, Kind: Text, Custom: true, Answer: "an answer to " + key})
		for j := range 50 {
			earlier = append(earlier, Field{Key: fmt.Sprint("gone", i), Answer: strings.Repeat("word ", 40) + fmt.Sprint(i, j)})
		}
	}
	began := time.Now()
	c.CatchUp(read, earlier)
	if took := time.Since(began); took > 3*time.Second || len(c.Sections) != 1 || len(c.Sections[0].Fields) != 1000 {
		t.Errorf("%d sections after %s", len(c.Sections), took)
	}
}
