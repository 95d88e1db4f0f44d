package format

import (
	"strings"
	"testing"

	"cardstock/card"
)

// An upkeep is an edit of a file whose rest stays as it is.
type upkeep struct {
	name, file string
	edit       map[string]string
	was, is    string // what is replaced in the file
}

// out makes the edit.
func (u *upkeep) out(t *testing.T) *Return {
	t.Helper()
	r := read(t, []byte(u.file))
	c := r.Card.Clone()
	for key, answer := range u.edit {
		f, _ := c.Field(key)
		if f == nil {
			t.Fatalf("%s: no question %s in %v", u.name, key, answeredFields(c))
		}
		f.Answer = answer
	}
	return returned(t, c, []byte(u.file), r.As)
}

// check compares what the edit makes with what is wanted.
func (u *upkeep) check(t *testing.T) {
	t.Helper()
	out := u.out(t)
	if want := strings.Replace(u.file, u.was, u.is, 1); out.Anew || string(out.Data) != want || !strings.Contains(u.file, u.was) {
		t.Errorf("%s: anew %v\n got %q\nwant %q", u.name, out.Anew, out.Data, want)
	}
}

// TestNewFirstItem: an item in front of a list leaves the others as they are.
func TestNewFirstItem(t *testing.T) {
	for _, u := range []upkeep{
		{"YAML", "a:\n  x:\n  - one # first\n  # about two\n  - 'two'\n  y: 1\n", map[string]string{"json.a.x": "zero\none\ntwo"}, "  - one", "  - zero\n  - one"},
		{"YAML in brackets", "a:\n  x: [one, 'two']\n  y: 1\n", map[string]string{"json.a.x": "zero\none\ntwo"}, "[one", "[zero, one"},
		{"numbers", "{\"a\": {\"sizes\": [1.50, 2, 3], \"z\": 1}}\n", map[string]string{"json.a.sizes": "0.5\n1.50\n2\n3"}, "[1.50", "[0.5, 1.50"},
		{"references", sources["mct"], map[string]string{"model_details.references": "https://0.example\nhttps://a.example\nhttps://b.example"}, `[{"reference": "https://a`, `[{"reference": "https://0.example"}, {"reference": "https://a`},
		{"a row", "{\"a\": {\"rows\": [[1.0, 2], [3, 4]], \"z\": 1}}\n", map[string]string{"json.a.rows": "[[0, 1], [1.0, 2], [3, 4]]"}, `[[1.0`, `[[0, 1], [1.0`},
	} {
		u.check(t)
	}
}

// TestNewTagBesideAnotherEdit: a tag at the end of its list stays in it, whatever happens to the member behind it.
func TestNewTagBesideAnotherEdit(t *testing.T) {
	const front = "---\ntags:\n- a\n- b\nlicense: mit\nlibrary_name: tf\n---\n# Peas\n\nGreen.\n"
	for _, u := range []upkeep{
		{"it goes", front, map[string]string{"hub.tags": "a\nb\nc", "model_details.license": ""}, "- b\nlicense: mit\n", "- b\n- c\n"},
		{"it has two lines", front, map[string]string{"hub.tags": "a\nb\nc", "model_details.license": "one\ntwo"}, "- b\nlicense: mit\n", "- b\n- c\nlicense: |-\n  one\n  two\n"},
		{"one more of the same", front, map[string]string{"hub.tags": "a\nb\nb"}, "- b\n", "- b\n- b\n"},
		{"an alias follows", readmes["anchors"], map[string]string{"hub.base": "x\ny\nz"}, "- y\nsame: *b\n", "- y\n- z\nsame:\n  - x\n  - y\n"},
	} {
		u.check(t)
	}
}

// TestCommentBesideNewLines: the comment behind a value of YAML stays when the value has several lines.
func TestCommentBesideNewLines(t *testing.T) {
	const lines = "name: |- # short\n  Peas\n  and beans\n"
	for _, u := range []upkeep{
		{"plain", "a: 1\nname: Peas # short\nz: 2\n", nil, "name: Peas # short\n", lines},
		{"quoted", "a: 1\nname: 'Peas' # short\nz: 2\n", nil, "name: 'Peas' # short\n", lines},
		{"twice quoted", "a: 1\nname: \"Peas\" # short\nz: 2\n", nil, "name: \"Peas\" # short\n", lines},
		{"nothing", "a: 1\nname: # short\nz: 2\n", nil, "name: # short\n", lines},
		{"space at the end", "a: 1\nname: Peas  \nz: 2\n", nil, "name: Peas  \n", "name: |-\n  Peas\n  and beans\n"},
		{"CRLF", "a: 1\r\nname: Peas # short\r\nz: 2\r\n", nil, "name: Peas # short\r\n", strings.ReplaceAll(lines, "\n", "\r\n")},
		{"at the end", "a: 1\nname: Peas # short", nil, "name: Peas # short", strings.TrimSuffix(lines, "\n")},
	} {
		u.edit = map[string]string{"model_details.name": "Peas\nand beans"}
		u.check(t)
	}
}

