package format

import (
	"encoding/base64"
	"html/template"
	"strconv"
	"strings"

	"cardstock/card"
	"cardstock/card/attach"
)

// The pictures and tables of a card: in Cardstock JSON as base64, in an article as pictures and tables.

// attachment reads one attachment. Its bytes are cleaned like those of an upload: the file may come from anywhere. One that is no picture and
// no table is left out, and told of: nil.
func (r *strictReader) attachment(v *value, path string) *card.Attachment {
	m := r.members(v, path, "section", "name", "media_type", "caption", "alt", "data")
	a := card.Attachment{Section: r.text(m, path, "section", true), Name: r.line(m, path, "name", true), MediaType: r.text(m, path, "media_type", true),
		Caption: r.line(m, path, "caption", false), Alt: r.line(m, path, "alt", false)}
	var data []byte
	var err error
	if m["data"] == nil && len(r.pictures) > 0 { // of a web page
		data, r.pictures = r.pictures[0], r.pictures[1:]
	} else {
		data, err = base64.StdEncoding.DecodeString(r.text(m, path, "data", true))
	}
	if r.err != nil {
		return nil
	}
	var f *attach.File
	if err == nil {
		f, err = attach.Clean(data)
	}
	if err != nil {
		r.mended = append(r.mended, path+", "+strconv.Quote(brief(a.Name))+", stands for a picture or a table and "+isNone+"was left out, and stays in the uploaded original.")
		return nil
	}
	switch {
	case f.MediaType != a.MediaType:
		r.fail(path+".media_type", "should be "+strconv.Quote(f.MediaType)+", which is what the data are")
	case len(a.Name) > maxName:
		r.fail(path+".name", "has more than "+strconv.Itoa(maxName)+" bytes")
	case attach.IsPicture(f.MediaType) && a.Alt == "":
		r.fail(path+".alt", "is missing; it should say in words what the picture shows")
	}
	a = With(a, f)
	return &a
}

// maxName is more than any file system gives a name.
const maxName = 800

// With returns the attachment with what a cleaned file brings: its kind, size and bytes.
func With(a card.Attachment, f *attach.File) card.Attachment {
	a.MediaType, a.Width, a.Height, a.Bytes, a.Size = f.MediaType, f.Width, f.Height, f.Bytes, int64(len(f.Bytes))
	a.Removed = strings.Join(f.Removed, ", ")
	return a
}

// sheetRows is how many rows of an attached table an article shows.
const sheetRows = 20

// A sheetAttachment is a picture or a table as an article shows it.
type sheetAttachment struct {
	ID            string
	Picture       template.URL // "" for a table
	Alt, Caption  string
	Width, Height int
	Label         string // of a table
	Table         *sheetTable
	More          int // rows of the table that are not shown
}

// dataURL holds the picture itself, so that an exported page fetches nothing.
func dataURL(a *card.Attachment) template.URL {
	return template.URL("data:" + a.MediaType + ";base64," + base64.StdEncoding.EncodeToString(a.Bytes))
}

// firstRows are the rows of an attached table that a reader sees. left is how many cells an article has room for.
func firstRows(t *attach.Table, left *int) [][]string {
	n := min(sheetRows, max(0, *left/len(t.Columns)))
	*left -= (n + 1) * len(t.Columns)
	return t.First(n)
}

// sheetAttachments are those of a section. Only media types that Clean knows become addresses.
func sheetAttachments(c *card.Card, section string, source func(*card.Attachment) template.URL, left *int) (all []sheetAttachment) {
	for i := range c.Attachments {
		a := &c.Attachments[i]
		if a.Section != section {
			continue
		}
		out := sheetAttachment{ID: pictureID + strconv.Itoa(i), Alt: a.Alt, Caption: a.Caption, Width: a.Width, Height: a.Height, Label: a.Name}
		if attach.IsPicture(a.MediaType) {
			out.Picture = source(a)
		} else if t, err := attach.ReadTable(a.Bytes); err == nil {
			out.Table = &sheetTable{Titles: t.Columns, Numbers: make([]bool, len(t.Columns)), Rows: firstRows(t, left)}
			out.More = len(t.Rows) - len(out.Table.Rows)
		}
		all = append(all, out)
	}
	return all
}
