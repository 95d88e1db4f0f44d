package main

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The arrows of DESIGN.md: what each package may reach, itself aside. Test helpers under e2e are free.
var arrows = map[string][]string{
	"cardstock/card":          {},
	"cardstock/card/artefact": {"cardstock/card"},
	"cardstock/card/attach":   {"cardstock/card"},
	"cardstock/card/format":   {"cardstock/card", "cardstock/card/attach"},
	"cardstock/db":            {"cardstock/card"},
	"cardstock/limit":         {},
	"cardstock/session":       {"cardstock/card", "cardstock/db"},
	"cardstock/sweep":         {"cardstock/card", "cardstock/db", "cardstock/session"},
	"cardstock/handlers":      {"cardstock/card", "cardstock/card/artefact", "cardstock/card/attach", "cardstock/card/format", "cardstock/db", "cardstock/limit", "cardstock/session"},
	"cardstock":               {"cardstock/card", "cardstock/card/artefact", "cardstock/card/attach", "cardstock/card/format", "cardstock/db", "cardstock/handlers", "cardstock/limit", "cardstock/session", "cardstock/sweep"},
}

// libraries that only one room may know.
var libraries = map[string][]string{
	"github.com/gofiber/fiber/v2":                    {"cardstock/handlers", "cardstock"},
	"github.com/mattn/go-sqlite3":                    {"cardstock/db", "cardstock/session", "cardstock/sweep", "cardstock/handlers", "cardstock"},
	"github.com/gofiber/storage/redis/v3":            {"cardstock/session", "cardstock/sweep", "cardstock/handlers", "cardstock"},
	"github.com/microcosm-cc/bluemonday":             {"cardstock/card/format", "cardstock/handlers", "cardstock"},
	"github.com/prometheus/client_golang/prometheus": {"cardstock"},
	"github.com/santhosh-tekuri/jsonschema/v6":       {},
}

func TestImportsPointOneWay(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Deps " "}}`, "./...").CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		pkg, deps := words[0], words[1:]
		if strings.HasPrefix(pkg, "cardstock/e2e") {
			continue
		}
		allowed, known := arrows[pkg]
		if !known {
			t.Errorf("the package %s is not in DESIGN.md's list; give it a place and its arrows here", pkg)
		}
		seen[pkg] = true
		for _, dep := range deps {
			if strings.HasPrefix(dep+"/", "cardstock/") && !slices.Contains(allowed, dep) {
				t.Errorf("%s reaches %s", pkg, dep)
			}
			if rooms, ok := libraries[dep]; ok && !slices.Contains(rooms, pkg) {
				t.Errorf("%s reaches %s, which is not its business", pkg, dep)
			}
		}
	}
	for pkg := range arrows {
		if !seen[pkg] {
			t.Errorf("the package %s is gone", pkg)
		}
	}
}

// TestWhatIsUndetectedIsRun: what is skipped under the race detector is among the tests that make test runs without it.
func TestWhatIsUndetectedIsRun(t *testing.T) {
	t.Parallel()
	dry, err := exec.Command("make", "-n", "test").Output()
	if err != nil {
		t.Fatal(err)
	}
	run := regexp.MustCompile(`(?m)^go test -count=1 .*-run '([^']+)' (.*)$`).FindStringSubmatch(string(dry))
	if run == nil {
		t.Fatal("make test does not run anything without the race detector")
	}
	names, n := regexp.MustCompile(run[1]), 0
	files, _ := filepath.Glob("*/*_test.go")
	deeper, _ := filepath.Glob("*/*/*_test.go")
	for _, file := range append(files, deeper...) {
		for _, m := range regexp.MustCompile(`func (\w+)\(\w \*testing\.[TF]\) \{\n\tundetected\(`).FindAllStringSubmatch(readText(t, file), -1) {
			if n++; !names.MatchString(m[1]) || !strings.Contains(run[2], "./"+filepath.Dir(file)) {
				t.Errorf("%s of %s is skipped by the race detector, and make test does not run it without", m[1], file)
			}
		}
	}
	if n == 0 {
		t.Error("nothing is")
	}
}
