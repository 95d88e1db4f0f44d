package format

import (
	"strings"
	"testing"
	"time"
)

// TestAliasesOnOneLineAreQuick: a file may have all of its values on one line, and an edit of one that all others stand for looks at each. With
// a look along the line for each this took minutes, and nobody could stop it.
func TestAliasesOnOneLineAreQuick(t *testing.T) {
	undetected(t)
	for name, tt := range map[string]struct {
		aliases int
		blank   string
	}{"few": {18_000, strings.Repeat(" ", 20)}, "many": {80_000, " "}, "of other letters": {18_000, " 'ä' ," + strings.Repeat(" ", 10)}} {
		file := []byte("x: &a hi there\ny: [" + strings.Repeat("*a ,"+tt.blank, tt.aliases) + "*a ]\n")
		r := read(t, file)
		for i := range r.Card.Sections {
			for j := range r.Card.Sections[i].Fields {
				if f := &r.Card.Sections[i].Fields[j]; f.Answer == "hi there" {
					f.Answer = "hello"
				}
			}
		}
		start := time.Now()
		out, err := Back(t.Context(), templates(t), r.Card, file, r.As)
		took := time.Since(start)
		if err != nil || !strings.Contains(string(out.Data), "hello") {
			t.Errorf("%s: %v", name, err)
		}
		if t.Logf("%s: %v", name, took); took > 30*time.Second {
			t.Errorf("%s: %v", name, took)
		}
	}
}
