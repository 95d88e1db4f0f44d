package format

import (
	"strings"
	"testing"

	"cardstock/card"
)

const aliasedFile = "# mine\nname: Peas\nbase: &b\n  x: Green # so\n  y: Round\ncopy: *b\nmore:\n  <<: *b\n  z: &c Old\nlast: {w: *c, l: &l [a, b]}\nend:\n  m: *l\n"

// TestEditsBesideAliases: a YAML file with anchors and aliases keeps them, its comments and its order; only the aliases of what was edited are
// written out, and that is told.
func TestEditsBesideAliases(t *testing.T) {
	undetected(t)
	for name, tt := range map[string]struct {
		edit map[string]string
		swap []string
		note string
	}{
		"far from them":            {map[string]string{"model_details.name": "Beans"}, []string{"Peas", "Beans"}, ""},
		"at an anchor":             {map[string]string{"json.base.x": "Yellow"}, []string{"  x: Green", "  x: Yellow", "copy: *b", "copy: {x: Green, 'y': Round}", "<<: *b", "<<: {x: Green, 'y': Round}"}, noteAliases},
		"at an anchor and aliases": {map[string]string{"json.base.x": "Yellow", "json.copy.x": "Yellow", "json.more.x": "Yellow"}, []string{"  x: Green", "  x: Yellow"}, ""},
		"at an alias":              {map[string]string{"json.copy.y": "Flat"}, []string{"copy: *b", "copy: {x: Green, 'y': Flat}", "<<: *b", "<<: {x: Green, 'y': Round}"}, noteAliases},
		"at a text's anchor":       {map[string]string{"json.more.z": "New"}, []string{"&c Old", "&c New", "w: *c", "w: Old"}, ""},
		"a text's alias":           {map[string]string{"json.last.w": "New"}, []string{"w: *c", "w: New"}, ""},
		"a list's alias":           {map[string]string{"json.end.m": "a\nc"}, []string{"m: *l", "m: [a, c]"}, noteAliases},
		"taken away from an alias": {map[string]string{"json.copy.x": ""}, []string{"copy: *b", "copy: {'y': Round}", "<<: *b", "<<: {x: Green, 'y': Round}"}, noteAliases},
		"something new":            {map[string]string{"intended_use.primary_uses": "To eat"}, []string{"  m: *l\n", "  m: *l\nintended_use:\n  primary_uses: To eat\n"}, ""},
	} {
		r := read(t, []byte(aliasedFile))
		for key, text := range tt.edit {
			f, _ := r.Card.Field(key)
			if f == nil {
				t.Fatalf("%s: no %s in %v", name, key, keysOf(r.Card))
			}
			f.Answer = text
		}
		out := returned(t, r.Card, []byte(aliasedFile), r.As)
		if want := strings.NewReplacer(tt.swap...).Replace(aliasedFile); string(out.Data) != want || out.Anew || out.Note != tt.note {
			t.Errorf("%s: anew %v, %q\n%s\nwant\n%s", name, out.Anew, out.Note, out.Data, want)
		}
		checkReturned(t, name, r.Card, out)
	}
}

// TestCardWithoutAnswersGoesBack: a card whose answers were all deleted goes back into its file, which keeps its shape and says nothing any more.
func TestCardWithoutAnswersGoesBack(t *testing.T) {
	files := map[string]string{"hub": "---\nlicense: mit # so\n---\n# Model Card for Peas\n\nIntro.\n\n## Uses\n\n<!-- keep -->\nEat\n"}
	for name, text := range sources {
		files[name] = text
	}
	for name, text := range files {
		r := read(t, []byte(text))
		var said []string
		for i := range r.Card.Sections {
			for j := range r.Card.Sections[i].Fields {
				f := &r.Card.Sections[i].Fields[j]
				if f.Kind != card.Table && f.Answered() {
					said = append(said, f.Answer)
				}
				f.Answer = ""
			}
		}
		out := returned(t, r.Card, []byte(text), r.As)
		if out.Anew {
			t.Errorf("%s is written anew:\n%s", name, out.Data)
		}
		if again, err := Read(templates(t), out.Data); err == nil {
			for _, s := range said {
				if everything(again.Card).holds(s) {
					t.Errorf("%s still says %q:\n%s", name, s, out.Data)
				}
			}
		}
		for _, keep := range []string{"# a card", "# ten", "<!-- keep -->", "/* two */", "urn:uuid:1", "CreatedBy"} {
			if strings.Contains(text, keep) && !strings.Contains(string(out.Data), keep) {
				t.Errorf("%s has lost %s:\n%s", name, keep, out.Data)
			}
		}
	}
}
