package format

import (
	"bytes"
	"encoding/json"
	"strings"

	"cardstock/card"
)

// A file whose syntax was damaged goes back as it came while nobody edits the card. With an edit it goes back mended, for every program to read.

// What a Return notes of a file that is not as its format wants it.
const (
	noteDamaged = "The file is damaged as it came, and other programs may not read it. With your first edit it goes back mended."
	noteMended  = "The file was damaged when it came. What was mended then is in it now, so that other programs can read it."
	noteAmong   = "The card stands between other lines in the file, so other programs may not read it."
	noteRemarks = "The file has comments, which JSON does not have, so other programs may not read it. They stay in it."
	noteRemoved = "Its comments, which JSON does not have, are not in it."
)

// mendedFile is a file with its syntax as any program reads it: encoding, ends of lines, what stands around the card and all that needs no
// mending stay as they are. It is the original itself if nothing is wrong with it. ok is false if it cannot be mended. note says what others may not
// read and is no damage: somebody meant it so.
func mendedFile(original []byte) (made []byte, note string, ok bool) {
	d, err := open(original, true)
	if err != nil || d.proto {
		return original, "", err == nil
	}
	text, isJSON := d.text, d.json != nil && !d.yaml
	if isJSON && jsonRepairs(d.text).onlyComments() {
		note = noteRemarks
	} else if isJSON {
		if text, ok = d.strict(); !ok {
			return original, "", false
		}
	}
	was := textOf(original)
	lead, trail, inside := strings.Cut(was, d.text)
	if isJSON || strings.HasPrefix(text, "---") {
		lead = strings.TrimLeft(lead, unseen)
	}
	is := text
	if inside {
		is = lead + text + trail
		if isJSON && !card.Blank(lead+trail) {
			note = noteAmong
		}
	}
	same := is == was || oneEnd(is) == oneEnd(was)
	if same && !brokenBytes(original) {
		return original, note, true
	}
	return sealed(is, original), note, true
}

// textOf is the text of a file.
func textOf(original []byte) string {
	was, _, err := readable8(original)
	if err != nil {
		return ""
	}
	whole := string(was)
	if !strings.Contains(whole, "\n") {
		whole = strings.ReplaceAll(whole, "\r", "\n")
	}
	return whole
}

// brokenBytes reports whether characters of a file are broken, or some nobody sees stand at its end.
func brokenBytes(original []byte) bool {
	data, _ := fromUTF16(original)
	return broken(data) > 0 || len(bytes.TrimRight(data, "\x00\x1A")) < len(data)
}

// strict is the text of a document of JSON as every program reads it, and so is the JSON inside it.
func (d *Document) strict() (text string, ok bool) {
	text, ok = strictJSON(d.text)
	if d.rewrap == nil || !ok {
		return text, ok
	}
	of, err := open([]byte(text), true)
	if err != nil || of.rewrap == nil {
		return text, false
	}
	inner, ok := strictJSON(of.source)
	if inner == of.source {
		return text, ok
	}
	return of.rewrap(inner), ok
}

// untouched is a file that nobody edited.
func untouched(f *Format, original []byte, as string) *Return {
	r := &Return{Format: f, Data: original, As: as}
	made, note, ok := mendedFile(original)
	if r.Note = note; !ok || !bytes.Equal(made, original) {
		r.Note = noteDamaged
	}
	return r
}

// backMended is Back for a file that has to be mended; nil if it has not. What comes of it is mended, or written anew.
func (b *backer) backMended(original []byte, as string) (*Return, error) {
	made, note, ok := mendedFile(original)
	if ok && bytes.Equal(made, original) {
		return nil, nil
	}
	if ok {
		if r, err := back(b.ctx, b.ts, b.now, made, as); err == nil && (note != "" || r.isStrict()) {
			r.Note = strings.TrimSpace(noteMended + " " + r.Note)
			if b.d.json != nil && note != noteRemarks && jsonRepairs(b.d.text).comments > 0 {
				r.Note += " " + noteRemoved
			}
			return r, nil
		}
	}
	if b.ctx.Err() != nil {
		return nil, b.ctx.Err()
	}
	r, err := b.anew(original, as)
	if err == nil {
		r.Note = noteMended + " " + r.Note
	}
	return r, err
}

// isStrict reports whether every program reads the file, if it is one of JSON.
func (r *Return) isStrict() bool {
	d, err := Open(r.Data)
	return err == nil && (d.json == nil || d.yaml || d.proto || json.Valid([]byte(textOf(r.Data))))
}
