package card

import (
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
		deleted  []Field
		want     string
	}{
		"a question it did not know": {one(text("a", "x")), one(text("a", "x"), own("licence", "mit")), nil, "a=x licence=mit"},
		"one deleted since":          {one(text("a", "x")), one(text("a", "x"), own("b", "y")), []Field{own("b", "y")}, "a=x"},
		"deleted under another key":  {one(text("a", "x")), one(text("a", "x"), own("c", "y")), []Field{own("b", "y\n")}, "a=x"},
		"more of an answer":          {one(text("a", "x")), one(text("a", "x and y")), nil, "a=x and y"},
		"in paragraphs now":          {one(text("a", "x\ny")), one(text("a", "x\n\ny")), nil, "a=x\n\ny"},
		"an answer at all":           {one(text("a", "")), one(text("a", "x")), nil, "a=x"},
		"an answer that was edited":  {one(saved(text("a", "x"))), one(text("a", "x and y")), nil, "a=x"},
		"an answer that was emptied": {one(saved(text("a", ""))), one(text("a", "x")), nil, "a="},
		"another file's answer":      {one(text("a", "mine")), one(text("a", "x and y")), nil, "a=mine"},
		"another key":                {one(own("b", "y")), one(own("c", "y")), nil, "c=y"},
		"an edited one stays beside": {one(saved(own("b", "z"))), one(own("c", "y")), nil, "b=z c=y"},
		"nothing said":               {one(text("a", "x")), one(text("a", ""), own("b", " ")), nil, "a=x"},
	} {
		of.is.CatchUp(of.read, of.deleted)
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
}
