package format

import (
	"bytes"
	"slices"

	"cardstock/card"
	"cardstock/card/attach"
)

// samePictures reports whether the card has the pictures that the document has.
func (b *backer) samePictures() bool {
	if b.f != cardstockFormat && b.f != pageFormat {
		return len(b.picturesOf(b.card, b.now)) == 0 && len(b.picturesOf(b.now, b.card)) == 0
	}
	return slices.EqualFunc(b.card.Attachments, b.now.Attachments, func(x, y card.Attachment) bool {
		return x.Section == y.Section && x.Name == y.Name && x.Caption == y.Caption && x.Alt == y.Alt && bytes.Equal(x.Bytes, y.Bytes)
	})
}

// picturesOf are the pictures of a card that another does not have, if the format can hold pictures.
func (b *backer) picturesOf(c, other *card.Card) (all []card.Attachment) {
	for _, a := range c.Attachments {
		if attach.IsPicture(a.MediaType) && len(a.Bytes) > 0 && !slices.ContainsFunc(other.Attachments, func(o card.Attachment) bool {
			return bytes.Equal(a.Bytes, o.Bytes) && a.Alt == o.Alt
		}) {
			all = append(all, a)
		}
	}
	return all
}

// pictures takes pictures out of the document that the card does not have, and puts in those that it has and the format can hold.
func (b *backer) pictures() bool {
	if b.f == cardstockFormat {
		return b.attached()
	}
	gone, come := b.picturesOf(b.card, b.now), b.picturesOf(b.now, b.card)
	r := newRevision()
	for _, a := range gone {
		b.dropPicture(r, &a)
	}
	with := emptied(b.now)
	with.Attachments = come
	if len(come) > 0 {
		b.more(r, emptied(b.now), with)
	}
	if r.empty() {
		return len(gone) == 0
	}
	text, ok := b.revised(r)
	return ok && b.reread(text) && len(b.picturesOf(b.card, b.now)) == 0
}

// dropPicture takes a picture out, with what it is called.
func (b *backer) dropPicture(r *revision, a *card.Attachment) {
	for _, p := range b.sites.leaves {
		data, ok := pictureBytes(p.text)
		if !ok || p.up == nil {
			continue
		}
		if f, err := attach.Clean(data); err != nil || !bytes.Equal(f.Bytes, a.Bytes) {
			continue
		}
		of := p.up
		if of.name() == "image" && of.up != nil {
			of = of.up
		}
		if name := said(of.get("name")); name != "" && flat(name) != flat(a.Alt) {
			continue
		}
		r.drop(of)
	}
}

// attached writes what the attachments of Cardstock JSON are called into it, and reports whether they are the same but for that.
func (b *backer) attached() bool {
	list := b.sites.root.get("attachments")
	if list == nil || len(list.items) != len(b.now.Attachments) || len(b.card.Attachments) != len(b.now.Attachments) {
		return false
	}
	r := newRevision()
	for i, p := range b.sites.of[list].children() {
		was, is := &b.card.Attachments[i], &b.now.Attachments[i]
		if !bytes.Equal(was.Bytes, is.Bytes) {
			return false
		}
		r.called(p, "section", was.Section, is.Section)
		r.called(p, "name", was.Name, is.Name)
		r.called(p, "caption", was.Caption, is.Caption)
		r.called(p, "alt", was.Alt, is.Alt)
	}
	text, ok := b.revised(r)
	return ok && b.reread(text) && b.samePictures()
}

// called changes a text in an object, if it is another now.
func (r *revision) called(p *place, name, was, is string) {
	i := slices.IndexFunc(p.members, func(m member) bool { return m.name == name })
	switch {
	case was == is:
	case i < 0:
		r.come[p.value] = append(r.come[p.value], addition{len(p.members), name, newText(is)})
	case is == "":
		r.drop(p.at(i))
	default:
		r.texts[&p.members[i].value] = is
	}
}

// sameElse reports whether a card is to the last word as the document has it, if the format is one of ours, in which nothing may be lost: also
// the order of its sections, and questions without an answer.
func (b *backer) sameElse() bool {
	if b.f != cardstockFormat && b.f != pageFormat {
		return true
	}
	was, err := encodeCardstock(b.ts, b.card)
	is, wrong := encodeCardstock(b.ts, b.now)
	return err == nil && wrong == nil && bytes.Equal(was, is)
}
