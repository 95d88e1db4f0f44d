package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"

	"cardstock/card"
	"cardstock/card/format"
)

// exitUnreadable is of lint: a file is not there, or holds no card.
const exitUnreadable = 4

// linted is a file that was looked at.
type linted struct {
	file   string
	data   []byte
	result *format.Result
	report *card.Report
	err    error // why it could not be read; then there is no report
}

// lintFormats write what was found, in the formats of --format.
var lintFormats = map[string]func(w io.Writer, rules *card.Rules, all []*linted) error{
	"text": lintText, "json": lintJSON, "sarif": lintSARIF, "github": lintGitHub,
}

// lint is the command lint: it applies the rules to cards in files, in any format that can be read.
func lint(_ context.Context, c *Config, in io.Reader, out io.Writer) (int, error) {
	if len(c.Files) == 0 {
		return exitUsage, errors.New("lint needs the paths of cards, or - for standard input; see --help")
	}
	templates, err := card.LoadTemplates(overlay(c.Templates)...)
	if err != nil {
		return exitUsage, fmt.Errorf("the setting templates: %w", err)
	}
	code, all := 0, make([]*linted, 0, len(c.Files))
	for _, file := range c.Files {
		l := lintFile(templates, file, in, time.Now())
		all, code = append(all, l), max(code, l.exit(c.MinScore))
	}
	return code, lintFormats[c.Output](out, templates.Rules(), all)
}

func lintFile(ts *card.Templates, file string, in io.Reader, day time.Time) *linted {
	l := &linted{file: file}
	l.data, l.err = readInput(file, in)
	if l.err == nil {
		l.result, l.err = format.Read(ts, l.data)
	}
	if l.err == nil {
		l.report = ts.Inspect(l.result.Card, day)
	}
	return l
}

// exit is the exit code for one file. With a least score it alone counts, else every essential finding does.
func (l *linted) exit(least int) int {
	switch {
	case l.report == nil:
		return exitUnreadable
	case least >= 0 && l.report.Score < least, least < 0 && l.report.Essential() > 0:
		return exitFailed
	}
	return 0
}

// name is what the file is called in what is written.
func (l *linted) name() string {
	if l.file == "-" {
		return "stdin"
	}
	return l.file
}

// why says in one sentence why the file could not be read.
func (l *linted) why() string {
	var path *os.PathError
	if errors.As(l.err, &path) {
		return "It cannot be read: " + path.Err.Error() + "."
	}
	return l.err.Error()
}

// sum says the score and how much was found.
func (l *linted) sum() string {
	essential := l.report.Essential()
	return fmt.Sprintf("score %d of 100, %d essential, %d advice", l.report.Score, essential, len(l.report.Findings)-essential)
}

// line is the line of the file that an answer begins at, as far as its key tells; 1 if it does not.
func (l *linted) line(f *card.Finding) int {
	before, _, found := strings.Cut(string(l.data), strconv.Quote(f.Field))
	if !found {
		return 1
	}
	return 1 + strings.Count(before, "\n")
}

// printable leaves out of a file's words what a terminal would obey.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, s)
}

func lintText(w io.Writer, _ *card.Rules, all []*linted) error {
	var b strings.Builder
	for _, l := range all {
		if l.report == nil {
			fmt.Fprintf(&b, "%s: %s\n", printable(l.name()), printable(l.why()))
			continue
		}
		fmt.Fprintf(&b, "%s: %s\n", printable(l.name()), l.sum())
		for _, f := range l.report.Findings {
			fmt.Fprintf(&b, "  %-9s  %s, %s: %s [%s]\n", f.Rule.Severity, printable(f.Title), printable(f.Label), printable(f.Text()), f.Rule.ID)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// lintGitHub writes workflow commands, which GitHub shows at the lines they name.
func lintGitHub(w io.Writer, _ *card.Rules, all []*linted) error {
	var b strings.Builder
	command := func(level, file string, line int, title, message string) {
		fmt.Fprintf(&b, "::%s file=%s,line=%d,title=%s::%s\n", level, githubValue(file), line, githubValue(title), githubText(printable(message)))
	}
	for _, l := range all {
		if l.report == nil {
			command("error", l.name(), 1, "Not a card", l.why())
			continue
		}
		command("notice", l.name(), 1, "Model card or datasheet", l.sum())
		for _, f := range l.report.Findings {
			level := "warning"
			if f.Essential() {
				level = "error"
			}
			command(level, l.name(), l.line(&f), f.Rule.ID, f.Title+", "+f.Label+": "+f.Text())
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

var (
	githubText  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace
	githubValue = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace
)

func setFormat(c *Config, v string) error {
	if lintFormats[v] == nil {
		return fmt.Errorf("%q is none of text, json, sarif, github", v)
	}
	c.Output = v
	return nil
}

func setMinScore(c *Config, v string) error {
	n, err := strconv.Atoi(cmp.Or(v, "-1"))
	if err != nil || v != "" && (n < 0 || n > 100) {
		return fmt.Errorf("%q is not a number from 0 to 100", v)
	}
	c.MinScore = n
	return nil
}
