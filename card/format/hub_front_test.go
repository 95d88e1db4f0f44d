package format

import (
	"strings"
	"testing"
)

// TestLicenceBesideTheBody: the licence of the front matter is what the Hub's search reads, and programs look for. It is the answer where the body tells of
// the licence in prose, which is kept as a question of its own; one that the body names, too, goes with that, and each of the two can be edited and deleted.
func TestLicenceBesideTheBody(t *testing.T) {
	const licence, prose = "model_details.license", "readme.licence"
	const see = "See the LICENSE file."
	for name, tt := range map[string]struct {
		file string
		edit map[string]string // "" deletes the question
		want map[string]string // of swaps in the file, "" for none
		says map[string]string // what is read again
	}{
		"untouched":         {see, nil, nil, map[string]string{prose: see, licence: "mit"}},
		"front edited":      {see, map[string]string{licence: "apache-2.0"}, map[string]string{"license: mit": "license: apache-2.0"}, map[string]string{prose: see, licence: "apache-2.0"}},
		"front in words":    {see, map[string]string{licence: "Ask us"}, map[string]string{"license: mit": "license: Ask us"}, map[string]string{prose: see, licence: "Ask us"}},
		"front deleted":     {see, map[string]string{licence: ""}, map[string]string{"license: mit\n": ""}, map[string]string{licence: see}},
		"prose edited":      {see, map[string]string{prose: "See COPYING."}, map[string]string{"the LICENSE file": "COPYING"}, map[string]string{prose: "See COPYING.", licence: "mit"}},
		"prose deleted":     {see, map[string]string{prose: ""}, map[string]string{"## License\n\nSee the LICENSE file.\n\n": ""}, map[string]string{licence: "mit"}},
		"both deleted":      {see, map[string]string{prose: "", licence: ""}, map[string]string{"license: mit\n": "", "## License\n\nSee the LICENSE file.\n\n": ""}, map[string]string{licence: ""}},
		"the same":          {"MIT", nil, nil, map[string]string{licence: "MIT"}},
		"the same, edited":  {"MIT", map[string]string{licence: "Apache-2.0"}, map[string]string{"license: mit": "license: apache-2.0", "MIT": "Apache-2.0"}, map[string]string{licence: "Apache-2.0"}},
		"the same, deleted": {"MIT", map[string]string{licence: ""}, map[string]string{"license: mit\n": "", "## License\n\nMIT\n\n": ""}, map[string]string{licence: ""}},
	} {
		file := "---\nlicense: mit\ntags:\n- a\n---\n# Peas\n\nGreen.\n\n## License\n\n" + tt.file + "\n\n## Uses\n\nTo eat.\n"
		r := read(t, []byte(file))
		want := file
		for was, is := range tt.want {
			want = strings.Replace(want, was, is, 1)
		}
		for key, with := range tt.edit {
			f, s := r.Card.Field(key)
			if f == nil {
				t.Fatalf("%s: there is no %s", name, key)
			}
			if with == "" {
				for i := range s.Fields {
					if s.Fields[i].Key == key {
						s.Fields = append(s.Fields[:i:i], s.Fields[i+1:]...)
						break
					}
				}
				continue
			}
			f.Answer = with
		}
		out := returned(t, r.Card, []byte(file), r.As)
		if string(out.Data) != want || out.Anew {
			t.Errorf("%s (anew: %v):\n%s\nwant\n%s", name, out.Anew, out.Data, want)
		}
		again := read(t, out.Data).Card
		for _, key := range []string{licence, prose} {
			is, said := again.Field(key)
			if want := tt.says[key]; is == nil && want != "" || is != nil && is.Answer != want {
				t.Errorf("%s: %s is %+v in %v, want %q", name, key, is, said, want)
			}
		}
	}
}

