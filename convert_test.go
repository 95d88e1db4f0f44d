package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cardstock/card"
	"cardstock/card/format"
)

const convertCard = "card/format/testdata/webcards-model.json"

// TestConvert: a card goes into every format and comes back; the report adds up and the exit code says what was lost.
func TestConvert(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, f := range format.All() {
		if f.Encode == nil || !f.Fits(card.Model) {
			continue
		}
		file, report := filepath.Join(dir, "out"+f.Suffix), filepath.Join(dir, f.Name+".report.json")
		code, out, errs := command(t, "convert", convertCard, "-to", f.Name, "-o", file, "--report", report)
		var said struct {
			From    string         `json:"from"`
			Totals  map[string]int `json:"totals"`
			Entries []format.Entry `json:"entries"`
		}
		if err := json.Unmarshal([]byte(readText(t, report)), &said); err != nil || said.From != "webcards" {
			t.Errorf("%s: %+v, %v", f.Name, said, err)
		}
		sum := 0
		for _, n := range said.Totals {
			sum += n
		}
		if want := map[bool]int{true: exitLosses}[said.Totals[format.LeftOut] > 0]; code != want || out != "" || sum == 0 || sum != len(said.Entries) {
			t.Errorf("%s: exit %d, %s%s, %v", f.Name, code, out, errs, said.Totals)
		}
		for _, e := range said.Entries {
			if (e.Fate == format.Changed) != (e.How != "") {
				t.Errorf("%s: %s is %s, %q", f.Name, e.Field, e.Fate, e.How)
			}
		}
		if !f.Returns() { // it is only written, or has no answers
			continue
		}
		if code, out, errs := command(t, "convert", file, "--to", "cardstock"); code != 0 || !strings.Contains(out, `"format": "cardstock/1"`) {
			t.Errorf("%s does not come back: exit %d, %s%.100s", f.Name, code, errs, out)
		}
	}
}

func TestConvertRefuses(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(broken, []byte("{x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		code int
		says string
		args []string
	}{
		{exitUsage, "one card", []string{"--to", "mct"}},
		{exitUsage, "no format", []string{lintCard, "--to", "docx"}},
		{exitUsage, "no format", []string{lintCard, "--to", "bridge2ai"}}, // only read
		{exitUsage, "cannot hold a datasheet", []string{lintCard, "--to", "mct"}},
		{exitUnreadable, "line 1", []string{broken, "--to", "mct"}},
		{exitUnreadable, "no such file", []string{broken + ".none", "--to", "mct"}},
	} {
		if code, out, errs := command(t, append([]string{"convert"}, tt.args...)...); code != tt.code || out != "" || !strings.Contains(errs, tt.says) {
			t.Errorf("%v: exit %d, %q, %q", tt.args, code, out, errs)
		}
	}
	if code, out, _ := command(t, "formats"); code != 0 || !strings.Contains(out, "mct") || !strings.Contains(out, "read, write .mct.json") || !strings.Contains(out, "mitchell") {
		t.Errorf("formats: exit %d, %s", code, out)
	}
}

// TestConvertFrom: a model of several is chosen, and what a file cannot be read as says what it can.
func TestConvertFrom(t *testing.T) {
	t.Parallel()
	bom := filepath.Join(t.TempDir(), "bom.json")
	if err := os.WriteFile(bom, []byte(`{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"type":"machine-learning-model","name":"First"},{"type":"machine-learning-model","name":"Second"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for from, name := range map[string]string{"": "First", "cyclonedx": "First", "cyclonedx:2": "Second"} {
		if code, out, errs := command(t, "convert", bom, "--from", from, "--to", "mct"); code != 0 || !strings.Contains(out, `"name": "`+name+`"`) {
			t.Errorf("%q: exit %d, %s%s", from, code, out, errs)
		}
	}
	report := bom + ".report"
	command(t, "convert", bom, "--to", "mct", "--report", report)
	if said := readText(t, report); !strings.Contains(said, "another model, Second: --from cyclonedx:2") || strings.Contains(said, "another model, First") {
		t.Errorf("the report does not say how to take the other model: %s", said)
	}
	if code, out, errs := command(t, "convert", bom, "--from", "hub", "--to", "mct"); code != exitUnreadable || out != "" || !strings.Contains(errs, "only as one of these: cyclonedx, cyclonedx:2, json") {
		t.Errorf("exit %d, %s%s", code, out, errs)
	}
}

// TestConvertKeepsOtherModels: each of several models goes back into its bill of materials; where it cannot, the report says what is not in the new file.
func TestConvertKeepsOtherModels(t *testing.T) {
	t.Parallel()
	bom := filepath.Join(t.TempDir(), "bom.json")
	const text = `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"machine-learning-model","name":"First"},{"type":"machine-learning-model","name":"Second"}]}`
	if err := os.WriteFile(bom, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	report := bom + ".report"
	for _, from := range []string{"cyclonedx", "cyclonedx:2"} {
		if code, out, errs := command(t, "convert", bom, "--from", from, "--to", "cyclonedx", "--report", report); code != 0 || out != text || strings.Contains(readText(t, report), `"note"`) {
			t.Errorf("%s: exit %d, %s%s, %s", from, code, out, errs, readText(t, report))
		}
		command(t, "convert", bom, "--from", from, "--to", "cyclonedx-1.7", "--report", report)
		if said := readText(t, report); !strings.Contains(said, "holds besides: 1 other model.") {
			t.Errorf("%s: %s", from, said)
		}
	}
}

// TestConvertKeepsAReadme: a README converted into a README is the same bytes.
func TestConvertKeepsAReadme(t *testing.T) {
	file := filepath.Join(t.TempDir(), "README.md")
	text := "---\r\ntags: [a,  'b']  # two\r\nlanguage: no\r\n---\r\n\r\n#  Peas\r\n\r\n<!-- say more -->\r\nGreen.  \r\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := command(t, "convert", file, "--to", "hub"); code != 0 || out != text {
		t.Errorf("exit %d, %q, %s", code, out, errs)
	}
}

// TestConvertGivesTheFileItself: a file is the same bytes if it is written as what it is.
func TestConvertGivesTheFileItself(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"a.yaml": "# mine\nname: Peas # short\nno: no\n", "b.json": `{"name":"Peas",  "x": 1.50}`} {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, out, errs := command(t, "convert", file, "--to", "original"); code != 0 || out != text {
			t.Errorf("%s: exit %d, %s%q", name, code, errs, out)
		}
	}
}

// A dash for the output is standard output, as one for the input is standard input; no file has that name then.
func TestConvertToStandardOutput(t *testing.T) {
	code, out, errs := command(t, "convert", convertCard, "--to", "cardstock", "-o", "-")
	if _, err := os.Stat("-"); code != 0 || !strings.Contains(out, `"format": "cardstock/1"`) || err == nil {
		t.Errorf("exit %d, %q, %q, a file: %v", code, out, errs, err == nil)
	}
}
