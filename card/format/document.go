package format

import (
	"bytes"
	"net/http"
	"strings"
	"unicode/utf8"

	"cardstock/card"
)

// A Document is an uploaded file after the checks all formats share: it is text in
// UTF-8 without a NUL character and, if it is JSON or YAML, one object that was parsed once.
type Document struct {
	text  string    // without byte-order mark
	json  *value    // the object, if the text is JSON or YAML
	yaml  bool      // it is YAML
	proto bool      // it is a model card of the Model Card Toolkit as a protocol buffer
	notes []string  // what opening it changed
	cut   bool      // the JSON ends too early
	fold  bool      // what has no place is kept as structure: as questions it would be too much
	part  int       // which of several cards in it is read, from 0
	kind  card.Kind // what it is to be read as, where it could be either; "" for what it says it is

	places bool                // values say where they stand in source
	source string              // the text that the values stand in: that of the document, or one inside it
	rewrap func(string) string // puts another source in its place; nil if the source is the text

	pictures [][]byte // of a web page that Cardstock exported; nil for one without data
}

// Open checks a file and parses it if it is JSON. Its error is a *card.Error with code
// Invalid: the file is empty, a picture or an archive, not UTF-8, or broken JSON.
func Open(data []byte) (*Document, error) { return open(data, false) }

// open is Open for a document whose values say where they stand, if that is wanted.
func open(data []byte, places bool) (*Document, error) {
	if root, notes := readProto(data); root != nil {
		return &Document{json: root, proto: true, notes: notes}, nil
	}
	data, notes, err := readable8(data)
	if err != nil {
		return nil, err
	}
	text, mended := mendText(string(data))
	d := &Document{text: text, source: text, places: places}
	if err := d.recognise(); err != nil {
		if d = rescued(text, places); d == nil && !headedText(text) {
			return nil, err
		} else if d == nil {
			d = &Document{text: text, source: text, places: places}
		}
	}
	d.notes = append(append(notes, mended...), d.notes...)
	return d, nil
}

// recognise finds out what a text is, and parses it if that is JSON or YAML.
func (d *Document) recognise() error {
	if found, err := d.parseProtoText(); found {
		return err
	}
	start := strings.TrimSpace(d.text) // also of spaces that JSON does not know
	switch {
	case start == "":
		return card.Errorf(card.Invalid, "This file is empty. Choose another one, or paste the text of the card.")
	case start[0] == '<' && !keyComment.MatchString(strings.TrimSpace(strings.SplitN(start, "\n", 2)[0])):
		return nil
	case markdownText(d.text):
		return d.perhapsYAML()
	case strings.IndexByte(`{["`, start[0]) < 0:
		return d.parseYAML()
	}
	return d.parse()
}

// perhapsYAML looks whether a text that could be a README is a YAML file that begins with a comment or with ---.
func (d *Document) perhapsYAML() error {
	if !yamlText(d.text) || len(frontLine.FindAllStringIndex(d.text, 2)) > 1 {
		return nil
	}
	root, notes, err := yamlObject(d.text, d.places)
	switch {
	case err == nil && meantAsYAML(root):
		d.takeYAML(root, notes)
	case err != nil && looksLikeYAML(d.text):
		return err
	}
	return nil
}

// looksLikeYAML reports whether nearly all lines of a text that are not indented name a value, as no prose does: what is wrong in it
// is to be told then.
func looksLikeYAML(text string) bool {
	names, others := 0, 0
	for line := range strings.Lines(text) {
		bare := strings.TrimRight(line, " \t\r\n")
		switch {
		case bare == "" || strings.IndexByte(" \t#-.%", bare[0]) >= 0:
		case yamlStart.MatchString(line) && plainName.MatchString(bare[:strings.IndexByte(bare, ':')]):
			names++
		default:
			others++
		}
	}
	return names >= 3 && names > 8*others
}

// parseYAML reads a text that begins as neither JSON nor a README nor a web page.
func (d *Document) parseYAML() error {
	if !yamlText(d.text) {
		return card.Errorf(card.Invalid, "This is neither JSON nor YAML nor a web page nor a README with headings. Cardstock reads %s.", readable())
	}
	root, notes, err := yamlObject(d.text, d.places)
	if err == nil {
		d.takeYAML(root, notes)
	}
	return err
}

