package card

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// sides puts the pieces of a difference together again: what was before, and what is after.
func sides(pieces []Piece) (before, after string) {
	for _, p := range pieces {
		if p.Op != Added {
			before += p.Text
		}
		if p.Op != Removed {
			after += p.Text
		}
	}
	return before, after
}

func written(pieces []Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString([]string{p.Text, "[-" + p.Text + "-]", "{+" + p.Text + "+}"}[p.Op])
	}
	return b.String()
}

func TestDiff(t *testing.T) {
	for _, tt := range []struct{ before, after, want string }{
		{"", "", ""},
		{"same", "same", "same"},
		{"", "new", "{+new+}"},
		{"old", "", "[-old-]"},
		{"Measures small wounds.", "Measures large wounds.", "Measures [-small-]{+large+} wounds."},
		{"one two three four", "one 2 3 four", "one [-two three-]{+2 3+} four"},
		{"a  b", "a b", "a[-  -]{+ +}b"},
		{"first\nsecond\nthird\n", "first\nthird\n", "first\n[-second\n-]third\n"},
		{"first\n", "first\nsecond", "first\n{+second+}"},
		{"値は三十です", "値は四十です", "値は[-三-]{+四+}十です"},
		{"the 41.5 %", "the 42.5 %", "the [-41-]{+42+}.5 %"},
		{"cafe\u0301 au lait", "cafe au lait", "[-cafe\u0301-]{+cafe+} au lait"},
		{"ยาดี", "ยามี", "ยา[-ดี-]{+มี+}"},
	} {
		pieces := Diff(tt.before, tt.after)
		if got := written(pieces); got != tt.want {
			t.Errorf("from %q to %q: %s, want %s", tt.before, tt.after, got, tt.want)
		}
	}
}

// The few changes that were made are the few that are found.
func TestDiffFindsWhatWasChanged(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for range 200 {
		var before, after []string
		for i := range 20 + r.IntN(300) {
			word := fmt.Sprint("w", i, oneOf(r, " ", "\n", ", ", "語"))
			before = append(before, word)
			switch r.IntN(30) {
			case 0:
			case 1:
				after = append(after, word, "new")
			case 2:
				after = append(after, strings.ToUpper(word))
			default:
				after = append(after, word)
			}
		}
		b, a := strings.Join(before, ""), strings.Join(after, "")
		pieces := Diff(b, a)
		if gotB, gotA := sides(pieces); gotB != b || gotA != a {
			t.Fatalf("the pieces of a difference make another text:\n%s", written(pieces))
		}
		same := 0
		for _, p := range pieces {
			if p.Op == Same {
				same += len(p.Text)
			}
		}
		if same < len(b)/2 {
			t.Errorf("only %d of %d bytes are the same:\n%s", same, len(b), written(pieces))
		}
	}
}

func oneOf[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

// Random texts with many repetitions: whatever is found, it leads from one text to the other.
func TestDiffLeadsFromOneTextToTheOther(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		var b strings.Builder
		for range r.IntN(60) {
			b.WriteString(oneOf(r, "a", "b", " ", "  ", "\n", "ab", "語", "\u0301", "👩\u200d🔬", "\xff", "é"))
		}
		return b.String()
	}
	for range 20_000 {
		a, b := text(), text()
		pieces := Diff(a, b)
		if x, y := sides(pieces); x != a || y != b {
			t.Fatalf("%q to %q: the pieces are of %q and %q", a, b, x, y)
		}
		for i := 1; i < len(pieces); i++ {
			if pieces[i].Op == pieces[i-1].Op || pieces[i].Text == "" {
				t.Fatalf("%q to %q: pieces that belong together: %v", a, b, pieces)
			}
		}
	}
}

func FuzzDiff(f *testing.F) {
	f.Add("Measures small wounds.", "Measures\nlarge wounds. 値は")
	f.Add(strings.Repeat("a b\n", 300), strings.Repeat("b a\n", 300))
	f.Fuzz(func(t *testing.T, a, b string) {
		if x, y := sides(Diff(a, b)); x != a || y != b {
			t.Errorf("%q to %q: the pieces are of %q and %q", a, b, x, y)
		}
	})
}

