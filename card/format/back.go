package format

import (
	"context"
	"maps"
	"slices"
	"strings"

	"cardstock/card"
)

// A Return is a card in the file that it came from.
type Return struct {
	Format *Format
	Data   []byte
	As     string // what it was read as
	Anew   bool   // an edit had no place in the file, so all of it is written anew
	Note   string // what else of it is not as it was
}

// What a Return notes.
const (
	noteAnew     = "An edit has no place in the file, so all of it is written anew, in the same format. Its order, comments and ends of lines are other ones."
	noteAnewAny  = "An edit has no place in the file, so all of it is written anew. Its order, comments and ends of lines are other ones, and so are names in it, what stands in what, and kinds of values: numbers are texts now."
	noteIndex    = "A metric could not be changed where it stands, so the model-index is written anew: it says what the table of metrics says, and nothing else. All else is as it was."
	noteAliases  = "An edit changed what an alias (*name) stands for, or what stands at its anchor: those aliases are written out. All else is as it was."
	noteNames    = "A question is called otherwise than the file calls it, which has no heading for its words: they stay here. All else of it is in the file."
	noteKind     = "An edit took away what the file was known by as a %s: to upload it again, say that it is one. All else is as it was."
	noteEmptied  = "What was taken away stands in the file as an empty text, for it could not be taken out."
	noteHushed   = "The card has no answer any more: the file keeps its shape, and the texts in it are empty."
	noteTemplate = "The file is a template, which holds questions and no answers. It is as it came."
)

// Back writes a card into the file that it came from, whatever that is: values, their order, comments and the ends of lines stay, and what
// was not edited is the same bytes. as says what the file was read as. Its error is a *card.Error with code Invalid if the file is none of
// this card's, or that of the context if it ended before.
func Back(ctx context.Context, ts *card.Templates, c *card.Card, original []byte, as string) (*Return, error) {
	r, err := back(ctx, ts, c, original, asKind(ts, original, as, c.Kind))
	if ctx.Err() != nil { // what was made since is half of it
		return nil, ctx.Err()
	}
	return r, err
}

// asKind says as what a file is read to be of a kind: a later reader may take it for another one than it was.
func asKind(ts *card.Templates, original []byte, as string, kind card.Kind) string {
	f := ByName(as)
	if f == nil || f.KindOf == nil {
		return as
	}
	d, is, err := openAs(original, as)
	if err != nil || is != f {
		return as
	}
	if says := f.KindOf(ts, d); says == "" || says == kind {
		return as
	}
	return as + ":" + string(kind)
}

