package format

import (
	"regexp"
	"strings"

	"cardstock/card"
)

// The form for datasheets that is copied most has the paper's questions as paragraphs in bold print, with a number or without: what follows each is its
// answer, which may be indented as part of a list. Behind a question may stand more of the paper's words, which tell what to write.

var (
	askedLine      = regexp.MustCompile(`^(?:[0-9]+[.)][ \t]+)?\*\*`)
	askedQuestion  = regexp.MustCompile(`^([0-9]+[.)][ \t]+)?\*\*([^*]+)\*\*[ \t]*\??`)
	askedIndent    = regexp.MustCompile(`^(?:\t| {1,4})`)
	closedBrackets = regexp.MustCompile(`(^|[.?!])?(\s*)\(([^()]*)\)`)
	sentenceEnd    = regexp.MustCompile(`([.?!])\s+`)
	italics        = regexp.MustCompile(`^(?:\*[^*]+\*|_[^_]+_)$`)
)

// askedLevel is that of such a question: below every heading.
const askedLevel = 7

// chapterHints are how what stands below the titles of the paper's parts begins, for who fills in the form.
var chapterHints = []string{"the questions in this section are ", "most of these questions are ", "most of the questions in this section are ", "these questions are intended to ", "these questions are designed to ",
	"as with the previous section", "as with the previous questions", "as with the questions in the previous section", "dataset creators should read through ", "the answers to questions here may "}

// questionHints are how the sentences of the paper behind its questions begin, and those of its forms, as hintWords has them. One that asks has to end so.
var questionHints = regexp.MustCompile(`^(?:(?:` + strings.Join([]string{
	"was there a specific task in mind", "was there a specific gap", "are there multiple types of instances", "if the dataset is a sample,? then what is the larger set",
	"is the sample representative of the larger set", "raw data or features", "if it links to or relies on external resources", "are there guarantees that they will exist",
	"are there official archival versions", "are there any restrictions", "was the data directly observable", "if (?:the )?data was reported by subjects", "how were these mechanisms or procedures validated",
	"does this timeframe match the creation timeframe", "for example, is there anything that an? (?:dataset consumer|future user) might need to know", "is there anything an? (?:dataset consumer|future user) could do to mitigate",
	"does the dataset have a digital object identifier", "will these contributions be (?:validated|verified)", "is there a process for communicating/distributing these contributions",
	"if not, why not",
}, "|") + `).*\?|(?:` + strings.Join([]string{
	"please (?:describe|provide (?:a )?descriptions?)",
	"(?:if so|if not|in either case|if it is not representative of the larger set|if there is an associated grant),? please (?:describe|provide|specify|explain|indicate|note|state|discuss)",
	"if there is an associated grant,? provide the name", "if not, you may skip the rema(?:ining|inder)", "this does not include intentionally removed information", "finally, list when the dataset was",
}, "|") + `)\b.*)$`)

// asked cuts the parts of a datasheet at the questions in bold print, and takes what tells its writer what to write from the answers.
func (r *hubReader) asked() {
	if r.card.Kind != card.Datasheet {
		return
	}
	var all []part
	for _, p := range r.pieces {
		if p.key == "" && len(all) < maxParts {
			all = append(all, r.askedIn(p)...)
			continue
		}
		all = append(all, p)
	}
	r.pieces = all
	hints := 0
	for i := range all {
		hints += all[i].hinted
		if p := &all[i]; p.key == "" && !p.underlined {
			hints += r.hints(p)
		}
	}
	if hints > 0 {
		r.note(plural(hints, "text behind a question or a title tells those who fill in the datasheet what to write; it is no answer, and stays in the file.",
			"texts behind questions or titles tell those who fill in the datasheet what to write; they are no answers, and stay in the file."))
	}
}

// askedIn cuts a part at the questions in it. One that is not the paper's is one only among some that are.
func (r *hubReader) askedIn(p part) []part {
	text := r.lined[p.textAt:p.end]
	if !strings.Contains(text, "**") {
		return []part{p}
	}
	var found []part
	known := false
	hidden, _ := asides(text)
	fresh := true
	for at := 0; at < len(text) && len(found) < maxParts; {
		end := lineEnd(text, at)
		for len(hidden) > 0 && hidden[0].end <= at {
			hidden = hidden[1:]
		}
		if len(hidden) == 0 || at < hidden[0].start {
			if q, ofPaper, ok := askedAt(text, at, fresh); ok {
				found, known = append(found, q), known || ofPaper
			}
		}
		fresh = card.Blank(text[at:end])
		if at = end + 1; strings.HasPrefix(text[end:], "\r\n") {
			at++
		}
	}
	if !known {
		return []part{p}
	}
	return p.cutAt(found, text)
}

// askedAt reads the question that a paragraph begins with.
func askedAt(text string, at int, fresh bool) (q part, ofPaper, ok bool) {
	if !askedLine.MatchString(text[at:min(at+16, len(text))]) || !fresh && text[at] == '*' {
		return q, false, false
	}
	paragraph := paragraphOf(text[at:])
	m := askedQuestion.FindStringSubmatchIndex(paragraph)
	if m == nil || !strings.HasSuffix(paragraph[m[4]:m[5]], "?") && !strings.HasSuffix(paragraph[:m[1]], "?") {
		return q, false, false
	}
	title := paragraph[m[4]:m[5]]
	ofPaper = gebruQuestion(title) != "" || isComments(title)
	rest := paragraph[m[1]:]
	if !ofPaper && m[2] < 0 && !card.Blank(rest) {
		return q, false, false
	}
	textAt, hinted := at+m[1], 1
	if line := rest[:lineEnd(rest, 0)]; hint(rest) {
		textAt += len(strings.TrimRight(rest, " \t\r\n"))
	} else if hint(line) {
		textAt += len(line)
	} else {
		hinted = 0
	}
	q = part{level: askedLevel, title: strings.Join(strings.Fields(title), " "), start: at, titleAt: at + m[4], upTo: at + m[5], textAt: textAt, asked: true, hinted: hinted}
	if m[2] >= 0 {
		q.indent = "\t"
	}
	return q, ofPaper, true
}

