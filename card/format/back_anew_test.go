package format

import (
	"strings"
	"testing"
)

// TestAnewHasEachNameOnce: a file of no known shape that is written anew has no two members of one object with the same name, all answers are in
// it, and the note says what is not as it was.
func TestAnewHasEachNameOnce(t *testing.T) {
	const file = "name: P\nresults:\n- name: accuracy\n  value: !!float 0.9\n- name: f1\n  value: 0.8\n- name_2: own\n"
	r := read(t, []byte(file))
	c := r.Card.Clone()
	f, _ := c.Field("json.results.value")
	f.Answer = "0.95"
	out := returned(t, c, []byte(file), r.As)
	if !out.Anew || !strings.Contains(out.Note, "numbers are texts") {
		t.Fatalf("anew %v, %q\n%s", out.Anew, out.Note, out.Data)
	}
	for _, name := range []string{"name", "value", "name_2", "value_2"} {
		if n := strings.Count(string(out.Data), "\n  "+name+":"); n != 1 {
			t.Errorf("%d members %s in\n%s", n, name, out.Data)
		}
	}
	checkReturned(t, "anew", c, out)
}
