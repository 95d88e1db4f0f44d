package main

import (
	"crypto/sha512"
	"encoding/base64"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cardstock/card"
)

func readText(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// matches returns what the one group of a pattern matched, each time.
func matches(pattern, text string) []string {
	var found []string
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		found = append(found, m[1])
	}
	return found
}

// TestReadmeSettings checks that the table of settings is that of config.go: the same names in the same order, with
// their environment names and defaults.
func TestReadmeSettings(t *testing.T) {
	_, table, _ := strings.Cut(readText(t, "README.md"), "\n## Settings\n")
	table, _, _ = strings.Cut(table, "\n## ")
	rows := matches("(?m)^(\\| `--.*)$", table)
	for _, s := range settings {
		if s.flag {
			continue
		}
		if len(rows) == 0 {
			t.Fatalf("the table lacks --%s", s.name)
		}
		standard := " "
		if s.standard != "" {
			standard = " `" + s.standard + "` "
		}
		want := "| `--" + s.name + "` | `" + s.env() + "` |" + standard + "|"
		if !strings.HasPrefix(rows[0], want) {
			t.Errorf("the table has\n%s\nwant it to begin with\n%s", rows[0], want)
		}
		rows = rows[1:]
	}
	if len(rows) > 0 {
		t.Errorf("the table has what config.go does not: %s", rows[0])
	}
}

// TestReadmeTemplate loads the template that the README shows.
func TestReadmeTemplate(t *testing.T) {
	shown := matches("(?s)```yaml\n(.*?)```", readText(t, "README.md"))
	if len(shown) != 1 {
		t.Fatalf("the README shows %d templates, want 1", len(shown))
	}
	if _, err := card.ParseTemplate([]byte(shown[0])); err != nil {
		t.Error(err)
	}
}

// TestReadmePointsAtWhatIsThere checks the commands, files, tests and flags that README and CONTRIBUTING name.
func TestReadmePointsAtWhatIsThere(t *testing.T) {
	text := readText(t, "README.md") + readText(t, "CONTRIBUTING.md")
	makefile := "\n" + readText(t, "Makefile")
	for _, target := range matches("(?m)(?:`|^    )make ([a-z]+)", text) {
		if !strings.Contains(makefile, "\n"+target+":") {
			t.Errorf("make %s: the Makefile has no such target", target)
		}
	}
	for _, path := range matches("`((?:card|db|handlers|static|views|\\.ci)/[^` ]*)`", text) {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
	for _, name := range matches("[ `(]--([a-z-]+)", text) {
		if name != "help" && !strings.Contains(settingNames(), " "+name+" ") {
			t.Errorf("--%s is no setting", name)
		}
	}
	tests := allTests(t)
	for _, name := range matches("`(Test[A-Za-z]+)`", text) {
		if !strings.Contains(tests, "\nfunc "+name+"(") {
			t.Errorf("there is no %s", name)
		}
	}
}

func settingNames() string {
	names := " "
	for _, s := range settings {
		names += s.name + " "
	}
	return names
}

// allTests returns the text of all test files.
func allTests(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, "_test.go") {
			b.WriteString(readText(t, path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestHtmxIsAsPublished checks that the committed file is the one whose hash the README notes.
func TestHtmxIsAsPublished(t *testing.T) {
	const published = "2OatzQy1H+Zd/IIrjr1TcuDGqLXeHhbooAyJY1KdQMKnr4LZ22k31GBLdYKHmVjg"
	sum := sha512.Sum384([]byte(readText(t, "static/htmx-2.0.11.min.js")))
	if got := base64.StdEncoding.EncodeToString(sum[:]); got != published {
		t.Errorf("its SHA-384 is %s, want %s", got, published)
	}
	if !strings.Contains(readText(t, "README.md"), "`"+published+"`") {
		t.Error("the README does not note its hash")
	}
}
