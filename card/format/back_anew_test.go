package format

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// TestAnewHasEachNameOnce: a file of no known shape that is written anew has no two members of one object with the same name, all answers are in
// it, and the note says what is not as it was.
func TestAnewHasEachNameOnce(t *testing.T) {
	const file = "name: P\nresults:\n- name: accuracy\n  value: !!float 0.9\n- name: f1\n  value: 0.8\n- name: own\n"
	r := read(t, []byte(file))
	c := r.Card.Clone()
	f, _ := c.Field("json.results.value")
	f.Answer = "0.95"
	out := returned(t, c, []byte(file), r.As)
	if !out.Anew || !strings.Contains(out.Note, "numbers are texts") {
		t.Fatalf("anew %v, %q\n%s", out.Anew, out.Note, out.Data)
	}
	nodes, err := readYAML(string(out.Data))
	if err != nil {
		t.Fatal(err)
	}
	eachNode(nodes, func(n *yaml.Node) {
		names := map[string]bool{}
		for i := 0; n.Kind == yaml.MappingNode && i < len(n.Content); i += 2 {
			if name := n.Content[i].Value; names[name] {
				t.Errorf("%s is there twice in\n%s", name, out.Data)
			} else {
				names[name] = true
			}
		}
	})
	checkReturned(t, "anew", c, out)
}

// TestAnewTellsWhatGoes: the note on a bill of materials that is written anew names what it held beside the model.
func TestAnewTellsWhatGoes(t *testing.T) {
	u := upkeep{file: strings.Replace(intervalBill, "numpy", "numpy"+string(rune(firstMark)), 1), edit: map[string]string{"model_details.name": "Beans"}} // one with such a character is not traced
	out := u.out(t)
	if !out.Anew || !strings.HasPrefix(out.Note, noteAnew) || !strings.Contains(out.Note, "holds besides: 1 other component, metadata, serialNumber.") {
		t.Errorf("anew %v, %q\n%s", out.Anew, out.Note, out.Data)
	}
}