// TestFrontMatterThatIsNone: what stands between the --- lines and is no names with values is kept with a note, can be edited and deleted, and changes
// nothing beside it.
func TestFrontMatterThatIsNone(t *testing.T) {
	const body = "# Peas\n\nGreen.\n\n## Uses\n\nTo eat.\n"
	for name, tt := range map[string]struct{ front, key, says, license, gone string }{
		"a list":                 {"---\n- one\n- two\n---\n", "hub.front-matter", "- one\n- two", "", "---\n---\n"},
		"prose":                  {"---\nSome words\nabout peas\n---\n", "readme.entry", "---\nSome words\nabout peas\n---", "", ""},
		"a second document":      {"---\nlicense: mit\n...\nmore: one\nother: x\n---\n", "hub.front-matter", "more: one\nother: x", "mit", "---\nlicense: mit\n---\n"},
		"with a mark of its own": {"---\nlicense: mit\n--- # b\nmore: one\n---\n", "hub.front-matter", "--- # b\nmore: one", "mit", "---\nlicense: mit\n---\n"},
		"text behind":            {"---\nlicense: mit\n...\nWords\n---\n", "hub.front-matter", "Words", "mit", "---\nlicense: mit\n---\n"},
		"comments alone":         {"---\n# none\n---\n", "", "", "", ""},
		"nothing behind":         {"---\nlicense: mit\n...\n---\n", "", "", "mit", ""},
	} {
		for _, newline := range []string{"\n", "\r\n"} {
			lines := func(s string) string { return strings.ReplaceAll(s, "\n", newline) }
			file := lines(tt.front + body)
			r := read(t, []byte(file))
			if got := answer(t, r.Card, "model_details.license"); got != tt.license || answer(t, r.Card, "model_details.name") != "Peas" || answer(t, r.Card, "intended_use.primary_uses") != "To eat." {
				t.Errorf("%s: %q %+v", name, got, r.Card.Sections[0])
			}
			if out := returned(t, r.Card, []byte(file), r.As); string(out.Data) != file {
				t.Errorf("%s: untouched it is\n%s", name, out.Data)
			}
			if tt.key == "" {
				if f, _ := r.Card.Field("hub.front-matter"); f != nil {
					t.Errorf("%s: %+v", name, f)
				}
				continue
			}
			f, s := r.Card.Field(tt.key)
			if f == nil || f.Answer != tt.says || !strings.Contains(strings.Join(r.Notes, " "), "not names with values") {
				t.Errorf("%s: %+v, %q", name, f, r.Notes)
				continue
			}
			c := r.Card.Clone()
			f, _ = c.Field(tt.key)
			f.Answer = strings.NewReplacer("one", "three", "Words", "Text", "peas", "beans").Replace(tt.says)
			license, _ := c.Field("model_details.license")
			license.Answer = "apache-2.0"
			out := returned(t, c, []byte(file), r.As)
			again := read(t, out.Data).Card
			if out.Anew || answer(t, again, tt.key) != f.Answer || answer(t, again, "model_details.license") != "apache-2.0" || answer(t, again, "intended_use.primary_uses") != "To eat." {
				t.Errorf("%s, edited (anew: %v):\n%s", name, out.Anew, out.Data)
			}
			if tt.gone != "" {
				s.Fields = nil
				if out := returned(t, r.Card, []byte(file), r.As); string(out.Data) != lines(tt.gone+body) {
					t.Errorf("%s, deleted (anew: %v):\n%q", name, out.Anew, out.Data)
				}
			}
		}
	}
}

// TestNamesWithNothing: a name of the front matter with nothing behind it is no question, and that is said.
func TestNamesWithNothing(t *testing.T) {
	for front, want := range map[string]string{"tags: []": "1 " + idleNote, "tags: []\nlanguage:\nlicense: mit\nodd: {}": "3 " + idleNotes, "license:": "", "tags: [a]": ""} {
		r := read(t, []byte("---\n"+front+"\n---\n# Peas\n\nx\n"))
		notes := strings.Join(r.Notes, "\n")
		if want == "" && strings.Contains(notes, "behind") || !strings.Contains(notes, want) {
			t.Errorf("%q: it is said %q", front, notes)
		}
	}
}