func (d *Document) takeYAML(root *value, notes []string) {
	d.json, d.yaml, d.notes = root, true, append(d.notes, notes...)
}

func (d *Document) parse() error {
	root, mended, err := (&jsonParser{text: d.text, places: d.places}).parse()
	if err != nil {
		return err
	}
	d.notes, d.cut = append(d.notes, mended.notes()...), mended.cut
	if root, err = d.unwrap(root); err != nil {
		return err
	}
	if root.kind != objectValue {
		return card.Errorf(card.Invalid, "This JSON is %s, not an object. A card starts with { and ends with }. Cardstock reads %s.",
			root.kind, readable())
	}
	d.json = root
	return nil
}

// maxWrapped is how often JSON may stand inside a text of JSON.
const maxWrapped = 3

// unwrap takes an object out of a list with nothing else in it, and out of a text that holds JSON.
func (d *Document) unwrap(root *value) (*value, error) {
	for range maxWrapped {
		switch {
		case root.kind == listValue && len(root.items) == 1 && root.items[0].kind != listValue:
			root = &root.items[0]
			d.notes = append(d.notes, "The card stood alone in a list and was taken out of it.")
		case root.kind == textValue && strings.HasPrefix(strings.TrimSpace(root.text), "{"), root.kind == textValue && strings.HasPrefix(strings.TrimSpace(root.text), `"`):
			inner, mended, err := (&jsonParser{text: root.text, places: d.places}).parse()
			if err != nil {
				return nil, err
			}
			d.within(root)
			root, d.cut = inner, d.cut || mended.cut
			d.notes = append(d.notes, "The JSON stood inside a text of JSON, as if it had been saved twice, and was taken out of it.")
			d.notes = append(d.notes, mended.notes()...)
		default:
			return root, nil
		}
	}
	return root, nil
}

// within notes that the values stand in a text of the document.
func (d *Document) within(of *value) {
	if !d.places {
		return
	}
	outer, source, at, to := d.rewrap, d.source, of.from.at, of.from.to
	d.source = of.text
	d.rewrap = func(inner string) string {
		text := source[:at] + quote(inner) + source[to:]
		if outer != nil {
			text = outer(text)
		}
		return text
	}
}

// unknown is the error for a document that no format recognises: any JSON and YAML that says something is read.
func (d *Document) unknown() error {
	if d.json == nil {
		return card.Errorf(card.Invalid, "This web page holds no card: it is not one that Cardstock exported. Cardstock reads %s.", readable())
	}
	what := "JSON"
	if d.yaml {
		what = "YAML"
	}
	return card.Errorf(card.Invalid, "This %s holds no answer: no text in it says anything. Fill one in and choose the file again, or begin a new card.", what)
}

// binaries are files people mistake for a card; the key is what http.DetectContentType calls them.
var binaries = map[string]string{
	"image/png": "a PNG picture", "image/jpeg": "a JPEG picture", "image/gif": "a GIF picture", "image/webp": "a WebP picture",
	"application/pdf": "a PDF document", "application/postscript": "a PostScript document",
	"application/zip": "a zip archive (Word and Excel documents are archives, too)", "application/x-gzip": "a gzip archive",
	"application/x-rar-compressed": "a RAR archive",
}

// checkBytes refuses what is not text, with the most helpful reason first.
func checkBytes(data []byte) error {
	if what := binaries[http.DetectContentType(data)]; what != "" {
		return card.Errorf(card.Invalid, "This is %s, not a card. Cardstock reads %s.", what, readable())
	}
	if i := bytes.IndexByte(data, 0); i >= 0 {
		if !utf8.Valid(data) {
			return card.Errorf(card.Invalid, "This is not a text file, so it holds no card. Cardstock reads %s.", readable())
		}
		return nulAt(string(bytes.TrimPrefix(data[:i+1], []byte("\uFEFF"))), -1)
	}
	return nil
}
