// Package format reads cards from files and writes cards to files.
//
// Each interchange format is one file with the same three verbs: Detect recognises
// an uploaded document by its content, never by its name; Decode makes a card of it;
// Encode writes a card. A format is added by writing such a file and naming its Format
// in the list below. The rule all of them keep: nothing a document says is dropped
// without a word. What has no place in the template becomes a custom question, and what
// cannot (a picture) is named in a note, while the app keeps the uploaded original.
//
// The package also draws the card as its reader sees it (Article), because the page
// format is that drawing with the card's data inside.
//
// It imports package card, the standard library and each format's own library.
package format

import (
	"context"
	"strings"

	"cardstock/card"
)

// A Format is one interchange format.
type Format struct {
	Name      string    // a stable word: "cardstock", "webcards"
	Label     string    // what pages call it: "WebCards answers"
	Use       string    // what its export is good for, in a few words; "" if it is only read
	Suffix    string    // the end of its export's URL and file name, ".webcards.json"; "" if it is only read
	MediaType string    // of the export; "" if it is only read
	Kind      card.Kind // the one kind of card it can hold; "" if it holds all

	// Detect reports whether the document is of this format; nil if it is only written.
	Detect func(d *Document) bool
	// Decode makes a card of a document that Detect accepts, using the templates ts. It sets Card and
	// Notes of the Result; Read adds the rest. Its error is a *card.Error with code Invalid.
	Decode func(ts *card.Templates, d *Document) (*Result, error)
	// Encode writes a card; nil if the format is only read. The same card gives the same bytes.
	Encode func(ts *card.Templates, c *card.Card) ([]byte, error)
	// EncodeFor is Encode that ends early with the error of the context if that ends; nil if Encode never takes long.
	EncodeFor func(ctx context.Context, ts *card.Templates, c *card.Card) ([]byte, error)
	// Rewrite writes a card into the text of this format that it came from: what was not edited stays as it is. It reports false if
	// the text is not one that the card came from, or the context ended. nil if the format has nothing that Encode would lose.
	Rewrite func(ctx context.Context, ts *card.Templates, c *card.Card, original string) (string, bool)
	// Keeps reports whether a file is one that Encode could have written, as its specification has it, with answers that were edited; the card is
	// then written back into it. nil if Encode always writes a new file, or Rewrite does that.
	Keeps func(d *Document, edited map[string]string) bool
	// Complete puts into a file that a card was written back into what the specification requires of it and the card written anew has. was is the
	// file as it came. nil if what Keeps allows has all of it.
	Complete func(d, was *Document, anew *value) (text string, ok bool)
	// Needs are what the format wants of every card, its specification or those who read it, and this one does not say. nil if that is nothing.
	// Of a Need the key of the question and the reason are set, and what the question is called where the card does not have it.
	Needs func(ts *card.Templates, c *card.Card) []Need
	// Tree is a card as the values that a file of the format has, as they go into the document d, for one that is only read; nil if Encode
	// says it, or the format holds none.
	Tree func(ts *card.Templates, c *card.Card, d *Document) value
	// Parts names the cards in a document, if one can hold several.
	Parts func(d *Document) []string
	// Besides says what a document holds beside the card that is read, "" for nothing. nil if that goes into every card.
	Besides func(d *Document) string
	// Could reports whether a document that Detect refuses can be read as this all the same, if its visitor says so; nil if none can.
	Could func(d *Document) bool
	// KindOf is the kind of card that a document says it is, where Decode can as well make the other one of it; "" if it cannot. nil if it
	// never can.
	KindOf func(ts *card.Templates, d *Document) card.Kind
	// Says returns the text in an export of a format that is only written, so that the answers can be looked for in it; nil if
	// the format is read, or holds no answers.
	Says func(ctx context.Context, data []byte) (string, error)
}

// Write writes a card as Encode does or, if the original is a file of the format that the card came from, into that file: what was
// not edited is the same bytes. original is nil for a card that came from elsewhere. It ends early with the error of the context if that ends.
func (f *Format) Write(ctx context.Context, ts *card.Templates, c *card.Card, original []byte) ([]byte, error) {
	return f.WriteAs(ctx, ts, c, original, f.Name)
}

