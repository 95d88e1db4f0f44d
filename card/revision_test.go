package card

import (
	"strings"
	"testing"
)

// Every row of the revision rules in DESIGN.md. "shown" is what the page was given.
func TestJudge(t *testing.T) {
	tests := []struct {
		name      string
		storedRev int64
		stored    string
		shownRev  int64
		shown     string
		submitted string
		want      Edit
	}{
		{"edited, nobody else there", 3, "old", 3, "old", "new", Write},
		{"first answer", 0, "", 0, "", "first", Write},
		{"emptied", 1, "old", 1, "old", "", Write},
		{"not edited", 3, "old", 3, "old", "old", Saved},
		{"not edited, changed elsewhere", 4, "theirs", 3, "old", "old", Unchanged},
		{"the reply got lost, sent again", 4, "new", 3, "old", "new", Saved},
		{"the reply got lost, another tab changed it after", 5, "theirs", 3, "old", "new", Conflicted},
		{"another tab wrote the very same", 4, "same", 3, "old", "same", Saved},
		{"edited and changed elsewhere", 4, "theirs", 3, "old", "mine", Conflicted},
		{"edited, emptied elsewhere", 4, "", 3, "old", "mine", Conflicted},
		{"emptied, changed elsewhere", 4, "theirs", 3, "old", "", Conflicted},
		{"changed elsewhere and back again", 5, "old", 3, "old", "mine", Conflicted},
		{"not edited, changed elsewhere and back", 5, "old", 3, "old", "old", Saved},
		{"a revision from the future", 3, "old", 9, "old", "mine", Conflicted},
		{"the right number of another text", 3, "theirs", 3, "old", "mine", Conflicted},
		{"only space was added", 3, "old", 3, "old", "old ", Write},
	}
	for _, tt := range tests {
		f := Field{Rev: tt.storedRev, Answer: tt.stored}
		rev := ParseRev(RevOf(tt.shownRev, tt.shown).String())
		if got := f.Judge(tt.submitted, rev); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

// A form without a revision stands for a page that has seen nothing.
func TestJudgeWithoutRevision(t *testing.T) {
	fresh, taken := Field{}, Field{Rev: 1, Answer: "theirs"}
	imported := Field{Answer: "came with the card"}
	for _, broken := range []string{"", "x", "1", "-1.abc", ".", "1e3.x", "99999999999999999999.x"} {
		rev := ParseRev(broken)
		if got := fresh.Judge("mine", rev); got != Write {
			t.Errorf("rev %q, fresh field: %d, want it written", broken, got)
		}
		if got := taken.Judge("mine", rev); got != Conflicted {
			t.Errorf("rev %q, answered field: %d, want a conflict", broken, got)
		}
		if got := imported.Judge("mine", rev); got != Conflicted {
			t.Errorf("rev %q, imported answer: %d, want a conflict", broken, got)
		}
		if got := taken.Judge("theirs", rev); got != Saved {
			t.Errorf("rev %q, same text: %d, want saved", broken, got)
		}
		if got := taken.Judge("", rev); got != Unchanged {
			t.Errorf("rev %q, empty text: %d, want it skipped", broken, got)
		}
	}
}

func TestRevIsOpaqueAndSafeInAnAttribute(t *testing.T) {
	for _, answer := range []string{"", "x", strings.Repeat("long ", 1000), "\"><script>"} {
		s := RevOf(12, answer).String()
		if strings.ContainsAny(s, "\"'<>& ") || len(s) > 40 {
			t.Errorf("rev of %.20q is %q", answer, s)
		}
		if r := ParseRev(s); r != RevOf(12, answer) || !r.StandsFor(answer) || r.StandsFor(answer+"!") {
			t.Errorf("%q does not come back", s)
		}
	}
}
