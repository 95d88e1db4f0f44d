package attach

import (
	"runtime"
	"strings"
	"testing"

	"cardstock/card"
)

// A line of a million cells is refused before it takes a hundred times its size; commas in quotes are none.
func TestAWideTableTakesNoMemory(t *testing.T) {
	quoted := []byte("a,b\n\"" + strings.Repeat("x,\n", 1000) + "\",1\n")
	if table, err := ReadTable(quoted); err != nil || len(table.Rows) != 1 {
		t.Errorf("a long cell: %v", err)
	}
	for name, data := range map[string]string{
		"below": "a,b\n" + strings.Repeat("x,", 1_000_000), "first": strings.Repeat(",", 2_000_000) + "\n1,2", "semicolons": "a;b\n" + strings.Repeat(";", 2_000_000),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := ReadTable([]byte(data))
		runtime.ReadMemStats(&after)
		if took := (after.TotalAlloc - before.TotalAlloc) >> 20; card.CodeOf(err) != card.TooLarge || took > 20 {
			t.Errorf("%s: %v, %d MB", name, err, took)
		}
	}
}