// WriteAs is Write into a file that was read as one of several cards in it.
func (f *Format) WriteAs(ctx context.Context, ts *card.Templates, c *card.Card, original []byte, as string) ([]byte, error) {
	if f.Keeps != nil && len(original) > 0 {
		if data := f.kept(ctx, ts, c, original, as); data != nil {
			return data, nil
		}
	}
	if f.Rewrite != nil && len(original) > 0 {
		if d, err := Open(original); err == nil && f.takes(d) {
			if text, ok := f.Rewrite(ctx, ts, c, d.text); ok && text == d.text {
				data, _, _ := mendedFile(original)
				return data, nil
			} else if ok {
				if data := sealed(text, original); f.tells(ctx, ts, c, data, d, "") {
					return data, nil
				}
			}
		}
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if f.EncodeFor != nil {
		return f.EncodeFor(ctx, ts, c)
	}
	return f.Encode(ts, c)
}

// tells reports whether a file is of the format as another is, and says all that the card says. What stands around an edit may read
// otherwise with it: front matter without an end reaches to the next heading, and a file may lose what it was known by.
func (f *Format) tells(ctx context.Context, ts *card.Templates, c *card.Card, data []byte, like *Document, as string) bool {
	d, err := Open(data)
	if err != nil || !f.takesAs(d, like) {
		return false
	}
	if ctx.Err() != nil {
		return false
	}
	found, err := measure(ctx, ts, c, f, data, as)
	return err == nil && account(ctx, c, f, found).Totals[LeftOut] == 0 && ctx.Err() == nil
}

// formats are asked in this order: the more particular shape comes first.
var formats = []*Format{cardstockFormat, webCardsFormat, mctProtoFormat, bridge2aiFormat, webCardsDownloadFormat, mctFormat, cycloneDXFormat, cycloneDX17Format, croissantFormat,
	mitchellFormat, sageMakerFormat, pageFormat, hubFormat, pdfFormat, templateFormat,
	anyFormat}

// All returns the formats in the order in which a document is tried.
func All() []*Format { return append([]*Format(nil), formats...) }

// Returns reports whether answers in an export of the format come back from it: those of a PDF are to read, and a template has none.
func (f *Format) Returns() bool { return f.Detect != nil && f != templateFormat }

// BySuffix returns the format whose exports end in suffix (".json"), or nil.
func BySuffix(suffix string) *Format {
	for _, f := range formats {
		if f.Suffix != "" && f.Suffix == suffix {
			return f
		}
	}
	return nil
}

// ByName returns the format with the name, or nil.
func ByName(name string) *Format {
	for _, f := range formats {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// A Result is what was read from a document.
type Result struct {
	Format     *Format
	As         string     // the name of the choice by which it was read
	Choices    []Choice   // all there are; only ReadAs says so
	Card       *card.Card // passed card.Card.Check; it has no ID and no times
	Recognised int        // answers that went to a question of the template
	Custom     int        // answers kept in questions or sections of their own
	Notes      []string   // what the visitor should know, each a plain sentence; the gravest first
	Pictures   int        // pictures in it of which the file says no more in words than a name
	Missing    int        // how many of them, the first, say that a part of the file is not in the card
}

// Read checks a document, recognises its format and decodes it with the templates ts.
// Its error is a *card.Error with code Invalid whose message says what is wrong, and
// where, without quoting the document.
func Read(ts *card.Templates, data []byte) (*Result, error) {
	d, err := Open(data)
	if err != nil {
		return nil, err
	}
	if f := recognised(d); f != nil {
		return d.decode(ts, f)
	}
	return nil, d.unknown()
}

// read decodes a document and, if that makes more questions than a card can have, once more with what has no place as extras. What the template asks
// makes room for the rest.
func (d *Document) read(ts *card.Templates, f *Format) (*Result, error) {
	r, err := f.Decode(ts, d)
	if err == nil && !d.fold && tooLarge(r.Card) && f.hasExtras() {
		d.fold = true
		r, err = f.Decode(ts, d)
	}
	if err != nil {
		return r, err
	}
	if tooLarge(r.Card) && !f.isOurs() {
		r.makeRoom(ts)
	}
	return r, r.Card.Check()
}

// isOurs reports whether a file of the format says itself which questions a card has.
func (f *Format) isOurs() bool { return f == cardstockFormat || f == pageFormat || f == templateFormat }

// hasExtras reports whether the format is read as a tree, of which parts can be kept as structure.
func (f *Format) hasExtras() bool {
	return f != webCardsFormat && f != hubFormat && !f.isOurs()
}

func tooLarge(c *card.Card) bool {
	n := 0
	for i := range c.Sections {
		n += len(c.Sections[i].Fields)
	}
	return n > card.MaxFields || len(c.Sections) > card.MaxSections
}

func (d *Document) decode(ts *card.Templates, f *Format) (*Result, error) {
	r, err := d.read(ts, f)
	if err != nil {
		return nil, err
	}
	r.Format, r.As = f, f.Name
	r.Notes = append(r.Notes, d.notes...)
	if f != cardstockFormat && f != pageFormat && d.changedLines(r) {
		r.Notes = append(r.Notes, windowsLines)
	}
	if n := r.count(); n > 0 && f != cardstockFormat && f != pageFormat { // ours come back as they were
		r.Notes = append(r.Notes, plural(n, "answer is a placeholder such as [More Information Needed] and counts as empty.", "answers are placeholders such as [More Information Needed] and count as empty."))
	}
	r.gravestFirst()
	return r, nil
}

// count fills in how many answers found a place, and returns how many say only that something is to be said.
func (r *Result) count() (placeholders int) {
	for i := range r.Card.Sections {
		s := &r.Card.Sections[i]
		for j := range s.Fields {
			f := &s.Fields[j]
			if !card.Blank(f.Answer) && !f.Answered() {
				placeholders++
			}
			switch {
			case card.Blank(f.Answer):
			case f.Custom || s.Custom:
				r.Custom++
			default:
				r.Recognised++
			}
		}
	}
	return placeholders
}

// readable lists the formats for a sentence: "Cardstock JSON, WebCards answers and …".
func readable() string {
	labels := make([]string, 0, len(formats))
	for _, f := range formats {
		if f.Returns() { // a template is no card
			labels = append(labels, f.Label)
		}
	}
	last := len(labels) - 1
	return strings.Join(labels[:last], ", ") + " and " + labels[last]
}

// brief shortens text of the document for a sentence: enough to find it, no more.
func brief(s string) string {
	const most = 60
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// Fits reports whether the format can hold cards of this kind.
func (f *Format) Fits(kind card.Kind) bool { return f.Kind == "" || f.Kind == kind }