// The longest answers there can be, with nothing and with everything in common, are compared in bounded time.
func TestDiffIsBounded(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	long := func(words ...string) string {
		var b strings.Builder
		for range MaxAnswer {
			b.WriteString(oneOf(r, words...))
		}
		return b.String()
	}
	for _, words := range [][]string{{"a", " "}, {"語", "値"}, {"a", "\n"}, {"x", "y", "z", " ", "\n", "."}} {
		a, b := long(words...), long(words...)
		start := time.Now()
		pieces := Diff(a, b)
		if took := time.Since(start); took > 5*time.Second { // some tenths of a second on a quiet machine
			t.Errorf("%q: %v", words, took)
		}
		if x, y := sides(pieces); x != a || y != b {
			t.Errorf("%q: the pieces make other texts", words)
		}
	}
}

func TestDiffRows(t *testing.T) {
	write := func(rows []RowDiff) string {
		var b strings.Builder
		for _, r := range rows {
			b.WriteString(string("=-+~"[r.Op]))
			for _, cell := range r.Cells {
				b.WriteString("|" + written(cell))
			}
			b.WriteString("\n")
		}
		return b.String()
	}
	before := [][]string{{"F1", "0.8"}, {"Recall", "0.7 on the test set"}, {"AUC", "0.9"}}
	for _, tt := range []struct {
		after [][]string
		want  string
	}{
		{before, "=|F1|0.8\n=|Recall|0.7 on the test set\n=|AUC|0.9\n"},
		{[][]string{before[0], before[2]}, "=|F1|0.8\n-|[-Recall-]|[-0.7 on the test set-]\n=|AUC|0.9\n"},
		{[][]string{before[0], {"Recall", "0.6 on the test set"}, before[2]}, "=|F1|0.8\n~|Recall|0.[-7-]{+6+} on the test set\n=|AUC|0.9\n"},
		{[][]string{before[0], before[1], {"Dice", "none"}}, "=|F1|0.8\n=|Recall|0.7 on the test set\n-|[-AUC-]|[-0.9-]\n+|{+Dice+}|{+none+}\n"},
		{nil, "-|[-F1-]|[-0.8-]\n-|[-Recall-]|[-0.7 on the test set-]\n-|[-AUC-]|[-0.9-]\n"},
	} {
		if got := write(DiffRows(before, tt.after)); got != tt.want {
			t.Errorf("to %v:\n%swant\n%s", tt.after, got, tt.want)
		}
	}
}

func TestTogether(t *testing.T) {
	for _, tt := range []struct {
		kind                FieldKind
		theirs, mine, where string
		end                 int
	}{
		{Text, "one\ntwo\nthree", "one\n2\nthree", "one\ntwo\n2\nthree", 3},
		{Text, "theirs", "mine", "theirs\nmine", 2},
		{Text, "", "mine", "mine", 1},
		{Text, "theirs", "", "theirs", 1},
		{Line, "Net", "Net 2", "Net / Net 2", 1},
		{List, "a\nb", "b\nc", "a\nb\nc", 3},
		{Table, `[{"k":"1"},{"k":"2"}]`, `[{"k":"1"},{"k":"3"}]`, `[{"k":"1"},{"k":"2"},{"k":"3"}]`, 3},
	} {
		f := Field{Kind: tt.kind, Columns: []Column{{Key: "k"}}}
		if got := f.Together(tt.theirs, tt.mine); got != tt.where {
			t.Errorf("%s: %q and %q together are %q, want %q", tt.kind, tt.theirs, tt.mine, got, tt.where)
		}
		if got := f.EndOfMine(tt.theirs, tt.where); got != tt.end {
			t.Errorf("%s: of %q, %q ends after %d, want %d", tt.kind, tt.where, tt.mine, got, tt.end)
		}
	}
}
