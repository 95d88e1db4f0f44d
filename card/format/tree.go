package format

import (
	"bytes"
	"cmp"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"

	"cardstock/card"
)

// A treeReader walks a JSON document leaf by leaf, so that what its table of places does not know is kept as well.
type treeReader struct {
	*builder
	places map[string]string // where the texts at a path go
	homes  map[string]string // sections for what is left over under a top-level member
	unsaid map[string]bool   // members at the top whose name is in no question
	whose  string            // before the words of what has no place; of which of several that are alike it is
	nth    map[string]int    // item of the list at a path in which what is walked stands, for those that have several
	prefix string            // of the keys of what has no place; their path follows
	other  string            // the section of what has no home; "other" if it is ""
	// entries says that what has no place is an entry, text by text, as in the old tool, which knew no lists.
	entries bool
	// appendix says that a text of the format holds answers that have no place in it.
	appendix bool
	// together takes the members of an object that only make sense together, and reports which; nil takes none.
	together func(path string, v *value) map[string]bool
	rows     card.Rows
	figures  int // bytes of pictures that were taken
	pictures int // that were not
	extras
	shapes
	shape  shapeOf // of the format, nil if it is not known
	broken int     // pictures that are none
}

// finish puts the metrics into their table and says where the pictures are.
func (r *treeReader) finish() {
	for _, note := range r.shapes.notes() {
		r.note(note)
	}
	r.unfold()
	for i, rows := range rowsInParts(r.rows) {
		answer := card.TableAnswer(rows)
		if answer == "" || i == 0 && r.set(metricsKey, answer) {
			continue
		}
		s := r.section("quantitative_analyses", "Quantitative analyses")
		if key := r.custom(s, r.prefix+"metrics", "Metrics", answer); i > 0 && key != "" {
			last := &s.Fields[len(s.Fields)-1]
			first, _ := r.card.Field(metricsKey)
			if last.Label = "Metrics, continued"; first != nil {
				last.Kind, last.Columns = card.Table, first.Columns
			}
		}
	}
	if n := len(r.card.Attachments); n > 0 {
		r.note(plural(n, "picture of the file is in its section now. Say in words what it shows.", "pictures of the file are in their sections now. Say in words what they show."))
	}
	if r.pictures > 0 {
		r.note(plural(r.pictures, pictureStays, picturesStay))
	}
	if r.broken > 0 {
		r.note(plural(r.broken, "text stands for a picture and "+isNone+"stays in the uploaded original.", "texts stand for pictures and "+areNone+"stay in the uploaded original."))
	}
}

// rowsInParts parts rows among tables that are not larger than one can be.
func rowsInParts(rows card.Rows) (all []card.Rows) {
	const most, cells = card.MaxRows * 9 / 10, card.MaxCells / 2
	from, size := 0, 0
	columns := map[string]bool{}
	for i, row := range rows {
		n := 0
		for column, cell := range row {
			columns[column] = true
			n += sizeOf(quote(cell)) + len(column) + 6
		}
		if i > from && (size+n > extraRunes || i-from >= most || (i-from)*(len(columns)+6) > cells) {
			all = append(all, rows[from:i])
			from, size = i, 0
		}
		size += n
	}
	return append(all, rows[from:])
}

// said returns the text of a leaf, if it says something.
func said(v *value) string {
	if v == nil {
		return ""
	}
	if s := v.plain(); strings.TrimSpace(s) != "" {
		return s
	}
	return ""
}

var entryName = regexp.MustCompile(`^(entry|question)([0-9]+)$`)

// walk visits the value at a path of names.
func (r *treeReader) walk(path string, v *value) {
	if r.folds(path, v) && r.extra(path, v) {
		return
	}
	switch v.kind {
	case listValue:
		if r.list(path, v) {
			return
		}
		r.each(path, v.items)
	case objectValue:
		r.object(path, v)
	default:
		r.leaf(path, v)
	}
}

// object takes the members that only make sense together and walks the others.
func (r *treeReader) object(path string, v *value) {
	taken := map[string]bool{}
	if r.together != nil {
		maps.Copy(taken, r.together(path, v))
	}
	maps.Copy(taken, r.figure(path, v))
	for i := range v.members {
		m := &v.members[i]
		r.look(r.shape, path+"."+m.name, &m.value)
		switch {
		case taken[m.name]:
			delete(taken, m.name) // the first is taken; one of the same name is not
		case entryName.MatchString(m.name) && m.value.kind < listValue:
			r.question(v, i, r.homeOf(path))
		default:
			r.walk(path+"."+m.name, &m.value)
		}
	}
}

func (r *treeReader) leaf(path string, v *value) {
	answer := said(v)
	switch {
	case answer == "" || r.full():
	case pictured(path) && isPicture(answer):
		r.pictures++
	case pictured(path) && strings.Contains(path, "graphics."): // where a format has pictures and nothing else
		r.broken++
	case r.add(r.places[path], answer):
	case r.add(r.places[strings.TrimSuffix(path, ".description")], answer):
	case path == appendixPath && r.appendix:
		r.documentation(answer)
	case r.fold:
		r.loose(path, v)
	default:
		key := r.prefix + keyOfPath(path)
		if r.entries {
			key = r.prefix + "entry"
		}
		r.custom(r.homeOf(path), key, r.label(path), answer)
	}
}

// pictured reports whether a picture may stand at a path.
func pictured(path string) bool {
	return strings.HasSuffix(path, ".image") || strings.HasSuffix(path, ".image.content")
}

// isPicture reports whether a text is a picture in base64, with or without a media type before it.
func isPicture(text string) bool {
	data, ok := pictureBytes(text)
	return ok && (strings.HasPrefix(http.DetectContentType(data), "image/") || bytes.Contains(data, []byte("<svg")))
}

// homeOf is the section for what has no place of its own.
func (r *treeReader) homeOf(path string) *card.Section {
	top, _, _ := strings.Cut(path, ".")
	if key := r.homes[top]; key != "" {
		return r.section(key, words(top))
	}
	return r.section(cmp.Or(r.other, "other"), otherTitle)
}

// otherTitle is the title of the section for what has no other.
const otherTitle = "Other data of the file"

// underlines are several between two words.
var underlines = regexp.MustCompile(`__+`)

var spoken = strings.NewReplacer(".", ", ", "_", " ")

// camelCase are names of two words and more that are written as one; GitHub and iOS are none.
var camelCase = regexp.MustCompile(`\b[a-z][a-z0-9]+(?:[A-Z][a-z0-9]*)+\b`)

// hump is where a word of such a name begins: before a capital behind a small letter, and before the last of several capitals.
var hump = regexp.MustCompile(`([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])`)

// parted is such a name with a line between its words, which are small but for those that are capitals alone, as URL.
func parted(name string) string {
	all := strings.Split(hump.ReplaceAllString(name, "${1}${3}_${2}${4}"), "_")
	for i, word := range all {
		if len(word) == 1 || word != strings.ToUpper(word) {
			all[i] = strings.ToLower(word)
		}
	}
	return strings.Join(all, "_")
}

// words makes a label of a path: "data.graphics.description" is "Data, graphics, description", and "modelName" is "Model name".
func words(path string) string {
	s := spoken.Replace(underlines.ReplaceAllString(camelCase.ReplaceAllStringFunc(path, parted), "_"))
	if s == "" {
		return "Entry"
	}
	_, size := utf8.DecodeRuneInString(s)
	return strings.ToUpper(s[:size]) + s[size:]
}
