package format

import (
	"strings"
	"testing"

	"cardstock/card"
)

// underlinedReadme has headings that are underlined, rules between its parts and lines that only look like either.
const underlinedReadme = "---\nlicense: mit\n---\nPeas\n====\n\nGreen.\n\n---\n\nIntended use\n------------\n\nSoup.\n\n***\n\n## Limitations\n\n- item\n---\n\n| a |\n|---|\n| b |\n\n```\nno heading\n---\n\n---\n```\n\n* * *\n\nHow to\n---\nRead.\n\n" +
	"Two lines\nof text\n---\n\nMore.\n\n---\n"

// TestUnderlinedHeadings: a line of text above a line of = or - is a heading, a rule above a heading is no part of the answer above it, and each edit
// changes its line and nothing else.
func TestUnderlinedHeadings(t *testing.T) {
	for _, newline := range []string{"\n", "\r\n"} {
		file := strings.ReplaceAll(underlinedReadme, "\n", newline)
		r := read(t, []byte(file))
		for key, want := range map[string]string{
			"model_details.name": "Peas", "readme.entry": "Green.", "intended_use.primary_uses": "Soup.", "readme.underlined": "Read.\n\nTwo lines\nof text\n---\n\nMore.",
			"caveats.limitations": "- item\n---\n\n| a |\n|---|\n| b |\n\n```\nno heading\n---\n\n---\n```",
		} {
			if got := answer(t, r.Card, key); got != want {
				t.Errorf("%s is %q, want %q", key, got, want)
			}
			c := r.Card.Clone()
			f, _ := c.Field(key)
			f.Answer = strings.NewReplacer("Peas", "Beans", "Green", "Red", "Soup", "Stew", "Read", "Write", "item", "thing").Replace(f.Answer)
			out := returned(t, c, []byte(file), r.As)
			if gone, come := linesApart([]byte(file), out.Data); out.Anew || gone != 1 || come != 1 || answer(t, read(t, out.Data).Card, key) != f.Answer {
				t.Errorf("%s: %q", key, out.Data)
			}
			f.Answer += "\n\nAnd more."
			if key == "model_details.name" {
				continue
			}
			out = returned(t, c, []byte(file), r.As)
			if is := read(t, out.Data).Card; out.Anew || answer(t, is, key) != f.Answer || strings.Contains(string(out.Data), "cardstock:") {
				t.Errorf("%s longer: %q", key, out.Data)
			}
		}
		for words, want := range map[string]string{"Where to": "Where to" + newline + "---", "# C": "## # C", "- a": "## - a"} {
			c := r.Card.Clone()
			f, _ := c.Field("readme.underlined")
			f.Label = words
			out := returned(t, c, []byte(file), r.As)
			if string(out.Data) != strings.Replace(file, "How to"+newline+"---", want, 1) {
				t.Errorf("renamed %s: %q", words, out.Data)
			}
		}
	}
}

// TestWhatIsNotUnderlined: front matter, lists, tables, code, comments and lines of one paragraph make no headings.
func TestWhatIsNotUnderlined(t *testing.T) {
	for file, want := range map[string]int{
		"# P\n\nA\n---\n": 3, "# P\n\nA\n==\n": 3, "# P\nA\n===\n": 3, "# P\n\nA\n\n---\n": 2, "---\nA text\n---\n# P\n": 2, "# P\n\nA\nb\n---\n": 2, "# P\n\n- a\n---\n": 2, "# P\n\na | b\n---|---\n": 2,
		"# P\n\n| a\n---\n": 2, "# P\n\n    a\n---\n": 2, "# P\n\n```\nA\n---\n": 2, "# P\n\n```\nA\n---\n```\n": 2, "# P\n\n<!--\nA\n---\n-->\n": 2, "# P\n\n> a\n---\n": 2, "# P\n\n---\n---\n": 2,
		"# P\n\nA\n-- \n": 2, "# P\n\nA\n--- b\n": 2, "# P\n\n<b>A</b>\n---\n": 2, "# P\n\n<!-- cardstock:a.b -->\n### L\n\nA\n---\n": 3,
	} {
		if all := parts(file, 0); len(all) != want {
			t.Errorf("%q has %d parts, want %d", file, len(all), want)
		}
	}
}

// TestUnderlinedAlone: a README without a # is one, too.
func TestUnderlinedAlone(t *testing.T) {
	r := read(t, []byte("Peas\n====\n\nGreen.\n"))
	if r.Format != hubFormat || answer(t, r.Card, "model_details.name") != "Peas" {
		t.Errorf("%s: %+v", r.Format.Name, r.Card.Sections[0])
	}
}