// TestSpaceInList: space around an item of a list is no reason to take the list apart.
func TestSpaceInList(t *testing.T) {
	const file = `{"name":"P","about":{"list":["a","b"],"t":"x"},"deep":{"a":{"b":1.0}}}`
	for _, u := range []upkeep{
		{"at an end", file, map[string]string{"json.about.list": "a \nc"}, `["a","b"]`, `["a","c"]`},
		{"in front", file, map[string]string{"json.about.list": "a\n  b\nc"}, `["a","b"]`, `["a","b","c"]`},
		{"nothing else", file, map[string]string{"json.about.list": "a \n b"}, `["a","b"]`, `["a","b"]`},
		{"YAML", "a:\n  x:\n  - one # first\n  - 'two'\n  y: 1\n", map[string]string{"json.a.x": "one \ntwo \n three"}, "  - 'two'\n", "  - 'two'\n  - three\n"},
	} {
		u.check(t)
	}
}

// TestNewTagUnderAnchor: a list with an anchor takes another item where it stands.
func TestNewTagUnderAnchor(t *testing.T) {
	const file = "name: P # c\ntags: &t\n  - a\n  - b\nmore:\n  k: v # keep\n"
	for _, u := range []upkeep{
		{"last", file, map[string]string{"json.tags": "a\nb\nc"}, "  - b\n", "  - b\n  - c\n"},
		{"first", file, map[string]string{"json.tags": "0\na\nb"}, "  - a\n", "  - '0'\n  - a\n"},
		{"one less", file, map[string]string{"json.tags": "a"}, "  - b\n", ""},
		{"not indented", strings.ReplaceAll(file, "  - ", "- "), map[string]string{"json.tags": "a\nb\nc"}, "- b\n", "- b\n- c\n"},
		{"of objects", "name: P # c\nmore:\n  rows: &t\n  - &u\n    k: a\n  - k: b\n  z: v # keep\n", map[string]string{"json.more.rows.k-2": "b\nx"}, "k: b\n", "k: |-\n      b\n      x\n"},
	} {
		u.check(t)
	}
}

// TestLineMoreAtTheEnd: a text that ends with the end of a line takes another line where it stands.
func TestLineMoreAtTheEnd(t *testing.T) {
	for _, u := range []upkeep{
		{"a literal", "name: P\nabout: |\n  Green.\n  Round.\nlist: a\n", map[string]string{"json.about": "Green.\nRound.\nFlat."}, "Round.\n", "Round.\n  Flat.\n"},
		{"JSON", `{"name": "P", "about": "Green.\nRound.\n", "x": 1.0}`, map[string]string{"json.about": "Green.\nRound.\nFlat.\n"}, `Round.\n`, `Round.\nFlat.\n`},
	} {
		u.check(t)
	}
}

// TestFileStaysOfItsKind: what a file is known by as one of a dataset can be edited like all else: the rest stays, and a note says how it is read again.
func TestFileStaysOfItsKind(t *testing.T) {
	const file = "{\"title\": \"knesset\", \"id\": \"owner/knesset\", \"licenses\": [{\"name\": \"CC0-1.0\"}]}"
	for id, want := range map[string]string{"newid": strings.Replace(file, "owner/knesset", "newid", 1), "": strings.Replace(file, `"id": "owner/knesset", `, "", 1)} {
		u := upkeep{file: file, edit: map[string]string{"json.id": id}}
		out := u.out(t)
		if string(out.Data) != want || out.Anew || !strings.Contains(out.Note, "known by as a datasheet") || out.As != "json:datasheet" {
			t.Errorf("%q: %+v\n%s", id, out, out.Data)
		}
		if again, err := ReadAs(templates(t), out.Data, out.As); err != nil || again.Card.Kind != card.Datasheet {
			t.Errorf("%q: %v", id, err)
		}
	}
}