// paragraphOf is the paragraph that a text begins with; another question with a number ends it.
func paragraphOf(text string) string {
	for at := lineEnd(text, 0); at < len(text); {
		line := strings.TrimLeft(text[at:], "\r")
		line = strings.TrimPrefix(line, "\n")
		start := len(text) - len(line)
		end := lineEnd(text, start)
		if start == at || card.Blank(text[start:end]) || askedLine.MatchString(text[start:end]) {
			return text[:at]
		}
		at = end
	}
	return text
}

// cutAt parts what stands under a heading at questions that are found in its text.
func (p part) cutAt(found []part, text string) []part {
	base, end := p.textAt, p.end
	all := []part{p}
	for _, q := range found {
		all[len(all)-1].end = base + q.start
		for _, of := range []*int{&q.start, &q.titleAt, &q.upTo, &q.textAt} {
			*of += base
		}
		all = append(all, q)
	}
	all[len(all)-1].end = end
	for i := range all[1:] {
		q := &all[i+1]
		answer := text[q.textAt-base : q.end-base]
		_, below, _ := strings.Cut(newlines.Replace(answer), "\n")
		if first := strings.Trim(withoutBlankLines(below), "\n"); !card.Blank(answer) {
			q.indent = askedIndent.FindString(first)
		}
	}
	return all
}

// hints leaves the paragraphs in italics that a part begins with to its heading, if they are the paper's, and counts them.
func (r *hubReader) hints(p *part) (n int) {
	chapter := chapterOf(p.title) != ""
	if !chapter && !strings.HasSuffix(p.title, "?") && gebruQuestion(p.title) == "" {
		return 0
	}
	for {
		text := r.lined[p.textAt:p.end]
		bare := strings.TrimLeft(text, " \t\r\n")
		paragraph := paragraphOf(bare)
		words := strings.TrimSpace(paragraph)
		if len(words) > longHint || !italics.MatchString(words) || card.Unfilled(words) {
			return n
		}
		if !hint(words) && !(chapter && chapterHint(words)) {
			return n
		}
		p.textAt += len(text) - len(bare) + len(strings.TrimRight(paragraph, " \t"))
		n++
	}
}

// longHint is more than the paper says to who fills in its form at once, in bytes.
const longHint = 2000

// hint reports whether a text is nothing but what the paper says behind a question to who is to answer it: further questions, or what to provide. Brackets
// are part of a sentence; those that stand by themselves are only where all of the paper's words are in them or they go on with the question, on its line.
func hint(text string) bool {
	if len(text) > longHint || card.Blank(text) || strings.Contains(text, "@") || strings.Contains(text, "://") {
		return false
	}
	below := strings.HasPrefix(strings.TrimLeft(text, " \t"), "\n") || strings.HasPrefix(strings.TrimLeft(text, " \t"), "\r")
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	if italics.MatchString(text) {
		text, below = text[1:len(text)-1], true
	}
	text = hintWords.Replace(text)
	if inner, ok := strings.CutPrefix(text, "("); ok && strings.HasSuffix(inner, ")") && inner[0] != '(' && hint("\n"+inner[:len(inner)-1]) {
		return true
	}
	var b strings.Builder
	at := 0
	for _, m := range closedBrackets.FindAllStringSubmatchIndex(text, -1) {
		if words := text[m[6]:m[7]]; m[2] < 0 && m[0] > 0 || (strings.HasPrefix(words, "eg") || strings.HasPrefix(words, "ie")) && !(below && m[0] == 0) {
			b.WriteString(text[at:m[4]])
			at = m[1]
		}
	}
	if text = strings.TrimSpace(b.String() + text[at:]); text == "" {
		return true
	}
	for _, sentence := range strings.Split(sentenceEnd.ReplaceAllString(text, "$1\n"), "\n") {
		sentence = strings.TrimSpace(strings.TrimRight(sentence, ": "))
		if strings.Contains(sentence, ":") || !questionHints.MatchString(sentence) && !(strings.HasSuffix(sentence, "?") && gebruQuestion(sentence) != "") {
			return false
		}
	}
	return true
}

// hintWords takes from a text what forms write differently.
var hintWords = strings.NewReplacer("e.g.", "eg", "i.e.", "ie", `"`, "", "“", "", "”", "", "‘", "", "’", "", `\`, "")

// chapterHint reports whether a text begins as what the paper says of one of its parts.
func chapterHint(text string) bool {
	text = strings.NewReplacer(`\`, "", "[", "", "]", "", "*", "", "_", "").Replace(strings.ToLower(strings.Join(strings.Fields(text), " ")))
	for _, start := range chapterHints {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	return false
}

// boldQuestion reports whether the words of a question are one in bold print.
func boldQuestion(words string) bool {
	return strings.HasSuffix(words, "?") && !strings.Contains(words, "*")
}
