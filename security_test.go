package main

import (
	"slices"
	"strings"
	"testing"
)

// TestSecurityNamesItsTests checks that every test and fuzz target that SECURITY.md gives as proof exists, that each row of its tables gives
// one, and that the settings it names are there.
func TestSecurityNamesItsTests(t *testing.T) {
	text, tests := readText(t, "SECURITY.md"), matches(`(?m)^func ((?:Test|Fuzz)\w+)\(`, allTests(t))
	names := matches("`((?:Test|Fuzz)[A-Za-z0-9]+)`", text)
	if len(names) < 40 {
		t.Errorf("it names only %d tests", len(names))
	}
	for _, name := range names {
		if !slices.Contains(tests, name) {
			t.Errorf("there is no %s", name)
		}
	}
	for _, row := range matches(`(?m)^(\|.*)$`, text) {
		head := strings.HasSuffix(row, "| test |") || strings.HasPrefix(row, "|---")
		if !head && !strings.Contains(row, "`Test") && !strings.Contains(row, "`Fuzz") {
			t.Errorf("this row names no test: %s", row)
		}
	}
	for _, name := range matches("`--([a-z-]+)`", text) {
		if !strings.Contains(settingNames(), " "+name+" ") {
			t.Errorf("--%s is no setting", name)
		}
	}
}
