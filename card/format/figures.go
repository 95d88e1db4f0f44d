package format

import (
	"encoding/base64"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"cardstock/card"
	"cardstock/card/attach"
)

// Figures are pictures inside foreign files: base64 text, with or without a media type before it. They become pictures of a section,
// cleaned like those of an upload, and stand in the same place again in a format that has one.

// mostFigures is how many bytes of pictures are taken out of one file; what is more stays in the original. Base64 of as many, with
// the card, is no more than an upload may have.
const mostFigures = 3 << 20

// figure takes an object that holds a picture, and reports which of its members it took. A name that is no short text is left to be kept as
// what is not known is.
func (r *treeReader) figure(at string, v *value) map[string]bool {
	data, ok := pictureBytes(imageText(v.get("image")))
	if !ok || len(r.card.Attachments) >= card.MaxAttachments || r.figures+len(data) > mostFigures {
		return nil
	}
	f, err := attach.Clean(data)
	if err != nil || f.MediaType == attach.CSV {
		return nil
	}
	r.figures += len(data)
	a := card.Attachment{Section: r.sectionOf(at), Alt: "A picture without a name in the file it came from"}
	taken := map[string]bool{"image": true}
	name := ""
	if of := v.get("name"); of != nil && of.kind < listValue && said(of) != "" {
		if line, err := card.CleanLine(said(of)); err == nil && utf8.RuneCountInString(line) <= card.MaxAlt {
			name, a.Alt, taken["name"] = line, line, true
		}
	}
	a.Name = figureName(brief(name), len(r.card.Attachments)+1, f.MediaType)
	r.card.Attachments = append(r.card.Attachments, With(a, f))
	return taken
}

// imageText is the text of a picture, which CycloneDX has in an object. Is there more in that than the text and what it is, it is not taken.
func imageText(image *value) string {
	if image == nil || image.kind != objectValue {
		return said(image)
	}
	for i := range image.members {
		if !slices.Contains([]string{"content", "contentType", "encoding"}, image.members[i].name) {
			return ""
		}
	}
	return said(image.get("content"))
}

// sectionOf is the key of the section in which the texts beside a picture are.
func (r *treeReader) sectionOf(at string) string {
	for ; strings.Contains(at, "."); at = strings.TrimSuffix(at, path.Ext(at)) {
		for _, place := range []string{r.places[at], r.places[at+".description"]} {
			if f, s := r.card.Field(place); f != nil {
				return s.Key
			}
		}
	}
	return r.homeOf(at).Key
}

// pictureBytes returns the bytes of a text that could be a picture in base64.
func pictureBytes(text string) ([]byte, bool) {
	if _, after, found := strings.Cut(text, ";base64,"); found && strings.HasPrefix(text, "data:") {
		text = after
	}
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	return data, err == nil && len(data) > 0
}

var figureEndings = map[string]string{attach.PNG: ".png", attach.JPEG: ".jpg", attach.WebP: ".webp", attach.GIF: ".gif", attach.SVG: ".svg"}

// figureName makes a file name of what a picture is called.
func figureName(name string, number int, mediaType string) string {
	name = strings.Trim(strings.Map(func(c rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, c) {
			return '_'
		}
		return c
	}, name), " .")
	if name == "" {
		name = "picture " + strconv.Itoa(number)
	}
	ending := figureEndings[mediaType]
	return strings.TrimSuffix(name, ending) + ending
}

// graphics are the pictures of a section, each with its words as its name, and a text about them. image makes of a picture what the format has.
func (t *taker) graphics(description, section string, image func(a *card.Attachment) value) *object {
	o := &object{}
	o.text("description", description)
	var list []value
	for i := range t.card.Attachments {
		if a := &t.card.Attachments[i]; a.Section == section && attach.IsPicture(a.MediaType) && len(a.Bytes) > 0 {
			list = append(list, newObject(member{"name", newText(a.Alt)}, member{"image", image(a)}))
		}
	}
	o.list("collection", list...)
	return o
}

// plainImage is a picture as the Model Card Toolkit has it.
func plainImage(a *card.Attachment) value { return newText(base64.StdEncoding.EncodeToString(a.Bytes)) }

// attachedImage is a picture as CycloneDX has it.
func attachedImage(a *card.Attachment) value {
	return texts("contentType", a.MediaType, "encoding", "base64", "content", base64.StdEncoding.EncodeToString(a.Bytes))
}
