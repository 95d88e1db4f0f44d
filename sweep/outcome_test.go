package sweep

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cardstock/db"
)

// TestHoldKindsAreKnown: metrics begin each reason at zero, so all of them must be in the list, and nothing else.
func TestHoldKindsAreKnown(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, m := range regexp.MustCompile(`kind: +"([a-z_]+)"`).FindAllStringSubmatch(string(text), -1) {
			kinds = append(kinds, m[1])
		}
	}
	slices.Sort(kinds)
	kinds = slices.DeleteFunc(slices.Compact(kinds), func(k string) bool { return k == "first" }) // no reason to hold, see holdRenewed
	if !slices.Equal(kinds, HoldKinds) {
		t.Errorf("the source has %q, the list %q", kinds, HoldKinds)
	}
}

func TestOutcome(t *testing.T) {
	for want, r := range map[string]Report{
		"held":      {Held: []Hold{{kind: "mass"}}, Ended: 1, SetAgain: 30},
		"erased":    {Erased: db.Erased{Rows: 1}, SetAgain: 1},
		"set_again": {SetAgain: 1, Repaired: 1},
		"repaired":  {Repaired: 1, Marked: 1},
		"marked":    {Marked: 1},
		"busy":      {busy: true},
		"idle":      {Looked: 5},
	} {
		if got := r.Outcome(nil); got != want || !slices.Contains(Outcomes, got) {
			t.Errorf("%+v: %s, want %s", r, got, want)
		}
		if got := r.Outcome(errors.New("")); got != "failed" {
			t.Errorf("a pass that failed: %s", got)
		}
	}
}
