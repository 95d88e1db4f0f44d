package card

import (
	"strings"
	"testing"
)

func TestAnswered(t *testing.T) {
	for answer, want := range map[string]bool{
		"": false, " \n\t": false, "\u00a0": false, "0": true, " x": true, `[{"a":"b"}]`: true,

		"TBD": false, "tbd.": false, "T.B.D": true, "TODO": false, "**TODO**": false, "[More Information Needed]": false,
		"<todo>": false, "TODO: ask Ann": false, "tbd: after the trial": false, "To be added.": false, "n/a": false, "N/A.": false,
		"None": false, "none.": false, "Not applicable": false, "...": false, "…": false, "-": false, "–": false, "?": false,
		"xxx": false, "(none)": false, "{{ model_description }}": false, "<!-- Say what it is for. -->": false,
		"<!-- a\nb -->\n[More Information Needed]": false, "<!-- a": false, "lorem ipsum dolor sit amet": false,
		"Lorem ipsum dolor sit amet,\nconsectetur": true, // its second line is somebody's
		"TBD\nTODO\n\n- n/a":                       false, "TBD\nThe rest is here.": true,

		"TODO_FILL_CITATION": false, "`TODO_FILL_LICENSE_SPDX_URL`": false, "[TODO_AUTHOR]": false, "TBD_2": false, "FIXME_NAME\nTODO_FILL_MAIL": false,
		"TODO FILL IN THE CITATION": false, "TODO-FILL": false, "TODO: add": false, "<your name>": false, "<YOUR_MODEL_ID>": false,
		"Todo": false, "TODO_list": true, "todo_fill": true, "TODO FILL the pond": true, "TODO_FILL_IN and then more": true, "<your> x": true, "<b>your name</b>": true,
		"Todo is a list of what Ann wanted to do": true, "your name": true, "TBD_3 is the model": true, "MY_TODO_LIST": true,

		"n/a: there are no people in the data": true, "Not applicable because it sees no people": true,
		"None, the hospitals own all photos.": true, "None of the patients was a child": true, "no": true, "Yes": true, "unknown": true,
		"Todo list classifier": true, "C++": true, "✓": true, "👍": true, "日本語": true, "5 %": true, "<b>x</b>": true, "Nonesuch": true,

		`[{"a":"TBD"},{"a":"n/a","b":"-"}]`: false, `[{"a":"TBD","b":"0.9"}]`: true, `[{"a":" "}]`: false, `[{"broken`: true,

		"Measuring the area of a wound over time from phone photos taken on the ward. It supports the nurse's\nrecord; it is not a diagnosis.": false,
		"Measuring the area of a wound over time from phone photos taken on the ward.":                                                         true,
		"3.0": true, "Apache-2.0": true, "Wound segmenter v3": true, // examples that are anybody's
		strings.Repeat("TBD ", 300): true,
	} {
		if Answered(answer) != want {
			t.Errorf("Answered(%q) = %v", answer, !want)
		}
	}
	if !(&Field{Kind: Choice, Answer: "none"}).Answered() || (&Field{Kind: Choice}).Answered() || (&Field{Kind: Line, Answer: "none"}).Answered() {
		t.Error("to choose is to answer, and nothing else")
	}
}

// Every example long enough not to be anybody's own counts as no answer to its question.
func TestExamplesAreNoAnswers(t *testing.T) {
	n := 0
	for _, tmpl := range templates(t).All() {
		for _, f := range tmpl.fields {
			if len(strings.Fields(f.Example)) < exampleWords || f.Kind == Table {
				continue
			}
			n++
			if Answered(f.Example) || !Answered(f.Example+" And more.") {
				t.Errorf("%s: %q", f.Key, f.Example)
			}
		}
	}
	if n < 50 {
		t.Errorf("only %d examples", n)
	}
}

// A placeholder is text: an import neither writes over it nor drops it.
func TestPlaceholdersAreMergedLikeAnyText(t *testing.T) {
	tmpl := templates(t).Get("model")
	open, in := tmpl.New(), tmpl.New()
	a, _ := open.Field("model_details.name")
	b, _ := in.Field("model_details.name")
	other, _ := in.Field("model_details.type")
	a.Answer, b.Answer, other.Answer = "TBD", "Real name", "n/a"
	m, err := open.Merge(in, Fill)
	if err != nil || a.Answer != "TBD" || m.Kept != 1 || m.Filled != 1 {
		t.Errorf("%+v, %v, the name is %q", m, err, a.Answer)
	}
	if f, _ := open.Field("model_details.type"); f.Answer != "n/a" {
		t.Errorf("an imported placeholder has become %q", f.Answer)
	}
}
