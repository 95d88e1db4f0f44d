package format

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"cardstock/card"
)

// A damage is one way in which a file is nearly right. It returns nil where the file has nothing to damage so.
type damage struct {
	name string
	do   func(text string, isJSON bool) []byte
	note string  // what the visitor is told, "" where nothing had to be mended
	some bool    // not of every file: of many it is not known what shape they should have
	keep float64 // share of the text that the damage leaves
}

var (
	escapedEnd  = regexp.MustCompile(`\\n`)
	closingLine = regexp.MustCompile(`(["\]}0-9el])(\s*\n\s*[}\]])`)
	nameOfFile  = regexp.MustCompile(`"([A-Za-z_][A-Za-z0-9_]*)":`)
	plainText   = regexp.MustCompile(`: "([^"\\]{3,})"`)
	namedText   = regexp.MustCompile(`"(\w+)": "([^"\\]+ [^"\\]+)"`)
	proseText   = regexp.MustCompile(`: "([^"\\]+ [^"\\]+)"`)
	shortList   = regexp.MustCompile(`: \[\s*"([^"\\]*)"\s*\]`)
	picture     = regexp.MustCompile(`"[A-Za-z0-9+/]{400,}={0,2}"`)
	emptyText   = regexp.MustCompile(`: (null|"")`)
)

// inJSON limits a damage to JSON that it changes.
func inJSON(do func(string) string) func(string, bool) []byte {
	return func(text string, isJSON bool) []byte {
		if changed := do(text); isJSON && changed != text {
			return []byte(changed)
		}
		return nil
	}
}

func inAny(do func(string) string) func(string, bool) []byte {
	return func(text string, _ bool) []byte {
		if changed := do(text); changed != text {
			return []byte(changed)
		}
		return nil
	}
}

func units(text string, order func(uint16) []byte, mark string) []byte {
	out := []byte(mark)
	for _, u := range utf16.Encode([]rune(text)) {
		out = append(out, order(u)...)
	}
	return out
}

func little(u uint16) []byte { return []byte{byte(u), byte(u >> 8)} }
func great(u uint16) []byte  { return []byte{byte(u >> 8), byte(u)} }

func cutAt(share float64) func(string) string {
	return func(s string) string { return s[:int(float64(len(s))*share)] }
}

func replaceFirst(re *regexp.Regexp, most int, with string) func(string) string {
	return func(s string) string {
		for _, m := range re.FindAllStringSubmatchIndex(s, most) {
			return s[:m[0]] + string(re.ExpandString(nil, with, s, m)) + s[m[1]:]
		}
		return s
	}
}

func all(re *regexp.Regexp, with string) func(string) string {
	return func(s string) string { return re.ReplaceAllString(s, with) }
}

