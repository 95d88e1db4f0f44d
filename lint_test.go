package main

import (
	"encoding/json"
	"flag"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cardstock/card"
	"cardstock/card/format"
)

var update = flag.Bool("update", false, "write the golden files of lint anew")

// golden compares with a file beside the card that was looked at.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "lint", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := readText(t, path); got != want {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

const lintCard = "testdata/lint/bridges.json"

func TestLintGolden(t *testing.T) {
	for _, f := range []string{"text", "json", "github", "sarif"} {
		code, out, errs := command(t, "lint", "--format", f, lintCard)
		if code != 1 || errs != "" {
			t.Errorf("%s: exit %d, %s", f, code, errs)
		}
		golden(t, "card."+f, out)
	}
}

// filled writes a card of a kind with nothing to find in it to a file.
func filled(t *testing.T, name string, f *format.Format) string {
	t.Helper()
	ts, err := card.LoadTemplates()
	if err != nil {
		t.Fatal(err)
	}
	c := ts.Get("datasheet").New()
	for i := range c.Sections {
		for j := range c.Sections[i].Fields {
			switch f := &c.Sections[i].Fields[j]; {
			case f.Key == "version.date":
				f.Answer = "2020-01-01"
			case strings.HasSuffix(f.Key, ".license"):
				f.Answer = "CC-BY-4.0"
			case strings.HasSuffix(f.Key, ".contact"):
				f.Answer = "team@bridges.org"
			case f.Key != "governance.status" && f.Kind != card.Table:
				f.Answer = "No, there is a proper answer here."
			}
		}
	}
	data, err := f.Encode(ts, c)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLintExits(t *testing.T) {
	full := filled(t, "full.json", format.BySuffix(".json"))
	broken := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(broken, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args string
		code int
		want string // in what is written
	}{
		{full, 0, "score 100 of 100, 0 essential, 0 advice"},
		{lintCard, 1, "[essential-empty]"},
		{full + " " + lintCard, 1, lintCard + ": score"},
		{lintCard + " --min-score 0", 0, "[essential-empty]"},
		{"--min-score 5 " + lintCard, 0, ""},
		{lintCard + " --min-score 50", 1, ""},
		{full + " --min-score=100", 0, ""},
		{broken, 4, broken + ": "},
		{"none.json " + lintCard, 4, "none.json: It cannot be read: no such file or directory."},
		{lintCard + " none.json --min-score 0", 4, ""},
		{"-- --min-score", 4, "--min-score: It cannot be read"},
		{".", 4, "is a directory"},
	} {
		code, out, errs := command(t, append([]string{"lint"}, strings.Fields(test.args)...)...)
		if code != test.code || errs != "" || !strings.Contains(out, test.want) {
			t.Errorf("lint %s: exit %d, %s%s", test.args, code, out, errs)
		}
	}
	for _, args := range []string{"", "--format xml " + full, "--min-score 101 " + full, "--min-score -1 " + full, "--min-score many " + full, "--min-score", "--db x.db " + full,
		"--templates /no/such/directory " + full} {
		code, out, errs := command(t, append([]string{"lint"}, strings.Fields(args)...)...)
		if oneSentence(t, errs); code != exitUsage || out != "" {
			t.Errorf("lint %s: exit %d, %s%s", args, code, out, errs)
		}
	}
}

// Every format that a card can be taken away in is read again, and standard input is, too.
func TestLintReadsEveryFormat(t *testing.T) {
	for _, f := range format.All() {
		if f.Encode == nil || !f.Returns() {
			continue
		}
		path := filled(t, "card"+f.Suffix, f)
		code, out, errs := command(t, "lint", path)
		if !strings.Contains(out, "score ") || code == exitUnreadable || errs != "" {
			t.Errorf("%s: exit %d, %s%s", f.Name, code, out, errs)
		}
		code, piped, errs := commandIn(t, environment(), readText(t, path), "lint", "-")
		if strings.TrimPrefix(piped, "stdin") != strings.TrimPrefix(out, path) || code == exitUnreadable || errs != "" {
			t.Errorf("%s by standard input: exit %d, %s%s", f.Name, code, piped, errs)
		}
	}
}

// A template of one's own brings its own essential questions.
func TestLintWithTemplates(t *testing.T) {
	dir := t.TempDir()
	robot := "key: robot\nkind: model\ntitle: Robot\nsections:\n  - key: robot\n    title: Robot\n    fields:\n      - {key: robot.home, label: Home, kind: line, essential: true}\n"
	made := `{"format":"cardstock/1","kind":"model","template":"robot","title":"R2","sections":[]}`
	if err := os.WriteFile(filepath.Join(dir, "robot.yaml"), []byte(robot), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, env := range []func(string) string{environment("CARDSTOCK_TEMPLATES", dir), environment()} {
		code, out, errs := commandIn(t, env, made, "lint", "-")
		if known := env("CARDSTOCK_TEMPLATES") != ""; strings.Contains(out, "Robot, Home: This essential question") != known || code != 1 { // without the template its questions are those of a model card
			t.Errorf("exit %d, %s%s", code, out, errs)
		}
	}
}

// What a file or its name holds can neither end a workflow command nor begin one, nor reach a terminal.
func TestLintEscapes(t *testing.T) {
	data := readText(t, lintCard)
	t.Chdir(t.TempDir())
	name := "a,b: 100%::error::\n::error::x.json"
	if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	_, out, _ := command(t, "lint", "--format=github", name, "none\r\n::error::.json")
	for line := range strings.Lines(out) {
		if !strings.HasPrefix(line, "::error file=") && !strings.HasPrefix(line, "::warning file=a%2Cb%3A 100%25%3A%3Aerror%3A%3A%0A%3A%3Aerror%3A%3Ax.json,line=") &&
			!strings.HasPrefix(line, "::notice file=") || strings.Count(strings.TrimSuffix(line, "\n"), "::") < 2 || strings.ContainsAny(line, "\r") {
			t.Errorf("not a command of ours: %q", line)
		}
	}
	if !strings.Contains(out, "Name, 100 %25: of it") || !strings.Contains(out, "file=none%0D%0A%3A%3Aerror%3A%3A.json,") {
		t.Error(out)
	}
	_, out, _ = command(t, "lint", name)
	if strings.ContainsAny(out, "\x1b\r") || strings.Count(out, "\n") != 1+strings.Count(out, "]\n") {
		t.Errorf("text: %q", out)
	}
	_, out, _ = command(t, "lint", "--format=sarif", name)
	for _, r := range sarif(t, out).Runs[0].Results {
		uri, err := url.Parse(r.Locations[0].Physical.Artifact.URI)
		if err != nil || uri.Path != name && uri.Path != "./"+name || uri.Scheme != "" {
			t.Errorf("the address %q: %v", r.Locations[0].Physical.Artifact.URI, err)
		}
	}
}

// sarif reads a log and checks what SARIF 2.1.0 requires of each object in it.
func sarif(t *testing.T, text string) sarifLog {
	t.Helper()
	var log sarifLog
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&log); err != nil {
		t.Fatal(err)
	}
	var raw struct {
		Runs []map[string]json.RawMessage
	}
	if err := json.Unmarshal([]byte(text), &raw); err != nil || log.Version != "2.1.0" || len(log.Runs) != 1 || !strings.Contains(log.Schema, "sarif-2.1.0") {
		t.Fatalf("version %q, %d runs, %v", log.Version, len(log.Runs), err)
	}
	run := log.Runs[0]
	if run.Tool.Driver.Name == "" || string(raw.Runs[0]["results"]) == "null" || run.ColumnKind != "unicodeCodePoints" || len(run.Invocations) != 1 {
		t.Errorf("the run lacks what it must have: %s", text)
	}
	ids := map[string]bool{}
	for _, r := range run.Tool.Driver.Rules {
		if r.ID == "" || ids[r.ID] || r.Short.Text == "" || r.Full.Text == "" || r.Help.Text == "" || !slices.Contains([]string{"error", "warning"}, r.Default.Level) {
			t.Errorf("the rule %+v", r)
		}
		ids[r.ID] = true
	}
	prints := map[string]bool{}
	for _, r := range run.Results {
		if run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID || r.Message.Text == "" || r.Level != run.Tool.Driver.Rules[r.RuleIndex].Default.Level || len(r.Locations) != 1 ||
			r.Locations[0].Physical.Artifact.URI == "" || r.Locations[0].Physical.Region.StartLine < 1 || r.Locations[0].Logical[0].Name == "" {
			t.Errorf("the result %+v", r)
		}
		print := r.Prints["question/v1"] + r.Locations[0].Physical.Artifact.URI
		if prints[print] {
			t.Errorf("two results have the fingerprint %s", print)
		}
		prints[print] = true
	}
	for _, n := range run.Invocations[0].Notices {
		if n.Message.Text == "" || n.Level != "error" {
			t.Errorf("the notification %+v", n)
		}
	}
	return log
}

func TestLintSARIF(t *testing.T) {
	full := filled(t, "full card.json", format.BySuffix(".json"))
	_, out, _ := command(t, "lint", "--format", "sarif", lintCard, full, "none.json")
	run := sarif(t, out).Runs[0]
	if len(run.Results) < 10 || run.Invocations[0].Successful || len(run.Invocations[0].Notices) != 1 {
		t.Errorf("%d results, %+v", len(run.Results), run.Invocations)
	}
	line := 0
	for _, r := range run.Results {
		if r.Locations[0].Logical[0].Name == "version.date" {
			line = r.Locations[0].Physical.Region.StartLine
		}
	}
	if want := strings.Count(strings.Split(readText(t, lintCard), `"version.date"`)[0], "\n") + 1; line != want {
		t.Errorf("version.date is in line %d, not %d", want, line)
	}
	_, out, _ = command(t, "lint", "--format", "sarif", full)
	if run = sarif(t, out).Runs[0]; len(run.Results) != 0 || !run.Invocations[0].Successful {
		t.Errorf("a card without findings: %+v", run.Results)
	}
}