// TestCardsReadBeforeHeadingsWereUnderlined: a card that was made of a README before goes back into it as the same bytes.
func TestCardsReadBeforeHeadingsWereUnderlined(t *testing.T) {
	const file = "# Peas\n\nGreen.\n\nHow to\n------\n\nRead.\n\n---\n\n## Limitations\n\nFew.\n\n---\n\n## Own\n\nx\n"
	c := newBuilder(templates(t), card.Model).card
	for key, text := range map[string]string{"model_details.name": "Peas", "caveats.limitations": "Few.\n\n---"} {
		f, _ := c.Field(key)
		f.Answer = text
	}
	c.Sections = append(c.Sections, card.Section{Key: "readme", Title: otherParts, Custom: true, Fields: []card.Field{
		{Key: "readme.entry", Label: "Introduction", Kind: card.Text, Custom: true, Answer: "Green.\n\nHow to\n------\n\nRead.\n\n---"},
		{Key: "readme.entry-2", Label: "Own", Kind: card.Text, Custom: true, Answer: "x"}}})
	now := CatchUp(templates(t), c, []byte(file), "hub", nil)
	out, err := Back(t.Context(), templates(t), now, []byte(file), "hub")
	if err != nil || string(out.Data) != file || answer(t, now, "readme.underlined") != "Read." {
		t.Errorf("%v: %s", err, out.Data)
	}
	f, _ := now.Field("caveats.limitations")
	f.Answer, f.Rev = "Few, yes.\n\n---", 1
	if out, err = Back(t.Context(), templates(t), now, []byte(file), "hub"); err != nil || string(out.Data) != strings.Replace(file, "Few.", "Few, yes.", 1) {
		t.Errorf("%v: %s", err, out.Data)
	}
}

// TestHeadingsWithoutText: a heading with nothing below it is a question without an answer, and is answered where it stands.
func TestHeadingsWithoutText(t *testing.T) {
	const file = "# Peas\n\n## Own\n\nx\n\n## Above\n\n### Below\n\ny\n\n## Limitations\n\n## {{ x }}\n\n## To do\n\n## Contact us\n"
	r := read(t, []byte(file))
	labels := ""
	for _, f := range r.Card.Section("readme").Fields {
		labels += f.Key + " " + f.Label + "|"
	}
	if labels != "readme.entry Own|readme.entry-2 Above – Below|readme.heading To do|readme.heading-2 Contact us|" {
		t.Errorf("questions %s", labels)
	}
	if out := returned(t, r.Card, []byte(file), r.As); string(out.Data) != file {
		t.Errorf("untouched: %s", out.Data)
	}
	l, err := Account(t.Context(), templates(t), r.Card, mctFormat, encode(t, ".mct.json", r.Card))
	if err != nil || len(l.Words) != 3 || l.Words[0].Words != "To do" || l.Words[0].What != WordUnanswered {
		t.Errorf("lost in another format: %+v, %v", l.Words, err)
	}
	for key, want := range map[string]string{"readme.heading": strings.Replace(file, "## To do\n", "## To do\n\nSow.\n", 1), "readme.heading-2": file + "\nSow.\n"} {
		c := r.Card.Clone()
		f, _ := c.Field(key)
		f.Answer = "Sow."
		out := returned(t, c, []byte(file), r.As)
		if string(out.Data) != want {
			t.Errorf("%s: %q", key, out.Data)
		}
		f.Answer = "Sow.\n\n# Reap"
		out = returned(t, c, []byte(file), r.As)
		if again := read(t, out.Data).Card; answer(t, again, key) != f.Answer {
			t.Errorf("%s with a heading: %q", key, out.Data)
		}
		f.Answer, f.Label = "", "Done"
		if out = returned(t, c, []byte(file), r.As); !strings.Contains(string(out.Data), "## Done\n") || out.Anew {
			t.Errorf("%s renamed: %q", key, out.Data)
		}
	}
	c := r.Card.Clone() // as an earlier reader made it
	s := c.Section("readme")
	s.Fields = s.Fields[:2]
	if out := returned(t, CatchUp(templates(t), c, []byte(file), r.As, nil), []byte(file), r.As); string(out.Data) != file {
		t.Errorf("as before: %q", out.Data)
	}
}

// TestCommentsOfReadme: the card says that comments are in the file alone.
func TestCommentsOfReadme(t *testing.T) {
	for file, want := range map[string]string{
		"# P\n\n<!-- a -->\nText.\n\n## Q <!-- in a heading -->\n\n<!-- b\nc -->\n": "2 comments", "# P\n\n<!-- a -->\n\nText.\n": "1 comment",
		"# P\n\n```\n<!-- a -->\n```\n": "", "# Model Card for P\n\n<!-- cardstock:model_details.type -->\n### Model type\n\n<!-- a -->\n": "",
	} {
		notes := strings.Join(read(t, []byte(file)).Notes, "\n")
		if strings.Contains(notes, "<!--") != (want != "") || !strings.HasPrefix(notes, want) {
			t.Errorf("%q notes %q, want %q", file, notes, want)
		}
	}
}