var damages = []damage{
	{name: "byte-order mark", do: inAny(func(s string) string { return "\ufeff" + s }), note: "byte-order mark", keep: 1},
	{name: "UTF-16, little", do: func(s string, _ bool) []byte { return units(s, little, "\xff\xfe") }, note: "UTF-16", keep: 1},
	{name: "UTF-16, big", do: func(s string, _ bool) []byte { return units(s, great, "\xfe\xff") }, note: "UTF-16", keep: 1},
	{name: "UTF-16 without a mark", do: func(s string, _ bool) []byte { return units(s, little, "") }, note: "UTF-16", keep: 1},
	{name: "Windows-1252", do: func(s string, _ bool) []byte {
		b, err := charmap.Windows1252.NewEncoder().String(strings.Replace(s, " the ", " thé ", 1))
		if err != nil || !strings.Contains(s, " the ") {
			return nil
		}
		return []byte(b)
	}, note: "Windows-1252", keep: 1},
	{name: "CRLF", do: inAny(func(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n") }), note: "as on Windows", some: true, keep: 1},
	{name: "CR", do: inAny(func(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r") }), note: "Macintosh", keep: 1},
	{name: "raw line ends in texts", do: inJSON(all(escapedEnd, "\n")), note: "raw line break", keep: 1},
	{name: "raw control characters", do: inJSON(all(regexp.MustCompile(`: "(\w+ )`), ": \"\x02$1")), note: "control character", keep: 1},
	{name: "trailing commas", do: inJSON(all(closingLine, "$1,$2")), note: "had nothing after", keep: 1},
	{name: "a comma missing", do: inJSON(replaceFirst(regexp.MustCompile(`",(\s*")`), 1, `"$1`)), note: "missing between", keep: 1},
	{name: "single quotes for names", do: inJSON(all(nameOfFile, "'$1':")), note: "double quotes", keep: 1},
	{name: "names without quotes", do: inJSON(all(nameOfFile, "$1:")), note: "double quotes", keep: 1},
	{name: "single quotes for texts", do: inJSON(func(s string) string {
		return plainText.ReplaceAllStringFunc(s, func(m string) string { return ": '" + strings.ReplaceAll(m[3:len(m)-1], "'", `\'`) + "'" })
	}), note: "double quotes", keep: 1},
	{name: "comments", do: inJSON(replaceFirst(regexp.MustCompile(`^(\s*\{)`), 1, "$1 // the card\n/* here */")), note: "comments", keep: 1},
	{name: "Python's words", do: inJSON(all(regexp.MustCompile(`: null`), ": None")), note: "None", keep: 1},
	{name: "wide spaces", do: inJSON(all(regexp.MustCompile(`": `), "\":\u00a0")), note: "wide", keep: 1},
	{name: "odd escapes", do: inJSON(all(regexp.MustCompile(`: "(\w+ )`), `: "\_$1`)), note: "backslash", keep: 1},
	{name: "JSON in a JSON text", do: inJSON(func(s string) string { b, _ := json.Marshal(s); return string(b) }), note: "saved twice", keep: 1},
	{name: "alone in a list", do: inJSON(func(s string) string { return "[" + s + "]" }), note: "alone in a list", keep: 1},
	{name: "between ``` marks", do: inJSON(func(s string) string { return "```json\n" + s + "\n```\n" }), note: "between ```", keep: 1},
	{name: "cut off at nine tenths", do: inJSON(cutAt(.9)), note: "ends too early", keep: .9},
	{name: "cut off in the middle", do: inJSON(cutAt(.5)), note: "ends too early", keep: .5},
	{name: "keys twice", do: inJSON(all(namedText, `"$1": "$2", "$1": "$2"`)), note: "stood twice", keep: 1},
	{name: "texts in lists", do: inJSON(all(proseText, `: ["$1"]`)), note: "stood where one text belongs", some: true, keep: 1},
	{name: "lists as texts", do: inJSON(all(shortList, `: "$1"`)), note: "where a list belongs", some: true, keep: 1},
	{name: "base64 that is no picture", do: inJSON(all(picture, `"{image_bytes}"`)), note: "stands? for (a )?pictures?|stands for a picture or a table", keep: 1},
	{name: "placeholders", do: inJSON(all(emptyText, `: "[More Information Needed]"`)), note: "placeholder", some: true, keep: 1},
	{name: "unclosed front matter", do: func(s string, isJSON bool) []byte {
		m := endsFront.FindStringIndex(strings.TrimPrefix(s, "---"))
		if isJSON || !strings.HasPrefix(s, "---") || m == nil || !isMapping(s[3:3+m[0]]) || strings.Contains(s, "{{") {
			return nil
		}
		if h := anyHeading.FindStringIndex(s[3+m[1]:]); h == nil || !prose.MatchString(s[3+m[1]+h[0]:]) { // it might be YAML all through
			return nil
		}
		return []byte("---" + s[3:3+m[0]] + s[3+m[1]:])
	}, note: "had no ---", keep: 1},
	{name: "no for Norwegian", do: func(s string, isJSON bool) []byte {
		if front, _ := frontMatter(s); isJSON || !strings.HasPrefix(s, "---\n") || !isMapping(front) || strings.Contains(s, "{{") {
			return nil
		}
		return []byte("---\nlanguage_too: no\n" + s[4:])
	}, note: "no is Norwegian", keep: 1},
	{name: "false for Norwegian", do: func(s string, isJSON bool) []byte {
		if front, _ := frontMatter(s); isJSON || !strings.HasPrefix(s, "---\n") || !isMapping(front) || strings.Contains(s, "{{") || strings.Contains(front, "language:") {
			return nil
		}
		return []byte("---\nlanguage: [false, en]\n" + s[4:])
	}, note: "language false is Norwegian", keep: 1},
}

// whole are the files that damages are done to.
func whole(t *testing.T) map[string][]byte {
	files := map[string][]byte{}
	for _, pattern := range []string{"*/*.json", "*/*.md", "*/*.yaml"} {
		for name, data := range corpus(t, pattern) {
			files[name] = data
		}
	}
	for _, name := range []string{"card.json", "webcards-datasheet.json", "webcards-download.json", "webcards-model.json"} {
		files["own "+name] = fixture(t, name)
	}
	for name, c := range written(t) {
		for _, f := range All() {
			if f.Encode != nil && f.Detect != nil && f.Fits(c.Kind) && f != pageFormat && f != mctProtoFormat && name != "hostile" {
				files[name+f.Suffix] = encode(t, f.Suffix, c)
			}
		}
	}
	dot := base64.StdEncoding.EncodeToString(append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 400)...))
	files["picture.json"] = []byte(`{"model_details": {"name": "Peas"}, "quantitative_analysis": {"graphics": {"description": "By pod", "collection": [{"name": "roc", "image": "` + dot + `"}]}}}`)
	return files
}

// saidLines are the words of a card, line by line: what a repair has to bring back.
func saidLines(c *card.Card) (out []string) {
	for _, answer := range allAnswers(c) {
		for line := range strings.SplitSeq(answer, "\n") {
			if line = flat(line); line != "" && !strings.HasPrefix(line, "<!--") {
				out = append(out, line)
			}
		}
	}
	return out
}

// unescape undoes what a damage itself wrote into a text.
var unescape = strings.NewReplacer("\x02", "", `\_`, "", " thé ", " the ")

// TestDamageToEveryFile: each damage to each file: no crash, a sentence for what cannot be read, and nearly all of what was said for what can, with
// each repair told.
func TestDamageToEveryFile(t *testing.T) {
	undetected(t)
	ts := templates(t)
	type tally struct{ files, read, lines, kept, untold int }
	tallies := map[string]*tally{}
	for name, data := range whole(t) {
		before, err := Read(ts, data)
		if err != nil || len(allAnswers(before.Card)) > card.MaxFields/2 { // another key might be one too many
			continue
		}
		want := saidLines(before.Card)
		isJSON := strings.HasPrefix(strings.TrimSpace(string(data)), "{")
		for _, d := range damages {
			damaged := d.do(string(data), isJSON)
			if damaged == nil || bytes.Equal(damaged, data) {
				continue
			}
			if tallies[d.name] == nil {
				tallies[d.name] = &tally{}
			}
			sum := tallies[d.name]
			sum.files++
			r, err := Read(ts, damaged)
			if err != nil {
				if e := (*card.Error)(nil); !errors.As(err, &e) || e.Code != card.Invalid {
					t.Errorf("%s, %s: %v", d.name, name, err)
				}
				t.Logf("refused: %s, %s: %.140v", d.name, name, err)
				sum.lines += int(float64(len(want)) * d.keep)
				continue
			}
			sum.read++
			if made, note, ok := mendedFile(damaged); r.Format != cardstockFormat && !bytes.Equal(made, damaged) { // ours, cut off, is written anew
				again, err := Read(ts, made)
				if !ok || err != nil || !slices.Equal(allAnswers(again.Card), allAnswers(r.Card)) || note == "" && r.Format != pageFormat && !(&Return{Data: made}).isStrict() {
					t.Errorf("%s, %s: the mended file says something else, or is none: %v, %v", d.name, name, ok, err)
				}
			}
			there := unescape.Replace(everything(r.Card).text)
			kept := 0
			for _, line := range want {
				if strings.Contains(there, unescape.Replace(line)) {
					kept++
				}
			}
			sum.kept += kept
			sum.lines += max(int(float64(len(want))*d.keep), 0)
			if d.note != "" && !regexp.MustCompile(d.note).MatchString(strings.Join(r.Notes, " ")) {
				sum.untold++
				if !d.some {
					t.Errorf("%s, %s: the notes do not tell: %.300q", d.name, name, r.Notes)
				}
			}
		}
	}
	for _, d := range damages {
		sum := tallies[d.name]
		if sum == nil {
			t.Errorf("%s: nothing was damaged so", d.name)
			continue
		}
		share := float64(sum.kept) / float64(max(sum.lines, 1))
		t.Logf("%-26s %3d files, %3d read, %5d of %5d lines (%.1f %%), told of %d", d.name, sum.files, sum.read, sum.kept, sum.lines, 100*share, sum.read-sum.untold)
		if sum.untold == sum.read {
			t.Errorf("%s: it is never told", d.name)
		}
		floor := .95
		if d.keep < 1 { // long texts stand at the ends of some files
			floor = .85
		}
		if share < floor {
			t.Errorf("%s: %.1f %% come back", d.name, 100*share)
		}
	}
	if len(damages) < 20 {
		t.Error("fewer than 20 kinds of damage")
	}
}