func back(ctx context.Context, ts *card.Templates, c *card.Card, original []byte, as string) (*Return, error) {
	d, f, err := openAs(original, as)
	if err != nil {
		return nil, err
	}
	b, err := newBacker(ctx, ts, c, f, d)
	if err != nil {
		return nil, err
	}
	if b.card.Kind != c.Kind {
		return nil, card.Errorf(card.Invalid, "The file that this card came from is a %s, and this is a %s.", b.card.Kind.Word(), c.Kind.Word())
	}
	if f == cycloneDXFormat || f == cycloneDX17Format {
		c = b.spelled()
	}
	b.was = things(b.card)
	if f == templateFormat {
		return &Return{Format: f, Data: original, As: as, Note: noteTemplate}, nil
	}
	if len(b.differences()) == 0 && b.samePictures() && b.sameElse() {
		return untouched(f, original, as), nil
	}
	if r, err := b.backMended(original, as); r != nil || err != nil {
		return r, err
	}
	if f == hubFormat {
		return backToReadme(ctx, ts, c, d, original, as)
	}
	if r := b.spliced(original, as); r != nil {
		return r, nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return b.anew(original, as)
}

// openAs opens a file as what it was read as.
func openAs(original []byte, as string) (*Document, *Format, error) {
	d, err := open(original, true)
	if err != nil {
		return nil, nil, err
	}
	name, which, _ := strings.Cut(as, ":")
	f := ByName(name)
	if f == nil || !f.takes(d) {
		if f = recognised(d); f == nil {
			return nil, nil, d.unknown()
		}
	}
	d.choose(which)
	if f.Parts == nil || d.part >= len(f.Parts(d)) {
		d.part = 0
	}
	return d, f, nil
}

// A backer writes a card into a document of values.
type backer struct {
	ctx      context.Context // nobody waits for it any more when that ends
	ts       *card.Templates
	f        *Format
	now      *card.Card
	was      map[thing]string // what the file said at first
	d        *Document
	card     *card.Card // as the document is read
	sites    *siteMap
	tries    map[thing]int     // how often a thing was written in vain
	placed   map[thing]bool    // what was put where the file had nothing
	readings *int              // that may still be done
	spare    int               // of these, not to be used to look for one place after the other
	wanted   *haystack         // all that the card says
	want     map[thing]string  // the same, thing by thing
	beside   *comparison       // of what is read now; nil if it was not asked for
	named    map[string]*place // of properties that hold answers; nil if they were not asked for
	empties  bool              // what is taken away becomes an empty text
}

// gone reports whether nobody waits any more. What comes of a backer then is not used.
func (b *backer) gone() bool {
	if b.ctx.Err() == nil {
		return false
	}
	*b.readings = 0
	return true
}

// readingsOf a document bound the time that an export takes: of a long one there are fewer.
func readingsOf(leaves int) int {
	const most, few, long = 60, 8, 200_000
	return min(most, few+long/(leaves+1))
}

func newBacker(ctx context.Context, ts *card.Templates, c *card.Card, f *Format, d *Document) (*backer, error) {
	readings := 0
	b := &backer{ctx: ctx, ts: ts, f: f, now: c, tries: map[thing]int{}, placed: map[thing]bool{}, readings: &readings, wanted: everything(c), want: things(c)}
	err := b.read(d)
	if b.sites != nil {
		readings = readingsOf(len(b.sites.leaves))
		b.spare = readings / 2
	}
	return b, err
}

// read takes a document as the one to be changed.
func (b *backer) read(d *Document) error {
	r, err := d.read(b.ts, b.f)
	if err != nil {
		return err
	}
	b.d, b.card, b.beside = d, r.Card, nil
	if d.json != nil {
		b.sites, b.named = survey(d.json), nil
	}
	return nil
}

// reread opens a text as the document would be.
func (b *backer) reread(text string) bool {
	if b.gone() {
		return false
	}
	d, err := open([]byte(text), true)
	if err != nil || b.gone() || d.json == nil || d.yaml != b.d.yaml || d.proto != b.d.proto || !b.f.takesAs(d, b.d) {
		return false
	}
	d.part, d.kind = b.d.part, b.d.kind
	if b.f.KindOf != nil { // an edit may take away what the file says it by
		d.kind = b.now.Kind
	}
	before := *b
	*b.readings--
	if b.read(d) != nil || b.card.Kind != b.now.Kind {
		*b = before
		return false
	}
	return true
}

// settle changes the document until it says what the card says, and reports whether it does.
func (b *backer) settle() bool {
	if !b.samePictures() && !b.pictures() {
		return false
	}
	b.passOver()
	for *b.readings > 0 {
		open := b.differences()
		if len(open) == 0 {
			return true
		}
		before := *b
		if b.apply(open) && len(b.differences()) < len(open) {
			continue
		}
		*b = before
		if !b.oneByOne(open) {
			break
		}
	}
	return len(b.differences()) == 0
}

// passOver gives up words that are no answers, as those of questions, and that the document has nowhere: looking for a place for each would take
// the readings that answers need.
func (b *backer) passOver() {
	words := map[thing]string{}
	is, properties := b.compared().is, b.properties()
	for of := range b.differences() {
		if of.what != anAnswer && b.f != webCardsFormat && !b.f.keepsAppendix() && properties[labelled(of.key, is[of])] == nil {
			words[of] = is[of]
		}
	}
	if len(words) == 0 {
		return
	}
	from := b.traced(words, false)
	for of := range words {
		if len(from[of]) == 0 {
			b.tries[of]++
		}
	}
}

// oneByOne makes the first change that brings the document nearer to the card.
func (b *backer) oneByOne(open map[thing]string) bool {
	for _, of := range sortedThings(open) {
		for b.tries[of] < mostTries(of) && *b.readings > 0 {
			before := *b
			if b.apply(map[thing]string{of: open[of]}) {
				left := b.differences()
				if _, still := left[of]; !still && len(left) <= len(open) {
					return true
				}
			}
			*b = before
			if b.tries[of]++; !b.differs(of) {
				break
			}
		}
	}
	return false
}

// mostTries is how many ways there are to write a thing.
func mostTries(of thing) int {
	if of.what == anAnswer {
		return rootTry + 1
	}
	return 1
}

func sortedThings(m map[thing]string) []thing {
	return slices.SortedFunc(maps.Keys(m), func(a, b thing) int {
		if a.what != b.what {
			return int(a.what) - int(b.what)
		}
		return strings.Compare(a.key, b.key)
	})
}

// apply makes changes in the document, if it can be read again then.
func (b *backer) apply(wanted map[thing]string) bool {
	r := b.revise(wanted)
	if r.empty() || b.gone() {
		return false
	}
	text, ok := b.revised(r)
	return ok && b.reread(text)
}

// revised is the text of the document with changes in it.
func (b *backer) revised(r *revision) (string, bool) {
	if b.f == croissantFormat {
		r.follow(b.sites.root.value)
	}
	for outer, inner := range b.sites.inside {
		text, ok := newJSONEditor(r, outer.text).write(inner.value)
		if !ok {
			return "", false
		}
		if text != outer.text {
			r.texts[outer] = text
		}
	}
	if b.d.proto {
		return r.protoText(b.d.source)
	}
	if b.d.yaml {
		return newYAMLEditor(r, b.d.source).write(b.d.json)
	}
	text, ok := newJSONEditor(r, b.d.source).write(b.d.json)
	if b.d.rewrap != nil {
		text = b.d.rewrap(text)
	}
	return text, ok
}
