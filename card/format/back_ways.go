package format

import (
	"context"
	"slices"
	"strings"

	"cardstock/card"
)

// The ways in which a card goes back into its file, the one that leaves the most of it first.

// spliced writes the card into the text of the document, in the way that leaves the most of it; nil if there is none.
func (b *backer) spliced(original []byte, as string) *Return {
	d := b.d
	if d.json == nil || d.text == "" || b.f == pageFormat || hasMark(d.text) {
		return nil
	}
	first := *b
	if b.f == anyFormat && b.hush() { // nothing else tells what the file was
		if r := b.returned(original, as, noteHushed); r != nil {
			return r
		}
	}
	*b = first
	if b.settle() {
		if r := b.returned(original, as, ""); r != nil {
			return r
		}
	}
	if of := withoutAliases(b.ctx, b.ts, b.now, b.f, d, as); of != nil {
		if r := of.returned(original, as, noteAliases); r != nil {
			return r
		}
	}
	*b = first
	*b.readings = b.spare
	if b.hush() {
		if r := b.returned(original, as, noteHushed); r != nil {
			return r
		}
	}
	*b = first
	*b.readings, b.tries, b.empties = b.spare, map[thing]int{}, true
	if b.settle() {
		return b.returned(original, as, noteEmptied)
	}
	return nil
}

// returned is the document as a file that says what the card says; nil if it does not.
func (b *backer) returned(original []byte, as, note string) *Return {
	data := b.file(original)
	if !b.holds(data, as) {
		return nil
	}
	return &Return{Format: b.f, Data: data, As: as, Note: note}
}

// file is the document as a file like the one it was.
func (b *backer) file(original []byte) []byte {
	whole := textOf(original)
	if d, err := Open(original); err == nil {
		if i := strings.Index(whole, d.text); i >= 0 {
			return sealed(whole[:i]+b.d.text+whole[i+len(d.text):], original)
		}
	}
	return sealed(b.d.text, original)
}

// holds reports whether a file says what the card says: what stands around the document in it, and how it is encoded, were not looked at before.
func (b *backer) holds(data []byte, as string) bool {
	d, f, err := openAs(data, as)
	if err != nil || f != b.f {
		return false
	}
	sent := *b
	return !b.gone() && sent.read(d) == nil && len(sent.differences()) == 0 && sent.sameElse()
}

// backToReadme is Back for a README: that the card came from it is known, be most of it deleted.
func backToReadme(ctx context.Context, ts *card.Templates, c *card.Card, d *Document, original []byte, as string) (*Return, error) {
	if text, note, ok := rewriteReadme(ctx, ts, c, d.text, true); ok {
		if data := sealed(text, original); hubFormat.tells(ctx, ts, c, data, d, as) {
			return &Return{Format: hubFormat, Data: data, As: as, Note: note}, nil
		}
	}
	data, err := hubFormat.Encode(ts, c)
	return &Return{hubFormat, data, as, true, noteAnew}, err
}

// anew writes the card into a file of the same format that has nothing else of the one it came from.
func (b *backer) anew(original []byte, as string) (*Return, error) {
	f := b.f
	data, err := anew(b.ts, b.now, f, b.d)
	if err != nil {
		return nil, err
	}
	left := f.LeftBehind(original, data)
	if f.KindOf == nil {
		as = f.Name
	}
	if _, is, err := openAs(data, as); err == nil && is != f { // what the file was known by may be gone
		f, as = is, is.Name
	}
	note := noteAnew
	if b.f == anyFormat {
		note = noteAnewAny
	}
	return &Return{f, data, as, true, strings.TrimSpace(note + " " + left)}, nil
}

// anew writes a card in the format as if it had never been a file.
func anew(ts *card.Templates, c *card.Card, f *Format, d *Document) ([]byte, error) {
	switch {
	case d.proto && d.text != "":
		return protoTextOf(ts, c), nil
	case f.Encode != nil && !d.yaml && !(f == mctFormat && isOlderMCT(d)):
		return f.Encode(ts, c)
	}
	tree, err := treeOf(ts, c, f, d)
	if err != nil {
		return nil, err
	}
	if d.yaml {
		return []byte(yamlDocument(&tree)), nil
	}
	return tree.document(), nil
}

// treeOf is a card as values, as the format writes it into such a document.
func treeOf(ts *card.Templates, c *card.Card, f *Format, d *Document) (value, error) {
	if f == mctFormat && isOlderMCT(d) {
		tree := mctOlderTree(ts, c)
		tree.members = slices.Insert(tree.members, 0, member{"schema_version", newText(mctOlder)})
		return tree, nil
	}
	if f.Tree != nil {
		return f.Tree(ts, c, d), nil
	}
	if f == mctProtoFormat {
		return mctTree(ts, c), nil
	}
	data, err := f.Encode(ts, c)
	if err != nil {
		return value{}, err
	}
	root, _, err := parseJSON(string(data), 0)
	if err != nil {
		return value{}, err
	}
	return *root, nil
}
